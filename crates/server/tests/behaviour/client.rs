//! A server on loopback, and clients that write messages by hand.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use tt_rtc_server::listen::Listen;
use tt_rtc_server::{CloseCode, Config, Server};

/// The default app of tests.
pub const APP: &str = "app";

/// The time limit for every expected event. It is generous.
pub const SOON: Duration = Duration::from_secs(20);

/// The time limit of a request.
pub const OPENING: Duration = Duration::from_millis(500);

pub struct TestServer {
    pub server: Server,
    pub address: SocketAddr,
}

impl TestServer {
    pub async fn start(config: Config) -> Self {
        Self::listen(config, Listen { within: OPENING, per_address: 10_000, ..Listen::default() })
            .await
    }

    /// Starts a server with options of listening.
    pub async fn listen(config: Config, listen: Listen) -> Self {
        let server = Server::new(config);
        let socket = TcpSocket::new_v4().unwrap();
        // What the server does not read should not hide in the buffers of the system.
        socket.set_recv_buffer_size(64 * 1024).unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let listener = socket.listen(1024).unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(listen.serve(listener, server.router()));
        Self { server, address }
    }

    pub async fn connect(&self) -> Client {
        self.try_connect().await.unwrap()
    }

    pub async fn try_connect(&self) -> Result<Client, Error> {
        self.connect_with(&[]).await
    }

    /// Connects with additional headers.
    pub async fn connect_with(&self, headers: &[(&'static str, &str)]) -> Result<Client, Error> {
        let socket = TcpStream::connect(self.address).await?;
        Client::over(socket, headers).await
    }

    /// The response to a plain HTTP request.
    pub async fn request(&self, request: &str, headers: &str) -> String {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        let request =
            format!("{request} HTTP/1.1\r\nHost: host\r\nConnection: close\r\n{headers}\r\n");
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// Connects and joins.
    pub async fn join(&self, room: &str, user: &str, secret: u8) -> (Client, Value) {
        let mut client = self.connect().await;
        client.send(join(room, user, secret)).await;
        let welcome = client.receive("welcome").await;
        (client, welcome)
    }
}

/// A `join` without a token.
pub fn join(room: &str, user: &str, secret: u8) -> Value {
    json!({ "join": {
        "version": 1, "app": APP, "room": room, "user": user,
        "secret": secret_text(secret), "token": "",
        "presence": { "revision": 1, "visible": true, "sources": 0 },
    }})
}

pub fn secret_text(secret: u8) -> String {
    format!("{secret:02x}").repeat(16)
}

pub fn session(secret: u8) -> String {
    tt_rtc_room::id::SessionSecret::new([secret; 16]).session().to_text()
}

/// A stream of bytes in both directions.
pub trait Pipe: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Pipe for T {}

pub struct Client {
    pub socket: WebSocketStream<Box<dyn Pipe>>,
}

impl Client {
    pub async fn over(
        pipe: impl Pipe + 'static,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, Error> {
        let mut request = "ws://host/".into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let (socket, _) = client_async(request, Box::new(pipe) as Box<dyn Pipe>).await?;
        Ok(Self { socket })
    }

    /// Writes raw bytes.
    pub async fn write(&mut self, bytes: &[u8]) {
        self.socket.get_mut().write_all(bytes).await.unwrap();
    }

    pub async fn send(&mut self, message: Value) {
        self.send_text(&message.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next message, or the close frame.
    pub async fn next(&mut self) -> Result<Value, Option<CloseFrame>> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(frame),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// The content of the next message. It must be of this kind.
    pub async fn receive(&mut self, kind: &str) -> Value {
        let mut message = self.next().await.unwrap();
        assert!(message.get(kind).is_some(), "expected {kind}, got {message}");
        message[kind].take()
    }

    /// Reads messages until one of this kind arrives, and returns its content.
    pub async fn await_message(&mut self, kind: &str) -> Value {
        loop {
            let mut message = self.next().await.unwrap();
            if message == json!(kind) {
                return message;
            }
            if let Some(content) = message.get_mut(kind) {
                return content.take();
            }
        }
    }

    /// Expects `removed` and then the close frame with this reason and code.
    pub async fn expect_removed(&mut self, removal: &str, code: CloseCode) -> String {
        assert_eq!(self.receive("removed").await, removal);
        self.expect_closed(code).await
    }

    /// Reads messages up to the close frame, and returns its reason.
    pub async fn expect_closed(&mut self, code: CloseCode) -> String {
        let frame = loop {
            match self.next().await {
                Ok(_) => {}
                Err(frame) => break frame.expect("a close frame"),
            }
        };
        assert_eq!(u16::from(frame.code), code.number(), "{}", frame.reason);
        // Reading again sends the answer to the close frame, if the server still reads.
        let _: Result<(), _> = self.socket.flush().await;
        frame.reason.to_string()
    }

    /// Whether the server answers a ping with no other message before it.
    pub async fn is_alive(&mut self) -> bool {
        self.socket.send(Message::text("\"ping\"")).await.unwrap();
        self.next().await == Ok(json!("pong"))
    }
}
