//! What a debugger shows for a place of what runs.

use tt_miniprogram::SourceMap;

use super::project;

/// What a module's script has at a word, and what its source map says of that: `file:line:column`.
/// `built` is the map that the module's source brings along.
fn shown(files: &[(&str, &str)], path: &str, word: &str, built: Option<&str>) -> String {
    let project = project(files);
    let script = project.module(path).unwrap();
    let built = built.map(|json| SourceMap::parse(json.as_bytes()).unwrap());
    let map = project.script_map(path).unwrap();
    let json = map.to_json(built.as_ref(), |file| project.text(file));
    let map = SourceMap::parse(&json).unwrap();
    let before = script.get(..script.find(word).unwrap()).unwrap();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().encode_utf16().count() + 1;
    let at = map.position(line.try_into().unwrap(), column.try_into().unwrap());
    at.map_or_else(String::new, |at| {
        assert!(map.text(&at.file).is_some(), "{} has a text", at.file);
        format!("{}:{}:{}", at.file, at.line, at.column)
    })
}

#[test]
fn of_javascript_places_are_those_of_the_source() {
    let source = "import { a } from './m'; first();\n'😀'; a(1); second(); while (x) { third() }\n";
    let files = [("app.js", source), ("m.js", "exports.a = 1;")];
    let at = |word| shown(&files, "app.js", word, None);
    assert_eq!(at("first"), "app.js:1:26");
    assert_eq!(at("(0, $m1.a)(1)"), "app.js:2:7");
    assert_eq!(at("second"), "app.js:2:13");
    assert_eq!(at("third"), "app.js:2:35");
    // What the compiler added is nobody's.
    assert_eq!(at("require(\"./m\")"), "");
}

#[test]
fn of_typescript_places_are_those_of_the_source() {
    let source = "interface A {\n  b: 1;\n}\nenum E { F = 7 }\n@dec\nclass C {\n  g(a: A) {\n    return a.b;\n  }\n}\n";
    let files = [("app.js", "require('./页/t 1')"), ("页/t 1.ts", source)];
    let at = |word| shown(&files, "页/t 1.ts", word, None);
    assert_eq!(at("return a.b"), "%E9%A1%B5/t%201.ts:8:5");
    assert_eq!(at("7"), "%E9%A1%B5/t%201.ts:4:10");
    assert_eq!(at("dec]"), "%E9%A1%B5/t%201.ts:5:2");
}

/// Of `built.js`, line 1 column 1 is in `a b.vue`, line 2, and column 11 in line 3.
const BUILT: &str = r#"{"version":3,"sources":["webpack:///./src/a b.vue?12","webpack:///src/a b.vue","../none.ts"],"sourcesContent":["compiled","one\ntwo\nthree",null],"names":["word"],"mappings":"ACCA,UACEA,UCFF"}"#;

#[test]
fn of_a_build_places_are_those_of_the_file_that_was_written() {
    let files = [
        (
            "app.js",
            "first(1);\tsecond(); while (x) { third(); }\n//# sourceMappingURL=app.js.map\n",
        ),
        ("none.ts", "text of none"),
    ];
    let at = |word| shown(&files, "app.js", word, Some(BUILT));
    assert_eq!(at("first"), "src/a%20b.vue:2:1");
    assert_eq!(at("second"), "src/a%20b.vue:3:3");
    assert_eq!(at("third"), "none.ts:1:1");
    let project = project(&files);
    let map = project.script_map("app.js").unwrap();
    let built = SourceMap::parse(BUILT.as_bytes());
    let json = map.to_json(built.as_ref(), |file| project.text(file));
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    // A bundler's own text of a file does not stand in the way of the file.
    let sources = ["/src/a%20b.vue?0", "/src/a%20b.vue", "/none.ts"];
    assert_eq!(json["sources"], serde_json::json!(sources));
    assert_eq!(json["sourcesContent"][1], "one\ntwo\nthree");
    assert_eq!(json["sourcesContent"][2], "text of none");
    assert_eq!(json["names"], serde_json::json!(["word"]));
}

#[test]
fn maps_with_impossible_places_make_maps() {
    for mappings in ["AADA", "AAAD", "gggggggggB", "AAAA;;;;AAAggggggD", "A,A,A", ""] {
        let built =
            format!(r#"{{"version":3,"sources":["a"],"names":[],"mappings":"{mappings}"}}"#);
        let built = SourceMap::parse(built.as_bytes());
        let project = project(&[("app.js", "import './b'; App({});"), ("t.ts", "")]);
        let json = project.script_map("app.js").unwrap().to_json(built.as_ref(), |_| None);
        assert!(SourceMap::parse(&json).is_some(), "{mappings}");
    }
}

#[test]
fn a_script_with_an_error_and_one_of_data_have_no_places() {
    let files = [("app.js", "require('./a.json');\nconst = 1;"), ("a.json", "{}")];
    assert_eq!(shown(&files, "app.js", "throw", None), "app.js:1:1");
    assert!(project(&files[1..]).script_map("a.json").is_none());
}
