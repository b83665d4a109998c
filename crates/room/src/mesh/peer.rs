//! One peer connection of a mesh: who offers, what is sent, and when it is made anew.
//!
//! Negotiation is the W3C's perfect negotiation (webrtc-pc, section 10.7): either side may offer at
//! any time; when two offers cross, the impolite side ignores the other's, the polite side rolls
//! its own back.

use super::command::{PeerAction, PeerEvent, PeerId};
use super::link::{Link, Received};
use super::recovery::{Cure, Recovery};
use crate::media::{Encoding, Source, Sources};
use crate::protocol::{Candidate, Envelope, Offer, Signal, Text};
use crate::time::Instant;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Negotiation {
    Stable,
    /// The browser is making our offer.
    Offering {
        screen: bool,
    },
    /// Our offer is out.
    Offered {
        screen: bool,
    },
    /// The browser is setting the answer to our offer.
    Accepting,
    /// The browser is answering the other side's offer.
    Answering,
}

/// What the next offer is for.
#[derive(Debug, Clone, Copy, Default)]
struct Needs {
    offer: bool,
    restart_ice: bool,
    screen: bool,
}

/// What a peer wants done.
#[derive(Debug)]
pub(super) enum PeerOutput {
    Action(PeerAction),
    Signal(Envelope),
    /// The connection, or the exchange about it, is beyond repair.
    Renew,
}

#[derive(Debug)]
pub(super) struct Peer {
    id: PeerId,
    polite: bool,
    link: Link,
    negotiation: Negotiation,
    needs: Needs,
    /// The other side's last offer was ignored; so are its candidates.
    ignoring: bool,
    /// Local candidates that wait for the description they belong to.
    held: Vec<Candidate>,
    /// Whether the screen's m-lines exist.
    screen: bool,
    /// What the other side wants of us.
    pub(super) wanted: Sources,
    /// What we want of the other side, as it was told.
    want: Option<Sources>,
    sending: [Option<Encoding>; 4],
    receiving: Sources,
    recovery: Recovery,
}

impl Peer {
    /// A connection to be made, after `cures` were tried on those before it.
    pub(super) fn new(id: PeerId, polite: bool, cures: u32, now: Instant) -> Self {
        Self {
            id,
            polite,
            link: Link::new(id.incarnation),
            negotiation: Negotiation::Stable,
            needs: Needs::default(),
            ignoring: false,
            held: Vec::new(),
            screen: false,
            wanted: Sources::NONE,
            want: None,
            sending: [None; 4],
            receiving: Sources::NONE,
            recovery: Recovery::new(cures, now),
        }
    }

    pub(super) fn id(&self) -> PeerId {
        self.id
    }

    pub(super) fn is_established(&self) -> bool {
        self.link.is_established()
    }

    pub(super) fn cures(&self) -> u32 {
        self.recovery.cures()
    }

    /// Makes the first offer; the other side waits for it.
    pub(super) fn start(&mut self) -> Vec<PeerOutput> {
        self.needs.offer = true;
        self.negotiate()
    }

    /// Tells the other side what is wanted of it, and shows of that what it publishes.
    pub(super) fn receive(
        &mut self,
        want: Sources,
        published: Sources,
        now: Instant,
    ) -> Vec<PeerOutput> {
        let mut output = Vec::new();
        if self.want != Some(want) {
            self.want = Some(want);
            output.push(self.signal(Signal::Want(want), now));
        }
        let receiving = want.and(published);
        if self.receiving != receiving {
            self.receiving = receiving;
            output.push(PeerOutput::Action(PeerAction::Receive(receiving)));
        }
        output
    }

    /// Sends what is in `encodings` and nothing else.
    pub(super) fn send(&mut self, encodings: [Option<Encoding>; 4]) -> Vec<PeerOutput> {
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
        if (screen.is_some() || screen_audio.is_some()) && !self.has_or_offers_screen() {
            self.needs = Needs { offer: true, screen: true, ..self.needs };
            output.extend(self.negotiate());
        }
        output
    }

    fn has_or_offers_screen(&self) -> bool {
        let offered = match self.negotiation {
            Negotiation::Offering { screen } | Negotiation::Offered { screen } => screen,
            _ => false,
        };
        self.screen || self.needs.screen || offered
    }

    /// Signals may have been lost.
    pub(super) fn handle_reconnected(&mut self, now: Instant) -> Vec<PeerOutput> {
        self.link.repeat(now).into_iter().map(PeerOutput::Signal).collect()
    }

    pub(super) fn handle_envelope(&mut self, envelope: Envelope, now: Instant) -> Vec<PeerOutput> {
        match self.link.receive(envelope, now) {
            Received::Signal(signal) => self.handle_signal(signal),
            Received::Nothing => Vec::new(),
            Received::Nonsense => vec![PeerOutput::Renew],
        }
    }

    fn handle_signal(&mut self, signal: Signal) -> Vec<PeerOutput> {
        match signal {
            Signal::Want(sources) => {
                self.wanted = sources;
                Vec::new()
            }
            Signal::Offer(offer) => self.handle_offer(&offer),
            Signal::Answer(sdp) => self.handle_answer(&sdp),
            Signal::Candidate(_) if self.ignoring => Vec::new(),
            Signal::Candidate(candidate) => {
                vec![PeerOutput::Action(PeerAction::AddCandidate(candidate))]
            }
        }
    }

    fn handle_offer(&mut self, offer: &Offer) -> Vec<PeerOutput> {
        let collision = match self.negotiation {
            Negotiation::Offering { screen } | Negotiation::Offered { screen } => Some(screen),
            Negotiation::Stable | Negotiation::Accepting => None,
            // A second offer before the answer to the first breaks the rules.
            Negotiation::Answering => return vec![PeerOutput::Renew],
        };
        if let Some(screen) = collision {
            if !self.polite {
                self.ignoring = true;
                return Vec::new();
            }
            // The lines that our offer, or the next one, was to bring are offered again, unless
            // theirs brings them. A restart is not: theirs is most likely one too.
            let screen = (screen || self.needs.screen) && !offer.screen;
            let offer = screen || self.needs.restart_ice;
            self.needs = Needs { offer, screen, ..self.needs };
        }
        self.ignoring = false;
        self.held.clear();
        self.screen |= offer.screen;
        self.negotiation = Negotiation::Answering;
        vec![PeerOutput::Action(PeerAction::AcceptOffer(offer.sdp.as_str().to_owned()))]
    }

    fn handle_answer(&mut self, sdp: &Text<{ crate::protocol::MAX_SDP }>) -> Vec<PeerOutput> {
        let Negotiation::Offered { screen } = self.negotiation else {
            return vec![PeerOutput::Renew];
        };
        self.ignoring = false;
        self.screen |= screen;
        self.negotiation = Negotiation::Accepting;
        vec![PeerOutput::Action(PeerAction::AcceptAnswer(sdp.as_str().to_owned()))]
    }

    pub(super) fn handle_event(&mut self, event: PeerEvent, now: Instant) -> Vec<PeerOutput> {
        match (event, self.negotiation) {
            (PeerEvent::Offer(sdp), Negotiation::Offering { screen }) => {
                self.negotiation = Negotiation::Offered { screen };
                self.describe(sdp, |sdp| Signal::Offer(Offer { sdp, screen }), now)
            }
            (PeerEvent::Answer(sdp), Negotiation::Answering) => {
                self.negotiation = Negotiation::Stable;
                let mut output = self.describe(sdp, Signal::Answer, now);
                output.extend(self.negotiate());
                output
            }
            (PeerEvent::Accepted, Negotiation::Accepting) => {
                self.negotiation = Negotiation::Stable;
                self.negotiate()
            }
            // News of a negotiation that was given up in the meantime.
            (PeerEvent::Offer(_) | PeerEvent::Answer(_) | PeerEvent::Accepted, _) => Vec::new(),
            (PeerEvent::Candidate(candidate), negotiation) => {
                self.handle_candidate(candidate, negotiation, now)
            }
            (PeerEvent::Failed, _) => vec![PeerOutput::Renew],
            (PeerEvent::Connected, _) => {
                self.recovery.handle_connected(now);
                Vec::new()
            }
            (PeerEvent::Disconnected, _) => {
                self.recovery.handle_disconnected(now);
                Vec::new()
            }
            (PeerEvent::Traffic(traffic), _) => {
                self.recovery.handle_traffic(traffic, now);
                Vec::new()
            }
        }
    }

    fn handle_candidate(
        &mut self,
        candidate: Candidate,
        negotiation: Negotiation,
        now: Instant,
    ) -> Vec<PeerOutput> {
        if matches!(negotiation, Negotiation::Offering { .. } | Negotiation::Answering) {
            self.held.push(candidate);
            return Vec::new();
        }
        vec![self.signal(Signal::Candidate(candidate), now)]
    }

    /// Sends a description and the candidates that waited for it.
    fn describe(
        &mut self,
        sdp: String,
        signal: impl FnOnce(Text<{ crate::protocol::MAX_SDP }>) -> Signal,
        now: Instant,
    ) -> Vec<PeerOutput> {
        let Some(sdp) = Text::new(sdp) else { return vec![PeerOutput::Renew] };
        let mut output = vec![self.signal(signal(sdp), now)];
        for candidate in std::mem::take(&mut self.held) {
            output.push(self.signal(Signal::Candidate(candidate), now));
        }
        output
    }

    fn signal(&mut self, signal: Signal, now: Instant) -> PeerOutput {
        PeerOutput::Signal(self.link.send(signal, now))
    }

    fn negotiate(&mut self) -> Vec<PeerOutput> {
        if !self.needs.offer || self.negotiation != Negotiation::Stable {
            return Vec::new();
        }
        let Needs { restart_ice, screen, .. } = std::mem::take(&mut self.needs);
        let screen = screen || self.screen;
        self.negotiation = Negotiation::Offering { screen };
        vec![PeerOutput::Action(PeerAction::Offer { restart_ice, screen })]
    }

    pub(super) fn poll_timeout(&self) -> Instant {
        let check = self.recovery.poll_timeout();
        self.link.poll_timeout().map_or(check, |link| link.min(check))
    }

    /// To be called only while signals get through: without, there is no cure to try.
    pub(super) fn handle_timeout(&mut self, now: Instant) -> Vec<PeerOutput> {
        let mut output: Vec<_> =
            self.link.handle_timeout(now).into_iter().map(PeerOutput::Signal).collect();
        if self.link.is_stuck() {
            output.push(PeerOutput::Renew);
        }
        match self.recovery.handle_timeout(!self.receiving.is_empty(), now) {
            Some(Cure::Restart) => {
                self.needs = Needs { offer: true, restart_ice: true, ..self.needs };
                output.extend(self.negotiate());
            }
            Some(Cure::Renew) => output.push(PeerOutput::Renew),
            None => {}
        }
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Secret;
    use crate::media::VideoEncoderConfig;
    use crate::mesh::budget;

    const T0: Instant = Instant(1_000);

    fn polite() -> Peer {
        let id = PeerId { session: Secret::new([1; 16]).session(), incarnation: 7 };
        Peer::new(id, true, 0, T0)
    }

    fn share_screen(peer: &mut Peer) -> Vec<PeerOutput> {
        let screen = budget::encoding(Source::Screen, 1, &VideoEncoderConfig::default());
        peer.send([None, None, Some(screen), None])
    }

    /// The other side's first signal is an offer; ours is dropped for it, and it is answered.
    fn collide(peer: &mut Peer, screen: bool) -> Vec<PeerOutput> {
        let offer = Signal::Offer(Offer { sdp: Text::default(), screen });
        let envelope = Envelope { incarnation: 7, ack: 0, seq: 1, signal: Some(offer) };
        peer.handle_envelope(envelope, T0);
        peer.handle_event(PeerEvent::Answer(String::new()), T0)
    }

    fn offers(output: &[PeerOutput]) -> Vec<bool> {
        let screen = |output: &PeerOutput| match output {
            PeerOutput::Action(PeerAction::Offer { screen, .. }) => Some(*screen),
            _ => None,
        };
        output.iter().filter_map(screen).collect()
    }

    #[test]
    fn a_screen_whose_offer_was_dropped_is_offered_again() {
        let mut peer = polite();
        assert_eq!(offers(&share_screen(&mut peer)), [true]);
        peer.handle_event(PeerEvent::Offer(String::new()), T0);
        assert_eq!(offers(&collide(&mut peer, false)), [true]);
    }

    #[test]
    fn a_screen_that_waited_behind_a_dropped_offer_is_offered_next() {
        let mut peer = polite();
        assert_eq!(offers(&peer.start()), [false]);
        assert!(offers(&share_screen(&mut peer)).is_empty());
        assert_eq!(offers(&collide(&mut peer, false)), [true]);
    }

    #[test]
    fn lines_that_the_other_side_s_offer_brought_are_not_offered_again() {
        let mut peer = polite();
        share_screen(&mut peer);
        assert!(offers(&collide(&mut peer, true)).is_empty());
    }
}
