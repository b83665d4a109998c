//! One WebSocket session (RFC 6455), from the upgrade to the close frame.
//!
//! Each connection has a task that reads, writes and checks its timeouts. It reads and writes at the
//! same time: who is slow to take messages can still send some. The state of rooms and members is in a
//! [`Shard`].

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::time::{sleep_until, timeout};
use tracing::{debug, info};
use tt_rtc_room::ConnectionId;
use tt_rtc_room::id::{AppId, RoomId, SessionId, UserId};
use tt_rtc_room::protocol::{ClientMessage, Join, Removal, ServerMessage};
use tungstenite::error::{CapacityError, Error as SocketError, ProtocolError};

use crate::admission::Refused;
use crate::close::{CloseCode, Closing};
use crate::leases::Elsewhere;
use crate::meter::{Incoming, Intake, Meter, length};
use crate::metrics::Metrics;
use crate::outbox::{Chunk, Outbox};
use crate::outgoing::Outgoing;
use crate::rate::Bucket;
use crate::server::{Departure, ServerState};
use crate::shard::Shard;

/// The time limit for writing what is taken at once: this, and a second for each [`SLOWEST`] bytes.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// The slowest line on which a client can stay, in bytes per second.
const SLOWEST: usize = 16 * 1024;
/// The time limit for the last messages of a connection that the server closes.
const LAST_WRITE_TIMEOUT: Duration = Duration::from_secs(5);
/// The time limit for the client to answer a close frame. Until then the server reads and drops
/// what the client sends: TCP resets a socket that is closed with unread data (RFC 2525 2.17), and
/// the client would lose the close frame.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// How many messages it reads and drops then. A client that sends more is not read any more, so that it
/// cannot send more.
const MAX_DROPPED: usize = 100;

/// Why a connection ends.
enum Ending {
    /// The server closes it with a close frame.
    ByServer(Closing),
    /// The client closed it, or the network failed.
    ByClient,
}

impl From<CloseCode> for Ending {
    fn from(code: CloseCode) -> Self {
        Self::ByServer(code.into())
    }
}

/// The content of the `join` message. The hub may have refused it.
struct Joined {
    /// The shard with the room.
    shard: Arc<Shard>,
    // The rest is for the log.
    app: AppId,
    room: RoomId,
    user: UserId,
    session: SessionId,
}

/// One WebSocket connection. Its task owns it.
pub(crate) struct WebSocketSession {
    id: ConnectionId,
    server: Arc<ServerState>,
    /// The address of the client, if it is known.
    address: Option<IpAddr>,
    intake: Intake,
    /// The messages to write. The shard adds to it.
    outbox: Arc<Outbox>,
    /// The `join` message, before the server has the room.
    joining: Option<Box<Join>>,
    /// `None` until the `join` message.
    joined: Option<Joined>,
    opened_at: Instant,
    /// When the last frame arrived.
    last_received: Instant,
    /// Whether a ping was sent after the last frame arrived.
    ping_outstanding: bool,
    /// Whether more frames can be read. False after a frame that violates the protocol.
    readable: bool,
    /// The rate limit of messages.
    messages: Bucket,
    /// When the session gets new ICE servers. `None` if their credentials do not expire.
    ice_renewal_at: Option<Instant>,
}

impl WebSocketSession {
    pub(crate) fn new(
        id: ConnectionId,
        server: Arc<ServerState>,
        address: Option<IpAddr>,
        meter: Option<Arc<Meter>>,
    ) -> Self {
        let (limits, now) = (&server.config.limits, Instant::now());
        let bytes = Bucket::new(limits.bytes_per_second, limits.byte_burst, now);
        Self {
            id,
            address,
            intake: Intake::new(meter, bytes, limits.message_bytes),
            outbox: Arc::new(Outbox::new(limits.outbox_bytes)),
            joining: None,
            joined: None,
            opened_at: now,
            last_received: now,
            ping_outstanding: false,
            readable: true,
            messages: Bucket::new(limits.messages_per_second, limits.message_burst, now),
            ice_renewal_at: None,
            server,
        }
    }

    /// Serves the connection until it has ended.
    pub(crate) async fn run(mut self, socket: WebSocket) {
        let (mut sink, mut stream) = socket.split();
        let outbox = Arc::clone(&self.outbox);
        let server = Arc::clone(&self.server);
        let end = {
            let writing = write(&mut sink, &outbox, &server.context.metrics);
            tokio::pin!(writing);
            tokio::select! {
                end = &mut writing => end,
                end = self.read(&mut stream) => {
                    if let Ending::ByServer(closing) = &end {
                        // The last messages, such as `removed`. A client that cannot receive them in
                        // time does not get them.
                        outbox.close(closing.clone());
                        let _: Result<_, _> = timeout(LAST_WRITE_TIMEOUT, writing).await;
                    }
                    end
                }
            }
        };
        if let Some(joined) = &self.joined {
            let clock = self.server.clock;
            joined.shard.handle_closed(self.id, clock.instant(self.last_received), clock.now());
        }
        self.log_end(&end);
        if let Ending::ByServer(closing) = end {
            self.close_handshake(&mut sink, &mut stream, closing).await;
        }
    }

    /// Sends a close frame and waits for the answer (RFC 6455 7.1.2).
    async fn close_handshake(
        &mut self,
        sink: &mut SplitSink<WebSocket, Message>,
        stream: &mut SplitStream<WebSocket>,
        closing: Closing,
    ) {
        let frame = CloseFrame {
            code: closing.code.number(),
            reason: Utf8Bytes::from(closing.reason.into_owned()),
        };
        let handshake = async {
            if sink.send(Message::Close(Some(frame))).await.is_err() {
                return;
            }
            let mut dropped = 0;
            while self.readable && dropped < MAX_DROPPED {
                match self.intake.receive(stream).await {
                    Incoming::Message(Some(Ok(_))) => dropped += 1,
                    Incoming::Part => {}
                    Incoming::Message(_) => return,
                    Incoming::TooMany => break,
                }
            }
            // The client has the time limit to read the close frame.
            std::future::pending::<()>().await;
        };
        // The socket is closed without an answer after the time limit.
        let _: Result<(), _> = timeout(CLOSE_TIMEOUT, handshake).await;
    }

    fn log_end(&self, end: &Ending) {
        let code = match end {
            Ending::ByServer(closing) => Some(closing.code),
            Ending::ByClient => None,
        };
        self.server.context.metrics.closed(code.map_or("theirs", CloseCode::name));
        let number = code.map_or(0, CloseCode::number);
        let address = self.address.map(tracing::field::display);
        // The log gets the text of the code. The reason in the close frame may quote the client.
        let why = code.map_or("ended by the other side", CloseCode::text);
        match &self.joined {
            Some(Joined { app, room, user, session, .. }) => {
                info!(
                    connection = self.id.0, address, %app, %room, %user, ?session, number,
                    "closed: {why}"
                );
            }
            None => info!(connection = self.id.0, address, number, "closed: {why}"),
        }
    }

    /// Reads messages and checks timeouts until the connection is to end.
    async fn read(&mut self, stream: &mut SplitStream<WebSocket>) -> Ending {
        let mut departure = self.server.departure.subscribe();
        let timer = sleep_until(self.next_deadline().into());
        tokio::pin!(timer);
        loop {
            let next = self.next_deadline().into();
            if next < timer.deadline() {
                timer.as_mut().reset(next);
            }
            let result = tokio::select! {
                incoming = self.intake.receive(stream) => self.handle_incoming(incoming),
                () = &mut timer => {
                    let result = self.handle_timeout();
                    timer.as_mut().reset(self.next_deadline().into());
                    result
                }
                // The next deadline may be an earlier one.
                _ = departure.changed() => Ok(()),
            };
            if let Err(end) = result {
                return end;
            }
            // Boxed, because most of the time of a connection is after it.
            if let Some(join) = self.joining.take()
                && let Err(end) = Box::pin(self.join(join)).await
            {
                return end;
            }
        }
    }

    fn handle_incoming(&mut self, incoming: Incoming) -> Result<(), Ending> {
        match incoming {
            Incoming::Message(message) => self.handle(message),
            Incoming::Part => Ok(()),
            Incoming::TooMany => Err(self.too_many()),
        }
    }

    fn handle(&mut self, incoming: Option<Result<Message, axum::Error>>) -> Result<(), Ending> {
        let message = match incoming {
            Some(Ok(message)) => message,
            Some(Err(error)) => return self.handle_read_error(error),
            None => return Err(Ending::ByClient),
        };
        let now = Instant::now();
        self.last_received = now;
        self.ping_outstanding = false;
        let length = length(&message);
        self.server.context.metrics.received(length);
        if !self.messages.take(1.0, now) {
            return Err(self.too_many());
        }
        match message {
            Message::Text(text) => {
                let result = self.handle_text(&text);
                self.server.context.metrics.handled(now.elapsed());
                result
            }
            Message::Binary(_) => self.refuse(CloseCode::Binary.into()),
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(Ending::ByClient),
        }
    }

    /// The end of a connection that exceeds a rate limit.
    fn too_many(&self) -> Ending {
        if let Some(address) = self.address {
            self.server.admission.punish(address);
        }
        CloseCode::TooMany.into()
    }

    fn handle_text(&mut self, text: &str) -> Result<(), Ending> {
        let message = match serde_json::from_str(text) {
            Ok(message) => message,
            Err(error) => return self.refuse(parse_error(&error)),
        };
        let now = self.server.clock.now();
        match (&self.joined, message) {
            (Some(joined), message) => {
                joined.shard.handle_message(self.id, message, now);
                Ok(())
            }
            (None, ClientMessage::Join(join)) => {
                let valid = self.server.is_token_valid(&join, now.unix);
                if let Err(refused) = self.server.admission.admit(self.address, &join, valid) {
                    return self.refuse_join(&join, refused);
                }
                self.joining = Some(join);
                Ok(())
            }
            (None, _) => self
                .refuse(Closing::because(CloseCode::BadMessage, "the first message is not join")),
        }
    }

    /// Joins a room, once this server has it.
    async fn join(&mut self, join: Box<Join>) -> Result<(), Ending> {
        let (app, room, user) = (join.app.clone(), join.room.clone(), join.user.clone());
        let session = join.secret.session();
        let resumes = join.joined_at.is_some();
        let server = Arc::clone(&self.server);
        let key = (app.clone(), room.clone());
        if let Some(leases) = &server.leases
            && let Err(Elsewhere) = leases.acquire(&key).await
        {
            server.context.metrics.joined(CloseCode::Restart.name());
            debug!(connection = self.id.0, %app, %room, %user, "another server has the room");
            let why = "another server has the room";
            return Err(Ending::ByServer(Closing::because(CloseCode::Restart, why)));
        }
        let address = self.address.map(tracing::field::display);
        info!(connection = self.id.0, address, %app, %room, %user, ?session, resumes, "join");
        let turn = server.config.apps.contains_key(&app) || server.config.ice.turn_for_open_apps;
        let shard = Arc::clone(server.shard(&app, &room));
        shard.join(self.id, join, &self.outbox, turn, server.clock.now());
        self.joined = Some(Joined { shard, app, room, user, session });
        self.schedule_ice_renewal();
        match &server.leases {
            // It was given up before this member was in the room.
            Some(leases) if !leases.holds(&key) => Err(CloseCode::Restart.into()),
            _ => Ok(()),
        }
    }

    /// Closes a connection whose join the rate limits do not allow. The client tries again later.
    fn refuse_join(&self, join: &Join, refused: Refused) -> Result<(), Ending> {
        self.server.context.metrics.joined(CloseCode::TooMany.name());
        let Join { app, room, user, .. } = join;
        // The line of its end has the address. An attacker should not fill the log.
        debug!(connection = self.id.0, %app, %room, %user, "refused: {refused}");
        Err(Ending::ByServer(Closing::because(CloseCode::TooMany, &refused.to_string())))
    }

    /// Handles an error while reading. Nothing more can be read after it.
    fn handle_read_error(&mut self, error: axum::Error) -> Result<(), Ending> {
        self.readable = false;
        match error.into_inner().downcast_ref::<SocketError>() {
            Some(SocketError::Capacity(CapacityError::MessageTooLong { .. })) => {
                self.refuse(CloseCode::TooBig.into())
            }
            Some(SocketError::Utf8(_)) => self.refuse(CloseCode::NotUtf8.into()),
            Some(SocketError::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => {
                Err(Ending::ByClient)
            }
            Some(SocketError::Protocol(error)) => {
                self.refuse(Closing::because(CloseCode::Protocol, &error.to_string()))
            }
            _ => Err(Ending::ByClient),
        }
    }

    /// Ends the connection because of a bad message, and its session if it has one.
    fn refuse(&self, closing: Closing) -> Result<(), Ending> {
        let removed = ServerMessage::Removed(Removal::BadMessage);
        self.outbox.push(Outgoing::new(removed));
        self.outbox.close(closing.clone());
        if let Some(Joined { shard, .. }) = &self.joined {
            let now = self.server.clock.now();
            shard.handle_malformed(self.id, now);
        }
        Err(Ending::ByServer(closing))
    }

    /// The earliest of all timeouts.
    fn next_deadline(&self) -> Instant {
        let limits = &self.server.config.limits;
        let silence = Duration::from_millis(limits.silence_ms);
        let silent_at =
            self.last_received + if self.ping_outstanding { silence } else { silence / 2 };
        let join_by = self.opened_at + Duration::from_millis(limits.opening_ms);
        let join_by = self.joined.is_none().then_some(join_by);
        [Some(silent_at), join_by, self.whole_by(), self.ice_renewal_at, self.departs_at()]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(silent_at)
    }

    /// When the message that is arriving has to be whole.
    fn whole_by(&self) -> Option<Instant> {
        let within = Duration::from_millis(self.server.config.limits.opening_ms);
        self.intake.unfinished_since().map(|since| since + within)
    }

    /// When the connection is closed because the server shuts down.
    fn departs_at(&self) -> Option<Instant> {
        match &self.joined {
            Some(Joined { app, room, .. }) => self.server.departs_at(app, room),
            None => self.server.departure.borrow().map(Departure::end),
        }
    }

    fn handle_timeout(&mut self) -> Result<(), Ending> {
        let (now, limits) = (Instant::now(), &self.server.config.limits);
        if self.departs_at().is_some_and(|at| now >= at) {
            return Err(CloseCode::Restart.into());
        }
        let silence = Duration::from_millis(limits.silence_ms);
        if self.joined.is_none() && now >= self.opened_at + Duration::from_millis(limits.opening_ms)
        {
            return Err(CloseCode::NotJoined.into());
        }
        if now >= self.last_received + silence {
            return Err(CloseCode::Silent.into());
        }
        if self.whole_by().is_some_and(|by| now >= by) {
            let reason = "a message did not arrive as a whole in time";
            return Err(Ending::ByServer(Closing::because(CloseCode::Silent, reason)));
        }
        if self.ice_renewal_at.is_some_and(|at| now >= at) {
            self.schedule_ice_renewal();
            if let Some(Joined { shard, .. }) = &self.joined {
                shard.renew_ice(self.id, self.server.clock.now());
            }
        }
        if !self.ping_outstanding && now >= self.last_received + silence / 2 {
            self.ping_outstanding = true;
            self.outbox.ping();
        }
        Ok(())
    }

    fn schedule_ice_renewal(&mut self) {
        self.ice_renewal_at = self.server.config.ice.renewal().map(|wait| Instant::now() + wait);
    }
}

/// Writes what is added to the outbox until the connection is to be closed.
async fn write(
    sink: &mut SplitSink<WebSocket, Message>,
    outbox: &Outbox,
    metrics: &Metrics,
) -> Ending {
    loop {
        let Chunk { ping, messages, closing, size } = outbox.take();
        if let Some(closing) = closing {
            return Ending::ByServer(closing);
        }
        if messages.is_empty() && !ping {
            outbox.changed().await;
            continue;
        }
        let limit = WRITE_TIMEOUT + Duration::from_secs((size / SLOWEST) as u64);
        let write = async {
            if ping {
                sink.feed(Message::Ping(Vec::new().into())).await?;
            }
            let mut bytes = 0;
            for message in &messages {
                let text = message.text();
                bytes += text.len();
                sink.feed(Message::Text(text)).await?;
            }
            metrics.sent(messages.len(), bytes);
            sink.flush().await
        };
        let result = tokio::select! {
            result = timeout(limit, write) => result,
            () = outbox.overflow() => return CloseCode::Slow.into(),
        };
        match result {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Ending::ByClient,
            Err(_) => return CloseCode::Slow.into(),
        }
    }
}

/// The close frame for a text that is not a message. It may quote the text, so it is sent to the
/// client and not logged.
fn parse_error(error: &serde_json::Error) -> Closing {
    Closing::because(CloseCode::BadMessage, &format!("not a message: {error}"))
}
