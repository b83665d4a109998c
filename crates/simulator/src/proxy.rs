//! `POST /proxy`: the requests that a page makes with `tt.request` and its like.
//!
//! On a phone they know nothing of origins; a browser would refuse most of them. The page sends
//! what it wants as base64url of JSON in the header `x-tt-request` and the body as it is. The
//! answer has status 200, what came of it in the header `x-tt-response`, and the body as it is.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64UrlUnpadded, Encoding};
use reqwest::{Client, Url, redirect};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::mock::Mocks;

/// The largest body that a page may send, in bytes.
const LARGEST_BODY: usize = 256 << 20;
/// How long a request may take if the page does not say, in milliseconds; the platform's own.
const TIMEOUT: u64 = 60_000;

/// Carries out requests, or answers them from the mock file.
#[derive(Clone)]
pub(crate) struct Proxy {
    mocks: Arc<RwLock<Arc<Mocks>>>,
    outside: Client,
    /// For this machine, where a company's proxy server leads nowhere.
    local: Client,
}

/// What a page asks for.
#[derive(Deserialize)]
struct Asked {
    method: String,
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// In milliseconds.
    timeout: Option<u64>,
}

/// What came of it.
#[derive(Default, Serialize)]
struct Told {
    /// 0 where no server answered.
    status: u16,
    headers: Headers,
    mocked: bool,
    /// Empty where a server answered.
    error: String,
}

/// The headers of a response: values of one name are put together as HTTP does, but for several
/// `Set-Cookie`, which are a list. Put together they could not be told apart.
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(crate) struct Headers(BTreeMap<String, Value>);

impl Headers {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut plain = Self::default();
        for name in headers.keys() {
            let values = headers.get_all(name).iter();
            let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
            let values: Vec<_> = values.collect();
            let value = match values.as_slice() {
                [_, _, ..] if name == header::SET_COOKIE => Value::from(values),
                _ => Value::from(values.join(", ")),
            };
            plain.0.insert(name.as_str().to_owned(), value);
        }
        plain
    }
}

impl Proxy {
    /// A proxy without mocks.
    ///
    /// # Errors
    ///
    /// Where the system's certificates cannot be used.
    pub(crate) fn new() -> Result<Self> {
        // The one there may be already is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let build = || Client::builder().redirect(redirect::Policy::limited(10));
        let outside = build().build().context("the client for requests of pages")?;
        let local = build().no_proxy().build().context("the client for requests of pages")?;
        Ok(Self { mocks: Arc::default(), outside, local })
    }

    /// From now on these answer.
    pub(crate) fn set_mocks(&self, mocks: Mocks) {
        *self.mocks.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(mocks);
    }

    fn mocks(&self) -> Arc<Mocks> {
        Arc::clone(&self.mocks.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The client for this address.
    pub(crate) fn client(&self, url: &Url) -> &Client {
        if is_local(url) { &self.local } else { &self.outside }
    }

    async fn carry_out(&self, asked: Asked, body: axum::body::Bytes) -> Result<Response, String> {
        let wrong = |what: &str| format!("{what} is not one that can be asked for");
        let method = Method::from_bytes(asked.method.to_ascii_uppercase().as_bytes());
        let method = method.map_err(|_| wrong(&format!("the method `{}`", asked.method)))?;
        let url =
            Url::parse(&asked.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| wrong(&format!("the address `{}`", asked.url)))?;
        let timeout =
            Duration::from_millis(asked.timeout.filter(|time| *time > 0).unwrap_or(TIMEOUT));
        if let Some(answer) = self.mocks().answer(&method, &url, &body) {
            tokio::time::sleep(answer.delay.min(timeout)).await;
            if answer.delay > timeout {
                return Err(timed_out(timeout));
            }
            let status = answer.status.as_u16();
            let told = Told {
                status,
                headers: Headers::of(&answer.headers),
                mocked: true,
                ..Told::default()
            };
            return Ok(respond(&told, Body::from(answer.body)));
        }
        let headers = to_send(&asked.headers)?;
        let request = self.client(&url).request(method, url).timeout(timeout).headers(headers);
        let answer = request.body(body).send().await.map_err(|error| describe(&error, timeout))?;
        let status = answer.status().as_u16();
        let told = Told { status, headers: Headers::of(answer.headers()), ..Told::default() };
        Ok(respond(&told, Body::from_stream(answer.bytes_stream())))
    }
}

/// The handler of `POST /proxy`.
pub(crate) async fn handle(State(proxy): State<Proxy>, request: Request) -> Response {
    let asked = match read(request.headers()) {
        Ok(asked) => asked,
        Err(problem) => return (StatusCode::BAD_REQUEST, format!("{problem}\n")).into_response(),
    };
    let Ok(body) = to_bytes(request.into_body(), LARGEST_BODY).await else {
        return failed("the body is larger than 256 MB, or did not arrive".to_owned());
    };
    proxy.carry_out(asked, body).await.unwrap_or_else(failed)
}

fn read(headers: &HeaderMap) -> Result<Asked, String> {
    let value = headers.get("x-tt-request").ok_or("the header x-tt-request is missing")?;
    let text = value.to_str().map_err(|_| "x-tt-request is not base64url")?;
    let bytes = Base64UrlUnpadded::decode_vec(text.trim_end_matches('='));
    let bytes = bytes.map_err(|_| "x-tt-request is not base64url")?;
    serde_json::from_slice(&bytes).map_err(|error| format!("x-tt-request: {error}"))
}

fn failed(error: String) -> Response {
    respond(&Told { error, ..Told::default() }, Body::empty())
}

fn respond(told: &Told, body: Body) -> Response {
    let json = serde_json::to_vec(told).unwrap_or_default();
    let mut response = Response::new(body);
    if let Ok(value) = HeaderValue::from_str(&Base64UrlUnpadded::encode_string(&json)) {
        response.headers_mut().insert("x-tt-response", value);
    }
    // Whatever a stranger sent is data here, and never a page of ours.
    let kind = HeaderValue::from_static("application/octet-stream");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// What of a page's headers goes out: all but those that describe the connection.
///
/// # Errors
///
/// Which header cannot be sent.
pub(crate) fn to_send(headers: &BTreeMap<String, String>) -> Result<HeaderMap, String> {
    let ours =
        ["host", "connection", "content-length", "transfer-encoding", "upgrade", "accept-encoding"];
    let mut sent = HeaderMap::new();
    for (name, value) in headers {
        let parsed = HeaderName::from_bytes(name.as_bytes());
        let parsed =
            parsed.map_err(|_| format!("`{name}` is not a name that a header can have"))?;
        if ours.contains(&parsed.as_str()) || parsed.as_str().starts_with("sec-websocket-") {
            continue;
        }
        let value = HeaderValue::from_bytes(value.as_bytes());
        let value =
            value.map_err(|_| format!("the value of the header `{name}` cannot be sent"))?;
        sent.insert(parsed, value);
    }
    Ok(sent)
}

fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

pub(crate) fn timed_out(timeout: Duration) -> String {
    format!("no answer within {} ms", timeout.as_millis())
}

/// The innermost cause, which is the one that says something.
pub(crate) fn describe(error: &reqwest::Error, timeout: Duration) -> String {
    if error.is_timeout() {
        return timed_out(timeout);
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let host = error.url().and_then(Url::host_str).unwrap_or("the server");
    format!("{host}: {cause}")
}
