//! How many fit in.

use tt_rtc_room::Limits;
use tt_rtc_room::error::state;

use super::*;

/// A call among so many users named by number; each joined after the one before.
fn crowd(count: usize, limits: Limits) -> World {
    let mut world = World::new(9, count);
    world.spell_out = false;
    world.config.limits = limits;
    world.hub = tt_rtc_room::Hub::new(world.config.clone());
    for client in 0..count {
        world.join_as(client, &format!("user-{client}"), ROOM);
        world.run(20);
    }
    settle(&mut world);
    world
}

#[test]
fn the_limits_are_the_platforms() {
    let limits = Limits::default();
    assert_eq!((limits.visible, limits.publishers, limits.invisible), (50, 30, 10_000));
}

#[test]
fn a_room_takes_50_visible_users_and_beyond_them_invisible_ones() {
    let mut world = crowd(51, Limits::default());
    assert_eq!(world.clients[0].lists.chat.len(), 50);
    assert!(!world.clients[50].participant.is_active());
    world.call(50, Call::Visibility(false));
    let call = world.join_as(50, "user-50", ROOM);
    settle(&mut world);
    succeeded(&world, call);
    assert_eq!(world.clients[50].lists.chat.len(), 50);
    let call = make(&mut world, 50, Call::Visibility(true));
    assert_eq!(failure(&world, call), Failure::visible_limit());
    make(&mut world, 0, Call::Exit);
    let call = make(&mut world, 50, Call::Visibility(true));
    succeeded(&world, call);
}

#[test]
fn a_full_room_takes_the_user_who_is_in_it_already() {
    let mut world = crowd(3, Limits { visible: 2, ..Limits::default() });
    let call = world.join_as(2, "user-0", ROOM);
    settle(&mut world);
    succeeded(&world, call);
    assert_eq!(world.clients[1].lists.chat, ["user-1", "user-0"]);
}

#[test]
fn a_join_of_a_full_room_fails() {
    let mut world = crowd(1, Limits { visible: 1, ..Limits::default() });
    world.clients.push(world::Client::new(77));
    world.reachable.push(true);
    let call = world.join_as(1, "user-1", ROOM);
    settle(&mut world);
    assert_eq!(failure(&world, call), Failure::join("the room is full"));
}

#[test]
fn a_room_has_30_publishers_and_the_next_one_s_turn_comes_when_a_place_is_free() {
    let mut world = crowd(32, Limits::default());
    for client in 0..32 {
        world.call(client, Call::Capture(Source::Microphone, true));
        world.run(20);
    }
    settle(&mut world);
    assert_eq!(world.clients[0].lists.speakers.len(), 30);
    assert!(trouble(&world, 29).is_empty());
    assert_eq!(trouble(&world, 30), [state::PUBLISH_LIMIT]);
    assert_eq!(media(&world, 30, 0), Sources::NONE);
    world.call(3, Call::Capture(Source::Microphone, false));
    settle(&mut world);
    assert_eq!(media(&world, 30, 0), Source::Microphone.into());
    make(&mut world, 4, Call::Exit);
    assert_eq!(media(&world, 31, 0), Source::Microphone.into());
    assert_eq!(world.clients[0].lists, world.hub_lists(ROOM));
}

/// A hub's side of a room with 50 visible members and 5,000 invisible ones, of whom one visible one
/// is real.
#[test]
fn a_room_of_50_visible_and_5_000_invisible_users_works() {
    use tt_rtc_room::id::{Secret, UserId};
    use tt_rtc_room::protocol::{ClientMessage, Join, Presence, Text, VERSION};
    use tt_rtc_room::{ConnectionId, Now};

    let mut world = World::new(1, 1);
    world.spell_out = false;
    join(&mut world, ANN);
    let now = Now { instant: world.instant(), unix: world.both_clocks().unix };
    let start = std::time::Instant::now();
    for number in 0..5_049_u64 {
        let mut random = [1; 16];
        random[..8].copy_from_slice(&number.to_le_bytes());
        let join = Join {
            version: VERSION,
            app: world::app(),
            room: world::room(ROOM),
            user: UserId::new(&format!("user-{number}")).unwrap(),
            secret: Secret::new(random),
            token: Text::default(),
            joined_at: None,
            presence: Presence { revision: 1, visible: number < 49, sources: Sources::NONE },
        };
        let message = ClientMessage::Join(Box::new(join));
        world.hub.handle_message(ConnectionId(1_000_000 + number), message, now);
        world.drain_hub();
        if number % 100 == 0 {
            world.run(100);
        }
    }
    println!("joins {:?}", start.elapsed());
    world.run(1_000);
    println!("all {:?}", start.elapsed());
    assert_eq!(world.clients[ANN].lists.chat.len(), 50);
    world.watch_traffic();
    let start = std::time::Instant::now();
    world.run(60_000);
    println!("a minute {:?}", start.elapsed());
    let start = std::time::Instant::now();
    capture(&mut world, ANN, Source::Camera);
    println!("camera {:?}", start.elapsed());
}
