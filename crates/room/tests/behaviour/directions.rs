//! What a member may not publish is not received, whatever its client sends.

use tt_rtc_room::token::{AccessToken, Privilege};

use super::*;
use crate::world::{KEY, token};

/// Which of two joins first opens the connection and makes the offers.
const ORDERS: [[usize; 2]; 2] = [[ANN, BOB], [BOB, ANN]];

fn world_with_key() -> World {
    let mut world = World::new(5, 3);
    world.require_tokens();
    world
}

/// A token with these privileges.
fn token_for(client: usize, privileges: &[Privilege]) -> AccessToken {
    let mut token = AccessToken { privileges: Vec::new(), ..token(NAMES[client], ROOM) };
    for privilege in privileges {
        token.grant(*privilege, 0);
    }
    token
}

fn listen_only(client: usize) -> AccessToken {
    token_for(client, &[Privilege::SubscribeStream])
}

fn everything(client: usize) -> AccessToken {
    token(NAMES[client], ROOM)
}

fn join_by(world: &mut World, client: usize, token: &AccessToken) {
    let text = token.sign(KEY).unwrap();
    let request = join_with(world, client, |options| options.token = text);
    succeeded(world, request);
}

fn update(world: &mut World, client: usize, token: &AccessToken) {
    let request = make_request(world, client, Request::UpdateToken(token.sign(KEY).unwrap()));
    succeeded(world, request);
}

/// A call of Ann, who has `token`, and Bob, who publishes camera and microphone. They join in this
/// order.
fn call_with(token: &AccessToken, order: [usize; 2]) -> World {
    let mut world = world_with_key();
    for client in order {
        let token = if client == ANN { token } else { &everything(client) };
        join_by(&mut world, client, token);
    }
    for source in [Source::Microphone, Source::Camera] {
        capture(&mut world, BOB, source);
    }
    // Bob's media is received in any case.
    assert_eq!(media(&world, BOB, ANN), Sources::STREAM);
    world.run(2_000);
    world
}

/// The sources of Ann that Bob's browser would decode, whatever Ann's client sends.
fn decoded(world: &World) -> Sources {
    world.clients[BOB].browser.decodes_from(session(world, ANN))
}

#[test]
fn nothing_is_decoded_of_a_member_that_may_only_listen() {
    for order in ORDERS {
        let world = call_with(&listen_only(ANN), order);
        assert_eq!(decoded(&world), Sources::NONE);
        assert_eq!(negotiations(&world), 2, "one negotiation, as for everybody");
    }
}

#[test]
fn of_a_member_that_may_only_speak_no_video_is_decoded() {
    for order in ORDERS {
        let speaker = [Privilege::PublishAudioStream, Privilege::SubscribeStream];
        let mut world = call_with(&token_for(ANN, &speaker), order);
        assert_eq!(decoded(&world), Source::Microphone.into());
        capture(&mut world, ANN, Source::Microphone);
        assert_eq!(media(&world, ANN, BOB), Source::Microphone.into());
        // The m-lines of a screen share are there now.
        capture(&mut world, BOB, Source::Screen);
        assert_eq!(media(&world, BOB, ANN), Sources::ALL);
        assert_eq!(decoded(&world), Sources::AUDIO);
    }
}

#[test]
fn a_new_token_that_allows_publishing_makes_the_member_heard_and_seen() {
    for order in ORDERS {
        let mut world = call_with(&listen_only(ANN), order);
        for source in [Source::Microphone, Source::Camera] {
            capture(&mut world, ANN, source);
        }
        assert_eq!(media(&world, ANN, BOB), Sources::NONE);
        let before = (negotiations(&world), opened(&world));
        update(&mut world, ANN, &everything(ANN));
        assert_eq!(media(&world, ANN, BOB), Sources::STREAM);
        assert_eq!(media(&world, BOB, ANN), Sources::STREAM);
        assert_eq!((negotiations(&world), opened(&world)), (before.0 + 2, before.1));
    }
}

#[test]
fn a_new_token_with_the_same_privileges_negotiates_nothing() {
    for order in ORDERS {
        let mut world = call_with(&everything(ANN), order);
        let before = negotiations(&world);
        let mut other = everything(ANN);
        other.nonce += 1;
        update(&mut world, ANN, &other);
        world.run(20_000);
        assert_eq!(negotiations(&world), before);
    }
}

#[test]
fn what_a_new_token_does_not_allow_any_more_is_decoded_no_longer() {
    for order in ORDERS {
        let mut world = call_with(&everything(ANN), order);
        capture(&mut world, ANN, Source::Camera);
        assert_eq!(decoded(&world), Sources::STREAM);
        let before = opened(&world);
        update(&mut world, ANN, &listen_only(ANN));
        world.run(1_000);
        assert_eq!(decoded(&world), Sources::NONE);
        assert_eq!(media(&world, BOB, ANN), Sources::STREAM);
        assert_eq!(opened(&world), before);
    }
}

#[test]
fn the_end_of_a_privilege_ends_decoding() {
    for order in ORDERS {
        let mut brief = listen_only(ANN);
        brief.grant(Privilege::PublishAudioStream, 1_700_000_060);
        let mut world = call_with(&brief, order);
        assert_eq!(decoded(&world), Source::Microphone.into());
        world.run(65_000);
        assert_eq!(decoded(&world), Sources::NONE);
    }
}

#[test]
fn an_invisible_member_is_decoded_only_while_it_is_visible() {
    for order in ORDERS {
        let mut world = call_with(&everything(ANN), order);
        capture(&mut world, ANN, Source::Camera);
        for _ in 0..3 {
            make_request(&mut world, ANN, Request::Visibility(false));
            world.run(1_000);
            assert_eq!(decoded(&world), Sources::NONE);
            assert_eq!(media(&world, BOB, ANN), Sources::STREAM);
            make_request(&mut world, ANN, Request::Visibility(true));
            world.run(1_000);
            assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
        }
        assert_eq!(opened(&world), 2);
    }
}

#[test]
fn a_member_that_was_invisible_for_long_is_seen_at_once_when_it_becomes_visible() {
    for order in ORDERS {
        let mut world = call_with(&everything(ANN), order);
        make_request(&mut world, ANN, Request::Visibility(false));
        capture(&mut world, ANN, Source::Camera);
        world.run(5_000);
        world.request(ANN, Request::Visibility(true));
        world.run(100);
        assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
    }
}

#[test]
fn a_member_that_becomes_visible_again_and_again_costs_one_negotiation_a_second() {
    for order in ORDERS {
        let mut world = call_with(&everything(ANN), order);
        let before = negotiations(&world);
        for number in 0..200 {
            world.request(ANN, Request::Visibility(number % 2 == 1));
            world.run(25);
        }
        let both_sides = negotiations(&world) - before;
        assert!(both_sides <= 2 * 6, "{both_sides} in 5 s");
        world.run(5_000);
        assert_eq!(decoded(&world), Sources::STREAM);
    }
}

#[test]
fn a_token_that_is_updated_while_signaling_is_lost_takes_effect_when_it_is_back() {
    for order in ORDERS {
        for lost in [ANN, BOB] {
            for before in (0..400).step_by(20) {
                let mut world = call_with(&listen_only(ANN), order);
                world.delay = (50, 50);
                capture(&mut world, ANN, Source::Microphone);
                let text = everything(ANN).sign(KEY).unwrap();
                world.request(ANN, Request::UpdateToken(text));
                world.run(before);
                world.cut(lost, Some(20), 20);
                world.run(8_000);
                let case = format!("{order:?}, client {lost} lost after {before} ms");
                assert_eq!(media(&world, ANN, BOB), Source::Microphone.into(), "{case}");
                assert_eq!(opened(&world), 2, "{case}");
            }
        }
    }
}
