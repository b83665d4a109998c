//! Input that nobody means well with.

use tt_miniprogram::Project;

use super::{only_problem, problems, project};

#[test]
fn no_path_leaves_the_project() {
    let mut project = Project::new();
    for path in ["../x", "/etc/passwd", "a/../../x", "a\\b", "C:\\x", "", "a\0", "."] {
        assert!(project.set_file(path, "x").is_err(), "{path:?}");
        assert_eq!(project.file(path), None);
        assert!(!project.remove_file(path));
    }
    assert!(project.set_file("./a/../b.js", "x").unwrap());
    assert!(project.file("b.js").is_some());
}

#[test]
fn a_text_that_is_not_utf8_has_a_place() {
    let mut project = project(&[]);
    project.set_file("page.js", b"Page({\n a: '\xff' })".to_vec()).unwrap();
    project.set_file("page.ttml", b"<view>\xc3\x28</view>".to_vec()).unwrap();
    project.set_file("page.json", b"{ \"navigationBarTitleText\": \"\xff\" }".to_vec()).unwrap();
    project.set_file("page.ttss", b".a { content: '\xff' }".to_vec()).unwrap();
    project.compile();
    assert_eq!(
        problems(&project),
        [
            "error page.js:2:6 This file is not UTF-8 from here on; save it in that encoding.",
            "error page.json:1:30 This file is not UTF-8 from here on; save it in that encoding.",
            "error page.ttml:1:7 This file is not UTF-8 from here on; save it in that encoding.",
            "error page.ttss:1:16 This file is not UTF-8 from here on; save it in that encoding.",
        ]
    );
}

#[test]
fn a_byte_order_mark_is_no_mistake() {
    let project = project(&[
        ("app.json", "\u{feff}{ \"pages\": [\"page\"] }"),
        ("page.js", "\u{feff}Page({});"),
        ("page.ttml", "\u{feff}<view/>"),
        ("page.ttss", "\u{feff}.a {}"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
}

#[test]
fn ten_thousand_nodes_are_compiled() {
    let project =
        project(&[("page.ttml", &"<view class=\"a\" bindtap=\"f\">{{a}}</view>".repeat(10_000))]);
    assert_eq!(problems(&project), [""; 0]);
    assert!(project.template("page").unwrap().matches("tt-view").count() == 10_000);
}

#[test]
fn ten_thousand_conditions_and_bindings_are_compiled() {
    let branches = "<view tt:elif=\"{{b}}\"/>".repeat(10_000);
    let project = project(&[(
        "page.ttml",
        &format!("<view tt:if=\"{{{{a}}}}\"/>{branches}{}", "{{a}} ".repeat(10_000)),
    )]);
    assert_eq!(problems(&project), [""; 0]);
    assert!(project.template("page").is_some());
}

#[test]
fn nesting_has_a_limit() {
    let deep = 100_000;
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(deep), close.repeat(deep));
    let ok =
        project(&[("page.ttml", &format!("{}{}", "<view>".repeat(200), "</view>".repeat(200)))]);
    assert_eq!(problems(&ok), [""; 0]);
    assert!(ok.template("page").unwrap().contains("tt-view"));

    let project = project(&[
        ("page.ttml", &nested("<view>", "</view>")),
        ("page.json", &format!("{{ \"a\": {} }}", nested("[", "]"))),
        ("page.js", &nested("(", ")")),
        ("page.ttss", &nested("a{", "}")),
    ]);
    let problems = problems(&project);
    assert!(
        problems
            .iter()
            .any(|p| p == "error page.js:1:1001 Brackets lie more than 1000 deep in each other."),
        "{problems:#?}"
    );
    assert!(
        problems
            .iter()
            .any(|p| p.starts_with("error page.json:1:207 Values lie more than 200 deep")),
        "{problems:#?}"
    );
    assert!(
        problems
            .iter()
            .any(|p| p == "error page.ttml:1:1201 Elements lie more than 200 deep in each other."),
        "{problems:#?}"
    );
    assert!(project.template("page").unwrap().contains("200 deep"));
}

#[test]
fn expressions_have_a_limit() {
    for expression in [
        format!("{}a{}", "(".repeat(5_000), ")".repeat(5_000)),
        format!("{}a", "!".repeat(5_000)),
        format!("a{}", "+a".repeat(50_000)),
        format!("a{}", "?a".repeat(2_000)),
    ] {
        only_problem(
            &project(&[("page.ttml", &format!("<view>{{{{{expression}}}}}</view>"))]),
            "error page.ttml:1:7 This expression is too long or too deep",
        );
    }
    let attribute = "{{a}}".repeat(1_000);
    only_problem(
        &project(&[("page.ttml", &format!("<view id=\"{attribute}\"/>"))]),
        "error page.ttml:1:261 A value has at most 50 bindings.",
    );
}

#[test]
fn long_chains_in_scripts_are_compiled() {
    let sum = format!("x = a{};", " + a".repeat(20_000));
    let arrows = format!("f = {}1;", "a => ".repeat(2_000));
    let nots = format!("y = {}a;", "!".repeat(2_000));
    let elses = format!("if (a) {{}}{}", " else if (b) {}".repeat(5_000));
    let calls = format!("g{};", ".h()".repeat(20_000));
    let source = [sum, arrows, nots, elses, calls].join("\n");
    let project = project(&[("page.js", &source)]);
    assert_eq!(problems(&project), [""; 0]);
    assert!(project.module("page.js").unwrap().contains(&source));
}

#[test]
fn imports_of_style_sheets_do_not_multiply_without_end() {
    let mut files = vec![("page.ttss".to_owned(), "@import 's0'; @import 's0';".to_owned())];
    for i in 0..60 {
        files.push((
            format!("s{i}.ttss"),
            format!("@import 's{}'; @import 's{0}'; .a{i} {{}}", i + 1),
        ));
    }
    files.push(("s60.ttss".to_owned(), String::new()));
    let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let style = project(&files).style("page").unwrap();
    assert!(style.len() < 100_000);
}

#[test]
fn a_file_of_nothing_but_mistakes_is_reported_in_bounds() {
    let project = project(&[
        ("page.json", &"]:,x\n".repeat(10_000)),
        ("page.ttml", &"<view a a=>\u{0}".repeat(10_000)),
    ]);
    // 50 errors and 50 warnings of each file.
    assert!(project.manifest().problems.len() <= 200, "{}", project.manifest().problems.len());
    let project = super::project(&[("page.js", &format!("const a = '{}", "x".repeat(1_000_000)))]);
    assert!(project.manifest().problems[0].excerpt.chars().count() <= tt_miniprogram::EXCERPT);
}

/// Nothing here is slow by itself; it would take hours if each mistake were looked for from the start.
#[test]
fn mistakes_in_great_number_take_no_time() {
    let n = 200_000;
    let attributes: String = (0..n).map(|i| format!(" a{i}")).collect();
    project(&[
        ("page.ttml", &format!("{}<view{attributes}/>", "{{".repeat(n))),
        ("page.ttss", &"}".repeat(n)),
        ("page.js", &format!("$m{}; let a; {}", "$".repeat(n), "let a;".repeat(n / 10))),
        ("page.json", &"\"a\": 1, ".repeat(n)),
    ]);
    project(&[
        ("page.ttml", &"&".repeat(n)),
        ("page.ttss", &"'a' url('b') ".repeat(n)),
        ("page.js", &"import.meta;".repeat(n / 10)),
        ("page.json", &format!("{{{}}}", "\"a\": 1, ".repeat(n))),
    ]);
    project(&[("page.ttml", &"<view tt:else/>".repeat(n / 10))]);
}

#[test]
fn errors_reported_last_are_not_lost_among_warnings() {
    let project = project(&[("page.ttml", &format!("{}{{{{a b}}}}", "<view a a/>".repeat(500)))]);
    assert!(problems(&project).iter().any(|problem| problem.starts_with("error")));
}
