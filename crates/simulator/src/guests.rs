//! What guests get: those who came from another machine with the invitation of `--lan`.
//!
//! A guest's phone runs the mini-program, so it gets what runs: the manifest, compiled scripts,
//! templates and styles, and the files that a phone shows or reads as data. It gets no sources, no
//! source maps, no lines of source in the problems, and no tokens: those are the developer's.

use std::net::SocketAddr;
use std::path::Path;

use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tt_miniprogram::Problem;

use crate::client::Sender;
use crate::folder::Folder;

/// Files that elements and scripts of a phone load: images, sound, films, fonts and data. Others
/// are of no use to it, and may be anything: code of a server, notes, keys.
const FOR_PHONES: [&str; 48] = [
    "apng", "avif", "bmp", "gif", "ico", "jpeg", "jpg", "png", "svg", "webp", // images
    "aac", "amr", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav", // sound
    "avi", "flv", "m3u8", "m4v", "mkv", "mov", "mp4", "ogv", "webm", // films
    "otf", "ttc", "ttf", "woff", "woff2", // fonts
    "basis", "bin", "csv", "doc", "docx", "glb", "gltf", "json", "ktx2", "pdf", "ppt", "pptx",
    "wasm", "xls", "xlsx",
];
/// JSON that configures a project and its tools. `project.config.json` and `ext.json` are none of
/// these: `tt.getAccountInfoSync` and `tt.getExtConfig` read them.
const CONFIGURATION: [&str; 9] = [
    "app.json",
    "jsconfig.json",
    "lerna.json",
    "mock.json",
    "package-lock.json",
    "package.json",
    "project.private.config.json",
    "sitemap.json",
    "tsconfig.json",
];

/// Whether who asks from this address is a guest.
pub(crate) fn is_guest(peer: SocketAddr) -> bool {
    Sender::at(peer.ip()) == Sender::Guest
}

/// Refuses guests.
pub(crate) async fn owner_only(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if is_guest(peer) { refusal() } else { next.run(request).await }
}

pub(crate) fn refusal() -> Response {
    let told = "Only the machine that the simulator runs on may ask for this.\n";
    (StatusCode::FORBIDDEN, told).into_response()
}

/// Whether a guest gets `file`, which was asked for as `path`: the name of a symbolic link says
/// nothing of what it leads to.
pub(crate) fn may_read(folder: &Folder, path: &str, file: &Path) -> bool {
    [Path::new(path), file].iter().all(|file| is_for_phones(file)) && !is_component(folder, path)
}

fn is_for_phones(file: &Path) -> bool {
    let name = |part: Option<&std::ffi::OsStr>| {
        part.and_then(|part| part.to_str()).unwrap_or_default().to_ascii_lowercase()
    };
    FOR_PHONES.contains(&name(file.extension()).as_str())
        && !CONFIGURATION.contains(&name(file.file_name()).as_str())
}

/// Whether it is the configuration of a page or component.
fn is_component(folder: &Folder, path: &str) -> bool {
    let beside = |extension: &str| {
        let template = Path::new(path).with_extension(extension);
        template.to_str().is_some_and(|template| folder.locate(template).is_some())
    };
    path.ends_with(".json") && (beside("ttml") || beside("wxml"))
}

/// Problems without the lines that they were found in.
pub(crate) fn without_excerpts(problems: &mut [Problem]) {
    for problem in problems {
        problem.excerpt.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::net::SocketAddr;

    use axum::body::{Body, to_bytes};
    use axum::extract::{ConnectInfo, Request};
    use axum::http::header;
    use base64ct::{Base64, Encoding};
    use serde_json::{Value, json};
    use tempfile::TempDir;
    use tower::ServiceExt;

    use crate::{Options, Simulator};

    const APP: &str = "0123456789abcdef01234567";
    const OWNER: &str = "127.0.0.1:5000";
    const GUEST: &str = "203.0.113.9:5000";

    struct Fixture {
        simulator: Simulator,
        cookie: String,
        secret: String,
        _folders: [TempDir; 2],
    }

    impl Fixture {
        async fn new(files: &[(&str, &str)]) -> Self {
            let (project, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
            let write = |folder: &TempDir, name: &str, text: &str| {
                let path = folder.path().join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            };
            for (name, text) in files {
                write(&project, name, text);
            }
            write(&other, "www/desk/index.html", "the desk");
            write(&other, "www/phone/index.html", r#"<meta name="tt-sim-secret" content="">"#);
            let mut options = Options::new(project.path());
            (options.port, options.lan) = (0, true);
            options.pages = Some(other.path().join("www"));
            options.data = Some(other.path().join("data"));
            options.app_keys = vec![(APP.to_owned(), "secret".to_owned())];
            let simulator = Simulator::start(&options).await.unwrap();
            let cookie = simulator.cookie().unwrap();
            let secret = String::new();
            let mut fixture = Self { simulator, cookie, secret, _folders: [project, other] };
            // Guests have it from the phone's page as the developer does.
            let (_, page) = fixture.ask(GUEST, "/phone/").await;
            fixture.secret = page.split('"').nth(3).unwrap().to_owned();
            fixture
        }

        /// What somebody at `peer` with the invitation is answered.
        async fn ask(&self, peer: &str, path: &str) -> (u16, String) {
            let request = Request::get(path)
                .header(header::HOST, "192.168.1.2:8090")
                .header(header::COOKIE, &self.cookie)
                .header("x-tt-secret", &self.secret);
            let mut request = request.body(Body::empty()).unwrap();
            let peer: SocketAddr = peer.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(peer));
            let network = self.simulator.network().unwrap();
            let answer = network.oneshot(request).await.unwrap();
            let status = answer.status().as_u16();
            let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
            (status, String::from_utf8_lossy(&body).into_owned())
        }
    }

    #[tokio::test]
    async fn guests_get_what_a_phone_runs_and_no_sources() {
        let map = json!({
            "version": 3, "names": [], "mappings": "AAAA",
            "sources": ["page.vue"], "sourcesContent": ["SOURCE"],
        });
        let inline = Base64::encode_string(map.to_string().as_bytes());
        let script =
            format!("Page({{}});\n//# sourceMappingURL=data:application/json;base64,{inline}\n");
        let files = [
            ("app.json", r#"{ "pages": ["p/p"] }"#),
            ("app.js", "App({});"),
            ("project.config.json", "{}"),
            ("ext.json", "{}"),
            ("project.private.config.json", "{}"),
            ("mock.json", "[]"),
            ("p/p.js", script.as_str()),
            ("p/p.json", "{}"),
            ("p/p.ttml", "<view><text>SOURCE</view>"),
            ("p/p.ttss", ".a { color: red }"),
            ("p/data.json", "[1]"),
            ("p/built.js.map", "{}"),
            ("p/page.vue", "SOURCE"),
            ("server/main.go", "SOURCE"),
            ("server/key.pem", "SOURCE"),
            ("README.md", "SOURCE"),
            ("Makefile", "SOURCE"),
            ("images/a.png", "picture"),
            ("images/B.PNG", "picture"),
            ("fonts/a.woff2", "font"),
        ];
        let fixture = Fixture::new(&files).await;
        for path in [
            "/phone/",
            "/settings.json",
            "/app/manifest.json",
            "/app/module/p/p.js.js",
            "/app/style/p/p.css",
            "/app/position/p/p.js?line=1&column=1",
            "/app/file/images/a.png",
            "/app/file/images/B.PNG?v=1",
            "/app/file/fonts/a.woff2",
            "/app/file/p/data.json",
            "/app/file/project.config.json",
            "/app/file/ext.json",
        ] {
            let (status, text) = fixture.ask(GUEST, path).await;
            assert_eq!(status, 200, "{path}");
            assert!(!text.contains("SOURCE") && !text.contains(&inline), "{path}: {text}");
            assert!(!text.contains("sourceMappingURL=/"), "{path}: {text}");
        }
        let sources = [
            "/app/original/p/p.js?file=page.vue",
            "/app/map/p/p.js.map",
            "/app/file/app.js",
            "/app/file/p/p.js",
            "/app/file/p/p.ttml",
            "/app/file/p/p%2Ettml",
            "/app/file/p/p.ttss",
            "/app/file/p/p.json",
            "/app/file/p/built.js.map",
            "/app/file/p/page.vue",
            "/app/file/app.json",
            "/app/file/project.private.config.json",
            "/app/file/mock.json",
            "/app/file/server/main.go",
            "/app/file/server/key.pem",
            "/app/file/README.md",
            "/app/file/Makefile",
        ];
        for path in sources {
            let (status, text) = fixture.ask(GUEST, path).await;
            assert_eq!(status, 403, "{path}");
            assert_eq!(text, "Only the machine that the simulator runs on may ask for this.\n");
            assert_eq!(fixture.ask(OWNER, path).await.0, 200, "{path}");
        }
        let problem = async |peer| {
            let manifest: Value =
                serde_json::from_str(&fixture.ask(peer, "/app/manifest.json").await.1).unwrap();
            manifest["problems"][0]["excerpt"].clone()
        };
        assert_eq!(problem(GUEST).await, "");
        assert_eq!(problem(OWNER).await, "<view><text>SOURCE</view>");
        let script = fixture.ask(OWNER, "/app/module/p/p.js.js").await.1;
        assert!(script.ends_with("\n//# sourceMappingURL=/app/map/p/p.js.map\n"), "{script}");
        assert!(fixture.ask(OWNER, "/app/map/p/p.js.map").await.1.contains("SOURCE"));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_link_with_the_name_of_a_picture_gives_a_guest_no_source() {
        let files = [("app.json", r#"{ "pages": [] }"#), ("app.js", "App({});")];
        let fixture = Fixture::new(&files).await;
        let folder = fixture._folders[0].path();
        std::os::unix::fs::symlink(folder.join("app.js"), folder.join("a.png")).unwrap();
        assert_eq!(fixture.ask(GUEST, "/app/file/a.png").await.0, 403);
        assert_eq!(fixture.ask(OWNER, "/app/file/a.png").await.0, 200);
    }

    #[tokio::test]
    async fn guests_get_no_tokens_and_no_desk() {
        let fixture = Fixture::new(&[("app.json", r#"{ "pages": [] }"#)]).await;
        for path in [&format!("/token?app={APP}&room=r&user=u"), "/index.html", "/main.js"] {
            assert_eq!(fixture.ask(GUEST, path).await.0, 404, "{path}");
        }
        assert_eq!(fixture.ask(GUEST, "/").await.0, 307);
        let (_, settings) = fixture.ask(GUEST, "/settings.json").await;
        let settings: Value = serde_json::from_str(&settings).unwrap();
        assert_eq!(settings["apps"], json!([]));
    }
}
