//! Properties of a hub: hostile clients do not affect other rooms or impersonate other members.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tt_rtc_room::id::{AppId, RoomId, SessionId, UserId};
use tt_rtc_room::media::Sources;
use tt_rtc_room::mesh::*;
use tt_rtc_room::protocol::*;
use tt_rtc_room::token::{AccessToken, Privilege};
use tt_rtc_room::{ConnectionId, Hub, HubConfig, HubInput, HubOutput, Instant, Machine as _, Now};

use crate::arbitrary::{client_message, integer, presence, secret};

const APP: &str = "123456781234567812345678";
const KEY: &str = "app key";
/// The honest members: user-0 and user-1 in the room that the attackers have a token for, user-2 in
/// another one.
const HONEST: [(u8, &str); 3] = [(0, "here"), (1, "here"), (2, "elsewhere")];
const MALLORY: &str = "mallory";
/// Connections from this number on are the attackers'.
const ATTACKERS: u64 = 100;

/// What an attacker does on one of a few connections.
#[derive(Debug, Clone)]
enum Attack {
    Say(ClientMessage),
    /// A join with the attacker's own tokens and secrets, and with any ids.
    Join {
        room: usize,
        user: u8,
        token: usize,
        secret: u8,
        joined_at: Option<u64>,
        presence: Presence,
    },
    Garbage,
    Close,
    Wait(u64),
}

fn attack() -> impl Strategy<Value = Attack> {
    let join = (0..3_usize, 0..5_u8, 0..4_usize, 0..4_u8, any::<bool>(), integer(), presence())
        .prop_map(|(room, user, token, secret, again, joined_at, presence)| Attack::Join {
            room,
            user,
            token,
            secret,
            joined_at: again.then_some(joined_at),
            presence,
        });
    prop_oneof![
        6 => client_message().prop_map(Attack::Say),
        6 => join,
        1 => Just(Attack::Garbage),
        1 => Just(Attack::Close),
        2 => (0..20_000_u64).prop_map(Attack::Wait),
    ]
}

fn token(user: &str, room: &str, key: &str) -> Text<MAX_TOKEN> {
    let mut token = AccessToken {
        app: APP.into(),
        nonce: 1,
        issued_at: 1,
        expire_at: 0,
        room: room.into(),
        user: user.into(),
        privileges: Vec::new(),
    };
    token.grant(Privilege::PublishStream, 0);
    Text::new(token.sign(key).unwrap()).unwrap()
}

fn join(user: &str, room: &str, number: u8, token: Text<MAX_TOKEN>) -> Join {
    Join {
        version: VERSION,
        app: AppId::new(APP).unwrap(),
        room: RoomId::new(room).unwrap(),
        user: UserId::new(user).unwrap(),
        secret: secret(number),
        token,
        joined_at: None,
        presence: Presence { revision: 1, visible: true, sources: Sources::STREAM },
    }
}

struct Scene {
    hub: Hub,
    now: u64,
    /// The messages that each connection received.
    received: BTreeMap<ConnectionId, Vec<ServerMessage>>,
    closed: BTreeSet<ConnectionId>,
}

impl Scene {
    fn new() -> Self {
        let keys = vec![(AppId::new(APP).unwrap(), KEY.to_owned())];
        let hub = Hub::new(HubConfig { id: 1, keys, ..HubConfig::default() });
        let mut scene = Self { hub, now: 0, received: BTreeMap::new(), closed: BTreeSet::new() };
        for (number, room) in HONEST {
            let user = format!("user-{number}");
            let join = join(&user, room, number, token(&user, room, KEY));
            scene.say(ConnectionId(number.into()), ClientMessage::Join(Box::new(join)));
        }
        scene.received.clear();
        scene
    }

    fn clocks(&self) -> Now {
        Now { instant: Instant(self.now), unix: 1_700_000_000_000 + self.now }
    }

    fn say(&mut self, connection: ConnectionId, message: ClientMessage) {
        self.handle(HubInput::Message(connection, message));
    }

    fn handle(&mut self, input: HubInput) {
        self.hub.handle(input, self.clocks());
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.hub.poll_output() {
            match output {
                HubOutput::Send { to, message } => {
                    for id in to {
                        self.received.entry(id).or_default().push(message.clone());
                    }
                }
                HubOutput::Close(id, _) => {
                    self.closed.insert(id);
                }
            }
        }
    }

    fn perform(&mut self, connection: &mut u64, attack: Attack) {
        let id = ConnectionId(*connection);
        match attack {
            Attack::Say(message) => self.say(id, message),
            Attack::Join { room, user, token: which, secret: number, joined_at, presence } => {
                let room = ["here", "elsewhere", "new"][room];
                let user = match user {
                    0..3 => format!("user-{user}"),
                    _ => MALLORY.to_owned(),
                };
                let token = match which {
                    0 => token(MALLORY, "here", KEY),
                    1 => token(MALLORY, "new", KEY),
                    2 => token(&user, room, "not the key"),
                    _ => Text::default(),
                };
                // The secrets are the attacker's own, so no session is an honest member's.
                let join = Join { joined_at, presence, ..join(&user, room, 200 + number, token) };
                self.say(id, ClientMessage::Join(Box::new(join)));
            }
            Attack::Garbage => {
                self.handle(HubInput::Malformed(id));
            }
            Attack::Close => {
                let last_received = Instant(self.now);
                self.handle(HubInput::Closed { connection: id, last_received });
                *connection += 10;
            }
            Attack::Wait(milliseconds) => {
                self.now += milliseconds;
                self.handle(HubInput::Timeout);
                assert!(self.hub.poll_timeout().is_none_or(|at| at.0 > self.now), "spins");
            }
        }
        // A driver passes no more messages of a connection that the hub has closed.
        if self.closed.contains(&ConnectionId(*connection)) {
            *connection += 10;
        }
    }

    fn honest_members(&self) -> Vec<Member> {
        let members =
            |room: &str| self.hub.members(&AppId::new(APP).unwrap(), &RoomId::new(room).unwrap());
        let all = members("here").into_iter().chain(members("elsewhere"));
        all.filter(|member| member.user.as_str() != MALLORY).collect()
    }
}

fn sessions_of_mallory() -> BTreeSet<SessionId> {
    (200..204).map(|number| secret(number).session()).collect()
}

/// Whether an honest member of the attacked room may receive this message because of an attacker.
fn is_about_mallory(message: &ServerMessage) -> bool {
    match message {
        ServerMessage::Members(members) => members.iter().all(|member| {
            member.user.as_str() == MALLORY && sessions_of_mallory().contains(&member.session)
        }),
        ServerMessage::Left(sessions) => {
            sessions.iter().all(|session| sessions_of_mallory().contains(session))
        }
        ServerMessage::Signal(signal) => sessions_of_mallory().contains(&signal.from),
        _ => false,
    }
}

/// Whether an attacker may receive this message: nothing of the other room, and no signals between
/// others.
fn is_for_mallory(message: &ServerMessage) -> bool {
    let elsewhere = secret(2).session();
    match message {
        ServerMessage::Welcome(welcome) => {
            welcome.members.iter().all(|member| member.session != elsewhere)
        }
        ServerMessage::Members(members) => members.iter().all(|member| member.session != elsewhere),
        ServerMessage::Left(sessions) => !sessions.contains(&elsewhere),
        ServerMessage::Signal(signal) => sessions_of_mallory().contains(&signal.from),
        _ => true,
    }
}

proptest! {
    #[test]
    fn attackers_do_not_affect_other_rooms_and_impersonate_no_member(
        attacks in proptest::collection::vec((0..4_u64, attack()), 1..60),
    ) {
        let mut scene = Scene::new();
        let before = scene.honest_members();
        let mut connections = [0, 1, 2, 3].map(|number| ATTACKERS + number);
        for (number, attack) in attacks {
            scene.perform(&mut connections[number as usize], attack);
        }
        assert_eq!(scene.honest_members(), before);
        for (number, room) in HONEST {
            let connection = ConnectionId(number.into());
            prop_assert!(!scene.closed.contains(&connection));
            for message in scene.received.get(&connection).into_iter().flatten() {
                prop_assert!(room == "here" && is_about_mallory(message), "{message:?}");
            }
        }
        let attackers = scene.received.iter().filter(|(connection, _)| connection.0 >= ATTACKERS);
        for message in attackers.flat_map(|(_, messages)| messages) {
            prop_assert!(is_for_mallory(message), "{message:?}");
        }
    }
}

#[test]
fn a_connection_is_refused_when_its_first_message_is_not_join() {
    for message in [
        ClientMessage::Ping,
        ClientMessage::Leave,
        ClientMessage::Update(Presence { revision: 1, visible: true, sources: Sources::ALL }),
        ClientMessage::Signal(SignalTo {
            to: secret(0).session(),
            envelope: Envelope { generation: 1, ..Envelope::default() },
        }),
        ClientMessage::Token(TokenUpdate { revision: 1, token: token(MALLORY, "here", KEY) }),
    ] {
        let mut scene = Scene::new();
        let id = ConnectionId(ATTACKERS);
        scene.say(id, message);
        let received = &scene.received[&id];
        assert!(
            matches!(received[..], [ServerMessage::Removed(Removal::BadMessage)]),
            "{received:?}"
        );
        assert!(scene.closed.contains(&id));
    }
}

#[test]
fn the_lower_version_is_used_and_version_0_is_refused() {
    let answer = |version: u16| {
        let mut scene = Scene::new();
        let id = ConnectionId(ATTACKERS);
        let join = Join { version, ..join(MALLORY, "here", 200, token(MALLORY, "here", KEY)) };
        scene.say(id, ClientMessage::Join(Box::new(join)));
        match &scene.received[&id][..] {
            [ServerMessage::Welcome(welcome)] => Ok(welcome.version),
            [ServerMessage::Removed(removal)] => Err(*removal),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(answer(0), Err(Removal::Version));
    assert_eq!(answer(VERSION), Ok(VERSION));
    assert_eq!(answer(u16::MAX), Ok(VERSION), "a newer participant gets the version of the hub");
}

#[test]
fn the_rooms_and_sessions_of_a_hub_are_limited() {
    let limits = tt_rtc_room::Limits { rooms: 2, sessions: 3, ..Default::default() };
    let mut hub: Hub = Hub::new(HubConfig { limits, ..HubConfig::default() });
    let now = Now { instant: Instant(0), unix: 1_700_000_000_000 };
    let mut enter = |number: u8, user: &str, room: &str| {
        let join = join(user, room, number, Text::default());
        let message = ClientMessage::Join(Box::new(join));
        hub.handle(HubInput::Message(ConnectionId(number.into()), message), now);
        let mut admitted = true;
        while let Some(output) = hub.poll_output() {
            let full: ServerMessage = ServerMessage::Removed(Removal::Full);
            if let HubOutput::Send { message, .. } = output {
                admitted &= format!("{message:?}") != format!("{full:?}");
            }
        }
        admitted
    };
    assert!(enter(1, "ann", "one"));
    assert!(enter(2, "bob", "two"));
    assert!(!enter(3, "cat", "three"), "a third room");
    assert!(enter(4, "cat", "one"));
    assert!(!enter(5, "dan", "one"), "a fourth session");
    assert!(enter(6, "ann", "one"), "replaces her own session");
}

#[test]
fn a_secret_does_not_resume_in_another_room_or_as_another_user() {
    let mut scene = Scene::new();
    // With the secret of user-0, whose session is in the room `here`.
    for (user, room) in [("user-0", "new"), (MALLORY, "here")] {
        let id = ConnectionId(ATTACKERS + user.len() as u64);
        let join = join(user, room, 0, token(user, room, KEY));
        scene.say(id, ClientMessage::Join(Box::new(join)));
        let received = &scene.received[&id];
        assert!(
            matches!(received[..], [ServerMessage::Removed(Removal::BadMessage)]),
            "{received:?}"
        );
    }
    assert!(!scene.closed.contains(&ConnectionId(0)));
}

#[test]
fn invisible_members_cannot_reach_each_other() {
    let mut scene = Scene::new();
    let hidden = Presence { revision: 1, visible: false, sources: Sources::NONE };
    for number in [3, 4] {
        let user = format!("user-{number}");
        let join =
            Join { presence: hidden, ..join(&user, "here", number, token(&user, "here", KEY)) };
        scene.say(ConnectionId(number.into()), ClientMessage::Join(Box::new(join)));
    }
    scene.received.clear();
    let envelope = Envelope { generation: 1, ..Envelope::default() };
    for to in [0, 4] {
        let to = secret(to).session();
        scene.say(
            ConnectionId(3),
            ClientMessage::Signal(SignalTo { to, envelope: envelope.clone() }),
        );
    }
    assert_eq!(scene.received.keys().collect::<Vec<_>>(), [&ConnectionId(0)]);
}

#[test]
fn a_publisher_that_resumes_without_publishing_makes_way_for_the_next_one() {
    let limits = tt_rtc_room::Limits { publishers: 1, ..Default::default() };
    let hub = Hub::new(HubConfig { limits, ..HubConfig::default() });
    let mut scene = Scene { hub, now: 0, received: BTreeMap::new(), closed: BTreeSet::new() };
    let enter = |scene: &mut Scene, connection: u64, number: u8, sources: Sources| {
        let user = format!("user-{number}");
        let presence = Presence { revision: 1, visible: true, sources };
        let join = Join { presence, ..join(&user, "here", number, Text::default()) };
        scene.say(ConnectionId(connection), ClientMessage::Join(Box::new(join)));
    };
    enter(&mut scene, 1, 1, Sources::STREAM);
    enter(&mut scene, 2, 2, Sources::STREAM);
    let room = (AppId::new(APP).unwrap(), RoomId::new("here").unwrap());
    let published = |scene: &Scene| -> Vec<Sources> {
        scene.hub.members(&room.0, &room.1).iter().map(|member| member.sources).collect()
    };
    assert_eq!(published(&scene), [Sources::STREAM, Sources::NONE], "the limit is reached");
    enter(&mut scene, 3, 1, Sources::NONE);
    assert_eq!(published(&scene), [Sources::NONE, Sources::STREAM]);
}

#[test]
fn the_first_message_to_a_connection_is_welcome() {
    let mut scene = Scene::new();
    let enter = |scene: &mut Scene, connection: u64, number: u8, visible: bool| {
        let user = format!("user-{number}");
        let presence = Presence { revision: 1, visible, sources: Sources::NONE };
        let join = Join { presence, ..join(&user, "here", number, token(&user, "here", KEY)) };
        scene.say(ConnectionId(connection), ClientMessage::Join(Box::new(join)));
    };
    enter(&mut scene, 3, 3, false);
    enter(&mut scene, 4, 4, false);
    enter(&mut scene, 5, 4, true);
    let received = &scene.received[&ConnectionId(5)];
    let [ServerMessage::Welcome(welcome)] = &received[..] else { panic!("{received:?}") };
    assert_eq!(welcome.members.len(), 3, "visible now, it knows the invisible one");
}
