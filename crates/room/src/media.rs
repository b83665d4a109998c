//! What a member can send: its sources, and the limits of the picture.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Where a track comes from. The order is that of the m-lines of every connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// The microphone.
    Microphone,
    /// The camera.
    Camera,
    /// The picture of a shared screen.
    Screen,
    /// The sound of a shared screen.
    ScreenAudio,
}

impl Source {
    /// All sources, in m-line order.
    pub const ALL: [Self; 4] = [Self::Microphone, Self::Camera, Self::Screen, Self::ScreenAudio];

    /// Whether it is a picture.
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
    /// Camera and microphone: the stream a mini-program can publish.
    pub const STREAM: Self = Self(0b0011);
    /// Picture and sound of a shared screen.
    pub const SCREEN: Self = Self(0b1100);
    /// Everything heard.
    pub const AUDIO: Self = Self(0b1001);
    /// Everything seen.
    pub const VIDEO: Self = Self(0b0110);

    /// The set as the bits 1, 2, 4 and 8 of its sources in m-line order.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The set of these bits; `None` if there are others among them.
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

    /// The set with `source` in it, or not.
    #[must_use]
    pub fn with(self, source: Source, on: bool) -> Self {
        self.with_all(Self(1 << source as u8), on)
    }

    /// The set with all of `other` in it, or none of it.
    #[must_use]
    pub fn with_all(self, other: Self, on: bool) -> Self {
        if on { Self(self.0 | other.0) } else { Self(self.0 & !other.0) }
    }

    /// What is in both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The sources in the set, in m-line order.
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

/// Which half of a stream a call is about (`streamType` of the platform).
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
    /// The sources meant, out of a stream's two.
    pub fn of(self, stream: Sources) -> Sources {
        match self {
            Self::Audio => stream.and(Sources::AUDIO),
            Self::Video => stream.and(Sources::VIDEO),
            Self::Both => stream,
        }
    }
}

/// Which camera (`"front"`, `"back"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Facing {
    /// Towards the user: the default of the platform.
    #[default]
    Front,
    /// Away from the user.
    Back,
}

/// Where sound comes out (`"speakerphone"`, `"earpiece"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlaybackDevice {
    /// Loud, for the room: the default of the platform.
    #[default]
    Speakerphone,
    /// Quiet, at the ear.
    Earpiece,
}

/// Upper limits of the published camera picture (`setVideoEncoderConfig`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoEncoderConfig {
    /// Pixels across, 1 to 4096.
    pub width: u16,
    /// Pixels down, 1 to 4096.
    pub height: u16,
    /// Frames a second, 1 to 60.
    pub frame_rate: u8,
    /// Highest bit rate in kbit/s; `None` leaves it to the size of the picture, 0 sends none.
    pub max_bitrate: Option<u32>,
}

impl Default for VideoEncoderConfig {
    /// 640×360 at 15 frames a second, as the native SDK when the call was never made.
    fn default() -> Self {
        Self { width: 640, height: 360, frame_rate: 15, max_bitrate: None }
    }
}
