//! Strategies for any message. They prefer ids that are used in the test.

use proptest::option;
use proptest::prelude::*;
use tt_rtc_room::id::{AppId, RoomId, SessionId, SessionSecret, UserId};
use tt_rtc_room::media::{Source, Sources, Tiles};
use tt_rtc_room::mesh::*;
use tt_rtc_room::protocol::*;

/// The secrets whose sessions are used most of the time.
pub fn secret(number: u8) -> SessionSecret {
    SessionSecret::new([number; 16])
}

pub fn session() -> impl Strategy<Value = SessionId> {
    prop_oneof![9 => 0..8_u8, 1 => any::<u8>()].prop_map(|number| secret(number).session())
}

pub fn user() -> impl Strategy<Value = UserId> {
    prop_oneof![
        9 => "user-[0-7]",
        1 => "[a-zA-Z0-9@._-]{1,128}",
    ]
    .prop_map(|name| UserId::new(&name).unwrap())
}

pub fn sources() -> impl Strategy<Value = Sources> {
    proptest::sample::subsequence(Source::ALL.to_vec(), 0..=4).prop_map(|sources| {
        sources.into_iter().fold(Sources::NONE, |all, source| all.with(source, true))
    })
}

fn text<const MAX: usize>() -> impl Strategy<Value = Text<MAX>> {
    prop_oneof![9 => ".{0,20}", 1 => ".{0,2000}"]
        .prop_map(|text| Text::new(text).unwrap_or_default())
}

/// Numbers of counters: mostly small, sometimes the largest.
pub fn count() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0..6_u32, 1 => any::<u32>(), 1 => Just(u32::MAX)]
}

pub fn integer() -> impl Strategy<Value = u64> {
    let around_now = 1_700_000_000_000_u64;
    prop_oneof![
        around_now - 1_000..around_now + 1_000,
        0..=MAX_SAFE_INTEGER,
        Just(MAX_SAFE_INTEGER),
    ]
}

pub fn presence() -> impl Strategy<Value = Presence> {
    (count(), any::<bool>(), sources()).prop_map(|(revision, visible, sources)| Presence {
        revision,
        visible,
        sources,
    })
}

pub fn signal() -> impl Strategy<Value = Signal> {
    prop_oneof![
        sources().prop_map(Signal::Subscribe),
        (text(), any::<bool>()).prop_map(|(sdp, screen)| Signal::Offer(Offer { sdp, screen })),
        text().prop_map(Signal::Answer),
        text().prop_map(Signal::Candidates),
        (any::<bool>(), any::<bool>()).prop_map(|(restart_ice, screen)| {
            Signal::Renegotiate(Renegotiate { restart_ice, screen })
        }),
    ]
}

pub fn envelope() -> impl Strategy<Value = Envelope> {
    (count(), count(), count(), option::of(signal()), any::<bool>(), tiles()).prop_map(
        |(generation, ack, seq, signal, missing, tiles)| Envelope {
            generation,
            ack,
            seq,
            signal,
            missing,
            tiles,
        },
    )
}

fn tiles() -> impl Strategy<Value = Tiles> {
    any::<[u16; 4]>().prop_map(Tiles::from)
}

pub fn join() -> impl Strategy<Value = Join> {
    let ids = ("[a-zA-Z0-9@._-]{0,24}", "[a-zA-Z0-9@._-]{1,128}", user());
    (any::<u16>(), ids, any::<[u8; 16]>(), text(), option::of(integer()), presence()).prop_map(
        |(version, (app, room, user), random, token, joined_at, presence)| Join {
            version,
            app: AppId::new(&app).unwrap(),
            room: RoomId::new(&room).unwrap(),
            user,
            secret: SessionSecret::new(random),
            token,
            joined_at,
            presence,
        },
    )
}

pub fn token_update() -> impl Strategy<Value = TokenUpdate> {
    (count(), text()).prop_map(|(revision, token)| TokenUpdate { revision, token })
}

pub fn client_message() -> impl Strategy<Value = ClientMessage> {
    prop_oneof![
        join().prop_map(|join| ClientMessage::Join(Box::new(join))),
        presence().prop_map(ClientMessage::Update),
        (session(), envelope())
            .prop_map(|(to, envelope)| ClientMessage::Signal(SignalTo { to, envelope })),
        token_update().prop_map(ClientMessage::Token),
        Just(ClientMessage::Leave),
        Just(ClientMessage::Ping),
    ]
}

pub fn member() -> impl Strategy<Value = Member> {
    (session(), user(), integer(), any::<bool>(), sources(), sources()).prop_map(
        |(session, user, joined_at, visible, sources, allowed)| Member {
            session,
            user,
            joined_at,
            visible,
            sources,
            allowed,
        },
    )
}

pub fn granted() -> impl Strategy<Value = Granted> {
    let refused = option::of(proptest::sample::select(vec![
        Refused::VisibleLimit,
        Refused::PublisherLimit,
        Refused::Privilege,
    ]));
    (count(), any::<bool>(), sources(), sources(), any::<bool>(), refused).prop_map(
        |(revision, visible, sources, allowed, no_subscribe, refused)| Granted {
            revision,
            visible,
            sources,
            allowed,
            no_subscribe,
            refused,
        },
    )
}

fn ice_server() -> impl Strategy<Value = IceServer> {
    (proptest::collection::vec(".{0,20}", 0..3), option::of(".{0,9}"), option::of(".{0,9}"))
        .prop_map(|(urls, username, credential)| IceServer { urls, username, credential })
}

pub fn welcome() -> impl Strategy<Value = Welcome> {
    (
        any::<u16>(),
        count(),
        integer(),
        proptest::collection::vec(member(), 0..6),
        granted(),
        option::of(integer()),
        proptest::collection::vec(ice_server(), 0..3),
    )
        .prop_map(
            |(version, hub, joined_at, members, granted, token_expires_in, ice_servers)| Welcome {
                version,
                hub,
                joined_at,
                members,
                granted,
                token_expires_in,
                ice_servers,
            },
        )
}

pub fn removal() -> impl Strategy<Value = Removal> {
    proptest::sample::select(vec![
        Removal::Version,
        Removal::BadMessage,
        Removal::InvalidToken,
        Removal::TokenExpired,
        Removal::DuplicateLogin,
        Removal::Full,
        Removal::Kicked,
        Removal::Dissolved,
    ])
}

pub fn server_message() -> impl Strategy<Value = ServerMessage> {
    let answer = (count(), any::<bool>(), option::of(integer()))
        .prop_map(|(revision, valid, expires_in)| TokenAnswer { revision, valid, expires_in });
    let members = proptest::collection::vec(member(), 0..4);
    let left = proptest::collection::vec(session(), 0..4);
    prop_oneof![
        2 => welcome().prop_map(|welcome| ServerMessage::Welcome(Box::new(welcome))),
        1 => removal().prop_map(ServerMessage::Removed),
        7 => members.prop_map(ServerMessage::Members),
        4 => left.prop_map(ServerMessage::Left),
        1 => session().prop_map(ServerMessage::Congested),
        8 => (session(), envelope())
            .prop_map(|(from, envelope)| ServerMessage::Signal(SignalFrom { from, envelope })),
        3 => granted().prop_map(ServerMessage::Granted),
        2 => answer.prop_map(ServerMessage::Token),
        1 => proptest::collection::vec(ice_server(), 0..3)
            .prop_map(|servers| ServerMessage::IceServers(IceServers { servers })),
        1 => Just(ServerMessage::Pong),
    ]
}
