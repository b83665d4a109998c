//! The queue of messages to one client.
//!
//! The queue is bounded in bytes, because messages differ in size: one is a `pong`, another lists ten
//! thousand members. A client that reads too slowly is disconnected instead of buffered without
//! limit. Its session stays, and the `welcome` at its resume has the current state of the room.
//!
//! Signals come from other members, who could disconnect a client on a slow line with them. So they
//! are limited apart: what is beyond their limit is dropped. The library sends a signal again that is
//! not acknowledged.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tt_rtc_room::id::SessionId;

use crate::close::{CloseCode, Closing};
use crate::outgoing::Outgoing;

/// How many bytes are taken at once, at least, if so many are waiting.
const CHUNK: usize = 64 * 1024;
/// The part of the limit that the signals of one sender may take.
const SHARE_OF_SENDER: usize = 8;

/// The queue of one client. Its shard adds messages, its WebSocket session takes them.
#[derive(Debug)]
pub(crate) struct Outbox {
    /// When more bytes than this are waiting, no message can be added. The same again for signals.
    limit: usize,
    waiting: Mutex<Waiting>,
    /// Notified after something is added.
    changed: Notify,
}

/// What waits to be written.
#[derive(Debug, Default)]
struct Waiting {
    messages: VecDeque<Arc<Outgoing>>,
    /// The size of the messages that are no signals, in bytes.
    bytes: usize,
    /// The size of the signals, in bytes.
    signal_bytes: usize,
    /// The same for each sender.
    bytes_by_sender: HashMap<SessionId, usize>,
    /// Whether a ping is to be written.
    ping: bool,
    /// The close frame after the messages.
    closing: Option<Closing>,
}

/// What is to be written next.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) ping: bool,
    pub(crate) messages: Vec<Arc<Outgoing>>,
    /// The size of the messages, in bytes.
    pub(crate) size: usize,
    /// The close frame, if nothing else waits.
    pub(crate) closing: Option<Closing>,
}

impl Outbox {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, waiting: Mutex::default(), changed: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a message and wakes the session. See [`Outbox::add`].
    pub(crate) fn push(&self, message: Arc<Outgoing>) -> bool {
        let added = self.add(message);
        self.wake();
        added
    }

    /// Tells the session that something was added.
    pub(crate) fn wake(&self) {
        self.changed.notify_one();
    }

    /// Adds a message. When more than the limit is waiting already, it drops all messages and closes
    /// the connection with [`CloseCode::Slow`] instead. A single message may thus be larger than the
    /// limit, as is the `welcome` of a large room. Returns false for a signal that is dropped because
    /// too many signals, or too many of its sender, are waiting.
    pub(crate) fn add(&self, message: Arc<Outgoing>) -> bool {
        let mut waiting = self.lock();
        if waiting.closing.is_some() {
            return true;
        }
        let size = message.size();
        if let Some(from) = message.signal_from() {
            let of_all = waiting.signal_bytes;
            let of_sender = waiting.bytes_by_sender.entry(from).or_default();
            if of_all > self.limit || *of_sender > self.limit / SHARE_OF_SENDER {
                return false;
            }
            *of_sender += size;
            waiting.signal_bytes += size;
            waiting.messages.push_back(message);
        } else if waiting.bytes > self.limit {
            *waiting = Waiting { closing: Some(CloseCode::Slow.into()), ..Waiting::default() };
        } else {
            waiting.bytes += size;
            waiting.messages.push_back(message);
        }
        true
    }

    /// Adds a ping, which goes before all messages.
    pub(crate) fn ping(&self) {
        self.lock().ping = true;
        self.wake();
    }

    /// Closes the connection after the waiting messages. A second call has no effect.
    pub(crate) fn close(&self, closing: Closing) {
        self.lock().closing.get_or_insert(closing);
        self.wake();
    }

    /// Resolves when something was added since the last time it resolved. One task may wait.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Resolves when the connection is closed because too much is waiting. It consumes the
    /// notifications of [`Outbox::changed`].
    pub(crate) async fn overflow(&self) {
        let is_cut_off = || {
            let waiting = self.lock();
            waiting.closing.as_ref().is_some_and(|closing| closing.code == CloseCode::Slow)
        };
        while !is_cut_off() {
            self.changed().await;
        }
    }

    /// Takes what is to be written next. What is taken no longer counts, so it is not much at once.
    pub(crate) fn take(&self) -> Chunk {
        let mut waiting = self.lock();
        let ping = std::mem::take(&mut waiting.ping);
        let mut messages = Vec::new();
        let mut taken = 0;
        while taken < CHUNK
            && let Some(message) = waiting.messages.pop_front()
        {
            let size = message.size();
            taken += size;
            if let Some(from) = message.signal_from() {
                waiting.signal_bytes -= size;
                if let Some(of_sender) = waiting.bytes_by_sender.get_mut(&from) {
                    *of_sender -= size;
                    if *of_sender == 0 {
                        waiting.bytes_by_sender.remove(&from);
                    }
                }
            } else {
                waiting.bytes -= size;
            }
            messages.push(message);
        }
        if waiting.messages.is_empty() {
            // A burst is seldom followed by another one.
            waiting.messages = VecDeque::new();
            waiting.bytes_by_sender = HashMap::new();
        }
        let closing = waiting.closing.clone().filter(|_| messages.is_empty());
        Chunk { ping, messages, size: taken, closing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tt_rtc_room::id::SessionSecret;
    use tt_rtc_room::mesh::{Envelope, Signal};
    use tt_rtc_room::protocol::{ServerMessage, SignalFrom, Text};

    fn session(number: u8) -> SessionId {
        SessionSecret::new([number; 16]).session()
    }

    /// A message of about 16,000 bytes.
    fn list() -> Arc<Outgoing> {
        Outgoing::new(ServerMessage::Left(vec![session(0); 400]))
    }

    fn signal(from: u8, length: usize) -> Arc<Outgoing> {
        let signal = Some(Signal::Answer(Text::new("v".repeat(length)).unwrap()));
        let envelope = Envelope { generation: 1, seq: 1, signal, ..Envelope::default() };
        Outgoing::new(ServerMessage::Signal(SignalFrom { from: session(from), envelope }))
    }

    fn pong() -> Arc<Outgoing> {
        Outgoing::new(ServerMessage::Pong)
    }

    #[test]
    fn returns_the_messages_and_then_the_close_frame() {
        let outbox = Outbox::new(1_000);
        outbox.push(signal(1, 10));
        outbox.push(pong());
        outbox.ping();
        outbox.close(CloseCode::Left.into());
        outbox.close(CloseCode::Silent.into());
        outbox.push(pong());
        let chunk = outbox.take();
        assert_eq!(chunk.messages.len(), 2, "the one after the close frame is too late");
        assert_eq!(chunk.messages[1].text(), r#""pong""#);
        assert!(chunk.ping && chunk.closing.is_none());
        let chunk = outbox.take();
        assert!(chunk.messages.is_empty() && !chunk.ping);
        assert_eq!(chunk.closing, Some(CloseCode::Left.into()));
    }

    #[test]
    fn a_single_message_may_be_larger_than_the_limit() {
        let outbox = Outbox::new(10);
        for _ in 0..2 {
            outbox.push(list());
            assert_eq!(outbox.take().messages.len(), 1);
        }
        assert_eq!(outbox.take().closing, None);
    }

    #[test]
    fn a_slow_client_is_disconnected_and_its_messages_are_freed() {
        let outbox = Outbox::new(100_000);
        for _ in 0..1_000 {
            outbox.push(list());
        }
        let chunk = outbox.take();
        assert_eq!(chunk.closing, Some(CloseCode::Slow.into()));
        assert!(chunk.messages.is_empty());
    }

    #[test]
    fn signals_beyond_their_limit_are_dropped_and_disconnect_nobody() {
        let outbox = Outbox::new(100_000);
        let pushed = (0..100).filter(|_| outbox.push(signal(1, 1_000))).count();
        assert_eq!(pushed, 12, "an eighth of the limit");
        assert!(outbox.push(signal(2, 1_000)), "another sender has its own share");
        let of_many = (3..100).filter(|from| outbox.push(signal(*from, 20_000))).count();
        assert_eq!(of_many, 5, "all together have the limit");
        assert!(outbox.push(pong()), "what is the client's own is not affected");
        let taken = std::iter::repeat_with(|| outbox.take().messages.len());
        assert_eq!(taken.take_while(|count| *count > 0).sum::<usize>(), 12 + 1 + 5 + 1);
        assert!(outbox.push(signal(1, 1_000)), "what was taken does not count");
        assert_eq!(outbox.take().closing, None);
    }

    #[test]
    fn little_is_taken_at_once() {
        let outbox = Outbox::new(1_000_000);
        for _ in 0..20 {
            outbox.push(list());
        }
        assert!(outbox.take().messages.len() < 6);
    }
}
