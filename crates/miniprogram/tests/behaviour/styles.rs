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
            ".page--a tt-view$ > tt-text$, .page--b.page--c:not(tt-image)::after {}",
        ),
        ("page.a view {}", "tt-page:where([wx-host=\"page\"]).page--a tt-view$ {}"),
        ("#id, [a=b] {}", "$#id, $[a=b] {}"),
        ("*, *::before, ::after, :first-child {}", "*$, *$::before, $::after, $:first-child {}"),
        (".a:nth-child(2n+1) * {}", ".page--a:nth-child(2n+1) *$ {}"),
        (":not(.a, view):is(text) {}", "$:not(.page--a, tt-view):is(tt-text) {}"),
        (
            ":root, :root .a {}",
            ":is(phone-page[data-page=\"page\"] phone-scroll), :is(phone-page[data-page=\"page\"] phone-scroll) .page--a {}",
        ),
        (
            ":host, :host(.x) .y {}",
            "[wx-host=\"page\"], [wx-host=\"page\"]:is(.page--x) .page--y {}",
        ),
        (".a { .b & view { color: red } }", ".page--a { .page--b & tt-view$ { color: red } }"),
        (
            "@media (min-width: 75rpx) { .a { color: red } }",
            "@media (min-width: 10vw) { .page--a { color: red } }",
        ),
        (".a\n  /* c */\n  text{}", ".page--a\n  /* c */\n  tt-text${}"),
    ];
    for (source, expected) in cases {
        let expected = expected.replace('$', ":where([tt-in~=\"page\"])");
        assert_eq!(style(source), expected, "{source}");
    }
}

#[test]
fn classes_of_the_app_have_no_prefix() {
    let project = project(&[("app.ttss", ":root, page { color: red } .a view, * {}")]);
    assert_eq!(
        project.style("app").unwrap(),
        ":is(phone-scroll), tt-page { color: red } .a tt-view:where([tt-in]), *:where([tt-in]) {}"
    );
}

#[test]
fn a_page_that_shares_its_styles_is_kept_to_itself_without_a_prefix() {
    let css = "page, :host(.a), :root { color: red } .a view {}";
    assert_eq!(
        project(&[("page.ttss", css)]).shared_style("page").unwrap(),
        "@scope (phone-page[data-page=\"page\"]) {tt-page, tt-page:is(.a), :is(phone-scroll) { color: red } .a tt-view:where([tt-in~=\"·\"]) {}\n}"
    );
    assert_eq!(project(&[("page.ttss", " ")]).shared_style("page").unwrap(), " ");
}

#[test]
fn heights_are_those_of_the_window_and_insets_those_of_the_device() {
    let cases = [
        (
            "top: calc(100VH - 1rpx); width: min(-.5dvh, 3vmin, 4vw)",
            "top: calc(100cqh - 0.133333vw); width: min(-.5cqh, 3cqmin, 4vw)",
        ),
        (
            "margin: -.5rem calc(2rem + 1px)",
            "margin: calc(-.5 * var(--tt-rem)) calc(calc(2 * var(--tt-rem)) + 1px)",
        ),
        (
            "padding: env(safe-area-inset-top) Env( safe-area-inset-left, 1vh) constant(safe-area-inset-top) env(other)",
            "padding: var(--safe-area-inset-top) var( --safe-area-inset-left, 1cqh) constant(safe-area-inset-top) env(other)",
        ),
        (
            "content: '1vh env(safe-area-inset-top)' /* 1vh */; background: url(https://x/1vh.png?env(safe-area-inset-top))",
            "content: '1vh env(safe-area-inset-top)' /* 1vh */; background: url(https://x/1vh.png?env(safe-area-inset-top))",
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(style(&format!(".a {{ {source} }}")), format!(".page--a {{ {expected} }}"));
    }
    assert_eq!(
        style("@media (min-height: 50vh) { .a50vh { top: 50vh } }"),
        "@media (min-height: 50vh) { .page--a50vh { top: 50cqh } }"
    );
}

#[test]
fn names_of_two_sheets_do_not_meet() {
    let project = project(&[
        ("app.json", r#"{ "pages": ["page", "other"], "usingComponents": { "c": "c" } }"#),
        (
            "app.ttss",
            "@keyframes fade { to { top: 75rpx } } .a { animation: fade 1s, turn 2s; font: 1px/2 Icons }",
        ),
        (
            "page.ttss",
            "@import 'icons'; .a { animation: fade 1s ease-in, turn 1s; font: bold 1px/normal \"icons\", serif }\n@keyframes fade { from { top: 0 } 50.5% { top: 1vh } }",
        ),
        (
            "icons.ttss",
            "@font-face { font-family: Icons; src: url(https://x/a.woff) } @counter-style dots { symbols: '.' } .l { list-style: dots inside; content: counter(dots, dots) }",
        ),
        ("other.ttml", ""),
        (
            "other.ttss",
            ".b { -webkit-animation-name: fade, none; font-family: 'PingFang SC', icons }",
        ),
        ("c.json", "{}"),
        ("c.ttss", "@keyframes turn { to { rotate: 1turn } } .c { animation: 1s turn }"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    assert_eq!(
        project.style("app").unwrap(),
        "@keyframes fade { to { top: 10vw } } .a { animation: fade 1s, var(--tt-keyframes-turn,turn) 2s; font: 1px/2 var(--tt-font-icons,Icons), sans-serif }\nphone-page{--tt-keyframes-fade:fade;}"
    );
    assert_eq!(
        project.style("page").unwrap(),
        "@font-face { font-family: \"page·icons\"; src: url(https://x/a.woff) } @counter-style page·dots { symbols: '.' } .page--l { list-style: page·dots inside; content: counter(dots, page·dots) } .page--a { animation: page·fade 1s ease-in, var(--tt-keyframes-turn,turn) 1s; font: bold 1px/normal \"page·icons\", serif }\n@keyframes page·fade { from { top: 0 } 50.5% { top: 1cqh } }\nphone-page[data-page=\"page\"]{--tt-keyframes-fade:page·fade;--tt-font-icons:\"page·icons\";--tt-counter-style-dots:page·dots;}"
    );
    assert_eq!(
        project.style("other").unwrap(),
        ".other--b { -webkit-animation-name: var(--tt-keyframes-fade,fade), none; font-family: 'PingFang SC', var(--tt-font-icons,icons), sans-serif }"
    );
    assert_eq!(
        project.style("c").unwrap(),
        "@keyframes c·turn { to { rotate: 1turn } } .c--c { animation: 1s c·turn }\n:where(phone-page),[wx-host=\"c\"]{--tt-keyframes-turn:c·turn;}"
    );
}

#[test]
fn sheets_that_use_a_name_change_when_another_defines_it() {
    let mut project = project(&[
        ("app.json", r#"{ "pages": ["page", "other"] }"#),
        ("page.ttss", ".a { animation: fade 1s }"),
        ("other.ttml", ""),
        ("other.ttss", ".a {}"),
    ]);
    project.set_file("other.ttss", "@keyframes fade {}").unwrap();
    assert_eq!(project.compile().styles, ["other", "page"]);
    project.set_file("other.ttss", "@keyframes fade { to {} }").unwrap();
    assert_eq!(project.compile().styles, ["other"]);
}

#[test]
fn a_font_that_is_not_there_falls_to_the_systems_sans_serif() {
    let cases = [
        (
            "font-family: PingFangSC-Regular, PingFang SC",
            "font-family: PingFangSC-Regular, PingFang SC, sans-serif",
        ),
        ("font-family: 'A' !important", "font-family: 'A', sans-serif !important"),
        ("font: italic 12px/1.5 A, \"B C\"", "font: italic 12px/1.5 A, \"B C\", sans-serif"),
        ("font: 50%/calc(1px) A", "font: 50%/calc(1px) A, sans-serif"),
        ("font: small A", "font: small A, sans-serif"),
        ("font-family: A, Sans-Serif", "font-family: A, Sans-Serif"),
        ("font-family: monospace", "font-family: monospace"),
        ("font-family: inherit", "font-family: inherit"),
        ("font-family: var(--a)", "font-family: var(--a)"),
        ("font-family: var(--a), A", "font-family: var(--a), A, sans-serif"),
        ("font: caption", "font: caption"),
        ("font: 12px", "font: 12px"),
        ("font-size: 12px", "font-size: 12px"),
    ];
    for (source, expected) in cases {
        assert_eq!(style(&format!(".a {{ {source} }}")), format!(".page--a {{ {expected} }}"));
    }
}

#[test]
fn files_may_have_any_name() {
    let project = project(&[
        ("page.ttss", "@import '页 面/基%20础';"),
        (
            "页 面/基 础.ttss",
            ".a { background: url(\"图 片#1.png\"), url(a%20b.svg#x), url(100%.png?v=1), url('\\56fe.png') }",
        ),
        ("页 面/图 片#1.png", ""),
        ("页 面/a b.svg", ""),
        ("页 面/100%.png", ""),
        ("页 面/图.png", ""),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    let folder = "../app/file/%E9%A1%B5%20%E9%9D%A2";
    assert_eq!(
        project.style("page").unwrap(),
        format!(
            ".page--a {{ background: url(\"{folder}/%E5%9B%BE%20%E7%89%87%231.png\"), url({folder}/a%20b.svg#x), url({folder}/100%25.png?v=1), url('{folder}/%E5%9B%BE.png') }}"
        )
    );
}

#[test]
fn a_sheet_that_does_not_end_ends_before_what_follows() {
    assert_eq!(style("@media print { .a { color: red"), "@media print { .page--a { color: red}}");
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
        "\n.page--a { background: url(../app/file/styles/i.png) }\n@media screen {.page--b {}}\n.page--c {}"
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
