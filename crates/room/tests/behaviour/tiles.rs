//! Videos are sent as large as they are shown.

use super::*;
use tt_rtc_room::media::TileSize;
use tt_rtc_room::mesh::Encoding;

const SMALL: TileSize = TileSize { width: 160, height: 90 };

/// A call among `count` users, all with camera and microphone.
fn call_with_streams(count: usize) -> World {
    let mut world = call_among(count);
    for client in 0..count {
        capture(&mut world, client, Source::Microphone);
        capture(&mut world, client, Source::Camera);
    }
    world.run(5_000);
    world
}

/// Eight that join at once, with these sources.
fn meeting(sources: Sources) -> World {
    let mut world = World::new(3, 8);
    for client in 0..8 {
        for source in sources.iter() {
            world.request(client, Request::Capture(source, true));
        }
    }
    run_briefly(&mut world);
    for client in 0..8 {
        world.join_as(client, &format!("user-{client}"), ROOM);
    }
    world
}

/// The page of `client` has a tile of this size for the camera of `of`.
fn tile(world: &mut World, client: usize, of: usize, size: TileSize) {
    world.tile(client, NAMES[of], Source::Camera, size);
    run_briefly(world);
}

/// How `from` sends its camera to `to`.
fn camera(world: &World, from: usize, to: usize) -> Option<Encoding> {
    let id = world.clients[from].browser.peers_with(session(world, to)).next()?;
    let (_, peer) = world.clients[from].browser.peers().find(|(known, _)| *known == id)?;
    peer.camera
}

fn sends(world: &World, from: usize, to: usize) -> Sources {
    world.sends_to(from, session(world, to))
}

#[test]
fn a_video_that_no_tile_shows_is_not_sent() {
    let mut world = call_with_streams(3);
    let negotiations = negotiations(&world);
    tile(&mut world, BOB, ANN, TileSize::NONE);
    assert_eq!(sends(&world, ANN, BOB), Source::Microphone.into());
    assert_eq!(sends(&world, ANN, CAT), Sources::STREAM, "others are not concerned");
    assert_eq!(world.clients[BOB].lists.video, ["ann", "bob", "cat"], "the lists are whole");
    tile(&mut world, BOB, ANN, SMALL);
    assert_eq!(sends(&world, ANN, BOB), Sources::STREAM);
    assert_eq!(super::negotiations(&world), negotiations, "nothing is negotiated for it");
}

#[test]
fn a_screen_that_no_tile_shows_is_not_sent_and_still_heard() {
    let mut world = call_with_streams(2);
    capture(&mut world, ANN, Source::Screen);
    assert_eq!(sends(&world, ANN, BOB), Sources::ALL);
    world.tile(BOB, NAMES[ANN], Source::Screen, TileSize::NONE);
    run_briefly(&mut world);
    assert_eq!(sends(&world, ANN, BOB), Sources::ALL.with(Source::Screen, false));
}

#[test]
fn a_connection_over_which_nothing_is_shown_is_not_lost() {
    let mut world = video_call_among(2);
    for (client, of) in [(ANN, BOB), (BOB, ANN)] {
        tile(&mut world, client, of, TileSize::NONE);
    }
    let (negotiations, opened) = (negotiations(&world), opened(&world));
    world.run(60_000);
    assert_eq!((super::negotiations(&world), super::opened(&world)), (negotiations, opened));
    assert_eq!(call_states_after_join(&world, ANN), []);
    tile(&mut world, BOB, ANN, SMALL);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
}

#[test]
fn a_tile_that_was_there_before_the_join_counts() {
    let mut world = World::new(1, 2);
    tile(&mut world, BOB, ANN, TileSize::NONE);
    join(&mut world, BOB);
    capture(&mut world, ANN, Source::Microphone);
    capture(&mut world, ANN, Source::Camera);
    join(&mut world, ANN);
    assert_eq!(sends(&world, ANN, BOB), Source::Microphone.into());
}

#[test]
fn a_tile_counts_after_a_restart_of_the_hub_and_a_new_connection() {
    let mut world = call_with_streams(2);
    tile(&mut world, BOB, ANN, TileSize::NONE);
    let opened = opened(&world);
    world.restart_hub();
    world.set_path(ANN, BOB, true);
    world.run(30_000);
    world.set_path(ANN, BOB, false);
    world.run(30_000);
    assert!(super::opened(&world) > opened, "a new connection");
    assert_eq!(sends(&world, ANN, BOB), Source::Microphone.into());
}

#[test]
fn a_camera_is_sent_as_large_as_it_is_shown() {
    let mut world = call_with_streams(2);
    let full = camera(&world, ANN, BOB).unwrap();
    assert_eq!(full.tile, TileSize::ANY, "as long as no size is known");
    tile(&mut world, BOB, ANN, SMALL);
    let small = camera(&world, ANN, BOB).unwrap();
    assert_eq!(small.tile, TileSize { width: 160, height: 96 });
    assert!(small.max_bitrate < full.max_bitrate);
    tile(&mut world, BOB, ANN, TileSize { width: 1_000, height: 1_000 });
    assert_eq!(camera(&world, ANN, BOB).unwrap().max_bitrate, full.max_bitrate);
}

#[test]
fn a_tile_that_grows_slowly_is_reported_seldom() {
    let mut world = call_with_streams(2);
    let mut sizes = Vec::new();
    for side in 100..200 {
        tile(&mut world, BOB, ANN, TileSize { width: side, height: side });
        sizes.push(camera(&world, ANN, BOB).unwrap().tile.width);
    }
    sizes.dedup();
    assert_eq!(sizes, [112, 128, 160, 192, 224]);
}

#[test]
fn where_many_meet_audio_comes_first_and_small_videos_follow() {
    let mut world = meeting(Sources::STREAM);
    world.run(1_500);
    let (ann, bob) = (session(&world, ANN), session(&world, BOB));
    assert_eq!(world.sends_to(ANN, bob), Source::Microphone.into());
    world.run(3_000);
    assert_eq!(world.sends_to(BOB, ann), Sources::STREAM);
    assert!(camera(&world, ANN, BOB).unwrap().max_sides.0 <= 160);
    world.run(30_000);
    assert!(camera(&world, ANN, BOB).unwrap().max_sides.0 >= 640, "nothing limits it here");
}

#[test]
fn a_camera_that_is_turned_on_later_is_sent_at_once() {
    let mut world = meeting(Source::Microphone.into());
    world.run(60_000);
    capture(&mut world, ANN, Source::Camera);
    assert!(camera(&world, ANN, BOB).unwrap().max_sides.0 >= 640);
}

#[test]
fn video_does_not_wait_for_audio_that_is_off() {
    let mut world = meeting(Source::Camera.into());
    world.run(1_500);
    assert_eq!(world.sends_to(ANN, session(&world, BOB)), Source::Camera.into());
}
