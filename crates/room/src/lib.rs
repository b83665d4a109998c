//! The core of a call: state machines without I/O.
//!
//! Three state machines make all decisions of a call:
//!
//! - [`Hub`]: the signaling server's rooms, with their members and sessions.
//! - [`Participant`]: one user's side of one call. It handles API requests, member lists, devices,
//!   publishing and subscribing.
//! - [`Mesh`]: the peer connections of one participant. It is a [`Backend`]: the participant owns it
//!   and passes its outputs on.
//!
//! [`Hub`] and [`Participant`] are a [`Machine`]. A machine takes inputs and returns outputs and the
//! time of the next timeout. The *driver* is the code around a machine: it has the browser, the
//! sockets and the clock, passes inputs to the machine and carries out its outputs. The driver of the
//! library is a browser page, the driver of the server is a WebSocket listener, and the driver of the
//! tests is a loop that simulates a call in microseconds.
//!
//! # The contract
//!
//! The driver repeats these steps as long as the machine lives:
//!
//! 1. **An event occurs**: the page makes a request, a message arrives, a connection opens or closes,
//!    a camera starts, a timer fires. Pass it to [`Machine::handle`] as an [`Input`], or as a
//!    [`HubInput`] for a hub, with the current time. Time never goes back from one input to the next.
//! 2. **Carry out all outputs** in order, until [`Machine::poll_output`] returns `None`. Pass no other
//!    input in between. If an output causes an input, pass it afterwards.
//! 3. **Set the timer** to [`Machine::poll_timeout`]. It replaces the timer set before. When the timer
//!    fires, the input is [`Input::Timeout`] or [`HubInput::Timeout`]. No deadline means no timer. A
//!    deadline in the past is due at once. A timer may fire too early or too often.
//!
//! **After every input: drain `poll_output` until it is `None`, then set the timer to
//! `poll_timeout`.** Do this in one place. [`Driver`] is that place for a page, where carrying out an
//! output may cause the next input before the output is finished.
//!
//! Outputs require this of a driver:
//!
//! - A connection carries whole messages in order, serialized with `serde`. Both ends detect its end
//!   sooner or later. The driver drops messages of a connection that [`Output::Connect`] replaced, or
//!   that [`Output::Disconnect`] or [`HubOutput::Close`] closed.
//! - The input of a hub for data that is not a message is [`HubInput::Malformed`]. The driver of a
//!   participant closes the connection instead; the input is [`Input::Disconnected`].
//! - Commands for one peer connection, or for one device, finish in the order of the outputs.
//!
//! This is a complete driver for two users and a hub. Messages are passed in memory.
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
//! /// The next input and the machine that gets it.
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
//! // A real driver sets its timers when no input is left, and sleeps. This one ends.
//! let mut now = 0;
//! while let Some(next) = queue.pop_front() {
//!     now += 1;
//!     match next {
//!         Next::Participant(number, input) => {
//!             participants[number].handle(input, Instant(now));
//!             while let Some(output) = participants[number].poll_output() {
//!                 // Each user has one connection. It has the user's number.
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
//!                     // This example has no devices and no peer connections.
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
//! # What this crate does not do, and why
//!
//! - **No I/O.** The same code runs in a server, in a page and in a test. A test can lose, delay and
//!   repeat any message.
//! - **No clock.** Time comes with every input. Ten minutes of a call take microseconds in a test, and
//!   a schedule that fails once fails every time.
//! - **No random source.** The driver passes seeds and secrets in, for the same reason.
//! - **No `async`, no threads, no callbacks.** A method returns when its work is done and calls no
//!   foreign code. So no input arrives while another one is handled.
//! - **No panics.** Every input is answered, refused or ignored. Lints deny code that can panic, and
//!   property tests search for it.
//! - **No trust.** A message is checked when it is parsed ([`protocol`]), an id when it is created
//!   ([`id`]). A hub accepts from a connection what its token and its secret prove.

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
pub use hub::{CloseReason, ConnectionId, Hub, HubConfig, HubInput, HubOutput, Limits, OpenApps};
pub use machine::Machine;
pub use mesh::Mesh;
pub use participant::{
    CallState, Event, Input, JoinOptions, Output, Participant, Request, RequestId,
};
pub use time::{Instant, Now};
