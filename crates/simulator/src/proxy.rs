//! `POST /proxy`: the requests that a page makes with `tt.request` and its like.
//!
//! On a phone they know nothing of origins; a browser would refuse most of them. The page sends
//! what it wants as base64url of JSON in the header `x-tt-request` and the body as it is. The
//! answer has status 200, what came of it in the header `x-tt-response`, and the body as it is with
//! one byte behind it: [`WHOLE`] or [`BROKEN`]. A connection that ends in the middle would not do to
//! say the latter: it can take a header along that the page has not read yet.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64UrlUnpadded, Encoding};
use futures_util::StreamExt;
use futures_util::stream::unfold;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::client::{Client, Error, Jar, Names, Outgoing, Sender};
use crate::mock::Mocks;

/// The largest body that a page may send, in bytes.
const LARGEST_BODY: usize = 256 << 20;
/// The largest description of an answer, in bytes; browsers take no larger headers.
const LARGEST_HEAD: usize = 240 << 10;
/// How long a request may take if the page does not say, in milliseconds; the platform's own.
const TIMEOUT: u64 = 60_000;
/// The last byte of an answer whose body came to its end.
const WHOLE: &[u8] = &[0];
/// The last byte of an answer whose body broke off.
const BROKEN: &[u8] = &[1];

/// Carries out requests, or answers them from the mock file.
#[derive(Clone)]
pub(crate) struct Proxy {
    mocks: Arc<RwLock<Arc<Mocks>>>,
    pub(crate) client: Client,
    /// The cookies of phones, by a name that each makes up. They last as long as the server.
    jars: Arc<Mutex<BTreeMap<String, Jar>>>,
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
    /// Whose cookies are sent along and kept.
    jar: Option<String>,
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

/// The headers of a response, with their names as the server wrote them. Values of one name are put
/// together as HTTP does, but for several `Set-Cookie`, which are a list: put together they could not
/// be told apart.
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(crate) struct Headers(BTreeMap<String, Value>);

impl Headers {
    pub(crate) fn of(headers: &HeaderMap, names: &Names) -> Self {
        let mut plain = Self::default();
        for name in headers.keys() {
            let values = headers.get_all(name).iter();
            let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
            let values: Vec<_> = values.collect();
            let value = match values.as_slice() {
                [_, _, ..] if name == header::SET_COOKIE => Value::from(values),
                _ => Value::from(values.join(", ")),
            };
            plain.0.insert(names.written(name.as_str()), value);
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
        let client = Client::new().context("the client for requests of pages")?;
        Ok(Self { mocks: Arc::default(), client, jars: Arc::default() })
    }

    /// From now on these answer.
    pub(crate) fn set_mocks(&self, mocks: Mocks) {
        *self.mocks.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(mocks);
    }

    fn mocks(&self) -> Arc<Mocks> {
        Arc::clone(&self.mocks.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The cookies of this name.
    pub(crate) fn jar(&self, name: Option<String>) -> Option<Jar> {
        let mut jars = self.jars.lock().unwrap_or_else(PoisonError::into_inner);
        name.map(|name| Arc::clone(jars.entry(name).or_default()))
    }

    async fn carry_out(
        &self,
        asked: Asked,
        body: Bytes,
        sender: Sender,
    ) -> Result<Response, String> {
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
                headers: Headers::of(&answer.headers, &answer.names),
                mocked: true,
                ..Told::default()
            };
            return Ok(respond(&told, Body::from(answer.body)));
        }
        let (headers, names) = to_send(&asked.headers)?;
        let host = url.host_str().unwrap_or("the server").to_owned();
        let jar = self.jar(asked.jar);
        let end = Instant::now() + timeout;
        let answer = self.client.send(Outgoing { method, url, headers, names, body, jar, sender });
        let answer = timeout_at(end, answer).await.map_err(|_| timed_out(timeout))?;
        let answer = answer.map_err(|error| describe(&host, &error))?;
        let status = answer.status().as_u16();
        let none = Names::default();
        let names = answer.extensions().get().unwrap_or(&none);
        let headers = Headers::of(answer.headers(), names);
        let told = Told { status, headers, ..Told::default() };
        Ok(respond(&told, until(end, answer.into_body())))
    }
}

/// A body that breaks off at that time.
fn until(end: Instant, body: Body) -> Body {
    Body::from_stream(unfold(body.into_data_stream(), move |mut body| async move {
        let next = timeout_at(end, body.next()).await;
        let next = next.unwrap_or_else(|_| {
            Some(Err(axum::Error::new(io::Error::from(io::ErrorKind::TimedOut))))
        });
        next.map(|chunk| (chunk, body))
    }))
}

/// A body with the byte behind it that says how it ended.
fn with_end(body: Body) -> Body {
    Body::from_stream(unfold(Some(body.into_data_stream()), |body| async move {
        let mut body = body?;
        Some(match body.next().await {
            Some(Ok(chunk)) => (Ok::<_, Infallible>(chunk), Some(body)),
            Some(Err(_)) => (Ok(Bytes::from_static(BROKEN)), None),
            None => (Ok(Bytes::from_static(WHOLE)), None),
        })
    }))
}

/// The handler of `POST /proxy`.
pub(crate) async fn handle(
    State(proxy): State<Proxy>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let asked = match read(request.headers()) {
        Ok(asked) => asked,
        Err(problem) => return (StatusCode::BAD_REQUEST, format!("{problem}\n")).into_response(),
    };
    let Ok(body) = to_bytes(request.into_body(), LARGEST_BODY).await else {
        return failed("the body is larger than 256 MB, or did not arrive".to_owned());
    };
    proxy.carry_out(asked, body, Sender::at(peer.ip())).await.unwrap_or_else(failed)
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
    if json.len() > LARGEST_HEAD * 3 / 4 {
        return failed("the headers of the answer are too large".to_owned());
    }
    let mut response = Response::new(with_end(body));
    if let Ok(value) = HeaderValue::from_str(&Base64UrlUnpadded::encode_string(&json)) {
        response.headers_mut().insert("x-tt-response", value);
    }
    // Whatever a stranger sent is data here, and never a page of ours. `headers.rs` adds `nosniff`: a
    // browser that looks at the body to find its type holds back the headers meanwhile.
    let kind = HeaderValue::from_static("application/octet-stream");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// What of a page's headers goes out, and how their names are written: all but those that describe
/// the connection.
///
/// # Errors
///
/// Which header cannot be sent.
pub(crate) fn to_send(headers: &BTreeMap<String, String>) -> Result<(HeaderMap, Names), String> {
    let ours =
        ["host", "connection", "content-length", "transfer-encoding", "upgrade", "accept-encoding"];
    let mut sent = HeaderMap::new();
    let mut names = Names::default();
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
        names.insert(name);
    }
    Ok((sent, names))
}

pub(crate) fn timed_out(timeout: Duration) -> String {
    format!("no answer within {} ms", timeout.as_millis())
}

/// The innermost cause, which is the one that says something.
pub(crate) fn describe(host: &str, error: &Error) -> String {
    let mut cause: &dyn std::error::Error = error.as_ref();
    while let Some(source) = cause.source() {
        cause = source;
    }
    format!("{host}: {cause}")
}
