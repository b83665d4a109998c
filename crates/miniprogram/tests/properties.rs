//! What holds of any input.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use tt_miniprogram::{Project, Severity, SourceMap};

/// A page made of these files, all compiled and asked for.
fn compiled(files: &[(&str, &[u8])]) -> Project {
    let mut project = Project::new();
    project.set_file("app.json", r#"{ "pages": ["page"] }"#).unwrap();
    project.set_file("app.js", "require('./t')").unwrap();
    project.set_file("t.ts", "").unwrap();
    for (path, bytes) in files {
        project.set_file(path, *bytes).unwrap();
    }
    project.compile();
    for path in ["app.js", "page.js", "t.ts"] {
        let _ = project.module(path);
    }
    let _ = (project.template("page"), project.style("page"), project.style("app"));
    let _ = (project.shared_style("page"), project.shared_style("app"));
    for problem in &project.manifest().problems {
        assert!(
            problem.line > 0 && problem.column > 0 && !problem.message.is_empty(),
            "{problem:?}"
        );
    }
    project
}

fn clean(project: &Project) -> bool {
    project.manifest().problems.iter().all(|problem| problem.severity != Severity::Error)
}

fn module(project: &Project, path: &str) -> String {
    let text = project.module(path).unwrap();
    let body = text.split_once(") {").unwrap().1;
    body.rsplit_once("\n}, [").unwrap().0.to_owned()
}

/// Pieces of the languages, thrown together.
fn soup(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..60).prop_map(|pieces| pieces.concat())
}

const TTML: &[&str] = &[
    "<view",
    "<text",
    "<block",
    "<template",
    "<slot",
    "<sjs",
    "<import",
    "<include",
    "<Input",
    "</view>",
    "</text>",
    "</block>",
    "</template>",
    "</sjs>",
    ">",
    "/>",
    "<",
    "<!--",
    "-->",
    "<!",
    " class=",
    " tt:if=",
    " tt:else",
    " tt:for=",
    " tt:key=",
    " tt:for-item=",
    " bindtap=",
    " src=",
    " module=",
    " name=",
    " is=",
    " data=",
    " data-a-B=",
    " class:a=",
    " style:b=",
    " let:c=",
    " slot:d=",
    " generic:e=",
    " model:value=",
    " change:f=",
    " worklet:g=",
    "\"",
    "'",
    "{{",
    "}}",
    "a",
    " ",
    "\n",
    "&lt;",
    "&",
    ";",
    "&#x41;",
    "&#",
    "é",
    "视",
    "\u{0}",
    "?",
    ":",
    ".",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "+",
    "-",
    "!",
    "==",
    "1",
    "0x",
    "1e",
    "...",
    "`",
    "\\",
    "/",
    "=",
];
const SCRIPT: &[&str] = &[
    "import ",
    "export ",
    "default ",
    "from ",
    "'./t'",
    "* as a ",
    "{ a }",
    "{ a as b }",
    "const ",
    "let ",
    "var ",
    "function ",
    "class ",
    "enum ",
    "namespace ",
    "interface ",
    "type ",
    "declare ",
    "abstract ",
    "private ",
    "constructor",
    "extends ",
    "implements ",
    "async ",
    "await ",
    "=> ",
    "require(",
    "import(",
    "import.meta",
    "as ",
    "satisfies ",
    "<T>",
    ": string",
    "?",
    "!",
    "a",
    "b",
    "this",
    "super()",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ";",
    ",",
    "\n",
    " ",
    "=",
    "+",
    ".",
    "...",
    "`",
    "${",
    "'",
    "\"",
    "/",
    "//",
    "/*",
    "*/",
    "@",
    "#",
    "1",
    "é",
    "\u{2028}",
    "#!",
];
const STYLE: &[&str] = &[
    ".a",
    "#b",
    "view",
    "page",
    ":host",
    ":not(",
    "::after",
    "[a=b]",
    ">",
    "+",
    "~",
    ",",
    "*",
    "&",
    "{",
    "}",
    "(",
    ")",
    ";",
    ":",
    "color",
    "1rpx",
    "-.5rpx",
    "1e3rpx",
    "@import ",
    "@media ",
    "@keyframes ",
    "@font-face ",
    "'a'",
    "\"",
    "url(",
    "url('a')",
    "/*",
    "*/",
    "//",
    "<!--",
    "\\",
    "\n",
    " ",
    "é",
    "\u{0}",
    "!important",
    "%",
    "calc(",
    ":root",
    "@counter-style ",
    "animation",
    "font-family",
    "font",
    "content",
    "counter(",
    "1vh",
    "env(",
    "safe-area-inset-top",
    "\\41 ",
];
const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"a\"",
    "\"",
    "'",
    "a",
    "1",
    "-",
    "1e",
    "true",
    "null",
    "// x\n",
    "/*",
    "*/",
    "\\u",
    "\\",
    "d83d",
    "\n",
    " ",
    "é",
    "\u{0}",
    "\"usingComponents\"",
    "\"pages\"",
    "\"page\"",
];

/// Numbers of source maps in base 64, small and large, positive and negative, and what separates them.
const MAPPINGS: &[&str] = &[
    "A", "C", "D", "2", "3", "AAAA", "AADA", "AAAD", "gggggE", "hgggggB", "+////D", ";", ",", "é",
    "!",
];
const SOURCE_MAP: &[&str] = &[
    "{\"version\":3,",
    "\"sources\":[\"a.ts\"],",
    "\"sources\":[null],",
    "\"sourcesContent\":[\"a\"],",
    "\"names\":[],",
    "\"sourceRoot\":\"/\",",
    "\"sections\":[",
    "\"offset\":{\"line\":4294967295,\"column\":1},",
    "\"offset\":{\"line\":1,\"column\":4294967295},",
    "\"map\":",
    "\"mappings\":\"AADA;AAAD\"",
    "}",
    "]",
    ",",
    "{",
    ")]}'\n",
];

/// What Sass has more than style sheets of the platform. What may loop is tested by itself.
const SASS: &[&str] = &[
    "$a: 1rpx;",
    "$a",
    "#{",
    "}",
    "{",
    ".a",
    "&-b",
    "%p",
    "@extend .a;",
    "@extend %p;",
    "@mixin m($a: 1) {",
    "@include m;",
    "@include m { a: b }",
    "@content;",
    "@function f($a...) {",
    "@return 1;",
    "f(1, $b...)",
    "@if $a == 1 {",
    "@else {",
    "@each $k, $v in (a: b, c: d) {",
    "@for $i from 1 to 3 {",
    "@use 'sass:math';",
    "@use 'page';",
    "@import 'app';",
    "@media (min-width: $a) {",
    "@at-root",
    "math.div(1rpx, 0)",
    "(",
    ")",
    "[",
    "\"",
    "'",
    "\\",
    "//",
    "/*",
    "*/",
    "url(",
    "calc(1px + 2rpx)",
    "rgba(red, .5)",
    ":",
    ";",
    ",",
    "\n",
    "\n  ",
    "=m",
    "+m",
    "@",
    "\0",
    "视",
    "\u{1F600}",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_are_too_much(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let names = ["app.json", "page.json", "page.js", "t.ts", "page.ttml", "page.ttss", "app.ttss", "m.sjs"];
        let mut files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, bytes.as_slice())).collect();
        compiled(&files);
        files.remove(0);
        compiled(&files);
    }

    #[test]
    fn no_template_is_too_much(ttml in soup(TTML)) {
        compiled(&[("page.ttml", ttml.as_bytes())]);
    }

    #[test]
    fn no_script_is_too_much(script in soup(SCRIPT)) {
        let template = format!("<sjs module=\"m\">{script}</sjs><text>{{{{m.a}}}}</text>");
        compiled(&[("page.js", script.as_bytes()), ("t.ts", script.as_bytes()), ("page.ttml", template.as_bytes())]);
    }

    #[test]
    fn no_style_sheet_is_too_much(css in soup(STYLE)) {
        compiled(&[("page.ttss", css.as_bytes()), ("page.ttml", b""), ("app.ttss", css.as_bytes())]);
    }

    #[test]
    fn no_sheet_of_sass_is_too_much(sheet in soup(SASS)) {
        let sheet = sheet.as_bytes();
        compiled(&[("page.scss", sheet), ("page.ttml", b""), ("app.sass", sheet)]);
    }

    /// Blocks that are open at the end of a sheet do not take in what follows it.
    #[test]
    fn a_sheet_closes_what_it_opens(css in soup(STYLE)) {
        let project = compiled(&[("page.ttss", css.as_bytes()), ("page.ttml", b"")]);
        // What strings and addresses that do not end take in is lost with them.
        let plain = |text: &str| !text.contains(['"', '\'', '\\']) && !text.contains("url(");
        if let Some(shared) = project.shared_style("page").filter(|_| plain(&css)) {
            let text = shared.replace(r#"phone-page[data-page="page"]"#, "");
            let mut depth = 0;
            let mut rest = text.as_str();
            while let Some(c) = rest.chars().next() {
                if rest.starts_with("/*") {
                    rest = rest.find("*/").and_then(|end| rest.get(end + 2..)).unwrap_or_default();
                    continue;
                }
                depth += i32::from(c == '{') - i32::from(c == '}');
                prop_assert!(depth >= 0, "{}", text);
                rest = &rest[c.len_utf8()..];
            }
            prop_assert_eq!(depth, 0, "{}", text);
        }
    }

    #[test]
    fn no_json_is_too_much(json in soup(JSON)) {
        compiled(&[("page.json", json.as_bytes())]);
        compiled(&[("app.json", json.as_bytes())]);
    }

    /// A project brings its source maps along.
    #[test]
    fn no_source_map_is_too_much(mappings in soup(MAPPINGS), more in soup(SOURCE_MAP), sources in 0..3_usize) {
        let sources = vec!["a.ts"; sources];
        let map = serde_json::json!({ "version": 3, "sources": sources, "names": [], "mappings": mappings });
        let sections = serde_json::json!({ "version": 3, "sections": [{ "offset": { "line": 0, "column": 0 }, "map": &map }] });
        for text in [map.to_string(), sections.to_string(), more] {
            let Some(map) = SourceMap::parse(text.as_bytes()) else { continue };
            for (line, column) in [(0, 0), (1, 0), (1, 1), (1, 90), (2, 1), (3, 40), (u32::MAX, u32::MAX)] {
                if let Some(position) = map.position(line, column) {
                    prop_assert!(position.line > 0 && position.column > 0);
                }
            }
            let _ = map.text("a.ts");
        }
    }

    /// What serde_json takes, we take, and as the same value.
    #[test]
    fn valid_json_stays_what_it_was(value in json()) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        let project = compiled(&[("page.json", text.as_bytes()), ("page.ttml", b"")]);
        prop_assert!(clean(&project), "{:?}", project.manifest().problems);
        prop_assert_eq!(serde_json::to_value(&project.manifest().components["page"].json).unwrap(), value);
    }

    /// A place of what runs is found in the source, however a script is written.
    #[test]
    fn places_of_scripts_are_those_of_the_source(statements in prop::collection::vec(prop::sample::select(STATEMENTS), 0..20)) {
        for (path, typed) in [("page.js", false), ("t.ts", true)] {
            let lines: Vec<&str> = statements.iter().filter(|(_, ts)| typed || !ts).map(|(line, _)| *line).collect();
            // Each name is declared once: every statement stands in a block with its own marker.
            let source: String = lines.iter().enumerate().map(|(i, line)| format!("{{ {line}\n; mark({i}) }}\n")).collect();
            let project = compiled(&[(path, source.as_bytes()), ("page.ttml", b"")]);
            prop_assert!(clean(&project), "{source}\n{:?}", project.manifest().problems);
            let code = module(&project, path);
            for i in 0..lines.len() {
                let mark = format!("mark({i})");
                let place = |text: &str| {
                    let mut lines = (1..).zip(text.lines());
                    let (line, text) = lines.find(|(_, line)| line.contains(&mark)).unwrap();
                    (line, u32::try_from(text.find(&mark).unwrap() + 1).unwrap())
                };
                let (line, column) = place(&code);
                let at = project.position(path, line, column);
                prop_assert_eq!(place(&source), (at.line, at.column), "{}", code);
            }
        }
    }

    /// JavaScript without modules is not touched at all; but for loops that count their turns.
    #[test]
    fn plain_scripts_are_not_touched(statements in prop::collection::vec(prop::sample::select(STATEMENTS), 0..20)) {
        let source: String =
            statements.iter().filter(|(line, typed)| !typed && !line.contains("while")).map(|(line, _)| format!("{{ {line}\n}}\n")).collect();
        let project = compiled(&[("page.js", source.as_bytes()), ("page.ttml", b"")]);
        prop_assert_eq!(module(&project, "page.js"), source);
    }

    /// A change of one file gives what a project that had it from the start gives.
    #[test]
    fn compiling_again_is_compiling_anew(before in soup(TTML), after in soup(TTML), css in soup(STYLE)) {
        let mut project = compiled(&[("page.ttml", before.as_bytes()), ("page.ttss", css.as_bytes())]);
        project.set_file("page.ttml", after.as_str()).unwrap();
        project.compile();
        let anew = compiled(&[("page.ttml", after.as_bytes()), ("page.ttss", css.as_bytes())]);
        prop_assert_eq!(&project.manifest().problems, &anew.manifest().problems);
        prop_assert_eq!(project.template("page").is_some(), anew.template("page").is_some());
        prop_assert_eq!(project.style("page"), anew.style("page"));
    }
}

/// Statements, and whether they are TypeScript.
const STATEMENTS: &[(&str, bool)] = &[
    ("const a = 1", false),
    ("let b = `x\n${1 + 1}\ny`", false),
    ("function c(d, ...e) {\n return d }", false),
    ("class F extends Object { g = 1\n #h; static { } get i() { return 1 } }", false),
    ("const { j, k: [l] } = { k: [] }", false),
    ("for (const m of [1]) { continue }", false),
    ("x = async () => { await 1 }", false),
    ("/* n\n */ y = /[/]\\n/.test('\\\n') // o", false),
    ("label: while (true) break label", false),
    ("z?.a?.[1] ?? 2 ** 3", false),
    ("type A = {\n a: string\n}", true),
    ("interface B<T>\n extends C { (a: T): void }", true),
    ("let d: Map<\nstring, number\n> = new Map<string, number>()", true),
    ("const e = (f: number):\n number =>\n f as\n any", true),
    ("enum G {\n H = 1,\n /* , */ I\n}", true),
    (
        "abstract class J<T> { private readonly k?: T\n abstract l(): void\n constructor(public m: number,\n readonly n = 1) { } }",
        true,
    ),
    ("function o<T>(this: T, p?: string): asserts p is\n string { }", true),
    ("declare const q: number\n", true),
    ("let r = <any>1 satisfies\n number", true),
    ("let s!: string\n;[s!].map(t => t)", true),
];

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    prop::collection::hash_map("[a-z]{3}", value, 0..5)
        .prop_map(|map| Value::Object(map.into_iter().collect()))
}
