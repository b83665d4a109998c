//! How calls behave, one test for each rule, in a [`World`] whose clock is the test's own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod approaches;
mod devices;
mod joining;
mod limits;
mod lists;
mod negotiation;
mod publishing;
mod servers;
mod sessions;
mod states;
mod tokens;
#[path = "../world/mod.rs"]
mod world;

use tt_rtc_room::error::Failure;
use tt_rtc_room::id::SessionId;
use tt_rtc_room::media::{Source, Sources, StreamType};
use tt_rtc_room::{CallState, Event, JoinOptions, Machine as _, Request, RequestId};
use world::{Heard, World};

const ANN: usize = 0;
const BOB: usize = 1;
const CAT: usize = 2;
const DAN: usize = 3;
const NAMES: [&str; 4] = ["ann", "bob", "cat", "dan"];
const ROOM: &str = "room";

/// A call among so many users, who joined one after the other.
fn call_among(count: usize) -> World {
    let mut world = World::new(7, count);
    for client in 0..count {
        let call = join(&mut world, client);
        succeeded(&world, call);
    }
    world
}

/// Long enough for all that is said at once to arrive and be done, short enough for all that
/// waits on purpose.
fn settle(world: &mut World) {
    world.run(1_000);
}

fn join(world: &mut World, client: usize) -> RequestId {
    join_with(world, client, |_| {})
}

fn join_with(world: &mut World, client: usize, change: impl FnOnce(&mut JoinOptions)) -> RequestId {
    let mut options = world.join_options(NAMES[client], ROOM);
    change(&mut options);
    make(world, client, Request::Join(Box::new(options)))
}

/// Makes a call and waits until what follows from it has happened.
fn make(world: &mut World, client: usize, call: Request) -> RequestId {
    let id = world.request(client, call);
    settle(world);
    id
}

fn capture(world: &mut World, client: usize, source: Source) {
    let call = make(world, client, Request::Capture(source, true));
    succeeded(world, call);
}

fn stop(world: &mut World, client: usize, source: Source) {
    let call = make(world, client, Request::Capture(source, false));
    succeeded(world, call);
}

#[track_caller]
fn succeeded(world: &World, call: RequestId) {
    assert_eq!(world.answer(call), Some(&Ok(())));
}

#[track_caller]
fn failure(world: &World, call: RequestId) -> Failure {
    world.answer(call).expect("no answer yet").clone().expect_err("it should have failed")
}

#[track_caller]
fn errno(world: &World, call: RequestId) -> u32 {
    failure(world, call).err_no
}

fn session(world: &World, client: usize) -> SessionId {
    world.clients[client].participant.session().expect("not in a room")
}

/// What `from` sends to `to`, which is also what `to` plays and shows.
#[track_caller]
fn media(world: &World, from: usize, to: usize) -> Sources {
    let sent = world.clients[from].browser.sends_to(session(world, to));
    let shown = world.clients[to].browser.receives_from(session(world, from));
    assert_eq!(sent, shown, "what is sent and what is shown");
    sent
}

fn chat(world: &World, client: usize) -> Vec<&str> {
    world.clients[client].lists.chat.iter().map(String::as_str).collect()
}

/// The events of state and of interruption that a page heard.
fn trouble(world: &World, client: usize) -> Vec<i32> {
    let number = |event: &Event| match event {
        Event::State(number, _) | Event::Interrupted(number, _) => Some(*number),
        _ => None,
    };
    world.clients[client].events.iter().filter_map(number).collect()
}

/// How often peers negotiated, over all browsers.
fn negotiations(world: &World) -> u64 {
    world.clients.iter().map(|client| client.browser.negotiations).sum()
}

/// How many peer connections were opened, over all browsers.
fn opened(world: &World) -> u64 {
    world.clients.iter().map(|client| client.browser.opened).sum()
}

fn events(world: &World) -> usize {
    world.clients.iter().map(|client| client.events.len()).sum()
}
