//! The headers that tell browsers what others may do with the pages, and the pages with others.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{self, HeaderName};
use axum::middleware::Next;
use axum::response::Response;

use crate::origins::{self, Host};
use crate::ports::Ports;

/// Of every answer.
const ALL: [(HeaderName, &str); 6] = [
    // Nothing is kept by the browser: what is built next shows at the next reload.
    (header::CACHE_CONTROL, "no-store"),
    // Servers of images refuse pages that they do not know; without a referrer they see none.
    // Chromium does not heed this for images of styles: see `www/phone/inline-style.ts`.
    (header::REFERRER_POLICY, "no-referrer"),
    // What is no script or style sheet is not taken for one.
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // A page of another origin that opens ours keeps no handle to its window.
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    // No page of another origin shows or loads a file of ours, whatever its browser says of itself.
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // Desk and phones are of one site: a process for each origin has to be asked for.
    (HeaderName::from_static("origin-agent-cluster"), "?1"),
];

const OWN_FRAMES: &str = "frame-ancestors 'self'";

/// Sets the headers of every answer.
pub(crate) async fn all(request: Request, next: Next) -> Response {
    let host = Host::of(request.headers(), request.uri());
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    for (name, value) in ALL {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = headers.entry(header::CONTENT_SECURITY_POLICY);
    policy.or_insert_with(|| framed_by(host.as_ref().filter(|host| host.is_phone())));
    answer
}

/// Sets this policy, where an answer has none.
pub(crate) async fn with_policy(
    State(policy): State<HeaderValue>,
    request: Request,
    next: Next,
) -> Response {
    let mut answer = next.run(request).await;
    answer.headers_mut().entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    answer
}

/// No other origin puts our pages into frames, but the desk at this host those of phones.
pub(crate) fn framed_by(desk: Option<&Host>) -> HeaderValue {
    desk.map_or(HeaderValue::from_static(OWN_FRAMES), |desk| {
        value(&format!("{OWN_FRAMES} {}", desk.desks("http")))
    })
}

/// A policy as a header; one that is none allows nothing.
fn value(policy: &str) -> HeaderValue {
    HeaderValue::from_str(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// Sets the policy of the desk. Phones have none of this kind: a mini-program may show images and
/// films of any server.
pub(crate) async fn desk(State(ports): State<Ports>, request: Request, next: Next) -> Response {
    let host = Host::of(request.headers(), request.uri());
    let policy = desk_policy(host.as_ref(), &ports.open());
    let mut answer = next.run(request).await;
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    answer
}

/// The desk runs its own scripts and nothing else, and talks to this server only.
fn desk_policy(host: Option<&Host>, ports: &[u16]) -> HeaderValue {
    // For some browsers, 'self' has no sockets in it.
    let sockets = host.map(|host| host.desks("ws")).unwrap_or_default();
    let mut phones = host.map(Host::phones).unwrap_or_default();
    for port in ports {
        phones.extend([" ", &origins::at_desk("http", Some(*port))]);
    }
    let policy = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        // The hue of each user.
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        // And whether names of phones are known.
        &format!("connect-src 'self' {sockets} {phones}"),
        // Web participants, and phones.
        &format!("frame-src 'self' {phones}"),
        "base-uri 'none'",
        "form-action 'none'",
        OWN_FRAMES,
    ];
    value(&policy.join("; "))
}

#[cfg(test)]
mod tests {
    use super::{desk_policy, framed_by};
    use crate::origins::Host;

    #[test]
    fn the_desk_talks_to_its_own_server_and_shows_its_phones() {
        let policy = desk_policy(Host::parse("localhost:1").as_ref(), &[]);
        let policy = policy.to_str().unwrap();
        let sockets = "ws://sim.localhost:1 ws://localhost:1 ws://127.0.0.1:1";
        assert!(
            policy.contains(&format!("; connect-src 'self' {sockets} http://*.sim.localhost:1; "))
        );
        assert!(policy.contains("; frame-src 'self' http://*.sim.localhost:1; "));
        assert!(policy.ends_with("; frame-ancestors 'self'"));
    }

    #[test]
    fn the_desk_shows_phones_at_ports_that_are_open() {
        let policy = desk_policy(Host::parse("localhost:1").as_ref(), &[2, 3]);
        assert!(policy.to_str().unwrap().contains(
            "; frame-src 'self' http://*.sim.localhost:1 \
             http://sim.localhost:2 http://localhost:2 http://127.0.0.1:2 \
             http://sim.localhost:3 http://localhost:3 http://127.0.0.1:3; "
        ));
    }

    #[test]
    fn the_name_of_a_host_adds_nothing_to_a_policy() {
        for name in ["a;script-src *.sim.localhost", "a,b.sim.localhost", "*.sim.localhost"] {
            let host = Host::parse(name);
            let policy = desk_policy(host.as_ref(), &[]);
            let policy = policy.to_str().unwrap();
            assert!(
                policy.ends_with("; base-uri 'none'; form-action 'none'; frame-ancestors 'self'")
            );
            assert_eq!(policy.matches(';').count(), 9, "{policy}");
            assert!(!policy.contains("a.") && !policy.contains(','), "{policy}");
            let policy = framed_by(host.as_ref());
            let own = "frame-ancestors 'self'";
            let desks = "http://sim.localhost http://localhost http://127.0.0.1";
            assert!(policy == own || policy == format!("{own} {desks}"));
        }
    }
}
