//! `tt-rtc-sim check`: what it prints and how it ends.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fixture::write;

/// A mini-program of one page.
fn project(script: &str, template: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let app = json!({ "pages": ["a/a"], "subPackages": [{ "root": "shop", "pages": ["b"] }] });
    write(folder.path(), "app.json", &app.to_string());
    write(folder.path(), "app.js", "App({});");
    write(folder.path(), "a/a.js", script);
    write(folder.path(), "a/a.ttml", template);
    write(folder.path(), "shop/b.js", "Page({});");
    write(folder.path(), "shop/b.ttml", "<view>b</view>");
    folder
}

fn check(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tt-rtc-sim"));
    command.arg("check").args(args).current_dir(folder).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_project_without_faults_passes() {
    let folder = project("Page({});", "<view>a</view>");
    let output = check(folder.path(), &["--deny-warnings"]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("  shop\n"), "{}", text(&output));
    assert!(text(&output).ends_with("2 pages: 0 errors, 0 warnings\n"), "{}", text(&output));
}

#[test]
fn an_error_is_shown_with_its_line_and_fails() {
    let folder = project("Page({", "<view>a</view>");
    let output = check(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output).contains("\n  --> a/a.js:1:7\n1 | Page({\n  |       ^\n"),
        "{}",
        text(&output)
    );
}

/// `cargo xtask test native` builds what compiles Less.
#[test]
fn sheets_of_sass_and_less_are_compiled_with_what_the_program_brings_along() {
    let folder = project("Page({});", "<view>a</view>");
    write(folder.path(), "a/a.less", "@w: 1rpx; .a { width: (@w * 2); }");
    write(folder.path(), "shop/b.scss", "$w: 1rpx; .b { width: $w * 2; }");
    let output = check(folder.path(), &["--deny-warnings"]);
    assert!(output.status.success(), "{}", text(&output));
    write(folder.path(), "a/a.less", ".a {\n  width: @w;\n}");
    write(folder.path(), "shop/b.scss", ".b {\n  width: $w;\n}");
    let output = text(&check(folder.path(), &[]));
    for place in
        ["@w is not defined.\n  --> a/a.less:2:10", "$w is not defined.\n  --> shop/b.scss:2:10"]
    {
        assert!(output.contains(place), "{output}");
    }
}

#[test]
fn a_warning_fails_only_where_warnings_are_denied() {
    let folder = project("Page({});", "<view wx:if=\"{{true}}\">a</view>");
    assert!(check(folder.path(), &[]).status.success());
    let output = check(folder.path(), &["--deny-warnings"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("1 warning"), "{}", text(&output));
}

#[test]
fn programs_get_json_sarif_or_annotations() {
    let folder = project("Page({", "<view>a</view>");
    let found = json(&check(folder.path(), &["--format", "json"]));
    assert_eq!(
        (&found["problems"][0]["file"], &found["problems"][0]["line"]),
        (&json!("a/a.js"), &json!(1))
    );
    assert_eq!(found["packages"][1]["root"], "shop");
    let sarif = json(&check(folder.path(), &["--format", "sarif"]));
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["level"], "error");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a/a.js");
    let github = text(&check(folder.path(), &["--format", "github"]));
    assert!(github.starts_with("::error file=a/a.js,line=1,col=7::"), "{github}");
}

#[test]
fn files_are_named_from_where_the_command_was_typed() {
    let outer = TempDir::new().unwrap();
    write(outer.path(), "src/app.json", "{");
    let github = text(&check(outer.path(), &["--format", "github", "src"]));
    assert!(github.starts_with("::error file=src/app.json,line=1"), "{github}");
}

#[cfg(unix)]
#[test]
fn names_of_a_project_do_not_write_to_the_terminal_in_any_format() {
    let folder = project("Page({});", "<view>a</view>");
    let evil = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}";
    write(folder.path(), &format!("a/a{evil}.js"), "(");
    write(folder.path(), "app.js", &format!("require('./a/a{evil}');"));
    for format in ["text", "json", "sarif", "github"] {
        let output = check(folder.path(), &["--format", format]);
        let text = text(&output);
        assert!(text.contains("owned"), "{text}");
        let harmful = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(harmful), "{format}: {text:?}");
        if format == "json" {
            let files = json(&output)["problems"].to_string();
            assert!(files.contains('\u{9b}'), "{files}");
        }
    }
}

#[test]
fn no_mini_program_is_said_in_a_sentence() {
    let folder = TempDir::new().unwrap();
    let output = check(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: there is no app.json in ."), "{said}");
}
