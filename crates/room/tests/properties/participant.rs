//! A participant that gets any inputs of hubs, peers and devices in any order.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tt_rtc_room::error::DeviceError;
use tt_rtc_room::id::AppId;
use tt_rtc_room::media::{Facing, Source, StreamType, TileSize};
use tt_rtc_room::mesh::{MeshEvent, PeerId};
use tt_rtc_room::participant::{Access, DeviceEvent, Permission};
use tt_rtc_room::{
    Event, Instant, JoinOptions, Machine as _, Output, Participant, Request, RequestId,
};

use crate::arbitrary::{secret, server_message, session, user};

type Input = tt_rtc_room::Input<MeshEvent>;

/// One step of a test.
#[derive(Debug, Clone)]
enum Step {
    /// It gets an input. The scene numbers the requests.
    Input(Input),
    /// Milliseconds pass.
    Wait(u64),
}

fn request() -> impl Strategy<Value = Request> {
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
        4 => options.prop_map(|options| Request::Join(Box::new(options))),
        1 => Just(Request::Exit),
        2 => (proptest::sample::select(Source::ALL.to_vec()), any::<bool>())
            .prop_map(|(source, on)| Request::Capture(source, on)),
        1 => Just(Request::SwitchCamera(Facing::Back)),
        1 => (streams(), any::<bool>()).prop_map(|(streams, on)| Request::Publish(streams, on)),
        1 => (user(), streams(), any::<bool>()).prop_map(|(user, streams, on)| {
            Request::Subscribe(user, streams, on)
        }),
        1 => any::<bool>().prop_map(Request::Visibility),
        1 => ".{0,9}".prop_map(Request::UpdateToken),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        38 => input().prop_map(Step::Input),
        3 => (0..9_000_u64).prop_map(Step::Wait),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    let sources = || proptest::sample::select(Source::ALL.to_vec());
    let device = prop_oneof![
        (sources(), any::<bool>())
            .prop_map(|(source, with_audio)| DeviceEvent::Started { source, with_audio }),
        (sources(), any::<bool>()).prop_map(|(source, refused)| {
            let error = if refused { DeviceError::Denied } else { DeviceError::InUse };
            DeviceEvent::Failed(source, error)
        }),
        (sources(), any::<bool>()).prop_map(|(source, muted)| DeviceEvent::Muted(source, muted)),
        (sources(), access()).prop_map(|(source, access)| DeviceEvent::Ended(source, access)),
        (sources(), access(), any::<bool>()).prop_map(|(source, access, returned)| {
            DeviceEvent::Available { source, access, returned }
        }),
    ];
    prop_oneof![
        5 => request().prop_map(|request| Input::Request(RequestId(0), request)),
        20 => server_message().prop_map(Input::Message),
        4 => Just(Input::Connected),
        1 => (0..5_000_u16).prop_map(Input::Disconnected),
        1 => Just(Input::Unavailable("reason".into())),
        1 => Just(Input::NetworkChange),
        2 => (user(), any::<(u16, u16)>()).prop_map(|(user, (width, height))| {
            Input::Tile(user, Source::Camera, TileSize { width, height })
        }),
        2 => device.prop_map(Input::Device),
        4 => (session(), crate::mesh::event(), any::<u32>()).prop_map(|(session, event, generation)| {
            Input::Media(MeshEvent { peer: PeerId { session, generation }, event })
        }),
        1 => Just(Input::Suspended),
        1 => Just(Input::Resumed),
        1 => Just(Input::Timeout),
    ]
}

fn access() -> impl Strategy<Value = Access> {
    let all = vec![Permission::Granted, Permission::Withheld, Permission::Unknown];
    (proptest::sample::select(all), any::<bool>())
        .prop_map(|(permission, attended)| Access { permission, attended })
}

struct Scene {
    participant: Participant,
    now: u64,
    requests: u32,
    answers: BTreeMap<RequestId, u32>,
    /// Connections that were opened and not closed.
    peers: Vec<PeerId>,
}

impl Scene {
    fn take(&mut self, step: Step) {
        match step {
            Step::Input(input) => self.handle(input),
            Step::Wait(milliseconds) => self.wait(milliseconds),
        }
    }

    fn handle(&mut self, input: Input) {
        let input = match input {
            Input::Request(_, request) => {
                self.requests += 1;
                Input::Request(RequestId(self.requests), request)
            }
            Input::Media(news) => Input::Media(self.about(news)),
            input => input,
        };
        self.participant.handle(input, Instant(self.now));
        self.drain();
    }

    /// Most events are for an open connection.
    fn about(&self, news: MeshEvent) -> MeshEvent {
        let number = news.peer.generation as usize;
        let known = self.peers.get(number % self.peers.len().max(1)).copied();
        MeshEvent { peer: known.unwrap_or(news.peer), event: news.event }
    }

    fn wait(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        while let Some(at) = self.participant.poll_timeout().filter(|at| at.0 <= end) {
            self.now = self.now.max(at.0);
            self.handle(Input::Timeout);
            let next = self.participant.poll_timeout();
            assert!(next.is_none_or(|at| at.0 > self.now), "a deadline in the past");
        }
        self.now = end;
    }

    fn drain(&mut self) {
        use tt_rtc_room::mesh::PeerAction;
        while let Some(output) = self.participant.poll_output() {
            match output {
                Output::Answer(request, _) => *self.answers.entry(request).or_default() += 1,
                Output::Event(
                    Event::ChatMembers(users)
                    | Event::VideoMembers(users)
                    | Event::Speakers(users)
                    | Event::ScreenMembers(users),
                ) => {
                    let mut distinct = users.clone();
                    distinct.sort();
                    distinct.dedup();
                    assert_eq!(distinct.len(), users.len(), "a user is twice in {users:?}");
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
        assert!(
            self.peers.iter().all(|peer| Some(peer.session) != own),
            "a connection to the own session"
        );
    }
}

proptest! {
    #[test]
    fn any_inputs_leave_a_participant_consistent(
        steps in proptest::collection::vec(step(), 1..150),
    ) {
        let participant = Participant::new(AppId::new("").unwrap(), 3);
        let mut scene = Scene {
            participant,
            now: 1_000,
            requests: 0,
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
        scene.handle(Input::Request(RequestId(0), Request::Join(Box::new(join))));
        scene.handle(Input::Connected);
        for step in steps {
            scene.take(step);
        }
        // All prompts are answered. After the exit no request waits for a hub.
        scene.handle(Input::Request(RequestId(0), Request::Exit));
        for _ in 0..scene.requests {
            for source in Source::ALL {
                scene.handle(Input::Device(DeviceEvent::Failed(source, DeviceError::Other)));
            }
        }
        // A camera without frames counts as muted only after some time.
        scene.wait(3_000);
        let once = (1..=scene.requests).map(|request| (RequestId(request), 1)).collect::<BTreeMap<_, _>>();
        prop_assert_eq!(&scene.answers, &once, "each request is answered once");
        prop_assert!(scene.peers.is_empty());
        prop_assert_eq!(scene.participant.poll_timeout(), None);
    }
}
