//! The headers that tell browsers what others may do with the pages, and the pages with others.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{self, HeaderName};
use axum::middleware::Next;
use axum::response::Response;

use crate::origins::Host;

/// Of every answer.
const ALL: [(HeaderName, &str); 5] = [
    // Nothing is kept by the browser: what is built next shows at the next reload.
    (header::CACHE_CONTROL, "no-store"),
    // Servers of images refuse pages that they do not know; without a referrer they see none.
    // Chromium does not heed this for images of styles: see `www/phone/runtime/styles.ts`.
    (header::REFERRER_POLICY, "no-referrer"),
    // What is no script or style sheet is not taken for one.
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // A page of another origin that opens ours keeps no handle to its window.
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    // No page of another origin shows or loads a file of ours, whatever its browser says of itself.
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Sets the headers of every answer.
pub(crate) async fn all(request: Request, next: Next) -> Response {
    let host = Host::of(request.headers(), request.uri());
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    for (name, value) in ALL {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = headers.entry(header::CONTENT_SECURITY_POLICY);
    policy.or_insert(value(&own_frames(host.as_ref())));
    answer
}

/// No other origin puts our pages into frames; the desk those of phones.
fn own_frames(host: Option<&Host>) -> String {
    let desks = host.filter(|host| host.is_phone()).map(|host| format!(" {}", host.desks("http")));
    format!("frame-ancestors 'self'{}", desks.unwrap_or_default())
}

/// A policy as a header; one that is none allows nothing.
fn value(policy: &str) -> HeaderValue {
    HeaderValue::from_str(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// Sets the policy of the desk. Phones have none of this kind: a mini-program may show images and
/// films of any server.
pub(crate) async fn desk(request: Request, next: Next) -> Response {
    let policy = desk_policy(Host::of(request.headers(), request.uri()).as_ref());
    let mut answer = next.run(request).await;
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    answer
}

/// The desk runs its own scripts and nothing else, and talks to this server only.
fn desk_policy(host: Option<&Host>) -> HeaderValue {
    // For some browsers, 'self' has no sockets in it.
    let sockets = host.map(|host| host.desks("ws")).unwrap_or_default();
    let phones = host.map(Host::phones).unwrap_or_default();
    let policy = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        // The hue of each user.
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        &format!("connect-src 'self' {sockets}"),
        // Web participants, and phones.
        &format!("frame-src 'self' {phones}"),
        "base-uri 'none'",
        "form-action 'none'",
        &own_frames(None),
    ];
    value(&policy.join("; "))
}

#[cfg(test)]
mod tests {
    use super::{desk_policy, own_frames};
    use crate::origins::Host;

    fn host(name: &str) -> Host {
        let headers = [("host".parse().unwrap(), name.parse().unwrap())].into_iter().collect();
        Host::of(&headers, &"/".parse().unwrap()).unwrap()
    }

    #[test]
    fn the_desk_talks_to_its_own_server_and_shows_its_phones() {
        let policy = desk_policy(Some(&host("localhost:1")));
        let policy = policy.to_str().unwrap();
        assert!(policy.contains("; connect-src 'self' ws://localhost:1 ws://127.0.0.1:1; "));
        assert!(policy.contains("; frame-src 'self' http://*.localhost:1; "));
        assert!(policy.ends_with("; frame-ancestors 'self'"));
    }

    #[test]
    fn the_desk_alone_shows_phones() {
        let own = "frame-ancestors 'self'";
        let desks = format!("{own} http://localhost:8090 http://127.0.0.1:8090");
        assert_eq!(own_frames(Some(&host("p1.localhost:8090"))), desks);
        for other in ["127.0.0.1:8090", "192.168.1.2:8091", "[::1]:8090"] {
            assert_eq!(own_frames(Some(&host(other))), own, "{other}");
        }
    }

    #[test]
    fn the_name_of_a_host_adds_nothing_to_a_policy() {
        for name in ["a;script-src *.localhost", "a,b.localhost", "*.localhost"] {
            let headers = [("host".parse().unwrap(), name.parse().unwrap())].into_iter().collect();
            let host = Host::of(&headers, &"/".parse().unwrap());
            let own = "frame-ancestors 'self'";
            let policy = own_frames(host.as_ref());
            assert!(policy == own || policy == format!("{own} http://localhost http://127.0.0.1"));
        }
    }
}
