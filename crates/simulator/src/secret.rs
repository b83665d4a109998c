//! The secret of this process: who asks for something with effects must have read a page of ours.
//!
//! A browser sends requests of any page to any server, and says by headers where they come from;
//! `guard.rs` looks at those. This does not depend on what a browser says: the secret stands in the
//! pages that are served, which no page of another origin can read, and is asked for wherever
//! a request does something: `/rtc`, `/relay`, `/proxy`, `/socket`, `/token` and `/app/events`. It is
//! sent in the header `x-tt-secret`, or as `secret` in the query where a page can set no headers.
//!
//! Each process has another one. Pages that were loaded before look it up again when they are
//! refused (`www/shared/secret.ts`).

use std::fmt;
use std::sync::Arc;

use anyhow::Result;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use subtle::ConstantTimeEq as _;

use crate::pages::Pages;

/// The header that it is sent in.
const HEADER: &str = "x-tt-secret";
/// Where it stands in a page: the content of this is empty in the file.
const PLACE: &str = r#"<meta name="tt-sim-secret" content=""#;

/// Text that nobody can guess. It is never printed.
#[derive(Clone)]
pub(crate) struct Secret(Arc<str>);

impl Secret {
    /// A new one, of 128 bits.
    ///
    /// # Errors
    ///
    /// Where the system gives no random numbers.
    pub(crate) fn new() -> Result<Self> {
        let mut random = [0; 16];
        rustls::crypto::ring::default_provider()
            .secure_random
            .fill(&mut random)
            .map_err(|_| anyhow::anyhow!("the system gives no random numbers"))?;
        let digits: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self(digits.into()))
    }

    /// Whether `given` is the same, in a time that does not tell how much of it is.
    pub(crate) fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// To hand it to who may have it.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    fn is_in(&self, headers: &HeaderMap, uri: &Uri) -> bool {
        let header = headers.get(HEADER).and_then(|value| value.to_str().ok());
        let mut pairs = uri.query().unwrap_or_default().split('&');
        let query = pairs.find_map(|pair| pair.strip_prefix("secret="));
        header.or(query).is_some_and(|given| self.is(given))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Refuses requests without the secret.
pub(crate) async fn required(
    State(secret): State<Secret>,
    request: Request,
    next: Next,
) -> Response {
    if secret.is_in(request.headers(), request.uri()) {
        return next.run(request).await;
    }
    let told = "This takes the secret that stands in the pages of the simulator that runs now: \
                load the page again. A page of another origin joins calls at the address that the \
                desk shows in Call, Token.\n";
    (StatusCode::FORBIDDEN, told).into_response()
}

/// A page, with the secret in it.
pub(crate) async fn page(State((secret, pages, path)): State<(Secret, Pages, String)>) -> Response {
    match pages.text(&path) {
        Some(page) => {
            let filled = page.replacen(PLACE, &format!("{PLACE}{}", secret.text()), 1);
            Html(filled).into_response()
        }
        None => (StatusCode::NOT_FOUND, "This page is not built.\n").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Uri};

    use super::Secret;

    #[test]
    fn secrets_differ_are_long_and_are_not_printed() {
        let (a, b) = (Secret::new().unwrap(), Secret::new().unwrap());
        assert_ne!(a.text(), b.text());
        assert_eq!(a.text().len(), 32);
        assert_eq!(format!("{a:?}"), "(secret)");
    }

    #[test]
    fn it_comes_in_a_header_or_in_the_query() {
        let secret = Secret::new().unwrap();
        let text = secret.text().to_owned();
        let is_in = |header: Option<&str>, uri: &str| {
            let header =
                header.map(|value| ("x-tt-secret".parse().unwrap(), value.parse().unwrap()));
            let headers: HeaderMap = header.into_iter().collect();
            secret.is_in(&headers, &uri.parse::<Uri>().unwrap())
        };
        assert!(is_in(Some(&text), "/proxy"));
        assert!(is_in(None, &format!("/rtc?secret={text}")));
        assert!(is_in(None, &format!("/rtc?phone=1&secret={text}&x")));
        assert!(!is_in(None, "/rtc"));
        assert!(!is_in(None, "/rtc?secret="));
        assert!(!is_in(Some(""), "/rtc?secret="));
        assert!(!is_in(None, &format!("/rtc?secret={}", &text[1..])));
        assert!(!is_in(None, &format!("/rtc?secret={text}0")));
        assert!(!is_in(None, &format!("/rtc?asecret={text}")));
        assert!(!is_in(None, &format!("/{text}")));
        assert!(!is_in(Some("wrong"), &format!("/rtc?secret={text}")));
    }
}
