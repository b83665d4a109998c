//! Signaling over a WebSocket, to a server: each message is a text of JSON.
//!
//! When to connect, and when to try again, is the participant's business.

use js_sys::JSON;
use tt_rtc_room::protocol::{ClientMessage, ServerMessage};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WebSocket};

use super::LinkNews;
use super::wire::Wire as _;
use crate::js;
use crate::page::Listener;

/// A connection to a server, or what is left of one that the browser refused to make. Dropping it
/// closes it, after what was sent has gone out.
pub(crate) struct Socket {
    socket: Option<WebSocket>,
    _listeners: Vec<Listener>,
}

impl Socket {
    /// Connects to `url`; `hear` is called with what comes over it.
    pub(super) fn open(url: &str, hear: impl Fn(LinkNews) + Clone + 'static) -> Self {
        let socket = match WebSocket::new(url) {
            Ok(socket) => socket,
            Err(error) => {
                // Such as `ws:` from a page that came over https.
                js::warn(&["tt-rtc: ", &js::shown(&error)].concat());
                hear(LinkNews::Closed);
                return Self { socket: None, _listeners: Vec::new() };
            }
        };
        let (open, message, close) = (hear.clone(), hear.clone(), hear);
        let listeners = vec![
            Listener::new(&socket, "open", move |_| open(LinkNews::Open)),
            Listener::new(&socket, "message", move |event| match read(&event) {
                Some(said) => message(LinkNews::Message(said)),
                None => js::warn("tt-rtc: what came from the signaling server is no message"),
            }),
            // What goes wrong ends with this, too.
            Listener::new(&socket, "close", move |_| close(LinkNews::Closed)),
        ];
        Self { socket: Some(socket), _listeners: listeners }
    }

    /// Says something to the hub, if the connection is open.
    pub(super) fn send(&self, message: &ClientMessage) {
        let open = |socket: &&WebSocket| socket.ready_state() == WebSocket::OPEN;
        if let Some(socket) = self.socket.as_ref().filter(open)
            && let Ok(text) = JSON::stringify(&message.write())
        {
            let _ = socket.send_with_str(&String::from(text));
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Some(socket) = &self.socket {
            let _ = socket.close();
        }
    }
}

fn read(event: &JsValue) -> Option<ServerMessage> {
    let text = event.unchecked_ref::<MessageEvent>().data().as_string()?;
    ServerMessage::read(&JSON::parse(&text).ok()?)
}
