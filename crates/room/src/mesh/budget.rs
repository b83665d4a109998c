//! The share of each receiver in the uplink.
//!
//! A mesh encodes and sends each video track once for every receiver. So the load of the processor
//! and of the uplink would grow with the room. Instead the share of each receiver shrinks.

use super::command::Encoding;
use crate::media::{Source, VideoEncoderConfig};

/// The bit rate of the camera to all receivers together, in bit/s: the uplink of an ordinary home.
const CAMERA_UPLINK: u32 = 2_500_000;
/// The bit rate of the screen to all receivers together, in bit/s.
const SCREEN_UPLINK: u32 = 3_000_000;
/// The lowest bit rate of a video track, in bit/s.
const MIN_VIDEO: u32 = 100_000;
/// The bit rate of the microphone, in bit/s: enough for speech.
const AUDIO: u32 = 64_000;
/// The bit rate of the audio of a screen, in bit/s: enough for music.
const SCREEN_AUDIO: u32 = 128_000;
/// The frame rate of a screen. A screen shows text, so resolution matters more than motion.
const SCREEN_FRAME_RATE: u8 = 15;
/// The bits for each pixel of a frame, in hundredths: what VP8 needs for a face.
const BITS_PER_PIXEL: u64 = 15;

/// The encoding of a source for each of `receivers` peers.
pub(super) fn encoding(source: Source, receivers: usize, config: &VideoEncoderConfig) -> Encoding {
    let receivers = u32::try_from(receivers.max(1)).unwrap_or(u32::MAX);
    match source {
        Source::Microphone => fixed(AUDIO),
        Source::ScreenAudio => fixed(SCREEN_AUDIO),
        Source::Screen => Encoding {
            max_bitrate: (SCREEN_UPLINK / receivers).max(MIN_VIDEO),
            scale_down: 100,
            max_frame_rate: SCREEN_FRAME_RATE,
            max_sides: (0, 0),
        },
        Source::Camera => camera(CAMERA_UPLINK / receivers, config),
    }
}

fn fixed(max_bitrate: u32) -> Encoding {
    Encoding { max_bitrate, scale_down: 100, max_frame_rate: 0, max_sides: (0, 0) }
}

fn camera(share: u32, config: &VideoEncoderConfig) -> Encoding {
    let full = config
        .max_bitrate
        .map_or_else(|| natural_bitrate(config), |kbit| kbit.saturating_mul(1000));
    let max_bitrate = full.min(share).max(MIN_VIDEO);
    // Half of the bits are enough for two thirds of the lines, a quarter for half of them.
    let (scale_down, rate) = match u64::from(max_bitrate) * 100 / u64::from(full.max(1)) {
        60.. => (100, config.frame_rate),
        30.. => (150, config.frame_rate),
        _ => (200, config.frame_rate.min(15)),
    };
    let (width, height) = (config.width, config.height);
    let max_sides = (width.max(height), width.min(height));
    Encoding { max_bitrate, scale_down, max_frame_rate: rate, max_sides }
}

/// The bit rate of the camera if nothing limits it, in bit/s.
fn natural_bitrate(config: &VideoEncoderConfig) -> u32 {
    let pixels = u64::from(config.width) * u64::from(config.height) * u64::from(config.frame_rate);
    u32::try_from(pixels * BITS_PER_PIXEL / 100).unwrap_or(u32::MAX).clamp(300_000, 2_500_000)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let encoding = encoding(Source::Camera, usize::MAX, &config);
            assert_eq!(encoding.max_bitrate, MIN_VIDEO);
        }
    }

    #[test]
    fn the_limit_of_the_page_holds() {
        let config = VideoEncoderConfig { max_bitrate: Some(200), ..Default::default() };
        assert_eq!(encoding(Source::Camera, 1, &config).max_bitrate, 200_000);
    }
}
