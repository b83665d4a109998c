//! The four lists and their events.

use super::*;

#[test]
fn an_event_is_raised_only_when_its_list_has_changed() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    let before = events(&world);
    for request in [
        Request::Capture(Source::Camera, true),
        Request::Publish(StreamType::Both, true),
        Request::Publish(StreamType::Audio, false),
        Request::Visibility(true),
        Request::UpdateToken("token".into()),
        Request::Subscribe(world::user("bob"), StreamType::Both, false),
    ] {
        let request = make_request(&mut world, ANN, request);
        succeeded(&world, request);
    }
    assert_eq!(events(&world), before);
}

#[test]
fn the_video_list_has_users_who_capture_and_publish_the_camera() {
    let mut world = call_among(2);
    make_request(&mut world, ANN, Request::Publish(StreamType::Video, false));
    capture(&mut world, ANN, Source::Camera);
    assert!(world.clients[BOB].lists.video.is_empty(), "captured only");
    make_request(&mut world, ANN, Request::Publish(StreamType::Video, true));
    assert_eq!(world.clients[BOB].lists.video, ["ann"]);
    assert_eq!(world.clients[ANN].lists.video, ["ann"], "the own user is in the list");
    stop(&mut world, ANN, Source::Camera);
    assert!(world.clients[BOB].lists.video.is_empty(), "published only");
    assert!(world.clients[ANN].lists.video.is_empty());
}

#[test]
fn the_speakers_are_users_who_capture_and_publish_the_microphone() {
    let mut world = call_among(2);
    capture(&mut world, BOB, Source::Microphone);
    assert_eq!(world.clients[ANN].lists.speakers, ["bob"]);
    make_request(&mut world, BOB, Request::Publish(StreamType::Audio, false));
    assert!(world.clients[ANN].lists.speakers.is_empty());
    make_request(&mut world, BOB, Request::Publish(StreamType::Both, true));
    assert_eq!(world.clients[ANN].lists.speakers, ["bob"]);
    assert!(world.clients[ANN].lists.video.is_empty());
}

#[test]
fn the_screen_list_does_not_depend_on_the_publish_state() {
    let mut world = call_among(2);
    make_request(&mut world, BOB, Request::Publish(StreamType::Both, false));
    capture(&mut world, BOB, Source::Screen);
    assert_eq!(world.clients[ANN].lists.screen, ["bob"]);
    assert_eq!(world.clients[BOB].lists.screen, ["bob"]);
    stop(&mut world, BOB, Source::Screen);
    assert!(world.clients[ANN].lists.screen.is_empty());
}

#[test]
fn lists_are_in_join_order() {
    let mut world = World::new(5, 3);
    for client in [CAT, ANN, BOB] {
        join(&mut world, client);
    }
    for client in [BOB, ANN, CAT] {
        capture(&mut world, client, Source::Microphone);
    }
    for client in &world.clients {
        assert_eq!(client.lists.chat, ["cat", "ann", "bob"]);
        assert_eq!(client.lists.speakers, ["cat", "ann", "bob"]);
    }
}

#[test]
fn a_hub_restart_keeps_the_join_order_for_any_order_of_reconnection() {
    for first in [ANN, BOB, CAT] {
        let mut world = call_among(3);
        let before = events(&world);
        world.reachable.fill(false);
        world.reachable[first] = true;
        world.restart_hub();
        world.run(6_000);
        world.reachable.fill(true);
        world.run(8_000);
        assert_eq!(world.hub_lists(ROOM).chat, ["ann", "bob", "cat"]);
        assert_eq!(events(&world), before, "no event");
    }
}

#[test]
fn a_new_user_is_listed_after_users_who_have_not_reconnected_to_a_restarted_hub_yet() {
    let mut world = World::new(3, 3);
    join(&mut world, ANN);
    join(&mut world, BOB);
    world.reachable[ANN] = false;
    world.restart_hub();
    run_briefly(&mut world);
    join(&mut world, CAT);
    world.reachable[ANN] = true;
    world.run(6_000);
    for client in &world.clients {
        assert_eq!(client.lists.chat, ["ann", "bob", "cat"]);
    }
}

#[test]
fn a_user_who_leaves_and_joins_again_is_listed_last() {
    let mut world = call_among(3);
    make_request(&mut world, ANN, Request::Exit);
    join(&mut world, ANN);
    assert_eq!(chat_list(&world, BOB), ["bob", "cat", "ann"]);
}

#[test]
fn a_second_join_raises_the_list_events_again() {
    let mut world = call_among(2);
    make_request(&mut world, ANN, Request::Exit);
    let before = world.clients[ANN].events.len();
    join(&mut world, ANN);
    let names = ["bob", "ann"].map(world::user);
    assert_eq!(world.clients[ANN].events[before..], [Event::ChatMembers(names.into())]);
}
