//! Who may talk to the server: its own pages, and nobody else's.
//!
//! A development server can read a project and, through its proxy, reach into the network of the
//! machine. Any page on the web can send requests to a loopback address, and a page whose name was
//! made to mean this machine (DNS rebinding) can even read the answers. So a request must name the
//! server by an address or as `localhost`, names that nobody can rebind, and those with effects
//! must come from the server's own pages.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::origins::Host;
use crate::relay;

/// Refuses requests whose host is a name that somebody else could have pointed at this machine.
pub(crate) async fn known_host(request: Request, next: Next) -> Response {
    let host = host(request.headers(), request.uri());
    if host.as_deref().is_some_and(is_own_name) {
        return next.run(request).await;
    }
    let told = "This server answers to an IP address or to localhost only.\n";
    (StatusCode::MISDIRECTED_REQUEST, told).into_response()
}

/// Refuses requests that a page of another origin makes. It may have links to ours, no more: even
/// a script tag would read a module of the mini-program. A phone may be in a frame: what frames is
/// for the policy to say (`headers.rs`), which a browser heeds when it has the page.
pub(crate) async fn same_origin(request: Request, next: Next) -> Response {
    let (headers, uri) = (request.headers(), request.uri());
    let goes_to = |what| is_navigation(headers, what);
    if from_own_page(headers, uri)
        || goes_to("document")
        || (uri.path() == "/phone/" && goes_to("iframe"))
    {
        return next.run(request).await;
    }
    let told = "Only the pages of this server may ask for this.\n";
    (StatusCode::FORBIDDEN, told).into_response()
}

/// Whose pages may call the phones here, beside the simulator's own. They are somebody's work in
/// progress like ours.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Callers {
    /// Pages of this machine.
    Loopback,
    /// With `--lan`, those of the local network too.
    LocalNetwork,
}

/// Refuses requests of pages that are none of the callers.
pub(crate) async fn near_origin(
    State(callers): State<Callers>,
    request: Request,
    next: Next,
) -> Response {
    let (headers, uri) = (request.headers(), request.uri());
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("?"));
    if origin.is_none_or(|origin| callers.include(origin) || is_own_origin(origin, headers, uri)) {
        return next.run(request).await;
    }
    let told = "Only pages of this simulator, of this machine or, with --lan, of the local network may call the phones here.\n";
    (StatusCode::FORBIDDEN, told).into_response()
}

impl Callers {
    /// Whether the page of this origin is one. Its host may have a port.
    fn include(self, origin: &str) -> bool {
        let Some((_scheme, host)) = origin.split_once("://") else { return false };
        let Some(name) = own_name(host) else { return false };
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        bare.parse::<IpAddr>().map_or(true, |address| {
            let address = address.to_canonical();
            address.is_loopback() || (matches!(self, Self::LocalNetwork) && relay::is_near(address))
        })
    }
}

pub(crate) fn host(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let header = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| uri.authority().map(|authority| authority.as_str())).map(str::to_owned)
}

/// Whether `host`, which may have a port, is an IP address or `localhost`.
fn is_own_name(host: &str) -> bool {
    own_name(host).is_some()
}

/// `host` without its port and in lower case, if it is an IP address or `localhost`.
fn own_name(host: &str) -> Option<String> {
    let Host { name, .. } = Host::parse(host)?;
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let is_own =
        name == "localhost" || name.ends_with(".localhost") || bare.parse::<IpAddr>().is_ok();
    is_own.then_some(name)
}

/// Whether the browser goes to the page, as when somebody follows a link, to show it as `what`.
fn is_navigation(headers: &HeaderMap, what: &str) -> bool {
    let is = |name, value: &str| {
        headers.get(name).is_some_and(|given| given.as_bytes() == value.as_bytes())
    };
    is("sec-fetch-mode", "navigate")
        && is("sec-fetch-dest", what)
        && !headers.contains_key("origin")
}

/// What browsers say of where a request comes from; programs that are no browsers say nothing,
/// and could do on this machine whatever they like anyhow.
fn from_own_page(headers: &HeaderMap, uri: &Uri) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text("sec-fetch-site");
    // `none`: the user typed the address.
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    text("origin").is_none_or(|origin| is_own_origin(origin, headers, uri))
}

/// Whether a page of this origin came from where it sends the request to.
fn is_own_origin(origin: &str, headers: &HeaderMap, uri: &Uri) -> bool {
    let from = origin.split_once("://").map(|(_scheme, host)| host.to_ascii_lowercase());
    from.is_some() && from == host(headers, uri).map(|host| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Uri};

    use super::{Callers, from_own_page, is_own_name, is_own_origin};

    fn own(headers: &[(&'static str, &str)]) -> bool {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        from_own_page(&headers, &Uri::from_static("/proxy"))
    }

    #[test]
    fn names_that_can_be_rebound_are_not_ours() {
        for name in [
            "127.0.0.1:8090",
            "localhost",
            "LOCALHOST:1",
            "a.localhost:1",
            "[::1]:8",
            "192.168.1.2",
        ] {
            assert!(is_own_name(name), "{name}");
        }
        for name in
            ["example.com", "127.0.0.1.nip.io:8090", "localhost.evil.com", "", "a b", "2130706433"]
        {
            assert!(!is_own_name(name), "{name}");
        }
    }

    #[test]
    fn pages_of_the_web_call_no_phones() {
        let (alone, lan) = (Callers::Loopback, Callers::LocalNetwork);
        for origin in
            ["http://localhost:3000", "https://a.localhost", "http://127.0.0.1", "http://[::1]:8"]
        {
            assert!(alone.include(origin) && lan.include(origin), "{origin}");
        }
        for origin in [
            "https://192.168.1.7:8090",
            "http://10.0.0.1",
            "http://[fe80::1]",
            "http://[fd00::1]:1",
        ] {
            assert!(!alone.include(origin) && lan.include(origin), "{origin}");
        }
        for origin in [
            "http://203.0.113.5",
            "http://8.8.8.8:80",
            "http://[2001:db8::1]",
            "http://[::ffff:8.8.8.8]",
            "http://0.0.0.0",
            "http://172.32.0.1",
            "https://evil.com",
            "https://localhost.evil.com",
            "http://127.0.0.1@evil.com",
            "null",
            "file://",
            "localhost",
            "",
        ] {
            assert!(!alone.include(origin) && !lan.include(origin), "{origin}");
        }
    }

    #[test]
    fn the_simulators_own_pages_are_so_at_any_address() {
        let headers = [("host".parse().unwrap(), "198.51.100.1:8090".parse().unwrap())];
        let headers: HeaderMap = headers.into_iter().collect();
        let own = |origin| is_own_origin(origin, &headers, &Uri::from_static("/rtc"));
        assert!(own("https://198.51.100.1:8090"));
        assert!(!own("https://198.51.100.1"));
        assert!(!own("https://198.51.100.2:8090"));
        assert!(!own("null"));
    }

    #[test]
    fn pages_of_other_origins_are_not_ours() {
        let host = ("host", "127.0.0.1:8090");
        assert!(own(&[
            host,
            ("origin", "http://127.0.0.1:8090"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(own(&[host]));
        assert!(!own(&[
            host,
            ("origin", "http://127.0.0.1:8091"),
            ("sec-fetch-site", "same-site")
        ]));
        assert!(!own(&[host, ("origin", "https://evil.com")]));
        assert!(!own(&[host, ("origin", "null")]));
        assert!(!own(&[host, ("sec-fetch-site", "cross-site")]));
        assert!(own(&[host, ("sec-fetch-site", "none")]));
    }
}
