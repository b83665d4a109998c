//! A simulator on a folder of its own.

use std::fs;
use std::path::Path;

use reqwest::header::HOST;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::Request;
use tt_rtc_sim::{Options, Simulator};

/// Where a page has the secret of its server.
const SECRET_PLACE: &str = r#"<meta name="tt-sim-secret" content=""#;

/// A running simulator; it ends with the test's runtime, its files with this.
pub(crate) struct Fixture {
    pub(crate) project: TempDir,
    /// Outside of the project.
    pub(crate) other: TempDir,
    /// The desk's origin, at which it listens.
    pub(crate) url: String,
    /// A phone's. Not every system's resolver knows such names; browsers do.
    pub(crate) phone: String,
    /// As the phone's page has it; requests of this are sent with it, as from there.
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
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        let phone = url.replace("127.0.0.1", "p1.sim.localhost");
        let mut fixture = Self { project, other, url, phone, secret: String::new(), client };
        fixture.secret = secret(&fixture.text("/phone/").await);
        fixture
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        write(self.project.path(), name, text);
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.get_at(self.host(), path).header("x-tt-secret", &self.secret)
    }

    /// A request that names this host, without a secret.
    pub(crate) fn get_at(&self, host: &str, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url)).header(HOST, host)
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.url)).header(HOST, self.host());
        request.header("x-tt-secret", &self.secret)
    }

    /// A request as from the desk.
    pub(crate) async fn desk(&self, path: &str) -> Response {
        let desk = self.client.get(&self.url).send().await.unwrap().text().await.unwrap();
        let request = self.client.get(format!("{}{path}", self.url));
        request.header("x-tt-secret", secret(&desk)).send().await.unwrap()
    }

    /// What opens a WebSocket as from a phone, with the secret.
    pub(crate) fn socket(&self, path: &str) -> Request<()> {
        self.socket_with(path, &self.secret)
    }

    /// The same with another secret.
    pub(crate) fn socket_with(&self, path: &str, secret: &str) -> Request<()> {
        let and = if path.contains('?') { '&' } else { '?' };
        let url = format!("{}{path}{and}secret={secret}", self.url.replace("http", "ws"));
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert(HOST, self.host().parse().unwrap());
        request
    }

    fn host(&self) -> &str {
        self.phone.trim_start_matches("http://")
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

/// The secret that stands in a page.
pub(crate) fn secret(page: &str) -> String {
    let (_, rest) = page.split_once(SECRET_PLACE).unwrap();
    let (secret, _) = rest.split_once('"').unwrap();
    assert_eq!(secret.len(), 32, "{page}");
    secret.to_owned()
}

/// Options for a test: a free port, and pages that say no more than which they are.
pub(crate) fn options(project: &Path, other: &Path) -> Options {
    write(other, "www/desk/index.html", &format!("{SECRET_PLACE}\">the desk"));
    write(other, "www/phone/index.html", &format!("{SECRET_PLACE}\">the phone"));
    write(other, "www/pkg/slim.js", "export {};");
    let mut options = Options::new(project);
    options.port = 0;
    options.no_open = true;
    options.pages = Some(other.join("www"));
    options.data = Some(other.join("data"));
    options
}

pub(crate) fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
