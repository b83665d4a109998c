//! The share of each receiver in the uplink.
//!
//! A mesh encodes and sends each video track once for every receiver. So the load of the processor
//! and of the uplink would grow with the room. Instead the share of each receiver shrinks.

use super::command::Encoding;
use super::pace::Limit;
use crate::media::{Source, TileSize, VideoEncoderConfig};

/// The bit rate of the camera to all receivers together, in bit/s: the uplink of an ordinary home.
const CAMERA_UPLINK: u32 = 2_500_000;
/// The bit rate of the screen to all receivers together, in bit/s.
const SCREEN_UPLINK: u32 = 3_000_000;
/// The lowest bit rate of a video track, in bit/s.
const MIN_VIDEO: u32 = 100_000;
/// The shortest side of a tile that counts, in pixels. No encoder has to make a video of some pixels because a
/// hostile member says so.
const MIN_SIDE: u16 = 64;
/// The bit rate of the microphone, in bit/s: enough for speech.
const AUDIO: u32 = 64_000;
/// The bit rate of the audio of a screen, in bit/s: enough for music.
const SCREEN_AUDIO: u32 = 128_000;
/// The frame rate of a screen. A screen shows text, so resolution matters more than motion.
const SCREEN_FRAME_RATE: u8 = 15;
/// The bits for each pixel of a frame, in hundredths: what VP8 needs for a face.
const BITS_PER_PIXEL: u64 = 15;

/// What each receiver of a source gets.
pub(super) struct Budget {
    config: VideoEncoderConfig,
    limit: Limit,
    /// The highest bit rates of one receiver of the camera and of the screen, in bit/s.
    camera: u32,
    screen: u32,
}

impl Budget {
    /// A budget for a camera with these limits that is sent for `tiles`, and for `screens` receivers of the
    /// screen.
    pub(super) fn new(
        config: VideoEncoderConfig,
        limit: Limit,
        tiles: &[TileSize],
        screens: usize,
    ) -> Self {
        let mut budget = Self { config, limit, camera: 0, screen: SCREEN_UPLINK / count(screens) };
        let useful: Vec<_> = tiles.iter().map(|tile| budget.useful_bitrate(*tile)).collect();
        budget.camera = share(CAMERA_UPLINK, &useful);
        budget
    }

    /// Whether the camera waits until audio is sent.
    pub(super) fn is_audio_first(&self) -> bool {
        self.limit.side == 0
    }

    /// The encoding of a source for a receiver with this tile.
    pub(super) fn encoding(&self, source: Source, tile: TileSize) -> Encoding {
        let tile = TileSize { width: tile.width.max(MIN_SIDE), height: tile.height.max(MIN_SIDE) };
        match source {
            Source::Microphone => fixed(AUDIO),
            Source::ScreenAudio => fixed(SCREEN_AUDIO),
            Source::Screen => Encoding {
                max_bitrate: self.screen.max(MIN_VIDEO),
                scale_down: 100,
                max_frame_rate: SCREEN_FRAME_RATE,
                max_sides: (0, 0),
                tile,
            },
            Source::Camera => self.camera(tile),
        }
    }

    fn camera(&self, tile: TileSize) -> Encoding {
        let full = self.useful_bitrate(tile);
        let max_bitrate = full.min(self.camera).max(MIN_VIDEO);
        let frame_rate = self.config.frame_rate.min(self.limit.frame_rate);
        // Half of the bits are enough for two thirds of the lines, a quarter for half of them.
        let (scale_down, max_frame_rate) =
            match u64::from(max_bitrate) * 100 / u64::from(full.max(1)) {
                60.. => (100, frame_rate),
                30.. => (150, frame_rate),
                _ => (200, frame_rate.min(15)),
            };
        let limit = self.limit.side.max(MIN_SIDE);
        let [width, height] = [self.config.width, self.config.height].map(|side| side.min(limit));
        let max_sides = (width.max(height), width.min(height));
        Encoding { max_bitrate, scale_down, max_frame_rate, max_sides, tile }
    }

    /// The bit rate of the camera that a receiver with this tile can use, in bit/s.
    fn useful_bitrate(&self, tile: TileSize) -> u32 {
        let VideoEncoderConfig { width, height, frame_rate, max_bitrate } = self.config;
        let full = max_bitrate.map_or_else(
            || natural_bitrate(width, height, frame_rate).clamp(300_000, 2_500_000),
            |kbit| kbit.saturating_mul(1000),
        );
        // The part of its width and height that is sent, in thousandths.
        let part = |of: u16, side: u16| u32::from(of) * 1_000 / u32::from(side.max(1));
        let covers = part(tile.width, width).max(part(tile.height, height));
        let part = covers.min(part(self.limit.side, width.max(height)));
        if part >= 1_000 {
            return full;
        }
        let scaled = |side: u16| u16::try_from(u32::from(side) * part / 1_000).unwrap_or(side);
        let frame_rate = frame_rate.min(self.limit.frame_rate);
        natural_bitrate(scaled(width), scaled(height), frame_rate).max(MIN_VIDEO).min(full)
    }
}

/// The highest bit rate of one receiver with which all of them keep to `uplink`. Receivers that can use less
/// than an equal share leave the rest to the others.
fn share(uplink: u32, useful: &[u32]) -> u32 {
    let mut share = uplink / count(useful.len());
    loop {
        let (mut below, mut above) = (0_u32, 0);
        for bitrate in useful {
            if *bitrate <= share {
                below = below.saturating_add(*bitrate);
            } else {
                above += 1;
            }
        }
        let next = uplink.saturating_sub(below) / count(above);
        if above == 0 || next <= share {
            return share;
        }
        share = next;
    }
}

/// A number of receivers to divide by.
fn count(receivers: usize) -> u32 {
    u32::try_from(receivers.max(1)).unwrap_or(u32::MAX)
}

fn fixed(max_bitrate: u32) -> Encoding {
    Encoding {
        max_bitrate,
        scale_down: 100,
        max_frame_rate: 0,
        max_sides: (0, 0),
        tile: TileSize::ANY,
    }
}

/// The bit rate of a camera video if nothing limits it, in bit/s.
fn natural_bitrate(width: u16, height: u16, frame_rate: u8) -> u32 {
    let pixels = u64::from(width) * u64::from(height) * u64::from(frame_rate);
    u32::try_from(pixels * BITS_PER_PIXEL / 100).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNLIMITED: Limit = Limit { side: u16::MAX, frame_rate: u8::MAX };
    const SMALL: Limit = Limit { side: 160, frame_rate: 10 };

    /// The encoding of a source for each of `receivers` that show it in unknown sizes.
    fn encoding(source: Source, receivers: usize, config: &VideoEncoderConfig) -> Encoding {
        Budget::new(*config, UNLIMITED, &vec![TileSize::ANY; receivers], receivers)
            .encoding(source, TileSize::ANY)
    }

    fn tile(width: u16, height: u16) -> TileSize {
        TileSize { width, height }
    }

    #[test]
    fn a_small_tile_gets_a_small_video_and_leaves_its_bits_to_a_large_one() {
        let hd = VideoEncoderConfig { width: 1280, height: 720, frame_rate: 30, max_bitrate: None };
        let (large, small) = (tile(1280, 720), tile(160, 90));
        let budget = Budget::new(hd, UNLIMITED, &[large, small, small, small], 0);
        let rates = [large, small].map(|tile| budget.encoding(Source::Camera, tile).max_bitrate);
        assert_eq!(rates, [2_200_000, 100_000]);
        assert_eq!(budget.encoding(Source::Camera, small).tile, small);
    }

    #[test]
    fn a_tile_that_is_larger_than_the_video_changes_nothing() {
        let config = VideoEncoderConfig::default();
        let budget = Budget::new(config, UNLIMITED, &[tile(4_000, 4_000)], 0);
        let with = budget.encoding(Source::Camera, tile(4_000, 4_000));
        assert_eq!(Encoding { tile: TileSize::ANY, ..with }, encoding(Source::Camera, 1, &config));
    }

    #[test]
    fn no_encoder_makes_a_video_of_some_pixels() {
        let budget = Budget::new(VideoEncoderConfig::default(), UNLIMITED, &[tile(1, 1)], 0);
        for source in [Source::Camera, Source::Screen] {
            assert_eq!(budget.encoding(source, tile(1, 1)).tile, tile(64, 64));
        }
    }

    #[test]
    fn a_busy_browser_sends_small_videos_of_few_frames() {
        let budget = Budget::new(VideoEncoderConfig::default(), SMALL, &[TileSize::ANY; 5], 0);
        let encoding = budget.encoding(Source::Camera, TileSize::ANY);
        assert_eq!((encoding.max_sides, encoding.max_frame_rate), ((160, 160), 10));
        assert_eq!((encoding.max_bitrate, encoding.scale_down), (MIN_VIDEO, 100));
    }

    #[test]
    fn the_cameras_of_a_room_of_any_size_fit_the_uplink() {
        let hd = VideoEncoderConfig { width: 1280, height: 720, frame_rate: 30, max_bitrate: None };
        for receivers in 1..=20_u32 {
            let share = encoding(Source::Camera, receivers as usize, &hd).max_bitrate;
            assert!(share * receivers <= CAMERA_UPLINK, "{receivers} receivers");
        }
    }

    #[test]
    fn a_small_video_for_one_receiver_is_sent_as_captured() {
        let encoding = encoding(Source::Camera, 1, &VideoEncoderConfig::default());
        assert_eq!((encoding.scale_down, encoding.max_frame_rate), (100, 15));
    }

    #[test]
    fn a_size_limits_portrait_and_landscape_video() {
        let landscape = VideoEncoderConfig { width: 640, height: 360, ..Default::default() };
        let portrait = VideoEncoderConfig { width: 360, height: 640, ..Default::default() };
        for config in [landscape, portrait] {
            assert_eq!(encoding(Source::Camera, 1, &config).max_sides, (640, 360));
        }
        assert_eq!(encoding(Source::Screen, 1, &landscape).max_sides, (0, 0));
    }

    #[test]
    fn a_video_with_few_bits_is_scaled_down() {
        let config = VideoEncoderConfig { max_bitrate: Some(1_200), ..Default::default() };
        let scales: Vec<_> = [1, 2, 4, 10]
            .map(|receivers| encoding(Source::Camera, receivers, &config).scale_down)
            .into();
        assert_eq!(scales, [100, 100, 150, 200]);
    }

    #[test]
    fn any_limit_of_the_page_can_be_computed_with() {
        for max_bitrate in [0, 1, u32::MAX].map(Some) {
            let config = VideoEncoderConfig { max_bitrate, ..Default::default() };
            let encoding = encoding(Source::Camera, 1_000, &config);
            assert_eq!(encoding.max_bitrate, MIN_VIDEO);
        }
    }

    #[test]
    fn the_limit_of_the_page_holds() {
        let config = VideoEncoderConfig { max_bitrate: Some(200), ..Default::default() };
        assert_eq!(encoding(Source::Camera, 1, &config).max_bitrate, 200_000);
    }
}
