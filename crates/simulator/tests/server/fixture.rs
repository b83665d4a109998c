//! A simulator on a folder of its own.

use std::fs;
use std::path::Path;

use reqwest::{Client, RequestBuilder, Response};
use tempfile::TempDir;
use tt_sim::{Options, Simulator};

/// Where a page has the secret of its server.
const SECRET_PLACE: &str = r#"<meta name="tt-sim-secret" content=""#;

/// A running simulator; it ends with the test's runtime, its files with this.
pub(crate) struct Fixture {
    pub(crate) project: TempDir,
    /// Outside of the project.
    pub(crate) other: TempDir,
    pub(crate) url: String,
    /// As its pages have it; requests of this are sent with it.
    pub(crate) secret: String,
    client: Client,
}

impl Fixture {
    /// On a folder with these files.
    pub(crate) async fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, |_options, _other| {}).await
    }

    /// The same with other options, which may name files of the folder `other`.
    pub(crate) async fn with(
        files: &[(&str, &str)],
        change: impl FnOnce(&mut Options, &Path),
    ) -> Self {
        let (project, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        write(project.path(), "app.json", r#"{ "pages": [] }"#);
        for (name, text) in files {
            write(project.path(), name, text);
        }
        let mut options = options(project.path(), other.path());
        change(&mut options, other.path());
        let simulator = Simulator::start(&options).await.unwrap();
        let url = simulator.url().trim_end_matches('/').to_owned();
        tokio::spawn(simulator.serve());
        let client = Client::builder().no_proxy().build().unwrap();
        let secret = secret(&client, &url).await;
        Self { project, other, url, secret, client }
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        write(self.project.path(), name, text);
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url)).header("x-tt-secret", &self.secret)
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url)).header("x-tt-secret", &self.secret)
    }

    /// The address of a WebSocket here, with the secret.
    pub(crate) fn socket(&self, path: &str) -> String {
        let and = if path.contains('?') { '&' } else { '?' };
        format!("{}{path}{and}secret={}", self.url.replace("http", "ws"), self.secret)
    }

    pub(crate) async fn status(&self, path: &str) -> u16 {
        self.get(path).send().await.unwrap().status().as_u16()
    }

    pub(crate) async fn text(&self, path: &str) -> String {
        let answer: Response = self.get(path).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.text().await.unwrap()
    }
}

/// The secret that stands in the phone's page.
pub(crate) async fn secret(client: &Client, url: &str) -> String {
    let page = client.get(format!("{url}/phone/")).send().await.unwrap().text().await.unwrap();
    let (_, rest) = page.split_once(SECRET_PLACE).unwrap();
    let (secret, _) = rest.split_once('"').unwrap();
    assert_eq!(secret.len(), 32, "{page}");
    secret.to_owned()
}

/// Options for a test: a free port, and pages that say no more than which they are.
pub(crate) fn options(project: &Path, other: &Path) -> Options {
    write(other, "www/desk/index.html", "the desk");
    write(other, "www/phone/index.html", &format!("{SECRET_PLACE}\">the phone"));
    write(other, "pkg/index.js", "export {};");
    let mut options = Options::new(project);
    options.port = 0;
    options.open = false;
    options.www = other.join("www");
    options.pkg = other.join("pkg");
    options
}

pub(crate) fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
