//! A simulated call: a hub, participants with their browsers, and the network between them, driven
//! by one clock and one queue of events. Nothing sleeps. A seed decides everything random, so two
//! runs with one seed are identical.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part of the world")]

mod browser;
mod connections;
mod faults;
mod mesh;
mod observations;
pub mod sfu;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt;

pub use browser::Browser;
use connections::Pipe;
pub use faults::HubBehavior;
pub use observations::Lists;
use observations::SubscriptionLog;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tt_rtc_room::id::{AppId, RoomId, SessionId, SessionSecret, UserId};
use tt_rtc_room::media::{Source, Sources, TileSize};
use tt_rtc_room::participant::DeviceCommand;
use tt_rtc_room::protocol::{ClientMessage, IceServer};
use tt_rtc_room::token::{AccessToken, Privilege};
use tt_rtc_room::{
    Backend, CallState, ConnectionId, Event, Hub, HubConfig, HubInput, HubOutput, Input, Instant,
    JoinOptions, Machine as _, Now, Output, Participant, Request, RequestId,
};

pub type Answer = Result<(), tt_rtc_room::error::Failure>;

/// A seeded random source (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit.max(1)
    }

    pub fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}

/// The input of a participant.
pub type InputOf<B> = Input<<B as Backend>::Event, <B as Backend>::Signal>;

/// A backend whose network the world simulates.
pub trait Simulated:
    Backend<
        Signal: fmt::Debug + Clone + Serialize + DeserializeOwned,
        Command: fmt::Debug,
        Event: fmt::Debug,
    > + fmt::Debug
    + Sized
{
    /// The state of its network.
    type Network: Default;
    /// An event in its network, about the page of one client.
    type NetworkEvent: fmt::Debug;

    fn new(seed: u64) -> Self;

    /// Carries out a command of a client.
    fn carry_out(world: &mut World<Self>, client: usize, command: Self::Command);
    /// Handles an event of the network.
    fn handle(world: &mut World<Self>, client: usize, event: Self::NetworkEvent);
    /// Paths between clients are cut or restored.
    fn handle_paths(world: &mut World<Self>);
    /// The page of a client is gone.
    fn close(world: &mut World<Self>, client: usize);
    /// The connection over which a client gets the media of another one fails.
    fn fail(world: &mut World<Self>, client: usize, other: SessionId);

    /// The sessions with which a client can exchange media, one entry for each connection.
    fn partners(world: &World<Self>, client: usize) -> Vec<SessionId>;
    /// Whether media flows between a client and a session, if there is any.
    fn is_connected(world: &World<Self>, client: usize, session: SessionId) -> bool;
    /// Whether a client has no connection.
    fn is_closed(world: &World<Self>, client: usize) -> bool;
    /// The sources that a client sends to anybody.
    fn sends(world: &World<Self>, client: usize) -> Sources;
    /// The sources that a client sends to a session.
    fn sends_to(world: &World<Self>, client: usize, session: SessionId) -> Sources;
    /// The sources of a session that a client plays and shows.
    fn receives_from(world: &World<Self>, client: usize, session: SessionId) -> Sources;
    /// The sources of a session that a client would receive and decode, whatever that session sends.
    fn decodes_from(world: &World<Self>, client: usize, session: SessionId) -> Sources;
}

/// An event of the world.
#[derive(Debug)]
enum WorldEvent<B: Simulated> {
    /// An event of a client's connection to the hub.
    Connection(usize, ConnectionId, InputOf<B>),
    /// An event of a client's browser. It is dropped if the page was reloaded.
    Browser(usize, u64, InputOf<B>),
    /// An input of the hub from a connection.
    Hub(ConnectionId, HubInput<B::Signal>),
    /// The hub of this run detects that a connection is closed. The time is that of the last
    /// message received.
    HubDetectsClose(ConnectionId, u64, Instant),
    /// An event of the backend's network. It is dropped if the page was reloaded.
    Network(usize, u64, B::NetworkEvent),
}

/// An entry of the queue. Entries are sorted by time, then by the order in which they were added.
struct Entry<B: Simulated> {
    at: u64,
    number: u64,
    event: WorldEvent<B>,
}

impl<B: Simulated> Ord for Entry<B> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl<B: Simulated> PartialOrd for Entry<B> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<B: Simulated> PartialEq for Entry<B> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<B: Simulated> Eq for Entry<B> {}

/// An answer or an event that a page received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    Answer(RequestId, Answer),
    Event(Event),
}

/// One user's device: a participant and its browser.
pub struct Client<B: Simulated> {
    pub participant: Participant<B>,
    pub browser: Browser,
    pub connection: Option<ConnectionId>,
    /// When it opened connections to the hub, in milliseconds.
    pub connection_attempts: Vec<u64>,
    pub answers: BTreeMap<RequestId, (&'static str, Vec<Answer>)>,
    pub events: Vec<Event>,
    /// The call states that the page got. They are not in `events`.
    pub call_states: Vec<CallState>,
    /// Answers and events together.
    pub received: Vec<Received>,
    pub lists: Lists,
    /// The page is closed.
    pub page_closed: bool,
    /// Identifies the page. A reloaded page has another value.
    page: u64,
    /// The next deadline of the participant.
    wake_at: Option<Instant>,
    /// The page is busy until then, in milliseconds: its timers and events wait.
    busy_until: u64,
}

impl<B: Simulated> Client<B> {
    /// When the timer of the participant fires: at its deadline, or when the page is no longer
    /// busy.
    fn wakes_at(&self) -> Option<Instant> {
        self.wake_at.map(|at| at.max(Instant(self.busy_until)))
    }
}

pub struct World<B: Simulated> {
    pub chance: Chance,
    pub now: u64,
    /// How far the hub's wall clock is ahead, in milliseconds.
    pub clock_offset: i64,
    pub hub: Hub<B::Signal>,
    pub hub_run: u64,
    pub config: HubConfig,
    pub clients: Vec<Client<B>>,
    pub network: B::Network,
    /// The one-way delay of messages, in milliseconds: minimum, maximum.
    pub delay: (u64, u64),
    /// One in this many messages is lost. The connection is lost with it, unless the message is a
    /// signal, which a hub may lose.
    pub loss: Option<u64>,
    /// One in this many messages is delayed by seconds.
    pub jams: Option<u64>,
    /// Whether each client can reach the hub.
    pub reachable: Vec<bool>,
    /// How the hub treats new connections.
    pub hub_behavior: HubBehavior,
    /// The pairs of clients between which no media passes.
    pub cut_paths: Vec<(usize, usize)>,
    /// Whether messages are serialized and parsed on their way.
    pub serialize_messages: bool,
    /// Whether all inputs and outputs are printed.
    pub trace: bool,
    pipes: BTreeMap<ConnectionId, Pipe>,
    queue: BinaryHeap<Reverse<Entry<B>>>,
    count: u64,
    next_request: u32,
    next_connection: u64,
    subscription_logs: BTreeMap<SessionId, SubscriptionLog>,
}

const START: u64 = 1_000;
const UNIX_START: u64 = 1_700_000_000_000;

pub fn app() -> AppId {
    AppId::new("123456781234567812345678").unwrap()
}

pub fn user(name: &str) -> UserId {
    UserId::new(name).unwrap()
}

pub fn room(name: &str) -> RoomId {
    RoomId::new(name).unwrap()
}

/// The key of the app in tests with tokens.
pub const KEY: &str = "app key";

/// A token with all privileges that never expires.
pub fn token(user: &str, room: &str) -> AccessToken {
    let mut token = AccessToken {
        app: app().to_string(),
        nonce: 1,
        issued_at: 1,
        expire_at: 0,
        room: room.into(),
        user: user.into(),
        privileges: Vec::new(),
    };
    token.grant(Privilege::PublishStream, 0);
    token.grant(Privilege::SubscribeStream, 0);
    token
}

impl<B: Simulated> World<B> {
    pub fn new(seed: u64, clients: usize) -> Self {
        let mut chance = Chance(seed);
        let config = HubConfig { id: 1, ..HubConfig::default() };
        let clients: Vec<_> = (0..clients).map(|_| Client::new(chance.below(u64::MAX))).collect();
        Self {
            now: START,
            clock_offset: 0,
            hub: Hub::new(config.clone()),
            hub_run: 1,
            config,
            reachable: vec![true; clients.len()],
            hub_behavior: HubBehavior::Works,
            clients,
            network: B::Network::default(),
            delay: (1, 5),
            loss: None,
            jams: None,
            cut_paths: Vec::new(),
            serialize_messages: true,
            trace: false,
            pipes: BTreeMap::new(),
            queue: BinaryHeap::new(),
            count: 0,
            next_request: 0,
            next_connection: 0,
            subscription_logs: BTreeMap::new(),
            chance,
        }
    }

    pub fn instant(&self) -> Instant {
        Instant(self.now)
    }

    pub fn both_clocks(&self) -> Now {
        let unix = (UNIX_START + self.now).saturating_add_signed(self.clock_offset);
        Now { instant: self.instant(), unix }
    }

    /// The hub and its successors check tokens.
    pub fn require_tokens(&mut self) {
        self.config.keys = vec![(app(), KEY.to_owned())];
        self.hub = Hub::new(self.config.clone());
    }

    /// The hub and its successors check tokens without their privileges.
    pub fn ignore_privileges(&mut self) {
        self.config.ignore_privileges = true;
        self.hub = Hub::new(self.config.clone());
    }

    /// The hub and its successors send these STUN and TURN servers.
    pub fn set_ice_servers(&mut self, servers: Vec<IceServer>) {
        self.config.ice_servers = servers;
        self.hub = Hub::new(self.config.clone());
    }

    /// The Unix time in seconds, this many milliseconds from now.
    pub fn unix_second(&self, milliseconds: u64) -> u32 {
        u32::try_from((self.both_clocks().unix + milliseconds).div_ceil(1_000)).unwrap()
    }

    // Requests of users.

    pub fn request(&mut self, client: usize, request: Request) -> RequestId {
        let id = RequestId(self.next_request);
        self.next_request += 1;
        let name = name_of(&request);
        self.clients[client].answers.insert(id, (name, Vec::new()));
        self.note(|| format!("client {client} requests {request:?}"));
        self.record_subscription(client, &request);
        self.input_to_client(client, Input::Request(id, request));
        id
    }

    /// The page of a client has a tile of this size for a video of another user.
    pub fn tile(&mut self, client: usize, name: &str, source: Source, size: TileSize) {
        self.input_to_client(client, Input::Tile(user(name), source, size));
    }

    pub fn join_as(&mut self, client: usize, user: &str, room: &str) -> RequestId {
        let options = self.join_options(user, room);
        self.request(client, Request::Join(Box::new(options)))
    }

    pub fn join_options(&mut self, user: &str, room: &str) -> JoinOptions {
        let mut random = [0; 16];
        random[..8].copy_from_slice(&self.chance.below(u64::MAX).to_le_bytes());
        random[8..].copy_from_slice(&self.chance.below(u64::MAX).to_le_bytes());
        JoinOptions {
            room: room.into(),
            user: user.into(),
            token: String::new(),
            auto_publish: true,
            auto_subscribe: true,
            secret: SessionSecret::new(random),
        }
    }

    /// The answer to a request. `None` while it is pending.
    pub fn answer(&self, request: RequestId) -> Option<&Answer> {
        let answers = self.clients.iter().find_map(|client| client.answers.get(&request));
        answers.and_then(|(_, answers)| answers.first())
    }

    /// The server removes a user from a room.
    pub fn kick(&mut self, name: &str, from: &str) -> bool {
        let clocks = self.both_clocks();
        let removed = self.hub.remove_user(&app(), &room(from), &user(name), clocks);
        self.drain_hub();
        removed
    }

    /// The server ends a room.
    pub fn dissolve(&mut self, name: &str) -> bool {
        let ended = self.hub.end_room(&app(), &room(name), self.both_clocks());
        self.drain_hub();
        ended
    }

    // Time.

    pub fn run(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        while self.step(end) {}
        self.now = end;
    }

    /// Handles the next event or timeout. Returns `false` if there is none before `end`.
    fn step(&mut self, end: u64) -> bool {
        let next = self.queue.peek().map(|Reverse(entry)| entry.at);
        let woken = self.next_wake().map(|at| at.0.max(self.now));
        let wakes = woken.is_some_and(|woken| next.is_none_or(|next| woken <= next));
        let Some(at) = (if wakes { woken } else { next }) else { return false };
        if at > end {
            return false;
        }
        self.now = self.now.max(at);
        if wakes {
            self.wake();
        } else if let Some(Reverse(entry)) = self.queue.pop() {
            match self.busy_until(&entry.event) {
                Some(at) => self.queue.push(Reverse(Entry { at, ..entry })),
                None => self.handle_event(entry.event),
            }
        }
        true
    }

    /// When the page handles an event, if it is busy now.
    fn busy_until(&self, event: &WorldEvent<B>) -> Option<u64> {
        match event {
            WorldEvent::Connection(client, ..)
            | WorldEvent::Browser(client, ..)
            | WorldEvent::Network(client, ..) => {
                let until = self.clients[*client].busy_until;
                (until > self.now).then_some(until)
            }
            WorldEvent::Hub(..) | WorldEvent::HubDetectsClose(..) => None,
        }
    }

    fn next_wake(&self) -> Option<Instant> {
        let awake = self.clients.iter().filter(|client| !client.page_closed);
        awake.filter_map(Client::wakes_at).chain(self.hub.poll_timeout()).min()
    }

    fn later(&mut self, after: u64, event: WorldEvent<B>) {
        self.count += 1;
        let (at, number) = (self.now + after, self.count);
        self.queue.push(Reverse(Entry { at, number, event }));
    }

    fn later_in_network(&mut self, after: u64, client: usize, event: B::NetworkEvent) {
        let page = self.clients[client].page;
        self.later(after, WorldEvent::Network(client, page, event));
    }

    fn later_in_browser(&mut self, after: u64, client: usize, event: B::Event) {
        let page = self.clients[client].page;
        self.later(after, WorldEvent::Browser(client, page, Input::Media(event)));
    }

    fn handle_event(&mut self, event: WorldEvent<B>) {
        let now = self.instant();
        self.note(|| format!("  {event:?}"));
        match event {
            WorldEvent::Connection(client, id, input) => {
                let ends = matches!(input, Input::Disconnected(_));
                if self.is_current(client, id) && (ends || self.passes(id)) {
                    if ends {
                        self.clients[client].connection = None;
                    }
                    self.input_to_client(client, input);
                }
            }
            WorldEvent::Hub(id, input) => {
                let joins = matches!(input, HubInput::Message(_, ClientMessage::Join(_)));
                let hears = match self.hub_behavior {
                    HubBehavior::Works | HubBehavior::ClosesAfterWelcome => true,
                    HubBehavior::SilentAfterWelcome => joins,
                    HubBehavior::ClosesAtOnce | HubBehavior::NeverAnswers => false,
                };
                if !hears {
                    self.stop_answering(id);
                }
                let listens = |pipe: &Pipe| !pipe.closed && pipe.hub == self.hub_run;
                if self.passes(id) && self.pipes.get(&id).is_some_and(listens) {
                    self.input_to_hub(input);
                    if joins && self.hub_behavior == HubBehavior::ClosesAfterWelcome {
                        self.close(id);
                        let at = self
                            .pipes
                            .get(&id)
                            .map_or(self.now, |pipe| pipe.to_client.max(self.now));
                        let closed = WorldEvent::HubDetectsClose(id, self.hub_run, now);
                        self.later(at + 2 - self.now, closed);
                    }
                }
            }
            WorldEvent::HubDetectsClose(id, hub, last_received) => {
                self.pipes.remove(&id);
                if hub == self.hub_run {
                    self.input_to_hub(HubInput::Closed { connection: id, last_received });
                }
            }
            WorldEvent::Browser(client, page, input) => {
                if !self.clients[client].page_closed && self.clients[client].page == page {
                    if let Input::Device(event) = input {
                        self.clients[client].browser.handle_device(event);
                    }
                    self.input_to_client(client, input);
                }
            }
            WorldEvent::Network(client, page, event) => {
                if !self.clients[client].page_closed && self.clients[client].page == page {
                    B::handle(self, client, event);
                }
            }
        }
    }

    fn wake(&mut self) {
        let now = self.instant();
        for client in 0..self.clients.len() {
            let due = self.clients[client].wakes_at().is_some_and(|at| at <= now);
            if due && !self.clients[client].page_closed {
                self.input_to_client(client, Input::Timeout);
                let next = self.clients[client].wake_at;
                assert!(
                    next.is_none_or(|at| at > now),
                    "client {client} sets a deadline in the past"
                );
            }
        }
        if self.hub.poll_timeout().is_some_and(|at| at <= now) {
            self.input_to_hub(HubInput::Timeout);
            assert!(
                self.hub.poll_timeout().is_none_or(|at| at > now),
                "the hub sets a deadline in the past"
            );
        }
    }

    // Driving the machines.

    /// Prints a line if `trace` is set.
    pub fn note(&self, text: impl FnOnce() -> String) {
        if self.trace {
            println!("{:>7} {}", self.now, text());
        }
    }

    fn input_to_client(&mut self, client: usize, input: InputOf<B>) {
        let now = self.instant();
        self.clients[client].participant.handle(input, now);
        self.drain_client(client);
    }

    fn input_to_hub(&mut self, input: HubInput<B::Signal>) {
        self.hub.handle(input, self.both_clocks());
        self.drain_hub();
    }

    fn drain_client(&mut self, client: usize) {
        while let Some(output) = self.clients[client].participant.poll_output() {
            self.note(|| format!("client {client}: {output:?}"));
            match output {
                Output::Answer(id, result) => self.clients[client].take_answer(id, result),
                Output::Event(event) => self.clients[client].take_event(event),
                Output::Device(command) => self.command_device(client, command),
                Output::Playback(_) => {}
                Output::Connect => self.connect(client),
                Output::Disconnect => self.disconnect(client),
                Output::Send(message) => self.send_to_hub(client, message),
                Output::Media(command) => B::carry_out(self, client, command),
            }
        }
        self.clients[client].wake_at = self.clients[client].participant.poll_timeout();
    }

    pub fn drain_hub(&mut self) {
        while let Some(output) = self.hub.poll_output() {
            self.note(|| format!("hub: {output:?}"));
            match output {
                HubOutput::Send { to, message } => {
                    assert!(!to.is_empty(), "a message without a recipient: {message:?}");
                    for id in to {
                        self.send_to_client(id, &message);
                    }
                }
                HubOutput::Close(id, _) => self.close(id),
            }
        }
    }

    fn command_device(&mut self, client: usize, command: DeviceCommand) {
        let delay = self.random_delay();
        if let Some(event) = self.clients[client].browser.command_device(command) {
            let page = self.clients[client].page;
            self.later(delay, WorldEvent::Browser(client, page, Input::Device(event)));
        }
    }
}

impl<B: Simulated> Client<B> {
    pub fn new(seed: u64) -> Self {
        Self {
            participant: Participant::with_backend(app(), seed, B::new(seed)),
            browser: Browser::new(seed),
            connection: None,
            connection_attempts: Vec::new(),
            answers: BTreeMap::new(),
            events: Vec::new(),
            call_states: Vec::new(),
            received: Vec::new(),
            lists: Lists::default(),
            page_closed: false,
            page: seed,
            wake_at: None,
            busy_until: 0,
        }
    }
}

fn name_of(request: &Request) -> &'static str {
    match request {
        Request::Join(_) => "join",
        Request::Exit => "exit",
        Request::Capture(..) => "capture",
        Request::SwitchCamera(_) => "switch camera",
        Request::Publish(..) => "publish",
        Request::Subscribe(..) => "subscribe",
        Request::SubscribeScreen(..) => "subscribe screen",
        Request::Visibility(_) => "visibility",
        Request::UpdateToken(_) => "update token",
        Request::EncoderConfig(_) => "encoder",
        Request::PlaybackDevice(_) => "playback",
    }
}
