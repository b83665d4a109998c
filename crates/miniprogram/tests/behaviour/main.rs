//! What a project's files become, seen from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod changes;
mod configuration;
mod hostile;
mod maps;
mod preprocessors;
mod scripts;
mod styles;
mod templates;

use tt_miniprogram::Project;

/// A project of these files, compiled. What every project has is there if it is not given.
fn project(files: &[(&str, &str)]) -> Project {
    filled(Project::new(), files)
}

/// The same of a project that was set up.
fn filled(mut project: Project, files: &[(&str, &str)]) -> Project {
    project.set_file("app.json", r#"{ "pages": ["page"] }"#).unwrap();
    project.set_file("app.js", "App({});").unwrap();
    project.set_file("page.ttml", "<view/>").unwrap();
    project.set_file("page.js", "Page({});").unwrap();
    for (path, text) in files {
        project.set_file(path, *text).unwrap();
    }
    project.compile();
    project
}

/// Its problems, each as `severity file:line:column message`.
fn problems(project: &Project) -> Vec<String> {
    let problems = project.manifest().problems.iter();
    problems
        .map(|problem| {
            let severity = format!("{:?}", problem.severity).to_lowercase();
            format!(
                "{severity} {}:{}:{} {}",
                problem.file, problem.line, problem.column, problem.message
            )
        })
        .collect()
}

/// Fails unless there is exactly one problem, which begins so.
#[track_caller]
fn only_problem(project: &Project, beginning: &str) {
    let problems = problems(project);
    assert!(problems.len() == 1 && problems[0].starts_with(beginning), "{problems:#?}");
}

/// What stands between the frame's two lines of a module.
fn module(project: &Project, path: &str) -> String {
    let text = project.module(path).unwrap();
    let (first, rest) = text.split_once(") {").unwrap();
    assert!(first.starts_with("__define("), "{first}");
    rest.rsplit_once("\n}, [").unwrap().0.to_owned()
}
