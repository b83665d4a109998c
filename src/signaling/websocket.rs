//! Signaling over a WebSocket, to a server: each message is a text of JSON.
//!
//! When to connect, and when to try again, is the participant's business.

use gloo::events::EventListener;
use js_sys::JSON;
use tt_rtc_room::protocol::{ClientMessage, ServerMessage};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WebSocket};

use super::transport::TransportEvent;
use crate::{js, report};

/// A connection to a server, or what is left of one that the browser refused to make. Dropping it
/// closes it, after what was sent has gone out.
pub(crate) struct Socket {
    socket: Option<WebSocket>,
    _listeners: Vec<EventListener>,
}

impl Socket {
    /// Connects to `url`; `on_event` is called with what happens to it.
    pub(super) fn open(url: &str, on_event: impl Fn(TransportEvent) + Clone + 'static) -> Self {
        let socket = match WebSocket::new(url) {
            Ok(socket) => socket,
            Err(error) => {
                report::report("WebSocket", &error);
                on_event(TransportEvent::Closed(0));
                return Self { socket: None, _listeners: Vec::new() };
            }
        };
        let (open, message, close) = (on_event.clone(), on_event.clone(), on_event);
        let listeners = vec![
            EventListener::new(&socket, "open", move |_| open(TransportEvent::Open)),
            EventListener::new(&socket, "message", move |event| match read(event) {
                Ok(received) => message(TransportEvent::Message(received)),
                Err(error) => {
                    js::warn(&format!("tt-rtc: not a message of the signaling server: {error}"));
                }
            }),
            // What goes wrong ends with this, too.
            EventListener::new(&socket, "close", move |event| {
                let code = js::field(event, "code").as_f64().unwrap_or_default();
                close(TransportEvent::Closed(code as u16));
            }),
        ];
        Self { socket: Some(socket), _listeners: listeners }
    }

    /// Sends a message to the hub, if the connection is open.
    pub(super) fn send(&self, message: &ClientMessage) {
        let open = |socket: &&WebSocket| socket.ready_state() == WebSocket::OPEN;
        if let Some(socket) = self.socket.as_ref().filter(open)
            && let Ok(text) = JSON::stringify(&js::to_value(message))
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

fn read(event: &JsValue) -> Result<ServerMessage, serde_wasm_bindgen::Error> {
    let text = event.unchecked_ref::<MessageEvent>().data().as_string().unwrap_or_default();
    serde_wasm_bindgen::from_value(JSON::parse(&text)?)
}
