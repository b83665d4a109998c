//! Messages as JavaScript values: what `JSON.parse` makes of the text that a server writes.
//!
//! serde describes the messages in `tt-rtc-room`, and could do this too; but its code for them
//! would weigh more than a third of the whole library (see ARCHITECTURE.md). A test holds the two
//! against each other, message by message.

use js_sys::{Array, Number, Object};
use tt_rtc_room::id::{AppId, RoomId, Secret, SessionId, UserId};
use tt_rtc_room::media::Sources;
use tt_rtc_room::protocol::{
    Candidate, ClientMessage, Envelope, Granted, IceServer, IceServers, Join, MAX_MEMBERS, Member,
    Offer, Presence, Refused, Removal, Renegotiate, ServerMessage, Signal, SignalFrom, SignalTo,
    Text, TokenAnswer, TokenUpdate, Welcome,
};
use wasm_bindgen::{JsCast, JsValue};

use crate::js;

/// What travels between pages.
pub(crate) trait Wire: Sized {
    /// The value for it; `undefined` is left out of records.
    fn write(&self) -> JsValue;
    /// What a value says; `None` if it is malformed. Unknown fields are ignored.
    fn read(value: &JsValue) -> Option<Self>;
}

/// A record is an object with a field for each of its own.
macro_rules! record {
    ($name:ident { $($field:ident: $key:literal),* $(,)? }) => {
        impl Wire for $name {
            fn write(&self) -> JsValue {
                let object = Object::new().into();
                $(put(&object, $key, &self.$field.write());)*
                object
            }

            fn read(value: &JsValue) -> Option<Self> {
                Some(Self { $($field: Wire::read(&js::field(value, $key))?),* })
            }
        }
    };
}

/// A choice is the name of a case, or an object with one field under that name.
macro_rules! choice {
    ($name:ident { $($case:ident($content:ty): $key:literal),* } { $($bare:ident: $bare_key:literal),* }) => {
        impl Wire for $name {
            fn write(&self) -> JsValue {
                match self {
                    $(Self::$case(content) => tagged($key, &content.write()),)*
                    $(Self::$bare => $bare_key.into(),)*
                }
            }

            fn read(value: &JsValue) -> Option<Self> {
                if let Some(name) = value.as_string() {
                    return match name.as_str() {
                        $($bare_key => Some(Self::$bare),)*
                        _ => None,
                    };
                }
                $(
                    let content = js::field(value, $key);
                    if !content.is_undefined() {
                        return <$content>::read(&content).map(Self::$case);
                    }
                )*
                None
            }
        }
    };
}

choice!(ClientMessage {
    Join(Box<Join>): "join",
    Update(Presence): "update",
    Signal(SignalTo): "signal",
    Token(TokenUpdate): "token"
} { Leave: "leave", Ping: "ping" });

choice!(ServerMessage {
    Welcome(Box<Welcome>): "welcome",
    Removed(Removal): "removed",
    Member(Member): "member",
    Left(SessionId): "left",
    Signal(SignalFrom): "signal",
    Granted(Granted): "granted",
    Token(TokenAnswer): "token",
    IceServers(IceServers): "iceServers"
} { Pong: "pong" });

choice!(Signal {
    Want(Sources): "want",
    Offer(Offer): "offer",
    Answer(Text<{ tt_rtc_room::protocol::MAX_SDP }>): "answer",
    Candidate(Candidate): "candidate",
    Renegotiate(Renegotiate): "renegotiate"
} {});

choice!(Refused {} {
    VisibleLimit: "visibleLimit",
    PublisherLimit: "publisherLimit",
    Privilege: "privilege"
});

choice!(Removal {} {
    Version: "version",
    BadMessage: "badMessage",
    InvalidToken: "invalidToken",
    TokenExpired: "tokenExpired",
    DuplicateLogin: "duplicateLogin",
    Full: "full",
    Kicked: "kicked",
    Dissolved: "dissolved"
});

record!(Join {
    version: "version",
    app: "app",
    room: "room",
    user: "user",
    secret: "secret",
    token: "token",
    joined_at: "joinedAt",
    presence: "presence",
});
record!(Presence { revision: "revision", visible: "visible", sources: "sources" });
record!(SignalTo { to: "to", envelope: "envelope" });
record!(SignalFrom { from: "from", envelope: "envelope" });
record!(Envelope { incarnation: "incarnation", ack: "ack", seq: "seq", signal: "signal" });
record!(Offer { sdp: "sdp", screen: "screen" });
record!(Candidate { candidate: "candidate", line: "line" });
record!(Renegotiate { restart_ice: "restartIce", screen: "screen" });
record!(TokenUpdate { revision: "revision", token: "token" });
record!(Welcome {
    version: "version",
    hub: "hub",
    joined_at: "joinedAt",
    members: "members",
    granted: "granted",
    token_expires_in: "tokenExpiresIn",
    ice_servers: "iceServers",
});
record!(Member {
    session: "session",
    user: "user",
    joined_at: "joinedAt",
    visible: "visible",
    sources: "sources",
});
record!(Granted {
    revision: "revision",
    visible: "visible",
    sources: "sources",
    allowed: "allowed",
    refused: "refused",
});
record!(TokenAnswer { revision: "revision", valid: "valid", expires_in: "expiresIn" });
record!(IceServers { servers: "servers" });
record!(IceServer { urls: "urls", username: "username", credential: "credential" });

impl Wire for bool {
    fn write(&self) -> JsValue {
        JsValue::from_bool(*self)
    }

    fn read(value: &JsValue) -> Option<Self> {
        value.as_bool()
    }
}

impl Wire for u64 {
    #[expect(clippy::cast_precision_loss, reason = "no number of ours is beyond 2^53")]
    fn write(&self) -> JsValue {
        (*self as f64).into()
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was looked at")]
    fn read(value: &JsValue) -> Option<Self> {
        let number = value.as_f64()?;
        (Number::is_safe_integer(value) && number >= 0.0).then_some(number as Self)
    }
}

impl Wire for u32 {
    fn write(&self) -> JsValue {
        (*self).into()
    }

    fn read(value: &JsValue) -> Option<Self> {
        u64::read(value)?.try_into().ok()
    }
}

impl Wire for u16 {
    fn write(&self) -> JsValue {
        (*self).into()
    }

    fn read(value: &JsValue) -> Option<Self> {
        u64::read(value)?.try_into().ok()
    }
}

impl Wire for Sources {
    fn write(&self) -> JsValue {
        self.bits().into()
    }

    fn read(value: &JsValue) -> Option<Self> {
        u64::read(value)?.try_into().ok().and_then(Self::from_bits)
    }
}

impl Wire for String {
    fn write(&self) -> JsValue {
        self.as_str().into()
    }

    fn read(value: &JsValue) -> Option<Self> {
        value.as_string()
    }
}

impl<const MAX: usize> Wire for Text<MAX> {
    fn write(&self) -> JsValue {
        self.as_str().into()
    }

    fn read(value: &JsValue) -> Option<Self> {
        value.as_string().and_then(Self::new)
    }
}

macro_rules! id {
    ($($name:ident),*) => {$(
        impl Wire for $name {
            fn write(&self) -> JsValue {
                self.as_str().into()
            }

            fn read(value: &JsValue) -> Option<Self> {
                Self::new(&value.as_string()?).ok()
            }
        }
    )*};
}

id!(AppId, RoomId, UserId);

impl Wire for SessionId {
    fn write(&self) -> JsValue {
        self.to_text().into()
    }

    fn read(value: &JsValue) -> Option<Self> {
        Self::parse(&value.as_string()?)
    }
}

impl Wire for Secret {
    fn write(&self) -> JsValue {
        self.reveal().into()
    }

    fn read(value: &JsValue) -> Option<Self> {
        Self::parse(&value.as_string()?)
    }
}

impl<T: Wire> Wire for Box<T> {
    fn write(&self) -> JsValue {
        self.as_ref().write()
    }

    fn read(value: &JsValue) -> Option<Self> {
        T::read(value).map(Self::new)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write(&self) -> JsValue {
        self.as_ref().map_or(JsValue::UNDEFINED, T::write)
    }

    fn read(value: &JsValue) -> Option<Self> {
        if js::is_absent(value) { Some(None) } else { T::read(value).map(Some) }
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write(&self) -> JsValue {
        let array = Array::new();
        for item in self {
            array.push(&item.write());
        }
        array.into()
    }

    fn read(value: &JsValue) -> Option<Self> {
        let mut items = Self::new();
        if value.is_undefined() {
            return Some(items);
        }
        let array = value.dyn_ref::<Array>()?;
        if array.length() as usize > MAX_MEMBERS {
            return None;
        }
        for index in 0..array.length() {
            items.push(T::read(&array.get(index))?);
        }
        Some(items)
    }
}

fn put(object: &JsValue, key: &str, value: &JsValue) {
    if !value.is_undefined() {
        js::set(object, key, value);
    }
}

fn tagged(key: &str, content: &JsValue) -> JsValue {
    let object = Object::new().into();
    js::set(&object, key, content);
    object
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// One message of each kind, and of each kind of signal, as serde writes them.
    const FROM_CLIENTS: [&str; 11] = [
        r#"{"join":{"version":1,"app":"","room":"r","user":"u","secret":"000102030405060708090a0b0c0d0e0f","token":"t","presence":{"revision":1,"visible":true,"sources":3}}}"#,
        r#"{"join":{"version":1,"app":"a","room":"r","user":"u","secret":"000102030405060708090a0b0c0d0e0f","token":"","joinedAt":1700000000000,"presence":{"revision":4294967295,"visible":false,"sources":15}}}"#,
        r#"{"update":{"revision":2,"visible":true,"sources":0}}"#,
        r#"{"signal":{"to":"000102030405060708090a0b0c0d0e0f","envelope":{"incarnation":65537,"ack":0,"seq":1,"signal":{"want":15}}}}"#,
        r#"{"signal":{"to":"000102030405060708090a0b0c0d0e0f","envelope":{"incarnation":65537,"ack":1,"seq":2,"signal":{"offer":{"sdp":"v=0","screen":true}}}}}"#,
        r#"{"signal":{"to":"000102030405060708090a0b0c0d0e0f","envelope":{"incarnation":65537,"ack":1,"seq":3,"signal":{"answer":"v=0"}}}}"#,
        r#"{"signal":{"to":"000102030405060708090a0b0c0d0e0f","envelope":{"incarnation":65537,"ack":2,"seq":4,"signal":{"candidate":{"candidate":"candidate:1","line":0}}}}}"#,
        r#"{"signal":{"to":"000102030405060708090a0b0c0d0e0f","envelope":{"incarnation":65537,"ack":2,"seq":5,"signal":{"renegotiate":{"restartIce":true,"screen":false}}}}}"#,
        r#"{"token":{"revision":1,"token":"t"}}"#,
        r#""leave""#,
        r#""ping""#,
    ];

    const FROM_HUBS: [&str; 11] = [
        r#"{"welcome":{"version":1,"hub":7,"joinedAt":1700000000000,"members":[{"session":"000102030405060708090a0b0c0d0e0f","user":"u","joinedAt":1,"visible":true,"sources":1}],"granted":{"revision":1,"visible":true,"sources":1,"allowed":15},"tokenExpiresIn":1000,"iceServers":[{"urls":["stun:host"]},{"urls":["turn:host"],"username":"n","credential":"c"}]}}"#,
        r#"{"removed":"duplicateLogin"}"#,
        r#"{"removed":"badMessage"}"#,
        r#"{"member":{"session":"000102030405060708090a0b0c0d0e0f","user":"u","joinedAt":1,"visible":true,"sources":1}}"#,
        r#"{"left":"000102030405060708090a0b0c0d0e0f"}"#,
        r#"{"signal":{"from":"000102030405060708090a0b0c0d0e0f","envelope":{"incarnation":1,"ack":9,"seq":0}}}"#,
        r#"{"granted":{"revision":1,"visible":true,"sources":0,"allowed":9,"refused":"privilege"}}"#,
        r#"{"token":{"revision":1,"valid":false}}"#,
        r#"{"token":{"revision":1,"valid":true,"expiresIn":1}}"#,
        r#"{"iceServers":{"servers":[{"urls":["turn:host"],"username":"n","credential":"c"}]}}"#,
        r#""pong""#,
    ];

    #[wasm_bindgen_test]
    fn messages_read_and_write_as_serde_has_them() {
        FROM_CLIENTS.iter().for_each(|text| check::<ClientMessage>(text));
        FROM_HUBS.iter().for_each(|text| check::<ServerMessage>(text));
    }

    fn check<T: Wire + Serialize + DeserializeOwned>(text: &str) {
        let message: T = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&message).unwrap(), text, "as serde writes it");
        assert_eq!(js_sys::JSON::stringify(&message.write()).unwrap(), text, "as we write it");
        let read = T::read(&js_sys::JSON::parse(text).unwrap()).expect(text);
        assert_eq!(serde_json::to_string(&read).unwrap(), text, "as we read it");
    }

    #[wasm_bindgen_test]
    fn what_is_no_message_is_refused() {
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
            r#"{"signal":{"to":"00","envelope":{"incarnation":1,"ack":9,"seq":0}}}"#,
        ] {
            let value = js_sys::JSON::parse(text).unwrap();
            assert!(ClientMessage::read(&value).is_none(), "{text}");
        }
        let long = "x".repeat(tt_rtc_room::protocol::MAX_TOKEN + 1);
        let update = js::object(&[("revision", 1.into()), ("token", long.into())]);
        assert!(TokenUpdate::read(&update).is_none(), "a token that is too long");
    }
}
