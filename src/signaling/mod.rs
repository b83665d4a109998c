//! The transport to the hub.
//!
//! An engine opens a [`Transport`] when its participant asks for a connection and drops it to close it.
//! What comes over it is [`TransportEvent`].

mod local;
mod transport;
mod websocket;

pub(crate) use transport::{Options, TransportEvent};

use std::rc::Rc;

use tt_rtc_room::error::Failure;
use tt_rtc_room::protocol::ClientMessage;

/// A connection to the hub; dropping it closes it, after what was sent has gone out.
pub(crate) enum Transport {
    /// To one in a page of this browser.
    Local(Rc<local::LocalTransport>),
    /// To one in a server.
    Socket(websocket::Socket),
}

impl Transport {
    /// Sends a message to the hub, if the transport is open.
    pub(crate) fn send(&self, message: ClientMessage) {
        match self {
            Self::Local(transport) => transport.send(&message),
            Self::Socket(socket) => socket.send(&message),
        }
    }
}

impl Drop for Transport {
    fn drop(&mut self) {
        if let Self::Local(transport) = self {
            transport.close();
        }
    }
}

/// Opens a connection to the hub. A proxy in front of several servers can tell from the address which
/// one has the room, of which `room` is the routing key.
pub(crate) fn open(
    options: &Rc<Options>,
    room: &str,
    on_event: impl Fn(TransportEvent) + Clone + 'static,
) -> Transport {
    match &options.server {
        Some(url) => {
            let separator = if url.contains('?') { '&' } else { '?' };
            let url = format!("{url}{separator}room={room}");
            Transport::Socket(websocket::Socket::open(&url, on_event))
        }
        None => Transport::Local(local::LocalTransport::open(options, on_event)),
    }
}

/// Loads what [`open`] takes, while the page has time.
pub(crate) fn prepare(options: &Rc<Options>) {
    if options.server.is_none() {
        local::prepare(options);
    }
}

/// Whether this page can reach a hub at all.
///
/// # Errors
/// The failure of a join that cannot.
pub(crate) fn supported(options: &Options) -> Result<(), Failure> {
    if options.server.is_none() { local::supported() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use serde_wasm_bindgen::from_value;
    use tt_rtc_room::protocol::{ClientMessage, MAX_TOKEN, ServerMessage, TokenUpdate};
    use wasm_bindgen_test::wasm_bindgen_test;

    use crate::js;

    /// One message of each kind, and of each kind of signal, as serde writes them.
    const FROM_CLIENTS: [&str; 11] = [
        r#"{"join":{"version":1,"app":"","room":"r","user":"u","secret":"000102030405060708090a0b0c0d0e0f","token":"t","presence":{"revision":1,"visible":true,"sources":3}}}"#,
        r#"{"join":{"version":1,"app":"a","room":"r","user":"u","secret":"000102030405060708090a0b0c0d0e0f","token":"","joinedAt":1700000000000,"presence":{"revision":4294967295,"visible":false,"sources":15}}}"#,
        r#"{"update":{"revision":2,"visible":true,"sources":0}}"#,
        r#"{"signal":{"to":"000102030405060708090a0b0c0d0e0f","envelope":{"generation":65537,"ack":0,"seq":1,"signal":{"subscribe":15}}}}"#,
        r#"{"signal":{"to":"000102030405060708090a0b0c0d0e0f","envelope":{"generation":65537,"ack":1,"seq":2,"signal":{"offer":{"sdp":"v=0","screen":true}}}}}"#,
        r#"{"signal":{"to":"000102030405060708090a0b0c0d0e0f","envelope":{"generation":65537,"ack":1,"seq":3,"signal":{"answer":"v=0"}}}}"#,
        r#"{"signal":{"to":"000102030405060708090a0b0c0d0e0f","envelope":{"generation":65537,"ack":2,"seq":4,"signal":{"candidates":"candidate:1"}}}}"#,
        r#"{"signal":{"to":"000102030405060708090a0b0c0d0e0f","envelope":{"generation":65537,"ack":2,"seq":5,"signal":{"renegotiate":{"restartIce":true,"screen":false}}}}}"#,
        r#"{"token":{"revision":1,"token":"t"}}"#,
        r#""leave""#,
        r#""ping""#,
    ];

    const FROM_HUBS: [&str; 12] = [
        r#"{"welcome":{"version":1,"hub":7,"joinedAt":1700000000000,"members":[{"session":"000102030405060708090a0b0c0d0e0f","user":"u","joinedAt":1,"visible":true,"sources":1}],"granted":{"revision":1,"visible":true,"sources":1,"allowed":15},"tokenExpiresIn":1000,"iceServers":[{"urls":["stun:host"]},{"urls":["turn:host"],"username":"n","credential":"c"}]}}"#,
        r#"{"removed":"duplicateLogin"}"#,
        r#"{"removed":"badMessage"}"#,
        r#"{"members":[{"session":"000102030405060708090a0b0c0d0e0f","user":"u","joinedAt":1,"visible":true,"sources":1,"allowed":9}]}"#,
        r#"{"left":["000102030405060708090a0b0c0d0e0f"]}"#,
        r#"{"congested":"000102030405060708090a0b0c0d0e0f"}"#,
        r#"{"signal":{"from":"000102030405060708090a0b0c0d0e0f","envelope":{"generation":1,"ack":9,"seq":0}}}"#,
        r#"{"granted":{"revision":1,"visible":true,"sources":0,"allowed":9,"refused":"privilege"}}"#,
        r#"{"token":{"revision":1,"valid":false}}"#,
        r#"{"token":{"revision":1,"valid":true,"expiresIn":1}}"#,
        r#"{"iceServers":{"servers":[{"urls":["turn:host"],"username":"n","credential":"c"}]}}"#,
        r#""pong""#,
    ];

    #[wasm_bindgen_test]
    fn messages_are_the_same_as_values_and_as_json() {
        FROM_CLIENTS.iter().for_each(|text| check::<ClientMessage>(text));
        FROM_HUBS.iter().for_each(|text| check::<ServerMessage>(text));
    }

    fn check<T: Serialize + DeserializeOwned>(text: &str) {
        let message: T = serde_json::from_str(text).unwrap();
        assert_eq!(js_sys::JSON::stringify(&js::to_value(&message)).unwrap(), text);
        let read: T = from_value(js_sys::JSON::parse(text).unwrap()).expect(text);
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }

    #[wasm_bindgen_test]
    fn malformed_messages_are_errors() {
        for text in [
            "null",
            "1",
            "[]",
            "{}",
            r#""nonsense""#,
            r#"{"nonsense":{}}"#,
            r#"{"update":{}}"#,
            r#"{"update":{"revision":-1,"visible":true,"sources":0}}"#,
            r#"{"update":{"revision":1.5,"visible":true,"sources":0}}"#,
            r#"{"update":{"revision":4294967296,"visible":true,"sources":0}}"#,
            r#"{"update":{"revision":1,"visible":1,"sources":0}}"#,
            r#"{"update":{"revision":1,"visible":true,"sources":16}}"#,
            r#"{"signal":{"to":"00","envelope":{"generation":1,"ack":9,"seq":0}}}"#,
        ] {
            let value = js_sys::JSON::parse(text).unwrap();
            assert!(from_value::<ClientMessage>(value).is_err(), "{text}");
        }
        let long = "x".repeat(MAX_TOKEN + 1);
        let update = js::object(&[("revision", 1.into()), ("token", long.into())]);
        assert!(from_value::<TokenUpdate>(update).is_err(), "a token that is too long");
    }
}
