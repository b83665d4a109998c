//! One stay in one room: user, session, presence, and what the hub granted.

use std::collections::VecDeque;

use litemap::LiteMap;

use super::request::{JoinOptions, RequestId};
use super::roster::{Lists, Roster};
use super::signaling_connection::SignalingConnection;
use crate::hub::LEAVE_AFTER;
use crate::id::{AppId, RoomId, SessionId, SessionSecret, UserId};
use crate::media::{Sources, VideoEncoderConfig};
use crate::protocol::{
    Granted, IceServer, Join, MAX_TOKEN, Member, Presence, Text, TokenUpdate, VERSION,
};
use crate::time::{Instant, earliest};
use crate::timer::Timers;

/// The time limit of a join, in milliseconds. After the same time the native SDK reports that it
/// reconnects.
const JOIN_WITHIN: u64 = 10_000;
/// The time limit of the hub's answer to a request, in milliseconds.
const ANSWER_WITHIN: u64 = 10_000;
/// How long a member is kept that a restarted hub does not know, in milliseconds. A hub keeps a
/// disconnected session for the same time.
const DOUBT: u64 = LEAVE_AFTER;
/// How long before the token expires the page is warned, in milliseconds.
const WARN_BEFORE: u64 = 30_000;

/// The timers of a stay in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timer {
    /// The join has no answer within [`JOIN_WITHIN`]: it fails.
    Join,
    /// A request has no answer within [`ANSWER_WITHIN`]: it fails.
    Answer(RequestId),
    /// The token expires in [`WARN_BEFORE`]: the page is warned.
    Warning,
    /// A restarted hub has not named some members within [`DOUBT`]: they have left.
    Doubt,
}

/// A request that waits for the answer of the hub.
#[derive(Debug)]
pub(super) struct Pending<T> {
    pub(super) request: RequestId,
    pub(super) revision: u32,
    pub(super) value: T,
}

#[derive(Debug)]
pub(super) struct Membership {
    pub(super) app: AppId,
    pub(super) room: RoomId,
    pub(super) user: UserId,
    pub(super) secret: SessionSecret,
    pub(super) session: SessionId,
    pub(super) auto_publish: bool,
    auto_subscribe: bool,
    token: Text<MAX_TOKEN>,
    /// When the token expires.
    expires_at: Option<Instant>,
    /// Whether the page was warned that the token will expire.
    warned: bool,
    /// The join request, until it is answered.
    joining: Option<RequestId>,
    pub(super) connection: SignalingConnection,
    /// The page is suspended. No connection is opened, and no media flows.
    pub(super) suspended: bool,
    pub(super) joined_at: Option<u64>,
    pub(super) roster: Roster,
    /// The presence that the hub should have.
    pub(super) presence: Presence,
    /// The revision of the presence that was sent last.
    pub(super) sent_revision: u32,
    /// What the hub granted last.
    pub(super) granted: Option<Granted>,
    /// The last reported lists.
    pub(super) lists: Lists,
    pub(super) ice_servers: Vec<IceServer>,
    /// Whether the others see this member: as last granted by the hub, before that as at the join.
    pub(super) visible: bool,
    /// Requests for another visibility.
    visibility: VecDeque<Pending<bool>>,
    /// Requests for another token.
    tokens: VecDeque<Pending<Text<MAX_TOKEN>>>,
    token_revision: u32,
    /// Subscriptions that differ from the automatic ones.
    subscriptions: LiteMap<UserId, (Sources, Sources)>,
    /// Incremented with every change of the subscriptions.
    subscription_revision: u64,
    /// The inputs of the last reported lists.
    pub(super) visible_members: Option<MediaInputs>,
    /// The inputs of the view that the backend was given last. `None`: it needs a new one.
    pub(super) media_in_use: Option<MediaInputs>,
    timers: Timers<Timer>,
}

/// Everything that the lists and the media follow from. While it is equal, neither is computed again,
/// which saves most of the work in a large room.
#[derive(Debug, PartialEq)]
pub(super) struct MediaInputs {
    me: Member,
    roster: u64,
    subscriptions: u64,
    signaling: bool,
    encoder: VideoEncoderConfig,
    no_subscribe: bool,
}

impl MediaInputs {
    /// This member, as the others see it.
    pub(super) fn me(&self) -> &Member {
        &self.me
    }
}

impl Membership {
    pub(super) fn new(
        (app, room, user): (AppId, RoomId, UserId),
        options: &JoinOptions,
        token: Text<MAX_TOKEN>,
        request: RequestId,
        now: Instant,
    ) -> Self {
        let mut timers = Timers::default();
        timers.set(Timer::Join, now + JOIN_WITHIN);
        Self {
            roster: Roster::new((options.secret.session(), user.clone())),
            app,
            room,
            user,
            secret: options.secret,
            session: options.secret.session(),
            auto_publish: options.auto_publish,
            auto_subscribe: options.auto_subscribe,
            token,
            expires_at: None,
            warned: false,
            joining: Some(request),
            connection: SignalingConnection::new(now),
            suspended: false,
            joined_at: None,
            presence: Presence { revision: 0, visible: true, sources: Sources::NONE },
            sent_revision: 0,
            granted: None,
            lists: Lists::default(),
            ice_servers: Vec::new(),
            visible: true,
            visibility: VecDeque::new(),
            tokens: VecDeque::new(),
            token_revision: 0,
            subscriptions: LiteMap::new(),
            subscription_revision: 0,
            visible_members: None,
            media_in_use: None,
            timers,
        }
    }

    /// Whether the room has been entered.
    pub(super) fn is_inside(&self) -> bool {
        self.joining.is_none()
    }

    /// The page is suspended.
    pub(super) fn suspend(&mut self) {
        self.suspended = true;
        self.connection.suspend();
        self.media_in_use = None;
        self.suspend_doubt();
    }

    /// The page is resumed. Returns whether it was suspended. A join gets its full time again.
    pub(super) fn resume(&mut self, now: Instant) -> bool {
        let suspended = std::mem::take(&mut self.suspended);
        if suspended {
            self.connection = SignalingConnection::new(now);
            if self.joining.is_some() {
                self.timers.set(Timer::Join, now + JOIN_WITHIN);
            }
        }
        suspended
    }

    /// The room has been entered. Returns the join request, if it was waiting.
    pub(super) fn finish_join(&mut self) -> Option<RequestId> {
        self.timers.clear(Timer::Join);
        self.joining.take()
    }

    /// Whether the join is to fail, because it has no answer.
    pub(super) fn take_join_timeout(&mut self, now: Instant) -> bool {
        self.timers.take_due(Timer::Join, now)
    }

    /// Applies the complete list of a hub, which was disconnected before.
    pub(super) fn replace_members(&mut self, members: Vec<Member>, hub: u32, now: Instant) {
        if self.roster.replace(members, hub) {
            self.timers.set(Timer::Doubt, now + DOUBT);
        }
    }

    /// Removes the members that the hub has not named in time.
    pub(super) fn end_doubt(&mut self, now: Instant) {
        if self.timers.take_due(Timer::Doubt, now) {
            self.roster.remove_doubtful();
        }
    }

    /// The hub is disconnected. That it does not name a member proves nothing.
    pub(super) fn suspend_doubt(&mut self) {
        self.timers.clear(Timer::Doubt);
    }

    /// The first message on a connection.
    pub(super) fn join_message(&self, now: Instant) -> Join {
        // An expired token is not sent again. A newer one that waits for an answer is sent instead.
        let expired = self.expires_at.is_some_and(|at| at <= now);
        let newest = self.tokens.back().filter(|_| expired);
        Join {
            version: VERSION,
            app: self.app.clone(),
            room: self.room.clone(),
            user: self.user.clone(),
            secret: self.secret,
            token: newest.map_or(&self.token, |pending| &pending.value).clone(),
            joined_at: self.joined_at,
            presence: self.presence,
        }
    }

    /// This member, as the others see it: with what the hub granted, or before its answer with the
    /// presence.
    pub(super) fn me(&self) -> Option<Member> {
        let granted = self.granted.as_ref()?;
        let (visible, sources) = if granted.revision == self.presence.revision {
            (granted.visible, granted.sources)
        } else {
            (self.presence.visible, self.presence.sources.and(granted.allowed))
        };
        Some(Member {
            session: self.session,
            user: self.user.clone(),
            joined_at: self.joined_at?,
            visible,
            sources,
            allowed: granted.allowed,
        })
    }

    /// The inputs of lists and media. `None` before the room has been entered.
    pub(super) fn media_inputs(&self, encoder: VideoEncoderConfig) -> Option<MediaInputs> {
        Some(MediaInputs {
            me: self.me().filter(|_| self.is_inside() && !self.suspended)?,
            roster: self.roster.revision(),
            subscriptions: self.subscription_revision,
            signaling: self.connection.is_up(),
            encoder,
            no_subscribe: self.no_subscribe(),
        })
    }

    /// Whether the token does not allow subscribing.
    pub(super) fn no_subscribe(&self) -> bool {
        self.granted.is_some_and(|granted| granted.no_subscribe)
    }

    /// The subscribed sources of `user`, whether they are published or not.
    pub(super) fn subscribed(&self, user: &UserId) -> Sources {
        if self.no_subscribe() {
            return Sources::NONE;
        }
        let automatic = if self.auto_subscribe { Sources::ALL } else { Sources::NONE };
        match self.subscriptions.get(user) {
            Some((on, off)) => automatic.with_all(*on, true).with_all(*off, false),
            None => automatic,
        }
    }

    pub(super) fn subscribe(&mut self, user: UserId, sources: Sources, wanted: bool) {
        let (on, off) = self.subscriptions.entry(user).or_default();
        *on = on.with_all(sources, wanted);
        *off = off.with_all(sources, !wanted);
        self.subscription_revision += 1;
    }

    /// The page has other tiles for the videos of a user.
    pub(super) fn handle_tiles(&mut self) {
        self.subscription_revision += 1;
    }

    /// Stores a request for another visibility. The hub's answer names `revision` or a later one.
    pub(super) fn request_visibility(
        &mut self,
        request: RequestId,
        revision: u32,
        visible: bool,
        now: Instant,
    ) {
        self.visibility.push_back(Pending { request, revision, value: visible });
        self.timers.set(Timer::Answer(request), now + ANSWER_WITHIN);
    }

    /// The visibility that the last waiting request asks for.
    pub(super) fn requested_visibility(&self) -> Option<bool> {
        self.visibility.back().map(|pending| pending.value)
    }

    /// Takes the next visibility request that an answer with `revision` answers.
    pub(super) fn take_answered_visibility(&mut self, revision: u32) -> Option<Pending<bool>> {
        let pending = self.visibility.pop_front_if(|front| front.revision <= revision)?;
        self.timers.clear(Timer::Answer(pending.request));
        Some(pending)
    }

    /// Takes the next visibility request that got no answer in time.
    pub(super) fn take_late_visibility(&mut self, now: Instant) -> Option<Pending<bool>> {
        let timers = &mut self.timers;
        self.visibility.pop_front_if(|front| timers.take_due(Timer::Answer(front.request), now))
    }

    /// Stores a new token. The message is to be sent.
    pub(super) fn update_token(
        &mut self,
        request: RequestId,
        token: Text<MAX_TOKEN>,
        now: Instant,
    ) -> TokenUpdate {
        self.token_revision += 1;
        let revision = self.token_revision;
        self.tokens.push_back(Pending { request, revision, value: token.clone() });
        self.timers.set(Timer::Answer(request), now + ANSWER_WITHIN);
        TokenUpdate { revision, token }
    }

    /// Takes the next token request that an answer with `revision` answers.
    pub(super) fn take_answered_token(
        &mut self,
        revision: u32,
    ) -> Option<Pending<Text<MAX_TOKEN>>> {
        let pending = self.tokens.pop_front_if(|front| front.revision <= revision)?;
        self.timers.clear(Timer::Answer(pending.request));
        Some(pending)
    }

    /// Takes the next token request that got no answer in time.
    pub(super) fn take_late_token(&mut self, now: Instant) -> Option<Pending<Text<MAX_TOKEN>>> {
        let timers = &mut self.timers;
        self.tokens.pop_front_if(|front| timers.take_due(Timer::Answer(front.request), now))
    }

    /// All requests that wait for the hub.
    pub(super) fn waiting_requests(&self) -> Vec<RequestId> {
        let mut requests = Vec::new();
        requests.extend(self.joining);
        for pending in &self.visibility {
            requests.push(pending.request);
        }
        for pending in &self.tokens {
            requests.push(pending.request);
        }
        requests
    }

    /// The token updates without an answer. A new connection sends them again.
    pub(super) fn token_updates(&self) -> Vec<TokenUpdate> {
        let mut updates = Vec::new();
        for Pending { revision, value, .. } in &self.tokens {
            updates.push(TokenUpdate { revision: *revision, token: value.clone() });
        }
        updates
    }

    /// The hub accepted a token.
    pub(super) fn set_token(&mut self, token: Text<MAX_TOKEN>) {
        self.token = token;
    }

    pub(super) fn set_expiry(&mut self, expires_in: Option<u64>, now: Instant) {
        let at = expires_in.map(|milliseconds| now + milliseconds);
        // A restarted hub sends the same expiry again. The page is warned once.
        let later = at > self.expires_at.map(|at| at + WARN_BEFORE);
        self.warned &= at.is_some() && !later;
        self.expires_at = at;
        match at {
            Some(Instant(at)) if !self.warned => {
                self.timers.set(Timer::Warning, Instant(at.saturating_sub(WARN_BEFORE)));
            }
            _ => self.timers.clear(Timer::Warning),
        }
    }

    /// Whether the warning that the token will expire is due. It is due once.
    pub(super) fn take_warning(&mut self, now: Instant) -> bool {
        let due = self.timers.take_due(Timer::Warning, now);
        self.warned |= due;
        due
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        earliest(&[self.connection.poll_timeout(), self.timers.next()])
    }
}
