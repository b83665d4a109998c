//! Which folder is a mini-program, and what of it is served.

use std::io::{Read, Write};
use std::net::TcpStream;

use tempfile::TempDir;
use tt_rtc_sim::Simulator;

use crate::fixture::{Fixture, options, write};

async fn refusal(files: &[(&str, &str)], folder: &str) -> String {
    let (project, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    for (name, text) in files {
        write(project.path(), name, text);
    }
    let options = options(&project.path().join(folder), other.path());
    let error = Simulator::start(&options).await.map(|_| ()).unwrap_err();
    format!("{error:#}").replace(&project.path().display().to_string(), "HERE")
}

#[tokio::test]
async fn the_desk_is_told_what_the_command_line_says() {
    let fixture = Fixture::with(&[], |options, _| {
        options.phones = 3;
        options.path = "pages/room/room?id=1".to_owned();
    })
    .await;
    let settings: serde_json::Value =
        serde_json::from_str(&fixture.text("/settings.json").await).unwrap();
    assert_eq!(settings["phones"], 3);
    assert_eq!(settings["path"], "pages/room/room?id=1");
    let name = fixture.project.path().file_name().unwrap().to_str().unwrap();
    assert_eq!(settings["folder"], name);
}

#[tokio::test]
async fn a_folder_without_app_json_is_refused_with_a_hint() {
    let refused = refusal(&[("sub/app.json", "{}")], "").await;
    assert_eq!(
        refused,
        "there is no app.json in HERE/, so it is not a mini-program; there is one in HERE/sub"
    );
    assert!(
        refusal(&[], "missing").await.starts_with("the folder HERE/missing cannot be opened: ")
    );
    let refused = refusal(&[("app.json", "{}")], "app.json").await;
    assert_eq!(refused, "HERE/app.json is a file; name the folder that app.json is in");
}

#[tokio::test]
async fn the_folder_that_the_project_configuration_names_is_found() {
    let config = r#"{ "miniprogramRoot": "src/" }"#;
    let (project, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    write(project.path(), "project.config.json", config);
    write(project.path(), "src/app.json", "{}");
    assert!(Simulator::start(&options(project.path(), other.path())).await.is_ok());
    let refused = refusal(&[("project.config.json", config)], "").await;
    assert!(refused.contains("names \"src/\" as miniprogramRoot, where no folder is"), "{refused}");
    let outside = r#"{ "miniprogramRoot": "../.." }"#;
    let refused = refusal(&[("project.config.json", outside)], "").await;
    assert!(refused.contains("where no folder is"), "{refused}");
    let refused = refusal(&[("project.config.json", "{ x }")], "").await;
    assert!(refused.contains("project.config.json: ") && refused.contains("line 1"), "{refused}");
}

#[tokio::test]
async fn a_sheet_comes_with_and_without_the_prefix_of_its_page() {
    let files = [("app.json", r#"{ "pages": ["p"] }"#), ("p.ttml", ""), ("p.ttss", ".a {}")];
    let fixture = Fixture::new(&files).await;
    assert_eq!(fixture.text("/app/style/p.css").await, ".p--a {}");
    let shared = fixture.text("/app/shared-style/p.css").await;
    assert_eq!(shared, "@scope (phone-page[data-page=\"p\"]) {.a {}\n}");
    assert_eq!(fixture.get("/app/shared-style/q.css").send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn files_are_served_as_they_are_and_in_parts() {
    let fixture = Fixture::new(&[("images/我.svg", "<svg/>"), ("a b.txt", "0123456789")]).await;
    let answer = fixture.get("/app/file/images/%E6%88%91.svg").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "image/svg+xml");
    assert_eq!(answer.text().await.unwrap(), "<svg/>");
    let part = fixture.get("/app/file/a%20b.txt").header("range", "bytes=2-4");
    let answer = part.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 206);
    assert_eq!(answer.text().await.unwrap(), "234");
}

/// What the server answers to exactly this path, which a well-behaved client would not send.
fn raw(url: &str, host: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_outside_of_the_folder_is_served() {
    let files = [(".env", "SECRET"), (".git/config", "SECRET"), ("node_modules/x/a.js", "SECRET")];
    let fixture = Fixture::new(&files).await;
    write(fixture.other.path(), "secret.txt", "SECRET");
    let secret = fixture.other.path().join("secret.txt");
    let secret = secret.to_str().unwrap();
    for prefix in ["/app/file/", "/app/module/", "/app/style/", "/pkg/", "/phone/", "/"] {
        for path in [
            secret.to_owned(),
            format!("../../../../../../..{secret}"),
            format!("..%2f..%2f..%2f..%2f..%2f..%2f..{}", secret.replace('/', "%2f")),
            format!("x/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e{secret}"),
            format!("..\\..\\..\\..{}", secret.replace('/', "\\")),
            "secret.txt%00.js".to_owned(),
            ".env".to_owned(),
            ".git/config".to_owned(),
            "node_modules/x/a.js".to_owned(),
        ] {
            for host in ["localhost", "p1.sim.localhost"] {
                let answer = raw(&fixture.url, host, &format!("{prefix}{path}"));
                assert!(!answer.contains("SECRET"), "{prefix}{path}: {answer}");
                assert!(answer.starts_with("HTTP/1.0 4"), "{prefix}{path}: {answer}");
            }
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn symbolic_links_lead_nowhere_outside() {
    let (project, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    write(other.path(), "secret/secret.js", "SECRET");
    write(project.path(), "app.json", "{}");
    write(project.path(), "real/a.txt", "inside");
    let link = |to: &std::path::Path, name: &str| {
        std::os::unix::fs::symlink(to, project.path().join(name)).unwrap();
    };
    link(&other.path().join("secret/secret.js"), "secret.js");
    link(&other.path().join("secret"), "folder");
    link(&project.path().join("real"), "inside");
    // Round in circles, and to nothing.
    link(project.path(), "loop");
    link(&project.path().join("gone"), "gone.js");
    let mut options = options(project.path(), other.path());
    options.port = 0;
    let simulator = Simulator::start(&options).await.unwrap();
    let url = simulator.url();
    tokio::spawn(simulator.serve());
    let status = async |path: &str| {
        reqwest::get(format!("{url}app/{path}")).await.unwrap().status().as_u16()
    };
    assert_eq!(status("file/secret.js").await, 404);
    assert_eq!(status("module/secret.js.js").await, 404);
    assert_eq!(status("file/folder/secret.js").await, 404);
    assert_eq!(status("file/inside/a.txt").await, 200);
    let manifest =
        reqwest::get(format!("{url}app/manifest.json")).await.unwrap().text().await.unwrap();
    for name in ["secret.js", "folder", "gone.js"] {
        let problems: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        let problems = problems["problems"].as_array().unwrap().clone();
        assert!(problems.iter().any(|problem| problem["file"] == name), "{name}: {manifest}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn symbolic_links_to_hidden_files_of_the_project_are_not_followed() {
    let files = [
        ("app.json", r#"{ "pages": ["p"] }"#),
        ("p.js", "const a = require('./env'); const b = require('./kept/secret'); Page({ a, b });"),
        ("p.ttml", r#"<import src="./env.ttml" /><include src="/kept/secret.ttml" />"#),
        ("p.ttss", r#"@import "./env.ttss"; @import "./kept/secret.ttss";"#),
        (".env", "SECRET"),
        (".kept/secret.js", "exports.a = 'SECRET';"),
        (".kept/secret.ttml", "<view>SECRET</view>"),
        (".kept/secret.ttss", ".SECRET {}"),
        (".kept/below/a.txt", "SECRET"),
        ("plain/.env", "SECRET"),
        ("plain/a.txt", "inside"),
        ("node_modules/.pnpm/left@1/node_modules/left/index.js", "exports.left = 'left';"),
        ("node_modules/.pnpm/left@1/node_modules/left/.npmrc", "SECRET"),
        ("node_modules/.pnpm/lock.txt", "SECRET"),
    ];
    let (project, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    for (name, text) in files {
        write(project.path(), name, text);
    }
    let link = |to: &str, name: &str| {
        let name = project.path().join(name);
        std::fs::create_dir_all(name.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(project.path().join(to), name).unwrap();
    };
    let hidden = [
        (".env", "assets/env.txt"),
        (".kept/secret.js", "env.js"),
        (".kept/secret.ttml", "env.ttml"),
        (".kept/secret.ttss", "env.ttss"),
        (".kept", "kept"),
        (".kept/below", "deeper"),
        // A link to a link, and a path that goes through a link.
        ("assets/env.txt", "twice.txt"),
        ("kept/below/a.txt", "through.txt"),
        ("plain/.env", "plain.txt"),
        ("node_modules/.pnpm/lock.txt", "lock.txt"),
        ("node_modules/.pnpm/left@1/node_modules/left/.npmrc", "npmrc.txt"),
    ];
    for (to, name) in hidden {
        link(to, name);
    }
    link("plain", "links/plain");
    // As pnpm installs a package, and a project links to one.
    link("node_modules/.pnpm/left@1/node_modules/left", "node_modules/left");
    link("node_modules/left", "miniprogram_npm/left");
    let simulator = Simulator::start(&options(project.path(), other.path())).await.unwrap();
    let url = simulator.url();
    tokio::spawn(simulator.serve());
    let get = async |path: &str| {
        let answer = reqwest::get(format!("{url}app/{path}")).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (_, manifest) = get("manifest.json").await;
    assert!(!manifest.contains("SECRET"), "{manifest}");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let problems = manifest["problems"].as_array().unwrap();
    for (_, name) in hidden {
        let told = problems.iter().find(|problem| problem["file"] == name);
        let told = told.unwrap_or_else(|| panic!("nothing is said of {name}"));
        let words = told["message"].as_str().unwrap();
        assert!(words.contains("a symbolic link to a hidden file or folder"), "{words}");
        for path in
            [format!("file/{name}"), format!("module/{name}.js"), format!("file/{name}/secret.js")]
        {
            let (status, text) = get(&path).await;
            assert!(status == 404 && !text.contains("SECRET"), "{path}: {status} {text}");
        }
    }
    for path in ["module/p.js.js", "template/p.js", "style/p.css", "shared-style/p.css"] {
        assert!(!get(path).await.1.contains("SECRET"), "{path}");
    }
    assert_eq!(get("file/links/plain/a.txt").await, (200, "inside".to_owned()));
    assert_eq!(get("file/links/plain/.env").await.0, 404);
    let (status, left) = get("file/miniprogram_npm/left/index.js").await;
    assert!(status == 200 && left.contains("'left'"), "{status} {left}");
}

#[tokio::test]
async fn only_names_that_nobody_can_rebind_are_answered_to() {
    let fixture = Fixture::new(&[]).await;
    let get = async |host: &str| {
        fixture.get_at(host, "/app/manifest.json").send().await.unwrap().status().as_u16()
    };
    assert_eq!(get("localhost:8090").await, 200);
    assert_eq!(get("127.0.0.1").await, 200);
    assert_eq!(get("p1.sim.localhost:8090").await, 200);
    assert_eq!(get("evil.com").await, 421);
    assert_eq!(get("127.0.0.1.evil.com:8090").await, 421);
    assert_eq!(get("p1.sim.localhost.evil.com").await, 421);
}

#[tokio::test]
async fn a_second_simulator_takes_the_next_port() {
    let first = Fixture::new(&[]).await;
    let port = first.url.rsplit(':').next().unwrap().parse::<u16>().unwrap();
    let second = Fixture::with(&[], |options, _| options.port = port).await;
    let other = second.url.rsplit(':').next().unwrap().parse::<u16>().unwrap();
    assert!(other > port, "{other} after {port}");
    assert!(second.desk("/").await.text().await.unwrap().ends_with("the desk"));
}
