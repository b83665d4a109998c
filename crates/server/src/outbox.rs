//! What is on its way to one connection.
//!
//! Bounded by bytes, not by messages: one is a `pong`, another names ten thousand members. A
//! connection that reads more slowly than it is spoken to is cut off; its session stays, and the
//! room as it then is awaits it when it comes back.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::Notify;

use crate::close::{CloseCode, Closing};

/// What a waiting message is charged beside its text, in bytes.
const OVERHEAD: usize = 64;

#[derive(Debug)]
pub(crate) struct Outbox {
    /// How much may wait before the next message is one too many, in bytes.
    limit: usize,
    waiting: Mutex<Waiting>,
    changed: Notify,
}

/// What waits to be written.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    pub(crate) messages: VecDeque<Utf8Bytes>,
    bytes: usize,
    /// How the connection ends after these messages.
    pub(crate) closing: Option<Closing>,
}

impl Outbox {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, waiting: Mutex::default(), changed: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a message. When more than the limit is waiting already, the connection is cut off
    /// instead. So one message may be larger than the limit, as a large room is for a newcomer.
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

    /// Closes the connection after what is waiting. The first reason stands.
    pub(crate) fn close(&self, closing: Closing) {
        self.lock().closing.get_or_insert(closing);
        self.changed.notify_one();
    }

    /// Resolves when something was added since it last did.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Resolves when the connection is cut off because too much is waiting. Consumes all notifications.
    pub(crate) async fn overflow(&self) {
        let is_cut_off = || {
            let waiting = self.lock();
            waiting.closing.as_ref().is_some_and(|closing| closing.code == CloseCode::Slow)
        };
        while !is_cut_off() {
            self.changed().await;
        }
    }

    /// Takes all that is waiting.
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
    fn hands_out_what_was_put_in_and_then_the_end() {
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
    fn who_does_not_read_is_cut_off_and_what_waited_is_freed() {
        let outbox = Outbox::new(200);
        for _ in 0..1_000 {
            outbox.push("x".repeat(100).into());
        }
        let waiting = outbox.take();
        assert_eq!(waiting.closing, Some(CloseCode::Slow.into()));
        assert!(waiting.messages.is_empty());
    }
}
