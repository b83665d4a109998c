//! A client that writes messages by hand, with little overhead.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use tt_rtc_room::id::SessionSecret;

static NEXT_SECRET: AtomicU64 = AtomicU64::new(1);

pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<TcpStream>,
}

/// The end of a connection: the code and the reason of the close frame, or `None` without one.
#[derive(Debug)]
pub(crate) struct Ended(pub(crate) Option<(u16, String)>);

/// A TCP connection from an address of the loopback network.
pub(crate) async fn stream_from(from: Ipv4Addr, to: SocketAddr) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    let stream = socket.connect(to).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr, path: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Self::over(stream, address, path).await
    }

    /// Connects from an address of the loopback network, which counts as a client of its own.
    pub(crate) async fn connect_from(from: Ipv4Addr, to: SocketAddr) -> Result<Self> {
        Self::over(stream_from(from, to).await?, to, "/").await
    }

    pub(crate) async fn over(stream: TcpStream, address: SocketAddr, path: &str) -> Result<Self> {
        let request = format!("ws://{address}{path}").into_client_request()?;
        let config = WebSocketConfig::default().read_buffer_size(1024).write_buffer_size(0);
        let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
        Ok(Self { socket })
    }

    pub(crate) async fn send(&mut self, text: impl Into<Utf8Bytes>) -> Result<()> {
        Ok(self.socket.send(Message::Text(text.into())).await?)
    }

    /// The next text message.
    pub(crate) async fn next(&mut self) -> Result<Utf8Bytes, Ended> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text),
                Some(Ok(Message::Close(frame))) => {
                    let closing = |frame: CloseFrame| (frame.code.into(), frame.reason.to_string());
                    return Err(Ended(frame.map(closing)));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(Ended(None)),
            }
        }
    }

    /// The next text message of this kind. It drops the messages before it.
    pub(crate) async fn hear(&mut self, kind: &str) -> Result<Value> {
        loop {
            match self.next().await {
                Ok(text) => {
                    let mut message: Value = serde_json::from_str(&text)?;
                    if let Some(content) = message.get_mut(kind) {
                        return Ok(content.take());
                    }
                    if let Some(why) = message.get("removed") {
                        bail!("{kind} was to come, but it was removed: {why}");
                    }
                }
                Err(Ended(code)) => bail!("{kind} was to come, but it was closed: {code:?}"),
            }
        }
    }
}

/// A secret that no other client has.
pub(crate) fn secret() -> SessionSecret {
    let number = NEXT_SECRET.fetch_add(1, Ordering::Relaxed);
    // Attackers are another process.
    let process = u64::from(std::process::id());
    SessionSecret::new(((u128::from(process) << 64) | u128::from(number)).to_be_bytes())
}

/// A `join`, visible or not.
pub(crate) fn join(
    room: &str,
    user: &str,
    secret: &SessionSecret,
    visible: bool,
) -> Result<String> {
    let message = json!({ "join": {
        "version": 1, "app": "", "room": room, "user": user, "secret": secret, "token": "",
        "presence": { "revision": 1, "visible": visible, "sources": 0 },
    }});
    serde_json::to_string(&message).context("a join")
}

/// A signal to a session, of the size of an ICE candidate.
pub(crate) fn signal(to: &str, seq: u32) -> String {
    let candidate = "candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr \
                     192.0.2.33 rport 46154 generation 0 ufrag EsAw network-cost 999";
    json!({ "signal": { "to": to, "envelope": {
        "generation": 1, "ack": 0, "seq": seq,
        "signal": { "candidates": candidate },
    }}})
    .to_string()
}
