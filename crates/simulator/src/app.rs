//! `/app/…`: what the phone loads of a mini-program, see `www/shared/project.ts`.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::{Display, Write as _};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use futures_util::stream::{Stream, StreamExt, unfold};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tower_http::services::ServeFile;
use tt_miniprogram::Change;

use crate::guests::{self, is_guest, owner_only};
use crate::project::{Project, Served};
use crate::secret::{Secret, required};

const SCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// The routes, without their prefix.
pub(crate) fn routes(project: Project, secret: Secret) -> Router {
    Router::new()
        .route("/manifest.json", get(manifest))
        .route("/module/{*path}", get(module))
        .route("/map/{*path}", get(map).layer(middleware::from_fn(owner_only)))
        .route("/position/{*path}", get(position))
        .route("/original/{*path}", get(original).layer(middleware::from_fn(owner_only)))
        .route("/template/{*path}", get(template))
        .route("/style/{*path}", get(style))
        .route("/shared-style/{*path}", get(shared_style))
        .route("/file/{*path}", get(file))
        .route("/events", get(events).layer(middleware::from_fn_with_state(secret, required)))
        .with_state(project)
}

async fn manifest(
    State(project): State<Project>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
) -> impl IntoResponse {
    let settings = project.settings();
    let mut manifest = (*project.manifest()).clone();
    if is_guest(peer) {
        guests::without_excerpts(&mut manifest.problems);
    }
    Json(Served { manifest, settings })
}

async fn module(
    project: State<Project>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(path): Path<String>,
) -> Response {
    let path = path.strip_suffix(".js").unwrap_or_default().to_owned();
    let guest = is_guest(peer);
    let read = move |project: &tt_miniprogram::Project| {
        let mut script = project.module(&path)?;
        // It has the sources; data has none.
        if !guest && !path.ends_with(".json") {
            let _ = writeln!(script, "//# sourceMappingURL=/app/map/{}.map", encoded(&path));
        }
        Some(script)
    };
    compiled(project, SCRIPT, read).await
}

/// A path in an address.
fn encoded(path: &str) -> impl Display {
    const KEPT: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    utf8_percent_encode(path, KEPT)
}

/// The source map of a module's script, made when a debugger asks for it.
async fn map(State(project): State<Project>, Path(path): Path<String>) -> Response {
    let made = tokio::task::spawn_blocking(move || {
        let path = path.strip_suffix(".map")?;
        let parts = project.compiled(|compiler| compiler.script_map(path))?;
        let built = project.source_map(path);
        let text = |file: &str| project.compiled(|compiler| compiler.text(file));
        Some(parts.to_json(built.as_deref(), text))
    });
    match made.await {
        Ok(Some(json)) => ([(header::CONTENT_TYPE, JSON)], json).into_response(),
        Ok(None) | Err(_) => nothing(),
    }
}

/// A place in the script of a module, without what its first line has more than the source's.
#[derive(Deserialize)]
struct Place {
    line: u32,
    column: u32,
}

/// Where that place is in the source, or in the file that the source was built from.
async fn position(
    State(project): State<Project>,
    Path(path): Path<String>,
    Query(Place { line, column }): Query<Place>,
) -> Response {
    let found = tokio::task::spawn_blocking(move || {
        let built = project.compiled(|compiler| compiler.position(&path, line, column));
        let map = project.source_map(&path);
        match map.and_then(|map| map.position(built.line, built.column)) {
            Some(original) => json!({
                "file": original.file, "line": original.line, "column": original.column, "built": built,
            }),
            None => json!(built),
        }
    });
    found.await.map_or_else(|_| nothing(), |found| Json(found).into_response())
}

/// Which of the files that a module was built from.
#[derive(Deserialize)]
struct Original {
    file: String,
}

/// The text of a file that a module was built from, as its source map has it.
async fn original(
    State(project): State<Project>,
    Path(path): Path<String>,
    Query(Original { file }): Query<Original>,
) -> Response {
    let text = tokio::task::spawn_blocking(move || {
        project.source_map(&path)?.text(&file).map(str::to_owned)
    });
    match text.await {
        Ok(Some(text)) => ([(header::CONTENT_TYPE, TEXT)], text).into_response(),
        Ok(None) | Err(_) => nothing(),
    }
}

async fn template(project: State<Project>, Path(path): Path<String>) -> Response {
    let name = path.strip_suffix(".js").unwrap_or_default().to_owned();
    compiled(project, SCRIPT, move |project| project.template(&name)).await
}

async fn style(project: State<Project>, Path(path): Path<String>) -> Response {
    let name = path.strip_suffix(".css").unwrap_or_default().to_owned();
    compiled(project, STYLE, move |project| project.style(&name)).await
}

async fn shared_style(project: State<Project>, Path(path): Path<String>) -> Response {
    let name = path.strip_suffix(".css").unwrap_or_default().to_owned();
    compiled(project, STYLE, move |project| project.shared_style(&name)).await
}

/// What the compiler has, on a thread that may wait while it is at work.
async fn compiled(
    State(project): State<Project>,
    kind: &'static str,
    read: impl FnOnce(&tt_miniprogram::Project) -> Option<String> + Send + 'static,
) -> Response {
    let text = tokio::task::spawn_blocking(move || project.compiled(read)).await;
    match text {
        Ok(Some(text)) => ([(header::CONTENT_TYPE, kind)], text).into_response(),
        Ok(None) | Err(_) => nothing(),
    }
}

async fn file(
    State(project): State<Project>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(path): Path<String>,
    request: Request,
) -> Response {
    let folder = project.folder();
    let locate = |path: Cow<'_, str>| Some((folder.locate(&path)?, path.into_owned()));
    let Some((found, path)) = meanings(&path).into_iter().find_map(locate) else {
        return nothing();
    };
    if is_guest(peer) && !guests::may_read(folder, &path, &found) {
        return guests::refusal();
    }
    // Says the type, and gives parts of sounds and films.
    match ServeFile::new(found).try_call(request).await {
        Ok(response) => response.into_response(),
        Err(_) => nothing(),
    }
}

/// What a page may mean by the path of a file: the file of just this name; or an address, whose query
/// is none of the file's business and whose characters may be encoded.
fn meanings(path: &str) -> [Cow<'_, str>; 3] {
    let plain = path.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_decode_str(plain).decode_utf8().unwrap_or(Cow::Borrowed(plain));
    [Cow::Borrowed(path), Cow::Borrowed(plain), decoded]
}

fn nothing() -> Response {
    (StatusCode::NOT_FOUND, "The mini-program has no such file.\n").into_response()
}

/// Server-sent events, or the same as messages of a WebSocket: browsers have only six connections
/// for requests to one server, in all their windows together, and each phone holds one of these.
async fn events(
    State(project): State<Project>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let changes = changes(project);
    if let Ok(upgrade) = upgrade {
        return upgrade.on_upgrade(|socket| send(socket, changes));
    }
    let events = changes.map(|data| Ok::<_, Infallible>(Event::default().data(data)));
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

async fn send(mut socket: WebSocket, changes: impl Stream<Item = String>) {
    let mut changes = pin!(changes);
    loop {
        tokio::select! {
            change = changes.next() => {
                let Some(change) = change else { return };
                if socket.send(Message::text(change)).await.is_err() { return }
            }
            // A page says nothing here; it may go.
            heard = socket.recv() => if !matches!(heard, Some(Ok(_))) { return }
        }
    }
}

/// Each change as it happens, as JSON; a page that missed some is told that everything changed.
fn changes(project: Project) -> impl Stream<Item = String> {
    let receiver = project.changes();
    unfold((project, receiver), async |(project, mut receiver)| {
        let change = match receiver.recv().await {
            Ok(change) => change,
            Err(RecvError::Lagged(_)) => {
                let version = project.manifest().version;
                Arc::new(Change { version, manifest: true, ..Change::default() })
            }
            Err(RecvError::Closed) => return None,
        };
        Some((serde_json::to_string(&*change).unwrap_or_default(), (project, receiver)))
    })
}
