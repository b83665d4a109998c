//! `GET /token?app=…&room=…&user=…`: an AccessToken for trying a page, signed with `--app-key`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tt_rtc_room::token::{AccessToken, Privilege};

/// How long a token is good for, in seconds: a day of trying.
const LIFETIME: u32 = 24 * 60 * 60;

/// The keys of the apps.
pub(crate) type Keys = Arc<BTreeMap<String, String>>;

#[derive(Deserialize)]
pub(crate) struct Asked {
    app: String,
    room: String,
    user: String,
}

#[derive(Serialize)]
struct Signed {
    token: String,
    /// In Unix seconds.
    expires: u32,
}

/// The handler of `GET /token`.
pub(crate) async fn handle(State(keys): State<Keys>, Query(asked): Query<Asked>) -> Response {
    let Some(key) = keys.get(&asked.app) else {
        let told =
            format!("There is no key of {}: start the simulator with --app-key.\n", asked.app);
        return (StatusCode::NOT_FOUND, told).into_response();
    };
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let now = u32::try_from(seconds).unwrap_or(u32::MAX);
    let expires = now.saturating_add(LIFETIME);
    let mut token = AccessToken {
        app: asked.app,
        nonce: fastrand::u32(..),
        issued_at: now,
        expire_at: expires,
        room: asked.room,
        user: asked.user,
        privileges: Vec::new(),
    };
    token.grant(Privilege::PublishStream, expires);
    token.grant(Privilege::SubscribeStream, expires);
    match token.sign(key) {
        Ok(token) => Json(Signed { token, expires }).into_response(),
        Err(_) => {
            let told =
                "A token is for an AppId of 24 characters, and for ids that are not too long.\n";
            (StatusCode::BAD_REQUEST, told).into_response()
        }
    }
}
