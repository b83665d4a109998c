//! A simulated call: a hub, participants with their browsers, and the network between them, driven
//! by one clock and one queue of events. Nothing sleeps. A seed decides everything random, so two
//! runs with one seed are identical.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part of the world")]

mod browser;
mod mesh;
pub mod sfu;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt;

pub use browser::Browser;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tt_rtc_room::id::{AppId, RoomId, SessionId, SessionSecret, UserId};
use tt_rtc_room::media::{Source, Sources};
use tt_rtc_room::participant::{Access, DeviceCommand, DeviceEvent, Permission};
use tt_rtc_room::protocol::{ClientMessage, IceServer, Member, ServerMessage};
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

/// A backend of which the world simulates the network.
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
}

/// An event of the world.
#[derive(Debug)]
enum WorldEvent<B: Simulated> {
    /// An event of a client's connection to the hub.
    Connection(usize, ConnectionId, InputOf<B>),
    /// An event of a client's browser. It is dropped if the page is another one by then.
    Browser(usize, u64, InputOf<B>),
    /// An input of the hub from a connection.
    Hub(ConnectionId, HubInput<B::Signal>),
    /// The hub of this run detects that a connection is closed. The time is that of the last
    /// message received.
    HubHearsOfClose(ConnectionId, u64, Instant),
    /// An event of the backend's network. It is dropped if the page is another one by then.
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
pub enum Heard {
    Answer(RequestId, Answer),
    Event(Event),
}

/// The sources that a session has ever subscribed to.
#[derive(Debug, Default)]
struct Wishes {
    automatic: bool,
    subscribed: BTreeMap<UserId, Sources>,
}

struct Pipe {
    client: usize,
    hub: u64,
    /// No message passes any more.
    dead: bool,
    /// The hub receives no messages any more.
    closed: bool,
    to_hub: u64,
    to_client: u64,
}

/// How the hub treats new connections.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    /// It works.
    #[default]
    Serves,
    /// It opens the connection and closes it at once.
    Closes,
    /// It opens the connection and never answers.
    KeepsSilent,
    /// It answers the join and closes the connection.
    LetsInAndOut,
    /// It answers the join and nothing else.
    LetsInAndKeepsSilent,
}

/// One user's device: a participant and its browser.
pub struct Client<B: Simulated> {
    pub participant: Participant<B>,
    pub browser: Browser,
    pub connection: Option<ConnectionId>,
    /// When it opened connections to the hub, in milliseconds.
    pub approaches: Vec<u64>,
    pub answers: BTreeMap<RequestId, (&'static str, Vec<Answer>)>,
    pub events: Vec<Event>,
    /// The call states that the page was given. They are not in `events`.
    pub connections: Vec<CallState>,
    /// Answers and events together.
    pub heard: Vec<Heard>,
    pub lists: Lists,
    /// The page is closed.
    pub gone: bool,
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

/// The lists of a page, from the last event of each kind.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Lists {
    pub chat: Vec<String>,
    pub video: Vec<String>,
    pub speakers: Vec<String>,
    pub screen: Vec<String>,
}

pub struct World<B: Simulated> {
    pub chance: Chance,
    pub now: u64,
    /// How far the hub's wall clock is ahead, in milliseconds.
    pub calendar: i64,
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
    pub manners: Manners,
    /// The pairs of clients between which no media passes.
    pub cut_paths: Vec<(usize, usize)>,
    /// Whether messages are serialized and parsed on their way.
    pub spell_out: bool,
    /// Whether all inputs and outputs are printed.
    pub trace: bool,
    pipes: BTreeMap<ConnectionId, Pipe>,
    queue: BinaryHeap<Reverse<Entry<B>>>,
    count: u64,
    next_call: u32,
    next_connection: u64,
    wishes: BTreeMap<SessionId, Wishes>,
}

const START: u64 = 1_000;
const CALENDAR_START: u64 = 1_700_000_000_000;

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
            calendar: 0,
            hub: Hub::new(config.clone()),
            hub_run: 1,
            config,
            reachable: vec![true; clients.len()],
            manners: Manners::Serves,
            clients,
            network: B::Network::default(),
            delay: (1, 5),
            loss: None,
            jams: None,
            cut_paths: Vec::new(),
            spell_out: true,
            trace: false,
            pipes: BTreeMap::new(),
            queue: BinaryHeap::new(),
            count: 0,
            next_call: 0,
            next_connection: 0,
            wishes: BTreeMap::new(),
            chance,
        }
    }

    pub fn instant(&self) -> Instant {
        Instant(self.now)
    }

    pub fn both_clocks(&self) -> Now {
        let unix = (CALENDAR_START + self.now).saturating_add_signed(self.calendar);
        Now { instant: self.instant(), unix }
    }

    /// The hub and its successors check tokens.
    pub fn require_tokens(&mut self) {
        self.config.keys = vec![(app(), KEY.to_owned())];
        self.hub = Hub::new(self.config.clone());
    }

    /// From now on the hub, and each that comes after it, checks tokens without their privileges.
    pub fn ignore_privileges(&mut self) {
        self.config.ignore_privileges = true;
        self.hub = Hub::new(self.config.clone());
    }

    /// The hub and its successors send these STUN and TURN servers.
    pub fn hand_out(&mut self, servers: Vec<IceServer>) {
        self.config.ice_servers = servers;
        self.hub = Hub::new(self.config.clone());
    }

    /// The Unix time in seconds, this many milliseconds from now.
    pub fn calendar_second(&self, milliseconds: u64) -> u32 {
        u32::try_from((self.both_clocks().unix + milliseconds).div_ceil(1_000)).unwrap()
    }

    // Requests of users.

    pub fn request(&mut self, client: usize, request: Request) -> RequestId {
        let id = RequestId(self.next_call);
        self.next_call += 1;
        let name = name_of(&request);
        self.clients[client].answers.insert(id, (name, Vec::new()));
        self.note(|| format!("client {client} requests {request:?}"));
        self.note_wish(client, &request);
        self.tell_client(client, Input::Request(id, request));
        id
    }

    /// Remembers a subscription, to compare it with what is sent.
    fn note_wish(&mut self, client: usize, request: &Request) {
        let (user, sources) = match request {
            Request::Join(options) => {
                let wishes = Wishes { automatic: options.auto_subscribe, ..Wishes::default() };
                self.wishes.insert(options.secret.session(), wishes);
                return;
            }
            Request::Subscribe(user, streams, true) => (user, streams.of(Sources::STREAM)),
            Request::SubscribeScreen(user, streams, true) => (user, streams.of(Sources::SCREEN)),
            _ => return,
        };
        let Some(session) = self.clients[client].participant.session() else { return };
        let wishes = self.wishes.entry(session).or_default();
        let wish = wishes.subscribed.entry(user.clone()).or_default();
        *wish = wish.with_all(sources, true);
    }

    /// Whether a session has ever subscribed to these sources of a user.
    fn ever_wished(&self, session: SessionId, user: &UserId, sources: Sources) -> bool {
        let wishes = self.wishes.get(&session);
        wishes.is_some_and(|wishes| {
            let subscribed = wishes.subscribed.get(user).copied().unwrap_or_default();
            wishes.automatic || subscribed.and(sources) == sources
        })
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

    // Faults.

    /// The connection breaks. Each side detects it after its own time; the client may never.
    pub fn cut(&mut self, client: usize, client_learns: Option<u64>, hub_learns: u64) {
        let Some(id) = self.clients[client].connection else { return };
        let Some(pipe) = self.pipes.get_mut(&id) else { return };
        if std::mem::replace(&mut pipe.dead, true) {
            return;
        }
        let (hub, last_heard) = (pipe.hub, self.instant());
        if let Some(after) = client_learns {
            self.later(after, WorldEvent::Connection(client, id, Input::Disconnected));
        }
        self.later(hub_learns, WorldEvent::HubHearsOfClose(id, hub, last_heard));
    }

    /// The hub restarts and has forgotten all sessions.
    pub fn restart_hub(&mut self) {
        self.hub_run += 1;
        let id = u32::try_from(self.hub_run).unwrap();
        self.hub = Hub::new(HubConfig { id, ..self.config.clone() });
        let open: Vec<_> = self.pipes.iter().map(|(id, pipe)| (*id, pipe.client)).collect();
        for (id, client) in open {
            if let Some(pipe) = self.pipes.get_mut(&id) {
                pipe.dead = true;
            }
            let after = self.chance.below(200);
            self.later(after, WorldEvent::Connection(client, id, Input::Disconnected));
        }
    }

    /// The page is closed without a leave. The hub detects the broken connection.
    pub fn kill(&mut self, client: usize) {
        self.cut(client, None, 10);
        self.clients[client].gone = true;
        B::close(self, client);
    }

    /// The page is closed and loaded again.
    pub fn reload(&mut self, client: usize) {
        self.kill(client);
        let seed = self.chance.below(u64::MAX);
        let answers = std::mem::take(&mut self.clients[client].answers);
        self.clients[client] = Client::new(seed);
        // What the old page asked was never answered, and nobody is left to hear it.
        let answered = answers.into_iter().filter(|(_, (_, answers))| !answers.is_empty());
        self.clients[client].answers = answered.collect();
    }

    pub fn device(&mut self, client: usize, event: DeviceEvent) {
        self.clients[client].browser.handle_device(event);
        self.tell_client(client, Input::Device(event));
    }

    /// A client's page is busy for this long.
    pub fn keep_busy(&mut self, client: usize, milliseconds: u64) {
        let until = &mut self.clients[client].busy_until;
        *until = (*until).max(self.now + milliseconds);
    }

    /// A running device stops by itself: unplugged, or by the browser's own button.
    pub fn end_device(&mut self, client: usize, source: Source, permission: Permission) {
        let access = Access { permission, attended: true };
        self.device(client, DeviceEvent::Ended(source, access));
    }

    /// Devices have changed, or permissions; none was withdrawn.
    pub fn change_devices(&mut self, client: usize) {
        let access = Access { permission: Permission::Granted, attended: true };
        for source in [Source::Microphone, Source::Camera] {
            self.device(client, DeviceEvent::Available { source, access, returned: false });
        }
    }

    /// The page is put aside, as by a browser's back button.
    pub fn suspend(&mut self, client: usize) {
        self.tell_client(client, Input::Suspended);
    }

    /// The page is back, and visible.
    pub fn resume(&mut self, client: usize) {
        self.tell_client(client, Input::Resumed);
        self.change_devices(client);
    }

    /// The page finds that it can have no connection at all.
    pub fn make_unavailable(&mut self, client: usize, reason: &str) {
        self.clients[client].connection = None;
        self.tell_client(client, Input::Unavailable(reason.to_owned()));
    }

    pub fn network_change(&mut self, client: usize) {
        self.tell_client(client, Input::NetworkChange);
    }

    pub fn set_path(&mut self, left: usize, right: usize, cut: bool) {
        let pair = (left.min(right), left.max(right));
        self.cut_paths.retain(|path| *path != pair);
        if cut {
            self.cut_paths.push(pair);
        }
        B::handle_paths(self);
    }

    /// The hub receives malformed data from a client.
    pub fn send_garbage(&mut self, client: usize) {
        if let Some(id) = self.clients[client].connection {
            self.later(1, WorldEvent::Hub(id, HubInput::Malformed(id)));
        }
    }

    /// Sends a message to the hub that the participant did not send.
    pub fn forge(&mut self, client: usize, message: ClientMessage<B::Signal>) {
        if let Some(id) = self.clients[client].connection {
            self.later(1, WorldEvent::Hub(id, HubInput::Message(id, message)));
        }
    }

    /// The connection over which a client gets the media of another one, if there is one, fails.
    pub fn fail_peer(&mut self, client: usize, other: usize) {
        if let Some(session) = self.clients[other].participant.session() {
            B::fail(self, client, session);
        }
    }

    /// Sends a message to a client that the hub did not send.
    pub fn tell(&mut self, client: usize, message: &ServerMessage<B::Signal>) {
        if let Some(id) = self.clients[client].connection {
            self.send_to_client(id, message);
        }
    }

    /// Prints a line if `trace` is set.
    pub fn note(&self, text: impl FnOnce() -> String) {
        if self.trace {
            println!("{:>7} {}", self.now, text());
        }
    }

    pub fn kick(&mut self, name: &str, from: &str) -> bool {
        let clocks = self.both_clocks();
        let removed = self.hub.remove_user(&app(), &room(from), &user(name), clocks);
        self.drain_hub();
        removed
    }

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
                None => self.happen(entry.event),
            }
        }
        true
    }

    /// Until when an event waits because the page is busy.
    fn busy_until(&self, event: &WorldEvent<B>) -> Option<u64> {
        match event {
            WorldEvent::Connection(client, ..)
            | WorldEvent::Browser(client, ..)
            | WorldEvent::Network(client, ..) => {
                let until = self.clients[*client].busy_until;
                (until > self.now).then_some(until)
            }
            WorldEvent::Hub(..) | WorldEvent::HubHearsOfClose(..) => None,
        }
    }

    fn next_wake(&self) -> Option<Instant> {
        let awake = self.clients.iter().filter(|client| !client.gone);
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

    fn happen(&mut self, event: WorldEvent<B>) {
        let now = self.instant();
        self.note(|| format!("  {event:?}"));
        match event {
            WorldEvent::Connection(client, id, input) => {
                let ends = matches!(input, Input::Disconnected);
                if self.is_current(client, id) && (ends || self.passes(id)) {
                    if ends {
                        self.clients[client].connection = None;
                    }
                    self.tell_client(client, input);
                }
            }
            WorldEvent::Hub(id, input) => {
                let joins = matches!(input, HubInput::Message(_, ClientMessage::Join(_)));
                let hears = match self.manners {
                    Manners::Serves | Manners::LetsInAndOut => true,
                    Manners::LetsInAndKeepsSilent => joins,
                    Manners::Closes | Manners::KeepsSilent => false,
                };
                if !hears {
                    self.fall_silent(id);
                }
                let listens = |pipe: &Pipe| !pipe.closed && pipe.hub == self.hub_run;
                if self.passes(id) && self.pipes.get(&id).is_some_and(listens) {
                    self.tell_hub(input);
                    if joins && self.manners == Manners::LetsInAndOut {
                        self.close(id);
                        let at = self
                            .pipes
                            .get(&id)
                            .map_or(self.now, |pipe| pipe.to_client.max(self.now));
                        let closed = WorldEvent::HubHearsOfClose(id, self.hub_run, now);
                        self.later(at + 2 - self.now, closed);
                    }
                }
            }
            WorldEvent::HubHearsOfClose(id, hub, last_received) => {
                self.pipes.remove(&id);
                if hub == self.hub_run {
                    self.tell_hub(HubInput::Closed { connection: id, last_received });
                }
            }
            WorldEvent::Browser(client, page, input) => {
                if !self.clients[client].gone && self.clients[client].page == page {
                    if let Input::Device(event) = input {
                        self.clients[client].browser.handle_device(event);
                    }
                    self.tell_client(client, input);
                }
            }
            WorldEvent::Network(client, page, event) => {
                if !self.clients[client].gone && self.clients[client].page == page {
                    B::handle(self, client, event);
                }
            }
        }
    }

    /// The hub no longer receives or sends over a connection.
    fn fall_silent(&mut self, id: ConnectionId) {
        let Some(pipe) = self.pipes.get_mut(&id) else { return };
        if !std::mem::replace(&mut pipe.dead, true) {
            let closed = WorldEvent::HubHearsOfClose(id, pipe.hub, Instant(self.now));
            self.later(11_000, closed);
        }
    }

    fn wake(&mut self) {
        let now = self.instant();
        for client in 0..self.clients.len() {
            let due = self.clients[client].wakes_at().is_some_and(|at| at <= now);
            if due && !self.clients[client].gone {
                self.tell_client(client, Input::Timeout);
                let next = self.clients[client].wake_at;
                assert!(
                    next.is_none_or(|at| at > now),
                    "client {client} sets a deadline in the past"
                );
            }
        }
        if self.hub.poll_timeout().is_some_and(|at| at <= now) {
            self.tell_hub(HubInput::Timeout);
            assert!(
                self.hub.poll_timeout().is_none_or(|at| at > now),
                "the hub sets a deadline in the past"
            );
        }
    }

    fn passes(&self, id: ConnectionId) -> bool {
        self.pipes.get(&id).is_some_and(|pipe| !pipe.dead)
    }

    fn is_current(&self, client: usize, id: ConnectionId) -> bool {
        let client = &self.clients[client];
        !client.gone && client.connection == Some(id)
    }

    // Driving the machines.

    fn tell_client(&mut self, client: usize, input: InputOf<B>) {
        let now = self.instant();
        self.clients[client].participant.handle(input, now);
        self.drain_client(client);
    }

    fn tell_hub(&mut self, input: HubInput<B::Signal>) {
        self.hub.handle(input, self.both_clocks());
        self.drain_hub();
    }

    fn drain_client(&mut self, client: usize) {
        while let Some(output) = self.clients[client].participant.poll_output() {
            self.note(|| format!("client {client} says {output:?}"));
            match output {
                Output::Answer(call, result) => self.clients[client].take_answer(call, result),
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

    fn connect(&mut self, client: usize) {
        self.disconnect(client);
        self.next_connection += 1;
        let id = ConnectionId(self.next_connection);
        self.clients[client].connection = Some(id);
        self.clients[client].approaches.push(self.now);
        let after = self.random_delay();
        if !self.reachable[client] {
            self.later(after, WorldEvent::Connection(client, id, Input::Disconnected));
            return;
        }
        let (hub, opened) = (self.hub_run, self.now + after);
        let closed = self.manners == Manners::Closes;
        let pipe = Pipe { client, hub, dead: false, closed, to_hub: opened, to_client: opened };
        self.pipes.insert(id, pipe);
        self.later(after, WorldEvent::Connection(client, id, Input::Connected));
        if closed {
            self.later(after, WorldEvent::Connection(client, id, Input::Disconnected));
        }
    }

    /// Closes the connection. The hub detects it after it has received what was sent.
    fn disconnect(&mut self, client: usize) {
        let Some(id) = self.clients[client].connection.take() else { return };
        let Some(pipe) = self.pipes.get(&id) else { return };
        if !pipe.dead {
            let (hub, at) = (pipe.hub, pipe.to_hub.max(self.now));
            self.later(at + 1 - self.now, WorldEvent::HubHearsOfClose(id, hub, Instant(at)));
        }
    }

    fn send_to_hub(&mut self, client: usize, message: ClientMessage<B::Signal>) {
        let Some(id) = self.clients[client].connection else { return };
        let message = if self.spell_out { spell(&message) } else { message };
        let delay = self.random_delay();
        if self.loses(client, matches!(message, ClientMessage::Signal(_))) {
            return;
        }
        let Some(pipe) = self.pipes.get_mut(&id) else { return };
        pipe.to_hub = pipe.to_hub.max(self.now + delay);
        let after = pipe.to_hub - self.now;
        self.later(after, WorldEvent::Hub(id, HubInput::Message(id, message)));
    }

    pub fn drain_hub(&mut self) {
        while let Some(output) = self.hub.poll_output() {
            self.note(|| format!("hub says {output:?}"));
            match output {
                HubOutput::Send { to, message } => {
                    assert!(!to.is_empty(), "a message for nobody: {message:?}");
                    for id in to {
                        self.send_to_client(id, &message);
                    }
                }
                HubOutput::Close(id, _) => self.close(id),
            }
        }
    }

    /// The hub closes a connection. The client detects it after it has received what was sent.
    fn close(&mut self, id: ConnectionId) {
        let Some(pipe) = self.pipes.get_mut(&id) else { return };
        pipe.closed = true;
        let (client, after) = (pipe.client, pipe.to_client.max(self.now) + 1 - self.now);
        self.later(after, WorldEvent::Connection(client, id, Input::Disconnected));
    }

    fn send_to_client(&mut self, id: ConnectionId, message: &ServerMessage<B::Signal>) {
        let delay = self.random_delay();
        let current = self.pipes.get(&id).map(|pipe| pipe.client);
        let current = current.filter(|client| self.is_current(*client, id));
        let signal = matches!(message, ServerMessage::Signal(_));
        if current.is_some_and(|client| self.loses(client, signal)) {
            return;
        }
        let Some(pipe) = self.pipes.get_mut(&id) else { return };
        pipe.to_client = pipe.to_client.max(self.now + delay);
        let (client, after) = (pipe.client, pipe.to_client - self.now);
        let message = if self.spell_out { spell(message) } else { message.clone() };
        self.later(after, WorldEvent::Connection(client, id, Input::Message(message)));
    }

    fn command_device(&mut self, client: usize, command: DeviceCommand) {
        let delay = self.random_delay();
        if let Some(event) = self.clients[client].browser.command_device(command) {
            let page = self.clients[client].page;
            self.later(delay, WorldEvent::Browser(client, page, Input::Device(event)));
        }
    }

    fn is_cut(&self, left: usize, right: usize) -> bool {
        self.cut_paths.contains(&(left.min(right), left.max(right)))
    }

    fn random_delay(&mut self) -> u64 {
        let (least, most) = self.delay;
        let jam = self.jams.is_some_and(|one_in| self.chance.one_in(one_in));
        let jam = if jam { self.chance.below(4_000) } else { 0 };
        least + self.chance.below(most - least + 1) + jam
    }

    /// Whether a message from or to a client is lost.
    fn loses(&mut self, client: usize, signal: bool) -> bool {
        let lost = self.loss.is_some_and(|one_in| self.chance.one_in(one_in));
        if lost && !(signal && self.chance.one_in(2)) {
            let client_learns = (!self.chance.one_in(3)).then(|| self.chance.below(1_000));
            let hub_learns = self.chance.below(11_000);
            self.cut(client, client_learns, hub_learns);
        }
        lost
    }

    // Observations.

    /// The lists of a room, from the members of the hub.
    pub fn hub_lists(&self, room: &str) -> Lists {
        Lists::of(&self.hub.members(&app(), &self::room(room)))
    }

    /// The sources that a client sends to a session.
    pub fn sends_to(&self, client: usize, session: SessionId) -> Sources {
        B::sends_to(self, client, session)
    }

    /// The sources of a session that a client plays and shows.
    pub fn receives_from(&self, client: usize, session: SessionId) -> Sources {
        B::receives_from(self, client, session)
    }

    /// The sessions with which a client can exchange media, one entry for each connection.
    pub fn partners(&self, client: usize) -> Vec<SessionId> {
        B::partners(self, client)
    }

    /// Whether a client has no connection over which media flows.
    pub fn is_closed(&self, client: usize) -> bool {
        B::is_closed(self, client)
    }

    /// The client that holds a session.
    pub fn client_of(&self, session: SessionId) -> Option<usize> {
        let holds =
            |client: &Client<B>| !client.gone && client.participant.session() == Some(session);
        self.clients.iter().position(holds)
    }
}

impl<B: Simulated> Client<B> {
    pub fn new(seed: u64) -> Self {
        Self {
            participant: Participant::with_backend(app(), seed, B::new(seed)),
            browser: Browser::new(seed),
            connection: None,
            approaches: Vec::new(),
            answers: BTreeMap::new(),
            events: Vec::new(),
            connections: Vec::new(),
            heard: Vec::new(),
            lists: Lists::default(),
            gone: false,
            page: seed,
            wake_at: None,
            busy_until: 0,
        }
    }

    fn take_answer(&mut self, call: RequestId, result: Answer) {
        let (name, answers) = self.answers.get_mut(&call).expect("an answer to no call");
        let joined = *name == "join" && result.is_ok();
        self.heard.push(Heard::Answer(call, result.clone()));
        answers.push(result);
        assert_eq!(answers.len(), 1, "{name} was answered twice: {answers:?}");
        if joined {
            self.lists = Lists::default();
        }
    }

    fn take_event(&mut self, event: Event) {
        if let Event::CallState(connection) = event {
            assert_ne!(self.connections.last(), Some(&connection), "an event without a change");
            return self.connections.push(connection);
        }
        self.heard.push(Heard::Event(event.clone()));
        let names = |users: &[UserId]| users.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (list, users) = match &event {
            Event::ChatMembers(users) => (&mut self.lists.chat, users),
            Event::VideoMembers(users) => (&mut self.lists.video, users),
            Event::Speakers(users) => (&mut self.lists.speakers, users),
            Event::ScreenMembers(users) => (&mut self.lists.screen, users),
            _ => return self.events.push(event),
        };
        let users = names(users);
        assert_ne!(*list, users, "an event without a change");
        let mut distinct = users.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), users.len(), "a user stands twice in {users:?}");
        *list = users;
        self.events.push(event);
    }
}

impl Lists {
    pub fn of(members: &[Member]) -> Self {
        let who = |belongs: &dyn Fn(&Member) -> bool| {
            let visible = members.iter().filter(|member| member.visible && belongs(member));
            visible.map(|member| member.user.to_string()).collect()
        };
        Self {
            chat: who(&|_| true),
            video: who(&|member| member.sources.has(Source::Camera)),
            speakers: who(&|member| member.sources.has(Source::Microphone)),
            screen: who(&|member| member.sources.has(Source::Screen)),
        }
    }
}

/// Serializes and parses a message.
fn spell<T: Serialize + DeserializeOwned>(message: &T) -> T {
    let text = serde_json::to_string(message).expect("every message can be written");
    serde_json::from_str(&text).expect("what is written can be read")
}

fn name_of(call: &Request) -> &'static str {
    match call {
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
