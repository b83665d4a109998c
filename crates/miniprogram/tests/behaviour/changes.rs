//! What a change of a file changes.

use tt_miniprogram::{Change, Project};

use super::project;

fn shared() -> Project {
    project(&[
        ("app.json", r#"{ "pages": ["page", "other"] }"#),
        ("page.ttml", "<import src=\"t\"/><sjs module=\"m\" src=\"m.sjs\"/>"),
        ("other.ttml", "<view/>"),
        ("t.ttml", ""),
        ("m.sjs", ""),
        ("page.ttss", "@import \"c\";"),
        ("other.ttss", ".a {}"),
        ("c.ttss", ".c {}"),
        ("page.js", "require('./u')"),
        ("u.js", ""),
        ("logo.png", "x"),
    ])
}

fn change(project: &mut Project, path: &str, text: &str) -> Change {
    assert!(project.set_file(path, text).unwrap());
    project.compile()
}

#[test]
fn a_change_names_what_has_to_be_loaded_again() {
    let mut project = shared();
    let mut version = 1;
    let mut expect = |path: &str, text: &str, expected: Change| {
        version += 1;
        assert_eq!(change(&mut project, path, text), Change { version, ..expected }, "{path}");
    };
    let of = |name: &str| vec![name.to_owned()];
    expect("u.js", "1", Change { modules: of("u.js"), ..Change::default() });
    expect("t.ttml", "<view/>", Change { templates: of("page"), ..Change::default() });
    expect("m.sjs", "module.exports = {}", Change { templates: of("page"), ..Change::default() });
    expect("other.ttml", "<text/>", Change { templates: of("other"), ..Change::default() });
    expect("c.ttss", ".d {}", Change { styles: of("page"), ..Change::default() });
    expect("logo.png", "y", Change { files: of("logo.png"), ..Change::default() });
    expect(
        "u.js",
        "require('./page')",
        Change { modules: of("u.js"), manifest: true, ..Change::default() },
    );
    expect(
        "page.json",
        r#"{ "navigationBarTitleText": "Page" }"#,
        Change { manifest: true, ..Change::default() },
    );
    expect("unused.js", "1", Change::default());
}

#[test]
fn blanks_in_json_change_nothing_but_the_places_of_problems() {
    let mut project = project(&[("page.json", r#"{ "usingComponents": { "a": "gone" } }"#)]);
    let change =
        change(&mut project, "page.json", "{\n \"usingComponents\": { \"a\": \"gone\" } }");
    assert!(!change.manifest);
    assert_eq!(project.manifest().problems[0].line, 2);
}

#[test]
fn a_file_that_comes_and_goes_is_missed_in_between() {
    let mut project = shared();
    assert!(project.remove_file("u.js"));
    assert!(!project.remove_file("u.js"));
    let gone = project.compile();
    assert!(gone.manifest);
    assert_eq!(project.manifest().problems.len(), 1);
    assert_eq!(project.module("u.js"), None);
    project.set_file("u.js", "").unwrap();
    project.compile();
    assert!(project.manifest().problems.is_empty());
    assert!(project.module("u.js").is_some());
}

#[test]
fn the_same_file_again_is_no_change() {
    let mut project = shared();
    assert!(!project.set_file("u.js", "").unwrap());
    let change = project.compile();
    assert_eq!(change, Change { version: 2, ..Change::default() });
}

#[test]
fn files_are_handed_out_as_they_are() {
    let mut project = shared();
    project.set_file("a b/图.bin", [0, 159, 146, 150]).unwrap();
    assert_eq!(project.file("a b/图.bin"), Some(&[0, 159, 146, 150][..]));
    assert_eq!(project.file("gone"), None);
}
