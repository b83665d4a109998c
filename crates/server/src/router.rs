//! The HTTP routes.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::Extension;
use axum::Router;
use axum::extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::admin;
use crate::config::Network;
use crate::meter::Meter;
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
    meter: Option<Extension<Arc<Meter>>>,
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
    // Until then, who comes may still find its room here and leaves with it.
    if state.departure.borrow().is_some_and(|departure| departure.end() <= Instant::now()) {
        metrics.refused("goingDown");
        return refused(StatusCode::SERVICE_UNAVAILABLE, "the server is going down");
    }
    if !is_origin_allowed(&state, &headers) {
        metrics.refused("origin");
        return refused(StatusCode::FORBIDDEN, "pages of this origin may not connect");
    }
    let limit = state.config.limits.connections_per_address;
    let address =
        address.map(|direct| client_address(&state.config.trusted_proxies, direct, &headers));
    let address_permit = match address {
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
    let meter = meter.map(|Extension(meter)| meter);
    let limit = state.config.limits.message_bytes;
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(limit)
        .max_frame_size(limit)
        .on_upgrade(async move |socket| {
            WebSocketSession::new(id, state, address, meter).run(socket).await;
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

/// The address of the client. Each proxy adds the address that it was connected from at the end of
/// `X-Forwarded-For`. So the list is walked from the right while the addresses are those of trusted
/// proxies: what is to the left of the first other one may be forged by the client.
pub(crate) fn client_address(proxies: &[Network], direct: IpAddr, headers: &HeaderMap) -> IpAddr {
    let values = headers.get_all("x-forwarded-for").iter().rev();
    let forwarded = values.flat_map(|value| value.to_str().unwrap_or_default().rsplit(','));
    let mut client = direct;
    for text in forwarded {
        if !proxies.iter().any(|network| network.contains(client)) {
            break;
        }
        let text = text.trim();
        // Some proxies add the port.
        let address = text.parse().or_else(|_| text.parse().map(|it: SocketAddr| it.ip()));
        let Ok(address) = address else { break };
        client = address;
    }
    client.to_canonical()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_the_last_address_that_no_trusted_proxy_has() {
        let proxies = ["10.0.0.0/8", "2001:db8::/32"].map(|text| text.parse().unwrap());
        let client = |direct: &str, forwarded: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in forwarded {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            client_address(&proxies, direct.parse().unwrap(), &headers).to_string()
        };
        assert_eq!(client("192.0.2.1", &["192.0.2.9"]), "192.0.2.1", "no proxy");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["192.0.2.9"]), "192.0.2.9");
        assert_eq!(client("::ffff:10.0.0.1", &["192.0.2.9"]), "192.0.2.9");
        assert_eq!(client("10.0.0.1", &["192.0.2.8, 192.0.2.9"]), "192.0.2.9", "forged");
        assert_eq!(client("10.0.0.1", &["192.0.2.9, 10.0.0.2"]), "192.0.2.9", "two proxies");
        assert_eq!(client("10.0.0.1", &["192.0.2.9", "2001:db8::1"]), "192.0.2.9", "two headers");
        assert_eq!(client("10.0.0.1", &["192.0.2.9:4711"]), "192.0.2.9");
        assert_eq!(client("10.0.0.1", &["[2001:db9::1]:4711"]), "2001:db9::1");
        assert_eq!(client("10.0.0.1", &["192.0.2.9, unknown"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3", "an internal client");
    }
}
