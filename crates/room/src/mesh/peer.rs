//! One peer connection of a mesh: its negotiation, what it sends and receives, and its recovery.
//!
//! Offers never collide: the side that opened the connection makes all offers, and the other side
//! requests one when it needs one. Perfect negotiation (webrtc-pc 10.7) lets both sides offer and
//! rolls back at a collision. It saves half a round trip, but after a rollback Chrome 157 sometimes
//! decodes the frames of a received video track and does not show them.

use super::command::{Encoding, PeerAction, PeerEvent, PeerId};
use super::recovery::{Recovery, RecoveryAction};
use super::signal::{Envelope, Offer, Renegotiate, Signal};
use super::signal_channel::{Received, SignalChannel};
use crate::backend::Quality;
use crate::media::{Source, Sources, TileSize, Tiles};
use crate::protocol::{MAX_CANDIDATES, Text};
use crate::time::{Instant, earliest};

/// How long a local candidate waits for others to be sent with, in milliseconds. A browser reports
/// those of its own interfaces together, each in a task of its own.
const CANDIDATE_DELAY: u64 = 5;
/// What marks an active TCP candidate (RFC 6544 4.5).
const ACTIVE: &[u8] = b" tcptype active";

/// How long after a negotiation the next one may begin that only changes directions, in milliseconds.
/// A member that becomes visible and invisible again and again causes no more of them.
const DIRECTIONS_AFTER: u64 = 1_000;
/// How long this side waits for an offer with new directions, in milliseconds. A hostile member would
/// never make it.
const DIRECTIONS_WITHIN: u64 = 10_000;

/// The sources that the two sides may publish. Each side receives those of the other one only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Publishable {
    pub(super) here: Sources,
    pub(super) there: Sources,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Negotiation {
    Stable,
    /// The browser creates the local offer.
    Offering(Renegotiate),
    /// The local offer is sent.
    Offered(Renegotiate),
    /// The browser sets the remote answer.
    Accepting,
    /// The browser sets the remote offer and creates the answer.
    Answering,
}

/// An output of a peer.
#[derive(Debug)]
pub(super) enum PeerOutput {
    Action(PeerAction),
    Signal(Envelope),
    /// The connection or its signal channel cannot be repaired. A new connection replaces it.
    Recreate,
}

#[derive(Debug)]
pub(super) struct Peer {
    id: PeerId,
    /// Whether this side makes the offers.
    offers: bool,
    channel: SignalChannel,
    negotiation: Negotiation,
    /// Whether a negotiation was completed.
    negotiated: bool,
    /// When the last step of a negotiation began.
    step_began: Instant,
    /// The reason of the next offer. `None` if no offer is needed.
    needs: Option<Renegotiate>,
    /// Local candidates that are not sent yet, one on each line.
    pending_candidates: String,
    /// When they are sent. `None` if the description that they belong to is sent first.
    candidates_at: Option<Instant>,
    /// Whether the m-lines of a screen share exist or are being negotiated.
    screen: bool,
    publishable: Publishable,
    /// When the directions of the m-lines are changed. `None` if they are as they should be.
    directions_at: Option<Instant>,
    /// The sources that the other side subscribes to.
    remote_subscribed: Sources,
    /// The tiles that the other side has for the videos of this side.
    remote_tiles: Tiles,
    /// The sources that this side subscribes to, as last sent to the other side.
    subscribed: Option<Sources>,
    sending: [Option<Encoding>; 4],
    receiving: Sources,
    /// Whether sending video is paused because nothing arrives any more.
    paused: bool,
    recovery: Recovery,
}

impl Peer {
    /// A connection that is being opened, after `attempts` to recover those before it. `offers` is
    /// whether this side makes the offers.
    pub(super) fn new(
        id: PeerId,
        offers: bool,
        publishable: Publishable,
        attempts: u32,
        now: Instant,
    ) -> Self {
        Self {
            id,
            offers,
            channel: SignalChannel::new(id.generation),
            negotiation: Negotiation::Stable,
            negotiated: false,
            step_began: now,
            needs: offers.then(Renegotiate::default),
            pending_candidates: String::new(),
            candidates_at: None,
            screen: false,
            publishable,
            directions_at: None,
            remote_subscribed: Sources::NONE,
            remote_tiles: Tiles::default(),
            subscribed: None,
            sending: [None; 4],
            receiving: Sources::NONE,
            paused: false,
            recovery: Recovery::new(attempts, now),
        }
    }

    pub(super) fn id(&self) -> PeerId {
        self.id
    }

    pub(super) fn is_established(&self) -> bool {
        self.channel.is_established()
    }

    pub(super) fn attempts(&self) -> u32 {
        self.recovery.attempts()
    }

    /// Makes the first offer, unless it is being made.
    pub(super) fn start(&mut self, now: Instant) -> Vec<PeerOutput> {
        self.negotiate(now)
    }

    /// What the two sides may publish. The directions of the m-lines follow it.
    ///
    /// The side that makes the offers makes one, whichever of the two has changed. The hub tells each
    /// side of a change before it forwards a signal that the other side sent after the change. So the
    /// answer has the new directions, too, and nobody needs to request an offer. If the other side
    /// makes none, this side recreates the connection and makes it itself.
    pub(super) fn allow(&mut self, publishable: Publishable, now: Instant) -> Vec<PeerOutput> {
        let before = std::mem::replace(&mut self.publishable, publishable);
        if self.offers && before != publishable {
            self.directions_at = Some(now.max(self.step_began + DIRECTIONS_AFTER));
        } else if before.there != publishable.there {
            self.directions_at.get_or_insert(now + DIRECTIONS_WITHIN);
        }
        self.update_directions(now)
    }

    fn update_directions(&mut self, now: Instant) -> Vec<PeerOutput> {
        if self.directions_at.is_none_or(|at| at > now) {
            return Vec::new();
        }
        self.directions_at = None;
        if self.offers {
            self.require_offer(Renegotiate::default(), now)
        } else {
            vec![PeerOutput::Recreate]
        }
    }

    /// Subscribes to these sources, shows their videos in these tiles, and plays the sources that the other
    /// side publishes.
    pub(super) fn receive(
        &mut self,
        subscribed: Sources,
        published: Sources,
        tiles: Tiles,
        now: Instant,
    ) -> Vec<PeerOutput> {
        let mut output = Vec::new();
        let expected = self.expects_media();
        if self.subscribed != Some(subscribed) || self.channel.tiles != tiles {
            self.subscribed = Some(subscribed);
            self.channel.tiles = tiles;
            output.push(self.signal(Signal::Subscribe(subscribed), now));
        }
        let receiving = subscribed.and(published);
        if self.receiving != receiving {
            self.receiving = receiving;
            output.push(PeerOutput::Action(PeerAction::Receive(receiving)));
        }
        if self.expects_media() && !expected {
            self.recovery.expect_media(now);
        }
        output
    }

    /// Whether the other side sends media. A video that no tile shows is not sent.
    fn expects_media(&self) -> bool {
        !self.receiving.with_all(self.channel.tiles.hidden(), false).is_empty()
    }

    /// The tile that the other side has for a source of this side, if it wants the source.
    pub(super) fn wanted(&self, source: Source) -> Option<TileSize> {
        let tile = self.remote_tiles.of(source);
        (self.remote_subscribed.has(source) && !tile.is_none()).then_some(tile)
    }

    /// Sends the sources that have an encoding, in the order of [`Source::ALL`], and no others.
    pub(super) fn send(
        &mut self,
        encodings: [Option<Encoding>; 4],
        now: Instant,
    ) -> Vec<PeerOutput> {
        let mut output = Vec::new();
        for (source, (sending, encoding)) in
            Source::ALL.into_iter().zip(self.sending.iter_mut().zip(encodings))
        {
            if *sending != encoding {
                *sending = encoding;
                output.push(PeerOutput::Action(PeerAction::Send(source, encoding)));
            }
        }
        let [.., screen, screen_audio] = encodings;
        if (screen.is_some() || screen_audio.is_some()) && !self.screen {
            self.screen = true;
            output
                .extend(self.require_offer(Renegotiate { restart_ice: false, screen: true }, now));
        }
        output
    }

    pub(super) fn quality(&self) -> Option<Quality> {
        self.recovery.quality()
    }

    /// The network may have changed, or may be available again.
    pub(super) fn handle_network_change(&mut self, now: Instant) {
        self.recovery.handle_network_change(now);
    }

    /// Signals may have been lost.
    pub(super) fn handle_reconnected(&mut self, now: Instant) -> Vec<PeerOutput> {
        self.recovery.retry_now(now);
        self.channel.repeat(now).into_iter().map(PeerOutput::Signal).collect()
    }

    /// The hub dropped signals to the other side.
    pub(super) fn handle_congested(&mut self, now: Instant) {
        self.channel.handle_congested(now);
    }

    /// The other side has received nothing of this generation.
    pub(super) fn handle_missed(&mut self, now: Instant) {
        self.channel.handle_missed(now);
    }

    pub(super) fn handle_envelope(&mut self, envelope: Envelope, now: Instant) -> Vec<PeerOutput> {
        self.recovery.handle_progress(now);
        let tiles = envelope.tiles;
        match self.channel.receive(envelope, now) {
            Received::Signal(signal) => self.handle_signal(signal, tiles, now),
            Received::Nothing => Vec::new(),
            Received::Lost(envelopes) => envelopes.into_iter().map(PeerOutput::Signal).collect(),
            Received::Invalid => vec![PeerOutput::Recreate],
        }
    }

    fn handle_signal(&mut self, signal: Signal, tiles: Tiles, now: Instant) -> Vec<PeerOutput> {
        match signal {
            Signal::Subscribe(sources) => {
                (self.remote_subscribed, self.remote_tiles) = (sources, tiles);
                Vec::new()
            }
            Signal::Offer(offer) => self.handle_offer(&offer, now),
            Signal::Answer(sdp) => self.handle_answer(&sdp, now),
            Signal::Renegotiate(needs) => self.handle_request(needs, now),
            Signal::Candidates(candidates) => {
                let candidates = first_lines(candidates.as_str());
                vec![PeerOutput::Action(PeerAction::AddCandidates(candidates))]
            }
        }
    }

    /// The other side requests an offer.
    fn handle_request(&mut self, mut needs: Renegotiate, now: Instant) -> Vec<PeerOutput> {
        if !self.offers {
            return vec![PeerOutput::Recreate];
        }
        needs.restart_ice = needs.restart_ice && self.recovery.handle_request(now);
        if !needs.restart_ice && (!needs.screen || self.screen) {
            return Vec::new();
        }
        self.screen |= needs.screen;
        self.require_offer(needs, now)
    }

    fn handle_offer(&mut self, offer: &Offer, now: Instant) -> Vec<PeerOutput> {
        // This side makes the offers, or has not answered the offer before.
        if self.offers || self.negotiation != Negotiation::Stable {
            return vec![PeerOutput::Recreate];
        }
        self.screen |= offer.screen;
        self.directions_at = None;
        self.enter(Negotiation::Answering, now);
        let (sdp, receives) = (offer.sdp.as_str().to_owned(), self.publishable.there);
        vec![PeerOutput::Action(PeerAction::AcceptOffer { sdp, receives })]
    }

    fn handle_answer(
        &mut self,
        sdp: &Text<{ crate::protocol::MAX_SDP }>,
        now: Instant,
    ) -> Vec<PeerOutput> {
        let Negotiation::Offered(_) = self.negotiation else {
            return vec![PeerOutput::Recreate];
        };
        self.enter(Negotiation::Accepting, now);
        vec![PeerOutput::Action(PeerAction::AcceptAnswer(sdp.as_str().to_owned()))]
    }

    pub(super) fn handle_event(&mut self, event: PeerEvent, now: Instant) -> Vec<PeerOutput> {
        if event.is_progress() {
            self.recovery.handle_progress(now);
        }
        match (event, self.negotiation) {
            (PeerEvent::Offer(sdp), Negotiation::Offering(needs)) => {
                self.enter(Negotiation::Offered(needs), now);
                let screen = needs.screen;
                self.send_description(sdp, |sdp| Signal::Offer(Offer { sdp, screen }), now)
            }
            (PeerEvent::Answer(sdp), Negotiation::Answering) => {
                self.enter(Negotiation::Stable, now);
                self.send_description(sdp, Signal::Answer, now)
            }
            (PeerEvent::Accepted, Negotiation::Accepting) => {
                self.enter(Negotiation::Stable, now);
                self.negotiate(now)
            }
            // The event belongs to no negotiation in progress.
            (PeerEvent::Offer(_) | PeerEvent::Answer(_) | PeerEvent::Accepted, _) => Vec::new(),
            (PeerEvent::Candidate(candidate), negotiation) => {
                self.handle_candidate(candidate.as_str(), negotiation, now);
                Vec::new()
            }
            (PeerEvent::ActionFailed, _) => {
                self.recovery.handle_broken(now);
                Vec::new()
            }
            (PeerEvent::Connected, _) => {
                self.recovery.handle_connected(now);
                Vec::new()
            }
            (PeerEvent::Disconnected, _) => {
                self.recovery.handle_disconnected(now);
                Vec::new()
            }
            (PeerEvent::ConnectionFailed, _) => {
                self.recovery.handle_connection_failed(now);
                Vec::new()
            }
            (PeerEvent::Traffic(traffic), _) => {
                // If media arrives again, what this side sends arrives again, too.
                let media = self.expects_media();
                let returned = self.recovery.handle_traffic(traffic, media, now);
                let resumed = self.update_pause();
                let key_frames = || returned.then_some(PeerOutput::Action(PeerAction::KeyFrames));
                resumed.or_else(key_frames).into_iter().collect()
            }
        }
    }

    /// Pauses video while nothing arrives. Otherwise the browser retransmits the lost frames first
    /// when the path works again, and its bandwidth estimate falls until then.
    fn update_pause(&mut self) -> Option<PeerOutput> {
        let stalled = self.recovery.is_stalled();
        let before = std::mem::replace(&mut self.paused, stalled);
        (before != stalled).then_some(PeerOutput::Action(PeerAction::PauseVideo(stalled)))
    }

    fn handle_candidate(&mut self, candidate: &str, negotiation: Negotiation, now: Instant) {
        // An active TCP candidate is paired with a passive one only (RFC 6544 6.2), which no browser
        // has. The other side of a passive one needs no signal.
        if candidate.as_bytes().windows(ACTIVE.len()).any(|part| part == ACTIVE) {
            return;
        }
        if !self.pending_candidates.is_empty() {
            self.pending_candidates.push('\n');
        }
        self.pending_candidates.push_str(candidate);
        let is_described =
            !matches!(negotiation, Negotiation::Offering(_) | Negotiation::Answering);
        let at = self.candidates_at.unwrap_or(now + CANDIDATE_DELAY);
        self.candidates_at = is_described.then_some(at);
    }

    fn send_candidates(&mut self, now: Instant) -> Vec<PeerOutput> {
        self.candidates_at = None;
        let candidates = Text::new(std::mem::take(&mut self.pending_candidates));
        match candidates {
            Some(candidates) if !candidates.as_str().is_empty() => {
                vec![self.signal(Signal::Candidates(candidates), now)]
            }
            _ => Vec::new(),
        }
    }

    /// Sends a description and the candidates that wait for it.
    fn send_description(
        &mut self,
        sdp: String,
        signal: impl FnOnce(Text<{ crate::protocol::MAX_SDP }>) -> Signal,
        now: Instant,
    ) -> Vec<PeerOutput> {
        let Some(sdp) = Text::new(sdp) else { return vec![PeerOutput::Recreate] };
        let mut output = vec![self.signal(signal(sdp), now)];
        output.extend(self.send_candidates(now));
        output
    }

    fn enter(&mut self, negotiation: Negotiation, now: Instant) {
        (self.negotiation, self.step_began) = (negotiation, now);
        self.negotiated |= negotiation == Negotiation::Stable;
    }

    /// How long the browser took for what it reports, in milliseconds. 0 if it is no step.
    pub(super) fn step_took(&self, event: &PeerEvent, now: Instant) -> u64 {
        match (event, self.negotiation) {
            (PeerEvent::Traffic(traffic), _) => traffic.age.into(),
            (PeerEvent::Offer(_), Negotiation::Offering(_))
            | (PeerEvent::Answer(_), Negotiation::Answering)
            | (PeerEvent::Accepted, Negotiation::Accepting) => now.since(self.step_began),
            _ => 0,
        }
    }

    /// How long the current step of the first negotiation takes so far, here or on the other side, in
    /// milliseconds. 0 after it.
    pub(super) fn establishing_for(&self, now: Instant) -> u64 {
        if self.negotiated { 0 } else { now.since(self.step_began) }
    }

    fn signal(&mut self, signal: Signal, now: Instant) -> PeerOutput {
        PeerOutput::Signal(self.channel.send(signal, now))
    }

    /// Makes or requests an offer for this reason.
    fn require_offer(&mut self, needs: Renegotiate, now: Instant) -> Vec<PeerOutput> {
        let before = self.needs.unwrap_or_default();
        self.needs = Some(Renegotiate {
            restart_ice: needs.restart_ice || before.restart_ice,
            screen: needs.screen || before.screen,
        });
        self.negotiate(now)
    }

    /// Makes the needed offer or requests it.
    fn negotiate(&mut self, now: Instant) -> Vec<PeerOutput> {
        let Some(needs) = self.needs else { return Vec::new() };
        if !self.offers {
            self.needs = None;
            return vec![self.signal(Signal::Renegotiate(needs), now)];
        }
        if self.negotiation != Negotiation::Stable {
            return Vec::new();
        }
        (self.needs, self.directions_at) = (None, None);
        let offer = Renegotiate { screen: self.screen, ..needs };
        self.enter(Negotiation::Offering(offer), now);
        let Renegotiate { restart_ice, screen } = offer;
        let receives = self.publishable.there;
        vec![PeerOutput::Action(PeerAction::Offer { restart_ice, screen, receives })]
    }

    /// The next deadline. `signaling` is whether the hub is connected.
    pub(super) fn poll_timeout(&self, signaling: bool) -> Instant {
        let check = self.recovery.poll_timeout();
        let channel = self.channel.poll_timeout().filter(|_| signaling);
        let next = earliest(&[Some(check), self.candidates_at, self.directions_at, channel]);
        next.unwrap_or(check)
    }

    /// Handles the deadlines that have passed. `allowance` is how much longer than usual anything may
    /// take, in milliseconds.
    pub(super) fn handle_timeout(
        &mut self,
        signaling: bool,
        allowance: u64,
        now: Instant,
    ) -> Vec<PeerOutput> {
        let mut output = Vec::new();
        if self.candidates_at.is_some_and(|at| at <= now) {
            output.extend(self.send_candidates(now));
        }
        if signaling {
            output.extend(self.channel.handle_timeout(now).into_iter().map(PeerOutput::Signal));
            if self.channel.is_stuck() {
                output.push(PeerOutput::Recreate);
            }
        }
        if self.recovery.take_sample(now) {
            output.push(PeerOutput::Action(PeerAction::ReadStatistics));
        }
        let media = self.expects_media();
        match self.recovery.handle_timeout(media, signaling, allowance, now) {
            Some(RecoveryAction::RestartIce) => {
                output.extend(
                    self.require_offer(Renegotiate { restart_ice: true, screen: false }, now),
                );
            }
            Some(RecoveryAction::Recreate) => output.push(PeerOutput::Recreate),
            None => {}
        }
        output.extend(self.update_pause());
        output.extend(self.update_directions(now));
        output
    }
}

/// The first [`MAX_CANDIDATES`] lines.
fn first_lines(text: &str) -> String {
    let mut lines = 0;
    let is_last = |byte| {
        lines += usize::from(byte == b'\n');
        lines == MAX_CANDIDATES
    };
    let end = text.bytes().position(is_last);
    text.get(..end.unwrap_or(text.len())).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::SessionSecret;
    use crate::mesh::Traffic;
    use crate::mesh::load::Load;

    const T0: Instant = Instant(1_000);

    const EVERYTHING: Publishable = Publishable { here: Sources::ALL, there: Sources::ALL };
    const SCREEN: Renegotiate = Renegotiate { restart_ice: false, screen: true };
    const RESTART: Renegotiate = Renegotiate { restart_ice: true, screen: false };

    fn peer(offers: bool) -> Peer {
        Peer::new(
            PeerId { session: SessionSecret::new([1; 16]).session(), generation: 7 },
            offers,
            EVERYTHING,
            0,
            T0,
        )
    }

    fn answering() -> Peer {
        peer(false)
    }

    /// A peer whose first offer is sent.
    fn offering() -> Peer {
        let mut peer = peer(true);
        assert_eq!(offers(&peer.start(T0)), [(false, false)]);
        peer.handle_event(PeerEvent::Offer(String::new()), T0);
        peer
    }

    fn share_screen(peer: &mut Peer) -> Vec<PeerOutput> {
        let screen = Encoding {
            max_bitrate: 1_000_000,
            scale_down: 100,
            max_frame_rate: 15,
            max_sides: (0, 0),
            tile: TileSize::ANY,
        };
        peer.send([None, None, Some(screen), None], T0)
    }

    fn receive(peer: &mut Peer, seq: u32, signal: Signal) -> Vec<PeerOutput> {
        peer.handle_envelope(
            Envelope { generation: 7, seq, signal: Some(signal), ..Envelope::default() },
            T0,
        )
    }

    fn accept(peer: &mut Peer, seq: u32) -> Vec<PeerOutput> {
        receive(peer, seq, Signal::Answer(Text::default()));
        peer.handle_event(PeerEvent::Accepted, T0)
    }

    /// The offers in the output: whether ICE restarts, whether there is a screen.
    fn offers(output: &[PeerOutput]) -> Vec<(bool, bool)> {
        let offer = |output: &PeerOutput| match output {
            PeerOutput::Action(PeerAction::Offer { restart_ice, screen, .. }) => {
                Some((*restart_ice, *screen))
            }
            _ => None,
        };
        output.iter().filter_map(offer).collect()
    }

    fn requests(output: &[PeerOutput]) -> Vec<Renegotiate> {
        let request = |output: &PeerOutput| match output {
            PeerOutput::Signal(Envelope { signal: Some(Signal::Renegotiate(needs)), .. }) => {
                Some(*needs)
            }
            _ => None,
        };
        output.iter().filter_map(request).collect()
    }

    /// When the peer gives its connection up, in seconds, with the counters read each second.
    fn given_up_after(peer: &mut Peer, load: &Load) -> Option<u64> {
        (1..60).find(|seconds| {
            let now = T0 + seconds * 1_000;
            peer.handle_event(PeerEvent::Traffic(Traffic::default()), now);
            let allowance = load.allowance(peer.establishing_for(now), now);
            let output = peer.handle_timeout(true, allowance, now);
            output.iter().any(|output| matches!(output, PeerOutput::Recreate))
        })
    }

    #[test]
    fn a_slow_answer_is_waited_for() {
        assert_eq!(given_up_after(&mut offering(), &Load::default()), Some(30));
        let mut creating = peer(true);
        creating.start(T0);
        assert_eq!(given_up_after(&mut creating, &Load::default()), Some(30));
    }

    #[test]
    fn a_negotiated_connection_has_as_much_time_as_the_machine_is_busy() {
        let negotiated = || {
            let mut peer = offering();
            accept(&mut peer, 1);
            peer
        };
        assert_eq!(given_up_after(&mut negotiated(), &Load::default()), Some(6));
        let mut busy = Load::default();
        busy.measure(5_000, T0);
        assert_eq!(given_up_after(&mut negotiated(), &busy), Some(25));
    }

    #[test]
    fn a_screen_that_is_there_from_the_start_is_in_the_first_offer() {
        let mut peer = peer(true);
        assert_eq!(offers(&share_screen(&mut peer)), [(false, true)]);
        assert!(offers(&peer.start(T0)).is_empty());
        peer.handle_event(PeerEvent::Offer(String::new()), T0);
        assert!(offers(&accept(&mut peer, 1)).is_empty());
    }

    #[test]
    fn the_side_that_opened_offers_its_screen_when_its_last_offer_is_answered() {
        let mut peer = offering();
        assert!(offers(&share_screen(&mut peer)).is_empty());
        assert_eq!(offers(&accept(&mut peer, 1)), [(false, true)]);
    }

    #[test]
    fn the_other_side_asks_for_its_screen_once() {
        let mut peer = answering();
        let asked = share_screen(&mut peer);
        assert_eq!((requests(&asked), offers(&asked)), (vec![SCREEN], vec![]));
        peer.send([None; 4], T0);
        assert!(requests(&share_screen(&mut peer)).is_empty());
    }

    #[test]
    fn two_screens_at_once_take_one_offer() {
        let mut peer = offering();
        accept(&mut peer, 1);
        assert_eq!(offers(&share_screen(&mut peer)), [(false, true)]);
        receive(&mut peer, 2, Signal::Renegotiate(SCREEN));
        peer.handle_event(PeerEvent::Offer(String::new()), T0);
        assert!(offers(&accept(&mut peer, 3)).is_empty());
    }

    #[test]
    fn two_restarts_at_once_take_one_offer() {
        let mut peer = offering();
        accept(&mut peer, 1);
        assert_eq!(offers(&receive(&mut peer, 2, Signal::Renegotiate(RESTART))), [(true, false)]);
        receive(&mut peer, 3, Signal::Renegotiate(RESTART));
        peer.handle_event(PeerEvent::Offer(String::new()), T0);
        assert!(offers(&accept(&mut peer, 4)).is_empty());
    }

    const LISTENER: Publishable = Publishable { here: Sources::ALL, there: Sources::NONE };

    /// Whether the connection is recreated within this many milliseconds, if data arrives over it.
    fn is_recreated_within(peer: &mut Peer, milliseconds: u64) -> bool {
        (0..milliseconds).step_by(500).any(|after| {
            arrive(peer, after, T0 + after);
            let output = peer.handle_timeout(true, 0, T0 + after);
            output.iter().any(|output| matches!(output, PeerOutput::Recreate))
        })
    }

    #[test]
    fn a_member_that_makes_no_offer_when_it_may_publish_no_longer_gets_another_connection() {
        let mut peer = answering();
        peer.handle_event(PeerEvent::Connected, T0);
        assert!(peer.allow(LISTENER, T0).is_empty());
        assert!(!is_recreated_within(&mut peer, 10_000));
        assert!(is_recreated_within(&mut peer, 11_000));
    }

    #[test]
    fn the_answer_to_the_next_offer_receives_no_longer_what_may_not_be_published() {
        let mut peer = answering();
        peer.handle_event(PeerEvent::Connected, T0);
        peer.allow(LISTENER, T0);
        let offer = Offer { sdp: Text::default(), screen: false };
        let output = receive(&mut peer, 1, Signal::Offer(offer));
        let receives = output.iter().find_map(|output| match output {
            PeerOutput::Action(PeerAction::AcceptOffer { receives, .. }) => Some(*receives),
            _ => None,
        });
        assert_eq!(receives, Some(Sources::NONE));
        assert!(!is_recreated_within(&mut peer, 20_000));
    }

    /// Reports this number of received bytes.
    fn arrive(peer: &mut Peer, bytes_received: u64, now: Instant) -> Vec<PeerOutput> {
        let traffic = Traffic { bytes_received, ..Traffic::default() };
        peer.handle_event(PeerEvent::Traffic(traffic), now)
    }

    fn pauses(output: &[PeerOutput]) -> Vec<bool> {
        let pause = |output: &PeerOutput| match output {
            PeerOutput::Action(PeerAction::PauseVideo(paused)) => Some(*paused),
            _ => None,
        };
        output.iter().filter_map(pause).collect()
    }

    #[test]
    fn video_is_paused_while_nothing_arrives() {
        let mut peer = offering();
        accept(&mut peer, 1);
        let camera = Sources::from(Source::Camera);
        peer.receive(camera, camera, Tiles::default(), T0);
        peer.handle_event(PeerEvent::Connected, T0);
        let arrived = arrive(&mut peer, 1, T0 + 500);
        assert!(pauses(&arrived).is_empty());
        arrive(&mut peer, 1, T0 + 2_000);
        assert_eq!(pauses(&peer.handle_timeout(true, 0, T0 + 2_000)), [true]);
        let later = peer.handle_timeout(true, 0, T0 + 6_000);
        assert_eq!((pauses(&later), arrive(&mut peer, 1, T0 + 6_000).len()), (vec![], 0));
        assert_eq!(pauses(&arrive(&mut peer, 2, T0 + 8_000)), [false]);
    }

    #[test]
    fn video_gets_a_key_frame_after_a_gap_too_short_for_a_pause() {
        let mut peer = offering();
        let camera = Sources::from(Source::Camera);
        peer.receive(camera, camera, Tiles::default(), T0);
        peer.handle_event(PeerEvent::Connected, T0);
        arrive(&mut peer, 1, T0);
        arrive(&mut peer, 1, T0 + 500);
        let arrived = arrive(&mut peer, 2, T0 + 1_000);
        assert!(matches!(arrived[..], [PeerOutput::Action(PeerAction::KeyFrames)]));
    }

    #[test]
    fn a_connection_that_replaces_a_lost_one_is_not_paused() {
        let id = PeerId { session: SessionSecret::new([1; 16]).session(), generation: 8 };
        let mut peer = Peer::new(id, true, EVERYTHING, 3, T0);
        peer.start(T0);
        assert!(pauses(&peer.handle_timeout(true, 0, T0 + 2_500)).is_empty());
        peer.handle_event(PeerEvent::Connected, T0 + 3_000);
        assert!(pauses(&arrive(&mut peer, 1, T0 + 3_000)).is_empty());
    }

    #[test]
    fn a_candidate_never_precedes_the_offer_that_it_belongs_to() {
        let gather = |peer: &mut Peer, name: &str, now| {
            let candidate = Text::new(name.to_owned()).unwrap();
            assert!(peer.handle_event(PeerEvent::Candidate(candidate), now).is_empty());
        };
        let sent = |output: Vec<PeerOutput>| -> Vec<Signal> {
            let signal = |output| match output {
                PeerOutput::Signal(envelope) => envelope.signal,
                _ => None,
            };
            output.into_iter().filter_map(signal).collect()
        };
        let mut peer = offering();
        accept(&mut peer, 1);
        gather(&mut peer, "old", T0);
        receive(&mut peer, 2, Signal::Renegotiate(RESTART));
        gather(&mut peer, "new", T0 + 1);
        assert_eq!(sent(peer.handle_timeout(true, 0, T0 + CANDIDATE_DELAY)), []);
        let offered = sent(peer.handle_event(PeerEvent::Offer(String::new()), T0 + 50));
        let candidates = Signal::Candidates(Text::new("old\nnew".to_owned()).unwrap());
        assert!(matches!(&offered[..], [Signal::Offer(_), last] if *last == candidates));
    }

    #[test]
    fn a_signal_of_the_other_role_recreates_the_connection() {
        let recreates = |output: &[PeerOutput]| matches!(output, [PeerOutput::Recreate]);
        let offer = || Signal::Offer(Offer { sdp: Text::default(), screen: false });
        assert!(recreates(&receive(&mut offering(), 1, offer())));
        assert!(recreates(&receive(&mut answering(), 1, Signal::Renegotiate(RESTART))));
        assert!(recreates(&receive(&mut answering(), 1, Signal::Answer(Text::default()))));
    }
}
