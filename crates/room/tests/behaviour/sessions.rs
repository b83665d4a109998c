//! Sessions: they survive signaling connections and hubs. When they end.

use tt_rtc_room::error::interrupted;
use tt_rtc_room::id::SessionSecret;

use super::*;

#[test]
fn a_short_loss_of_the_signaling_connection_raises_no_event() {
    let mut world = call_among(3);
    capture(&mut world, ANN, Source::Camera);
    let before = (events(&world), negotiations(&world), opened(&world));
    world.reachable[ANN] = false;
    world.cut(ANN, Some(100), 200);
    world.run(6_000);
    world.reachable[ANN] = true;
    world.run(20_000);
    assert_eq!((events(&world), negotiations(&world), opened(&world)), before);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
}

#[test]
fn a_dead_signaling_connection_without_a_close_is_detected_and_replaced() {
    let mut world = call_among(2);
    world.cut(ANN, None, 60_000);
    world.run(2_500);
    capture(&mut world, ANN, Source::Camera);
    assert_eq!(world.clients[BOB].lists.video, ["ann"]);
}

#[test]
fn a_network_change_leads_to_earlier_detection_of_a_dead_connection() {
    let mut world = call_among(2);
    world.run(500);
    world.cut(ANN, None, 60_000);
    world.network_change(ANN);
    world.run(3_100);
    capture(&mut world, ANN, Source::Camera);
    assert_eq!(world.clients[BOB].lists.video, ["ann"]);
}

#[test]
fn changes_made_while_disconnected_are_in_all_lists_after_the_reconnection() {
    let mut world = World::new(4, 3);
    join(&mut world, ANN);
    join(&mut world, BOB);
    world.reachable[ANN] = false;
    world.cut(ANN, Some(0), 0);
    capture(&mut world, ANN, Source::Microphone);
    capture(&mut world, BOB, Source::Camera);
    join(&mut world, CAT);
    world.reachable[ANN] = true;
    world.run(6_000);
    for client in &world.clients {
        assert_eq!(client.lists, world.hub_lists(ROOM));
        assert_eq!(client.lists.speakers, ["ann"]);
        assert_eq!(client.lists.video, ["bob"]);
        assert_eq!(client.lists.chat, ["ann", "bob", "cat"]);
    }
    assert_eq!(media(&world, ANN, CAT), Source::Microphone.into());
}

#[test]
fn a_disconnected_member_leaves_the_lists_after_12_s() {
    let mut world = call_among(2);
    world.close_page(ANN);
    world.run(11_900);
    assert_eq!(chat_list(&world, BOB), ["ann", "bob"]);
    world.run(200);
    assert_eq!(chat_list(&world, BOB), ["bob"]);
    assert_eq!(world.partners(BOB).len(), 0);
}

#[test]
fn the_12_s_start_with_the_last_message_and_not_with_the_close() {
    let mut world = call_among(2);
    world.clients[ANN].page_closed = true;
    world.cut(ANN, None, 8_000);
    world.run(11_900);
    assert_eq!(chat_list(&world, BOB), ["ann", "bob"]);
    world.run(200);
    assert_eq!(chat_list(&world, BOB), ["bob"]);
}

#[test]
fn a_member_that_reconnects_after_it_left_the_lists_is_in_the_call_again() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    world.reachable[ANN] = false;
    world.cut(ANN, Some(0), 0);
    world.run(30_000);
    assert_eq!(chat_list(&world, BOB), ["bob"]);
    assert!(event_codes(&world, ANN).is_empty(), "losing the network is no interruption");
    world.reachable[ANN] = true;
    world.run(10_000);
    assert_eq!(chat_list(&world, BOB), ["ann", "bob"]);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
}

/// Ann is disconnected and leaves Bob's list. Bob is disconnected while she returns. So Ann keeps
/// her peer connection, which Bob has closed.
#[test]
fn two_reconnected_members_of_whom_one_removed_the_other_connect_at_once() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    world.reachable[ANN] = false;
    world.restart_hub();
    world.run(20_000);
    assert_eq!(chat_list(&world, BOB), ["bob"]);
    world.cut(BOB, None, 4_000);
    world.reachable[ANN] = true;
    world.network_change(ANN);
    world.run(8_000);
    assert_eq!(chat_list(&world, BOB), ["ann", "bob"]);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
    assert_eq!(world.partners(ANN).len(), 1);
}

#[test]
fn a_hub_restart_changes_no_list_and_no_media() {
    let mut world = call_among(3);
    capture(&mut world, ANN, Source::Camera);
    let before = (events(&world), negotiations(&world), opened(&world));
    for _ in 0..3 {
        world.restart_hub();
        world.run(20_000);
    }
    assert_eq!((events(&world), negotiations(&world), opened(&world)), before);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
    assert_eq!(world.hub_lists(ROOM).chat, ["ann", "bob", "cat"]);
}

#[test]
fn a_member_that_does_not_reconnect_to_a_restarted_hub_leaves_the_lists_after_12_s() {
    let mut world = call_among(3);
    world.close_page(CAT);
    world.restart_hub();
    world.run(11_900);
    assert_eq!(chat_list(&world, ANN), ["ann", "bob", "cat"]);
    world.run(400);
    assert_eq!(chat_list(&world, ANN), ["ann", "bob"]);
    assert_eq!(chat_list(&world, BOB), ["ann", "bob"]);
    assert_eq!(world.partners(ANN).len(), 1);
}

#[test]
fn a_member_that_left_before_a_hub_restart_is_not_kept_in_the_lists() {
    let mut world = call_among(3);
    world.request(CAT, Request::Exit);
    world.run(20);
    world.restart_hub();
    run_briefly(&mut world);
    assert_eq!(chat_list(&world, ANN), ["ann", "bob"]);
}

#[test]
fn a_hub_restart_during_joins_and_leaves_ends_with_correct_lists() {
    for restarted_after in 0..40 {
        let mut world = World::new(restarted_after, 4);
        world.delay = (1, 10);
        for client in [ANN, BOB, CAT] {
            join(&mut world, client);
        }
        capture(&mut world, ANN, Source::Camera);
        let left = world.request(BOB, Request::Exit);
        let joined = world.join_as(DAN, "dan", ROOM);
        world.run(restarted_after);
        world.restart_hub();
        world.run(20_000);
        succeeded(&world, left);
        succeeded(&world, joined);
        for client in [ANN, CAT, DAN] {
            assert_eq!(
                chat_list(&world, client),
                ["ann", "cat", "dan"],
                "after {restarted_after} ms"
            );
            assert_eq!(world.clients[client].lists, world.hub_lists(ROOM));
        }
        assert_eq!(media(&world, ANN, DAN), Source::Camera.into());
        assert_eq!(world.partners(ANN).len(), 2);
    }
}

#[test]
fn an_unreachable_hub_changes_no_list() {
    let mut world = call_among(2);
    world.reachable.fill(false);
    world.restart_hub();
    world.run(600_000);
    assert_eq!(chat_list(&world, ANN), ["ann", "bob"]);
    world.reachable.fill(true);
    world.run(10_000);
    assert_eq!(world.hub_lists(ROOM).chat, ["ann", "bob"]);
    assert_eq!(world.clients[ANN].events.len() + world.clients[BOB].events.len(), 3);
}

#[test]
fn members_are_not_removed_while_the_hub_is_disconnected() {
    let mut world = call_among(2);
    world.reachable[BOB] = false;
    world.restart_hub();
    world.run(6_000);
    world.reachable[ANN] = false;
    world.cut(ANN, Some(0), 0);
    world.run(60_000);
    assert_eq!(
        chat_list(&world, ANN),
        ["ann", "bob"],
        "no member is removed while the hub is disconnected"
    );
    world.reachable[ANN] = true;
    world.run(6_000);
    assert_eq!(chat_list(&world, ANN), ["ann", "bob"], "the 12 s start with the reconnection");
    world.run(12_000);
    assert_eq!(chat_list(&world, ANN), ["ann"]);
}

#[test]
fn a_second_connection_of_a_session_replaces_the_first() {
    let mut world = call_among(2);
    let before = events(&world);
    // The participant has closed its connection, but the hub does not know it yet.
    world.cut(ANN, Some(0), 5_000);
    run_briefly(&mut world);
    assert_eq!(world.hub.session_count(), 2);
    capture(&mut world, BOB, Source::Camera);
    assert_eq!(world.clients[ANN].lists.video, ["bob"], "the second connection is used");
    world.run(30_000);
    assert_eq!(events(&world), before + 2, "the close of the first connection has no effect");
    assert_eq!(chat_list(&world, BOB), ["ann", "bob"]);
}

#[test]
fn the_latest_login_of_a_user_replaces_the_earlier_one() {
    let mut world = World::new(2, 3);
    join(&mut world, ANN);
    join(&mut world, BOB);
    let request = world.join_as(CAT, "ann", ROOM);
    run_briefly(&mut world);
    succeeded(&world, request);
    assert_eq!(event_codes(&world, ANN), [interrupted::DUPLICATE_LOGIN]);
    assert!(!world.clients[ANN].participant.is_active());
    assert_eq!(chat_list(&world, BOB), ["bob", "ann"]);
    assert_eq!(chat_list(&world, CAT), ["bob", "ann"]);
    let request = join(&mut world, ANN);
    succeeded(&world, request);
    assert_eq!(event_codes(&world, CAT), [interrupted::DUPLICATE_LOGIN]);
}

#[test]
fn after_a_hub_restart_the_latest_login_wins_for_any_order_of_reconnection() {
    for first in [ANN, BOB] {
        let mut world = World::new(2, 2);
        join(&mut world, ANN);
        // The earlier session does not learn that it was replaced.
        world.reachable[ANN] = false;
        world.cut(ANN, Some(0), 0);
        world.join_as(BOB, "ann", ROOM);
        run_briefly(&mut world);
        world.reachable = vec![first == ANN, first == BOB];
        world.restart_hub();
        world.run(6_000);
        world.reachable.fill(true);
        world.run(6_000);
        assert_eq!(event_codes(&world, ANN), [interrupted::DUPLICATE_LOGIN], "{first} came first");
        assert!(event_codes(&world, BOB).is_empty(), "{first} came first");
        assert_eq!(chat_list(&world, BOB), ["ann"]);
    }
}

#[test]
fn a_reloaded_page_that_joins_again_replaces_its_old_session() {
    let mut world = call_among(2);
    world.reload(ANN);
    let request = join(&mut world, ANN);
    succeeded(&world, request);
    assert_eq!(chat_list(&world, BOB), ["bob", "ann"]);
    world.run(30_000);
    assert_eq!(chat_list(&world, BOB), ["bob", "ann"]);
}

#[test]
fn a_kicked_user_is_interrupted_and_the_others_see_it_leave() {
    let mut world = call_among(2);
    assert!(world.kick("ann", ROOM));
    run_briefly(&mut world);
    assert_eq!(event_codes(&world, ANN), [interrupted::KICKED]);
    assert_eq!(chat_list(&world, BOB), ["bob"]);
    assert!(!world.kick("ann", ROOM), "it is there no longer");
    let request = join(&mut world, ANN);
    succeeded(&world, request);
}

#[test]
fn the_end_of_a_room_interrupts_only_its_members() {
    let mut world = World::new(2, 3);
    join(&mut world, ANN);
    join(&mut world, BOB);
    world.join_as(CAT, "cat", "other");
    run_briefly(&mut world);
    assert!(world.dissolve(ROOM));
    run_briefly(&mut world);
    assert_eq!(event_codes(&world, ANN), [interrupted::DISSOLVED]);
    assert_eq!(event_codes(&world, BOB), [interrupted::DISSOLVED]);
    assert!(event_codes(&world, CAT).is_empty());
    assert_eq!(world.hub.room_count(), 1);
    assert!(world.is_closed(ANN));
}

#[test]
fn a_member_removed_while_disconnected_is_interrupted_when_it_reconnects() {
    let mut world = call_among(2);
    world.reachable[ANN] = false;
    world.cut(ANN, Some(0), 0);
    run_briefly(&mut world);
    world.kick("ann", ROOM);
    world.run(30_000);
    world.reachable[ANN] = true;
    world.run(10_000);
    assert_eq!(event_codes(&world, ANN), [interrupted::KICKED]);
    assert_eq!(chat_list(&world, BOB), ["bob"]);
    let request = join(&mut world, ANN);
    succeeded(&world, request);
}

/// All members of the room know the id of a session. They do not know its secret.
#[test]
fn a_session_is_not_resumed_without_its_secret() {
    let mut world = World::new(2, 3);
    join(&mut world, ANN);
    join(&mut world, BOB);
    capture(&mut world, ANN, Source::Camera);
    let stolen = session(&world, ANN);
    world.reachable[ANN] = false;
    world.cut(ANN, Some(0), 0);
    run_briefly(&mut world);
    let request = join_with(&mut world, CAT, |options| {
        options.secret = SessionSecret::parse(&stolen.to_text()).unwrap();
    });
    succeeded(&world, request);
    assert_ne!(session(&world, CAT), stolen);
    assert_eq!(chat_list(&world, BOB), ["ann", "bob", "cat"], "cat is not affected");
    world.reachable[ANN] = true;
    world.network_change(ANN);
    run_briefly(&mut world);
    assert_eq!(session(&world, ANN), stolen);
    assert!(event_codes(&world, ANN).is_empty());
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
}

#[test]
fn an_interruption_fails_the_pending_requests_first() {
    let mut world = call_among(1);
    world.kick("ann", ROOM);
    let waiting = [
        world.request(ANN, Request::Visibility(false)),
        world.request(ANN, Request::UpdateToken("new".into())),
    ];
    run_briefly(&mut world);
    for request in waiting {
        assert_eq!(failure(&world, request), Failure::room_left());
    }
    let last = world.clients[ANN].received.last();
    assert!(matches!(last, Some(Received::Event(Event::Interrupted(..)))), "{last:?}");
}

#[test]
fn malformed_data_ends_only_the_session_of_its_sender() {
    let mut world = call_among(3);
    world.send_malformed(ANN);
    run_briefly(&mut world);
    assert_eq!(event_codes(&world, ANN), [interrupted::SERVER]);
    assert_eq!(chat_list(&world, BOB), ["bob", "cat"]);
    assert_eq!(chat_list(&world, CAT), ["bob", "cat"]);
}

#[test]
fn a_suspended_page_leaves_the_call_and_joins_again_when_it_is_resumed() {
    for seconds in [0, 1, 60] {
        let mut world = call_among(2);
        for client in [ANN, BOB] {
            capture(&mut world, client, Source::Camera);
            capture(&mut world, client, Source::Microphone);
        }
        capture(&mut world, ANN, Source::Screen);
        world.suspend(ANN);
        assert_eq!(world.clients[ANN].browser.running, Sources::NONE);
        assert!(world.is_closed(ANN));
        assert_eq!(world.clients[ANN].connection, None);
        if seconds > 0 {
            world.run(seconds * 1_000);
            assert_eq!(chat_list(&world, BOB), ["bob"]);
        }
        let approaches = world.clients[ANN].connection_attempts.len();
        world.network_change(ANN);
        assert_eq!(world.clients[ANN].connection_attempts.len(), approaches, "it is not there");

        world.resume(ANN);
        run_briefly(&mut world);
        assert_eq!(chat_list(&world, BOB), ["ann", "bob"], "after {seconds} s");
        assert_eq!(chat_list(&world, ANN), ["ann", "bob"]);
        assert_eq!(world.clients[BOB].lists.video, ["ann", "bob"]);
        assert!(world.clients[BOB].lists.screen.is_empty(), "that takes the user");
        assert_eq!(media(&world, ANN, BOB), Sources::STREAM);
        assert_eq!(media(&world, BOB, ANN), Sources::STREAM);
        assert!(event_codes(&world, ANN).is_empty());
    }
}

#[test]
fn a_page_suspended_during_the_join_joins_when_it_is_resumed() {
    let mut world = World::new(1, 1);
    let options = world.join_options("ann", ROOM);
    let request = world.request(ANN, Request::Join(Box::new(options)));
    world.suspend(ANN);
    world.run(5_000);
    assert_eq!(world.answer(request), None);
    world.resume(ANN);
    run_briefly(&mut world);
    succeeded(&world, request);
}

#[test]
fn a_page_that_exits_while_it_is_suspended_stays_out_of_the_room() {
    let mut world = call_among(2);
    world.suspend(ANN);
    let request = make_request(&mut world, ANN, Request::Exit);
    succeeded(&world, request);
    world.resume(ANN);
    run_briefly(&mut world);
    assert!(!world.clients[ANN].participant.is_active());
    assert_eq!(chat_list(&world, BOB), ["bob"]);
}

#[test]
fn a_resume_without_a_suspension_has_no_effect() {
    let mut world = call_among(2);
    let (approaches, opened) = (world.clients[ANN].connection_attempts.len(), opened(&world));
    world.resume(ANN);
    run_briefly(&mut world);
    assert_eq!(world.clients[ANN].connection_attempts.len(), approaches);
    assert_eq!(super::opened(&world), opened);
}

#[test]
fn a_device_that_is_missing_when_the_page_is_resumed_raises_its_state_event() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Microphone);
    world.suspend(ANN);
    world.clients[ANN].browser.missing = Source::Microphone.into();
    world.resume(ANN);
    run_briefly(&mut world);
    assert_eq!(event_codes(&world, ANN), [21_106]);
    assert!(world.clients[BOB].lists.speakers.is_empty());
}
