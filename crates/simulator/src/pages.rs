//! The simulator's pages and the call library, as `cargo xtask build` leaves them.
//!
//! They are in the program, which so runs anywhere. A build for development reads them from where
//! they were built, each time they are asked for: what is bundled anew shows at the next reload.

use std::path::{Component, Path, PathBuf};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{Embed, EmbeddedFile};

#[derive(Embed)]
#[folder = "pages"]
#[allow_missing = true]
struct Built;

/// The pages that were built, or those in a folder.
#[derive(Clone, Debug)]
pub(crate) struct Pages(pub(crate) Option<PathBuf>);

impl Pages {
    /// Whether there are any.
    pub(crate) fn are_built(&self) -> bool {
        self.file("desk/index.html").is_some()
    }

    /// The text of a file.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.file(path)?.data.into_owned()).ok()
    }

    /// Every file that was built, by its path.
    pub(crate) fn built() -> impl Iterator<Item = (String, EmbeddedFile)> {
        Built::iter().filter_map(|path| Some((path.to_string(), Built::get(&path)?)))
    }

    /// Serves what lies below a folder, whatever prefix is taken off before.
    pub(crate) fn below(&self, folder: &'static str) -> Router {
        Router::new().fallback(get(serve)).with_state((self.clone(), folder))
    }

    fn file(&self, path: &str) -> Option<EmbeddedFile> {
        let Some(folder) = &self.0 else { return Built::get(path) };
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        inside.then(|| rust_embed::utils::read_file_from_fs(&folder.join(path)).ok()).flatten()
    }
}

async fn serve(State((pages, folder)): State<(Pages, &'static str)>, uri: Uri) -> Response {
    let path = format!("{folder}{}", uri.path());
    match pages.file(&path) {
        Some(file) => {
            let kind = file.metadata.mimetype().to_owned();
            ([(header::CONTENT_TYPE, kind)], file.data).into_response()
        }
        None => (StatusCode::NOT_FOUND, "The simulator has no such file.\n").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use axum::body::Body;
    use axum::http::Request;
    use tempfile::TempDir;
    use tower::ServiceExt as _;

    use super::Pages;

    #[tokio::test]
    async fn files_have_their_types_and_nothing_beside_the_folder_is_served() {
        let outside = TempDir::new().unwrap();
        let folder = outside.path().join("www");
        fs::create_dir_all(folder.join("desk")).unwrap();
        fs::write(folder.join("desk/main.js"), "export {};").unwrap();
        fs::write(folder.join("desk/a.wasm"), "").unwrap();
        fs::write(folder.join("other.js"), "secret").unwrap();
        fs::write(outside.path().join("outside.js"), "secret").unwrap();
        let pages = Pages(Some(folder));
        let ask = async |path: &str| {
            let request = Request::builder().uri(path).body(Body::empty()).unwrap();
            let answer = pages.below("desk").oneshot(request).await.unwrap();
            let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap());
            (answer.status().as_u16(), kind.unwrap_or_default().to_owned())
        };
        assert_eq!(ask("/main.js").await, (200, "text/javascript".to_owned()));
        assert_eq!(ask("/a.wasm").await, (200, "application/wasm".to_owned()));
        for path in ["/none.js", "/", "/../other.js", "/../../outside.js", "//etc/passwd"] {
            assert_eq!(ask(path).await.0, 404, "{path}");
        }
    }
}
