//! STUN and TURN servers. Their credentials expire, and the hub sends new ones during calls.

use tt_rtc_room::protocol::{IceServer, IceServers, ServerMessage};

use super::*;

fn turn(username: &str) -> Vec<IceServer> {
    vec![IceServer {
        urls: vec!["turn:turn.example".into()],
        username: Some(username.into()),
        credential: Some("password".into()),
    }]
}

/// A call whose hub sends TURN credentials.
fn call_with_turn(count: usize) -> World {
    let mut world = World::new(7, count);
    world.set_ice_servers(turn("first"));
    for client in [ANN, BOB] {
        join(&mut world, client);
    }
    world
}

/// Sends new credentials, as the server does at half of their lifetime.
fn renew(world: &mut World, client: usize, username: &str) {
    world.send_forged_to_client(
        client,
        &ServerMessage::IceServers(IceServers { servers: turn(username) }),
    );
    run_briefly(world);
}

/// The TURN user names of a client's connections.
fn usernames(world: &World, client: usize) -> Vec<&str> {
    let peers = world.clients[client].browser.peers();
    peers.map(|(_, peer)| peer.servers[0].username.as_deref().unwrap()).collect()
}

#[test]
fn connections_are_opened_with_the_ice_servers_of_the_welcome() {
    let world = call_with_turn(2);
    assert_eq!(usernames(&world, ANN), ["first"]);
    assert_eq!(usernames(&world, BOB), ["first"]);
}

#[test]
fn new_ice_servers_are_used_by_existing_and_later_connections() {
    let mut world = call_with_turn(4);
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
fn a_recreated_connection_uses_the_latest_ice_servers() {
    let mut world = call_with_turn(2);
    renew(&mut world, ANN, "second");
    renew(&mut world, BOB, "second");
    let before = opened(&world);
    world.fail_peer(ANN, BOB);
    run_briefly(&mut world);
    assert_eq!(opened(&world), before + 2, "both sides have recreated theirs");
    assert_eq!(usernames(&world, ANN), ["second"]);
    assert_eq!(usernames(&world, BOB), ["second"]);
}

#[test]
fn a_member_gets_the_new_ice_servers_when_it_reconnects() {
    let mut world = call_with_turn(2);
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
fn ice_servers_that_are_sent_before_the_first_connection_are_used_by_it() {
    let mut world = World::new(7, 2);
    join(&mut world, ANN);
    renew(&mut world, ANN, "only");
    join(&mut world, BOB);
    assert_eq!(usernames(&world, ANN), ["only"]);
}
