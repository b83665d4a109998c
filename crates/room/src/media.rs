//! Sources, devices, and the limits of camera video.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The origin of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// The microphone.
    Microphone,
    /// The camera.
    Camera,
    /// The video of a shared screen.
    Screen,
    /// The audio of a shared screen.
    ScreenAudio,
}

impl Source {
    /// All sources.
    pub const ALL: [Self; 4] = [Self::Microphone, Self::Camera, Self::Screen, Self::ScreenAudio];

    /// Whether its tracks are video tracks.
    pub fn is_video(self) -> bool {
        matches!(self, Self::Camera | Self::Screen)
    }
}

/// A set of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sources(u8);

impl Sources {
    /// No source.
    pub const NONE: Self = Self(0);
    /// Every source.
    pub const ALL: Self = Self(0b1111);
    /// Microphone and camera: the stream that a mini-program can publish.
    pub const STREAM: Self = Self(0b0011);
    /// Video and audio of a shared screen.
    pub const SCREEN: Self = Self(0b1100);
    /// All sources of audio tracks.
    pub const AUDIO: Self = Self(0b1001);
    /// All sources of video tracks.
    pub const VIDEO: Self = Self(0b0110);

    /// The set as bits: 1, 2, 4 and 8 in the order of [`Source::ALL`].
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The set of these bits. `None` if other bits are set.
    pub fn from_bits(bits: u8) -> Option<Self> {
        (bits & !Self::ALL.0 == 0).then_some(Self(bits))
    }

    /// Whether `source` is in the set.
    pub fn has(self, source: Source) -> bool {
        self.0 & 1 << source as u8 != 0
    }

    /// Whether nothing is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with or without `source`.
    #[must_use]
    pub fn with(self, source: Source, on: bool) -> Self {
        self.with_all(Self(1 << source as u8), on)
    }

    /// The set with or without all sources of `other`.
    #[must_use]
    pub fn with_all(self, other: Self, on: bool) -> Self {
        if on { Self(self.0 | other.0) } else { Self(self.0 & !other.0) }
    }

    /// The intersection of two sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The sources in the set, in the order of [`Source::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Source> {
        Source::ALL.into_iter().filter(move |source| self.has(*source))
    }
}

impl From<Source> for Sources {
    fn from(source: Source) -> Self {
        Self::NONE.with(source, true)
    }
}

impl Serialize for Sources {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0)
    }
}

impl<'de> Deserialize<'de> for Sources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_bits(u8::deserialize(deserializer)?)
            .ok_or_else(|| D::Error::custom("should be a set of sources from 0 to 15"))
    }
}

/// The space that a participant has for a video of another one, in physical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TileSize {
    /// The width.
    pub width: u16,
    /// The height.
    pub height: u16,
}

impl TileSize {
    /// No tile shows the video.
    pub const NONE: Self = Self { width: 0, height: 0 };
    /// There is space for a video of any size, or the space is not known.
    pub const ANY: Self = Self { width: u16::MAX, height: u16::MAX };

    /// Whether nothing of the video can be seen.
    pub fn is_none(self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// A size that is not smaller and has sides of few values. A tile that grows slowly has few of them.
    #[must_use]
    pub fn rounded_up(self) -> Self {
        // Four values from one power of two to the next.
        let round = |side: u16| {
            let step = (side.checked_ilog2().map_or(1, |power| 1 << power) / 4).max(MIN_STEP);
            side.checked_next_multiple_of(step).unwrap_or(u16::MAX)
        };
        if self.is_none() {
            return Self::NONE;
        }
        Self { width: round(self.width), height: round(self.height) }
    }
}

/// The smallest difference between two sides of [`TileSize::rounded_up`], in pixels.
const MIN_STEP: u16 = 16;

/// The tiles that a participant has for the videos of another one. Serialized as a list of four numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u16; 4]", into = "[u16; 4]")]
pub struct Tiles {
    /// The tile of the camera.
    pub camera: TileSize,
    /// The tile of the screen.
    pub screen: TileSize,
}

impl Default for Tiles {
    /// Space for any video.
    fn default() -> Self {
        Self { camera: TileSize::ANY, screen: TileSize::ANY }
    }
}

impl From<[u16; 4]> for Tiles {
    fn from([width, height, screen_width, screen_height]: [u16; 4]) -> Self {
        Self {
            camera: TileSize { width, height },
            screen: TileSize { width: screen_width, height: screen_height },
        }
    }
}

impl From<Tiles> for [u16; 4] {
    fn from(Tiles { camera, screen }: Tiles) -> Self {
        [camera.width, camera.height, screen.width, screen.height]
    }
}

impl Tiles {
    /// The tile of a video source.
    pub fn of(self, source: Source) -> TileSize {
        match source {
            Source::Camera => self.camera,
            Source::Screen => self.screen,
            Source::Microphone | Source::ScreenAudio => TileSize::ANY,
        }
    }

    /// The same with another tile of a video source.
    #[must_use]
    pub fn with(mut self, source: Source, size: TileSize) -> Self {
        match source {
            Source::Camera => self.camera = size,
            Source::Screen => self.screen = size,
            Source::Microphone | Source::ScreenAudio => {}
        }
        self
    }

    /// The videos that no tile shows.
    pub fn hidden(self) -> Sources {
        Sources::NONE
            .with(Source::Camera, self.camera.is_none())
            .with(Source::Screen, self.screen.is_none())
    }

    /// Whether there is space for any video.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The part of a stream that a request is about (`streamType` of the platform).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StreamType {
    /// `"audio"`.
    Audio,
    /// `"video"`.
    Video,
    /// `"both"`.
    Both,
}

impl StreamType {
    /// The sources of this part, out of the two of a stream.
    pub fn of(self, stream: Sources) -> Sources {
        match self {
            Self::Audio => stream.and(Sources::AUDIO),
            Self::Video => stream.and(Sources::VIDEO),
            Self::Both => stream,
        }
    }
}

/// A camera (`"front"`, `"back"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Facing {
    /// The camera that faces the user: the default of the platform.
    #[default]
    Front,
    /// The camera that faces away from the user.
    Back,
}

/// An audio output device (`"speakerphone"`, `"earpiece"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlaybackDevice {
    /// The loudspeaker: the default of the platform.
    #[default]
    Speakerphone,
    /// The speaker at the ear.
    Earpiece,
}

/// The limits of the published camera video (`setVideoEncoderConfig`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoEncoderConfig {
    /// The width in pixels, 1 to 4096.
    pub width: u16,
    /// The height in pixels, 1 to 4096.
    pub height: u16,
    /// The frame rate in frames a second, 1 to 60.
    pub frame_rate: u8,
    /// The highest bit rate in kbit/s. `None` derives it from size and frame rate. 0 sends no
    /// video.
    pub max_bitrate: Option<u32>,
}

impl Default for VideoEncoderConfig {
    /// 640×360 at 15 frames a second: the default of the native SDK.
    fn default() -> Self {
        Self { width: 640, height: 360, frame_rate: 15, max_bitrate: None }
    }
}
