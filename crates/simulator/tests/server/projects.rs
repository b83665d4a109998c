//! The compiled project, and how it follows its files.

use std::fs;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use serde_json::Value;
use tokio::time::timeout;

use crate::fixture::{Fixture, write};

const PAGE: [(&str, &str); 5] = [
    ("app.js", "App({});"),
    ("app.json", r#"{ "pages": ["pages/a/a"], "window": { "navigationBarTitleText": "Call" } }"#),
    ("pages/a/a.js", "const { x } = require('./b');\nPage({ data: { x } });"),
    ("pages/a/b.js", "exports.x = 1;"),
    ("pages/a/a.ttml", "<view>{{x}}</view>"),
];

async fn manifest(fixture: &Fixture) -> Value {
    serde_json::from_str(&fixture.text("/app/manifest.json").await).unwrap()
}

/// What `/app/events` says from now on.
async fn changes(fixture: &Fixture) -> impl Stream<Item = Value> + Unpin {
    let answer = fixture.get("/app/events").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut buffer = String::new();
    let events = answer.bytes_stream().flat_map(move |bytes| {
        buffer.push_str(std::str::from_utf8(&bytes.unwrap()).unwrap());
        let mut events = Vec::new();
        while let Some((event, rest)) = buffer.split_once("\n\n") {
            events.extend(
                event.strip_prefix("data: ").map(|data| serde_json::from_str(data).unwrap()),
            );
            buffer = rest.to_owned();
        }
        futures_util::stream::iter(events)
    });
    Box::pin(events)
}

async fn next(changes: &mut (impl Stream<Item = Value> + Unpin)) -> Value {
    timeout(Duration::from_secs(20), changes.next()).await.expect("no change was told").unwrap()
}

#[tokio::test]
async fn a_phone_gets_all_that_the_manifest_names() {
    let fixture = Fixture::new(&PAGE).await;
    let manifest = manifest(&fixture).await;
    assert_eq!(manifest["pages"], serde_json::json!(["pages/a/a"]));
    assert_eq!(manifest["modules"]["pages/a/a.js"]["./b"], "pages/a/b.js");
    for path in ["module/pages/a/a.js.js", "module/pages/a/b.js.js", "template/pages/a/a.js"] {
        let answer = fixture.get(&format!("/app/{path}")).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        assert_eq!(answer.headers()["content-type"], "text/javascript; charset=utf-8");
    }
    assert!(fixture.text("/app/module/pages/a/b.js.js").await.contains("exports.x = 1;"));
    assert_eq!(fixture.status("/app/module/pages/a/c.js.js").await, 404);
    assert_eq!(fixture.status("/app/template/pages/c/c.js").await, 404);
    let settings: Value = serde_json::from_str(&fixture.text("/settings.json").await).unwrap();
    assert_eq!(settings["appName"], "Call");
}

#[tokio::test]
async fn a_project_has_a_name_of_its_own_that_hides_where_it_is() {
    let config = ("project.config.json", r#"{ "appid": "tt1", "setting": { "urlCheck": true } }"#);
    let fixture = Fixture::with(&[config], |options, _| {
        options.domains = vec!["api.example.com".to_owned()];
    })
    .await;
    let (one, other) = (manifest(&fixture).await, manifest(&Fixture::new(&[]).await).await);
    let name = one["project"].as_str().unwrap();
    let folder = fixture.project.path().file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("tt1@") && !name.contains(folder), "{name}");
    assert_ne!(one["project"], other["project"]);
    let settings: Value = serde_json::from_str(&fixture.text("/settings.json").await).unwrap();
    assert_eq!(settings["project"], one["project"]);
    assert_eq!((&one["urlCheck"], &other["urlCheck"]), (&true.into(), &false.into()));
    assert_eq!(one["domains"], serde_json::json!(["api.example.com"]));
}

#[tokio::test]
async fn what_a_page_fetches_is_fetched_without_a_referrer() {
    let fixture = Fixture::new(&[("app.ttss", "page { color: red }")]).await;
    for path in ["/phone/", "/app/style/app.css"] {
        let answer = fixture.get(path).send().await.unwrap();
        assert_eq!(answer.headers()["referrer-policy"], "no-referrer", "{path}");
    }
}

#[tokio::test]
async fn a_change_is_compiled_and_told() {
    let fixture = Fixture::new(&PAGE).await;
    let mut changes = changes(&fixture).await;
    fixture.write("pages/a/b.js", "exports.x = 'changed';");
    let change = next(&mut changes).await;
    assert_eq!(change["modules"], serde_json::json!(["pages/a/b.js"]));
    assert_eq!(change["manifest"], false);
    assert_eq!(change["version"], manifest(&fixture).await["version"]);
    assert!(fixture.text("/app/module/pages/a/b.js.js").await.contains("'changed'"));
    fixture.write("pages/a/a.ttss", "view { color: red }");
    let change = next(&mut changes).await;
    assert_eq!((&change["styles"][0], &change["manifest"]), (&"pages/a/a".into(), &true.into()));
    fixture.write("images/a.png", "not yet");
    assert_eq!(next(&mut changes).await["files"], serde_json::json!(["images/a.png"]));
    fs::remove_file(fixture.project.path().join("pages/a/b.js")).unwrap();
    next(&mut changes).await;
    assert_eq!(fixture.status("/app/module/pages/a/b.js.js").await, 404);
}

#[tokio::test]
async fn a_mistake_is_told_and_so_is_its_repair() {
    let fixture = Fixture::new(&PAGE).await;
    let mut changes = changes(&fixture).await;
    fixture.write("pages/a/b.js", "exports.x = (;");
    next(&mut changes).await;
    let problems = manifest(&fixture).await["problems"].clone();
    assert_eq!(problems[0]["file"], "pages/a/b.js");
    assert_eq!(problems[0]["severity"], "error");
    assert_eq!(problems[0]["line"], 1);
    assert_eq!(problems[0]["excerpt"], "exports.x = (;");
    fixture.write("pages/a/b.js", "exports.x = 1;");
    next(&mut changes).await;
    assert_eq!(manifest(&fixture).await["problems"], serde_json::json!([]));
}

#[tokio::test]
async fn files_written_at_once_are_compiled_at_once() {
    let fixture = Fixture::new(&PAGE).await;
    let before = manifest(&fixture).await["version"].as_u64().unwrap();
    let mut changes = changes(&fixture).await;
    for number in 0..100 {
        fixture.write(&format!("utils/{number}.js"), "exports.y = 1;");
    }
    fixture.write("pages/a/b.js", "exports.x = require('../../utils/99.js').y;");
    let mut seen = false;
    while !seen {
        let change = next(&mut changes).await;
        seen = change["modules"].as_array().unwrap().contains(&"pages/a/b.js".into());
    }
    let after = manifest(&fixture).await["version"].as_u64().unwrap();
    assert!(after - before <= 10, "{} compilations for one change", after - before);
}

#[tokio::test]
async fn what_is_ignored_causes_no_compilation() {
    let fixture = Fixture::new(&PAGE).await;
    let mut changes = changes(&fixture).await;
    fixture.write(".git/index", "x");
    fixture.write("node_modules/a/index.js", "x");
    // The same content again changes nothing either.
    fixture.write("pages/a/b.js", "exports.x = 1;");
    fixture.write("pages/a/a.js", "Page({});");
    assert_eq!(next(&mut changes).await["modules"], serde_json::json!(["pages/a/a.js"]));
}

#[tokio::test]
async fn an_installed_package_is_found_where_npm_put_it() {
    let files = [
        ("app.json", r#"{ "pages": [] }"#),
        ("app.js", "require('left');"),
        ("node_modules/left/package.json", r#"{ "main": "lib/main.js" }"#),
        ("node_modules/left/lib/main.js", "require('right');"),
        ("node_modules/right/index.js", "exports.right = 1;"),
        ("node_modules/unused/index.js", "exports.unused = 1;"),
    ];
    let fixture = Fixture::new(&files).await;
    let manifest = manifest(&fixture).await;
    assert_eq!(manifest["problems"], serde_json::json!([]));
    let modules = &manifest["modules"];
    assert_eq!(modules["app.js"]["left"], "node_modules/left/lib/main.js");
    assert_eq!(modules["node_modules/left/lib/main.js"]["right"], "node_modules/right/index.js");
    assert!(modules["node_modules/unused/index.js"].is_null());
}

#[cfg(unix)]
#[tokio::test]
async fn a_package_that_pnpm_linked_is_found_and_a_hidden_one_is_not() {
    let files = [
        ("app.json", r#"{ "pages": [] }"#),
        ("app.js", "require('left'); require('secret');"),
        ("node_modules/.pnpm/left@1/node_modules/left/index.js", "exports.left = 1;"),
        (".kept/secret/index.js", "exports.secret = 1;"),
    ];
    let fixture = Fixture::new(&files).await;
    let root = fixture.project.path();
    let mut changes = changes(&fixture).await;
    for (to, name) in
        [("node_modules/.pnpm/left@1/node_modules/left", "left"), (".kept/secret", "secret")]
    {
        let name = root.join("node_modules").join(name);
        std::os::unix::fs::symlink(root.join(to), name).unwrap();
    }
    // Packages are looked for when something else changes.
    fixture.write("app.js", "require('left'); require('secret'); App({});");
    while manifest(&fixture).await["modules"]["app.js"]["left"].is_null() {
        next(&mut changes).await;
    }
    let modules = manifest(&fixture).await["modules"].clone();
    assert_eq!(modules["app.js"]["left"], "node_modules/left/index.js");
    assert!(modules["app.js"]["secret"].is_null(), "{modules}");
    assert_eq!(fixture.status("/app/module/node_modules/secret/index.js.js").await, 404);
}

#[tokio::test]
async fn a_file_that_is_too_large_for_a_source_is_left_out_and_said_so() {
    let fixture = Fixture::new(&PAGE).await;
    let mut changes = changes(&fixture).await;
    write(fixture.project.path(), "huge.js", &"//\n".repeat(3 << 20));
    let mut problems = String::new();
    while !problems.contains("huge.js") {
        next(&mut changes).await;
        problems = manifest(&fixture).await["problems"].to_string();
    }
    assert!(problems.contains("8 MB"), "{problems}");
}
