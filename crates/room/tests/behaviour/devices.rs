//! Microphone, camera and screen.

use tt_rtc_room::error::DeviceError;
use tt_rtc_room::media::{Facing, PlaybackDevice, VideoEncoderConfig};
use tt_rtc_room::participant::{DeviceCommand, DeviceEvent};

use super::*;

fn started(source: Source) -> DeviceEvent {
    DeviceEvent::Started { source, with_audio: false }
}

#[test]
fn calls_about_one_device_take_effect_in_the_order_they_were_made() {
    let mut world = call_among(2);
    world.clients[ANN].browser.asking = Source::Camera.into();
    let calls: Vec<_> = [true, false, true]
        .map(|on| world.request(ANN, Request::Capture(Source::Camera, on)))
        .into();
    settle(&mut world);
    assert!(calls.iter().all(|call| world.answer(*call).is_none()), "the prompt is open");
    world.device(ANN, started(Source::Camera));
    succeeded(&world, calls[0]);
    succeeded(&world, calls[1]);
    assert_eq!(world.answer(calls[2]), None, "the next prompt");
    world.device(ANN, started(Source::Camera));
    succeeded(&world, calls[2]);
    let answers: Vec<_> = world.clients[ANN]
        .heard
        .iter()
        .filter_map(|heard| match heard {
            Heard::Answer(call, _) => Some(*call),
            Heard::Event(_) => None,
        })
        .collect();
    assert!(answers.ends_with(&calls), "{answers:?}");
}

#[test]
fn an_open_prompt_holds_up_nothing_else() {
    let mut world = World::new(1, 2);
    world.clients[ANN].browser.asking = Source::Camera.into();
    let asked = world.request(ANN, Request::Capture(Source::Camera, true));
    let call = join(&mut world, ANN);
    succeeded(&world, call);
    join(&mut world, BOB);
    for call in [
        Request::Capture(Source::Microphone, true),
        Request::Capture(Source::Screen, true),
        Request::Publish(StreamType::Both, true),
        Request::Subscribe(world::user("bob"), StreamType::Both, true),
        Request::Visibility(true),
        Request::UpdateToken("token".into()),
        Request::PlaybackDevice(PlaybackDevice::Earpiece),
    ] {
        let call = make(&mut world, ANN, call);
        succeeded(&world, call);
    }
    assert_eq!(world.clients[BOB].lists.speakers, ["ann"]);
    assert_eq!(world.answer(asked), None);
    make(&mut world, ANN, Request::Exit);
    assert_eq!(world.answer(asked), None, "nor does leaving decide it");
    world.device(ANN, started(Source::Camera));
    succeeded(&world, asked);
}

#[test]
fn a_device_that_cannot_be_had_fails_the_call_and_the_next_one_tries_again() {
    let mut world = World::new(1, 1);
    world.clients[ANN].browser.broken = Source::Microphone.into();
    let call = make(&mut world, ANN, Request::Capture(Source::Microphone, true));
    assert_eq!(failure(&world, call), Failure::device(DeviceError::Denied, "microphone"));
    world.clients[ANN].browser.broken = Sources::NONE;
    capture(&mut world, ANN, Source::Microphone);
}

#[test]
fn turning_on_what_is_on_and_off_what_is_off_succeeds_and_touches_nothing() {
    let mut world = World::new(1, 1);
    for source in [Source::Microphone, Source::Camera, Source::Screen] {
        stop(&mut world, ANN, source);
        capture(&mut world, ANN, source);
        capture(&mut world, ANN, source);
    }
    assert_eq!(world.clients[ANN].browser.device_commands.len(), 3);
}

#[test]
fn capture_works_outside_of_a_call() {
    let mut world = World::new(1, 1);
    capture(&mut world, ANN, Source::Camera);
    assert_eq!(world.clients[ANN].participant.captured(), Source::Camera.into());
    stop(&mut world, ANN, Source::Camera);
    assert_eq!(world.clients[ANN].participant.captured(), Sources::NONE);
}

#[test]
fn a_lost_camera_or_microphone_raises_its_state_event_and_comes_back_by_itself() {
    for (source, number) in [(Source::Camera, 21_105), (Source::Microphone, 21_106)] {
        let mut world = call_among(2);
        capture(&mut world, ANN, source);
        world.device(ANN, DeviceEvent::Lost(source));
        assert_eq!(trouble(&world, ANN), [number]);
        settle(&mut world);
        assert_eq!(media(&world, ANN, BOB), Sources::NONE);
        let lists = &world.clients[BOB].lists;
        assert!(lists.video.is_empty() && lists.speakers.is_empty());

        world.device(ANN, DeviceEvent::Changed);
        settle(&mut world);
        assert_eq!(media(&world, ANN, BOB), source.into());
        assert_eq!(trouble(&world, ANN), [number], "said once");
    }
}

#[test]
fn a_lost_device_that_does_not_start_yet_is_tried_at_each_change() {
    let mut world = World::new(1, 1);
    capture(&mut world, ANN, Source::Camera);
    world.clients[ANN].browser.broken = Source::Camera.into();
    world.device(ANN, DeviceEvent::Lost(Source::Camera));
    world.device(ANN, DeviceEvent::Changed);
    settle(&mut world);
    world.clients[ANN].browser.broken = Sources::NONE;
    world.device(ANN, DeviceEvent::Changed);
    settle(&mut world);
    assert_eq!(world.clients[ANN].participant.captured(), Source::Camera.into());
}

#[test]
fn a_lost_device_that_is_turned_off_stays_off() {
    let mut world = World::new(1, 1);
    capture(&mut world, ANN, Source::Camera);
    world.device(ANN, DeviceEvent::Lost(Source::Camera));
    stop(&mut world, ANN, Source::Camera);
    world.device(ANN, DeviceEvent::Changed);
    settle(&mut world);
    assert_eq!(world.clients[ANN].participant.captured(), Sources::NONE);
}

#[test]
fn a_screen_whose_sharing_the_browser_ended_leaves_the_list_for_good() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Screen);
    world.device(ANN, DeviceEvent::Lost(Source::Screen));
    world.device(ANN, DeviceEvent::Changed);
    settle(&mut world);
    assert!(world.clients[BOB].lists.screen.is_empty());
    assert!(trouble(&world, ANN).is_empty());
    assert_eq!(media(&world, ANN, BOB), Sources::NONE);
}

#[test]
fn a_screen_without_sound_sends_a_picture_alone() {
    let mut world = call_among(2);
    world.clients[ANN].browser.asking = Source::Screen.into();
    world.request(ANN, Request::Capture(Source::Screen, true));
    world.device(ANN, started(Source::Screen));
    settle(&mut world);
    assert_eq!(media(&world, ANN, BOB), Source::Screen.into());
}

#[test]
fn a_screen_that_loses_its_sound_keeps_its_picture() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Screen);
    world.device(ANN, DeviceEvent::Lost(Source::ScreenAudio));
    settle(&mut world);
    assert_eq!(media(&world, ANN, BOB), Source::Screen.into());
    assert_eq!(world.clients[BOB].lists.screen, ["ann"]);
}

#[test]
fn switching_the_camera_keeps_the_old_picture_until_the_new_one_is_there() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    world.clients[ANN].browser.asking = Source::Camera.into();
    let call = make(&mut world, ANN, Request::SwitchCamera(Facing::Back));
    assert_eq!(world.answer(call), None);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
    world.device(ANN, DeviceEvent::Failed(Source::Camera, DeviceError::NotFound));
    assert_eq!(failure(&world, call), Failure::device(DeviceError::NotFound, "camera"));
    settle(&mut world);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into(), "the old one goes on");
}

#[test]
fn a_camera_chosen_and_set_up_while_off_is_the_one_that_starts() {
    let mut world = World::new(1, 1);
    let config = VideoEncoderConfig { width: 320, height: 180, ..Default::default() };
    for call in [Request::SwitchCamera(Facing::Back), Request::EncoderConfig(config)] {
        let call = world.request(ANN, call);
        succeeded(&world, call);
    }
    capture(&mut world, ANN, Source::Camera);
    let start = DeviceCommand::Start { source: Source::Camera, facing: Facing::Back, config };
    assert_eq!(world.clients[ANN].browser.device_commands, [start]);
}

#[test]
fn a_running_camera_takes_a_new_size_without_a_pause_and_without_negotiation() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    let negotiated = negotiations(&world);
    let config = VideoEncoderConfig { width: 1280, height: 720, ..Default::default() };
    let call = make(&mut world, ANN, Request::EncoderConfig(config));
    succeeded(&world, call);
    let commands = &world.clients[ANN].browser.device_commands;
    assert_eq!(commands.last(), Some(&DeviceCommand::Constrain(config)));
    assert_eq!(negotiations(&world), negotiated);
}

#[test]
fn a_limit_of_the_bit_rate_holds_for_the_next_frame_of_every_peer() {
    let mut world = call_among(3);
    capture(&mut world, ANN, Source::Camera);
    let config = VideoEncoderConfig { max_bitrate: Some(200), ..Default::default() };
    let negotiated = negotiations(&world);
    world.request(ANN, Request::EncoderConfig(config));
    for (_, peer) in world.clients[ANN].browser.peers() {
        assert_eq!(peer.camera.map(|encoding| encoding.max_bitrate), Some(200_000));
    }
    assert_eq!(negotiations(&world), negotiated);
}

#[test]
fn news_of_devices_that_nobody_asked_for_changes_nothing() {
    let mut world = World::new(1, 1);
    for source in Source::ALL {
        world.device(ANN, started(source));
        world.device(ANN, DeviceEvent::Failed(source, DeviceError::Other));
        world.device(ANN, DeviceEvent::Lost(source));
        world.device(ANN, DeviceEvent::Changed);
    }
    assert_eq!(world.clients[ANN].participant.captured(), Sources::NONE);
    assert!(world.clients[ANN].heard.is_empty());
}
