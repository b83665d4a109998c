//! The HTTP routes.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::admin;
use crate::server::{Server, ServerState};
use crate::websocket_session::WebSocketSession;

/// The read buffer of a connection, in bytes. It is small because each connection has one. Reading a
/// session description takes a few reads.
const READ_BUFFER: usize = 2 * 1024;
/// The write buffer of a connection, in bytes. It is flushed when it is full.
const WRITE_BUFFER: usize = 16 * 1024;

impl Server {
    /// The server as an axum router: the WebSocket at `/`, `/health`, `/ready`, and the routes of
    /// [`Server::operations`]. It can be nested at any path of another router.
    ///
    /// The limit of connections per address needs a router that is served with
    /// [`ConnectInfo<SocketAddr>`](ConnectInfo).
    pub fn router(&self) -> Router {
        self.signaling().merge(self.operations())
    }

    /// The WebSocket at `/`, and `/health` and `/ready`.
    pub fn signaling(&self) -> Router {
        Router::new()
            .route("/", get(connect))
            .route("/health", get(async || "alive\n"))
            .route("/ready", get(ready))
            .with_state(self.clone())
    }

    /// The routes for operators: `/metrics`, and the admin API if there is an admin token.
    pub fn operations(&self) -> Router {
        Router::new()
            .route("/metrics", get(metrics))
            .merge(admin::router(self))
            .with_state(self.clone())
    }
}

async fn ready(State(server): State<Server>) -> Response {
    if server.is_ready() {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "going down\n").into_response()
    }
}

async fn metrics(State(server): State<Server>) -> Response {
    let text = server.state.context.metrics.to_text(
        server.connection_count(),
        server.session_count(),
        server.room_count(),
    );
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

async fn connect(
    State(server): State<Server>,
    address: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let state = server.state;
    let metrics = &state.context.metrics;
    let address = address.map(|Extension(ConnectInfo(address))| address.ip());
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    if *state.going_down.borrow() {
        metrics.refused("goingDown");
        return refused(StatusCode::SERVICE_UNAVAILABLE, "the server is going down");
    }
    if !is_origin_allowed(&state, &headers) {
        metrics.refused("origin");
        return refused(StatusCode::FORBIDDEN, "pages of this origin may not connect");
    }
    let limit = state.config.limits.connections_per_address;
    let address_permit = match address.map(|direct| client_address(&state, direct, &headers)) {
        Some(address) => match state.addresses.try_acquire(address, limit) {
            Some(permit) => Some(permit),
            None => {
                metrics.refused("address");
                let why = "too many connections from this address";
                return refused(StatusCode::TOO_MANY_REQUESTS, why);
            }
        },
        None => None,
    };
    let Ok(permit) = Arc::clone(&state.connection_permits).try_acquire_owned() else {
        metrics.refused("full");
        return refused(StatusCode::SERVICE_UNAVAILABLE, "the server has too many connections");
    };
    metrics.opened();
    let id = state.next_connection();
    let limit = state.config.limits.message_bytes;
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(limit)
        .max_frame_size(limit)
        .on_upgrade(async move |socket| {
            WebSocketSession::new(id, state).run(socket).await;
            drop((address_permit, permit));
        })
}

fn refused(status: StatusCode, why: &'static str) -> Response {
    (status, format!("{why}\n")).into_response()
}

/// Whether pages of the request's origin may connect. A request without `Origin` comes from a program
/// that is not a browser and could send any origin, so it is allowed (RFC 6455 10.2).
fn is_origin_allowed(state: &ServerState, headers: &HeaderMap) -> bool {
    let origins = &state.config.origins;
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let is_origin = |known: &String| origin.as_bytes().eq_ignore_ascii_case(known.as_bytes());
    origins.is_empty() || origins.iter().any(is_origin)
}

/// The address of the client. For a connection of a trusted proxy, it is the last address in
/// `X-Forwarded-For`, which is the one that the proxy has added.
fn client_address(state: &ServerState, direct: IpAddr, headers: &HeaderMap) -> IpAddr {
    if !state.config.trusted_proxies.contains(&direct.to_canonical()) {
        return direct;
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next());
    last.and_then(|address| address.trim().parse().ok()).unwrap_or(direct)
}
