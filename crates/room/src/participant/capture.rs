//! One's own devices: what runs, what is asked for, and what was lost.

use std::collections::VecDeque;

use super::call::{CallId, DeviceCommand, DeviceNews};
use crate::error::{DeviceError, Failure, state};
use crate::media::{Facing, Source, Sources, VideoEncoderConfig};

/// What is asked of one device.
#[derive(Debug, Clone, Copy)]
pub(super) enum Request {
    On,
    Off,
    Switch(Facing),
    Configure(VideoEncoderConfig),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Off,
    /// A start is under way: for a call, or to get a lost device back.
    Starting {
        call: Option<CallId>,
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
    Answer(CallId, Result<(), Failure>),
    Command(DeviceCommand),
    State(i32, &'static str),
}

/// A device, and the calls that wait for it. Calls about one device take effect in order.
#[derive(Debug)]
struct Device {
    source: Source,
    status: Status,
    facing: Facing,
    config: VideoEncoderConfig,
    queue: VecDeque<(CallId, Request)>,
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

    pub(super) fn request(
        &mut self,
        source: Source,
        call: CallId,
        request: Request,
    ) -> Vec<CaptureOutput> {
        // The sound of a screen comes and goes with its picture.
        let source = if source == Source::ScreenAudio { Source::Screen } else { source };
        let Some(device) = self.device(source) else { return Vec::new() };
        device.queue.push_back((call, request));
        device.advance()
    }

    pub(super) fn handle(&mut self, news: DeviceNews) -> Vec<CaptureOutput> {
        match news {
            DeviceNews::Started { source, with_audio } => {
                if source == Source::Screen {
                    self.screen_audio = with_audio;
                }
                self.device(source).map(Device::handle_started)
            }
            DeviceNews::Failed(source, error) => {
                self.device(source).map(|device| device.handle_failed(error))
            }
            DeviceNews::Lost(Source::ScreenAudio) => {
                self.screen_audio = false;
                None
            }
            DeviceNews::Lost(source) => self.device(source).map(Device::handle_lost),
            DeviceNews::Changed => Some(self.regain()),
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
            let Some((call, request)) = self.queue.pop_front() else { break };
            match request {
                Request::On if self.status != Status::On => output.push(self.start(Some(call))),
                Request::Switch(facing) if self.status == Status::On => {
                    if self.facing == facing {
                        output.push(CaptureOutput::Answer(call, Ok(())));
                        continue;
                    }
                    let before = Some(self.facing);
                    self.facing = facing;
                    output.push(self.start(Some(call)));
                    self.status = Status::Starting { call: Some(call), before };
                }
                request => {
                    output.extend(self.set(request));
                    output.push(CaptureOutput::Answer(call, Ok(())));
                }
            }
        }
        output
    }

    /// Carries out a request that needs no waiting.
    fn set(&mut self, request: Request) -> Option<CaptureOutput> {
        match request {
            Request::On => None,
            Request::Off => {
                let stop = self.runs().then_some(DeviceCommand::Stop(self.source));
                self.status = Status::Off;
                stop.map(CaptureOutput::Command)
            }
            Request::Switch(facing) => {
                self.facing = facing;
                None
            }
            Request::Configure(config) => {
                self.config = config;
                self.runs().then_some(CaptureOutput::Command(DeviceCommand::Constrain(config)))
            }
        }
    }

    fn start(&mut self, call: Option<CallId>) -> CaptureOutput {
        self.status = Status::Starting { call, before: None };
        CaptureOutput::Command(DeviceCommand::Start {
            source: self.source,
            facing: self.facing,
            config: self.config,
        })
    }

    fn handle_started(&mut self) -> Vec<CaptureOutput> {
        let Status::Starting { call, .. } = self.status else { return Vec::new() };
        self.status = Status::On;
        self.go_on(call, Ok(()))
    }

    fn handle_failed(&mut self, error: DeviceError) -> Vec<CaptureOutput> {
        let Status::Starting { call, before } = self.status else { return Vec::new() };
        self.status = match (call, before) {
            // The old camera goes on.
            (_, Some(facing)) => {
                self.facing = facing;
                Status::On
            }
            (Some(_), None) => Status::Off,
            (None, None) => Status::Lost,
        };
        self.go_on(call, Err(Failure::device(error, self.name())))
    }

    /// Answers the call that waited for the device, and does what was asked since.
    fn go_on(&mut self, call: Option<CallId>, result: Result<(), Failure>) -> Vec<CaptureOutput> {
        let mut output = Vec::new();
        if let Some(call) = call {
            output.push(CaptureOutput::Answer(call, result));
        }
        output.append(&mut self.advance());
        output
    }

    fn handle_lost(&mut self) -> Vec<CaptureOutput> {
        let lost = match (self.status, self.source) {
            (Status::Off | Status::Lost, _) => return Vec::new(),
            // A start under way will tell by itself what became of it.
            (Status::Starting { call, .. }, _) => {
                self.status = Status::Starting { call, before: None };
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
