//! STUN and TURN servers, whose credentials end and are handed out anew in the middle of calls.

use tt_rtc_room::protocol::{IceServer, IceServers, ServerMessage};

use super::*;

fn turn(username: &str) -> Vec<IceServer> {
    vec![IceServer {
        urls: vec!["turn:turn.example".into()],
        username: Some(username.into()),
        credential: Some("password".into()),
    }]
}

/// A call whose hub hands out credentials.
fn call_by_turn(count: usize) -> World {
    let mut world = World::new(7, count);
    world.set_ice_servers(turn("first"));
    for client in [ANN, BOB] {
        join(&mut world, client);
    }
    world
}

/// What the server does when the credentials have half of their time left.
fn renew(world: &mut World, client: usize, username: &str) {
    world.send_forged_to_client(
        client,
        &ServerMessage::IceServers(IceServers { servers: turn(username) }),
    );
    run_briefly(world);
}

/// The user names by which a client's connections would relay.
fn usernames(world: &World, client: usize) -> Vec<&str> {
    let peers = world.clients[client].browser.peers();
    peers.map(|(_, peer)| peer.servers[0].username.as_deref().unwrap()).collect()
}

#[test]
fn connections_are_opened_with_the_servers_of_the_welcome() {
    let world = call_by_turn(2);
    assert_eq!(usernames(&world, ANN), ["first"]);
    assert_eq!(usernames(&world, BOB), ["first"]);
}

#[test]
fn new_servers_reach_every_connection_there_is_and_those_that_come() {
    let mut world = call_by_turn(4);
    join(&mut world, CAT);
    let before = (negotiations(&world), opened(&world), events(&world));
    renew(&mut world, ANN, "second");
    assert_eq!(usernames(&world, ANN), ["second", "second"]);
    assert_eq!(usernames(&world, BOB), ["first", "first"], "they are ann's own");
    let after = (negotiations(&world), opened(&world), events(&world));
    assert_eq!(after, before, "nothing is interrupted");
    join(&mut world, DAN);
    assert_eq!(usernames(&world, ANN), ["second", "second", "second"]);
}

#[test]
fn a_connection_that_is_made_anew_uses_the_newest_servers() {
    let mut world = call_by_turn(2);
    renew(&mut world, ANN, "second");
    renew(&mut world, BOB, "second");
    let before = opened(&world);
    world.fail_peer(ANN, BOB);
    run_briefly(&mut world);
    assert_eq!(opened(&world), before + 2, "both sides made theirs anew");
    assert_eq!(usernames(&world, ANN), ["second"]);
    assert_eq!(usernames(&world, BOB), ["second"]);
}

#[test]
fn one_who_was_away_gets_new_servers_on_the_way_back() {
    let mut world = call_by_turn(2);
    world.reachable[ANN] = false;
    world.set_ice_servers(turn("third"));
    world.restart_hub();
    world.run(5_000);
    assert_eq!(usernames(&world, ANN), ["first"]);
    assert_eq!(usernames(&world, BOB), ["third"], "from the next hub");
    world.reachable[ANN] = true;
    world.run(6_000);
    assert_eq!(usernames(&world, ANN), ["third"]);
    assert_eq!(opened(&world), 2, "the connections are the same");
}

#[test]
fn servers_that_are_handed_out_before_there_is_anybody_wait_for_the_first_connection() {
    let mut world = World::new(7, 2);
    join(&mut world, ANN);
    renew(&mut world, ANN, "only");
    join(&mut world, BOB);
    assert_eq!(usernames(&world, ANN), ["only"]);
}
