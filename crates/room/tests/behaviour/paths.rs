//! The call state while single paths of a mesh fail.

use tt_rtc_room::CallState::{Connected, Reconnecting};
use tt_rtc_room::Quality::{Good, Lost, Poor};

use super::*;
use crate::world::HubBehavior;

/// ICE restarts, new connections and a returning hub are not media.
#[test]
fn a_dead_path_is_never_reported_as_connected() {
    let mut world = video_call_among(2);
    let opened_before = opened(&world);
    world.set_path(ANN, BOB, true);
    world.run(60_000);
    assert!(opened(&world) > opened_before, "connections are recreated");
    world.restart_hub();
    world.run(10_000);
    world.hub_behavior = HubBehavior::ClosesAfterWelcome;
    world.cut(ANN, Some(0), 0);
    world.run(10_000);
    world.hub_behavior = HubBehavior::Works;
    world.network_change(ANN);
    world.run(20_000);
    for client in [ANN, BOB] {
        assert!(
            call_states_after_join(&world, client).iter().all(|state| *state == Reconnecting(Lost))
        );
    }
    world.set_path(ANN, BOB, false);
    world.run(40_000);
    for client in [ANN, BOB] {
        assert_eq!(call_states_after_join(&world, client), [Reconnecting(Lost), Connected(Good)]);
    }
}

#[test]
fn one_dead_path_of_two_does_not_change_the_call_state() {
    let mut world = video_call_among(3);
    world.set_path(ANN, BOB, true);
    world.run(60_000);
    world.set_path(ANN, BOB, false);
    world.run(30_000);
    for client in [ANN, BOB, CAT] {
        assert!(call_states_after_join(&world, client).is_empty());
    }
}

#[test]
fn a_member_that_joins_over_a_dead_path_does_not_end_reconnecting() {
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
    assert_eq!(call_states_after_join(&world, ANN), [Reconnecting(Lost)]);
    join(&mut world, CAT);
    capture(&mut world, CAT, Source::Camera);
    world.run(20_000);
    assert_eq!(call_states_after_join(&world, ANN), [Reconnecting(Lost)]);
    assert_eq!(
        call_states_after_join(&world, BOB),
        [Reconnecting(Lost), Connected(Good)],
        "cat's media arrives"
    );
}

#[test]
fn a_failed_connection_is_reported_as_connected_only_after_media_arrives_again() {
    let mut world = video_call_among(2);
    world.set_path(ANN, BOB, true);
    world.fail_peer(ANN, BOB);
    world.run(100);
    for client in [ANN, BOB] {
        assert_eq!(call_states_after_join(&world, client), [Reconnecting(Lost)]);
    }
    world.run(20_000);
    world.set_path(ANN, BOB, false);
    world.run(40_000);
    for client in [ANN, BOB] {
        assert_eq!(call_states_after_join(&world, client), [Reconnecting(Lost), Connected(Good)]);
    }
}

#[test]
fn the_quality_is_poor_while_many_packets_are_lost() {
    let mut world = video_call_among(2);
    world.clients[ANN].browser.packets_lost = 15;
    world.run(5_000);
    assert_eq!(call_states_after_join(&world, ANN), [Connected(Poor)]);
    world.reachable[ANN] = false;
    world.cut(ANN, Some(0), 0);
    world.run(2_000);
    assert_eq!(call_states_after_join(&world, ANN), [Connected(Poor), Reconnecting(Poor)]);
    world.reachable[ANN] = true;
    world.clients[ANN].browser.packets_lost = 0;
    world.run(20_000);
    assert_eq!(call_states_after_join(&world, ANN).last(), Some(&Connected(Good)));
    assert!(call_states_after_join(&world, BOB).is_empty(), "bob receives all packets");
}
