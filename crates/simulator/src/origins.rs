//! The names that this server has in a browser, each of them an origin.
//!
//! The desk is at `localhost` or `127.0.0.1`, each phone at a name of its own below `localhost`:
//! `p1.localhost`. So the code of a project can touch neither the desk nor other phones, and
//! a browser that gives each site a process (Chromium) runs the desk on while a phone is busy.
//! Browsers take all names below `localhost` for this machine (RFC 6761, section 6.3, and W3C,
//! Secure Contexts, section 3.1); `www/desk/phone.ts` makes them in the same way.

use axum::extract::{Query, Request};
use axum::http::uri::{Authority, PathAndQuery};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::guard;

/// Names of the desk. No policy of frames can name another, as `[::1]` (W3C, Content Security Policy
/// Level 3, section 2.3.1: a host is a name or an IPv4 address).
const DESK: [&str; 2] = ["localhost", "127.0.0.1"];
/// What the names of phones end with.
const OF_PHONES: &str = ".localhost";
/// The longest id of a phone that becomes part of a name.
const LONGEST_ID: usize = 20;

/// What a request was sent to.
#[derive(Debug)]
pub(crate) struct Host {
    name: String,
    /// With its colon; empty where it is the scheme's own.
    port: String,
}

impl Host {
    /// Nothing if the request names none.
    pub(crate) fn of(headers: &HeaderMap, uri: &Uri) -> Option<Self> {
        let authority: Authority = guard::host(headers, uri)?.parse().ok()?;
        let port = authority.port().map(|port| format!(":{port}")).unwrap_or_default();
        Some(Self { name: authority.host().to_ascii_lowercase(), port })
    }

    /// Whether it is the origin of a phone.
    pub(crate) fn is_phone(&self) -> bool {
        self.name.ends_with(OF_PHONES)
    }

    /// Where this server has the desk, with this scheme, for a policy.
    pub(crate) fn desks(&self, scheme: &str) -> String {
        DESK.map(|name| format!("{scheme}://{name}{}", self.port)).join(" ")
    }

    /// Where this server has phones, for a policy.
    pub(crate) fn phones(&self) -> String {
        format!("http://*{OF_PHONES}{}", self.port)
    }

    fn redirect(&self, name: &str, uri: &Uri) -> Redirect {
        let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        Redirect::temporary(&format!("http://{name}{}{path}", self.port))
    }
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
    use axum::http::{HeaderMap, Uri};

    use super::Host;

    fn host(name: &str) -> Option<Host> {
        let headers: HeaderMap =
            [("host".parse().unwrap(), name.parse().unwrap())].into_iter().collect();
        Host::of(&headers, &Uri::from_static("/"))
    }

    #[test]
    fn phones_are_names_below_localhost() {
        for name in ["p1.localhost:8090", "P1.LOCALHOST", "phone.localhost"] {
            assert!(host(name).unwrap().is_phone(), "{name}");
        }
        for name in ["localhost:8090", "127.0.0.1", "[::1]:8090", "p1.localhost.evil.com"] {
            assert!(!host(name).unwrap().is_phone(), "{name}");
        }
        assert!(host("a b").is_none());
    }

    #[test]
    fn policies_name_the_port() {
        assert_eq!(
            host("p1.localhost:8090").unwrap().desks("http"),
            "http://localhost:8090 http://127.0.0.1:8090"
        );
        assert_eq!(
            host("p1.localhost").unwrap().desks("http"),
            "http://localhost http://127.0.0.1"
        );
        assert_eq!(host("127.0.0.1:1").unwrap().phones(), "http://*.localhost:1");
    }
}
