//! What a call room is, as values that only compute.
//!
//! Three machines hold every decision of a call:
//!
//! - [`Hub`]: the rooms, members and sessions of one server.
//! - [`Participant`]: one user's side of one call: the calls of the API, the lists, devices, what is
//!   published and subscribed.
//! - [`Mesh`]: what one participant's peer connections should be doing for that. It is the first
//!   [`Backend`]; a participant holds it and passes on what it wants.
//!
//! Browsers, sockets and clocks belong to the *driver*: the code around a machine that tells it what
//! happened and does what it says. The library's driver is a browser page, the server's is a
//! WebSocket listener, and the tests' is a loop that simulates a call of any length in microseconds.
//!
//! # The contract
//!
//! A driver of a [`Participant`] does this, for as long as the participant lives:
//!
//! 1. **Something happens**: the page makes a call, a message arrives, a connection opens or breaks,
//!    a camera starts, a peer connection has news, an alarm rings. Tell the participant with the
//!    method made for it: [`Participant::call`], [`Participant::handle_message`],
//!    [`Participant::handle_connected`], [`Participant::handle_disconnected`],
//!    [`Participant::handle_device`], [`Participant::handle_media`],
//!    [`Participant::handle_network_change`], [`Participant::handle_timeout`]. Each takes the time,
//!    which never goes back from one input to the next.
//! 2. **Carry out every output**, in order, until [`Participant::poll_output`] has no more. Nothing
//!    may be told to the participant in between; what an output brings about is a new input, told
//!    later.
//! 3. **Set the alarm** to [`Participant::poll_timeout`], in place of the one set before; when it
//!    rings, the input is [`Participant::handle_timeout`]. No deadline means no alarm. One that lies
//!    in the past rings at once. An alarm that rings too early or too often does no harm.
//!
//! **After every input: drain `poll_output` until it is `None`, then set the alarm to
//! `poll_timeout`.** A driver that does so in one place cannot go wrong.
//!
//! A [`Hub`] is driven in the same way by [`Hub::handle_message`], [`Hub::handle_malformed`],
//! [`Hub::handle_closed`] and [`Hub::handle_timeout`].
//!
//! What the outputs ask of a driver:
//!
//! - A connection carries whole messages in order, as `serde` writes them, and both ends learn of its
//!   end sooner or later. What arrives on a connection after [`Output::Connect`],
//!   [`Output::Disconnect`] or [`HubOutput::Close`] took it out of use is not told to anybody.
//! - A text that is no message is [`Hub::handle_malformed`] at a hub. A participant's driver closes
//!   the connection and tells [`Participant::handle_disconnected`].
//! - The commands to one peer connection, or one device, end in the order in which they were given.
//!
//! Here is a whole driver: two users, a hub, and messages handed over in memory.
//!
//! ```
//! use std::collections::VecDeque;
//!
//! use tt_rtc_room::id::{AppId, Secret, UserId};
//! use tt_rtc_room::{
//!     Call, CallId, ConnectionId, Event, Hub, HubConfig, HubOutput, Instant, JoinOptions, Now,
//!     Output, Participant,
//! };
//!
//! /// What is on its way.
//! enum Input {
//!     Opened(usize),
//!     ToHub(usize, tt_rtc_room::protocol::ClientMessage),
//!     ToParticipant(usize, tt_rtc_room::protocol::ServerMessage),
//! }
//!
//! let app = AppId::new("app").expect("a valid id");
//! let mut hub = Hub::new(HubConfig::default());
//! let mut participants = [1, 2].map(|seed| Participant::new(app.clone(), seed));
//! let mut inputs = VecDeque::new();
//! let mut lists: [Vec<UserId>; 2] = Default::default();
//! let mut now = 0;
//!
//! // The page's calls are the first inputs.
//! for (number, name) in ["ann", "bob"].into_iter().enumerate() {
//!     let options = JoinOptions {
//!         room: "room".into(),
//!         user: name.into(),
//!         token: String::new(),
//!         auto_publish: true,
//!         auto_subscribe: true,
//!         // A real driver takes these bits from a cryptographic source.
//!         secret: Secret::new([number as u8; 16]),
//!     };
//!     participants[number].call(CallId(1), Call::Join(Box::new(options)), Instant(now));
//!
//!     loop {
//!         // Drain everybody; each user has one connection, named after it.
//!         for (number, participant) in participants.iter_mut().enumerate() {
//!             while let Some(output) = participant.poll_output() {
//!                 match output {
//!                     Output::Connect => inputs.push_back(Input::Opened(number)),
//!                     Output::Send(message) => inputs.push_back(Input::ToHub(number, message)),
//!                     Output::Answer(call, result) => println!("{call:?} came to {result:?}"),
//!                     Output::Event(Event::ChatMembers(users)) => lists[number] = users,
//!                     // Devices and peer connections: not in this example.
//!                     _ => {}
//!                 }
//!             }
//!         }
//!         while let Some(output) = hub.poll_output() {
//!             if let HubOutput::Send { to, message } = output {
//!                 for connection in to {
//!                     let number = connection.0 as usize;
//!                     inputs.push_back(Input::ToParticipant(number, message.clone()));
//!                 }
//!             }
//!         }
//!         // A real driver would now set its alarms, and sleep. Here time stands still as long as
//!         // something is on its way; there is no need to wait for more.
//!         let Some(input) = inputs.pop_front() else { break };
//!         now += 1;
//!         let clocks = Now { instant: Instant(now), unix: 1_700_000_000_000 + now };
//!         match input {
//!             Input::Opened(number) => participants[number].handle_connected(Instant(now)),
//!             Input::ToHub(number, message) => {
//!                 hub.handle_message(ConnectionId(number as u64), message, clocks);
//!             }
//!             Input::ToParticipant(number, message) => {
//!                 participants[number].handle_message(message, Instant(now));
//!             }
//!         }
//!     }
//! }
//!
//! let everybody = ["ann", "bob"].map(|name| UserId::new(name).expect("a valid id"));
//! assert_eq!(lists, [everybody.to_vec(), everybody.to_vec()]);
//! assert_eq!(hub.session_count(), 2);
//! ```
//!
//! # What is not here, and why
//!
//! - **No I/O.** No socket, browser or file: so the same code runs in a server, in a page and in a
//!   test, and a test can lose, delay and repeat anything.
//! - **No clock.** Time comes with every input: so ten minutes of a call take microseconds, and a
//!   schedule that fails once fails each time.
//! - **No randomness.** Seeds and secrets are given by the driver, for the same reason.
//! - **No `async`, no threads, no callbacks.** Each method returns when it is done and calls nobody:
//!   so no input can come in the midst of another one, and a machine is never half changed.
//! - **No panics.** Whatever is said by whomever, in whatever order, is answered, refused or ignored.
//!   Lints deny what could panic, and the property tests try.
//! - **No trust.** A message is checked when it is parsed ([`protocol`]), an id when it is made
//!   ([`id`]), and a hub believes of a connection what its token and its secret prove.

pub mod backend;
mod bounds;
pub mod error;
pub mod hub;
pub mod id;
pub mod media;
pub mod mesh;
pub mod participant;
pub mod protocol;
mod random;
pub mod time;
mod timer;
pub mod token;

pub use backend::{Backend, BackendOutput, MediaView, Quality, RemoteView};
pub use hub::{CloseReason, ConnectionId, Hub, HubConfig, HubOutput, Limits};
pub use mesh::Mesh;
pub use participant::{Call, CallId, Connection, Event, JoinOptions, Output, Participant};
pub use time::{Instant, Now};
