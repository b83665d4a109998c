//! What the targets share: a program of one page, compiled and asked for all that it has.

use tt_miniprogram::Project;

/// Compiles a page with these files. Each problem has a place and a text.
pub fn compile(files: &[(&str, &[u8])]) {
    let mut project = Project::new();
    let app: [(&str, &[u8]); 3] =
        [("app.json", br#"{ "pages": ["page"] }"#), ("app.js", b"require('./t')"), ("t.ts", b"")];
    for (path, bytes) in app.iter().chain(files) {
        project.set_file(path, *bytes).unwrap();
    }
    project.compile();
    for path in ["app.js", "page.js", "t.ts"] {
        let _ = project.module(path);
    }
    let _ = (project.template("page"), project.style("page"), project.style("app"));
    let _ = (project.shared_style("page"), project.shared_style("app"));
    for problem in &project.manifest().problems {
        assert!(problem.line > 0 && problem.column > 0 && !problem.message.is_empty());
    }
}
