//! Joining and leaving a room.

use super::*;

#[test]
fn the_join_succeeds_before_the_list_events() {
    let mut world = World::new(1, 1);
    capture(&mut world, ANN, Source::Microphone);
    let request = join(&mut world, ANN);
    let received = &world.clients[ANN].received;
    let answer = received
        .iter()
        .position(|received| *received == Received::Answer(request, Ok(())))
        .unwrap();
    let names = vec![world::user("ann")];
    let lists = [Event::ChatMembers(names.clone()), Event::Speakers(names)];
    assert_eq!(received[answer + 1..], lists.map(Received::Event));
}

#[test]
fn one_stands_in_the_lists_oneself() {
    let world = call_among(2);
    assert_eq!(chat_list(&world, ANN), ["ann", "bob"]);
    assert_eq!(chat_list(&world, BOB), ["ann", "bob"]);
}

#[test]
fn a_join_inside_a_room_fails_for_any_ids() {
    let mut world = call_among(2);
    for (user, room) in [("ann", ROOM), ("ann", "other"), ("other", ROOM), ("other", "other")] {
        let request = world.join_as(ANN, user, room);
        assert_eq!(failure(&world, request), Failure::already_in_room("ann", ROOM));
    }
    run_briefly(&mut world);
    assert_eq!(chat_list(&world, BOB), ["ann", "bob"], "the others are not affected");
}

#[test]
fn a_join_during_a_join_fails_and_the_first_one_continues() {
    let mut world = World::new(1, 1);
    let first = world.join_as(ANN, "ann", ROOM);
    let second = world.join_as(ANN, "ann", "other");
    assert_eq!(errno(&world, second), 21_100);
    run_briefly(&mut world);
    succeeded(&world, first);
}

#[test]
fn ids_that_the_platform_does_not_allow_are_parameter_errors_that_name_the_parameter() {
    let mut world = World::new(1, 1);
    let long = "x".repeat(129);
    for (user, room, detail) in [
        ("", ROOM, "params.userId should not be empty"),
        ("ann", "", "params.roomId should not be empty"),
        ("ann", "a room", "params.roomId should have only letters, digits and @ . _ -"),
        (&long, ROOM, "params.userId should have at most 128 characters"),
    ] {
        let request = world.join_as(ANN, user, room);
        assert_eq!(failure(&world, request), Failure::parameter(detail));
    }
    let request = join(&mut world, ANN);
    succeeded(&world, request);
}

#[test]
fn an_unanswered_join_fails_after_10_s_and_a_later_join_succeeds() {
    let mut world = World::new(1, 1);
    world.reachable[ANN] = false;
    let request = world.join_as(ANN, "ann", ROOM);
    world.run(9_900);
    assert_eq!(world.answer(request), None, "it still tries");
    world.run(200);
    assert_eq!(errno(&world, request), 21_102);
    world.reachable[ANN] = true;
    let request = join(&mut world, ANN);
    succeeded(&world, request);
}

#[test]
fn an_exit_outside_a_room_succeeds() {
    let mut world = World::new(1, 1);
    let request = world.request(ANN, Request::Exit);
    succeeded(&world, request);
}

#[test]
fn an_exit_on_the_way_in_fails_the_join_and_succeeds_itself() {
    let mut world = World::new(1, 1);
    let entering = world.join_as(ANN, "ann", ROOM);
    let leaving = world.request(ANN, Request::Exit);
    assert_eq!(failure(&world, entering), Failure::room_left());
    succeeded(&world, leaving);
    world.run(20_000);
    assert_eq!(world.hub.session_count(), 0, "no late join");
}

#[test]
fn an_exit_is_in_the_lists_of_the_others_at_once() {
    let mut world = call_among(2);
    world.request(ANN, Request::Exit);
    world.run(20);
    assert_eq!(chat_list(&world, BOB), ["bob"]);
}

#[test]
fn capture_continues_after_the_exit_and_is_published_in_the_next_room() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    make_request(&mut world, ANN, Request::Exit);
    assert_eq!(world.clients[ANN].participant.captured(), Source::Camera.into());
    assert!(world.clients[BOB].lists.video.is_empty());
    join(&mut world, ANN);
    assert_eq!(world.clients[BOB].lists.video, ["ann"]);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
}

#[test]
fn a_call_that_all_have_left_leaves_no_session_connection_or_timer() {
    let mut world = call_among(3);
    capture(&mut world, ANN, Source::Camera);
    for client in [CAT, ANN, BOB] {
        make_request(&mut world, client, Request::Exit);
    }
    assert_eq!((world.hub.session_count(), world.hub.room_count()), (0, 0));
    assert_eq!(world.hub.poll_timeout(), None);
    for (number, client) in world.clients.iter().enumerate() {
        assert!(world.is_closed(number));
        assert_eq!(client.participant.poll_timeout(), None);
        assert_eq!(client.connection, None);
    }
}

#[test]
fn messages_of_the_hub_after_the_exit_are_ignored() {
    let mut world = call_among(2);
    world.request(BOB, Request::Capture(Source::Camera, true));
    world.request(ANN, Request::Exit);
    let before = world.clients[ANN].received.len();
    run_briefly(&mut world);
    assert_eq!(world.clients[ANN].received.len(), before);
}

#[test]
fn users_of_different_rooms_are_not_in_each_others_lists() {
    let mut world = World::new(1, 2);
    world.join_as(ANN, "ann", ROOM);
    world.join_as(BOB, "bob", "other");
    run_briefly(&mut world);
    assert_eq!(chat_list(&world, ANN), ["ann"]);
    assert_eq!(chat_list(&world, BOB), ["bob"]);
    assert_eq!(opened(&world), 0);
}

#[test]
fn a_join_without_a_signaling_transport_fails_at_once_with_the_reason() {
    let mut world = World::new(1, 1);
    let request = world.join_as(ANN, "ann", ROOM);
    world.make_unavailable(ANN, "no locks here");
    assert_eq!(failure(&world, request), Failure::join("no locks here"));
    assert!(world.clients[ANN].connection.is_none());
    join(&mut world, ANN);
    assert_eq!(chat_list(&world, ANN), ["ann"], "the next one is a new attempt");
    world.make_unavailable(ANN, "no locks any more");
    run_briefly(&mut world);
    assert_eq!(chat_list(&world, ANN), ["ann"], "a call inside a room is restored");
    assert_eq!(world.clients[ANN].connection_attempts.len(), 3);
}
