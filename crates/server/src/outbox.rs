//! The queue of messages to one client.
//!
//! The queue is bounded in bytes, because messages differ in size: one is a `pong`, another lists ten
//! thousand members. A client that reads too slowly is disconnected instead of buffered without
//! limit. Its session stays, and the `welcome` at its resume has the current state of the room.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::Notify;

use crate::close::{CloseCode, Closing};

/// What a waiting message counts in addition to its text, in bytes.
const OVERHEAD: usize = 64;

/// The queue of one client. Its shard adds messages, its WebSocket session takes them.
#[derive(Debug)]
pub(crate) struct Outbox {
    /// When more bytes than this are waiting, no message can be added.
    limit: usize,
    waiting: Mutex<Waiting>,
    /// Notified when a message or the close frame is added.
    changed: Notify,
}

/// The messages to write.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    pub(crate) messages: VecDeque<Utf8Bytes>,
    /// The size of the messages with [`OVERHEAD`], in bytes.
    bytes: usize,
    /// The close frame after the messages.
    pub(crate) closing: Option<Closing>,
}

impl Outbox {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, waiting: Mutex::default(), changed: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a message. When more than the limit is waiting already, it drops all messages and closes
    /// the connection with [`CloseCode::Slow`] instead. A single message may thus be larger than the
    /// limit, as is the `welcome` of a large room.
    pub(crate) fn push(&self, message: Utf8Bytes) {
        let mut waiting = self.lock();
        if waiting.closing.is_some() {
            return;
        }
        if waiting.bytes > self.limit {
            waiting.messages = VecDeque::new();
            waiting.closing = Some(CloseCode::Slow.into());
        } else {
            waiting.bytes += message.len() + OVERHEAD;
            waiting.messages.push_back(message);
        }
        drop(waiting);
        self.changed.notify_one();
    }

    /// Closes the connection after the waiting messages. A second call has no effect.
    pub(crate) fn close(&self, closing: Closing) {
        self.lock().closing.get_or_insert(closing);
        self.changed.notify_one();
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

    /// Takes all messages. The close frame stays.
    pub(crate) fn take(&self) -> Waiting {
        let mut waiting = self.lock();
        let closing = waiting.closing.clone();
        mem::replace(&mut *waiting, Waiting { closing, ..Waiting::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_the_messages_and_then_the_close_frame() {
        let outbox = Outbox::new(1_000);
        outbox.push("a".into());
        outbox.push("b".into());
        outbox.close(CloseCode::Left.into());
        outbox.close(CloseCode::Silent.into());
        outbox.push("too late".into());
        let waiting = outbox.take();
        assert_eq!(waiting.messages, ["a", "b"].map(Utf8Bytes::from));
        assert_eq!(waiting.closing, Some(CloseCode::Left.into()));
    }

    #[test]
    fn a_single_message_may_be_larger_than_the_limit() {
        let outbox = Outbox::new(10);
        outbox.push("x".repeat(1_000).into());
        assert_eq!(outbox.take().closing, None);
        outbox.push("x".repeat(1_000).into());
        assert_eq!(outbox.take().closing, None, "all had been taken");
    }

    #[test]
    fn a_slow_client_is_disconnected_and_its_messages_are_freed() {
        let outbox = Outbox::new(200);
        for _ in 0..1_000 {
            outbox.push("x".repeat(100).into());
        }
        let waiting = outbox.take();
        assert_eq!(waiting.closing, Some(CloseCode::Slow.into()));
        assert!(waiting.messages.is_empty());
    }
}
