//! The admin API: it lists rooms and members, dissolves rooms and removes users.
//!
//! App, room and user are query parameters, because an app id may be empty and a path segment may
//! not.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get};
use axum::{Extension, Json, Router};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::time::sleep;
use tracing::{info, warn};
use tt_rtc_room::id::{AppId, RoomId, UserId};

use crate::router::client_address;
use crate::server::Server;

#[derive(Deserialize)]
struct Room {
    app: AppId,
    room: RoomId,
}

#[derive(Deserialize)]
struct User {
    app: AppId,
    room: RoomId,
    user: UserId,
}

/// How long a request with a wrong token waits for its answer: the sockets of an address are limited,
/// and so are its guesses.
const AFTER_WRONG_TOKEN: Duration = Duration::from_secs(1);

/// `GET /admin/rooms`, `GET` and `DELETE /admin/room?app&room`, `DELETE /admin/user?app&room&user`.
pub(crate) fn router(server: &Server) -> Router<Server> {
    Router::new()
        .route("/admin/rooms", get(rooms))
        .route("/admin/room", get(members).delete(end_room))
        .route("/admin/user", delete(remove_user))
        .route_layer(from_fn_with_state(server.clone(), authenticate))
}

/// Checks the bearer token (RFC 6750 2.1).
async fn authenticate(
    State(server): State<Server>,
    address: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    request: Request,
    next: Next,
) -> Response {
    let Some(token) = &server.state.config.admin_token else {
        return (StatusCode::NOT_FOUND, "there is no admin API without admin-token\n")
            .into_response();
    };
    let given = headers.get(header::AUTHORIZATION);
    let given = given.and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    if given.is_some_and(|given| is_same(given, token.expose_secret().as_bytes())) {
        return next.run(request).await;
    }
    let address = address.map(|Extension(ConnectInfo(direct))| {
        client_address(&server.state.config.trusted_proxies, direct.ip(), &headers)
    });
    warn!(address = address.map(tracing::field::display), "a wrong admin token");
    server.state.context.metrics.refused("adminToken");
    sleep(AFTER_WRONG_TOKEN).await;
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
    (StatusCode::UNAUTHORIZED, challenge, "the bearer token is missing or wrong\n").into_response()
}

/// Compares in constant time. Hashing hides the lengths.
fn is_same(given: &[u8], expected: &[u8]) -> bool {
    Sha256::digest(given).ct_eq(&Sha256::digest(expected)).into()
}

async fn rooms(State(server): State<Server>) -> Response {
    Json(server.rooms()).into_response()
}

async fn members(State(server): State<Server>, Query(key): Query<Room>) -> Response {
    let members = server.members(&key.app, &key.room);
    if members.is_empty() { no_such("room") } else { Json(members).into_response() }
}

async fn end_room(State(server): State<Server>, Query(key): Query<Room>) -> Response {
    info!(app = %key.app, room = %key.room, "an administrator ends the room");
    done(server.end_room(&key.app, &key.room), "room")
}

async fn remove_user(State(server): State<Server>, Query(key): Query<User>) -> Response {
    info!(app = %key.app, room = %key.room, user = %key.user, "an administrator removes the user");
    done(server.remove_user(&key.app, &key.room, &key.user), "user")
}

fn done(was_there: bool, what: &'static str) -> Response {
    if was_there { StatusCode::NO_CONTENT.into_response() } else { no_such(what) }
}

fn no_such(what: &'static str) -> Response {
    (StatusCode::NOT_FOUND, format!("there is no such {what}\n")).into_response()
}
