//! What style sheets become.

use super::{only_problem, problems, project};

/// The sheet of a page `page`.
fn style(css: &str) -> String {
    project(&[("page.ttss", css)]).style("page").unwrap()
}

#[test]
fn lengths_become_parts_of_the_screen() {
    assert_eq!(
        style(
            ".a { width: 750rpx; margin: -7.5rpx .75rpx +15RPX; top: calc(100% - 1rpx); background: url(\"https://x/10rpx.png\") }"
        ),
        ".page--a { width: 100vw; margin: -1vw 0.1vw 2vw; top: calc(100% - 0.133333vw); background: url(\"https://x/10rpx.png\") }"
    );
    assert_eq!(
        style(".rpx1rpx { content: '1rpx'; /* 1rpx */ --a: a1rpx }"),
        ".page--rpx1rpx { content: '1rpx'; /* 1rpx */ --a: a1rpx }"
    );
}

#[test]
fn tags_and_classes_are_those_of_the_component() {
    let cases = [
        (
            ".a view > text, .b.c:not(image)::after {}",
            ".page--a tt-view > tt-text, .page--b.page--c:not(tt-image)::after {}",
        ),
        ("view {}", ":where([wx-host=\"page\"]) tt-view {}"),
        (
            "page, #id, [a=b] {}",
            "tt-page:where([wx-host=\"page\"]), :where([wx-host=\"page\"]) #id, :where([wx-host=\"page\"]) [a=b] {}",
        ),
        (".a:nth-child(2n+1) * {}", ".page--a:nth-child(2n+1) * {}"),
        (
            ":host, :host(.x) .y {}",
            "[wx-host=\"page\"], [wx-host=\"page\"]:is(.page--x) .page--y {}",
        ),
        (".a { .b & view { color: red } }", ".page--a { .page--b & tt-view { color: red } }"),
        (
            "@media (min-width: 75rpx) { .a { color: red } }",
            "@media (min-width: 10vw) { .page--a { color: red } }",
        ),
        (
            "@keyframes spin { from { left: 75rpx } 50.5% { left: 0 } }",
            "@keyframes spin { from { left: 10vw } 50.5% { left: 0 } }",
        ),
        (
            "@font-face { font-family: a; src: url(https://x/a.woff) }",
            "@font-face { font-family: a; src: url(https://x/a.woff) }",
        ),
        (".a\n  /* c */\n  text{}", ".page--a\n  /* c */\n  tt-text{}"),
    ];
    for (source, expected) in cases {
        assert_eq!(style(source), expected, "{source}");
    }
}

#[test]
fn classes_of_the_app_have_no_prefix() {
    let project = project(&[("app.ttss", "page { color: red } .a view {}")]);
    assert_eq!(project.style("app").unwrap(), "tt-page { color: red } .a tt-view {}");
}

#[test]
fn imports_are_put_in_for_the_sheet_that_imports() {
    let project = project(&[
        ("page.ttss", "@import \"./styles/a.ttss\";\n@import '/b' screen;\n.c {}"),
        ("styles/a.ttss", "@import \"../styles/a.ttss\";\n.a { background: url(i.png) }"),
        ("styles/i.png", ""),
        ("b.wxss", ".b {}"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    assert_eq!(
        project.style("page").unwrap(),
        "\n.page--a { background: url(/app/file/styles/i.png) }\n@media screen {.page--b {}}\n.page--c {}"
    );
}

#[test]
fn what_a_sheet_names_has_to_be_there() {
    let project = project(&[(
        "page.ttss",
        "@import \"gone\";\n.a { background: url(gone.png?v=1) }\n@import;",
    )]);
    assert_eq!(
        problems(&project),
        [
            "error page.ttss:1:9 There is no style sheet gone.",
            "warning page.ttss:2:22 There is no file gone.png.",
            "error page.ttss:3:1 @import needs the path of a sheet in quotes.",
        ]
    );
}

#[test]
fn mistakes_have_a_place() {
    let cases = [
        (".a { color: red", "error page.ttss:1:4 This { has no } that closes it."),
        (".a {} }", "error page.ttss:1:7 This } closes nothing."),
        ("{ color: red }", "error page.ttss:1:1 A selector is missing before this {."),
        (".a {}\n/* b", "error page.ttss:2:1 This comment does not end."),
        (
            ".a { content: 'b }\n}",
            "error page.ttss:1:15 This text has no quote that ends it on its line.",
        ),
        (".a {}\n// b", "warning page.ttss:2:1 Style sheets know no // comments"),
        (".a:not(.b {}", "error page.ttss:1:4 This bracket is not closed before the {."),
    ];
    for (source, problem) in cases {
        only_problem(&project(&[("page.ttss", source)]), problem);
    }
}

#[test]
fn names_that_no_class_can_have_are_told_apart() {
    let files = [
        ("app.json", r#"{ "pages": ["页/a", "页/b", "x_y", "x/y"] }"#),
        ("页/a.ttml", ""),
        ("页/b.ttml", ""),
        ("x_y.ttml", ""),
        ("x/y.ttml", ""),
    ];
    let project = project(&files);
    let scopes: std::collections::BTreeSet<_> =
        project.manifest().components.values().map(|c| c.style_scope.clone()).collect();
    assert_eq!(scopes.len(), 4, "{scopes:?}");
    assert!(
        scopes
            .iter()
            .all(|scope| scope.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-'))
    );
}
