//! The call state of a page. The world asserts in every test that no state is reported twice in a
//! row.

use tt_rtc_room::CallState::{Connected, Connecting, Disconnected, Reconnecting};
use tt_rtc_room::Quality::{Good, Lost};

use super::*;
use crate::world::{HubBehavior, KEY, token};

/// The hub is reachable again, and Ann's browser reports a network change.
fn return_to_the_hub(world: &mut World) {
    world.reachable[ANN] = true;
    world.network_change(ANN);
}

#[test]
fn the_call_state_is_reported_from_the_join_to_the_exit_only() {
    let mut world = video_call_among(2);
    make_request(&mut world, ANN, Request::Exit);
    assert_eq!(call_states_after_join(&world, ANN), [Disconnected]);
    world.network_change(ANN);
    world.restart_hub();
    world.run(60_000);
    assert_eq!(call_states_after_join(&world, ANN), [Disconnected], "no state after the exit");
    join(&mut world, ANN);
    assert_eq!(call_states_after_join(&world, ANN), [Disconnected, Connecting, Connected(Good)]);
}

#[test]
fn a_failed_join_ends_disconnected() {
    let mut world = World::new(3, 2);
    world.require_tokens();
    join(&mut world, ANN);
    assert_eq!(call_states(&world, ANN), [Connecting, Disconnected], "refused");
    world.hub_behavior = HubBehavior::ClosesAtOnce;
    world.join_as(BOB, "bob", ROOM);
    world.run(60_000);
    assert_eq!(call_states(&world, BOB), [Connecting, Disconnected], "after many attempts");
}

#[test]
fn a_removed_member_is_disconnected() {
    let mut world = video_call_among(2);
    world.kick("ann", ROOM);
    world.run(60_000);
    assert_eq!(call_states_after_join(&world, ANN), [Disconnected]);
    assert!(call_states_after_join(&world, BOB).is_empty(), "a user who is alone is connected");
}

#[test]
fn an_expired_token_disconnects() {
    let mut world = World::new(3, 1);
    world.require_tokens();
    let mut token = token("ann", ROOM);
    token.expire_at = world.unix_second(5_000);
    join_with(&mut world, ANN, |options| options.token = token.sign(KEY).unwrap());
    world.run(60_000);
    assert_eq!(call_states(&world, ANN), [Connecting, Connected(Good), Disconnected]);
}

#[test]
fn without_the_hub_the_call_is_reconnecting_while_media_flows() {
    let mut world = video_call_among(2);
    world.reachable[ANN] = false;
    world.cut(ANN, Some(100), 200);
    world.run(10_000);
    assert_eq!(call_states_after_join(&world, ANN), [Reconnecting(Good)]);
    return_to_the_hub(&mut world);
    world.run(10_000);
    assert_eq!(call_states_after_join(&world, ANN), [Reconnecting(Good), Connected(Good)]);
    assert!(call_states_after_join(&world, BOB).is_empty());
}

#[test]
fn without_media_the_call_is_reconnecting_within_2_5_s_and_connected_when_media_arrives() {
    let mut world = video_call_among(2);
    world.set_path(ANN, BOB, true);
    world.run(2_500);
    for client in [ANN, BOB] {
        assert_eq!(call_states_after_join(&world, client), [Reconnecting(Lost)]);
    }
    world.set_path(ANN, BOB, false);
    world.run(10_000);
    for client in [ANN, BOB] {
        assert_eq!(call_states_after_join(&world, client), [Reconnecting(Lost), Connected(Good)]);
    }
}

#[test]
fn without_hub_and_media_the_call_is_connected_when_both_are_back() {
    for media_first in [false, true] {
        let mut world = video_call_among(2);
        world.reachable[ANN] = false;
        world.cut(ANN, Some(100), 100);
        world.set_path(ANN, BOB, true);
        world.run(5_000);
        let mut expected = vec![Reconnecting(Good), Reconnecting(Lost)];
        assert_eq!(call_states_after_join(&world, ANN), expected);
        if media_first {
            world.set_path(ANN, BOB, false);
            expected.push(Reconnecting(Good));
        } else {
            return_to_the_hub(&mut world);
        }
        world.run(5_000);
        assert_eq!(call_states_after_join(&world, ANN), expected);
        if media_first {
            return_to_the_hub(&mut world);
        } else {
            world.set_path(ANN, BOB, false);
        }
        expected.push(Connected(Good));
        world.run(10_000);
        assert_eq!(call_states_after_join(&world, ANN), expected);
    }
}

/// Ann left Bob's list, so Bob has closed the connection. The hub alone does not make her
/// connected.
#[test]
fn a_member_that_reconnects_after_it_left_the_lists_is_connected_when_media_arrives() {
    let mut world = video_call_among(2);
    world.reachable[ANN] = false;
    world.cut(ANN, Some(0), 0);
    world.run(30_000);
    assert_eq!(call_states_after_join(&world, BOB), [], "a user who is alone is connected");
    world.set_path(ANN, BOB, true);
    world.reachable[ANN] = true;
    while chat_list(&world, BOB).len() < 2 {
        world.run(50);
    }
    world.run(4_000);
    assert_eq!(call_states_after_join(&world, ANN).last(), Some(&Reconnecting(Lost)));
    world.set_path(ANN, BOB, false);
    world.run(20_000);
    for client in [ANN, BOB] {
        assert_eq!(call_states(&world, client).last(), Some(&Connected(Good)));
    }
}

/// A connection that is not established in six seconds counts as lost.
#[test]
fn a_path_that_cannot_be_established_is_reconnecting_until_it_can() {
    let mut world = World::new(7, 2);
    world.set_path(ANN, BOB, true);
    join(&mut world, ANN);
    join(&mut world, BOB);
    world.run(60_000);
    for client in [ANN, BOB] {
        assert_eq!(call_states_after_join(&world, client), [Reconnecting(Lost)]);
    }
    world.set_path(ANN, BOB, false);
    world.run(40_000);
    for client in [ANN, BOB] {
        assert_eq!(call_states_after_join(&world, client), [Reconnecting(Lost), Connected(Good)]);
    }
}

#[test]
fn a_busy_page_does_not_count_the_time_it_missed_as_silence() {
    let mut world = video_call_among(3);
    let opened = opened(&world);
    world.delay = (200, 300);
    for moment in 0..20 {
        world.keep_busy(ANN, 3_000);
        world.run(8_000 + moment * 100);
    }
    for client in 0..3 {
        assert_eq!(call_states_after_join(&world, client), [], "client {client}");
    }
    assert_eq!(super::opened(&world), opened, "no connection is recreated");
}
