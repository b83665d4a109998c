//! Reconnection to the hub, with backoff.
//!
//! The first attempt after a loss is made at once. Then the wait doubles from 250 ms to 4 s. Each
//! wait is shortened by up to a half.

use std::ops::RangeInclusive;

use super::*;
use crate::world::HubBehavior;

const TEN_MINUTES: u64 = 600_000;

/// The longest waits before the attempts after a loss, in milliseconds.
fn backoffs() -> impl Iterator<Item = u64> {
    [0, 250, 500, 1_000, 2_000].into_iter().chain(std::iter::repeat(4_000))
}

/// The most attempts within `time` if each takes at least `least` to fail and each wait is as short
/// as possible.
fn most_attempts(time: u64, least: u64) -> usize {
    let mut at = 0;
    let all = backoffs().take_while(|wait| {
        at += wait / 2;
        let within = at <= time;
        at += least;
        within
    });
    all.count()
}

/// Asserts the time between attempts. `took` is how long an attempt takes to fail.
#[track_caller]
fn assert_backoff(attempts: &[u64], took: impl Fn(usize) -> RangeInclusive<u64>) {
    for (number, (wait, pair)) in backoffs().skip(1).zip(attempts.windows(2)).enumerate() {
        let (gap, took) = (pair[1] - pair[0], took(number));
        let expected = wait / 2 + took.start()..=wait + took.end();
        assert!(expected.contains(&gap), "gap {number} is {gap} ms, not {expected:?}");
    }
}

/// A call of one user whose signaling connection breaks after a minute.
fn call_that_loses_the_hub(hub_behavior: HubBehavior) -> World {
    let mut world = call_among(1);
    world.run(60_000);
    world.clients[ANN].connection_attempts.clear();
    world.hub_behavior = hub_behavior;
    world.cut(ANN, Some(0), 0);
    world
}

fn attempts(world: &World) -> &[u64] {
    &world.clients[ANN].connection_attempts
}

#[test]
fn a_hub_that_refuses_connections_is_retried_with_backoff() {
    let mut world = call_that_loses_the_hub(HubBehavior::Works);
    world.reachable[ANN] = false;
    let lost_at = world.now;
    world.run(TEN_MINUTES);
    assert_eq!(attempts(&world)[0], lost_at, "at once");
    assert_backoff(attempts(&world), |_| 1..=5);
    assert!(attempts(&world).len() <= most_attempts(TEN_MINUTES, 1));
    assert!(attempts(&world).len() >= 120, "the attempts never end");
}

#[test]
fn a_hub_that_closes_each_connection_at_once_is_retried_with_backoff() {
    let mut world = call_that_loses_the_hub(HubBehavior::ClosesAtOnce);
    world.run(TEN_MINUTES);
    assert_backoff(attempts(&world), |_| 1..=5);
    assert!(attempts(&world).len() <= most_attempts(TEN_MINUTES, 1));
}

#[test]
fn a_hub_that_closes_after_the_welcome_is_retried_with_backoff() {
    let mut world = call_that_loses_the_hub(HubBehavior::ClosesAfterWelcome);
    world.run(TEN_MINUTES);
    assert_backoff(attempts(&world), |_| 3..=20);
    assert!(attempts(&world).len() <= most_attempts(TEN_MINUTES, 3));
    let ups = |connection: &&CallState| matches!(connection, CallState::Connected(_));
    assert!(world.clients[ANN].call_states.iter().filter(ups).count() > 100, "it was in the room");
}

/// Opening takes a few milliseconds. The time limit of the answer is 2.5 s, after four failures 5
/// s.
#[test]
fn a_hub_that_does_not_answer_the_join_is_retried_with_backoff() {
    let mut world = call_that_loses_the_hub(HubBehavior::NeverAnswers);
    world.run(TEN_MINUTES);
    let time_limit = |number| if number < 3 { 2_500 } else { 5_000 };
    assert_backoff(attempts(&world), |number| time_limit(number) + 1..=time_limit(number) + 5);
    assert!(attempts(&world).len() <= most_attempts(TEN_MINUTES, 2_501));
}

/// It is pinged after 1 s, and has 1.25 s to answer.
#[test]
fn a_hub_that_is_silent_after_the_welcome_is_retried_with_backoff() {
    let mut world = call_that_loses_the_hub(HubBehavior::SilentAfterWelcome);
    world.run(TEN_MINUTES);
    assert_backoff(attempts(&world), |_| 2_253..=2_265);
    assert!(attempts(&world).len() <= most_attempts(TEN_MINUTES, 2_253));
}

#[test]
fn a_hub_that_removes_a_member_is_not_retried() {
    let mut world = call_that_loses_the_hub(HubBehavior::Works);
    run_briefly(&mut world);
    let before = attempts(&world).len();
    world.kick("ann", ROOM);
    world.run(TEN_MINUTES);
    assert_eq!(attempts(&world).len(), before);
}

#[test]
fn a_failed_join_is_not_retried() {
    for hub_behavior in [HubBehavior::ClosesAtOnce, HubBehavior::NeverAnswers] {
        let mut world = World::new(5, 1);
        world.hub_behavior = hub_behavior;
        let request = world.join_as(ANN, "ann", ROOM);
        world.run(10_100);
        assert_eq!(errno(&world, request), 21_102);
        let before = attempts(&world).len();
        assert!(before <= most_attempts(10_000, 1), "{before} attempts to join");
        world.run(TEN_MINUTES);
        assert_eq!(attempts(&world).len(), before);
    }
}

#[test]
fn a_network_change_ends_the_wait_once() {
    let mut world = call_that_loses_the_hub(HubBehavior::Works);
    world.reachable[ANN] = false;
    world.run(60_000);
    world.clients[ANN].connection_attempts.clear();
    let online_at = world.now;
    world.network_change(ANN);
    world.run(TEN_MINUTES);
    assert_eq!(attempts(&world)[0], online_at);
    // The backoff starts after this attempt.
    assert_backoff(attempts(&world), |_| 1..=5);
}

#[test]
fn a_connection_that_was_up_for_5_s_is_reopened_at_once() {
    let mut world = call_among(1);
    for _ in 0..10 {
        world.run(6_000);
        let lost_at = world.now;
        world.cut(ANN, Some(0), 0);
        world.run(100);
        assert_eq!(attempts(&world).last(), Some(&lost_at));
    }
    assert_eq!(attempts(&world).len(), 11);
}

#[test]
fn network_changes_do_not_delay_the_detection_of_a_dead_connection() {
    let mut world = call_among(1);
    world.run(60_000);
    world.clients[ANN].connection_attempts.clear();
    world.cut(ANN, None, 60_000);
    for _ in 0..10 {
        world.network_change(ANN);
        world.run(500);
    }
    assert!(!attempts(&world).is_empty());
}

/// Sets the round-trip time to the hub.
fn slow(world: &mut World, milliseconds: u64) {
    world.delay = (milliseconds / 2, milliseconds / 2);
}

#[test]
fn a_slow_answer_within_the_time_limit_keeps_the_connection() {
    let mut world = call_among(1);
    // The limit is 1.25 s at first, then three times the slowest recent answer, up to 5 s.
    for round_trip in [1_200, 3_500, 4_900] {
        slow(&mut world, round_trip);
        world.run(60_000);
        assert_eq!(attempts(&world).len(), 1, "with {round_trip} ms");
    }
    assert_eq!(world.clients[ANN].call_states.len(), 2, "no further call state");
}

#[test]
fn a_late_answer_closes_the_connection_within_2_25_s_and_the_next_one_has_more_time() {
    let mut world = call_among(1);
    world.run(10_000);
    slow(&mut world, 1_400);
    let since = world.now;
    world.run(TEN_MINUTES);
    // The last answer in time may arrive right before. The next one has 2.25 s.
    let [_, again] = attempts(&world) else { panic!("{:?}", attempts(&world)) };
    assert!((since..=since + 1_250 + 2_250).contains(again), "{again} after {since}");
    assert_eq!(chat_list(&world, ANN), ["ann"]);
}

#[test]
fn a_dead_slow_hub_is_detected_6_s_after_its_last_message_and_retried_at_once() {
    let mut world = call_among(1);
    for round_trip in [1_200, 3_500] {
        slow(&mut world, round_trip);
        world.run(60_000);
    }
    let last_message = world.now + 1_750;
    world.cut(ANN, None, 60_000);
    world.run(20_000);
    let again = attempts(&world)[1];
    assert!(again <= last_message + 6_000, "{again}, cut at {last_message}");
}

#[test]
fn past_slow_answers_do_not_delay_the_detection_of_a_dead_hub() {
    let mut world = call_among(1);
    for round_trip in [1_200, 3_500, 10] {
        slow(&mut world, round_trip);
        world.run(40_000);
    }
    world.clients[ANN].connection_attempts.clear();
    let lost_at = world.now;
    world.cut(ANN, None, 60_000);
    world.run(2_500);
    let [again] = attempts(&world) else { panic!("{:?}", attempts(&world)) };
    assert!(*again <= lost_at + 2_260, "{again}, cut at {lost_at}");
}

#[test]
fn varying_answer_times_do_not_close_the_connection() {
    let mut world = call_among(1);
    slow(&mut world, 1_200);
    world.run(10_000);
    world.delay = (50, 1_200);
    world.run(TEN_MINUTES);
    assert_eq!(attempts(&world).len(), 1);
}

/// How long a member waits before it connects again after the server has closed its connection.
fn wait_after(code: u16, seed: u64) -> u64 {
    let mut world = World::new(seed, 1);
    join(&mut world, ANN);
    world.run(60_000);
    world.clients[ANN].connection_attempts.clear();
    let closed_at = world.now;
    world.close_with(ANN, code);
    world.run(20_000);
    attempts(&world)[0] - closed_at
}

#[test]
fn after_a_restart_of_the_server_the_members_of_a_room_come_back_within_half_a_second_of_each_other()
 {
    let waits: Vec<_> = (0..20).map(|seed| wait_after(1012, seed)).collect();
    assert!(waits.iter().all(|wait| *wait < 600), "{waits:?}");
    assert!(waits.iter().any(|wait| *wait > 250), "{waits:?}");
}

#[test]
fn who_exceeded_a_limit_of_the_server_waits_longer() {
    for seed in 0..5 {
        assert!((5_000..10_100).contains(&wait_after(4011, seed)), "too many messages");
        assert!((1_000..2_100).contains(&wait_after(4010, seed)), "too slow");
        assert!(wait_after(4009, seed) < 100, "silent: the path was lost and is back");
    }
}
