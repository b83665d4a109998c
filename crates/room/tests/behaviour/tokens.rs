//! Tokens: what they allow, and for how long.

use tt_rtc_room::error::{interrupted, state};
use tt_rtc_room::id::SessionSecret;
use tt_rtc_room::mesh::Signal;
use tt_rtc_room::protocol::ServerMessage;
use tt_rtc_room::token::{AccessToken, Privilege};
use tt_rtc_room::{ConnectionId, Hub, HubConfig, HubInput, HubOutput, Instant, Machine as _, Now};

use super::*;
use crate::world::{KEY, token};

/// A world whose app has a key.
fn world_with_key(clients: usize) -> World {
    let mut world = World::new(11, clients);
    world.require_tokens();
    world
}

fn join_by(world: &mut World, client: usize, token: &AccessToken) -> RequestId {
    let text = token.sign(KEY).unwrap();
    join_with(world, client, |options| options.token = text)
}

fn valid_token(client: usize) -> AccessToken {
    token(NAMES[client], ROOM)
}

/// A token that expires this many milliseconds from now, rounded up to a second.
fn token_that_ends_in(world: &World, client: usize, milliseconds: u64) -> AccessToken {
    AccessToken { expire_at: world.unix_second(milliseconds), ..valid_token(client) }
}

fn update(world: &mut World, client: usize, token: &AccessToken) -> RequestId {
    make_request(world, client, Request::UpdateToken(token.sign(KEY).unwrap()))
}

fn warnings(world: &World, client: usize) -> usize {
    let warnings = |event: &&Event| **event == Event::TokenWillExpire;
    world.clients[client].events.iter().filter(warnings).count()
}

#[test]
fn a_valid_token_allows_joining_and_publishing() {
    let mut world = world_with_key(2);
    for client in [ANN, BOB] {
        let request = join_by(&mut world, client, &valid_token(client));
        succeeded(&world, request);
    }
    capture(&mut world, ANN, Source::Camera);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
}

#[test]
fn an_app_may_have_several_keys() {
    const OLD: &str = "the key before";
    let mut world = World::new(11, 2);
    world.config.keys = vec![(world::app(), KEY.to_owned()), (world::app(), OLD.to_owned())];
    world.hub = Hub::new(world.config.clone());
    let text = valid_token(BOB).sign(OLD).unwrap();
    let request = join_with(&mut world, BOB, |options| options.token = text);
    succeeded(&world, request);
    let request = join_by(&mut world, ANN, &valid_token(ANN));
    succeeded(&world, request);
    let request = update(&mut world, BOB, &valid_token(BOB));
    succeeded(&world, request);
    let text = valid_token(BOB).sign("the key of nobody").unwrap();
    let request = make_request(&mut world, BOB, Request::UpdateToken(text));
    assert_eq!(failure(&world, request), Failure::invalid_token());
}

#[test]
fn a_token_for_another_user_room_or_app_is_refused() {
    let mut world = world_with_key(1);
    let expired = AccessToken { expire_at: world.unix_second(0) - 10, ..valid_token(ANN) };
    let other_app = AccessToken { app: "8".repeat(24), ..valid_token(ANN) };
    let texts = [
        token("bob", ROOM).sign(KEY),
        token("ann", "other").sign(KEY),
        valid_token(ANN).sign("another key"),
        other_app.sign(KEY),
        expired.sign(KEY),
        Ok(String::new()),
        Ok("x".repeat(10_000)),
    ];
    for text in texts {
        let request = join_with(&mut world, ANN, |options| options.token = text.unwrap());
        assert_eq!(failure(&world, request), Failure::invalid_token());
    }
    assert_eq!(world.hub.session_count(), 0);
}

#[test]
fn an_app_without_a_key_accepts_any_token() {
    let mut world = World::new(1, 1);
    let request = join_with(&mut world, ANN, |options| options.token = "any".into());
    succeeded(&world, request);
    let request = make_request(&mut world, ANN, Request::UpdateToken("other".into()));
    succeeded(&world, request);
}

#[test]
fn publishing_needs_its_privilege() {
    let mut world = world_with_key(2);
    let mut audio_only = AccessToken { privileges: Vec::new(), ..valid_token(ANN) };
    audio_only.grant(Privilege::PublishAudioStream, 0);
    audio_only.grant(Privilege::SubscribeStream, 0);
    join_by(&mut world, ANN, &audio_only);
    join_by(&mut world, BOB, &valid_token(BOB));
    capture(&mut world, ANN, Source::Microphone);
    capture(&mut world, ANN, Source::Camera);
    assert_eq!(media(&world, ANN, BOB), Source::Microphone.into());
    assert!(world.clients[BOB].lists.video.is_empty());
    assert_eq!(event_codes(&world, ANN), [state::NO_PUBLISH_PERMISSION]);
    let request = make_request(&mut world, ANN, Request::Publish(StreamType::Video, true));
    assert_eq!(failure(&world, request), Failure::no_privilege());
    let request = make_request(&mut world, ANN, Request::Publish(StreamType::Audio, true));
    succeeded(&world, request);
}

#[test]
fn subscribing_needs_its_privilege() {
    let mut world = world_with_key(2);
    let mut silent = AccessToken { privileges: Vec::new(), ..valid_token(ANN) };
    silent.grant(Privilege::PublishStream, 0);
    join_by(&mut world, ANN, &silent);
    join_by(&mut world, BOB, &valid_token(BOB));
    for client in [ANN, BOB] {
        capture(&mut world, client, Source::Microphone);
    }
    assert_eq!(media(&world, ANN, BOB), Source::Microphone.into());
    assert_eq!(media(&world, BOB, ANN), Sources::NONE);
    assert_eq!(event_codes(&world, ANN), [state::NO_SUBSCRIBE_PERMISSION]);
    let subscribe = |on| Request::Subscribe(world::user("bob"), StreamType::Both, on);
    let request = make_request(&mut world, ANN, subscribe(true));
    assert_eq!(failure(&world, request), Failure::no_subscribe_privilege());
    let request = make_request(&mut world, ANN, subscribe(false));
    succeeded(&world, request);
    let request = make_request(&mut world, ANN, subscribe(true));
    assert_eq!(failure(&world, request), Failure::no_subscribe_privilege());
    update(&mut world, ANN, &valid_token(ANN));
    let request = make_request(&mut world, ANN, subscribe(true));
    succeeded(&world, request);
    run_briefly(&mut world);
    assert_eq!(media(&world, BOB, ANN), Source::Microphone.into());
}

#[test]
fn the_hub_removes_subscriptions_that_the_token_does_not_allow() {
    let keys = vec![(world::app(), KEY.to_owned())];
    let mut hub: Hub = Hub::new(HubConfig { id: 1, keys, ..HubConfig::default() });
    let mut say = |client: usize, message: String| {
        let now = Now { instant: Instant(0), unix: 1_700_000_000_000 };
        let id = ConnectionId(client as u64);
        hub.handle(HubInput::Message(id, serde_json::from_str(&message).unwrap()), now);
        let outputs: Vec<_> = std::iter::from_fn(|| hub.poll_output()).collect();
        outputs
    };
    let secrets = [SessionSecret::new([1; 16]), SessionSecret::new([2; 16])];
    for client in [ANN, BOB] {
        let mut claims = AccessToken { privileges: Vec::new(), ..valid_token(client) };
        if client == BOB {
            claims.grant(Privilege::SubscribeStream, 0);
        }
        let (user, secret) = (NAMES[client], secrets[client].reveal());
        let (app, token) = (world::app(), claims.sign(KEY).unwrap());
        say(
            client,
            format!(
                r#"{{"join":{{"version":1,"app":"{app}","room":"{ROOM}","user":"{user}","secret":"{secret}",
                "token":"{token}","presence":{{"revision":1,"visible":true,"sources":0}}}}}}"#
            ),
        );
    }
    for (client, other, expected) in [(ANN, BOB, Sources::NONE), (BOB, ANN, Sources::ALL)] {
        let to = serde_json::to_string(&secrets[other].session()).unwrap();
        let envelope = r#"{"generation":1,"ack":0,"seq":1,"signal":{"subscribe":15}}"#;
        let outputs = say(client, format!(r#"{{"signal":{{"to":{to},"envelope":{envelope}}}}}"#));
        let signals: Vec<_> = outputs
            .into_iter()
            .filter_map(|output| match output {
                HubOutput::Send { message: ServerMessage::Signal(signal), .. } => {
                    signal.envelope.signal
                }
                _ => None,
            })
            .collect();
        assert!(
            matches!(&signals[..], [Signal::Subscribe(sources)] if *sources == expected),
            "{signals:?}"
        );
    }
}

#[test]
fn privileges_that_the_hub_ignores_forbid_nothing() {
    let mut world = world_with_key(2);
    world.ignore_privileges();
    for client in [ANN, BOB] {
        let bare = AccessToken { privileges: Vec::new(), ..valid_token(client) };
        join_by(&mut world, client, &bare);
        capture(&mut world, client, Source::Microphone);
    }
    assert_eq!(media(&world, ANN, BOB), Source::Microphone.into());
    assert_eq!(media(&world, BOB, ANN), Source::Microphone.into());
    assert!(event_codes(&world, ANN).is_empty());
}

#[test]
fn the_end_of_a_privilege_stops_publishing_and_a_new_token_resumes_it() {
    let mut world = world_with_key(2);
    let mut brief = valid_token(ANN);
    brief.grant(Privilege::PublishVideoStream, world.unix_second(60_000));
    join_by(&mut world, ANN, &brief);
    join_by(&mut world, BOB, &valid_token(BOB));
    capture(&mut world, ANN, Source::Camera);
    world.run(62_000);
    assert_eq!(media(&world, ANN, BOB), Sources::NONE);
    assert!(world.clients[BOB].lists.video.is_empty());
    assert_eq!(chat_list(&world, BOB), ["ann", "bob"], "she stays in the room");
    let request = update(&mut world, ANN, &valid_token(ANN));
    succeeded(&world, request);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
}

#[test]
fn the_page_is_warned_once_30_s_before_the_token_expires() {
    let mut world = world_with_key(1);
    let token = token_that_ends_in(&world, ANN, 100_000);
    let end = u64::from(token.expire_at) * 1_000;
    join_by(&mut world, ANN, &token);
    let until_warning = end - 30_000 - world.both_clocks().unix;
    world.run(until_warning - 100);
    assert_eq!(warnings(&world, ANN), 0);
    world.run(200);
    assert_eq!(warnings(&world, ANN), 1);
    world.restart_hub();
    world.run(10_000);
    assert_eq!(warnings(&world, ANN), 1);
}

#[test]
fn an_expired_token_removes_the_user_with_a_state_event_and_an_interruption() {
    let mut world = world_with_key(2);
    join_by(&mut world, BOB, &valid_token(BOB));
    let token = token_that_ends_in(&world, ANN, 5_000);
    join_by(&mut world, ANN, &token);
    assert_eq!(warnings(&world, ANN), 1, "less than 30 s are left");
    world.run(6_000);
    assert_eq!(event_codes(&world, ANN), [state::TOKEN_EXPIRED, interrupted::TOKEN_EXPIRED]);
    assert!(!world.clients[ANN].participant.is_active());
    assert_eq!(chat_list(&world, BOB), ["bob"]);
}

#[test]
fn a_token_update_in_time_prevents_the_expiry() {
    let mut world = world_with_key(1);
    let token = token_that_ends_in(&world, ANN, 20_000);
    join_by(&mut world, ANN, &token);
    let request = update(&mut world, ANN, &valid_token(ANN));
    succeeded(&world, request);
    world.run(120_000);
    assert!(event_codes(&world, ANN).is_empty());
    assert_eq!(chat_list(&world, ANN), ["ann"]);
}

#[test]
fn a_refused_token_update_fails_and_the_old_token_stays_valid() {
    let mut world = world_with_key(1);
    let old = token_that_ends_in(&world, ANN, 20_000);
    join_by(&mut world, ANN, &old);
    for wrong in [token("bob", ROOM), token("ann", "other")] {
        let request = update(&mut world, ANN, &wrong);
        assert_eq!(failure(&world, request), Failure::invalid_token());
    }
    assert_eq!(chat_list(&world, ANN), ["ann"], "still there");
    world.run(20_000);
    assert_eq!(event_codes(&world, ANN), [state::TOKEN_EXPIRED, interrupted::TOKEN_EXPIRED]);
}

#[test]
fn a_token_update_outside_a_room_fails() {
    let mut world = world_with_key(1);
    let request = update(&mut world, ANN, &valid_token(ANN));
    assert_eq!(failure(&world, request), Failure::not_in_room());
}

#[test]
fn a_token_update_while_disconnected_is_sent_after_the_reconnection() {
    let mut world = world_with_key(1);
    let token = token_that_ends_in(&world, ANN, 20_000);
    join_by(&mut world, ANN, &token);
    world.reachable[ANN] = false;
    world.restart_hub();
    run_briefly(&mut world);
    let request = update(&mut world, ANN, &valid_token(ANN));
    assert_eq!(world.answer(request), None);
    world.reachable[ANN] = true;
    world.run(6_000);
    succeeded(&world, request);
    world.run(60_000);
    assert!(event_codes(&world, ANN).is_empty());
}

#[test]
fn a_restarted_hub_gets_the_new_token() {
    let mut world = world_with_key(1);
    let token = token_that_ends_in(&world, ANN, 10_000);
    join_by(&mut world, ANN, &token);
    update(&mut world, ANN, &valid_token(ANN));
    world.run(20_000);
    world.restart_hub();
    world.run(10_000);
    assert!(event_codes(&world, ANN).is_empty());
    assert_eq!(world.hub_lists(ROOM).chat, ["ann"]);
}

#[test]
fn a_token_that_expires_while_disconnected_ends_the_call_at_the_reconnection() {
    let mut world = world_with_key(1);
    let token = token_that_ends_in(&world, ANN, 10_000);
    join_by(&mut world, ANN, &token);
    world.reachable[ANN] = false;
    world.cut(ANN, Some(0), 0);
    world.run(20_000);
    assert!(event_codes(&world, ANN).is_empty());
    world.reachable[ANN] = true;
    world.run(6_000);
    assert_eq!(event_codes(&world, ANN), [state::TOKEN_EXPIRED, interrupted::TOKEN_EXPIRED]);
}

#[test]
fn a_token_that_expires_during_the_reconnection_ends_the_call_once() {
    for lost_before in (0..3_000).step_by(100) {
        let mut world = world_with_key(1);
        world.delay = (400, 400);
        let token = token_that_ends_in(&world, ANN, 10_000);
        let end = u64::from(token.expire_at) * 1_000;
        join_by(&mut world, ANN, &token);
        world.run(2_000);
        world.run(end - lost_before - world.both_clocks().unix);
        world.cut(ANN, Some(50), 50);
        world.run(20_000);
        let expected = [state::TOKEN_EXPIRED, interrupted::TOKEN_EXPIRED];
        assert_eq!(event_codes(&world, ANN), expected, "lost {lost_before} ms before");
        assert!(!world.clients[ANN].participant.is_active());
        assert!(world.hub_lists(ROOM).chat.is_empty());
    }
}

#[test]
fn a_token_renewed_while_disconnected_replaces_the_expired_one_at_the_reconnection() {
    let mut world = world_with_key(1);
    let token = token_that_ends_in(&world, ANN, 10_000);
    join_by(&mut world, ANN, &token);
    world.reachable[ANN] = false;
    world.cut(ANN, Some(0), 0);
    world.run(7_000);
    let request = world.request(ANN, Request::UpdateToken(valid_token(ANN).sign(KEY).unwrap()));
    world.run(5_000);
    world.reachable[ANN] = true;
    world.network_change(ANN);
    run_briefly(&mut world);
    succeeded(&world, request);
    assert!(event_codes(&world, ANN).is_empty());
    assert_eq!(world.hub_lists(ROOM).chat, ["ann"]);
}

#[test]
fn a_change_of_the_wall_clock_expires_tokens_within_a_minute() {
    let mut world = world_with_key(1);
    let token = token_that_ends_in(&world, ANN, 3_600_000);
    join_by(&mut world, ANN, &token);
    world.clock_offset += 2 * 3_600_000;
    world.run(61_000);
    assert_eq!(event_codes(&world, ANN), [state::TOKEN_EXPIRED, interrupted::TOKEN_EXPIRED]);
}

#[test]
fn a_session_is_not_taken_over_without_its_secret_and_a_token() {
    let mut world = world_with_key(2);
    let options = world.join_options("ann", ROOM);
    let secret = options.secret;
    join_with(&mut world, ANN, |options| {
        options.token = valid_token(ANN).sign(KEY).unwrap();
        options.secret = secret;
    });
    // With the secret but another user's token.
    let request = join_with(&mut world, BOB, |options| {
        options.token = valid_token(BOB).sign(KEY).unwrap();
        options.secret = secret;
    });
    assert_eq!(errno(&world, request), 21_102);
    assert!(event_codes(&world, ANN).is_empty());
    assert_eq!(chat_list(&world, ANN), ["ann"]);
}
