//! `/app/…`: what the phone loads of a mini-program, see `www/shared/project.ts`.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream::{Stream, unfold};
use tokio::sync::broadcast::error::RecvError;
use tower_http::services::ServeFile;

use crate::compile::Compiled;
use crate::project::{Change, Project};

/// The routes, without their prefix.
pub(crate) fn routes(project: Project) -> Router {
    Router::new()
        .route("/manifest.json", get(manifest))
        .route("/module/{*path}", get(module))
        .route("/template/{*path}", get(template))
        .route("/style/{*path}", get(style))
        .route("/file/{*path}", get(file))
        .route("/events", get(events))
        .with_state(project)
}

async fn manifest(State(project): State<Project>) -> Response {
    let json = project.compiled().manifest().to_owned();
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

async fn module(State(project): State<Project>, Path(path): Path<String>) -> Response {
    script(&project, &path, Compiled::module)
}

async fn template(State(project): State<Project>, Path(path): Path<String>) -> Response {
    script(&project, &path, Compiled::template)
}

async fn style(State(project): State<Project>, Path(path): Path<String>) -> Response {
    let compiled = project.compiled();
    let text = path.strip_suffix(".css").and_then(|name| compiled.style(name));
    text_or_nothing(text, "text/css; charset=utf-8")
}

fn script(
    project: &Project,
    path: &str,
    find: impl for<'a> Fn(&'a Compiled, &str) -> Option<&'a str>,
) -> Response {
    let compiled = project.compiled();
    let text = path.strip_suffix(".js").and_then(|name| find(&compiled, name));
    text_or_nothing(text, "text/javascript; charset=utf-8")
}

fn text_or_nothing(text: Option<&str>, kind: &'static str) -> Response {
    let found = text.map(|text| ([(header::CONTENT_TYPE, kind)], text.to_owned()).into_response());
    found.unwrap_or_else(nothing)
}

async fn file(
    State(project): State<Project>,
    Path(path): Path<String>,
    request: Request,
) -> Response {
    let Some(found) = project.folder().locate(&path) else {
        return nothing();
    };
    // Says the type, and gives parts of sounds and films.
    match ServeFile::new(found).try_call(request).await {
        Ok(response) => response.into_response(),
        Err(_) => nothing(),
    }
}

fn nothing() -> Response {
    (StatusCode::NOT_FOUND, "The mini-program has no such file.\n").into_response()
}

async fn events(State(project): State<Project>) -> impl IntoResponse {
    Sse::new(changes(project)).keep_alive(KeepAlive::default())
}

/// Each change as it happens; a page that missed some is told that everything changed.
fn changes(project: Project) -> impl Stream<Item = Result<Event, Infallible>> {
    let receiver = project.changes();
    unfold((project, receiver), async |(project, mut receiver)| {
        let change = match receiver.recv().await {
            Ok(change) => change,
            Err(RecvError::Lagged(_)) => {
                let version = project.compiled().version();
                Arc::new(Change { version, manifest: true, ..Change::default() })
            }
            Err(RecvError::Closed) => return None,
        };
        let data = serde_json::to_string(&*change).unwrap_or_default();
        Some((Ok(Event::default().data(data)), (project, receiver)))
    })
}
