//! The connections between the clients and the hub: delays, losses, and what each end detects.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tt_rtc_room::protocol::{ClientMessage, ServerMessage};
use tt_rtc_room::{ConnectionId, HubInput, Input, Instant};

use super::{HubBehavior, Simulated, World, WorldEvent};

/// A connection between a client and the hub.
pub(super) struct Pipe {
    pub(super) client: usize,
    pub(super) hub: u64,
    /// No message passes any more.
    pub(super) dead: bool,
    /// The hub receives no messages any more.
    pub(super) closed: bool,
    pub(super) to_hub: u64,
    pub(super) to_client: u64,
}

impl<B: Simulated> World<B> {
    pub(super) fn passes(&self, id: ConnectionId) -> bool {
        self.pipes.get(&id).is_some_and(|pipe| !pipe.dead)
    }

    pub(super) fn is_current(&self, client: usize, id: ConnectionId) -> bool {
        let client = &self.clients[client];
        !client.page_closed && client.connection == Some(id)
    }

    pub(super) fn connect(&mut self, client: usize) {
        self.disconnect(client);
        self.next_connection += 1;
        let id = ConnectionId(self.next_connection);
        self.clients[client].connection = Some(id);
        self.clients[client].connection_attempts.push(self.now);
        let after = self.random_delay();
        if !self.reachable[client] {
            self.later(after, WorldEvent::Connection(client, id, Input::Disconnected(0)));
            return;
        }
        let (hub, opened) = (self.hub_run, self.now + after);
        let closed = self.hub_behavior == HubBehavior::ClosesAtOnce;
        let pipe = Pipe { client, hub, dead: false, closed, to_hub: opened, to_client: opened };
        self.pipes.insert(id, pipe);
        self.later(after, WorldEvent::Connection(client, id, Input::Connected));
        if closed {
            self.later(after, WorldEvent::Connection(client, id, Input::Disconnected(0)));
        }
    }

    /// Closes the connection. The hub detects it after it has received what was sent.
    pub(super) fn disconnect(&mut self, client: usize) {
        let Some(id) = self.clients[client].connection.take() else { return };
        let Some(pipe) = self.pipes.get(&id) else { return };
        if !pipe.dead {
            let (hub, at) = (pipe.hub, pipe.to_hub.max(self.now));
            self.later(at + 1 - self.now, WorldEvent::HubDetectsClose(id, hub, Instant(at)));
        }
    }

    pub(super) fn send_to_hub(&mut self, client: usize, message: ClientMessage<B::Signal>) {
        let Some(id) = self.clients[client].connection else { return };
        let message = if self.serialize_messages { round_trip(&message) } else { message };
        let delay = self.random_delay();
        if self.is_lost(client, matches!(message, ClientMessage::Signal(_))) {
            return;
        }
        let Some(pipe) = self.pipes.get_mut(&id) else { return };
        pipe.to_hub = pipe.to_hub.max(self.now + delay);
        let after = pipe.to_hub - self.now;
        self.later(after, WorldEvent::Hub(id, HubInput::Message(id, message)));
    }

    /// The hub closes a connection. The client detects it after it has received what was sent.
    /// The server closes the connection of a client with a code and keeps its session.
    pub fn close_with(&mut self, client: usize, code: u16) {
        let id = self.clients[client].connection.expect("it is connected");
        self.later(1, WorldEvent::Connection(client, id, Input::Disconnected(code)));
    }

    pub(super) fn close(&mut self, id: ConnectionId) {
        let Some(pipe) = self.pipes.get_mut(&id) else { return };
        pipe.closed = true;
        let (client, after) = (pipe.client, pipe.to_client.max(self.now) + 1 - self.now);
        self.later(after, WorldEvent::Connection(client, id, Input::Disconnected(0)));
    }

    pub(super) fn send_to_client(&mut self, id: ConnectionId, message: &ServerMessage<B::Signal>) {
        let delay = self.random_delay();
        let current = self.pipes.get(&id).map(|pipe| pipe.client);
        let current = current.filter(|client| self.is_current(*client, id));
        let signal = matches!(message, ServerMessage::Signal(_));
        if current.is_some_and(|client| self.is_lost(client, signal)) {
            return;
        }
        let Some(pipe) = self.pipes.get_mut(&id) else { return };
        pipe.to_client = pipe.to_client.max(self.now + delay);
        let (client, after) = (pipe.client, pipe.to_client - self.now);
        let message = if self.serialize_messages { round_trip(message) } else { message.clone() };
        self.later(after, WorldEvent::Connection(client, id, Input::Message(message)));
    }

    /// The hub no longer receives or sends over a connection.
    pub(super) fn stop_answering(&mut self, id: ConnectionId) {
        let Some(pipe) = self.pipes.get_mut(&id) else { return };
        if !std::mem::replace(&mut pipe.dead, true) {
            let closed = WorldEvent::HubDetectsClose(id, pipe.hub, Instant(self.now));
            self.later(11_000, closed);
        }
    }

    pub(super) fn is_cut(&self, left: usize, right: usize) -> bool {
        self.cut_paths.contains(&(left.min(right), left.max(right)))
    }

    pub(super) fn random_delay(&mut self) -> u64 {
        let (least, most) = self.delay;
        let jam = self.jams.is_some_and(|one_in| self.chance.one_in(one_in));
        let jam = if jam { self.chance.below(4_000) } else { 0 };
        least + self.chance.below(most - least + 1) + jam
    }

    /// Whether a message from or to a client is lost.
    pub(super) fn is_lost(&mut self, client: usize, signal: bool) -> bool {
        let lost = self.loss.is_some_and(|one_in| self.chance.one_in(one_in));
        if lost && !(signal && self.chance.one_in(2)) {
            let client_learns = (!self.chance.one_in(3)).then(|| self.chance.below(1_000));
            let hub_learns = self.chance.below(11_000);
            self.cut(client, client_learns, hub_learns);
        }
        lost
    }
}

/// Serializes and parses a message.
fn round_trip<T: Serialize + DeserializeOwned>(message: &T) -> T {
    let text = serde_json::to_string(message).expect("every message can be written");
    serde_json::from_str(&text).expect("what is written can be read")
}
