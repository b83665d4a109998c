//! Microphone, camera and screen.

use tt_rtc_room::error::DeviceError;
use tt_rtc_room::media::{Facing, PlaybackDevice, VideoEncoderConfig};
use tt_rtc_room::participant::{Access, DeviceCommand, DeviceEvent, Permission};

use super::*;

fn started(source: Source) -> DeviceEvent {
    DeviceEvent::Started { source, with_audio: false }
}

fn starts(world: &World) -> usize {
    let commands = &world.clients[ANN].browser.device_commands;
    commands.iter().filter(|command| matches!(command, DeviceCommand::Start { .. })).count()
}

#[test]
fn requests_for_one_device_take_effect_in_order() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    world.clients[ANN].browser.asking = Source::Camera.into();
    let config = VideoEncoderConfig { width: 320, height: 180, ..Default::default() };
    let requests = [
        Request::SwitchCamera(Facing::Back),
        Request::EncoderConfig(config),
        Request::SwitchCamera(Facing::Front),
    ]
    .map(|request| make_request(&mut world, ANN, request));
    assert!(requests.iter().all(|request| world.answer(*request).is_none()));
    world.device(ANN, started(Source::Camera));
    succeeded(&world, requests[0]);
    succeeded(&world, requests[1]);
    assert_eq!(world.answer(requests[2]), None, "the next camera");
    world.device(ANN, started(Source::Camera));
    succeeded(&world, requests[2]);
}

#[test]
fn turning_a_device_off_does_not_wait_for_the_prompt() {
    let mut world = call_among(2);
    world.clients[ANN].browser.asking = Source::Camera.into();
    let on = make_request(&mut world, ANN, Request::Capture(Source::Camera, true));
    let off = world.request(ANN, Request::Capture(Source::Camera, false));
    succeeded(&world, off);
    assert_eq!(world.answer(on), None, "the prompt is still open");
    world.device(ANN, started(Source::Camera));
    succeeded(&world, on);
    run_briefly(&mut world);
    assert_eq!(world.clients[ANN].browser.running, Sources::NONE);
    assert!(world.clients[BOB].lists.video.is_empty());
    assert_eq!(media(&world, ANN, BOB), Sources::NONE);
}

#[test]
fn a_request_fails_if_its_prompt_is_refused_after_the_device_was_turned_off() {
    let mut world = World::new(1, 1);
    world.clients[ANN].browser.asking = Source::Camera.into();
    let on = world.request(ANN, Request::Capture(Source::Camera, true));
    let off = world.request(ANN, Request::Capture(Source::Camera, false));
    succeeded(&world, off);
    world.device(ANN, DeviceEvent::Failed(Source::Camera, DeviceError::Denied));
    assert_eq!(errno(&world, on), 10_200);
}

#[test]
fn one_prompt_answers_all_requests_that_wait_for_it() {
    let mut world = call_among(2);
    world.clients[ANN].browser.asking = Source::Camera.into();
    let requests: Vec<_> = [true, true, false, true]
        .map(|on| world.request(ANN, Request::Capture(Source::Camera, on)))
        .into();
    assert_eq!(starts(&world), 1, "the user is asked once");
    world.device(ANN, started(Source::Camera));
    run_briefly(&mut world);
    for request in requests {
        succeeded(&world, request);
    }
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into(), "it was turned on last");
}

#[test]
fn settings_changed_while_a_prompt_is_open_apply_to_the_start() {
    let mut world = World::new(1, 1);
    world.clients[ANN].browser.asking = Source::Camera.into();
    let config = VideoEncoderConfig { width: 320, height: 180, ..Default::default() };
    let first = world.request(ANN, Request::Capture(Source::Camera, true));
    for request in [
        Request::Capture(Source::Camera, false),
        Request::SwitchCamera(Facing::Back),
        Request::EncoderConfig(config),
    ] {
        let request = world.request(ANN, request);
        succeeded(&world, request);
    }
    let second = world.request(ANN, Request::Capture(Source::Camera, true));
    world.device(ANN, started(Source::Camera));
    assert_eq!((world.answer(first), world.answer(second)), (None, None), "not that camera");
    let start = DeviceCommand::Start { source: Source::Camera, facing: Facing::Back, config };
    assert_eq!(world.clients[ANN].browser.device_commands.last(), Some(&start));
    world.device(ANN, started(Source::Camera));
    succeeded(&world, first);
    succeeded(&world, second);
}

#[test]
fn turning_the_camera_off_while_another_one_starts_stops_both() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    world.clients[ANN].browser.asking = Source::Camera.into();
    let switch = make_request(&mut world, ANN, Request::SwitchCamera(Facing::Back));
    let on = world.request(ANN, Request::Capture(Source::Camera, true));
    stop(&mut world, ANN, Source::Camera);
    succeeded(&world, on);
    assert_eq!(world.clients[ANN].browser.running, Sources::NONE);
    assert_eq!(media(&world, ANN, BOB), Sources::NONE);
    world.device(ANN, started(Source::Camera));
    succeeded(&world, switch);
    assert_eq!(world.clients[ANN].browser.running, Sources::NONE);
}

#[test]
fn an_open_prompt_does_not_delay_other_requests() {
    let mut world = World::new(1, 2);
    world.clients[ANN].browser.asking = Source::Camera.into();
    let asked = world.request(ANN, Request::Capture(Source::Camera, true));
    let request = join(&mut world, ANN);
    succeeded(&world, request);
    join(&mut world, BOB);
    for request in [
        Request::Capture(Source::Microphone, true),
        Request::Capture(Source::Screen, true),
        Request::Publish(StreamType::Both, true),
        Request::Subscribe(world::user("bob"), StreamType::Both, true),
        Request::Visibility(true),
        Request::UpdateToken("token".into()),
        Request::PlaybackDevice(PlaybackDevice::Earpiece),
    ] {
        let request = make_request(&mut world, ANN, request);
        succeeded(&world, request);
    }
    assert_eq!(world.clients[BOB].lists.speakers, ["ann"]);
    assert_eq!(world.answer(asked), None);
    make_request(&mut world, ANN, Request::Exit);
    assert_eq!(world.answer(asked), None, "nor does leaving decide it");
    world.device(ANN, started(Source::Camera));
    succeeded(&world, asked);
}

#[test]
fn a_device_that_does_not_start_fails_the_request_and_the_next_request_tries_again() {
    for error in [DeviceError::Denied, DeviceError::NotFound] {
        let mut world = World::new(1, 1);
        let browser = &mut world.clients[ANN].browser;
        let denied = error == DeviceError::Denied;
        *if denied { &mut browser.refused } else { &mut browser.missing } =
            Source::Microphone.into();
        let request = make_request(&mut world, ANN, Request::Capture(Source::Microphone, true));
        assert_eq!(failure(&world, request), Failure::device(error, "microphone"));
        assert!(event_codes(&world, ANN).is_empty(), "the request itself fails");
        let browser = &mut world.clients[ANN].browser;
        (browser.refused, browser.missing) = (Sources::NONE, Sources::NONE);
        world.change_devices(ANN);
        assert_eq!(starts(&world), 1, "not without a request");
        capture(&mut world, ANN, Source::Microphone);
    }
}

#[test]
fn a_request_for_the_current_state_succeeds_without_a_device_command() {
    let mut world = World::new(1, 1);
    for source in [Source::Microphone, Source::Camera, Source::Screen] {
        stop(&mut world, ANN, source);
        capture(&mut world, ANN, source);
        capture(&mut world, ANN, source);
    }
    assert_eq!(world.clients[ANN].browser.device_commands.len(), 3);
}

#[test]
fn capture_works_outside_a_room() {
    let mut world = World::new(1, 1);
    capture(&mut world, ANN, Source::Camera);
    assert_eq!(world.clients[ANN].participant.captured(), Source::Camera.into());
    stop(&mut world, ANN, Source::Camera);
    assert_eq!(world.clients[ANN].participant.captured(), Sources::NONE);
}

const NUMBERS: [(Source, i32); 2] = [(Source::Camera, 21_105), (Source::Microphone, 21_106)];

#[test]
fn an_unplugged_device_is_replaced_by_another_one_without_an_event() {
    for (source, _) in NUMBERS {
        let mut world = call_among(2);
        capture(&mut world, ANN, source);
        let before = events(&world);
        world.end_device(ANN, source, Permission::Granted);
        run_briefly(&mut world);
        assert_eq!(starts(&world), 2);
        assert_eq!(world.clients[ANN].browser.running, source.into());
        assert_eq!(media(&world, ANN, BOB), source.into());
        assert_eq!(events(&world), before);
    }
}

#[test]
fn a_device_without_another_one_raises_its_state_event_and_comes_back_by_itself() {
    for (source, number) in NUMBERS {
        let mut world = call_among(2);
        capture(&mut world, ANN, source);
        world.clients[ANN].browser.missing = source.into();
        world.end_device(ANN, source, Permission::Granted);
        world.run(5_000);
        assert_eq!(event_codes(&world, ANN), [number]);
        assert_eq!(starts(&world), 3, "at once, and before any event");
        assert_eq!(media(&world, ANN, BOB), Sources::NONE);
        let lists = &world.clients[BOB].lists;
        assert!(lists.video.is_empty() && lists.speakers.is_empty());

        world.change_devices(ANN);
        run_briefly(&mut world);
        assert_eq!(starts(&world), 4, "tried at each change");
        world.clients[ANN].browser.missing = Sources::NONE;
        world.change_devices(ANN);
        run_briefly(&mut world);
        assert_eq!(media(&world, ANN, BOB), source.into());
        assert_eq!(event_codes(&world, ANN), [number], "reported once");
    }
}

#[test]
fn a_device_that_is_replaced_within_2_s_raises_no_state_event() {
    for listed in ["with an event", "without one"] {
        let mut world = call_among(2);
        capture(&mut world, ANN, Source::Microphone);
        world.clients[ANN].browser.missing = Source::Microphone.into();
        world.end_device(ANN, Source::Microphone, Permission::Granted);
        run_briefly(&mut world);
        assert!(world.clients[BOB].lists.speakers.is_empty(), "no event");
        world.clients[ANN].browser.missing = Sources::NONE;
        if listed == "with an event" {
            world.change_devices(ANN);
        }
        world.run(3_000);
        assert_eq!(world.clients[BOB].lists.speakers, ["ann"], "{listed}");
        assert!(event_codes(&world, ANN).is_empty());
    }
}

#[test]
fn a_device_that_is_plugged_in_during_the_reacquisition_is_used() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Microphone);
    world.clients[ANN].browser.asking = Source::Microphone.into();
    world.end_device(ANN, Source::Microphone, Permission::Granted);
    world.run(5_000);
    world.clients[ANN].browser.asking = Sources::NONE;
    world.change_devices(ANN);
    world.device(ANN, DeviceEvent::Failed(Source::Microphone, DeviceError::NotFound));
    run_briefly(&mut world);
    assert_eq!(world.clients[BOB].lists.speakers, ["ann"]);
    assert!(event_codes(&world, ANN).is_empty());
}

#[test]
fn a_device_stopped_with_the_browsers_button_starts_again_only_on_request() {
    for (source, number) in NUMBERS {
        let mut world = call_among(2);
        capture(&mut world, ANN, source);
        world.end_device(ANN, source, Permission::Withheld);
        run_briefly(&mut world);
        assert_eq!(event_codes(&world, ANN), [number]);
        assert_eq!(media(&world, ANN, BOB), Sources::NONE);
        world.change_devices(ANN);
        run_briefly(&mut world);
        assert_eq!(starts(&world), 1, "no prompt");
        capture(&mut world, ANN, source);
        assert_eq!(media(&world, ANN, BOB), source.into());
    }
}

#[test]
fn a_device_that_is_refused_at_its_reacquisition_is_not_asked_for_again() {
    for (source, number) in NUMBERS {
        let mut world = call_among(2);
        capture(&mut world, ANN, source);
        world.clients[ANN].browser.refused = source.into();
        world.end_device(ANN, source, Permission::Unknown);
        run_briefly(&mut world);
        assert_eq!(event_codes(&world, ANN), [number]);
        world.clients[ANN].browser.refused = Sources::NONE;
        world.change_devices(ANN);
        run_briefly(&mut world);
        assert_eq!(starts(&world), 2);
        assert_eq!(media(&world, ANN, BOB), Sources::NONE);
        capture(&mut world, ANN, source);
    }
}

#[test]
fn with_unknown_permissions_a_device_is_reacquired_when_the_user_is_on_the_page() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Microphone);
    let source = Source::Microphone;
    let away = Access { permission: Permission::Unknown, attended: false };
    world.device(ANN, DeviceEvent::Ended(source, away));
    world.device(ANN, DeviceEvent::Available { source, access: away, returned: false });
    run_briefly(&mut world);
    assert_eq!(starts(&world), 1, "no prompt while the user is not on the page");
    assert!(world.clients[BOB].lists.speakers.is_empty());
    assert!(event_codes(&world, ANN).is_empty(), "nor has it failed");
    let access = Access { attended: true, ..away };
    world.device(ANN, DeviceEvent::Available { source, access, returned: true });
    run_briefly(&mut world);
    assert_eq!(world.clients[BOB].lists.speakers, ["ann"]);
    assert!(event_codes(&world, ANN).is_empty());
}

#[test]
fn a_device_that_is_reacquired_with_a_prompt_leaves_the_lists_until_it_starts() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Microphone);
    world.clients[ANN].browser.asking = Source::Microphone.into();
    world.end_device(ANN, Source::Microphone, Permission::Unknown);
    run_briefly(&mut world);
    assert!(world.clients[BOB].lists.speakers.is_empty());
    world.device(ANN, started(Source::Microphone));
    run_briefly(&mut world);
    assert_eq!(world.clients[BOB].lists.speakers, ["ann"]);
}

#[test]
fn a_lost_device_that_is_turned_off_stays_off() {
    let mut world = World::new(1, 1);
    capture(&mut world, ANN, Source::Camera);
    world.clients[ANN].browser.missing = Source::Camera.into();
    world.end_device(ANN, Source::Camera, Permission::Granted);
    run_briefly(&mut world);
    stop(&mut world, ANN, Source::Camera);
    world.clients[ANN].browser.missing = Sources::NONE;
    world.change_devices(ANN);
    run_briefly(&mut world);
    assert_eq!(world.clients[ANN].participant.captured(), Sources::NONE);
}

#[test]
fn a_device_turned_off_during_its_reacquisition_is_off_at_once() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Microphone);
    world.clients[ANN].browser.asking = Source::Microphone.into();
    world.end_device(ANN, Source::Microphone, Permission::Granted);
    let off = world.request(ANN, Request::Capture(Source::Microphone, false));
    succeeded(&world, off);
    world.device(ANN, started(Source::Microphone));
    run_briefly(&mut world);
    assert_eq!(world.clients[ANN].browser.running, Sources::NONE);
    assert!(world.clients[BOB].lists.speakers.is_empty());
}

#[test]
fn a_request_during_the_reacquisition_gets_its_outcome() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Microphone);
    world.clients[ANN].browser.asking = Source::Microphone.into();
    world.end_device(ANN, Source::Microphone, Permission::Granted);
    let on = make_request(&mut world, ANN, Request::Capture(Source::Microphone, true));
    world.device(ANN, DeviceEvent::Failed(Source::Microphone, DeviceError::NotFound));
    assert_eq!(errno(&world, on), 29_001);
    assert!(event_codes(&world, ANN).is_empty(), "the request itself fails");
}

#[test]
fn a_device_that_returns_is_published_in_the_room_joined_since() {
    for between in ["nothing", "a leave", "a leave and a join"] {
        let mut world = call_among(2);
        capture(&mut world, ANN, Source::Microphone);
        world.clients[ANN].browser.missing = Source::Microphone.into();
        world.end_device(ANN, Source::Microphone, Permission::Granted);
        run_briefly(&mut world);
        if between != "nothing" {
            make_request(&mut world, ANN, Request::Exit);
        }
        if between == "a leave and a join" {
            let request = join(&mut world, ANN);
            succeeded(&world, request);
            assert!(world.clients[ANN].lists.speakers.is_empty());
        }
        world.clients[ANN].browser.missing = Sources::NONE;
        world.change_devices(ANN);
        run_briefly(&mut world);
        assert_eq!(world.clients[ANN].participant.captured(), Source::Microphone.into());
        let expected: &[&str] = if between == "a leave" { &[] } else { &["ann"] };
        assert_eq!(world.clients[BOB].lists.speakers, expected, "{between}");
    }
}

#[test]
fn a_device_that_ends_during_a_join_is_replaced_by_another_one() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Microphone);
    make_request(&mut world, ANN, Request::Exit);
    let options = world.join_options("ann", ROOM);
    let request = world.request(ANN, Request::Join(Box::new(options)));
    world.end_device(ANN, Source::Microphone, Permission::Granted);
    run_briefly(&mut world);
    succeeded(&world, request);
    assert_eq!(media(&world, ANN, BOB), Source::Microphone.into());
}

#[test]
fn a_microphone_muted_by_the_system_leaves_the_speakers_until_it_is_unmuted() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Microphone);
    world.device(ANN, DeviceEvent::Muted(Source::Microphone, true));
    run_briefly(&mut world);
    assert!(world.clients[BOB].lists.speakers.is_empty());
    assert_eq!(media(&world, ANN, BOB), Sources::NONE);
    make_request(&mut world, ANN, Request::Exit);
    join(&mut world, ANN);
    assert!(world.clients[BOB].lists.speakers.is_empty(), "nor after a rejoin");
    world.device(ANN, DeviceEvent::Muted(Source::Microphone, false));
    run_briefly(&mut world);
    assert_eq!(world.clients[BOB].lists.speakers, ["ann"]);
    assert_eq!(media(&world, ANN, BOB), Source::Microphone.into());
    assert!(event_codes(&world, ANN).is_empty());
    assert_eq!(starts(&world), 1);
}

#[test]
fn a_camera_counts_as_muted_after_3_s_without_frames() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    world.device(ANN, DeviceEvent::Muted(Source::Camera, true));
    run_briefly(&mut world);
    assert_eq!(world.clients[BOB].lists.video, ["ann"], "it may be slow");
    world.device(ANN, DeviceEvent::Muted(Source::Camera, false));
    world.run(5_000);
    assert_eq!(world.clients[BOB].lists.video, ["ann"]);
    world.device(ANN, DeviceEvent::Muted(Source::Camera, true));
    world.run(5_000);
    assert!(world.clients[BOB].lists.video.is_empty());
    world.device(ANN, DeviceEvent::Muted(Source::Camera, false));
    run_briefly(&mut world);
    assert_eq!(world.clients[BOB].lists.video, ["ann"]);
}

#[test]
fn a_screen_without_frames_is_still_shared() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Screen);
    world.device(ANN, DeviceEvent::Muted(Source::Screen, true));
    world.run(5_000);
    assert_eq!(world.clients[BOB].lists.screen, ["ann"]);
}

#[test]
fn a_microphone_that_is_still_muted_when_the_page_is_visible_again_is_reopened() {
    let mut world = call_among(2);
    let source = Source::Microphone;
    capture(&mut world, ANN, source);
    world.device(ANN, DeviceEvent::Muted(source, true));
    world.change_devices(ANN);
    assert_eq!(starts(&world), 1, "not while the page is where it was");
    let access = Access { permission: Permission::Granted, attended: true };
    let back = DeviceEvent::Available { source, access, returned: true };
    world.clients[ANN].browser.missing = source.into();
    world.device(ANN, back);
    run_briefly(&mut world);
    assert_eq!(starts(&world), 2);
    assert!(event_codes(&world, ANN).is_empty(), "the old track is still in use");
    world.clients[ANN].browser.missing = Sources::NONE;
    world.device(ANN, back);
    run_briefly(&mut world);
    assert_eq!(world.clients[BOB].lists.speakers, ["ann"]);
    assert_eq!(media(&world, ANN, BOB), source.into());
}

#[test]
fn a_screen_share_ended_by_the_browser_does_not_start_again() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Screen);
    world.end_device(ANN, Source::Screen, Permission::Granted);
    let access = Access { permission: Permission::Granted, attended: true };
    let available = DeviceEvent::Available { source: Source::Screen, access, returned: true };
    world.device(ANN, available);
    run_briefly(&mut world);
    assert!(world.clients[BOB].lists.screen.is_empty());
    assert!(event_codes(&world, ANN).is_empty());
    assert_eq!(media(&world, ANN, BOB), Sources::NONE);
}

#[test]
fn a_screen_without_audio_sends_only_video() {
    let mut world = call_among(2);
    world.clients[ANN].browser.asking = Source::Screen.into();
    world.request(ANN, Request::Capture(Source::Screen, true));
    world.device(ANN, started(Source::Screen));
    run_briefly(&mut world);
    assert_eq!(media(&world, ANN, BOB), Source::Screen.into());
}

#[test]
fn a_screen_that_loses_its_audio_keeps_its_video() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Screen);
    world.end_device(ANN, Source::ScreenAudio, Permission::Unknown);
    run_briefly(&mut world);
    assert_eq!(media(&world, ANN, BOB), Source::Screen.into());
    assert_eq!(world.clients[BOB].lists.screen, ["ann"]);
}

#[test]
fn switching_the_camera_keeps_the_old_video_until_the_new_camera_starts() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    world.clients[ANN].browser.asking = Source::Camera.into();
    let request = make_request(&mut world, ANN, Request::SwitchCamera(Facing::Back));
    assert_eq!(world.answer(request), None);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into());
    world.device(ANN, DeviceEvent::Failed(Source::Camera, DeviceError::NotFound));
    assert_eq!(failure(&world, request), Failure::device(DeviceError::NotFound, "camera"));
    run_briefly(&mut world);
    assert_eq!(media(&world, ANN, BOB), Source::Camera.into(), "the old camera continues");
}

#[test]
fn a_camera_configured_while_off_starts_with_this_configuration() {
    let mut world = World::new(1, 1);
    let config = VideoEncoderConfig { width: 320, height: 180, ..Default::default() };
    for request in [Request::SwitchCamera(Facing::Back), Request::EncoderConfig(config)] {
        let request = world.request(ANN, request);
        succeeded(&world, request);
    }
    capture(&mut world, ANN, Source::Camera);
    let start = DeviceCommand::Start { source: Source::Camera, facing: Facing::Back, config };
    assert_eq!(world.clients[ANN].browser.device_commands, [start]);
}

#[test]
fn a_running_camera_changes_its_size_without_a_restart_and_without_negotiation() {
    let mut world = call_among(2);
    capture(&mut world, ANN, Source::Camera);
    let negotiated = negotiations(&world);
    let config = VideoEncoderConfig { width: 1280, height: 720, ..Default::default() };
    let request = make_request(&mut world, ANN, Request::EncoderConfig(config));
    succeeded(&world, request);
    let commands = &world.clients[ANN].browser.device_commands;
    assert_eq!(commands.last(), Some(&DeviceCommand::Constrain(config)));
    assert_eq!(negotiations(&world), negotiated);
}

#[test]
fn a_bit_rate_limit_applies_at_once_to_every_peer() {
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
fn device_events_without_a_request_have_no_effect() {
    let mut world = World::new(1, 1);
    for source in Source::ALL {
        world.device(ANN, started(source));
        world.device(ANN, DeviceEvent::Failed(source, DeviceError::Other));
        world.device(ANN, DeviceEvent::Muted(source, true));
        world.end_device(ANN, source, Permission::Granted);
        world.change_devices(ANN);
    }
    assert_eq!(world.clients[ANN].participant.captured(), Sources::NONE);
    assert!(world.clients[ANN].received.is_empty());
}
