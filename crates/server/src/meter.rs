//! What a client sends, counted as it arrives.
//!
//! A WebSocket library tells of whole messages only. A client could keep parts of a message waiting in
//! memory for ever, or send fragments without data that never become a message. So the bytes are
//! counted where they are read from the socket.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::ws::{Message, WebSocket};
use futures_util::StreamExt as _;
use futures_util::stream::SplitStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::OwnedSemaphorePermit;

use crate::rate::Bucket;

/// The header of a control frame of a client, in bytes (RFC 6455 5.2).
const CONTROL_HEADER: u64 = 6;

/// How many bytes the frames of a message may have for each byte of the longest message. Frames without
/// data cost time, and never make the message too long.
const BYTES_OF_FRAMES: u64 = 2;

/// The bytes that were received over a socket.
#[derive(Debug)]
pub(crate) struct Meter {
    received: AtomicU64,
    /// The socket counts in the limit of sockets as long as it has a meter.
    _permit: OwnedSemaphorePermit,
}

/// A socket with a meter.
pub(crate) struct Metered<S> {
    socket: S,
    meter: Arc<Meter>,
}

impl Meter {
    pub(crate) fn new(permit: OwnedSemaphorePermit) -> Arc<Self> {
        Arc::new(Self { received: AtomicU64::new(0), _permit: permit })
    }

    fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }
}

impl<S> Metered<S> {
    pub(crate) fn new(socket: S, meter: Arc<Meter>) -> Self {
        Self { socket, meter }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.socket).poll_read(cx, buffer);
        let read = buffer.filled().len().saturating_sub(before) as u64;
        self.meter.received.fetch_add(read, Ordering::Relaxed);
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }
}

/// What arrives over a WebSocket.
pub(crate) enum Incoming {
    /// A message, an error, or the end.
    Message(Option<Result<Message, axum::Error>>),
    /// A part of a message. [`Intake::unfinished_since`] has changed.
    Part,
    /// More bytes than the rate limit allows, or than any message needs.
    TooMany,
}

/// Reads messages from a WebSocket and counts what arrives.
#[derive(Debug)]
pub(crate) struct Intake {
    /// `None` if the server does not listen itself. Then the bytes of whole messages are counted.
    meter: Option<Arc<Meter>>,
    /// The rate limit of bytes.
    rate: Bucket,
    /// The limit of bytes for the frames of a message.
    unfinished: u64,
    /// The bytes that the rate limit has counted.
    counted: u64,
    /// The bytes of whole messages and control frames. All others are those of an unfinished message.
    whole: u64,
    /// Since when a message is not whole.
    unfinished_since: Option<Instant>,
}

impl Intake {
    /// `longest` is the limit of a message, in bytes.
    pub(crate) fn new(meter: Option<Arc<Meter>>, rate: Bucket, longest: usize) -> Self {
        let received = meter.as_ref().map_or(0, |meter| meter.received());
        let unfinished = (longest as u64).saturating_mul(BYTES_OF_FRAMES);
        Self { meter, rate, unfinished, counted: received, whole: received, unfinished_since: None }
    }

    /// Since when a message is not whole. `None` if no part of a message is waiting.
    pub(crate) fn unfinished_since(&self) -> Option<Instant> {
        self.unfinished_since
    }

    /// The next message or part of one. Dropping the future loses nothing.
    pub(crate) async fn receive(&mut self, socket: &mut SplitStream<WebSocket>) -> Incoming {
        let mut message = pin!(socket.next());
        poll_fn(|cx| match message.as_mut().poll(cx) {
            Poll::Ready(message) => Poll::Ready(self.count_message(message)),
            Poll::Pending => self.count_part(),
        })
        .await
    }

    fn count_message(&mut self, message: Option<Result<Message, axum::Error>>) -> Incoming {
        let length = message.iter().flatten().map(length).sum::<usize>();
        match &message {
            // A control frame may arrive between the parts of a message (RFC 6455 5.4).
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                self.whole += length as u64 + CONTROL_HEADER;
                self.unfinished_since =
                    self.unfinished_since.filter(|_| self.received() > self.whole);
            }
            _ => (self.whole, self.unfinished_since) = (self.received(), None),
        }
        if self.charge(length as u64) { Incoming::Message(message) } else { Incoming::TooMany }
    }

    fn count_part(&mut self) -> Poll<Incoming> {
        let unfinished = self.received().saturating_sub(self.whole);
        if !self.charge(0) || unfinished > self.unfinished {
            return Poll::Ready(Incoming::TooMany);
        }
        if unfinished > 0 && self.unfinished_since.is_none() {
            self.unfinished_since = Some(Instant::now());
            return Poll::Ready(Incoming::Part);
        }
        Poll::Pending
    }

    fn received(&self) -> u64 {
        self.meter.as_ref().map_or(0, |meter| meter.received())
    }

    /// Charges the rate limit with all bytes that have arrived, or without a meter with those of a
    /// message. Returns whether the limit allows them.
    fn charge(&mut self, length: u64) -> bool {
        let received = self.received();
        let bytes =
            if self.meter.is_some() { received.saturating_sub(self.counted) } else { length };
        self.counted = received;
        let bytes = u32::try_from(bytes).map_or(f64::INFINITY, f64::from);
        bytes == 0.0 || self.rate.take(bytes, Instant::now())
    }
}

/// The length of a message for the rate limit, in bytes.
pub(crate) fn length(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Close(_) => 0,
    }
}
