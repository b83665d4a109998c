//! Publishing, subscribing and visibility.

use super::*;
use crate::world::user;
use tt_rtc_room::media::VideoEncoderConfig;

fn stream(world: &mut World, client: usize) {
    capture(world, client, Source::Microphone);
    capture(world, client, Source::Camera);
}

#[test]
fn everything_is_published_and_subscribed_by_default() {
    let mut world = call_among(2);
    stream(&mut world, ANN);
    capture(&mut world, ANN, Source::Screen);
    assert_eq!(media(&world, ANN, BOB), Sources::ALL);
    assert_eq!(media(&world, BOB, ANN), Sources::NONE);
}

#[test]
fn publish_state_set_before_the_join_applies() {
    let mut world = World::new(1, 2);
    stream(&mut world, ANN);
    make_request(&mut world, ANN, Request::Publish(StreamType::Audio, false));
    join(&mut world, ANN);
    join(&mut world, BOB);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
    assert!(world.clients[BOB].lists.speakers.is_empty());
}

#[test]
fn publish_state_set_before_a_failed_join_applies_to_the_next_one() {
    let mut world = World::new(1, 2);
    world.require_tokens();
    stream(&mut world, ANN);
    make_request(&mut world, ANN, Request::Publish(StreamType::Audio, false));
    let refused = join(&mut world, ANN);
    assert_eq!(errno(&world, refused), 21_101);
    let token = |name| world::token(name, ROOM).sign(world::KEY).unwrap();
    join_with(&mut world, ANN, |options| options.token = token("ann"));
    join_with(&mut world, BOB, |options| options.token = token("bob"));
    assert_eq!(world.clients[BOB].lists.video, ["ann"]);
    assert!(world.clients[BOB].lists.speakers.is_empty(), "who was muted is still muted");
}

#[test]
fn publish_state_is_reset_by_the_exit() {
    let mut world = call_among(2);
    stream(&mut world, ANN);
    make_request(&mut world, ANN, Request::Publish(StreamType::Both, false));
    make_request(&mut world, ANN, Request::Exit);
    join(&mut world, ANN);
    assert_eq!(media(&world, ANN, BOB), Sources::STREAM);
}

#[test]
fn without_auto_publish_nothing_is_sent_until_it_is_published() {
    let mut world = World::new(1, 2);
    join(&mut world, ANN);
    stream(&mut world, BOB);
    join_with(&mut world, BOB, |options| options.auto_publish = false);
    assert_eq!(media(&world, BOB, ANN), Sources::NONE);
    assert!(world.clients[ANN].lists.speakers.is_empty());
    make_request(&mut world, BOB, Request::Publish(StreamType::Audio, true));
    assert_eq!(media(&world, BOB, ANN), Source::Microphone.into());
    make_request(&mut world, BOB, Request::Publish(StreamType::Video, true));
    assert_eq!(media(&world, BOB, ANN), Sources::STREAM);
}

#[test]
fn without_auto_subscribe_nothing_is_received_until_it_is_subscribed() {
    let mut world = World::new(1, 3);
    join(&mut world, ANN);
    join(&mut world, CAT);
    stream(&mut world, ANN);
    stream(&mut world, CAT);
    join_with(&mut world, BOB, |options| options.auto_subscribe = false);
    assert_eq!(media(&world, ANN, BOB), Sources::NONE);
    assert_eq!(world.clients[BOB].lists.video, ["ann", "cat"], "the lists are whole");
    make_request(&mut world, BOB, Request::Subscribe(user("ann"), StreamType::Video, true));
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
    assert_eq!(media(&world, CAT, BOB), Sources::NONE);
    assert_eq!(media(&world, ANN, CAT), Sources::STREAM, "others are not concerned");
}

#[test]
fn the_streams_of_one_user_can_be_unsubscribed_and_subscribed_again() {
    let mut world = call_among(3);
    stream(&mut world, ANN);
    stream(&mut world, CAT);
    make_request(&mut world, BOB, Request::Subscribe(user("ann"), StreamType::Video, false));
    assert_eq!(media(&world, ANN, BOB), Source::Microphone.into());
    assert_eq!(media(&world, CAT, BOB), Sources::STREAM);
    make_request(&mut world, BOB, Request::Subscribe(user("ann"), StreamType::Both, false));
    assert_eq!(media(&world, ANN, BOB), Sources::NONE);
    make_request(&mut world, BOB, Request::Subscribe(user("ann"), StreamType::Both, true));
    assert_eq!(media(&world, ANN, BOB), Sources::STREAM);
}

#[test]
fn screens_are_subscribed_separately_from_streams() {
    let mut world = call_among(2);
    stream(&mut world, ANN);
    capture(&mut world, ANN, Source::Screen);
    make_request(&mut world, BOB, Request::SubscribeScreen(user("ann"), StreamType::Audio, false));
    assert_eq!(media(&world, ANN, BOB), Sources::STREAM.with(Source::Screen, true));
    make_request(&mut world, BOB, Request::Subscribe(user("ann"), StreamType::Both, false));
    assert_eq!(media(&world, ANN, BOB), Source::Screen.into());
}

#[test]
fn a_subscription_applies_to_a_user_who_joins_later_or_again() {
    let mut world = World::new(1, 2);
    join_with(&mut world, BOB, |options| options.auto_subscribe = false);
    make_request(&mut world, BOB, Request::Subscribe(user("ann"), StreamType::Audio, true));
    stream(&mut world, ANN);
    for _ in 0..2 {
        join(&mut world, ANN);
        assert_eq!(media(&world, ANN, BOB), Source::Microphone.into());
        make_request(&mut world, ANN, Request::Exit);
    }
}

#[test]
fn subscriptions_are_reset_by_the_exit() {
    let mut world = call_among(2);
    stream(&mut world, ANN);
    make_request(&mut world, BOB, Request::Subscribe(user("ann"), StreamType::Both, false));
    make_request(&mut world, BOB, Request::Exit);
    join(&mut world, BOB);
    assert_eq!(media(&world, ANN, BOB), Sources::STREAM);
}

#[test]
fn a_subscription_needs_a_room() {
    let mut world = World::new(1, 1);
    let stream = world.request(ANN, Request::Subscribe(user("bob"), StreamType::Both, true));
    let screen = world.request(ANN, Request::SubscribeScreen(user("bob"), StreamType::Both, true));
    assert_eq!(failure(&world, stream), Failure::not_in_room());
    assert_eq!(failure(&world, screen), Failure::not_in_room());
}

#[test]
fn an_unpublished_or_stopped_source_is_not_sent_from_the_request_on() {
    let mut world = call_among(2);
    stream(&mut world, ANN);
    let bob = session(&world, BOB);
    world.request(ANN, Request::Publish(StreamType::Audio, false));
    assert_eq!(world.sends_to(ANN, bob), Source::Camera.into());
    world.request(ANN, Request::Capture(Source::Camera, false));
    assert_eq!(world.sends_to(ANN, bob), Sources::NONE);
}

#[test]
fn an_invisible_user_is_in_no_list_and_still_receives_media() {
    let mut world = call_among(2);
    stream(&mut world, ANN);
    make_request(&mut world, BOB, Request::Visibility(false));
    assert_eq!(chat_list(&world, ANN), ["ann"]);
    assert_eq!(chat_list(&world, BOB), ["ann"], "not in its own either");
    assert_eq!(media(&world, ANN, BOB), Sources::STREAM);
}

#[test]
fn an_invisible_user_cannot_publish() {
    let mut world = call_among(2);
    make_request(&mut world, BOB, Request::Visibility(false));
    stream(&mut world, BOB);
    assert_eq!(media(&world, BOB, ANN), Sources::NONE);
    assert!(world.clients[ANN].lists.speakers.is_empty());
    let request = make_request(&mut world, BOB, Request::Publish(StreamType::Both, true));
    assert_eq!(failure(&world, request), Failure::invisible());
    let request = make_request(&mut world, BOB, Request::Publish(StreamType::Both, false));
    succeeded(&world, request);
}

#[test]
fn a_user_who_becomes_invisible_stops_sending_and_keeps_its_join_order() {
    let mut world = call_among(3);
    stream(&mut world, BOB);
    let connections = opened(&world);
    make_request(&mut world, BOB, Request::Visibility(false));
    assert_eq!(chat_list(&world, ANN), ["ann", "cat"]);
    assert!(world.clients[ANN].lists.video.is_empty());
    assert_eq!(media(&world, BOB, ANN), Sources::NONE);
    make_request(&mut world, BOB, Request::Visibility(true));
    assert_eq!(chat_list(&world, ANN), ["ann", "bob", "cat"]);
    assert_eq!(world.clients[CAT].lists.video, ["bob"]);
    assert_eq!(media(&world, BOB, CAT), Sources::STREAM);
    assert_eq!(opened(&world), connections, "over the connections there were");
}

#[test]
fn a_user_can_join_invisible() {
    let mut world = World::new(1, 2);
    join(&mut world, ANN);
    make_request(&mut world, BOB, Request::Visibility(false));
    let before = world.clients[ANN].events.len();
    join(&mut world, BOB);
    assert_eq!(world.clients[ANN].events.len(), before);
    assert_eq!(chat_list(&world, BOB), ["ann"]);
}

#[test]
fn invisible_users_do_not_know_each_other() {
    let mut world = call_among(3);
    make_request(&mut world, BOB, Request::Visibility(false));
    make_request(&mut world, CAT, Request::Visibility(false));
    assert_eq!(world.partners(BOB).len(), 1);
    assert_eq!(world.partners(CAT).len(), 1);
    make_request(&mut world, CAT, Request::Visibility(true));
    assert_eq!(world.partners(BOB).len(), 2);
}

#[test]
fn an_unanswered_visibility_change_fails_and_has_no_effect() {
    let mut world = call_among(2);
    world.reachable[BOB] = false;
    world.cut(BOB, Some(0), 1_000);
    let requests = [false, true].map(|visible| world.request(BOB, Request::Visibility(visible)));
    world.run(10_001);
    for request in requests {
        assert_eq!(failure(&world, request), Failure::timeout());
    }
    world.reachable[BOB] = true;
    world.run(6_000);
    assert_eq!(chat_list(&world, ANN), ["ann", "bob"]);
    let request = make_request(&mut world, BOB, Request::Publish(StreamType::Both, true));
    succeeded(&world, request);
}

#[test]
fn a_camera_with_a_bit_rate_of_0_is_not_sent_and_is_off_for_the_others() {
    let mut world = call_among(2);
    stream(&mut world, ANN);
    let config = |max_bitrate| VideoEncoderConfig { max_bitrate, ..VideoEncoderConfig::default() };
    make_request(&mut world, ANN, Request::EncoderConfig(config(Some(0))));
    run_briefly(&mut world);
    assert_eq!(media(&world, ANN, BOB), Source::Microphone.into());
    assert!(world.clients[BOB].lists.video.is_empty());
    make_request(&mut world, ANN, Request::EncoderConfig(config(None)));
    run_briefly(&mut world);
    assert_eq!(media(&world, ANN, BOB), Sources::STREAM);
}
