//! What a page sees: `tt.createRtcRoomContext` with its requests and events, and `<rtc-room>`.
//!
//! A request goes in as options and comes out as callbacks; all callbacks and events go through one
//! queue ([`delivery`]). What happens in between is the engine's.

mod context;
mod delivery;
mod events;
pub(crate) mod install;
mod options;
mod page;
mod request;
mod rtc_room;
