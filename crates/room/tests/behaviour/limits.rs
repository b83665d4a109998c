//! The limits of rooms.

use tt_rtc_room::error::{interrupted, state};
use tt_rtc_room::id::SessionSecret;
use tt_rtc_room::mesh::MAX_PEERS;
use tt_rtc_room::protocol::{ClientMessage, Join, Presence, Text, VERSION};
use tt_rtc_room::{ConnectionId, HubInput, Limits};

use super::*;

/// A call among `count` users named by number, who joined one after the other.
fn numbered_call(count: usize, limits: Limits) -> World {
    let mut world = World::new(9, count);
    world.serialize_messages = false;
    world.config.limits = limits;
    world.hub = tt_rtc_room::Hub::new(world.config.clone());
    for client in 0..count {
        world.join_as(client, &format!("user-{client}"), ROOM);
        world.run(20);
    }
    run_briefly(&mut world);
    world
}

#[test]
fn the_limits_are_the_platforms() {
    let limits = Limits::default();
    assert_eq!((limits.visible, limits.publishers, limits.invisible), (50, 30, 10_000));
}

#[test]
fn a_room_accepts_50_visible_users_and_more_invisible_ones() {
    let mut world = numbered_call(51, Limits::default());
    assert_eq!(world.clients[0].lists.chat.len(), 50);
    assert!(!world.clients[50].participant.is_active());
    world.request(50, Request::Visibility(false));
    let request = world.join_as(50, "user-50", ROOM);
    run_briefly(&mut world);
    succeeded(&world, request);
    assert_eq!(world.clients[50].lists.chat.len(), 50);
    let request = make_request(&mut world, 50, Request::Visibility(true));
    assert_eq!(failure(&world, request), Failure::visible_limit());
    make_request(&mut world, 0, Request::Exit);
    let request = make_request(&mut world, 50, Request::Visibility(true));
    succeeded(&world, request);
}

#[test]
fn a_full_room_accepts_a_user_who_is_already_in_it() {
    let mut world = numbered_call(3, Limits { visible: 2, ..Limits::default() });
    let request = world.join_as(2, "user-0", ROOM);
    run_briefly(&mut world);
    succeeded(&world, request);
    assert_eq!(world.clients[1].lists.chat, ["user-1", "user-0"]);
}

#[test]
fn a_join_of_a_full_room_fails() {
    let mut world = numbered_call(1, Limits { visible: 1, ..Limits::default() });
    world.clients.push(world::Client::new(77));
    world.reachable.push(true);
    let request = world.join_as(1, "user-1", ROOM);
    run_briefly(&mut world);
    assert_eq!(failure(&world, request), Failure::join("the room is full"));
}

#[test]
fn a_member_that_a_restarted_hub_has_no_capacity_for_is_interrupted_and_the_others_stay() {
    let mut world = call_among(3);
    world.config.limits.visible = 2;
    world.restart_hub();
    world.run(20_000);
    let codes: Vec<_> = (0..3).map(|client| event_codes(&world, client)).collect();
    let out = codes.iter().position(|codes| !codes.is_empty()).expect("one member is out");
    assert_eq!(codes[out], [interrupted::SERVER]);
    assert_eq!(codes.concat().len(), 1);
    for client in (0..3).filter(|client| *client != out) {
        assert_eq!(world.clients[client].lists, world.hub_lists(ROOM));
        assert_eq!(chat_list(&world, client).len(), 2);
    }
}

#[test]
fn a_room_has_30_publishers_and_the_next_one_publishes_when_one_stops() {
    let mut world = numbered_call(32, Limits::default());
    for client in 0..32 {
        world.request(client, Request::Capture(Source::Microphone, true));
        world.run(20);
    }
    run_briefly(&mut world);
    assert_eq!(world.clients[0].lists.speakers.len(), 30);
    assert!(event_codes(&world, 29).is_empty());
    assert_eq!(event_codes(&world, 30), [state::PUBLISH_LIMIT]);
    assert_eq!(media(&world, 30, 0), Sources::NONE);
    world.request(3, Request::Capture(Source::Microphone, false));
    run_briefly(&mut world);
    assert_eq!(media(&world, 30, 0), Source::Microphone.into());
    make_request(&mut world, 4, Request::Exit);
    assert_eq!(media(&world, 31, 0), Source::Microphone.into());
    assert_eq!(world.clients[0].lists, world.hub_lists(ROOM));
}

/// Joins a user at the hub, who sends no other message. The number is unique. Returns the session.
fn join_at_the_hub(world: &mut World, user: &str, number: u64, visible: bool) -> SessionId {
    let secret = SessionSecret::new(number.to_le_bytes().repeat(2).try_into().unwrap());
    let join = Join {
        version: VERSION,
        app: world::app(),
        room: world::room(ROOM),
        user: world::user(user),
        secret,
        token: Text::default(),
        joined_at: None,
        presence: Presence { revision: 1, visible, sources: Sources::NONE },
    };
    let message = ClientMessage::Join(Box::new(join));
    let input = HubInput::Message(ConnectionId(1_000_000 + number), message);
    world.hub.handle(input, world.both_clocks());
    world.drain_hub();
    secret.session()
}

#[test]
fn who_joins_again_and_again_costs_the_others_few_connections() {
    let mut world = call_among(2);
    let before = world.clients[ANN].browser.opened;
    for number in 0..1_000 {
        // The session before is replaced.
        join_at_the_hub(&mut world, "eve", number, true);
        world.run(5);
    }
    let opened = world.clients[ANN].browser.opened - before;
    assert!(opened <= 11, "{opened} in five seconds");
    let bob = session(&world, BOB);
    assert_eq!(world.clients[ANN].browser.peers_with(bob).count(), 1);
    // Who stays is connected.
    let last = join_at_the_hub(&mut world, "eve", 1_000, true);
    world.run(1_500);
    assert_eq!(world.clients[ANN].browser.peers_with(last).count(), 1);
}

#[test]
fn visible_users_are_received_among_5_000_invisible_ones() {
    let mut world = World::new(1, 1);
    world.serialize_messages = false;
    join(&mut world, ANN);
    for number in 0..5_000 {
        join_at_the_hub(&mut world, &format!("hidden-{number}"), number, false);
    }
    world.run(2_000);
    assert_eq!(world.clients[ANN].browser.peers().count(), MAX_PEERS);
    let join =
        |number| join_at_the_hub(&mut world, &format!("user-{number}"), 5_000 + number, true);
    let visible: Vec<_> = (0..49_u64).map(join).collect();
    // Many connections were made already: those of more newcomers take some seconds.
    world.run(10_000);
    assert_eq!(world.clients[ANN].lists.chat.len(), 50);
    let browser = &world.clients[ANN].browser;
    assert_eq!(browser.peers().count(), MAX_PEERS);
    for session in visible {
        assert_eq!(browser.peers_with(session).count(), 1);
    }
}
