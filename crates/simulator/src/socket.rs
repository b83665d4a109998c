//! `GET /socket`: the WebSockets that a page opens with `tt.connectSocket`.
//!
//! A browser sends no headers of a page's choice when it opens a WebSocket, and from a page with
//! https it opens none without TLS. So the phone opens one to the server, which opens the one that
//! was asked for and carries the messages. Binary messages are carried as they are. The first
//! letter of a text message says what the rest is:
//!
//! - the phone says `o` and a [`SocketRequest`] first, then `t` and a text, or `c` and a [`Close`];
//! - the server says `o` and an [`Opened`] or `e` and what went wrong, then `t` and a text, and at
//!   the end `c` and a [`Close`].
//!
//! A phone that goes away without `c` ends the other connection without a close frame, as one does
//! that loses its network.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use base64ct::{Base64, Encoding};
use futures_util::stream::SplitSink;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use hyper::upgrade::{self, Upgraded};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};
use url::Url;

use crate::client::{Names, Outgoing, Sender};
use crate::proxy::{self, Headers, Proxy};

/// The largest message, in bytes.
const LARGEST_MESSAGE: usize = 64 << 20;
/// How long a connection may take if the page does not say, in milliseconds; the platform's own.
const TIMEOUT: u64 = 60_000;
/// The code of a connection that ended without a close frame.
const ABNORMAL: u16 = 1006;
/// The code of a close frame without one.
const NONE: u16 = 1005;

/// What a page asks for.
#[derive(Deserialize)]
struct SocketRequest {
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    protocols: Vec<String>,
    /// In milliseconds.
    timeout: Option<u64>,
    /// Whose cookies are sent along and kept.
    jar: Option<String>,
}

/// How the server at the other end answered.
#[derive(Serialize)]
struct Opened {
    headers: Headers,
    /// The protocol that it chose; empty if none.
    protocol: String,
}

/// The end of a connection.
#[derive(Serialize, Deserialize)]
struct Close {
    code: u16,
    #[serde(default)]
    reason: String,
}

type Server = WebSocketStream<TokioIo<Upgraded>>;

/// The handler of `GET /socket`.
pub(crate) async fn handle(
    State(proxy): State<Proxy>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let sender = Sender::at(peer.ip());
    upgrade.max_message_size(LARGEST_MESSAGE).on_upgrade(move |page| serve(proxy, sender, page))
}

async fn serve(proxy: Proxy, sender: Sender, mut page: WebSocket) {
    let Some(Ok(Message::Text(first))) = page.recv().await else { return };
    let request = first.strip_prefix('o').ok_or("the first message is no request".to_owned());
    let request = request
        .and_then(|json| serde_json::from_str(json).map_err(|error| format!("socket: {error}")));
    let opened = match request {
        Ok(request) => tokio::select! {
            opened = open(&proxy, sender, request) => opened,
            // A page that says something now closes, or is gone.
            _ = page.recv() => return,
        },
        Err(error) => Err(error),
    };
    match opened {
        Ok((server, opened)) => {
            if page.send(tagged('o', &opened)).await.is_ok() {
                carry(page, server).await;
            }
        }
        Err(error) => {
            // The page may be gone.
            let _ = page.send(Message::text(format!("e{error}"))).await;
        }
    }
}

/// Opens the connection that a page asks for.
async fn open(
    proxy: &Proxy,
    sender: Sender,
    request: SocketRequest,
) -> Result<(Server, Opened), String> {
    let wrong = || format!("`{}` is not the address of a WebSocket", request.url);
    let mut url = Url::parse(&request.url).map_err(|_| wrong())?;
    let scheme = match url.scheme() {
        "ws" => "http",
        "wss" => "https",
        _ => return Err(wrong()),
    };
    url.set_scheme(scheme).map_err(|()| wrong())?;
    let key = Base64::encode_string(&std::array::from_fn::<u8, 16, _>(|_| fastrand::u8(..)));
    let (mut headers, names) = proxy::to_send(&request.headers)?;
    for (name, value) in [
        (header::CONNECTION, "Upgrade"),
        (header::UPGRADE, "websocket"),
        (header::SEC_WEBSOCKET_VERSION, "13"),
        (header::SEC_WEBSOCKET_KEY, key.as_str()),
    ] {
        set(&mut headers, name, value)?;
    }
    if !request.protocols.is_empty() {
        set(&mut headers, header::SEC_WEBSOCKET_PROTOCOL, &request.protocols.join(", "))?;
    }
    let time = Duration::from_millis(request.timeout.filter(|time| *time > 0).unwrap_or(TIMEOUT));
    let host = url.host_str().unwrap_or("the server").to_owned();
    let (body, jar) = (Bytes::new(), proxy.jar(request.jar));
    let outgoing = Outgoing { method: Method::GET, url, headers, names, body, jar, sender };
    let answer = tokio::time::timeout(time, proxy.client.once(&outgoing)).await;
    let answer = answer.map_err(|_| proxy::timed_out(time))?;
    let answer = answer.map_err(|error| proxy::describe(&host, &error))?;
    let text = |name: HeaderName| {
        let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(format!("the server answered {} instead of opening it", answer.status()));
    }
    if text(header::SEC_WEBSOCKET_ACCEPT) != derive_accept_key(key.as_bytes()) {
        return Err("the server's answer is not one to this handshake".to_owned());
    }
    let protocol = text(header::SEC_WEBSOCKET_PROTOCOL);
    if !protocol.is_empty() && !request.protocols.contains(&protocol) {
        return Err(format!("the server chose the protocol `{protocol}`, which was not offered"));
    }
    let none = Names::default();
    let names = answer.extensions().get().unwrap_or(&none);
    let opened = Opened { headers: Headers::of(answer.headers(), names), protocol };
    let stream = upgrade::on(answer).await;
    let stream = stream.map_err(|error| proxy::describe(&host, &error.into()))?;
    Ok((WebSocketStream::from_raw_socket(TokioIo::new(stream), Role::Client, None).await, opened))
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) -> Result<(), String> {
    let sent = HeaderValue::from_str(value);
    let sent = sent.map_err(|_| format!("`{value}` is not a value that `{name}` can have"))?;
    headers.insert(name, sent);
    Ok(())
}

/// Carries messages both ways until the server closes or one side is gone.
async fn carry(page: WebSocket, server: Server) {
    let (to_page, from_page) = page.split();
    let (to_server, from_server) = server.split();
    tokio::select! {
        () = send(from_page, to_server) => {}
        () = receive(from_server, to_page) => {}
    }
}

/// What the page says, to the server. The end of this is that the page is gone.
async fn send(
    mut page: impl Stream<Item = Result<Message, axum::Error>> + Unpin,
    mut server: impl Sink<tungstenite::Message> + Unpin,
) {
    while let Some(Ok(message)) = page.next().await {
        let message = match message {
            Message::Binary(bytes) => tungstenite::Message::Binary(bytes),
            Message::Text(text) => match text.split_at_checked(1) {
                Some(("t", text)) => tungstenite::Message::text(text),
                Some(("c", json)) => {
                    let close = serde_json::from_str(json).ok();
                    let frame = close.map(|Close { code, reason }| CloseFrame {
                        code: CloseCode::from(code),
                        reason: reason.into(),
                    });
                    tungstenite::Message::Close(frame)
                }
                _ => continue,
            },
            Message::Close(_) => return,
            Message::Ping(_) | Message::Pong(_) => continue,
        };
        // A server that is gone ends the other direction, which says so.
        let _ = server.send(message).await;
    }
}

/// What the server says, to the page, up to its end.
async fn receive(
    mut server: impl Stream<Item = Result<tungstenite::Message, tungstenite::Error>> + Unpin,
    mut page: SplitSink<WebSocket, Message>,
) {
    let mut close = Close { code: ABNORMAL, reason: String::new() };
    while let Some(Ok(message)) = server.next().await {
        let message = match message {
            tungstenite::Message::Text(text) => Message::text(format!("t{text}")),
            tungstenite::Message::Binary(bytes) => Message::Binary(bytes),
            tungstenite::Message::Close(frame) => {
                close.code = frame.as_ref().map_or(NONE, |frame| frame.code.into());
                close.reason = frame.map_or_else(String::new, |frame| frame.reason.to_string());
                // Goes on to the end, so that the answer to the frame is sent.
                continue;
            }
            _ => continue,
        };
        if page.send(message).await.is_err() {
            return;
        }
    }
    let _ = page.send(tagged('c', &close)).await;
    let _ = page.close().await;
}

fn tagged(tag: char, value: &impl Serialize) -> Message {
    Message::text(format!("{tag}{}", serde_json::to_string(value).unwrap_or_default()))
}
