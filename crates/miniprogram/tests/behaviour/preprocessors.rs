//! Style sheets of Sass and Less.

use std::{
    fmt::Write,
    fs,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tt_miniprogram::{Change, Project};

use super::{filled, only_problem, problems};

/// What `cargo xtask build` and `cargo xtask test native` bundle `www/less/main.ts` to.
const LESS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../simulator/pages/less/main.js");

/// Held by what takes much memory: that of the whole process is what limits Sass.
static MUCH_MEMORY: Mutex<()> = Mutex::new(());

fn project(files: &[(&str, &str)]) -> Project {
    let project = Project::new().with_less(|| {
        fs::read_to_string(LESS)
            .map_err(|error| format!("{LESS}: {error}; cargo xtask test native makes it."))
    });
    filled(project, files)
}

/// The sheet of the page `page`, without blanks and without what keeps it to its page.
#[track_caller]
fn style(project: &Project) -> String {
    let css: String = project.shared_style("page").unwrap().split_whitespace().collect();
    let css = css.strip_prefix("@scope(phone-page[data-page=\"page\"]){").unwrap_or(&css);
    css.strip_suffix('}').unwrap_or(css).to_owned()
}

fn change(project: &mut Project, path: &str, text: &str) -> Change {
    assert!(project.set_file(path, text).unwrap());
    project.compile()
}

#[test]
fn sass_becomes_the_sheet_of_its_page_and_of_the_app() {
    let project = project(&[
        ("app.scss", "$c: red; .app { color: $c; }"),
        ("page.scss", "$w: 375rpx; .a { width: $w; .b { width: $w * 2; &:hover { top: -$w } } }"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    assert_eq!(style(&project), ".a{width:50vw;}.a.b{width:100vw;}.a.b:hover{top:-50vw;}");
    assert!(project.style("app").unwrap().contains("color: red"));
}

#[test]
fn the_indented_syntax_is_sass_too() {
    let project = project(&[("page.sass", "$w: 375rpx\n=m($x)\n  left: $x\n.a\n  +m($w)\n")]);
    assert_eq!(problems(&project), [""; 0]);
    assert_eq!(style(&project), ".a{left:50vw;}");
    // In the compiler, such a comment has a length below zero.
    let project = self::project(&[("page.sass", ".a\n  b: c\n  /*\n.d\n  e: f\n")]);
    assert_eq!(problems(&project), [""; 0]);
    assert_eq!(style(&project), ".a{b:c;/***/}.d{e:f;}");
}

#[test]
fn less_becomes_the_sheet_of_its_page_and_of_the_app() {
    let project = project(&[
        ("app.less", "@c: red; .app { color: @c; }"),
        ("page.less", "@w: 375rpx; .m(@x) { left: @x } .a { .m(@w); .b { width: (@w * 2); } }"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    assert_eq!(style(&project), ".m{}.a{left:50vw;}.a.b{width:100vw;}".replace(".m{}", ""));
    assert!(project.style("app").unwrap().contains("color: red"));
}

#[test]
fn classes_of_components_are_theirs() {
    for (extension, text) in [("scss", ".a { &-b { c: d } }"), ("less", ".a { &-b { c: d } }")] {
        let project = project(&[
            ("page.json", r#"{ "usingComponents": { "x-y": "/sub/c" } }"#),
            ("sub/c.json", r#"{ "component": true }"#),
            ("sub/c.ttml", "<view class=\"a-b\"/>"),
            (&format!("sub/c.{extension}"), text),
        ]);
        let css = project.style("sub/c").unwrap();
        assert!(css.contains(".sub_c--a-b"), "{css}");
        assert!(project.manifest().components["sub/c"].style);
    }
}

#[test]
fn a_sheet_of_the_platform_is_taken_before_one_that_it_was_compiled_of() {
    let all = [
        ("page.ttss", ".t {}"),
        ("page.scss", ".s { b: $undefined }"),
        ("page.sass", ".i\n  a: b\n"),
        ("page.less", ".l { b: c }"),
    ];
    let project = project(&all);
    assert_eq!((style(&project).as_str(), problems(&project)), (".t{}", vec![]));
}

#[test]
fn what_replaces_a_sheet_is_shown() {
    let mut project = project(&[("page.less", ".l { b: c }")]);
    assert_eq!(style(&project), ".l{b:c;}");
    assert_eq!(change(&mut project, "page.scss", ".s { b: c }").styles, ["page"]);
    assert_eq!(style(&project), ".s{b:c;}");
    assert_eq!(change(&mut project, "page.ttss", ".t { b: c }").styles, ["page"]);
    assert!(project.remove_file("page.ttss"));
    assert_eq!(project.compile().styles, ["page"]);
    assert_eq!(style(&project), ".s{b:c;}");
}

#[test]
fn sass_finds_partials_indices_modules_and_the_root() {
    let project = project(&[
        (
            "page.scss",
            "@use 'a'; @use 'lib' as *; @import 'old', '/styles/root';\n.p { a: a.$v; b: $w; c: $old; d: $root }",
        ),
        ("_a.scss", "$v: 1;"),
        ("lib/_index.scss", "@forward 'inner';"),
        ("lib/_inner.sass", "$w: 2\n"),
        ("old.scss", "$old: 3;"),
        ("styles/_root.scss", "@import '../styles/more'; $root: 4;"),
        ("styles/more.scss", ".more { a: b }"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    assert_eq!(style(&project), ".more{a:b;}.p{a:1;b:2;c:3;d:4;}");
}

#[test]
fn sheets_of_the_platform_are_imported_with_what_they_import() {
    for (page, import) in
        [("page.scss", "@import 'd/t.ttss';"), ("page.less", "@import 'd/t.ttss';")]
    {
        let mut project = project(&[
            (page, &format!("{import} .p {{ a: b }}")),
            ("d/t.ttss", "@import 'u'; .t { background: url(t.png) }"),
            ("d/u.ttss", ".u { width: 750rpx }"),
            ("d/t.png", ""),
        ]);
        assert_eq!(problems(&project), [""; 0], "{page}");
        let css = style(&project);
        assert!(css.starts_with(".u{width:100vw}.t{background:url(../app/file/d/t.png)}"), "{css}");
        assert_eq!(change(&mut project, "d/u.ttss", ".u { width: 375rpx }").styles, ["page"]);
        assert!(style(&project).starts_with(".u{width:50vw}"));
    }
}

#[test]
fn a_sheet_of_the_platform_imports_sass_and_less() {
    let mut project = project(&[
        ("page.ttss", "@import 's.scss'; @import 'l.less'; @import 'built.ttss'; .p { a: b }"),
        ("s.scss", "$a: 1; .s { a: $a }"),
        ("l.less", "@a: 2; .l { a: @a }"),
        ("built.scss", "$a: 3; .b { a: $a }"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    assert_eq!(style(&project), ".s{a:1;}.l{a:2;}.b{a:3;}.p{a:b}");
    assert_eq!(change(&mut project, "l.less", ".l { a: 4 }").styles, ["page"]);
    assert!(style(&project).contains(".l{a:4;}"));
}

#[test]
fn what_a_sheet_is_made_of_changes_it_and_no_other() {
    for (extension, import, variable) in
        [("scss", "@use 'd/v' as *;", "$v"), ("less", "@import 'd/v';", "@v")]
    {
        let mut project = project(&[
            ("app.json", r#"{ "pages": ["page", "other"] }"#),
            (&format!("page.{extension}"), &format!("{import} .a {{ b: {variable} }}")),
            (&format!("other.{extension}"), ".o { a: b }"),
            ("other.ttml", ""),
            ("other.js", ""),
            (&format!("d/v.{extension}"), &format!("{variable}: 1;")),
        ]);
        let partial = format!("d/v.{extension}");
        let of_page = |change: &Change| {
            assert_eq!(
                (change.styles.as_slice(), &change.files),
                (&["page".to_owned()][..], &vec![])
            );
        };
        assert_eq!(style(&project), ".a{b:1;}");
        of_page(&change(&mut project, &partial, &format!("{variable}: 2;")));
        assert_eq!(style(&project), ".a{b:2;}");
        // A comment changes nothing that is shown.
        let comment = change(&mut project, &partial, &format!("// {variable}\n{variable}: 2;"));
        assert_eq!(comment.styles, [""; 0]);

        assert!(project.remove_file(&partial));
        project.compile();
        let line = &problems(&project)[0];
        assert!(line.starts_with(&format!("error page.{extension}:1:")), "{line}");
        assert_eq!(style(&project), ".a{b:2;}", "the last one that was right stays");
        of_page(&change(&mut project, &partial, &format!("{variable}: 3;")));
        assert_eq!((style(&project).as_str(), problems(&project)), (".a{b:3;}", vec![]));
    }
}

#[test]
fn a_new_file_that_is_meant_before_another_is_taken() {
    let mut project =
        project(&[("page.scss", "@import 'd/v'; .a { b: $v }"), ("d/v/_index.scss", "$v: 1;")]);
    assert_eq!(style(&project), ".a{b:1;}");
    assert_eq!(change(&mut project, "d/_v.scss", "$v: 2;").styles, ["page"]);
    assert_eq!(style(&project), ".a{b:2;}");
}

#[test]
fn mistakes_in_sass_have_their_place() {
    for (text, problem) in [
        (".a {\n  b: $视频;\n}", "page.scss:2:6 $视频 is not defined."),
        ("@import 'gone';", "page.scss:1:9 There is no style sheet gone."),
        ("@use 'gone';", "page.scss:1:1 There is no style sheet gone."),
        ("@import '../../etc/passwd';", "page.scss:1:9 There is no style sheet ../../etc/passwd."),
        ("@import '/../x';", "page.scss:1:9 There is no style sheet /../x."),
        (".a {\n  b: c;", "page.scss:2:7 \"}\" is expected here."),
        (".a { @include m; }", "page.scss:1:15 There is no mixin of this name."),
        ("@mixin m { b: $x } .a { @include m; }", "page.scss:1:15 $x is not defined."),
        (
            "@import 'page';",
            "page.scss:1:9 This import goes round in a circle: that sheet imports this one.",
        ),
        (".a { width: 1rpx + 1px }", "page.scss:1:13 Incompatible units px and rpx."),
        ("@error 'Not like this.';", "page.scss:1:8 Not like this."),
        ("@import 'part';", "_part.scss:2:1 Unmatched \"}\"."),
    ] {
        let project = project(&[("page.scss", text), ("_part.scss", "// 注\n} .a {}")]);
        let found = problems(&project);
        assert_eq!(found.first(), Some(&format!("error {problem}")), "{text} {found:?}");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(!project.manifest().problems[0].excerpt.is_empty());
    }
    only_problem(
        &project(&[("page.sass", ".a\n  b: c\n  d: $e\n")]),
        "error page.sass:3:6 $e is not defined.",
    );
    only_problem(
        &project(&[("page.scss", "@debug 1; @warn 'Use another.'; .a { b: c }")]),
        "warning page.scss:1:17 Use another.",
    );
}

#[test]
fn mistakes_in_less_have_their_place() {
    for (text, problem) in [
        (".a {\n  /* 视频 */ b: @c;\n}", "page.less:2:15 @c is not defined."),
        ("@import 'gone';", "page.less:1:1 There is no style sheet gone."),
        ("@import '../../etc/passwd';", "page.less:1:1 There is no style sheet ../../etc/passwd."),
        (".a { .m(); }", "page.less:1:6 .m is not defined."),
        (
            "@plugin 'p';",
            "page.less:1:1 @plugin is not supported: a style sheet cannot bring a program along.",
        ),
        (".a { b: `1 + 1` }", "page.less:1:9 JavaScript in a style sheet is not run."),
        ("@a: @b; @b: @a; .a { b: @a }", "page.less:1:5 Recursive variable definition for @b."),
        (".a { b: c", "page.less:1:10 Unrecognized input. Possibly missing something."),
        ("@import 'part';", "part.less:2:1 Unrecognized input."),
    ] {
        let project =
            project(&[("page.less", text), ("part.less", "// 注\n} .a {}"), ("p.js", "")]);
        let found = problems(&project);
        assert!(
            found.len() == 1 && found[0].starts_with(&format!("error {problem}")),
            "{text} {found:?}"
        );
    }
}

#[test]
fn what_is_wrong_with_a_compiled_sheet_is_wrong_with_its_source() {
    let less = project(&[
        ("page.less", "/* 视频 */ @import 'd/p';\n.a { .b { c: d } }"),
        ("d/p.less", "\n.p { background: url(gone.png) }"),
    ]);
    assert_eq!(problems(&less), ["warning d/p.less:2:6 There is no file gone.png."]);
    let sass = project(&[("page.scss", ".a {\n .b { background: url(gone.png) } }")]);
    assert_eq!(
        problems(&sass),
        [
            "warning page.scss:1:1 There is no file gone.png. In the compiled sheet, it is `background: url(gone.png);`."
        ]
    );
}

#[test]
fn an_endless_sheet_of_sass_is_stopped() {
    let _alone = MUCH_MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    for (file, text, problem) in [
        ("page.scss", "$i: 1;\n@while $i > 0 { .a { b: $i } }", "2:1 This does not end"),
        ("page.scss", "@for $i from 1 through 1e9 { .a { b: c } }", "1:1 This does not end"),
        (
            "page.scss",
            "@function f($a) { @return f($a + 1) } .a { b: f(1) }",
            "1:1 This uses itself",
        ),
        ("page.scss", "@mixin m { .a { @include m } } @include m;", "1:1 This uses itself"),
        ("page.sass", "$i: 1\n@while $i\n  $i: $i + 1\n", "2:1 This does not end"),
        ("page.sass", "=m\n  .a\n    +m\n+m\n", "1:1 This uses itself"),
        ("page.sass", ".a\n  b: c\n@while true", "3:1 This loop has no block."),
        ("page.sass", ".a\n  b: c /* d", "2:1"),
        ("page.sass", ".a\n  b: c /* d *", "2:1"),
        ("page.scss", "$a: 1 2; @while 1 { $a: join($a, $a) }", "1:10 This takes too much memory."),
    ] {
        only_problem(&project(&[(file, text)]), &format!("error {file}:{problem}"));
    }
}

#[test]
fn an_endless_sheet_of_less_is_stopped() {
    let _alone = MUCH_MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    for text in
        [".m(@n) { .m(@n + 1) } .a { .m(1) }", ".l() when (default()) { .l(); .l(); } .l();"]
    {
        let project = project(&[("page.less", text)]);
        let found = problems(&project);
        let is_said =
            found[0].contains("This uses itself") || found[0].contains("This does not end");
        assert!(found.len() == 1 && is_said, "{found:?}");
    }
    // And the next one is compiled.
    let mut project = project(&[("page.less", "@a: 1; .m() { .m() } .a { .m() }")]);
    change(&mut project, "page.less", ".a { b: c }");
    assert_eq!((style(&project).as_str(), problems(&project)), (".a{b:c;}", vec![]));
}

#[test]
fn sheets_that_nobody_means_well_with_are_errors() {
    let _alone = MUCH_MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let deep = [
        ("page.scss", "a{".repeat(100_000)),
        ("page.scss", format!("a{{b:{}", "(".repeat(100_000))),
        ("page.scss", format!("a{{b:{}1}}", "-".repeat(100_000))),
        ("page.scss", format!("a{{b:1{}}}", "+1".repeat(100_000))),
        ("page.scss", format!("a{{b:{}", "#{".repeat(100_000))),
        ("page.scss", "@import 'page".repeat(1_000)),
        ("page.scss", "\u{0}\u{feff}@\\".repeat(100)),
        ("page.sass", (0..2_000).map(|i| format!("{}a\n", " ".repeat(i))).collect()),
        ("page.less", "a{".repeat(100_000)),
        ("page.less", format!("a{{b:{}", "(".repeat(100_000))),
        ("page.less", format!("a{{b:1{}}}", "+1".repeat(20_000))),
        ("page.less", "\u{0}@\\`".repeat(100)),
        (
            "page.less",
            ".m(@s, @n) when (@n > 0) { .m('@{s}@{s}', (@n - 1)); } .a { .m('xxxxxxxx', 60); }"
                .to_owned(),
        ),
    ];
    for (file, text) in deep {
        let start = text.chars().take(20).collect::<String>();
        let found = problems(&project(&[(file, &text)]));
        assert!(!found.is_empty() && found[0].starts_with("error page."), "{start} {found:?}");
    }
    let mut project = project(&[]);
    project.set_file("page.scss", b".a { b: '\xff' }".to_vec()).unwrap();
    project.compile();
    only_problem(&project, "error page.scss:1:10 This file is not UTF-8");
}

#[test]
fn imports_that_multiply_are_stopped() {
    let mut files: Vec<(String, String)> = (0..40)
        .map(|i| (format!("p{i}.scss"), format!("@import 'p{0}'; @import 'p{0}';", i + 1)))
        .collect();
    files.push(("p40.scss".into(), ".a { b: c }".into()));
    files.push(("page.scss".into(), "@import 'p0';".into()));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let found = problems(&project(&files));
    assert!(found.len() == 1 && found[0].contains("imported too often"), "{found:?}");
}

#[test]
fn without_its_compiler_less_is_an_error() {
    let mut project = Project::new();
    project.set_file("app.json", r#"{ "pages": ["page"] }"#).unwrap();
    project.set_file("app.js", "").unwrap();
    project.set_file("page.ttml", "").unwrap();
    project.set_file("page.less", ".a {}").unwrap();
    project.compile();
    only_problem(&project, "error page.less:1:1 Less is not compiled here.");
}

#[test]
fn of_five_hundred_sheets_only_those_that_changed_are_compiled() {
    for (extension, import, variable) in
        [("scss", "@import 'v';", "$v"), ("less", "@import 'v';", "@v")]
    {
        let mut project = project(&[]);
        let names: Vec<_> = (0..500).map(|i| format!("p{i}")).collect();
        project.set_file("app.json", format!("{{ \"pages\": {names:?} }}")).unwrap();
        project.set_file(&format!("v.{extension}"), format!("{variable}: 1;")).unwrap();
        for name in &names {
            let mut text = import.to_owned();
            for i in 0..20 {
                write!(text, ".a{i} {{ width: {variable} * {i}rpx; .b {{ c: d }} }}").unwrap();
            }
            project.set_file(&format!("{name}.ttml"), "<view/>").unwrap();
            project.set_file(&format!("{name}.js"), "Page({})").unwrap();
            project.set_file(&format!("{name}.{extension}"), text).unwrap();
        }
        let time = |project: &mut Project| {
            let start = Instant::now();
            let change = project.compile();
            (change.styles.len(), start.elapsed())
        };
        let (count, first) = time(&mut project);
        assert_eq!((count, problems(&project)), (500, vec![]));
        project.set_file(&format!("p7.{extension}"), ".x { y: z }").unwrap();
        let (count, one) = time(&mut project);
        assert_eq!(count, 1);
        project.set_file(&format!("v.{extension}"), format!("{variable}: 2;")).unwrap();
        let (count, all) = time(&mut project);
        assert_eq!(count, 499);
        println!(
            "{extension}: 500 sheets in {first:?}, one of them in {one:?}, 499 of them in {all:?}"
        );
        assert!(one < first / 2 && one < Duration::from_secs(2), "{one:?} of {first:?}");
    }
}
