//! The names that this server has in a browser, each of them an origin.
//!
//! The desk is at `sim.localhost`, each phone at a name of its own below: `p1.sim.localhost`. So the
//! code of a project can touch neither the desk nor other phones, and in Chromium each has a process,
//! so the desk runs on while a phone is busy. They are one site: a browser that blocks what other
//! sites keep, as in a private window, keeps what phones do.
//!
//! Browsers take all names below `localhost` for this machine (RFC 6761, section 6.3, and W3C,
//! Secure Contexts, section 3.1). The desk at `127.0.0.1` finds out and goes to its name, or, where
//! there are no such names, stays and takes ports for its phones (`www/desk/origins.ts`, `ports.rs`).

use axum::extract::{Query, Request};
use axum::http::uri::{Authority, PathAndQuery};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::guard;

/// Names of the desk, the best one first. No policy of frames can name another, as `[::1]` (W3C, Content
/// Security Policy Level 3, section 2.3.1: a host is a name or an IPv4 address).
const DESK: [&str; 3] = ["sim.localhost", "localhost", "127.0.0.1"];
/// What the names of phones end with.
const OF_PHONES: &str = ".sim.localhost";
/// The longest id of a phone that becomes part of a name.
const LONGEST_ID: usize = 20;

/// What a request was sent to.
#[derive(Debug)]
pub(crate) struct Host {
    /// In lower case.
    pub(crate) name: String,
    /// Nothing where it is the scheme's own.
    port: Option<u16>,
}

impl Host {
    /// Nothing if the request names none.
    pub(crate) fn of(headers: &HeaderMap, uri: &Uri) -> Option<Self> {
        Self::parse(&guard::host(headers, uri)?)
    }

    /// Nothing if it is none.
    pub(crate) fn parse(host: &str) -> Option<Self> {
        let authority: Authority = host.parse().ok()?;
        Some(Self { name: authority.host().to_ascii_lowercase(), port: authority.port_u16() })
    }

    /// Whether it is the origin of a phone.
    pub(crate) fn is_phone(&self) -> bool {
        self.name.ends_with(OF_PHONES)
    }

    /// The port, that of HTTP if none is named.
    pub(crate) fn port(&self) -> u16 {
        self.port.unwrap_or(80)
    }

    /// Where the desk is at this port, with this scheme, for a policy.
    pub(crate) fn desks(&self, scheme: &str) -> String {
        at_desk(scheme, self.port)
    }

    /// Where phones are, for a policy.
    pub(crate) fn phones(&self) -> String {
        format!("http://*{OF_PHONES}{}", colon(self.port))
    }

    fn redirect(&self, name: &str, uri: &Uri) -> Redirect {
        let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        Redirect::temporary(&format!("http://{name}{}{path}", colon(self.port)))
    }
}

/// The names of the desk at a port.
pub(crate) fn at_desk(scheme: &str, port: Option<u16>) -> String {
    DESK.map(|name| format!("{scheme}://{name}{}", colon(port))).join(" ")
}

fn colon(port: Option<u16>) -> String {
    port.map(|port| format!(":{port}")).unwrap_or_default()
}

/// The handler of `GET /there`, by which a desk learns whether the browser knows names of phones.
pub(crate) async fn there(headers: HeaderMap, uri: Uri) -> Response {
    let desks = Host::of(&headers, &uri).map(|host| host.desks("http")).unwrap_or_default();
    let origin = headers.get(header::ORIGIN);
    let desk = origin.filter(|origin| desks.split(' ').any(|desk| *origin == desk));
    let readable = desk.map(|desk| [(header::ACCESS_CONTROL_ALLOW_ORIGIN, desk.clone())]);
    (StatusCode::NO_CONTENT, readable.into_iter().flatten().collect::<HeaderMap>()).into_response()
}

/// Which phone.
#[derive(Deserialize)]
pub(crate) struct Which {
    id: Option<String>,
}

/// Sends who opens a phone at the desk's origin to the phone's. Those whose ids are no part of
/// a name share one.
pub(crate) async fn to_phone(
    Query(Which { id }): Query<Which>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let plain = |id: &String| {
        (1..=LONGEST_ID).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
    };
    let name = id.filter(plain).map_or_else(|| "phone".to_owned(), |id| format!("p{id}"));
    match Host::of(&headers, &uri) {
        Some(host) => host.redirect(&format!("{name}{OF_PHONES}"), &uri).into_response(),
        None => StatusCode::MISDIRECTED_REQUEST.into_response(),
    }
}

/// Sends who opens the desk at another address of this machine to `localhost`.
pub(crate) async fn at_localhost(request: Request, next: Next) -> Response {
    match Host::of(request.headers(), request.uri()) {
        Some(host) if !DESK.contains(&host.name.as_str()) => {
            host.redirect("localhost", request.uri()).into_response()
        }
        _ => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::Host;

    #[test]
    fn phones_are_names_below_the_desks() {
        for name in ["p1.sim.localhost:8090", "P1.SIM.LOCALHOST", "phone.sim.localhost"] {
            assert!(Host::parse(name).unwrap().is_phone(), "{name}");
        }
        for name in ["sim.localhost:8090", "127.0.0.1", "[::1]:8090", "p1.sim.localhost.evil.com"] {
            assert!(!Host::parse(name).unwrap().is_phone(), "{name}");
        }
        assert!(Host::parse("a b").is_none());
    }

    #[test]
    fn policies_name_the_port() {
        let host = Host::parse("p1.sim.localhost:80").unwrap();
        assert_eq!(
            host.desks("http"),
            "http://sim.localhost:80 http://localhost:80 http://127.0.0.1:80"
        );
        assert_eq!(host.phones(), "http://*.sim.localhost:80");
    }
}
