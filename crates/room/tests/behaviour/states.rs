//! What a page is told of how it is connected. That nothing is told twice in a row, the world
//! checks in every test.

use tt_rtc_room::CallState::{self, Connected, Connecting, Disconnected, Reconnecting};
use tt_rtc_room::Quality::{Good, Lost, Poor};

use super::*;
use crate::world::{KEY, Manners, token};

/// A call in which everybody sends a picture and looks at how it arrives.
fn watched_call_among(count: usize) -> World {
    let mut world = call_among(count);
    for client in 0..count {
        capture(&mut world, client, Source::Camera);
    }
    world.run(5_000);
    for client in 0..count {
        assert_eq!(told(&world, client), [Connecting, Connected(Good)]);
    }
    world
}

/// All that a client was told.
fn told(world: &World, client: usize) -> &[CallState] {
    &world.clients[client].connections
}

/// The hub is in reach again, and Ann's browser says so.
fn return_to_the_hub(world: &mut World) {
    world.reachable[ANN] = true;
    world.network_change(ANN);
}

/// What a client was told after the join had succeeded.
fn then(world: &World, client: usize) -> &[CallState] {
    &told(world, client)[2..]
}

#[test]
fn a_call_is_told_from_its_beginning_to_its_end_and_no_further() {
    let mut world = watched_call_among(2);
    make(&mut world, ANN, Request::Exit);
    assert_eq!(then(&world, ANN), [Disconnected]);
    world.network_change(ANN);
    world.restart_hub();
    world.run(60_000);
    assert_eq!(then(&world, ANN), [Disconnected], "nothing after the end");
    join(&mut world, ANN);
    assert_eq!(then(&world, ANN), [Disconnected, Connecting, Connected(Good)]);
}

#[test]
fn a_join_that_fails_ends_where_it_began() {
    let mut world = World::new(3, 2);
    world.require_tokens();
    join(&mut world, ANN);
    assert_eq!(told(&world, ANN), [Connecting, Disconnected], "refused");
    world.manners = Manners::Closes;
    world.join_as(BOB, "bob", ROOM);
    world.run(60_000);
    assert_eq!(told(&world, BOB), [Connecting, Disconnected], "after many attempts");
}

#[test]
fn who_is_removed_is_disconnected() {
    let mut world = watched_call_among(2);
    world.kick("ann", ROOM);
    world.run(60_000);
    assert_eq!(then(&world, ANN), [Disconnected]);
    assert!(then(&world, BOB).is_empty(), "who is alone is connected");
}

#[test]
fn a_token_that_ends_disconnects() {
    let mut world = World::new(3, 1);
    world.require_tokens();
    let mut token = token("ann", ROOM);
    token.expire_at = world.calendar_second(5_000);
    join_with(&mut world, ANN, |options| options.token = token.sign(KEY).unwrap());
    world.run(60_000);
    assert_eq!(told(&world, ANN), [Connecting, Connected(Good), Disconnected]);
}

#[test]
fn without_the_hub_one_is_reconnecting_while_media_flows() {
    let mut world = watched_call_among(2);
    world.reachable[ANN] = false;
    world.cut(ANN, Some(100), 200);
    world.run(10_000);
    assert_eq!(then(&world, ANN), [Reconnecting(Good)]);
    return_to_the_hub(&mut world);
    world.run(10_000);
    assert_eq!(then(&world, ANN), [Reconnecting(Good), Connected(Good)]);
    assert!(then(&world, BOB).is_empty());
}

#[test]
fn without_media_one_is_reconnecting_in_2_5_s_and_connected_when_it_arrives() {
    let mut world = watched_call_among(2);
    world.set_path(ANN, BOB, true);
    world.run(2_500);
    for client in [ANN, BOB] {
        assert_eq!(then(&world, client), [Reconnecting(Lost)]);
    }
    world.set_path(ANN, BOB, false);
    world.run(10_000);
    for client in [ANN, BOB] {
        assert_eq!(then(&world, client), [Reconnecting(Lost), Connected(Good)]);
    }
}

/// Restarts are tried, connections are made anew, the hub goes and comes: none of it is media.
#[test]
fn a_dead_path_is_not_said_to_be_connected_whatever_is_tried() {
    let mut world = watched_call_among(2);
    let opened_before = opened(&world);
    world.set_path(ANN, BOB, true);
    world.run(60_000);
    assert!(opened(&world) > opened_before, "connections were made anew");
    world.restart_hub();
    world.run(10_000);
    world.manners = Manners::LetsInAndOut;
    world.cut(ANN, Some(0), 0);
    world.run(10_000);
    world.manners = Manners::Serves;
    world.network_change(ANN);
    world.run(20_000);
    for client in [ANN, BOB] {
        assert!(then(&world, client).iter().all(|told| *told == Reconnecting(Lost)));
    }
    world.set_path(ANN, BOB, false);
    world.run(40_000);
    for client in [ANN, BOB] {
        assert_eq!(then(&world, client), [Reconnecting(Lost), Connected(Good)]);
    }
}

#[test]
fn with_both_lost_one_is_connected_when_both_are_back() {
    for media_first in [false, true] {
        let mut world = watched_call_among(2);
        world.reachable[ANN] = false;
        world.cut(ANN, Some(100), 100);
        world.set_path(ANN, BOB, true);
        world.run(5_000);
        let mut expected = vec![Reconnecting(Good), Reconnecting(Lost)];
        assert_eq!(then(&world, ANN), expected);
        if media_first {
            world.set_path(ANN, BOB, false);
            expected.push(Reconnecting(Good));
        } else {
            return_to_the_hub(&mut world);
        }
        world.run(5_000);
        assert_eq!(then(&world, ANN), expected);
        if media_first {
            return_to_the_hub(&mut world);
        } else {
            world.set_path(ANN, BOB, false);
        }
        expected.push(Connected(Good));
        world.run(10_000);
        assert_eq!(then(&world, ANN), expected);
    }
}

/// Ann was seen to leave, so her connection is no more; that the hub is there is not enough.
#[test]
fn who_comes_back_after_it_was_seen_to_leave_is_connected_when_media_arrives() {
    let mut world = watched_call_among(2);
    world.reachable[ANN] = false;
    world.cut(ANN, Some(0), 0);
    world.run(30_000);
    assert_eq!(then(&world, BOB), [], "who is alone is connected");
    world.set_path(ANN, BOB, true);
    world.reachable[ANN] = true;
    while chat(&world, BOB).len() < 2 {
        world.run(50);
    }
    world.run(4_000);
    assert_eq!(then(&world, ANN).last(), Some(&Reconnecting(Lost)));
    world.set_path(ANN, BOB, false);
    world.run(20_000);
    for client in [ANN, BOB] {
        assert_eq!(told(&world, client).last(), Some(&Connected(Good)));
    }
}

/// A connection has six seconds to be made; then it counts as lost, and so do those after it.
#[test]
fn a_path_that_never_comes_about_is_told_until_it_does() {
    let mut world = World::new(7, 2);
    world.set_path(ANN, BOB, true);
    join(&mut world, ANN);
    join(&mut world, BOB);
    world.run(60_000);
    for client in [ANN, BOB] {
        assert_eq!(then(&world, client), [Reconnecting(Lost)]);
    }
    world.set_path(ANN, BOB, false);
    world.run(40_000);
    for client in [ANN, BOB] {
        assert_eq!(then(&world, client), [Reconnecting(Lost), Connected(Good)]);
    }
}

#[test]
fn one_dead_path_of_two_is_not_one_s_own_trouble() {
    let mut world = watched_call_among(3);
    world.set_path(ANN, BOB, true);
    world.run(60_000);
    world.set_path(ANN, BOB, false);
    world.run(30_000);
    for client in [ANN, BOB, CAT] {
        assert!(then(&world, client).is_empty());
    }
}

#[test]
fn who_comes_in_on_a_dead_path_makes_nobody_connected() {
    let mut world = World::new(7, 3);
    for client in [ANN, BOB] {
        join(&mut world, client);
        capture(&mut world, client, Source::Camera);
    }
    world.run(5_000);
    for (left, right) in [(ANN, BOB), (ANN, CAT)] {
        world.set_path(left, right, true);
    }
    world.run(5_000);
    assert_eq!(then(&world, ANN), [Reconnecting(Lost)]);
    join(&mut world, CAT);
    capture(&mut world, CAT, Source::Camera);
    world.run(20_000);
    assert_eq!(then(&world, ANN), [Reconnecting(Lost)]);
    assert_eq!(then(&world, BOB), [Reconnecting(Lost), Connected(Good)], "cat arrives there");
}

#[test]
fn a_connection_that_failed_is_not_said_to_be_connected_before_media_arrives_again() {
    let mut world = watched_call_among(2);
    world.set_path(ANN, BOB, true);
    world.fail_peer(ANN, BOB);
    world.run(100);
    for client in [ANN, BOB] {
        assert_eq!(then(&world, client), [Reconnecting(Lost)]);
    }
    world.run(20_000);
    world.set_path(ANN, BOB, false);
    world.run(40_000);
    for client in [ANN, BOB] {
        assert_eq!(then(&world, client), [Reconnecting(Lost), Connected(Good)]);
    }
}

#[test]
fn many_lost_packets_are_poor_until_few_are() {
    let mut world = watched_call_among(2);
    world.clients[ANN].browser.packets_lost = 15;
    world.run(5_000);
    assert_eq!(then(&world, ANN), [Connected(Poor)]);
    world.reachable[ANN] = false;
    world.cut(ANN, Some(0), 0);
    world.run(2_000);
    assert_eq!(then(&world, ANN), [Connected(Poor), Reconnecting(Poor)]);
    world.reachable[ANN] = true;
    world.clients[ANN].browser.packets_lost = 0;
    world.run(20_000);
    assert_eq!(then(&world, ANN).last(), Some(&Connected(Good)));
    assert!(then(&world, BOB).is_empty(), "what arrives at bob is complete");
}

#[test]
fn a_page_that_was_busy_does_not_take_what_it_missed_for_silence() {
    let mut world = watched_call_among(3);
    let opened = opened(&world);
    world.delay = (200, 300);
    for moment in 0..20 {
        world.keep_busy(ANN, 3_000);
        world.run(8_000 + moment * 100);
    }
    for client in 0..3 {
        assert_eq!(then(&world, client), [], "client {client}");
    }
    assert_eq!(super::opened(&world), opened, "no connection was made anew");
}
