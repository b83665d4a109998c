//! A room of hundreds: changes are announced late and together, and everybody knows the right members
//! in the end.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tt_rtc_room::id::{AppId, RoomId, SessionId, UserId};
use tt_rtc_room::media::Sources;
use tt_rtc_room::mesh::Envelope;
use tt_rtc_room::protocol::*;
use tt_rtc_room::{ConnectionId, Hub, HubConfig, HubInput, HubOutput, Instant, Machine as _, Now};

/// Members that do nothing, invisible. They make each change cost this many messages.
const LISTENERS: u64 = 300;
/// Members that change.
const ACTORS: u64 = 5;

struct Room {
    hub: Hub,
    now: u64,
    /// The members that each connection was told of.
    known: BTreeMap<ConnectionId, BTreeMap<SessionId, Member>>,
    sessions: BTreeMap<ConnectionId, SessionId>,
    next_connection: u64,
    /// How many members or sessions were named to all connections together.
    entries: usize,
    /// The messages that this took.
    messages: usize,
}

impl Room {
    fn new(listeners: u64) -> Self {
        let mut room = Self {
            hub: Hub::new(HubConfig::default()),
            now: 0,
            known: BTreeMap::new(),
            sessions: BTreeMap::new(),
            next_connection: 0,
            entries: 0,
            messages: 0,
        };
        for number in 0..listeners {
            room.join(&format!("listener-{number}"), false, Sources::NONE);
            // Invisible members do not know each other, so this costs nothing.
        }
        room
    }

    fn handle(&mut self, input: HubInput) {
        let now = Now { instant: Instant(self.now), unix: 1_700_000_000_000 + self.now };
        self.hub.handle(input, now);
        while let Some(output) = self.hub.poll_output() {
            match output {
                HubOutput::Send { to, message } => {
                    for id in to {
                        self.receive(id, &message);
                    }
                }
                HubOutput::Close(id, _) => {
                    self.known.remove(&id);
                }
            }
        }
    }

    fn receive(&mut self, id: ConnectionId, message: &ServerMessage) {
        let (me, known) = (self.sessions[&id], self.known.entry(id).or_default());
        let (left, members): (&[SessionId], &[Member]) = match message {
            ServerMessage::Welcome(welcome) => (&[], &welcome.members),
            ServerMessage::Members(members) => (&[], members),
            ServerMessage::Left(sessions) => (sessions, &[]),
            ServerMessage::Signal(signal) => {
                assert!(known.contains_key(&signal.from), "a signal of a stranger");
                return;
            }
            _ => return,
        };
        self.entries += left.len() + members.len();
        self.messages += 1;
        for session in left {
            known.remove(session);
        }
        for member in members.iter().filter(|member| member.session != me) {
            known.insert(member.session, member.clone());
        }
    }

    fn say(&mut self, id: ConnectionId, message: ClientMessage) {
        self.handle(HubInput::Message(id, message));
    }

    fn join(&mut self, user: &str, visible: bool, sources: Sources) -> ConnectionId {
        let id = ConnectionId(self.next_connection);
        self.next_connection += 1;
        let bytes = id.0.to_le_bytes().repeat(2);
        let secret = tt_rtc_room::id::SessionSecret::new(bytes.try_into().unwrap());
        self.sessions.insert(id, secret.session());
        let join = Join {
            version: VERSION,
            app: AppId::new("app").unwrap(),
            room: RoomId::new("room").unwrap(),
            user: UserId::new(user).unwrap(),
            secret,
            token: Text::default(),
            joined_at: None,
            presence: Presence { revision: 1, visible, sources },
        };
        self.say(id, ClientMessage::Join(Box::new(join)));
        id
    }

    /// Lets time pass, with the timeouts of the hub.
    fn wait(&mut self, time: u64) {
        let until = self.now + time;
        while let Some(at) = self.hub.poll_timeout().filter(|at| at.0 <= until) {
            self.now = self.now.max(at.0);
            self.handle(HubInput::Timeout);
        }
        self.now = until;
    }

    fn update(&mut self, id: ConnectionId, visible: bool, sources: Sources) {
        self.say(id, ClientMessage::Update(Presence { revision: 2, visible, sources }));
    }

    /// Who should know whom: all know the visible members, and these know all.
    fn check(&self) {
        let members = self.hub.members(&AppId::new("app").unwrap(), &RoomId::new("room").unwrap());
        let is_visible = |session| members.iter().any(|it| it.session == session && it.visible);
        for (id, known) in &self.known {
            let me = self.sessions[id];
            let visible = is_visible(me);
            let expected: BTreeMap<_, _> = members
                .iter()
                .filter(|member| member.session != me && (visible || member.visible))
                .map(|member| (member.session, member.clone()))
                .collect();
            assert_eq!(*known, expected, "{id:?}");
        }
    }
}

#[derive(Debug, Clone)]
enum Action {
    Join { visible: bool },
    Leave,
    Update { visible: bool, sources: bool },
    Disconnect,
    Signal { to: u64 },
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        3 => any::<bool>().prop_map(|visible| Action::Join { visible }),
        2 => Just(Action::Leave),
        6 => (any::<bool>(), any::<bool>())
            .prop_map(|(visible, sources)| Action::Update { visible, sources }),
        1 => Just(Action::Disconnect),
        3 => (0..ACTORS).prop_map(|to| Action::Signal { to }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn everybody_knows_the_right_members_after_a_storm(
        actions in proptest::collection::vec((0..ACTORS, action(), 0..40_u64), 1..80),
    ) {
        let mut room = Room::new(LISTENERS);
        let mut actors = [None; ACTORS as usize];
        for (actor, action, pause) in actions {
            let index = actor as usize;
            match (action, actors[index]) {
                (Action::Join { visible }, _) => {
                    let id = room.join(&format!("actor-{actor}"), visible, Sources::NONE);
                    actors[index] = Some(id);
                }
                (Action::Leave, Some(id)) => {
                    room.say(id, ClientMessage::Leave);
                    actors[index] = None;
                }
                (Action::Update { visible, sources }, Some(id)) => {
                    room.update(id, visible, if sources { Sources::STREAM } else { Sources::NONE });
                }
                (Action::Disconnect, Some(connection)) => {
                    room.known.remove(&connection);
                    let last_received = Instant(room.now);
                    room.handle(HubInput::Closed { connection, last_received });
                    actors[index] = None;
                }
                (Action::Signal { to }, Some(id)) => {
                    if let Some(other) = actors[to as usize] {
                        let to = room.sessions[&other];
                        let envelope = Envelope { generation: 1, ..Envelope::default() };
                        room.say(id, ClientMessage::Signal(SignalTo { to, envelope }));
                    }
                }
                (_, None) => {}
            }
            room.wait(pause);
        }
        room.wait(3_000);
        room.check();
    }
}

#[test]
fn a_member_that_changes_all_the_time_costs_an_audience_of_4_000_a_message_every_half_second() {
    let mut room = Room::new(4_000);
    let mallory = room.join("mallory", true, Sources::NONE);
    room.wait(5_000);
    room.messages = 0;
    for change in 0..6_000 {
        room.update(mallory, true, if change % 2 == 0 { Sources::STREAM } else { Sources::NONE });
        room.wait(2);
    }
    let each = room.messages as f64 / 4_000.0;
    assert!((20.0..30.0).contains(&each), "{each} messages to each in twelve seconds");
    room.wait(3_000);
    room.check();
}

#[test]
fn who_becomes_visible_among_5_000_gets_their_names_in_one_message() {
    let mut room = Room::new(5_000);
    let ann = room.join("ann", false, Sources::NONE);
    room.wait(5_000);
    (room.messages, room.entries) = (0, 0);
    room.update(ann, true, Sources::NONE);
    assert_eq!(room.known[&ann].len(), 5_000);
    assert_eq!((room.messages, room.entries), (5_001, 10_000));
    room.check();
}

#[test]
fn in_a_call_of_ten_every_change_is_announced_at_once() {
    let mut room = Room::new(0);
    let callers: Vec<_> =
        (0..10).map(|number| room.join(&format!("caller-{number}"), true, Sources::NONE)).collect();
    room.check();
    for round in 0..8 {
        for caller in &callers {
            room.update(
                *caller,
                true,
                if round % 2 == 0 { Sources::STREAM } else { Sources::NONE },
            );
            room.check();
        }
        room.wait(250);
    }
}

#[test]
fn who_becomes_visible_is_told_of_a_sender_before_its_first_signal() {
    let mut room = Room::new(2_000);
    let (ann, bob) =
        (room.join("ann", false, Sources::NONE), room.join("bob", false, Sources::NONE));
    // From now on, changes wait.
    room.join("eve", true, Sources::NONE);
    room.update(ann, true, Sources::NONE);
    assert!(!room.known[&ann].contains_key(&room.sessions[&bob]));
    let envelope = Envelope { generation: 1, ..Envelope::default() };
    room.say(bob, ClientMessage::Signal(SignalTo { to: room.sessions[&ann], envelope }));
    assert!(room.known[&ann].contains_key(&room.sessions[&bob]));
}
