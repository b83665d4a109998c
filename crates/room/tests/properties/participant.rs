//! A participant among hubs, peers and devices that say anything in any order.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tt_rtc_room::error::DeviceError;
use tt_rtc_room::id::AppId;
use tt_rtc_room::media::{Facing, Source, StreamType};
use tt_rtc_room::mesh::{PeerId, PeerNews};
use tt_rtc_room::participant::DeviceNews;
use tt_rtc_room::protocol::ServerMessage;
use tt_rtc_room::{Call, CallId, Event, Instant, JoinOptions, Output, Participant};

use crate::arbitrary::{secret, server_message, session, user};

#[derive(Debug, Clone)]
enum Happening {
    Call(Call),
    Message(ServerMessage),
    Connected,
    Disconnected,
    NetworkChange,
    Device(DeviceNews),
    Peer(PeerNews),
    Wait(u64),
}

fn call() -> impl Strategy<Value = Call> {
    let streams =
        || proptest::sample::select(vec![StreamType::Audio, StreamType::Video, StreamType::Both]);
    let options =
        (any::<bool>(), any::<bool>()).prop_map(|(auto_publish, auto_subscribe)| JoinOptions {
            room: "room".into(),
            user: "user-0".into(),
            token: "token".into(),
            auto_publish,
            auto_subscribe,
            secret: secret(0),
        });
    prop_oneof![
        4 => options.prop_map(|options| Call::Join(Box::new(options))),
        1 => Just(Call::Exit),
        2 => (proptest::sample::select(Source::ALL.to_vec()), any::<bool>())
            .prop_map(|(source, on)| Call::Capture(source, on)),
        1 => Just(Call::SwitchCamera(Facing::Back)),
        1 => (streams(), any::<bool>()).prop_map(|(streams, on)| Call::Publish(streams, on)),
        1 => (user(), streams(), any::<bool>()).prop_map(|(user, streams, on)| {
            Call::Subscribe(user, streams, on)
        }),
        1 => any::<bool>().prop_map(Call::Visibility),
        1 => ".{0,9}".prop_map(Call::UpdateToken),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    let sources = || proptest::sample::select(Source::ALL.to_vec());
    let device = prop_oneof![
        (sources(), any::<bool>())
            .prop_map(|(source, with_audio)| DeviceNews::Started { source, with_audio }),
        sources().prop_map(|source| DeviceNews::Failed(source, DeviceError::InUse)),
        sources().prop_map(DeviceNews::Lost),
        Just(DeviceNews::Changed),
    ];
    prop_oneof![
        5 => call().prop_map(Happening::Call),
        20 => server_message().prop_map(Happening::Message),
        4 => Just(Happening::Connected),
        1 => Just(Happening::Disconnected),
        1 => Just(Happening::NetworkChange),
        2 => device.prop_map(Happening::Device),
        4 => (session(), crate::mesh::event(), any::<u32>()).prop_map(|(session, event, incarnation)| {
            Happening::Peer(PeerNews { peer: PeerId { session, incarnation }, event })
        }),
        3 => (0..9_000_u64).prop_map(Happening::Wait),
    ]
}

struct Scene {
    participant: Participant,
    now: u64,
    calls: u32,
    answers: BTreeMap<CallId, u32>,
    /// Connections that were opened and not closed.
    peers: Vec<PeerId>,
}

impl Scene {
    fn suffer(&mut self, happening: Happening) {
        let now = Instant(self.now);
        match happening {
            Happening::Call(call) => {
                self.calls += 1;
                self.participant.call(CallId(self.calls), call, now);
            }
            Happening::Message(message) => self.participant.handle_message(message, now),
            Happening::Connected => self.participant.handle_connected(now),
            Happening::Disconnected => self.participant.handle_disconnected(now),
            Happening::NetworkChange => self.participant.handle_network_change(now),
            Happening::Device(news) => self.participant.handle_device(news, now),
            Happening::Peer(news) => self.participant.handle_media(self.about(news), now),
            Happening::Wait(milliseconds) => self.wait(milliseconds),
        }
        self.drain();
    }

    /// News is mostly of a connection that there is.
    fn about(&self, news: PeerNews) -> PeerNews {
        let number = news.peer.incarnation as usize;
        let known = self.peers.get(number % self.peers.len().max(1)).copied();
        PeerNews { peer: known.unwrap_or(news.peer), event: news.event }
    }

    fn wait(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        while let Some(at) = self.participant.poll_timeout().filter(|at| at.0 <= end) {
            self.now = self.now.max(at.0);
            self.participant.handle_timeout(Instant(self.now));
            let next = self.participant.poll_timeout();
            assert!(next.is_none_or(|at| at.0 > self.now), "it spins");
            self.drain();
        }
        self.now = end;
    }

    fn drain(&mut self) {
        use tt_rtc_room::mesh::PeerAction;
        while let Some(output) = self.participant.poll_output() {
            match output {
                Output::Answer(call, _) => *self.answers.entry(call).or_default() += 1,
                Output::Event(
                    Event::ChatMembers(users)
                    | Event::VideoMembers(users)
                    | Event::Speakers(users)
                    | Event::ScreenMembers(users),
                ) => {
                    let mut distinct = users.clone();
                    distinct.sort();
                    distinct.dedup();
                    assert_eq!(distinct.len(), users.len(), "twice in {users:?}");
                }
                Output::Media(command) => match command.action {
                    PeerAction::Open(_) => self.peers.push(command.peer),
                    PeerAction::Close => self.peers.retain(|peer| *peer != command.peer),
                    _ => {}
                },
                _ => {}
            }
        }
        let own = self.participant.session();
        assert!(self.peers.iter().all(|peer| Some(peer.session) != own), "a peer of oneself");
    }
}

proptest! {
    #[test]
    fn nothing_that_is_said_to_a_participant_harms_it(
        happenings in proptest::collection::vec(happening(), 1..150),
    ) {
        let participant = Participant::new(AppId::new("").unwrap(), 3);
        let mut scene = Scene {
            participant,
            now: 1_000,
            calls: 0,
            answers: BTreeMap::new(),
            peers: Vec::new(),
        };
        let join = JoinOptions {
            room: "room".into(),
            user: "user-0".into(),
            token: String::new(),
            auto_publish: true,
            auto_subscribe: true,
            secret: secret(0),
        };
        scene.suffer(Happening::Call(Call::Join(Box::new(join))));
        scene.suffer(Happening::Connected);
        for happening in happenings {
            scene.suffer(happening);
        }
        // No prompt stays open for ever, and after the exit nothing waits for a hub.
        scene.suffer(Happening::Call(Call::Exit));
        for _ in 0..scene.calls {
            for source in Source::ALL {
                scene.suffer(Happening::Device(DeviceNews::Failed(source, DeviceError::Other)));
            }
        }
        let once = (1..=scene.calls).map(|call| (CallId(call), 1)).collect::<BTreeMap<_, _>>();
        prop_assert_eq!(&scene.answers, &once, "each call is answered once");
        prop_assert!(scene.peers.is_empty());
        prop_assert_eq!(scene.participant.poll_timeout(), None);
    }
}
