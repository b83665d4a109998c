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
//! The first two are a [`Machine`]: they take an input, and give outputs and the time of the next
//! timeout. Browsers, sockets and clocks belong to the *driver*: the code around a machine that gives
//! it each input and carries out each output. The library's driver is a browser page, the server's is a
//! WebSocket listener, and the tests' is a loop that simulates a call of any length in microseconds.
//!
//! # The contract
//!
//! A driver of a machine does this, for as long as the machine lives:
//!
//! 1. **Something happens**: the page makes a request, a message arrives, a connection opens or
//!    breaks, a camera starts, a timer fires. Give it to [`Machine::handle`] as an [`Input`], or as a
//!    [`HubInput`] for a hub, with the time. The time never goes back from one input to the next.
//! 2. **Carry out every output**, in order, until [`Machine::poll_output`] has no more. No input may
//!    come in between. What an output brings about is a new input, for later.
//! 3. **Set the timer** to [`Machine::poll_timeout`], in place of the one set before. When it fires,
//!    the input is [`Input::Timeout`] or [`HubInput::Timeout`]. No deadline means no timer. A
//!    deadline in the past is due at once. A timer that fires too early or too often does no harm.
//!
//! **After every input: drain `poll_output` until it is `None`, then set the timer to
//! `poll_timeout`.** A driver that does so in one place cannot go wrong. [`Driver`] is that place for
//! a page, where carrying out an output may bring about the next input in the middle of it.
//!
//! What the outputs ask of a driver:
//!
//! - A connection carries whole messages in order, as `serde` writes them, and both ends learn of its
//!   end sooner or later. What arrives on a connection after [`Output::Connect`],
//!   [`Output::Disconnect`] or [`HubOutput::Close`] took it out of use is dropped.
//! - A text that is not a message is [`HubInput::Malformed`] at a hub. A participant's driver closes
//!   the connection, and the input is [`Input::Disconnected`].
//! - The commands to one peer connection, or one device, end in the order in which they were given.
//!
//! Here is a whole driver: two users, a hub, and messages handed over in memory.
//!
//! ```
//! use std::collections::VecDeque;
//!
//! use tt_rtc_room::id::{AppId, SessionSecret, UserId};
//! use tt_rtc_room::mesh::MeshEvent;
//! use tt_rtc_room::{
//!     Request, RequestId, ConnectionId, Event, Hub, HubConfig, HubInput, HubOutput, Input, Instant,
//!     JoinOptions, Machine, Now, Output, Participant,
//! };
//!
//! /// Whose input comes next.
//! enum Next {
//!     Participant(usize, Input<MeshEvent>),
//!     Hub(HubInput),
//! }
//!
//! let app = AppId::new("app").expect("a valid id");
//! let mut hub = Hub::new(HubConfig::default());
//! let mut participants = [1, 2].map(|seed| Participant::new(app.clone(), seed));
//! let mut lists: [Vec<UserId>; 2] = Default::default();
//! let mut queue = VecDeque::new();
//!
//! // The first inputs are requests of the pages.
//! for (number, name) in ["ann", "bob"].into_iter().enumerate() {
//!     let options = JoinOptions {
//!         room: "room".into(),
//!         user: name.into(),
//!         token: String::new(),
//!         auto_publish: true,
//!         auto_subscribe: true,
//!         // A real driver takes these bits from a cryptographic source.
//!         secret: SessionSecret::new([number as u8; 16]),
//!     };
//!     let join = Input::Request(RequestId(1), Request::Join(Box::new(options)));
//!     queue.push_back(Next::Participant(number, join));
//! }
//!
//! // A real driver sets its timers when nothing is left, and sleeps. This one has seen enough.
//! let mut now = 0;
//! while let Some(next) = queue.pop_front() {
//!     now += 1;
//!     match next {
//!         Next::Participant(number, input) => {
//!             participants[number].handle(input, Instant(now));
//!             while let Some(output) = participants[number].poll_output() {
//!                 // Each user has one connection, which has the user's number.
//!                 let connection = ConnectionId(number as u64);
//!                 match output {
//!                     Output::Connect => {
//!                         queue.push_back(Next::Participant(number, Input::Connected));
//!                     }
//!                     Output::Send(message) => {
//!                         queue.push_back(Next::Hub(HubInput::Message(connection, message)));
//!                     }
//!                     Output::Answer(request, result) => println!("{request:?}: {result:?}"),
//!                     Output::Event(Event::ChatMembers(users)) => lists[number] = users,
//!                     // Devices and peer connections are not in this example.
//!                     _ => {}
//!                 }
//!             }
//!         }
//!         Next::Hub(input) => {
//!             hub.handle(input, Now { instant: Instant(now), unix: 1_700_000_000_000 + now });
//!             while let Some(output) = hub.poll_output() {
//!                 let HubOutput::Send { to, message } = output else { continue };
//!                 for connection in to {
//!                     let input = Input::Message(message.clone());
//!                     queue.push_back(Next::Participant(connection.0 as usize, input));
//!                 }
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
mod driver;
pub mod error;
pub mod hub;
pub mod id;
mod machine;
pub mod media;
pub mod mesh;
pub mod participant;
pub mod protocol;
mod random;
pub mod time;
mod timer;
pub mod token;

pub use backend::{Backend, BackendOutput, MediaView, Quality, RemoteView};
pub use driver::{Driver, Environment};
pub use hub::{CloseReason, ConnectionId, Hub, HubConfig, HubInput, HubOutput, Limits};
pub use machine::Machine;
pub use mesh::Mesh;
pub use participant::{
    CallState, Event, Input, JoinOptions, Output, Participant, Request, RequestId,
};
pub use time::{Instant, Now};
