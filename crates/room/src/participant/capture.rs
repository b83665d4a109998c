//! One's own devices: what runs, what is asked for, and what was lost.

use std::collections::VecDeque;

use super::request::{DeviceCommand, DeviceEvent, RequestId};
use crate::error::{DeviceError, Failure, state};
use crate::media::{Facing, Source, Sources, VideoEncoderConfig};

/// What is asked of one device.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    On,
    Off,
    Switch(Facing),
    Configure(VideoEncoderConfig),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Off,
    /// A start is under way: for a request, or to get a lost device back.
    Starting {
        request: Option<RequestId>,
        /// The camera in use until then, when another one is started in its place.
        before: Option<Facing>,
    },
    On,
    /// It was lost and is to come back by itself.
    Lost,
}

/// What came of handling something.
#[derive(Debug)]
pub(super) enum CaptureOutput {
    Answer(RequestId, Result<(), Failure>),
    Command(DeviceCommand),
    State(i32, &'static str),
}

/// A device, and the requests that wait for it. Requests about one device take effect in order.
#[derive(Debug)]
struct Device {
    source: Source,
    status: Status,
    facing: Facing,
    config: VideoEncoderConfig,
    queue: VecDeque<(RequestId, Change)>,
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
            devices: [Source::Microphone, Source::Camera, Source::Screen].map(Device::new),
            screen_audio: false,
        }
    }

    /// What is being captured.
    pub(super) fn sources(&self) -> Sources {
        let mut sources = Sources::NONE;
        for device in &self.devices {
            sources = sources.with(device.source, device.runs());
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
        // The sound of a screen comes and goes with its picture.
        let source = if source == Source::ScreenAudio { Source::Screen } else { source };
        let Some(device) = self.device(source) else { return Vec::new() };
        device.queue.push_back((request, change));
        device.advance()
    }

    pub(super) fn handle(&mut self, event: DeviceEvent) -> Vec<CaptureOutput> {
        match event {
            DeviceEvent::Started { source, with_audio } => {
                if source == Source::Screen {
                    self.screen_audio = with_audio;
                }
                self.device(source).map(Device::handle_started)
            }
            DeviceEvent::Failed(source, error) => {
                self.device(source).map(|device| device.handle_failed(error))
            }
            DeviceEvent::Lost(Source::ScreenAudio) => {
                self.screen_audio = false;
                None
            }
            DeviceEvent::Lost(source) => self.device(source).map(Device::handle_lost),
            DeviceEvent::Changed => Some(self.regain()),
        }
        .unwrap_or_default()
    }

    /// Starts again what was lost.
    fn regain(&mut self) -> Vec<CaptureOutput> {
        let mut output = Vec::new();
        for device in &mut self.devices {
            if device.status == Status::Lost {
                output.push(device.start(None));
            }
        }
        output
    }

    fn device(&mut self, source: Source) -> Option<&mut Device> {
        self.devices.iter_mut().find(|device| device.source == source)
    }
}

impl Device {
    fn new(source: Source) -> Self {
        Self {
            source,
            status: Status::Off,
            facing: Facing::default(),
            config: VideoEncoderConfig::default(),
            queue: VecDeque::new(),
        }
    }

    fn runs(&self) -> bool {
        matches!(self.status, Status::On | Status::Starting { before: Some(_), .. })
    }

    /// Carries out what is asked, up to the first request that has to wait for the device.
    fn advance(&mut self) -> Vec<CaptureOutput> {
        let mut output = Vec::new();
        while !matches!(self.status, Status::Starting { .. }) {
            let Some((request, change)) = self.queue.pop_front() else { break };
            match change {
                Change::On if self.status != Status::On => output.push(self.start(Some(request))),
                Change::Switch(facing) if self.status == Status::On => {
                    if self.facing == facing {
                        output.push(CaptureOutput::Answer(request, Ok(())));
                        continue;
                    }
                    let before = Some(self.facing);
                    self.facing = facing;
                    output.push(self.start(Some(request)));
                    self.status = Status::Starting { request: Some(request), before };
                }
                change => {
                    output.extend(self.set(change));
                    output.push(CaptureOutput::Answer(request, Ok(())));
                }
            }
        }
        output
    }

    /// Carries out a request that needs no waiting.
    fn set(&mut self, change: Change) -> Option<CaptureOutput> {
        match change {
            Change::On => None,
            Change::Off => {
                let stop = self.runs().then_some(DeviceCommand::Stop(self.source));
                self.status = Status::Off;
                stop.map(CaptureOutput::Command)
            }
            Change::Switch(facing) => {
                self.facing = facing;
                None
            }
            Change::Configure(config) => {
                self.config = config;
                self.runs().then_some(CaptureOutput::Command(DeviceCommand::Constrain(config)))
            }
        }
    }

    fn start(&mut self, request: Option<RequestId>) -> CaptureOutput {
        self.status = Status::Starting { request, before: None };
        CaptureOutput::Command(DeviceCommand::Start {
            source: self.source,
            facing: self.facing,
            config: self.config,
        })
    }

    fn handle_started(&mut self) -> Vec<CaptureOutput> {
        let Status::Starting { request, .. } = self.status else { return Vec::new() };
        self.status = Status::On;
        self.go_on(request, Ok(()))
    }

    fn handle_failed(&mut self, error: DeviceError) -> Vec<CaptureOutput> {
        let Status::Starting { request, before } = self.status else { return Vec::new() };
        self.status = match (request, before) {
            // The old camera goes on.
            (_, Some(facing)) => {
                self.facing = facing;
                Status::On
            }
            (Some(_), None) => Status::Off,
            (None, None) => Status::Lost,
        };
        self.go_on(request, Err(Failure::device(error, self.name())))
    }

    /// Answers the request that waited for the device, and does what was asked since.
    fn go_on(
        &mut self,
        request: Option<RequestId>,
        result: Result<(), Failure>,
    ) -> Vec<CaptureOutput> {
        let mut output = Vec::new();
        if let Some(request) = request {
            output.push(CaptureOutput::Answer(request, result));
        }
        output.append(&mut self.advance());
        output
    }

    fn handle_lost(&mut self) -> Vec<CaptureOutput> {
        let lost = match (self.status, self.source) {
            (Status::Off | Status::Lost, _) => return Vec::new(),
            // A start under way will tell by itself what became of it.
            (Status::Starting { request, .. }, _) => {
                self.status = Status::Starting { request, before: None };
                return Vec::new();
            }
            // The browser's own button ends a shared screen; it is not to come back.
            (Status::On, Source::Screen | Source::ScreenAudio) => {
                self.status = Status::Off;
                return Vec::new();
            }
            (Status::On, Source::Camera) => (state::CAMERA_LOST, "the camera was lost"),
            (Status::On, Source::Microphone) => (state::MICROPHONE_LOST, "the microphone was lost"),
        };
        self.status = Status::Lost;
        vec![CaptureOutput::State(lost.0, lost.1)]
    }

    fn name(&self) -> &'static str {
        match self.source {
            Source::Microphone => "microphone",
            Source::Camera => "camera",
            Source::Screen | Source::ScreenAudio => "screen",
        }
    }
}
