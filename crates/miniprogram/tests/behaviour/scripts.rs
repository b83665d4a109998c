//! What modules become.

use tt_miniprogram::{Project, SourceMapPlace};

use super::{module, only_problem, problems, project};

#[test]
fn plain_javascript_stays_as_it_is() {
    let source = "const a = require('./a');\n\nmodule.exports = { a }; // done";
    let project = project(&[("app.js", source), ("a.js", "exports.x = 1")]);
    assert_eq!(module(&project, "app.js"), source);
    assert_eq!(project.manifest().modules["app.js"]["./a"], "a.js");
}

#[test]
fn the_frame_names_the_file_and_the_globals_that_the_code_uses() {
    let project = project(&[("a 第#1.js", "tt.x(Page);"), ("app.js", "require('./a 第#1');")]);
    let before = "__define(\"a 第#1.js\", function (require, module, exports, Page, tt) {";
    assert_eq!(
        project.module("a 第#1.js").unwrap(),
        format!(
            "{before}tt.x(Page);\n}}, [\"Page\", \"tt\"], {}, false);\n//# sourceURL=a%20第%231.js\n",
            before.chars().count()
        )
    );
}

/// The parameters of a module beside `require`, `module` and `exports`.
#[track_caller]
fn parameters(project: &Project, path: &str) -> String {
    let text = project.module(path).unwrap();
    let (_, rest) = text.split_once("function (require, module, exports").unwrap();
    rest.split_once(") {").unwrap().0.trim_start_matches(", ").to_owned()
}

#[test]
fn names_of_browsers_are_hidden_where_a_script_takes_them_for_global() {
    for (source, expected) in [
        ("typeof window; document.x; foo();", "document, window"),
        ("let window = 1; { const self = window; self; } top;", "top"),
        ("class Image {} function f(location) { location; var fetch; fetch; }", ""),
        ("a.window; ({ document: 1 }); window: for (;;) break window;", ""),
        (
            "global.x = globalThis.y; new Function(''); Math.x; undeclared = 1;",
            "Function, global, globalThis",
        ),
        ("var tt = tt || {};", "tt"),
        ("export const tt = 1; tt.x;", ""),
    ] {
        assert_eq!(parameters(&project(&[("app.js", source)]), "app.js"), expected, "{source}");
    }
    let typed =
        "declare const tt: any; declare function getApp(): any; tt.x(getApp()); let a: Document;";
    assert_eq!(
        parameters(&project(&[("app.ts", typed), ("page.js", "require('./app')")]), "page.js"),
        ""
    );
}

#[test]
fn what_is_assigned_to_page_holds_for_scripts_that_run_later() {
    let of = |code: &str| module(&project(&[("app.js", code)]), "app.js");
    assert_eq!(
        of("const own = Page; Page = (o) => own(o);"),
        "const own = Page; Page = $mglobal.__Page=(o) => own(o);"
    );
    for same in
        ["let Page = 1; Page = 2;", "app.Page = f;", "function f(Component) { Component = 1 }"]
    {
        assert_eq!(of(same), same);
    }
}

#[test]
fn no_function_has_the_window_as_this() {
    let this = "(this===$mwindow?$mglobal:this)";
    let of = |code: &str| module(&project(&[("app.js", code)]), "app.js");
    for (source, expected) in [
        (
            "var g = (function () { return this || (() => this)() })();",
            format!("var g = (function () {{ return {this} || (() => {this})() }})();"),
        ),
        (
            "a(function () { f()\nthis[b](); this.document; this.top = 1 })",
            format!("a(function () {{ f()\n;{this}[b](); ;{this}.document; ;{this}.top = 1 }})"),
        ),
        (
            "var o = { f() { return this }, get g() { return this } }",
            format!("var o = {{ f() {{ return {this} }}, get g() {{ return {this} }} }}"),
        ),
    ] {
        assert_eq!(of(source), expected);
    }
    for same in [
        "(function () { 'use strict'; return this })(); a(this, () => this);",
        "class A { b() { return this } static c = this }",
        "Page({ a() { this.setData({}); this.b.window = 1 } });",
    ] {
        assert_eq!(of(same), same);
    }
    let project = project(&[("app.js", "(function () { return this })()")]);
    assert_eq!(parameters(&project, "app.js"), "$mglobal, $mwindow");
    assert!(project.module("app.js").unwrap().contains("}, [\"global\", \"__window\"], "));
}

#[test]
fn eval_is_the_phones() {
    let project = project(&[("app.js", "'use strict';\n(0, eval)('1'); a({ eval });")]);
    assert_eq!(module(&project, "app.js"), "'use strict';\n(0, $meval)('1'); a({ eval: $meval });");
    assert!(project.module("app.js").unwrap().contains("$meval) {"));
    assert!(project.module("app.js").unwrap().contains("}, [\"eval\"], "));
}

#[test]
fn places_of_what_runs_are_those_of_the_source() {
    let project = project(&[
        ("app.js", "import { a } from './m';\na(); a(b);"),
        ("m.js", "exports.a = 1;\n//# sourceMappingURL=m.js.map\n"),
        ("page.js", "require('./m');\n//# sourceMappingURL=data:application/json,{}\n"),
    ]);
    let text = module(&project, "app.js");
    assert_eq!(text.lines().nth(1), Some(";(0, $m1.a)(); ;(0, $m1.a)(b);"));
    let column = |column| project.position("app.js", 2, column).column;
    assert_eq!([1, 5, 12, 16, 27, 28].map(column), [1, 1, 2, 6, 7, 8]);
    assert_eq!(project.source_map("app.js"), None);
    assert_eq!(project.source_map("m.js"), Some(SourceMapPlace::File("m.js.map".to_owned())));
    let inline = SourceMapPlace::Inline("data:application/json,{}".to_owned());
    assert_eq!(project.source_map("page.js"), Some(inline));
    assert!(project.module("m.js").unwrap().contains(", true);\n//# sourceURL"));
    // It would be the address of the wrong one for what runs.
    assert!(!project.module("page.js").unwrap().contains("data:"));
}

#[test]
fn wx_gets_one_warning_that_names_tt() {
    let project = project(&[
        ("app.js", "\n  wx.login();\nwx.a;"),
        ("page.js", "require('./lib'); wx.b();"),
        ("lib.js", "typeof wx !== 'undefined' && wx.c(); wx => wx.d; var o = { wx: 1 };"),
    ]);
    only_problem(&project, "warning app.js:2:3 wx. is of WeChat: on Douyin it is tt.");
    assert!(problems(&project)[0].ends_with("One more file says wx."));
}

#[test]
fn a_script_that_computes_paths_may_mean_any_script() {
    let files = [
        ("app.js", "const name = 'a'; require('./lib/' + name); require('pkg');"),
        ("lib/a.js", "require('./b')"),
        ("lib/b.js", "import ("),
        ("lib/c.ts", "export const c = 1;"),
        ("lib/c.d.ts", "declare const c: 1;"),
        ("data/d.json", "{}"),
        ("node_modules/pkg/index.js", "require('./locale/' + n)"),
        ("node_modules/pkg/locale/en.js", ""),
        ("node_modules/other/index.js", ""),
    ];
    let project = project(&files);
    let modules: Vec<_> = project.manifest().modules.keys().map(String::as_str).collect();
    assert_eq!(
        modules,
        [
            "app.js",
            "app.json",
            "data/d.json",
            "lib/a.js",
            "lib/b.js",
            "lib/c.ts",
            "node_modules/pkg/index.js",
            "node_modules/pkg/locale/en.js",
            "page.js"
        ]
    );
    assert_eq!(problems(&project), [""; 0], "nothing is known to use what is broken");
    assert!(project.module("lib/b.js").unwrap().contains("throw new SyntaxError("));
}

#[test]
fn a_require_that_is_handed_on_may_mean_any_script() {
    let computes = |source: &str| {
        let project = project(&[("app.js", source), ("lib.js", "")]);
        project.manifest().modules.contains_key("lib.js")
    };
    assert!(computes("const load = require; load('./lib');"));
    assert!(computes("import(`./${name}`);"));
    assert!(computes("require(name);"));
    assert!(!computes("typeof require === 'function'; require('./page'); a.require(b);"));
    assert!(!computes("require.async('./page').then(f);"));
    assert!(computes("require.async(name);"));
    assert!(!computes("function f(require) { require(name); }"));
    assert!(computes("require(`./lib`);"));
}

#[test]
fn imports_become_property_reads_on_the_same_lines() {
    let project = project(&[
        (
            "app.js",
            "import a, { b as c,\n  d } from './m';\nimport * as all from './m';\nimport './m';\nc(d);\nnew a({ d, all });",
        ),
        ("m.js", ""),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    let text = module(&project, "app.js");
    let (head, rest) = text.split_once('\n').unwrap();
    assert!(head.starts_with("\"use strict\";const $m1 = require(\"./m\");"), "{head}");
    assert_eq!(rest, "\n;\n;\n;(0, $m1.b)($m1.d);\nnew $m1d.default({ d: $m1.d, all: $m2n });");
}

#[test]
fn a_shadowed_import_is_left_alone() {
    let project = project(&[
        ("app.js", "import { a } from './m';\nfunction f(a) { return a; }\nf(a);"),
        ("m.js", ""),
    ]);
    assert!(module(&project, "app.js").ends_with("\nfunction f(a) { return a; }\nf($m1.a);"));
}

#[test]
fn exports_are_getters_so_they_stay_live() {
    let project = project(&[(
        "app.js",
        "export let n = 1;\nexport function f() { n++; }\nexport default class {}\nconst x = 1;\nexport { x as 'a-b' };",
    )]);
    let text = module(&project, "app.js");
    let (head, rest) = text.split_once('\n').unwrap();
    for getter in ["\"n\"", "\"f\"", "\"default\"", "\"a-b\""] {
        assert!(
            head.contains(&format!("defineProperty(exports, {getter}, {{ enumerable: true")),
            "{head}"
        );
    }
    assert!(head.contains("get: () => x }"), "{head}");
    assert_eq!(
        rest,
        "       function f() { n++; }\n               class $mdefault {}\nconst x = 1;\n;"
    );
}

#[test]
fn exports_of_other_modules_are_handed_on() {
    let project = project(&[
        (
            "app.js",
            "export * from './m';\nexport { default as d, e } from './m';\nexport * as ns from './m';",
        ),
        ("m.js", ""),
    ]);
    let text = module(&project, "app.js");
    let head = text.lines().next().unwrap();
    assert!(head.contains("get: () => $m2d.default }"), "{head}");
    assert!(head.contains("get: () => $m2.e }"), "{head}");
    assert!(head.contains("get: () => $m3n }"), "{head}");
    assert!(head.contains("Object.keys($m1 || {})"), "{head}");
}

#[test]
fn a_dynamic_import_is_a_promise_of_the_module() {
    let project = project(&[("app.js", "import('./m').then(f);"), ("m.js", "")]);
    assert_eq!(
        module(&project, "app.js"),
        "Promise.resolve().then(() => { const m = require('./m'); return m && m.__esModule ? m : Object.assign({}, m, { default: m }); }).then(f);"
    );
    assert_eq!(project.manifest().modules["app.js"]["./m"], "m.js");
}

#[test]
fn names_of_the_frame_may_be_the_codes_own() {
    let project = project(&[
        ("app.js", "import Page from './m';\nconst exports = 1, tt = Page;\nexport { tt };"),
        ("m.js", ""),
    ]);
    let text = module(&project, "app.js");
    assert!(
        text.starts_with("\"use strict\";const $mrequire = require, $mexports = exports;{"),
        "{text}"
    );
    assert!(text.contains("const $m1 = $mrequire(\"./m\");"), "{text}");
    assert!(text.ends_with("\nconst exports = 1, tt = $m1d.default;\n;\n}"), "{text}");
}

#[test]
fn names_of_ours_are_nobody_elses() {
    let project = project(&[("app.js", "import { a } from './m';\nconst $m1 = a;"), ("m.js", "")]);
    assert!(module(&project, "app.js").ends_with("\nconst $m1 = $m$1.a;"));
}

/// The turns of loops are counted on the lines that the loops are on.
#[test]
fn loops_that_may_never_end_count_their_turns() {
    let count = "if(--$mturns<0)$mturns=__turns();";
    let of = |code: &str| module(&project(&[("app.js", code)]), "app.js");
    assert_eq!(
        of("let a = 0;\nwhile (true) {\n  a++;\n}"),
        format!("let a = 0;\nvar $mturns=1000;while (true) {{{count}\n  a++;\n}}")
    );
    assert_eq!(
        of("'use strict'\nfunction f() {\n  'use strict'\n  do g()\n  while (h());\n}"),
        format!(
            "'use strict'\nfunction f() {{\n  'use strict'\n  var $mturns=1000;do {{{count}g()}}\n  while (h());\n}}"
        )
    );
    assert_eq!(
        of("if (a) for (;;) b: while (c) { continue b; } else d();"),
        format!(
            "var $mturns=1000;if (a) for (;;) {{{count}b: while (c) {{{count} continue b; }}}} else d();"
        )
    );
    assert_eq!(
        of("const f = () => { for (let i = 0; i != 5; i += 2); };"),
        format!(
            "const f = () => {{ var $mturns=1000;for (let i = 0; i != 5; i += 2){{{count};}} }};"
        )
    );
}

#[test]
fn loops_that_count_and_loops_over_lists_stay_as_they_are() {
    for code in [
        "for (let i = 0; i < 9; i++) f(i);",
        "for (let i = 9; i >= 0; i -= 2) { f(i); }",
        "for (; (a < b) && c[a] == d[a]; ++a);",
        "while (n--) f(n);",
        "do f(); while (--n && g());",
        "for (const x of list) f(x);",
        "for (const x in list) f(x);",
    ] {
        assert_eq!(module(&project(&[("app.js", code)]), "app.js"), code);
    }
}

#[test]
fn a_countdown_is_nobody_elses() {
    let project = project(&[("app.js", "var $mturns = 1;\nwhile (true) f($mturns);")]);
    assert!(
        module(&project, "app.js").ends_with("if(--$m$turns<0)$m$turns=__turns();f($mturns);}")
    );
}

#[test]
fn requires_find_what_they_mean() {
    let project = project(&[
        (
            "app.js",
            "require('./dir'); require('./data'); require('./data.json'); require('./typed.js'); require('pkg'); require('pkg/sub'); require('lib/x'); require('/lib/x')",
        ),
        ("dir/index.js", "require('../app')"),
        ("data.json", "{ // c\n \"a\": 1 }"),
        ("typed.ts", ""),
        ("miniprogram_npm/pkg/index.js", ""),
        ("node_modules/pkg/package.json", r#"{ "main": "./main" }"#),
        ("node_modules/pkg/sub/package.json", r#"{ "main": "lib" }"#),
        ("node_modules/pkg/sub/lib/index.js", ""),
        ("lib/x.js", ""),
    ]);
    let requires: Vec<_> =
        project.manifest().modules["app.js"].iter().map(|(a, b)| format!("{a} {b}")).collect();
    assert_eq!(
        requires,
        [
            "./data data.json",
            "./data.json data.json",
            "./dir dir/index.js",
            "./typed.js typed.ts",
            "/lib/x lib/x.js",
            "lib/x lib/x.js",
            "pkg miniprogram_npm/pkg/index.js",
            "pkg/sub node_modules/pkg/sub/lib/index.js",
        ]
    );
    assert_eq!(module(&project, "data.json"), "module.exports = {\"a\":1};");
    // A circle is fine.
    assert_eq!(project.manifest().modules["dir/index.js"]["../app"], "app.js");
    only_problem(&project, "warning data.json:1:3 JSON has no comments");
}

#[test]
fn a_module_that_is_not_there_is_reported_where_it_is_required() {
    let project = project(&[
        (
            "app.js",
            "require('./Utils');\nimport('nowhere');\nrequire(name);\nfunction f(require) { require('./not-ours'); }\nrequire('../../x')",
        ),
        ("utils.js", ""),
    ]);
    assert_eq!(
        problems(&project),
        [
            "error app.js:1:9 There is no module ./Utils. There is utils.js: phones heed upper and lower case.",
            "error app.js:2:8 There is no module nowhere, neither beside this file nor in miniprogram_npm.",
            "error app.js:5:9 ../../x leads out of the project.",
        ]
    );
}

#[test]
fn a_module_may_be_missing_where_the_script_catches_that() {
    let project = project(&[(
        "app.js",
        "try { require('crypto') } catch (e) { require('./a') }\ntry { require('./b') } finally {}",
    )]);
    assert_eq!(
        problems(&project),
        ["error app.js:1:47 There is no module ./a.", "error app.js:2:15 There is no module ./b."]
    );
    assert_eq!(project.missing_packages().collect::<Vec<_>>(), ["crypto"]);
}

#[test]
fn paths_of_tsconfig_are_said_to_be_for_editors() {
    let project = project(&[
        ("app.js", "require('./t')"),
        ("t.ts", "import { a } from '@/a'; a()"),
        ("src/a.ts", "export const a = 1"),
        ("tsconfig.json", r#"{ "compilerOptions": { "paths": { "@/*": ["src/*"] } } }"#),
    ]);
    assert!(problems(&project)[0].ends_with(
        "neither beside this file nor in miniprogram_npm. The paths of tsconfig.json help editors only: a phone does not know them."
    ));
}

#[test]
fn packages_say_where_their_modules_are() {
    let project = project(&[
        (
            "app.js",
            "require('a'); require('a/b'); require('a/c/d'); require('e'); require('@f/g'); require('@f/g/h/h'); require('i')",
        ),
        (
            "node_modules/a/package.json",
            r#"{ "main": "./old.js", "exports": { ".": { "types": "./x.d.ts", "import": "./a.mjs", "require": "./a.cjs" }, "./b": "./lib/b.js", "./c/*": { "default": "./lib/*.js" } } }"#,
        ),
        ("node_modules/a/a.cjs", ""),
        ("node_modules/a/old.js", ""),
        ("node_modules/a/lib/b.js", ""),
        ("node_modules/a/lib/d.js", ""),
        ("node_modules/e/package.json", r#"{ "exports": "./dist/e.js" }"#),
        ("node_modules/e/dist/e.js", "export default 1"),
        ("node_modules/@f/g/package.json", r#"{ "miniprogram": "dist" }"#),
        ("node_modules/@f/g/dist/index.js", ""),
        ("node_modules/@f/g/dist/h/h.js", ""),
        ("node_modules/i/package.json", r#"{ "main": "gone.js", "exports": {} }"#),
        ("node_modules/i/index.js", ""),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    let found: Vec<_> = project.manifest().modules["app.js"]
        .values()
        .map(|path| path.strip_prefix("node_modules/").unwrap())
        .collect();
    assert_eq!(
        found,
        [
            "@f/g/dist/index.js",
            "@f/g/dist/h/h.js",
            "a/a.cjs",
            "a/lib/b.js",
            "a/lib/d.js",
            "e/dist/e.js",
            "i/index.js"
        ]
    );
}

#[test]
fn a_syntax_error_is_thrown_by_its_own_module_only() {
    let project = project(&[("app.js", "App({});\nconst 视频 = (;"), ("page.js", "Page({});")]);
    only_problem(&project, "error app.js:2:13 Unexpected token");
    assert!(module(&project, "app.js").starts_with("throw new SyntaxError(\"Unexpected token"));
    assert_eq!(module(&project, "page.js"), "Page({});");
}

#[test]
fn what_no_module_can_do_is_said() {
    let project = project(&[(
        "app.js",
        "export {};\nawait f();\nfor await (const a of b) {}\nimport.meta.url;\nasync () => await f();",
    )]);
    assert_eq!(
        problems(&project),
        [
            "error app.js:2:1 await works only inside an async function here: modules are not asynchronous.",
            "error app.js:3:1 for await works only inside an async function here: modules are not asynchronous.",
            "error app.js:4:1 import.meta is not there in a mini-program.",
        ]
    );
}

/// What a file `t.ts` becomes that has no problems, without what its module's first line has more.
#[track_caller]
fn typescript(source: &str) -> String {
    let project =
        project(&[("app.js", "require('./t')"), ("t.ts", source), ("m.ts", "export const d = 1")]);
    assert_eq!(problems(&project), [""; 0], "{source}");
    module(&project, "t.ts").trim_end().replace('\t', "  ")
}

#[test]
fn types_are_gone() {
    let cases = [
        ("let a: number = 1 as any;", "let a = 1;"),
        ("function f<T>(a?: T, ...b: T[]): void {}", "function f(a, ...b) {}"),
        ("const g = async <T,>(x: T): Promise<T> => x!;", "const g = async (x) => x;"),
        (
            "class A<T> extends B<T> implements C, D { private a?: string; readonly b!: 1; get c(): E { return 2 } }",
            "class A extends B {\n  get c() {\n    return 2;\n  }\n}",
        ),
        ("let x = f<string>(<any>y) satisfies Z;", "let x = f(y);"),
        ("function f(this: A, a: B) {}", "function f(a) {}"),
        ("try {} catch (e: unknown) {}", "try {} catch (e) {}"),
        ("let a = b as string\n(c)()", "let a = b;\nc();"),
        (
            "interface A {\n  a: string\n}\ntype B = A\ndeclare const c: B\nfunction over(a: string): void\nfunction over(a: any) {}\nabstract class D { abstract e(): void; [k: string]: any; f!: B }",
            "function over(a) {}\nclass D {}",
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(typescript(source), expected, "{source}");
    }
}

#[test]
fn a_field_without_value_does_not_overwrite_what_the_superclass_put_there() {
    assert_eq!(
        typescript("class A extends B { name: string; #x; static y; ['z']; v }"),
        "class A extends B {\n  #x;\n}"
    );
    let project = project(&[("app.js", "require('./j')"), ("j.js", "class A { v }")]);
    assert_eq!(module(&project, "j.js"), "class A { v }");
}

#[test]
fn an_import_used_as_a_type_is_not_required() {
    let project = project(&[
        ("app.js", "require('./t')"),
        (
            "t.ts",
            "import { A } from './gone';\nimport type B from './gone';\nimport { type C, d } from './m';\n\
             let x: A | B | C = d;\nexport type { A };\nexport type { E } from './gone';",
        ),
        ("m.ts", "export const d = 1"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    assert_eq!(project.manifest().modules["t.ts"].len(), 1);
    assert!(module(&project, "t.ts").ends_with(";\nlet x = $m1.d;\n"));
}

#[test]
fn a_module_of_types_is_a_module() {
    assert!(typescript("export type A = 1;\nf(this);").starts_with("\"use strict\";"));
    assert!(typescript("import type { A } from './m';\nf(this);").starts_with("\"use strict\";"));
    assert_eq!(typescript("f(this);"), "f(this);");
}

#[test]
fn enumerations_namespaces_and_parameter_properties_are_javascript() {
    let source = "enum A {\n  B,\n  C = B | 2, // two\n  D,\n  E = 'e',\n}\nconst enum A2 { F = A.D }\nenum A { G = f() }\nclass F extends G {\n  constructor(private h: A) {\n    super()\n  }\n}\nnamespace N {\n  export const i = 1\n  export function j() {}\n}";
    let expected = "var A = function(A) {\n  A[A[\"B\"] = 0] = \"B\";\n  A[A[\"C\"] = 2] = \"C\";\n  A[A[\"D\"] = 3] = \"D\";\n  A[\"E\"] = \"e\";\n  return A;\n}(A || {});\nvar A2 = function(A2) {\n  A2[A2[\"F\"] = 3] = \"F\";\n  return A2;\n}(A2 || {});\nA = function(A) {\n  A[A[\"G\"] = f()] = \"G\";\n  return A;\n}(A || {});\nclass F extends G {\n  constructor(h) {\n    super();\n    this.h = h;\n  }\n}\nlet N;\n(function(_N) {\n  const i = _N.i = 1;\n  function j() {}\n  _N.j = j;\n})(N || (N = {}));";
    assert_eq!(typescript(source), expected);
}

#[test]
fn commonjs_of_typescript_is_understood() {
    assert_eq!(
        typescript("import fs = require('./m')\nexport = { fs } as object"),
        "\"use strict\";const fs = require(\"./m\");\nmodule.exports = { fs };"
    );
    assert!(!typescript("import fs = require('./m')\nlet a: fs.A").contains("require("));
}

#[test]
fn decorators_are_calls() {
    let of = |code: &str| {
        let text = typescript(code);
        let (head, rest) = text.split_once("decorator(target,key,index);}};").unwrap();
        assert!(head.contains("const $mhelpers={"), "{head}");
        rest.trim_start().to_owned()
    };
    for (source, expected) in [
        (
            "@a({\n  readonly: 1,\n}) @b\nabstract class B {}",
            "let B = class B {};\nB = $mhelpers.decorate([a({ readonly: 1 }), b], B);",
        ),
        (
            "class B { @a('class') @b private async c(@p d): void {} @d static e() {} }",
            "class B {\n  async c(d) {}\n  static e() {}\n}\n$mhelpers.decorate([\n  a(\"class\"),\n  b,\n  $mhelpers.decorateParam(0, p)\n], B.prototype, \"c\", null);\n$mhelpers.decorate([d], B, \"e\", null);",
        ),
        (
            "class B { @a readonly c?: string\n @d e: F = 1; @a 'f-g' = 2; @h 3 = 4; @i static j = 5 }",
            "class B {\n  constructor() {\n    this.e = 1;\n    this[\"f-g\"] = 2;\n    this[3] = 4;\n  }\n  static {\n    this.j = 5;\n  }\n}\n$mhelpers.decorate([a], B.prototype, \"c\", void 0);\n$mhelpers.decorate([d], B.prototype, \"e\", void 0);\n$mhelpers.decorate([a], B.prototype, \"f-g\", void 0);\n$mhelpers.decorate([h], B.prototype, 3, void 0);\n$mhelpers.decorate([i], B, \"j\", void 0);",
        ),
        (
            "class A { constructor(@inject b) {} }",
            "let A = class A {\n  constructor(b) {}\n};\nA = $mhelpers.decorate([$mhelpers.decorateParam(0, inject)], A);",
        ),
    ] {
        assert_eq!(of(source), expected, "{source}");
    }
    let exported = of("import { d } from './m';\n@d\nexport default class {\n}");
    assert!(exported.contains("decorate([$m1.d], "), "{exported}");
    let text = typescript("let $mhelpers: any; @a class B { babelHelpers() { return $mhelpers } }");
    assert!(text.starts_with("const $m$helpers={"), "{text}");
    assert!(text.contains("babelHelpers() {\n    return $mhelpers;"), "{text}");
}

#[test]
fn fields_come_after_what_the_parameters_of_a_constructor_declare() {
    assert_eq!(
        typescript(
            "class A extends B {\n  c: C = this.d;\n  #e = 1\n  static f = 2;\n  g: G;\n  constructor(readonly d: D) { super() }\n}"
        ),
        "class A extends B {\n  #e;\n  static {\n    this.f = 2;\n  }\n  constructor(d) {\n    super();\n    this.d = d;\n    this.c = this.d;\n    this.#e = 1;\n  }\n}"
    );
}

#[test]
fn namespaces_may_have_names_with_dots_and_merge_with_classes() {
    let text = typescript(
        "namespace A.B.C { export const d = 1 }\nclass E {}\nnamespace E { export const f = 1 }\nexport import g = A.B",
    );
    let (head, rest) = text.split_once("let A;").unwrap();
    assert!(head.contains("get: () => g }"), "{head}");
    for part in ["const d = _C.d = 1;", "class E {}\n(function(_E) {", "var g = A.B;"] {
        assert!(rest.contains(part), "{part}: {rest}");
    }
}

#[test]
fn what_is_not_supported_is_said() {
    let project = project(&[
        ("app.js", "require('./t'); require('./n');\n@decorate class A {}"),
        (
            "t.ts",
            "let x: string;\n\nx = @a class { @b c = 1 };\nclass D { @e #f = 1; @g [h()] = 1 }",
        ),
        ("n.ts", "type A = 1;\nnamespace N { export let a: A = 1; }"),
    ]);
    assert_eq!(
        problems(&project),
        [
            "error app.js:2:1 Decorators are TypeScript's: write this file as .ts.",
            "warning n.ts:2:26 What is assigned to this later is not seen outside of the namespace; export a const.",
            "error t.ts:3:5 Decorators stand at declarations of classes and at their members, not in expressions.",
            "error t.ts:3:16 Decorators stand at declarations of classes and at their members, not in expressions.",
            "error t.ts:4:14 A private name takes no decorator.",
            "error t.ts:4:26 A field whose name is computed takes no decorator here.",
        ]
    );
}

#[test]
fn what_is_said_of_typescript_is_said_of_its_own_places() {
    let project = project(&[
        ("app.js", "require('./t')"),
        (
            "t.ts",
            "interface A {\n  a: '视频';\n}\n\nimport { b } from './gone';\nimport type { C } from './types';\n  const d = b as C, e: A = require(\"./missing\"), f = wx.login;\ntry { require('./caught') } catch (e: unknown) {}\nawait g()",
        ),
    ]);
    assert_eq!(
        problems(&project),
        [
            "error t.ts:5:19 There is no module ./gone.",
            "error t.ts:7:36 There is no module ./missing.",
            "warning t.ts:7:54 wx. is of WeChat: on Douyin it is tt.; wx works here, but not on every phone.",
            "error t.ts:9:1 await works only inside an async function here: modules are not asynchronous.",
        ]
    );
}

#[test]
fn places_of_typescript_that_runs_are_those_of_the_source() {
    let source = "interface Row {\n  id: number;\n}\nimport { a } from './m';\nenum Size { S, L }\n\nexport function tap(row: Row): void {\n  const text = '😀', size: Size = Size.L; a(size as any); console.log(row.id!, text);\n}\n";
    let project =
        project(&[("app.js", "require('./t')"), ("t.ts", source), ("m.ts", "export const a = 1")]);
    assert_eq!(problems(&project), [""; 0]);
    let text = module(&project, "t.ts");
    let place_in = |text: &str, word: &str| {
        let before = &text[..text.find(word).unwrap()];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap().encode_utf16().count() + 1;
        (u32::try_from(line).unwrap(), u32::try_from(column).unwrap())
    };
    for (word, original) in [
        ("log(", "log("),
        ("console", "console"),
        ("row.id", "row.id"),
        ("(0, $m1.a)", "a(size"),
        ("size = Size", "size: Size"),
        ("tap(row", "tap(row"),
    ] {
        let (line, column) = place_in(&text, word);
        let at = project.position("t.ts", line, column);
        assert_eq!((at.line, at.column), place_in(source, original), "{word} in {text}");
        assert_eq!(at.file, "t.ts");
    }
    assert!(project.module("t.ts").unwrap().contains(", true);\n//# sourceURL=t.ts"));
}
