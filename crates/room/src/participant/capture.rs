//! One's own devices: the state of each, and the requests that wait for it.

use std::collections::VecDeque;

use super::request::{Access, DeviceCommand, DeviceEvent, Permission, RequestId};
use crate::error::{DeviceError, Failure, state};
use crate::media::{Facing, Source, Sources, VideoEncoderConfig};
use crate::time::{Instant, earliest};

/// How long a camera may give no frames before it counts as muted, in milliseconds. Chromium also
/// mutes the track of a camera that is only slow.
const CAMERA_MUTED_AFTER: u64 = 3_000;

/// How long after a device ended the page gets its state event, in milliseconds, if no other device
/// can be opened. A browser may list the next microphone a moment after the last one ended.
const ACQUIRE_WITHIN: u64 = 2_000;

/// What is asked of one device.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    On,
    Off,
    Switch(Facing),
    Configure(VideoEncoderConfig),
}

#[derive(Debug)]
enum State {
    /// The page has not turned it on.
    Off,
    /// A start is under way.
    Starting(Start),
    /// It captures. The system may mute it (a phone call, a locked screen). A muted device counts as
    /// off for the other members.
    Live { muted: bool },
    /// It ended without a request. It is acquired again on [`DeviceEvent::Available`].
    Ended,
    /// The user refused it, or stopped it with the browser's own button. Only a request of the page
    /// starts it again.
    Refused,
}

/// A start that is under way.
#[derive(Debug)]
struct Start {
    /// The requests that are answered with its outcome; none when the device is acquired again.
    requests: Vec<RequestId>,
    facing: Facing,
    config: VideoEncoderConfig,
    /// The device in use until then. It goes on if the start fails.
    before: Option<Running>,
    /// Whether the device counts as capturing in the meantime.
    counts: bool,
    /// `false` after the page turned the device off: it is stopped as soon as it has started.
    wanted: bool,
    /// Devices have changed since it began.
    outdated: bool,
}

#[derive(Debug, Clone, Copy)]
struct Running {
    facing: Facing,
    muted: bool,
}

/// What came of handling something.
#[derive(Debug)]
pub(super) enum CaptureOutput {
    Answer(RequestId, Result<(), Failure>),
    Command(DeviceCommand),
    State(i32, &'static str),
}

/// A device, and the requests that wait for it. Requests take effect in order. A request to turn it
/// off does not wait.
#[derive(Debug)]
struct Device {
    source: Source,
    state: State,
    facing: Facing,
    config: VideoEncoderConfig,
    /// Requests that wait for the end of the start.
    queue: VecDeque<(RequestId, Change)>,
    /// When a camera without frames counts as muted.
    mute_at: Option<Instant>,
    /// When the last attempt before the state event is due.
    give_up_at: Option<Instant>,
    /// Whether the page has got the state event of this loss.
    reported: bool,
    output: Vec<CaptureOutput>,
}

/// Microphone, camera and screen.
#[derive(Debug)]
pub(super) struct Capture {
    devices: [Device; 3],
    screen_audio: bool,
}

impl Capture {
    pub(super) fn new() -> Self {
        Self {
            devices: [
                Device::new(Source::Microphone),
                Device::new(Source::Camera),
                Device::new(Source::Screen),
            ],
            screen_audio: false,
        }
    }

    /// What is being captured.
    pub(super) fn sources(&self) -> Sources {
        let mut sources = Sources::NONE;
        for device in &self.devices {
            sources = sources.with(device.source, device.captures());
        }
        sources.with(Source::ScreenAudio, self.screen_audio && sources.has(Source::Screen))
    }

    pub(super) fn encoder(&self) -> VideoEncoderConfig {
        let [_, camera, _] = &self.devices;
        camera.config
    }

    pub(super) fn change(
        &mut self,
        source: Source,
        request: RequestId,
        change: Change,
    ) -> Vec<CaptureOutput> {
        let device = self.device(source);
        device.handle_request(request, change);
        std::mem::take(&mut device.output)
    }

    pub(super) fn handle(&mut self, event: DeviceEvent, now: Instant) -> Vec<CaptureOutput> {
        let (DeviceEvent::Started { source, .. }
        | DeviceEvent::Failed(source, _)
        | DeviceEvent::Muted(source, _)
        | DeviceEvent::Ended(source, _)
        | DeviceEvent::Available { source, .. }) = event;
        match event {
            DeviceEvent::Started { source: Source::Screen, with_audio } => {
                self.screen_audio = with_audio;
            }
            DeviceEvent::Ended(Source::ScreenAudio, _) => self.screen_audio = false,
            _ => {}
        }
        if source == Source::ScreenAudio {
            return Vec::new();
        }
        let device = self.device(source);
        match event {
            DeviceEvent::Started { .. } => device.handle_started(),
            DeviceEvent::Failed(_, error) => device.handle_failed(error),
            DeviceEvent::Muted(_, muted) => device.handle_muted(muted, now),
            DeviceEvent::Ended(_, access) => device.handle_ended(access, now),
            DeviceEvent::Available { access, returned, .. } => {
                device.handle_available(access, returned);
            }
        }
        std::mem::take(&mut device.output)
    }

    /// The page is suspended: stops every device.
    pub(super) fn suspend(&mut self) -> Vec<CaptureOutput> {
        let mut output = Vec::new();
        for device in &mut self.devices {
            device.suspend();
            output.append(&mut device.output);
        }
        output
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let mut next = None;
        for device in &self.devices {
            next = earliest(&[next, device.mute_at, device.give_up_at]);
        }
        next
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) -> Vec<CaptureOutput> {
        let mut output = Vec::new();
        for device in &mut self.devices {
            device.handle_timeout(now);
            output.append(&mut device.output);
        }
        output
    }

    /// The device of a source. The audio of a screen is captured together with its video.
    fn device(&mut self, source: Source) -> &mut Device {
        let [microphone, camera, screen] = &mut self.devices;
        match source {
            Source::Microphone => microphone,
            Source::Camera => camera,
            Source::Screen | Source::ScreenAudio => screen,
        }
    }
}

impl Device {
    fn new(source: Source) -> Self {
        Self {
            source,
            state: State::Off,
            facing: Facing::default(),
            config: VideoEncoderConfig::default(),
            queue: VecDeque::new(),
            mute_at: None,
            give_up_at: None,
            reported: false,
            output: Vec::new(),
        }
    }

    fn captures(&self) -> bool {
        match &self.state {
            State::Live { muted } => !muted,
            State::Starting(start) => start.counts,
            State::Off | State::Ended | State::Refused => false,
        }
    }

    fn handle_request(&mut self, request: RequestId, change: Change) {
        match (&mut self.state, change) {
            (State::Starting(_), Change::Off) => self.turn_off_while_starting(request),
            (State::Starting(start), Change::On) if start.before.is_none() => {
                start.wanted = true;
                start.requests.push(request);
            }
            (State::Starting(start), _) if start.wanted => {
                self.queue.push_back((request, change));
            }
            _ => self.carry_out(request, change),
        }
    }

    /// Turns it off while a start is under way, perhaps with an open prompt. The requests that wait
    /// for the start still get its outcome.
    fn turn_off_while_starting(&mut self, request: RequestId) {
        if let State::Starting(start) = &mut self.state {
            (start.wanted, start.counts) = (false, false);
            if start.before.take().is_some() {
                self.command(DeviceCommand::Stop(self.source));
            }
        }
        while let Some((request, change)) = self.queue.pop_front() {
            self.carry_out(request, change);
        }
        self.answer(request, Ok(()));
    }

    /// Carries out a request. While a start is under way it must be one that does not wait for it.
    fn carry_out(&mut self, request: RequestId, change: Change) {
        let live = match self.state {
            State::Live { muted } => Some(Running { facing: self.facing, muted }),
            _ => None,
        };
        match change {
            Change::On if live.is_none() && !matches!(self.state, State::Starting(_)) => {
                return self.start(vec![request], None, false);
            }
            Change::On => {}
            Change::Off => {
                if live.is_some() {
                    self.command(DeviceCommand::Stop(self.source));
                }
                self.enter(State::Off);
            }
            Change::Switch(facing) => {
                let other = self.facing != facing;
                self.facing = facing;
                if let Some(running) = live.filter(|_| other) {
                    return self.start(vec![request], Some(running), !running.muted);
                }
            }
            Change::Configure(config) => {
                self.config = config;
                if live.is_some() {
                    self.command(DeviceCommand::Constrain(config));
                }
            }
        }
        self.answer(request, Ok(()));
    }

    fn start(&mut self, requests: Vec<RequestId>, before: Option<Running>, counts: bool) {
        let (source, facing, config) = (self.source, self.facing, self.config);
        self.command(DeviceCommand::Start { source, facing, config });
        self.enter(State::Starting(Start {
            requests,
            facing,
            config,
            before,
            counts,
            wanted: true,
            outdated: false,
        }));
    }

    fn enter(&mut self, state: State) {
        self.mute_at = None;
        if !matches!(state, State::Starting(_) | State::Ended) {
            self.give_up_at = None;
        }
        self.state = state;
    }

    fn handle_started(&mut self) {
        let Some(start) = self.take_start() else { return };
        if !start.wanted {
            self.command(DeviceCommand::Stop(self.source));
        } else if start.facing != self.facing {
            // The page chose another camera while this one was off.
            let running = Running { facing: start.facing, muted: false };
            return self.start(start.requests, Some(running), true);
        } else {
            self.enter(State::Live { muted: false });
            self.reported = false;
            if start.config != self.config {
                self.command(DeviceCommand::Constrain(self.config));
            }
        }
        self.go_on(start.requests, &Ok(()));
    }

    fn handle_failed(&mut self, error: DeviceError) {
        let Some(start) = self.take_start() else { return };
        if let Some(Running { facing, muted }) = start.before {
            self.facing = facing;
            self.enter(State::Live { muted });
        } else if start.wanted {
            let acquired_again = start.requests.is_empty();
            if acquired_again && start.outdated && error != DeviceError::Denied {
                return self.start(Vec::new(), None, false);
            }
            self.enter(match error {
                DeviceError::Denied => State::Refused,
                _ if acquired_again => State::Ended,
                _ => State::Off,
            });
            if acquired_again && self.give_up_at.is_none() {
                self.report();
            }
        }
        self.go_on(start.requests, &Err(Failure::device(error, self.name())));
    }

    /// Takes the start that has ended. The device is off then.
    fn take_start(&mut self) -> Option<Start> {
        match std::mem::replace(&mut self.state, State::Off) {
            State::Starting(start) => Some(start),
            other => {
                self.state = other;
                None
            }
        }
    }

    /// Answers the requests that waited for the device, and carries out those made since.
    fn go_on(&mut self, requests: Vec<RequestId>, result: &Result<(), Failure>) {
        for request in requests {
            self.answer(request, result.clone());
        }
        while !matches!(self.state, State::Starting(_)) {
            let Some((request, change)) = self.queue.pop_front() else { break };
            self.carry_out(request, change);
        }
    }

    fn handle_muted(&mut self, muted: bool, now: Instant) {
        match (self.source, muted) {
            // A window that does not change gives no frames. It is still shared.
            (Source::Screen | Source::ScreenAudio, _) => {}
            (Source::Camera, true) if self.captures() => {
                self.mute_at = Some(now + CAMERA_MUTED_AFTER);
            }
            _ => self.mute(muted),
        }
    }

    fn mute(&mut self, mute: bool) {
        self.mute_at = None;
        match &mut self.state {
            State::Live { muted } => *muted = mute,
            State::Starting(Start { before: Some(running), .. }) => running.muted = mute,
            _ => {}
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        if self.mute_at.is_some_and(|at| at <= now) {
            self.mute(true);
        }
        if self.give_up_at.is_some_and(|at| at <= now) {
            self.give_up_at = None;
            if matches!(self.state, State::Ended) {
                self.start(Vec::new(), None, false);
            }
        }
    }

    fn handle_ended(&mut self, access: Access, now: Instant) {
        match &mut self.state {
            // The outcome of the start decides.
            State::Starting(start) => start.before = None,
            // The browser's own button ends a shared screen.
            State::Live { .. } if self.source == Source::Screen => self.enter(State::Off),
            State::Live { .. } if access.permission == Permission::Withheld => {
                self.enter(State::Refused);
                self.report();
            }
            State::Live { muted } if access.allows() => {
                // Without a prompt it takes only a moment. The lists stay as they are.
                let counts = !*muted && access.permission == Permission::Granted;
                self.start(Vec::new(), None, counts);
                self.give_up_at = Some(now + ACQUIRE_WITHIN);
            }
            State::Live { .. } => self.enter(State::Ended),
            State::Off | State::Ended | State::Refused => {}
        }
    }

    fn handle_available(&mut self, access: Access, returned: bool) {
        if !access.allows() {
            return;
        }
        match &mut self.state {
            State::Ended => self.start(Vec::new(), None, false),
            State::Starting(start) => start.outdated = true,
            // Some phones never unmute what they muted for a call.
            State::Live { muted: true } if returned => {
                let running = Running { facing: self.facing, muted: true };
                self.start(Vec::new(), Some(running), false);
            }
            _ => {}
        }
    }

    /// Stops it until it is available again. A screen needs a gesture of the user.
    fn suspend(&mut self) {
        let screen = self.source == Source::Screen;
        match &mut self.state {
            State::Live { .. } => {
                self.command(DeviceCommand::Stop(self.source));
                self.enter(if screen { State::Off } else { State::Ended });
            }
            // The start goes on when the page is resumed.
            State::Starting(start) => {
                start.counts = false;
                if start.before.take().is_some() {
                    self.command(DeviceCommand::Stop(self.source));
                }
            }
            _ => {}
        }
    }

    /// Tells the page, once, that the device was lost.
    fn report(&mut self) {
        let (number, message) = match self.source {
            Source::Camera => (state::CAMERA_LOST, "the camera was lost"),
            Source::Microphone => (state::MICROPHONE_LOST, "the microphone was lost"),
            Source::Screen | Source::ScreenAudio => return,
        };
        if !std::mem::replace(&mut self.reported, true) {
            self.output.push(CaptureOutput::State(number, message));
        }
    }

    fn command(&mut self, command: DeviceCommand) {
        self.output.push(CaptureOutput::Command(command));
    }

    fn answer(&mut self, request: RequestId, result: Result<(), Failure>) {
        self.output.push(CaptureOutput::Answer(request, result));
    }

    fn name(&self) -> &'static str {
        match self.source {
            Source::Microphone => "microphone",
            Source::Camera => "camera",
            Source::Screen | Source::ScreenAudio => "screen",
        }
    }
}
