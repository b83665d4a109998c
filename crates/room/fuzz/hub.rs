//! Coverage-guided fuzzing of sequences of hub operations: joins, resumes, presence, signals, tokens,
//! lost connections, removals and timeouts, of a few users in two rooms with small limits.
//!
//! After each operation the list of every connected member equals the hub's, and no limit is exceeded.

#![no_main]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use tt_rtc_room::hub::LEAVE_AFTER;
use tt_rtc_room::id::{AppId, RoomId, SessionId, SessionSecret, UserId};
use tt_rtc_room::media::Sources;
use tt_rtc_room::mesh::Envelope;
use tt_rtc_room::protocol::*;
use tt_rtc_room::token::{AccessToken, Privilege};
use tt_rtc_room::{
    ConnectionId, Hub, HubConfig, HubInput, HubOutput, Instant, Limits, Machine, Now,
};

const APP: &str = "123456781234567812345678";
const KEY: &str = "app key";
/// The wall clock at the start, in Unix milliseconds.
const START: u64 = 1_700_000_000_000;
const LIMITS: Limits = Limits { visible: 3, invisible: 2, publishers: 1, rooms: 2, sessions: 5 };
const SLOTS: usize = 6;

/// One operation. Numbers are taken modulo what there is.
#[derive(Arbitrary, Debug)]
enum Operation {
    Join {
        slot: u8,
        room: bool,
        user: u8,
        secret: u8,
        token: Token,
        joined: Option<u8>,
        presence: Wish,
    },
    Update {
        slot: u8,
        presence: Wish,
    },
    Signal {
        slot: u8,
        to: u8,
    },
    Token {
        slot: u8,
        room: bool,
        user: u8,
        token: Token,
    },
    Leave {
        slot: u8,
    },
    Ping {
        slot: u8,
    },
    Malformed {
        slot: u8,
    },
    Close {
        slot: u8,
    },
    RemoveUser {
        room: bool,
        user: u8,
    },
    EndRoom {
        room: bool,
    },
    Wait {
        milliseconds: u16,
    },
    /// The wall clock is set.
    SetClock {
        seconds: i8,
    },
}

#[derive(Arbitrary, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Token {
    Unlimited,
    ListenOnly,
    /// It expires after 30 seconds.
    Short,
    /// The privilege to publish audio ends after 10 seconds.
    ShortPrivilege,
    WrongKey,
}

#[derive(Arbitrary, Debug, Clone, Copy)]
struct Wish {
    visible: bool,
    sources: u8,
}

impl Wish {
    fn presence(self) -> Presence {
        let sources = Sources::from_bits(self.sources & 15).unwrap_or_default();
        Presence { revision: 1, visible: self.visible, sources }
    }
}

fn room(second: bool) -> RoomId {
    RoomId::new(if second { "two" } else { "one" }).unwrap()
}

fn user(number: u8) -> UserId {
    UserId::new(["ann", "bob", "cat", "dan"][usize::from(number) % 4]).unwrap()
}

fn secret(number: u8) -> SessionSecret {
    SessionSecret::new([number % 8; 16])
}

/// All tokens, signed once.
static TOKENS: LazyLock<BTreeMap<(bool, u8, Token), String>> = LazyLock::new(|| {
    use Token::{ListenOnly, Short, ShortPrivilege, Unlimited, WrongKey};
    let start = u32::try_from(START / 1000).unwrap();
    let mut tokens = BTreeMap::new();
    for second in [false, true] {
        for number in 0..4 {
            for kind in [Unlimited, ListenOnly, Short, ShortPrivilege, WrongKey] {
                let mut token = AccessToken {
                    app: APP.into(),
                    nonce: 1,
                    issued_at: start,
                    expire_at: if kind == Short { start + 30 } else { 0 },
                    room: room(second).to_string(),
                    user: user(number).to_string(),
                    privileges: Vec::new(),
                };
                if kind == ShortPrivilege {
                    token.grant(Privilege::PublishAudioStream, start + 10);
                } else if kind != ListenOnly {
                    token.grant(Privilege::PublishStream, 0);
                }
                let key = if kind == WrongKey { "another key" } else { KEY };
                tokens.insert((second, number, kind), token.sign(key).unwrap());
            }
        }
    }
    tokens
});

fn token(second: bool, number: u8, kind: Token) -> Text<MAX_TOKEN> {
    Text::new(TOKENS[&(second, number % 4, kind)].clone()).unwrap()
}

/// What a member knows from the messages of the hub.
struct Client {
    session: SessionId,
    room: RoomId,
    members: BTreeMap<SessionId, Member>,
    granted: Granted,
}

struct World {
    hub: Hub,
    now: u64,
    unix: u64,
    next_connection: u64,
    /// The open connection of each slot.
    slots: [ConnectionId; SLOTS],
    open: BTreeSet<ConnectionId>,
    /// The last join of each connection. The hub may have refused it.
    joins: BTreeMap<ConnectionId, (SessionId, RoomId)>,
    clients: BTreeMap<ConnectionId, Client>,
}

impl World {
    fn new() -> Self {
        let keys = vec![(AppId::new(APP).unwrap(), KEY.to_owned())];
        let hub = Hub::new(HubConfig { id: 1, keys, limits: LIMITS, ..HubConfig::default() });
        let slots = std::array::from_fn(|slot| ConnectionId(slot as u64));
        Self {
            hub,
            now: 0,
            unix: START,
            next_connection: SLOTS as u64,
            slots,
            open: slots.into(),
            joins: BTreeMap::new(),
            clients: BTreeMap::new(),
        }
    }

    fn clocks(&self) -> Now {
        Now { instant: Instant(self.now), unix: self.unix }
    }

    fn handle(&mut self, input: HubInput) {
        self.hub.handle(input, self.clocks());
        self.carry_out();
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.hub.poll_output() {
            match output {
                HubOutput::Send { to, message } => {
                    assert!(!to.is_empty());
                    for connection in to {
                        assert!(self.open.contains(&connection), "a message after the close");
                        self.receive(connection, message.clone());
                    }
                }
                HubOutput::Close(connection, _) => {
                    assert!(self.open.contains(&connection), "closed twice");
                    self.reopen(connection);
                }
            }
        }
    }

    fn receive(&mut self, connection: ConnectionId, message: ServerMessage) {
        if let ServerMessage::Welcome(welcome) = message {
            let (session, room) = self.joins[&connection].clone();
            let members = welcome.members.into_iter().map(|member| (member.session, member));
            let (members, granted) = (members.collect(), welcome.granted);
            let client = Client { session, room, members, granted };
            assert!(self.clients.insert(connection, client).is_none(), "welcome twice");
            return;
        }
        let Some(client) = self.clients.get_mut(&connection) else {
            assert!(matches!(message, ServerMessage::Removed(_)), "{message:?}");
            return;
        };
        match message {
            ServerMessage::Left(sessions) => {
                for session in sessions {
                    client.members.remove(&session);
                }
            }
            ServerMessage::Members(members) => {
                for member in members {
                    if member.session != client.session {
                        client.members.insert(member.session, member);
                    }
                }
            }
            ServerMessage::Signal(signal) => {
                assert!(client.members.contains_key(&signal.from), "a signal of a stranger");
            }
            ServerMessage::Granted(granted) => client.granted = granted,
            _ => {}
        }
    }

    /// Forgets a closed connection and opens another one in its slot.
    fn reopen(&mut self, connection: ConnectionId) {
        self.open.remove(&connection);
        self.clients.remove(&connection);
        self.joins.remove(&connection);
        let next = ConnectionId(self.next_connection);
        self.next_connection += 1;
        for slot in &mut self.slots {
            if *slot == connection {
                *slot = next;
                self.open.insert(next);
            }
        }
    }

    fn slot(&self, slot: u8) -> ConnectionId {
        self.slots[usize::from(slot) % SLOTS]
    }

    fn send(&mut self, slot: u8, message: ClientMessage) {
        self.handle(HubInput::Message(self.slot(slot), message));
    }

    fn close(&mut self, connection: ConnectionId) {
        self.reopen(connection);
        let last_received = Instant(self.now);
        self.handle(HubInput::Closed { connection, last_received });
    }

    fn perform(&mut self, operation: Operation) {
        let app = AppId::new(APP).unwrap();
        match operation {
            Operation::Join {
                slot,
                room: second,
                user: number,
                secret: key,
                token: kind,
                joined,
                presence,
            } => {
                let connection = self.slot(slot);
                let secret = secret(key);
                if !self.clients.contains_key(&connection) {
                    self.joins.insert(connection, (secret.session(), room(second)));
                }
                let join = Join {
                    version: VERSION,
                    app,
                    room: room(second),
                    user: user(number),
                    secret,
                    token: token(second, number, kind),
                    joined_at: joined.map(|joined| START + u64::from(joined)),
                    presence: presence.presence(),
                };
                self.send(slot, ClientMessage::Join(Box::new(join)));
            }
            Operation::Update { slot, presence } => {
                self.send(slot, ClientMessage::Update(presence.presence()));
            }
            Operation::Signal { slot, to } => {
                let envelope = Envelope { generation: 1, ack: 0, seq: 0, signal: None, missing: false };
                let to = secret(to).session();
                self.send(slot, ClientMessage::Signal(SignalTo { to, envelope }));
            }
            Operation::Token { slot, room: second, user: number, token: kind } => {
                let token = token(second, number, kind);
                self.send(slot, ClientMessage::Token(TokenUpdate { revision: 1, token }));
            }
            Operation::Leave { slot } => self.send(slot, ClientMessage::Leave),
            Operation::Ping { slot } => self.send(slot, ClientMessage::Ping),
            Operation::Malformed { slot } => {
                self.handle(HubInput::Malformed(self.slot(slot)));
            }
            Operation::Close { slot } => self.close(self.slot(slot)),
            Operation::RemoveUser { room: second, user: number } => {
                let now = self.clocks();
                let (room, user) = (room(second), user(number));
                let was_there = self.hub.members(&app, &room).iter().any(|m| m.user == user);
                assert_eq!(self.hub.remove_user(&app, &room, &user, now), was_there);
                self.carry_out();
            }
            Operation::EndRoom { room: second } => {
                let now = self.clocks();
                self.hub.end_room(&app, &room(second), now);
                self.carry_out();
                assert!(self.hub.members(&app, &room(second)).is_empty());
            }
            Operation::Wait { milliseconds } => self.wait(milliseconds.into()),
            Operation::SetClock { seconds } => {
                self.unix = self.unix.saturating_add_signed(i64::from(seconds) * 1000);
            }
        }
    }

    fn wait(&mut self, milliseconds: u64) {
        self.now += milliseconds;
        self.unix += milliseconds;
        self.handle(HubInput::Timeout);
        assert!(self.hub.poll_timeout().is_none_or(|at| at.0 > self.now), "a timer that spins");
    }

    fn check(&self) {
        assert!(self.hub.room_count() <= LIMITS.rooms);
        assert!(self.hub.session_count() <= LIMITS.sessions);
        let mut sessions = 0;
        for second in [false, true] {
            let members = self.hub.members(&AppId::new(APP).unwrap(), &room(second));
            sessions += members.len();
            let visible = members.iter().filter(|member| member.visible).count();
            let publishers = members.iter().filter(|member| !member.sources.is_empty()).count();
            assert!(visible <= LIMITS.visible && publishers <= LIMITS.publishers);
            assert!(members.len() - visible <= LIMITS.invisible + LIMITS.visible);
            let users: BTreeSet<_> = members.iter().map(|member| &member.user).collect();
            assert_eq!(users.len(), members.len(), "a user twice");
            assert!(members.is_sorted_by_key(Member::join_order));
            let clients = self.clients.values().filter(|client| client.room == room(second));
            for client in clients {
                let me = members.iter().find(|member| member.session == client.session);
                let me = me.expect("a connected session is in its room");
                let is_known = |member: &&Member| {
                    member.session != me.session && (me.visible || member.visible)
                };
                let known = members.iter().filter(is_known).cloned();
                let known: BTreeMap<_, _> = known.map(|member| (member.session, member)).collect();
                assert_eq!(client.members, known);
                let granted = (client.granted.visible, client.granted.sources);
                assert_eq!(granted, (me.visible, me.sources), "what it was told of itself");
                if client.granted.refused == Some(Refused::PublisherLimit) {
                    assert_eq!(publishers, LIMITS.publishers, "it waits although there is room");
                }
            }
        }
        assert_eq!(sessions, self.hub.session_count());
    }
}

fuzz_target!(|operations: Vec<Operation>| {
    let mut world = World::new();
    for operation in operations {
        world.perform(operation);
        world.check();
    }
    for connection in world.slots {
        world.close(connection);
    }
    world.wait(LEAVE_AFTER + 1);
    assert_eq!((world.hub.session_count(), world.hub.room_count()), (0, 0));
    assert!(world.hub.poll_timeout().is_none(), "a timer without sessions");
});
