//! A simulator on a folder of its own.

use std::fs;
use std::path::Path;

use reqwest::{Client, RequestBuilder, Response};
use tempfile::TempDir;
use tt_sim::{Options, Simulator};

/// A running simulator; it ends with the test's runtime, its files with this.
pub(crate) struct Fixture {
    pub(crate) project: TempDir,
    /// Outside of the project.
    pub(crate) other: TempDir,
    pub(crate) url: String,
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
        Self { project, other, url, client }
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        write(self.project.path(), name, text);
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url))
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

/// Options for a test: a free port, and pages that say no more than which they are.
pub(crate) fn options(project: &Path, other: &Path) -> Options {
    write(other, "www/desk/index.html", "the desk");
    write(other, "www/phone/index.html", "the phone");
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
