//! A second backend: each client has one connection to an SFU. The SFU forwards what a client
//! publishes to its subscribers.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use tt_rtc_room::id::SessionId;
use tt_rtc_room::media::Sources;
use tt_rtc_room::protocol::SignalPayload;
use tt_rtc_room::{Backend, BackendOutput, Instant, MediaView, Quality};

use super::{Simulated, World};

/// How long the client waits before it connects again, in milliseconds; doubled with each failure.
const RETRY_AFTER: u64 = 250;
const MAX_DOUBLINGS: u32 = 4;
/// How long a path is cut until both ends detect the loss of the connection, in milliseconds.
const LOST_AFTER: u64 = 2_000;
/// How often the network retries the messages that a cut path holds back, in milliseconds.
const RESEND_AFTER: u64 = 100;

/// The backends of two members exchange no signals.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum NoSignal {}

impl SignalPayload for NoSignal {
    fn deny_subscriptions(&mut self) {
        match *self {}
    }
}

/// A command for the connection to the SFU.
#[derive(Debug, Clone)]
pub enum SfuCommand {
    /// Open the connection of this number, for this session.
    Connect(u32, SessionId),
    /// Publish these sources.
    Publish(Sources),
    /// Subscribe to these sources of a session. `None` if it has left.
    Subscribe(SessionId, Option<Sources>),
    /// Close the connection.
    Disconnect,
}

/// An event of the connection of this number.
#[derive(Debug, Clone)]
pub enum SfuEvent {
    /// The connection is open.
    Connected(u32),
    /// The connection is lost, or could not be opened.
    Disconnected(u32),
}

/// What a client publishes, and its subscriptions by session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Flow {
    publishes: Sources,
    subscribes: BTreeMap<SessionId, Sources>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In no room.
    Closed,
    Connecting,
    Connected,
    /// The connection is lost. The next one is opened at this time.
    Waiting(Instant),
}

/// The client of an SFU.
#[derive(Debug)]
pub struct Sfu {
    me: Option<SessionId>,
    state: State,
    /// The number of the last connection.
    number: u32,
    failures: u32,
    /// Whether a connection was lost since the last one was open.
    lost: bool,
    /// The state that the SFU should have.
    target: Flow,
    /// The state that was sent to the SFU.
    sent: Flow,
    output: VecDeque<BackendOutput<SfuCommand, NoSignal>>,
}

impl Sfu {
    fn command(&mut self, command: SfuCommand) {
        self.output.push_back(BackendOutput::Command(command));
    }

    fn connect(&mut self) {
        let Some(me) = self.me else { return };
        self.number += 1;
        self.state = State::Connecting;
        self.sent = Flow::default();
        self.command(SfuCommand::Connect(self.number, me));
    }

    /// Sends changes to the SFU.
    fn sync(&mut self) {
        if self.state != State::Connected || self.sent == self.target {
            return;
        }
        let sent = std::mem::replace(&mut self.sent, self.target.clone());
        if sent.publishes != self.sent.publishes {
            self.command(SfuCommand::Publish(self.sent.publishes));
        }
        for session in sent.subscribes.keys() {
            if !self.sent.subscribes.contains_key(session) {
                self.command(SfuCommand::Subscribe(*session, None));
            }
        }
        for (session, sources) in self.sent.subscribes.clone() {
            if sent.subscribes.get(&session) != Some(&sources) {
                self.command(SfuCommand::Subscribe(session, Some(sources)));
            }
        }
    }
}

impl Backend for Sfu {
    type Signal = NoSignal;
    type Command = SfuCommand;
    type Event = SfuEvent;

    fn update(&mut self, view: Option<&MediaView<'_>>, _now: Instant) {
        let Some(view) = view else {
            if std::mem::replace(&mut self.state, State::Closed) != State::Closed {
                self.command(SfuCommand::Disconnect);
            }
            (self.me, self.lost, self.failures) = (None, false, 0);
            return;
        };
        let visible = view.members.iter().filter(|member| member.visible);
        let subscribes = visible.map(|member| (member.join_order.1, member.subscribed)).collect();
        self.target = Flow { publishes: view.send, subscribes };
        self.me = Some(view.me.1);
        if self.state == State::Closed {
            self.connect();
        }
        self.sync();
    }

    fn handle_signal(&mut self, _from: SessionId, signal: NoSignal, _now: Instant) {
        match signal {}
    }

    fn handle_network_change(&mut self, _now: Instant) {
        if let State::Waiting(_) = self.state {
            self.connect();
        }
    }

    fn quality(&self) -> Quality {
        if self.lost { Quality::Lost } else { Quality::Good }
    }

    fn handle_congested(&mut self, _to: SessionId, _now: Instant) {}
    fn handle_reconnected(&mut self, _with: Option<SessionId>, _now: Instant) {}

    fn handle_event(&mut self, event: SfuEvent, now: Instant) {
        match event {
            SfuEvent::Connected(number)
                if number == self.number && self.state == State::Connecting =>
            {
                (self.state, self.lost, self.failures) = (State::Connected, false, 0);
                self.sync();
            }
            SfuEvent::Disconnected(number)
                if number == self.number && self.state != State::Closed =>
            {
                self.lost = true;
                let wait = RETRY_AFTER << self.failures.min(MAX_DOUBLINGS);
                self.failures += 1;
                self.state = State::Waiting(now + wait);
            }
            SfuEvent::Connected(_) | SfuEvent::Disconnected(_) => {}
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        if matches!(self.state, State::Waiting(at) if at <= now) {
            self.connect();
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        if let State::Waiting(at) = self.state { Some(at) } else { None }
    }

    fn poll_output(&mut self) -> Option<BackendOutput<SfuCommand, NoSignal>> {
        self.output.pop_front()
    }
}

/// The connection of one client.
pub struct Connection {
    number: u32,
    session: SessionId,
    /// What the browser sends and plays.
    browser: Flow,
    /// Whether the connection is open, and what has arrived at the SFU.
    open: bool,
    server: Flow,
    /// The messages that a cut path holds back, in order.
    held_up: Vec<SfuArrival>,
    /// When the last message arrives, in milliseconds.
    last_arrival: u64,
}

/// An event of the connection of this number in the network.
#[derive(Debug)]
pub enum SfuArrival {
    /// The client's first packet arrives at the SFU.
    Connect(u32),
    Publish(u32, Sources),
    Subscribe(u32, SessionId, Option<Sources>),
    /// The path may have been cut for too long.
    Check(u32),
    /// The messages that a cut path holds back are sent again.
    Resend(u32),
}

impl SfuArrival {
    fn number(&self) -> u32 {
        let (Self::Connect(number)
        | Self::Publish(number, _)
        | Self::Subscribe(number, ..)
        | Self::Check(number)
        | Self::Resend(number)) = self;
        *number
    }
}

impl Simulated for Sfu {
    /// The connections by client.
    type Network = BTreeMap<usize, Connection>;
    type NetworkEvent = SfuArrival;

    fn new(_seed: u64) -> Self {
        Self {
            me: None,
            state: State::Closed,
            number: 0,
            failures: 0,
            lost: false,
            target: Flow::default(),
            sent: Flow::default(),
            output: VecDeque::new(),
        }
    }

    fn carry_out(world: &mut World<Self>, client: usize, command: SfuCommand) {
        match command {
            SfuCommand::Connect(number, session) => {
                world.network.insert(
                    client,
                    Connection {
                        number,
                        session,
                        browser: Flow::default(),
                        open: false,
                        server: Flow::default(),
                        held_up: Vec::new(),
                        last_arrival: world.now,
                    },
                );
                world.send_to_sfu(client, SfuArrival::Connect);
                world.check_later(client);
            }
            SfuCommand::Publish(sources) => {
                // The connection may be lost before the page detects it.
                let Some(connection) = world.network.get_mut(&client) else { return };
                connection.browser.publishes = sources;
                world.send_to_sfu(client, |number| SfuArrival::Publish(number, sources));
            }
            SfuCommand::Subscribe(session, sources) => {
                let Some(connection) = world.network.get_mut(&client) else { return };
                set(&mut connection.browser.subscribes, session, sources);
                let me = connection.session;
                if let (Some(user), Some(sources)) =
                    (world.clients[client].participant.user_of(session), sources)
                {
                    let subscribed = world.has_ever_subscribed(me, user, sources);
                    assert!(
                        subscribed,
                        "{me:?} subscribes to {sources:?} of {user} without a request"
                    );
                }
                let arrival = |number| SfuArrival::Subscribe(number, session, sources);
                world.send_to_sfu(client, arrival);
            }
            SfuCommand::Disconnect => {
                world.network.remove(&client);
            }
        }
    }

    fn handle(world: &mut World<Self>, client: usize, event: SfuArrival) {
        let is_cut = world.is_cut_off(client);
        let Some(connection) = world.network.get_mut(&client) else { return };
        if connection.number != event.number() {
            return;
        }
        match event {
            SfuArrival::Check(number) => {
                if is_cut {
                    world.lose(client, number);
                }
            }
            SfuArrival::Resend(number) => {
                if is_cut {
                    return world.later_in_network(
                        RESEND_AFTER,
                        client,
                        SfuArrival::Resend(number),
                    );
                }
                for event in std::mem::take(&mut connection.held_up) {
                    Self::handle(world, client, event);
                }
            }
            event if is_cut || !connection.held_up.is_empty() => {
                let (number, first) = (event.number(), connection.held_up.is_empty());
                connection.held_up.push(event);
                if first {
                    world.later_in_network(RESEND_AFTER, client, SfuArrival::Resend(number));
                }
            }
            SfuArrival::Connect(number) => {
                connection.open = true;
                world.later_in_browser(1, client, SfuEvent::Connected(number));
            }
            SfuArrival::Publish(_, sources) => connection.server.publishes = sources,
            SfuArrival::Subscribe(_, session, sources) => {
                set(&mut connection.server.subscribes, session, sources);
            }
        }
    }

    fn handle_paths(world: &mut World<Self>) {
        let clients: Vec<_> = world.network.keys().copied().collect();
        for client in clients {
            if world.is_cut_off(client) {
                world.check_later(client);
            }
        }
    }

    fn close(world: &mut World<Self>, client: usize) {
        world.network.remove(&client);
    }

    fn fail(world: &mut World<Self>, client: usize, _other: SessionId) {
        if let Some(number) = world.network.get(&client).map(|connection| connection.number) {
            world.lose(client, number);
        }
    }

    fn partners(world: &World<Self>, client: usize) -> Vec<SessionId> {
        let Some(own) = world.network.get(&client) else { return Vec::new() };
        let subscribes = |from: &Connection, to: &Connection| {
            from.open && to.open && from.server.subscribes.contains_key(&to.session)
        };
        let others = world.network.values().filter(|other| other.session != own.session);
        let partners = others.filter(|other| subscribes(own, other) || subscribes(other, own));
        partners.map(|other| other.session).collect()
    }

    fn is_connected(world: &World<Self>, client: usize, session: SessionId) -> bool {
        Self::partners(world, client).contains(&session) && !world.is_cut_off(client)
    }

    fn is_closed(world: &World<Self>, client: usize) -> bool {
        !world.network.contains_key(&client)
    }

    fn sends(world: &World<Self>, client: usize) -> Sources {
        let own = world.network.get(&client);
        own.map(|own| own.browser.publishes).unwrap_or_default()
    }

    /// The sources that the browser sends to the SFU and that a session subscribes to.
    fn sends_to(world: &World<Self>, client: usize, session: SessionId) -> Sources {
        let own = world.network.get(&client).filter(|own| own.open);
        let other = world.network.values().find(|other| other.open && other.session == session);
        let (Some(own), Some(other)) = (own, other) else { return Sources::NONE };
        let subscribed = other.server.subscribes.get(&own.session).copied().unwrap_or_default();
        own.browser.publishes.and(subscribed)
    }

    /// The sources that the browser plays and that the SFU forwards.
    fn receives_from(world: &World<Self>, client: usize, session: SessionId) -> Sources {
        let own = world.network.get(&client).filter(|own| own.open);
        let other = world.network.values().find(|other| other.open && other.session == session);
        let (Some(own), Some(other)) = (own, other) else { return Sources::NONE };
        let subscribed = own.browser.subscribes.get(&session).copied().unwrap_or_default();
        other.server.publishes.and(subscribed)
    }

    /// The SFU forwards nothing else.
    fn decodes_from(world: &World<Self>, client: usize, session: SessionId) -> Sources {
        Self::receives_from(world, client, session)
    }
}

impl World<Sfu> {
    /// Whether a client does not reach the SFU.
    fn is_cut_off(&self, client: usize) -> bool {
        self.cut_paths.iter().any(|(left, right)| client == *left || client == *right)
    }

    fn send_to_sfu(&mut self, client: usize, arrival: impl FnOnce(u32) -> SfuArrival) {
        let delay = 1 + self.chance.below(5);
        let connection = self.network.get_mut(&client).expect("not connected");
        connection.last_arrival = connection.last_arrival.max(self.now + delay);
        let (after, arrival) = (connection.last_arrival - self.now, arrival(connection.number));
        self.later_in_network(after, client, arrival);
    }

    fn check_later(&mut self, client: usize) {
        if let Some(number) = self.network.get(&client).map(|connection| connection.number) {
            self.later_in_network(LOST_AFTER, client, SfuArrival::Check(number));
        }
    }

    /// Both ends detect the loss of a connection.
    fn lose(&mut self, client: usize, number: u32) {
        self.network.remove(&client);
        self.later_in_browser(0, client, SfuEvent::Disconnected(number));
    }
}

fn set(
    subscribes: &mut BTreeMap<SessionId, Sources>,
    session: SessionId,
    sources: Option<Sources>,
) {
    match sources {
        Some(sources) => subscribes.insert(session, sources),
        None => subscribes.remove(&session),
    };
}
