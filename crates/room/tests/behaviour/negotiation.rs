//! The connection between two participants: when it is negotiated, and how it recovers.

use super::*;

#[test]
fn turning_the_camera_or_microphone_on_or_off_does_not_negotiate() {
    let mut world = call_among(3);
    let before = (negotiations(&world), opened(&world));
    for _ in 0..3 {
        for client in [ANN, BOB, CAT] {
            for source in [Source::Microphone, Source::Camera] {
                capture(&mut world, client, source);
            }
            make_request(&mut world, client, Request::Publish(StreamType::Both, false));
            make_request(&mut world, client, Request::Publish(StreamType::Both, true));
        }
        assert_eq!(media(&world, ANN, CAT), Sources::STREAM);
        for client in [ANN, BOB, CAT] {
            for source in [Source::Microphone, Source::Camera] {
                stop(&mut world, client, source);
            }
        }
    }
    assert_eq!((negotiations(&world), opened(&world)), before);
    assert_eq!(before, (6, 6), "each of three pairs negotiated once, on both sides");
}

#[test]
fn the_first_screen_share_adds_m_lines_and_later_ones_reuse_them() {
    let mut world = call_among(2);
    let before = negotiations(&world);
    capture(&mut world, ANN, Source::Screen);
    assert_eq!(negotiations(&world), before + 2);
    stop(&mut world, ANN, Source::Screen);
    capture(&mut world, ANN, Source::Screen);
    capture(&mut world, BOB, Source::Screen);
    assert_eq!(negotiations(&world), before + 2);
    assert_eq!(media(&world, ANN, BOB), Sources::SCREEN);
    assert_eq!(media(&world, BOB, ANN), Sources::SCREEN);
}

#[test]
fn two_screens_shared_at_once_need_one_negotiation_and_both_are_received() {
    for seed in 0..20 {
        let mut world = World::new(seed, 2);
        world.delay = (50, 50);
        join(&mut world, ANN);
        join(&mut world, BOB);
        let before = negotiations(&world);
        world.request(ANN, Request::Capture(Source::Screen, true));
        world.request(BOB, Request::Capture(Source::Screen, true));
        run_briefly(&mut world);
        assert_eq!(media(&world, ANN, BOB), Sources::SCREEN);
        assert_eq!(media(&world, BOB, ANN), Sources::SCREEN);
        assert_eq!(negotiations(&world), before + 2, "one negotiation for both");
        assert_eq!(opened(&world), 2, "and no connection is recreated");
    }
}

#[test]
fn missing_media_restarts_ice_in_under_2_5_s() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    capture(&mut world, BOB, Source::Camera);
    world.run(5_000);
    let before = negotiations(&world);
    world.set_path(ANN, BOB, true);
    world.run(2_500);
    assert!(negotiations(&world) > before);
    world.set_path(ANN, BOB, false);
    world.run(10_000);
    assert_eq!(opened(&world), 2, "the connections are the same");
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
}

#[test]
fn a_path_that_ice_restarts_do_not_repair_gets_a_new_connection() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    world.run(5_000);
    world.set_path(ANN, BOB, true);
    world.run(20_000);
    assert!(opened(&world) > 2);
    world.set_path(ANN, BOB, false);
    world.run(60_000);
    assert_eq!(world.matching_peers(ANN).len(), 1);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
    assert_eq!(world.clients[ANN].browser.peers().count(), 1, "the old one is closed");
}

#[test]
fn a_working_path_gets_no_recovery_action() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    let before = (negotiations(&world), opened(&world));
    world.run(600_000);
    assert_eq!((negotiations(&world), opened(&world)), before);
}

#[test]
fn a_reloaded_page_gets_a_new_connection() {
    let mut world = call_among(2);
    capture(&mut world, BOB, Source::Camera);
    world.reload(ANN);
    join(&mut world, ANN);
    assert_eq!(media(&world, BOB, ANN), Source::Camera.into());
    world.run(30_000);
    assert_eq!(world.clients[BOB].browser.peers().count(), 1);
}

#[test]
fn a_member_that_left_the_lists_is_connected_again_as_soon_as_it_returns() {
    for seed in 0..20 {
        let mut world = World::new(seed, 2);
        join(&mut world, ANN);
        join(&mut world, BOB);
        capture(&mut world, ANN, Source::Camera);
        world.reachable[BOB] = false;
        world.cut(BOB, Some(0), 0);
        world.run(30_000);
        assert_eq!(chat_list(&world, ANN), ["ann"]);
        world.reachable[BOB] = true;
        while chat_list(&world, ANN) != ["ann", "bob"] {
            world.run(50);
        }
        run_briefly(&mut world);
        assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
        assert_eq!(world.matching_peers(ANN).len(), 1, "with seed {seed}");
    }
}

#[test]
fn signals_lost_with_the_signaling_connection_are_sent_again() {
    for lost_after in 0..30 {
        let mut world = World::new(lost_after, 2);
        world.delay = (5, 15);
        join(&mut world, ANN);
        capture(&mut world, ANN, Source::Camera);
        world.join_as(BOB, "bob", ROOM);
        world.run(lost_after * 4);
        world.cut(ANN, Some(10), 10);
        world.run(lost_after * 2);
        world.cut(BOB, Some(10), 10);
        world.run(8_000);
        assert_eq!(media(&world, ANN, BOB), Source::Camera.into(), "lost after {lost_after}");
        assert_eq!(world.matching_peers(ANN).len(), 1);
    }
}
