//! The headers that tell browsers what others may do with the pages, and the pages with others.

use axum::extract::Request;
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

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

/// No other origin puts our pages into frames.
const OWN_FRAMES: &str = "frame-ancestors 'self'";

/// Sets the headers of every answer.
pub(crate) async fn all(request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    for (name, value) in ALL {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = headers.entry(header::CONTENT_SECURITY_POLICY);
    policy.or_insert(HeaderValue::from_static(OWN_FRAMES));
    answer
}

/// Sets the policy of the desk. Phones have none of this kind: a mini-program may show images and
/// films of any server.
pub(crate) async fn desk(request: Request, next: Next) -> Response {
    let policy = desk_policy(request.headers());
    let mut answer = next.run(request).await;
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    answer
}

/// The desk runs its own scripts and nothing else, and talks to this server only.
fn desk_policy(headers: &HeaderMap) -> HeaderValue {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    // For some browsers, 'self' has no sockets in it.
    let sockets = if !host.is_empty() && host.chars().all(plain) {
        format!(" ws://{host} wss://{host}")
    } else {
        String::new()
    };
    let policy = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        // The hue of each user.
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        &format!("connect-src 'self'{sockets}"),
        // Phones and web participants.
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        OWN_FRAMES,
    ];
    HeaderValue::from_str(&policy.join("; "))
        .unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::desk_policy;

    fn policy(host: &str) -> String {
        let headers = [("host".parse().unwrap(), host.parse().unwrap())];
        let headers: HeaderMap = headers.into_iter().collect();
        desk_policy(&headers).to_str().unwrap().to_owned()
    }

    #[test]
    fn the_desk_talks_to_its_own_server() {
        let policy_of = policy("[::1]:8090");
        assert!(policy_of.contains("; connect-src 'self' ws://[::1]:8090 wss://[::1]:8090; "));
        assert!(policy("localhost:1").contains(" ws://localhost:1 "));
    }

    #[test]
    fn the_name_of_a_host_adds_nothing_to_the_policy() {
        for host in ["a;script-src *.localhost", "a,b.localhost", "*.localhost", ""] {
            assert!(policy(host).contains("; connect-src 'self'; "), "{host}");
        }
    }
}
