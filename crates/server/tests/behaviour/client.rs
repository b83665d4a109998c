//! A server on loopback, and clients that speak to it by hand.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tt_rtc_server::{CloseCode, Config, Server};

/// The app of all tests that do not care.
pub const APP: &str = "app";

pub struct TestServer {
    pub server: Server,
    pub address: SocketAddr,
}

impl TestServer {
    pub async fn start(config: Config) -> Self {
        let server = Server::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = server.router().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { server, address }
    }

    pub async fn connect(&self) -> Client {
        self.try_connect().await.unwrap()
    }

    pub async fn try_connect(&self) -> Result<Client, Error> {
        let (socket, _) = connect_async(format!("ws://{}/", self.address)).await?;
        Ok(Client { socket })
    }

    /// Connects and joins; the session follows from the secret.
    pub async fn join(&self, room: &str, user: &str, secret: u8) -> (Client, Value) {
        let mut client = self.connect().await;
        client.send(join(room, user, secret)).await;
        let welcome = client.hear("welcome").await;
        (client, welcome)
    }
}

/// A `join` that anybody may say to an open server.
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
    tt_rtc_room::id::Secret::new([secret; 16]).session().to_text()
}

pub struct Client {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    pub async fn send(&mut self, message: Value) {
        self.send_text(&message.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next message, or how the connection ended.
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

    /// The content of the next message, which has to be of this kind.
    pub async fn hear(&mut self, kind: &str) -> Value {
        let mut message = self.next().await.unwrap();
        assert!(message.get(kind).is_some(), "{kind} was to come, not {message}");
        message[kind].take()
    }

    /// Hears `removed` and then the close frame, which have to say why.
    pub async fn is_removed(&mut self, removal: &str, code: CloseCode) -> String {
        assert_eq!(self.hear("removed").await, removal);
        self.is_closed(code).await
    }

    /// Hears messages, if any, up to the close frame; what it gives as its reason.
    pub async fn is_closed(&mut self, code: CloseCode) -> String {
        let frame = loop {
            match self.next().await {
                Ok(_) => {}
                Err(frame) => break frame.expect("a close frame"),
            }
        };
        assert_eq!(u16::from(frame.code), code.number(), "{}", frame.reason);
        // Reading on answers it.
        while let Some(Ok(_)) = self.socket.next().await {}
        frame.reason.to_string()
    }

    /// Whether the server still answers.
    pub async fn is_alive(&mut self) -> bool {
        self.socket.send(Message::text("\"ping\"")).await.unwrap();
        self.next().await == Ok(json!("pong"))
    }
}
