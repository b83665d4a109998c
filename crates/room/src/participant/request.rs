//! The inputs and outputs of a participant.

use serde::{Deserialize, Serialize};

use crate::backend::Quality;
use crate::error::{DeviceError, Failure};
use crate::id::{SessionSecret, UserId};
use crate::media::{Facing, PlaybackDevice, Source, StreamType, TileSize, VideoEncoderConfig};
use crate::mesh::Envelope;
use crate::protocol::{ClientMessage, ServerMessage};

/// Identifies one request, so that its answer finds its callbacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequestId(pub u32);

/// A request of the API with its parameters, their types already checked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Request {
    /// `joinRtcRoom`.
    Join(Box<JoinOptions>),
    /// `exitRtcRoom`: leaves the current room, if there is one.
    Exit,
    /// `changeAudioCapture`, `changeVideoCapture` and, on web contexts, `changeScreenCapture`.
    ///
    /// [`Source::ScreenAudio`] comes and goes with the screen, and means the same here.
    Capture(Source, bool),
    /// `switchCamera`.
    SwitchCamera(Facing),
    /// `changeStreamPublishState`.
    Publish(StreamType, bool),
    /// `changeStreamSubscribeState`.
    Subscribe(UserId, StreamType, bool),
    /// `changeScreenSubscribeState`.
    SubscribeScreen(UserId, StreamType, bool),
    /// `changeUserVisibility`.
    Visibility(bool),
    /// `updateToken`.
    UpdateToken(String),
    /// `setVideoEncoderConfig`.
    EncoderConfig(VideoEncoderConfig),
    /// `setAudioPlaybackDevice`.
    PlaybackDevice(PlaybackDevice),
}

/// The parameters of `joinRtcRoom`. Ids are checked by the participant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JoinOptions {
    /// `roomId`.
    pub room: String,
    /// `userId`.
    pub user: String,
    /// `token`.
    pub token: String,
    /// `roomConfig.autoPublish`.
    pub auto_publish: bool,
    /// `roomConfig.autoSubscribe`.
    pub auto_subscribe: bool,
    /// 128 fresh random bits for the session.
    pub secret: SessionSecret,
}

/// Something that happened to a participant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Input<MediaEvent, Signal = Envelope> {
    /// The page made a request. It is answered once, at once or later, under its id.
    Request(RequestId, Request),
    /// The connection that [`Output::Connect`] asked for is open.
    Connected,
    /// The connection could not be opened, was closed, or broke. The code is that of the close frame
    /// (RFC 6455 7.4, and those of the server), or 0 if there was none.
    Disconnected(u16),
    /// There can be no connection at all, for this reason: a join under way fails. What comes after is
    /// as for [`Input::Disconnected`].
    Unavailable(String),
    /// The hub sent this over the open connection.
    Message(ServerMessage<Signal>),
    /// The network may be back: the browser fired `online`, or the page is visible again.
    NetworkChange,
    /// Something happened to a device.
    Device(DeviceEvent),
    /// An event of the backend's media transport.
    Media(MediaEvent),
    /// The page has a tile of this size for a video of another user.
    Tile(UserId, Source, TileSize),
    /// The page enters the back/forward cache (HTML, section 7.4.6). It runs no code until it is
    /// [`Input::Resumed`], if ever. The participant leaves the room and stops its devices, because a
    /// browser caches no page that has a connection or a running device.
    Suspended,
    /// The page is back. The participant joins the room again. Devices are acquired again on
    /// [`DeviceEvent::Available`].
    Resumed,
    /// Time has passed. What was due by now is done; too early or too often does no harm.
    Timeout,
}

/// What a participant wants done. Carry out each in order.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Output<Command, Signal = Envelope> {
    /// Answers a request. Every request gets exactly one answer.
    Answer(RequestId, Result<(), Failure>),
    /// Raise an event.
    Event(Event),
    /// Start or stop a device.
    Device(DeviceCommand),
    /// Route the audio of the others to this device.
    Playback(PlaybackDevice),
    /// Open a connection to the hub; drop the one before, if there is one.
    Connect,
    /// Say this to the hub over the open connection.
    Send(ClientMessage<Signal>),
    /// Close the connection, after what was sent has gone out.
    Disconnect,
    /// A command for the backend's media transport.
    Media(Command),
}

/// An event for the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Event {
    /// `onRtcChatMembersChanged`: all visible members.
    ChatMembers(Vec<UserId>),
    /// `onRtcVideoMembersChanged`: who captures and publishes camera video.
    VideoMembers(Vec<UserId>),
    /// `onRtcChatSpeakersChanged`: who captures and publishes microphone audio.
    Speakers(Vec<UserId>),
    /// `onRtcPublishScreenMembersChanged`: who shares a screen.
    ScreenMembers(Vec<UserId>),
    /// `onRtcStateChanged`: `errNo` (see [`crate::error::state`]) and `errMsg`.
    State(i32, &'static str),
    /// `onRtcStateChanged` without an error: the connection state of the call.
    CallState(CallState),
    /// `onRtcChatInterrupted`: `errNo` (see [`crate::error::interrupted`]) and `errMsg`.
    Interrupted(i32, &'static str),
    /// `onRoomTokenWillExpire`.
    TokenWillExpire,
}

/// The connection state of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CallState {
    /// Not in a room.
    Disconnected,
    /// Joining a room.
    Connecting,
    /// The signaling connection is open and media flows with this quality.
    Connected(Quality),
    /// The signaling connection is lost, or media does not flow.
    Reconnecting(Quality),
}

/// What is to happen with devices. At most one start is under way for each source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceCommand {
    /// Start the microphone, the camera or, with its sound if there is any, a screen.
    ///
    /// Answer with [`DeviceEvent::Started`] or [`DeviceEvent::Failed`]. What runs already is to be
    /// replaced, a camera by the one of `facing` (then the old one goes on if the new one fails).
    Start {
        /// Which device.
        source: Source,
        /// Which camera.
        facing: Facing,
        /// Size and rate of the camera picture.
        config: VideoEncoderConfig,
    },
    /// Stop it and release it. A start that is under way goes on.
    Stop(Source),
    /// Change a running camera to this size and rate.
    Constrain(VideoEncoderConfig),
}

/// What happened to devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DeviceEvent {
    /// The start succeeded. For a screen: with or without sound.
    Started {
        /// Which device.
        source: Source,
        /// Whether a shared screen has sound.
        with_audio: bool,
    },
    /// The start failed.
    Failed(Source, DeviceError),
    /// The system muted or unmuted the track of a running device (mediacapture-main, section
    /// 4.3.1.1).
    Muted(Source, bool),
    /// It stopped without a command: unplugged, permission withdrawn, or the browser's own
    /// "stop sharing".
    Ended(Source, Access),
    /// Devices, permissions or the page have changed: what ended may be acquired again.
    Available {
        /// Which device.
        source: Source,
        /// Whether it may be acquired.
        access: Access,
        /// Whether the page has just become visible.
        returned: bool,
    },
}

/// Whether a device may be acquired again without a request of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    /// The state of the device in the Permissions API.
    pub permission: Permission,
    /// Whether the page is visible and has the focus, so that its user sees who asks.
    pub attended: bool,
}

impl Access {
    /// Whether it may be tried: the permission is granted, or it is unknown and the user is there.
    pub fn allows(self) -> bool {
        match self.permission {
            Permission::Granted => true,
            Permission::Withheld => false,
            Permission::Unknown => self.attended,
        }
    }
}

/// The state of a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Permission {
    /// `granted`: a device opens without a prompt.
    Granted,
    /// `prompt` or `denied`: a device opens with a prompt, or not at all.
    Withheld,
    /// The browser does not tell.
    Unknown,
}
