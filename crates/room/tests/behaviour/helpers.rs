//! Actions of users and what they result in. `World` is that of the backend under test.
#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test file uses its part")]

pub use tt_rtc_room::error::Failure;
pub use tt_rtc_room::id::SessionId;
pub use tt_rtc_room::media::{Source, Sources, StreamType};
pub use tt_rtc_room::{CallState, Event, JoinOptions, Machine as _, Quality, Request, RequestId};

use crate::World;
pub use crate::world::Received;

pub const ANN: usize = 0;
pub const BOB: usize = 1;
pub const CAT: usize = 2;
pub const DAN: usize = 3;
pub const NAMES: [&str; 4] = ["ann", "bob", "cat", "dan"];
pub const ROOM: &str = "room";

/// A call among `count` users, who joined one after the other.
pub fn call_among(count: usize) -> World {
    let mut world = World::new(7, count);
    for client in 0..count {
        let request = join(&mut world, client);
        succeeded(&world, request);
    }
    world
}

/// Runs until all messages and events of the last action are handled. No retry or time limit is as
/// short.
pub fn run_briefly(world: &mut World) {
    world.run(1_000);
}

pub fn join(world: &mut World, client: usize) -> RequestId {
    join_with(world, client, |_| {})
}

pub fn join_with(
    world: &mut World,
    client: usize,
    change: impl FnOnce(&mut JoinOptions),
) -> RequestId {
    let mut options = world.join_options(NAMES[client], ROOM);
    change(&mut options);
    make_request(world, client, Request::Join(Box::new(options)))
}

/// Makes a request and runs until it has taken effect.
pub fn make_request(world: &mut World, client: usize, request: Request) -> RequestId {
    let id = world.request(client, request);
    run_briefly(world);
    id
}

pub fn capture(world: &mut World, client: usize, source: Source) {
    let request = make_request(world, client, Request::Capture(source, true));
    succeeded(world, request);
}

pub fn stop(world: &mut World, client: usize, source: Source) {
    let request = make_request(world, client, Request::Capture(source, false));
    succeeded(world, request);
}

#[track_caller]
pub fn succeeded(world: &World, request: RequestId) {
    assert_eq!(world.answer(request), Some(&Ok(())));
}

#[track_caller]
pub fn failure(world: &World, request: RequestId) -> Failure {
    world.answer(request).expect("no answer yet").clone().expect_err("it should have failed")
}

#[track_caller]
pub fn errno(world: &World, request: RequestId) -> u32 {
    failure(world, request).err_no
}

pub fn session(world: &World, client: usize) -> SessionId {
    world.clients[client].participant.session().expect("not in a room")
}

/// The sources that `from` sends to `to`. Asserts that `to` plays and shows them.
#[track_caller]
pub fn media(world: &World, from: usize, to: usize) -> Sources {
    let sent = world.sends_to(from, session(world, to));
    let shown = world.receives_from(to, session(world, from));
    assert_eq!(sent, shown, "sent and received sources differ");
    sent
}

pub fn chat_list(world: &World, client: usize) -> Vec<&str> {
    world.clients[client].lists.chat.iter().map(String::as_str).collect()
}

/// The numbers of the state and interruption events that a page got.
pub fn event_codes(world: &World, client: usize) -> Vec<i32> {
    let number = |event: &Event| match event {
        Event::State(number, _) | Event::Interrupted(number, _) => Some(*number),
        _ => None,
    };
    world.clients[client].events.iter().filter_map(number).collect()
}

/// The number of negotiations of all browsers.
pub fn negotiations(world: &World) -> u64 {
    world.clients.iter().map(|client| client.browser.negotiations).sum()
}

/// The number of peer connections that all browsers have opened.
pub fn opened(world: &World) -> u64 {
    world.clients.iter().map(|client| client.browser.opened).sum()
}

pub fn events(world: &World) -> usize {
    world.clients.iter().map(|client| client.events.len()).sum()
}

/// A call in which all users send video. Asserts that all are connected.
pub fn video_call_among(count: usize) -> World {
    let mut world = call_among(count);
    for client in 0..count {
        capture(&mut world, client, Source::Camera);
    }
    world.run(5_000);
    for client in 0..count {
        assert_eq!(
            call_states(&world, client),
            [CallState::Connecting, CallState::Connected(Quality::Good)]
        );
    }
    world
}

/// All call states that a client's page got.
pub fn call_states(world: &World, client: usize) -> &[CallState] {
    &world.clients[client].call_states
}

/// The call states that a client's page got after the join succeeded.
pub fn call_states_after_join(world: &World, client: usize) -> &[CallState] {
    &call_states(world, client)[2..]
}
