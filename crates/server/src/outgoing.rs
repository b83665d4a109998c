//! A message on its way to clients.

use std::sync::{Arc, OnceLock};

use axum::extract::ws::Utf8Bytes;
use tt_rtc_room::id::SessionId;
use tt_rtc_room::mesh::{Envelope, Signal};
use tt_rtc_room::protocol::{IceServer, ServerMessage};

/// What a message takes in addition to its texts and lists, in bytes.
const BASE: usize = 128;
/// What a member takes in a list, in bytes. Ids are short.
const MEMBER: usize = 160;

/// What a session takes in a list, in bytes.
const SESSION: usize = 40;

/// A message to one client or many. The task of the first client that it is written to makes it JSON:
/// in a shard, all rooms would wait for that.
#[derive(Debug)]
pub(crate) struct Outgoing {
    message: ServerMessage,
    text: OnceLock<Utf8Bytes>,
}

impl Outgoing {
    pub(crate) fn new(message: ServerMessage) -> Arc<Self> {
        Arc::new(Self { message, text: OnceLock::new() })
    }

    pub(crate) fn text(&self) -> Utf8Bytes {
        // JSON serialization fails only for map keys that are not text. No message has a map.
        let text = || serde_json::to_string(&self.message).unwrap_or_default().into();
        self.text.get_or_init(text).clone()
    }

    /// The sender, if it is a signal.
    pub(crate) fn signal_from(&self) -> Option<SessionId> {
        match &self.message {
            ServerMessage::Signal(signal) => Some(signal.from),
            _ => None,
        }
    }

    /// About how many bytes it takes while it waits.
    pub(crate) fn size(&self) -> usize {
        BASE + match &self.message {
            ServerMessage::Welcome(welcome) => {
                welcome.members.len() * MEMBER + ice_size(&welcome.ice_servers)
            }
            ServerMessage::Members(members) => members.len() * MEMBER,
            ServerMessage::Left(sessions) => sessions.len() * SESSION,
            ServerMessage::Signal(signal) => signal_size(&signal.envelope),
            ServerMessage::IceServers(ice) => ice_size(&ice.servers),
            ServerMessage::Removed(_)
            | ServerMessage::Congested(_)
            | ServerMessage::Granted(_)
            | ServerMessage::Token(_)
            | ServerMessage::Pong => 0,
        }
    }
}

fn signal_size(envelope: &Envelope) -> usize {
    match &envelope.signal {
        Some(Signal::Offer(offer)) => offer.sdp.as_str().len(),
        Some(Signal::Answer(text) | Signal::Candidates(text)) => text.as_str().len(),
        Some(Signal::Subscribe(_) | Signal::Renegotiate(_)) | None => 0,
    }
}

fn ice_size(servers: &[IceServer]) -> usize {
    let texts = servers
        .iter()
        .flat_map(|server| server.urls.iter().chain(&server.username).chain(&server.credential));
    texts.map(String::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tt_rtc_room::protocol::{SignalFrom, Text};

    #[test]
    fn the_size_of_a_message_is_about_that_of_its_text() {
        let from = tt_rtc_room::id::SessionSecret::new([7; 16]).session();
        for length in [0, 500, 60_000] {
            let signal = Some(Signal::Answer(Text::new("v".repeat(length)).unwrap()));
            let envelope =
                Envelope { generation: 1, ack: 1, seq: 1, signal, ..Envelope::default() };
            let message = Outgoing::new(ServerMessage::Signal(SignalFrom { from, envelope }));
            let (size, text) = (message.size(), message.text().len());
            assert!(text.abs_diff(size) < 100, "{size} for {text}");
        }
    }
}
