//! Random requests on a random faulty network. After the faults end, all members agree.
//!
//! `TT_RTC_SCHEDULES` is the number of schedules and `TT_RTC_FIRST` the first seed. `TT_RTC_SEED`
//! replays one schedule.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod world;

use std::panic::AssertUnwindSafe;

use std::collections::BTreeMap;

use tt_rtc_room::id::SessionId;
use tt_rtc_room::media::{Facing, PlaybackDevice, Source, Sources, StreamType, VideoEncoderConfig};
use tt_rtc_room::participant::{DeviceEvent, Permission};
use tt_rtc_room::protocol::{IceServer, IceServers, Member, ServerMessage};
use tt_rtc_room::token::{self, AccessToken, Privilege};
use tt_rtc_room::{CallState, Machine as _, Mesh, Quality, Request};
use world::sfu::Sfu;
use world::{Chance, HubBehavior, KEY, Lists, Simulated, World, app, user};

const ROOMS: [&str; 2] = ["room-1", "room-2"];
const SCHEDULES: u64 = 2_000;

#[test]
fn after_any_schedule_all_members_agree() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("TT_RTC_SEED") {
        return run(seed, true);
    }
    let schedules = number("TT_RTC_SCHEDULES").unwrap_or(SCHEDULES);
    let first = number("TT_RTC_FIRST").unwrap_or(0);
    let workers = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let failed = std::thread::scope(|scope| {
        let run = |worker| {
            let seeds = first + worker..first + schedules;
            move || seeds.step_by(workers as usize).find(|seed| fails(*seed))
        };
        let threads: Vec<_> = (0..workers).map(|worker| scope.spawn(run(worker))).collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap()).min()
    });
    println!("{schedules} schedules ran");
    if let Some(seed) = failed {
        panic!("replay: TT_RTC_SEED={seed} cargo test -p tt-rtc-room --test simulation");
    }
}

fn fails(seed: u64) -> bool {
    let result = std::panic::catch_unwind(AssertUnwindSafe(|| run(seed, false)));
    if result.is_err() {
        // Printed at once: the other workers may run for hours.
        println!("seed {seed} failed");
    }
    result.is_err()
}

/// Every fourth schedule runs over an SFU, the others over a mesh.
fn run(seed: u64, trace: bool) {
    if seed % 4 == 3 {
        Schedule::<Sfu>::new(seed, trace).run();
    } else {
        Schedule::<Mesh>::new(seed, trace).run();
    }
}

struct Schedule<B: Simulated> {
    world: World<B>,
    chance: Chance,
    /// The faults besides requests. The more of them, the worse the network.
    faults: bool,
    /// Whether the app has a key.
    has_key: bool,
    /// The tokens that were sent for each session.
    tokens: BTreeMap<SessionId, Vec<String>>,
    /// When the wall clock was last set.
    clock_set_at: Option<u64>,
    /// When the hub last misbehaved.
    misbehaved_at: Option<u64>,
}

/// How long a hub may take to notice a change of its wall clock, in milliseconds.
const CLOCK_CHECK: u64 = 61_000;

impl<B: Simulated> Schedule<B> {
    fn new(seed: u64, trace: bool) -> Self {
        let mut chance = Chance(seed);
        // Most rooms are small. Large ones cost more and find few other errors.
        let clients = [2, 2, 2, 3, 3, 4, 5, 8][usize::try_from(chance.below(8)).unwrap()];
        let mut world = World::new(seed, clients);
        world.trace = trace;
        world.delay = [(0, 1), (1, 20), (1, 300)][usize::try_from(chance.below(3)).unwrap()];
        world.serialize_messages = chance.one_in(8);
        let faults = !chance.one_in(4);
        if faults && chance.one_in(2) {
            world.loss = Some(*chance.pick(&[20, 100, 400]));
            world.jams = Some(*chance.pick(&[20, 100, 400]));
        }
        let has_key = chance.one_in(4);
        if has_key {
            world.require_tokens();
        }
        let tokens = BTreeMap::new();
        Self { world, chance, faults, has_key, tokens, clock_set_at: None, misbehaved_at: None }
    }

    fn run(mut self) {
        for _ in 0..10 + self.chance.below(50) {
            if self.faults && self.chance.one_in(4) {
                self.fault();
            } else {
                self.request();
            }
            let pause = *self.chance.pick(&[0, 1, 10, 100, 1_000, 5_000]);
            let pause = self.chance.below(pause + 1);
            self.world.run(pause);
            self.check_at_all_times();
        }
        // An attempt to reach a hub that never answers ends after some seconds.
        let silent = self.misbehaved_at.is_some_and(|at| self.world.now - at < 5_000);
        let soon =
            if silent || self.world.hub_behavior != HubBehavior::Works { 15_000 } else { 10_000 };
        self.heal();
        self.world.run(soon);
        self.check_soon_after_healing();
        self.world.run(110_000);
        self.check_at_all_times();
        self.check_when_quiet();
        self.check_call_states();
        self.leave_all();
        self.check_that_nothing_is_left();
    }

    fn client(&mut self) -> usize {
        usize::try_from(self.chance.below(self.world.clients.len() as u64)).unwrap()
    }

    fn request(&mut self) {
        let client = self.client();
        if self.world.clients[client].page_closed {
            return;
        }
        let on = self.chance.one_in(2);
        let streams = *self.chance.pick(&[StreamType::Audio, StreamType::Video, StreamType::Both]);
        let source = *self.chance.pick(&[Source::Microphone, Source::Camera, Source::Screen]);
        // Sometimes with the user id of another client: a second login removes the first.
        let name = if self.chance.one_in(12) { self.client() } else { client };
        let other = format!("user-{}", self.client());
        let request = match self.chance.below(16) {
            0..4 => self.join(&format!("user-{name}")),
            4 => Request::Exit,
            5..8 => {
                Request::Capture(source, on || source != Source::Screen && self.chance.one_in(2))
            }
            8 => Request::Publish(streams, on),
            9 => Request::Subscribe(user(&other), streams, on),
            10 => Request::SubscribeScreen(user(&other), streams, on),
            11 => Request::Visibility(on || self.chance.one_in(2)),
            12 => {
                let participant = &self.world.clients[client].participant;
                let user = participant.user().map_or(other, ToString::to_string);
                let session = participant.session();
                Request::UpdateToken(self.token(session, &user, ROOMS[0]))
            }
            13 => Request::SwitchCamera(if on { Facing::Back } else { Facing::Front }),
            14 => Request::EncoderConfig(VideoEncoderConfig::default()),
            _ => Request::PlaybackDevice(PlaybackDevice::Earpiece),
        };
        self.world.request(client, request);
    }

    fn join(&mut self, name: &str) -> Request {
        let room = if self.chance.one_in(8) { ROOMS[1] } else { ROOMS[0] };
        let mut options = self.world.join_options(name, room);
        options.token = self.token(Some(options.secret.session()), name, room);
        options.auto_publish = !self.chance.one_in(6);
        options.auto_subscribe = !self.chance.one_in(6);
        Request::Join(Box::new(options))
    }

    /// A token for a session. Most are valid.
    fn token(&mut self, session: Option<SessionId>, name: &str, room: &str) -> String {
        if !self.has_key {
            return "any".into();
        }
        let mut token = world::token(name, room);
        let ends = 1_000 + self.chance.below(60_000);
        match self.chance.below(10) {
            0..5 => {}
            5 | 6 => token.expire_at = self.world.unix_second(ends),
            7 => {
                token.privileges.clear();
                token.grant(Privilege::PublishAudioStream, 0);
            }
            8 => token.grant(Privilege::PublishStream, self.world.unix_second(ends)),
            _ => token.user = "somebody-else".into(),
        }
        let text = token.sign(KEY).unwrap();
        if let Some(session) = session {
            self.tokens.entry(session).or_default().push(text.clone());
        }
        text
    }

    fn fault(&mut self) {
        let (client, other) = (self.client(), self.client());
        let source = *self.chance.pick(&[Source::Microphone, Source::Camera, Source::Screen]);
        let kind = self.chance.below(18);
        self.world.note(|| format!("fault {kind} at client {client}, {other}, {source:?}"));
        match kind {
            0..3 => {
                let client_learns = (!self.chance.one_in(3)).then(|| self.chance.below(1_000));
                let hub_learns = self.chance.below(11_000);
                self.world.cut(client, client_learns, hub_learns);
            }
            3 => self.world.restart_hub(),
            4 => self.world.reachable[client] ^= true,
            5 if client != other => {
                let cut = self.chance.one_in(2);
                self.world.set_path(client, other, cut);
            }
            6 => {
                let hour = 3_600_000;
                self.world.clock_offset +=
                    self.chance.below(2 * hour).cast_signed() - hour.cast_signed();
                self.clock_set_at = Some(self.world.now);
            }
            7 => self.world.reload(client),
            8 => self.world.network_change(client),
            9 if self.world.clients[client].browser.running.has(source) => {
                let all = [Permission::Granted, Permission::Withheld, Permission::Unknown];
                let permission = *self.chance.pick(&all);
                self.world.end_device(client, source, permission);
            }
            10 if self.chance.one_in(2) => self.world.change_devices(client),
            10 => {
                let muted = self.chance.one_in(2);
                self.world.device(client, DeviceEvent::Muted(source, muted));
            }
            11 => {
                let browser = &mut self.world.clients[client].browser;
                let refuses = self.chance.one_in(2);
                let devices = if refuses { &mut browser.refused } else { &mut browser.missing };
                *devices = devices.with(source, !devices.has(source));
            }
            12 => self.administrate(other),
            13 => {
                let all = [
                    HubBehavior::ClosesAtOnce,
                    HubBehavior::NeverAnswers,
                    HubBehavior::ClosesAfterWelcome,
                    HubBehavior::SilentAfterWelcome,
                ];
                if self.world.hub_behavior != HubBehavior::Works {
                    self.misbehaved_at = Some(self.world.now);
                }
                let bad = self.chance.one_in(2);
                self.world.hub_behavior =
                    if bad { *self.chance.pick(&all) } else { HubBehavior::Works };
            }
            14 if client != other => self.world.fail_peer(client, other),
            15 => {
                let urls = vec![format!("turn:{}", self.world.now)];
                let servers = vec![IceServer { urls, username: None, credential: None }];
                self.world.send_forged_to_client(
                    client,
                    &ServerMessage::IceServers(IceServers { servers }),
                );
            }
            16 => {
                let milliseconds = self.chance.below(5_000);
                self.world.keep_busy(client, milliseconds);
            }
            17 if self.chance.one_in(2) => self.world.suspend(client),
            17 => self.world.resume(client),
            _ => {}
        }
    }

    /// An administrator removes a user or, sometimes, ends a room.
    fn administrate(&mut self, other: usize) {
        let room = *self.chance.pick(&ROOMS);
        if self.chance.one_in(3) {
            self.world.dissolve(room);
            assert!(self.members(room).is_empty());
        } else {
            let name = format!("user-{other}");
            self.world.kick(&name, room);
            let members = self.members(room);
            assert!(members.iter().all(|member| member.user.as_str() != name));
        }
    }

    fn heal(&mut self) {
        (self.world.loss, self.world.jams) = (None, None);
        self.world.hub_behavior = HubBehavior::Works;
        self.world.cut_paths.clear();
        self.world.reachable.fill(true);
        // All tokens that expire do so now, so nobody leaves during the comparison.
        self.world.clock_offset += 6 * 3_600_000;
        self.clock_set_at = Some(self.world.now);
        for client in 0..self.world.clients.len() {
            let browser = &mut self.world.clients[client].browser;
            (browser.refused, browser.missing) = (Sources::NONE, Sources::NONE);
            if !self.world.clients[client].page_closed {
                self.world.resume(client);
            }
        }
    }

    /// The users of a room are distinct. Each is in the room and publishes with a token of its own,
    /// and sends only what it captures. (The world itself checks that nobody is sent a source
    /// without a subscription.)
    fn check_at_all_times(&self) {
        for room in ROOMS {
            let members = self.members(room);
            let mut users: Vec<_> = members.iter().map(|member| member.user.clone()).collect();
            users.sort();
            users.dedup();
            assert_eq!(users.len(), members.len(), "a user is twice in {room}");
            let noticed = |at| self.world.now - at > CLOCK_CHECK;
            if self.has_key && self.clock_set_at.is_none_or(noticed) {
                members.iter().for_each(|member| self.check_token(room, member));
            }
        }
        for (number, client) in self.world.clients.iter().enumerate() {
            if client.page_closed {
                continue;
            }
            let captured = client.participant.captured();
            let sends = B::sends(&self.world, number);
            assert_eq!(sends.and(captured), sends, "client {number} sends more than is captured");
        }
    }

    /// A token that was sent for this session allows it to be in the room and to publish.
    fn check_token(&self, room: &str, member: &Member) {
        let app = app();
        let ids = (app.as_str(), room, member.user.as_str());
        let now = self.world.both_clocks().unix;
        let valid = |text: &String| token::check(text, [KEY], ids, now).ok();
        let allows = |token: AccessToken| {
            member.sources.iter().all(|source| {
                let until = token.publishable_until(source.into());
                until.is_some_and(|until| until.is_none_or(|until| now <= until))
            })
        };
        let shown = self.tokens.get(&member.session).into_iter().flatten();
        assert!(shown.filter_map(valid).any(allows), "without a token: {member:?}");
    }

    fn members(&self, room: &str) -> Vec<Member> {
        self.world.hub.members(&app(), &world::room(room))
    }

    /// Each member of a room receives all others and is in their lists. Members whose page is
    /// closed take longer to leave the lists.
    fn check_soon_after_healing(&self) {
        for room in ROOMS {
            let mut members = self.members(room);
            members.retain(|member| self.world.client_of(member.session).is_some());
            self.check_media(&members, false);
            for member in &members {
                let holder = self.world.client_of(member.session).unwrap();
                let lists = &self.world.clients[holder].lists;
                let expected = Lists::of(&members);
                for user in &expected.chat {
                    assert!(lists.chat.contains(user), "{user} is missing for {}", member.user);
                }
            }
        }
    }

    fn check_when_quiet(&self) {
        for client in &self.world.clients {
            for (name, answers) in client.answers.values() {
                assert!(
                    client.page_closed || answers.len() == 1,
                    "{name} was answered {answers:?}"
                );
            }
        }
        for room in ROOMS {
            let members = self.members(room);
            let expected = Lists::of(&members);
            for member in &members {
                let holder = self.world.client_of(member.session);
                let holder = holder.unwrap_or_else(|| panic!("{room} keeps a departed {member:?}"));
                assert_eq!(self.world.clients[holder].lists, expected, "lists of {}", member.user);
            }
            self.check_media(&members, true);
        }
        let inside: usize = ROOMS.iter().map(|room| self.members(room).len()).sum();
        let active =
            |client: &&world::Client<B>| !client.page_closed && client.participant.is_active();
        assert_eq!(self.world.clients.iter().filter(active).count(), inside, "who is inside");
    }

    /// The last call state of each page is connected, if it is in a room.
    fn check_call_states(&self) {
        use CallState::{Connected, Disconnected};
        for client in self.world.clients.iter().filter(|client| !client.page_closed) {
            let state = client.call_states.last();
            let fits = match state {
                Some(Connected(Quality::Good)) => client.participant.is_active(),
                Some(Disconnected) | None => !client.participant.is_active(),
                Some(_) => false,
            };
            assert!(fits, "the call state of {:?} is {state:?}", client.participant.user());
        }
    }

    /// Each pair with a visible member is connected, and transports what is published and
    /// subscribed. If `exact`, there are no other connections.
    fn check_media(&self, members: &[Member], exact: bool) {
        for member in members {
            let client = self.world.client_of(member.session).unwrap();
            let mut others: Vec<SessionId> = members
                .iter()
                .filter(|other| other.session != member.session)
                .filter(|other| other.visible || member.visible)
                .map(|other| other.session)
                .collect();
            others.sort();
            let counts = |session: &SessionId| exact || others.contains(session);
            let mut partners = self.world.partners(client);
            let all = partners.len();
            partners.retain(counts);
            partners.sort();
            assert_eq!(partners, others, "whom {} is connected to", member.user);
            // A connection to a member whose page is closed is lost until the hub removes the
            // member.
            if all == others.len() {
                let state = self.world.clients[client].call_states.last();
                assert_eq!(state, Some(&CallState::Connected(Quality::Good)), "{}", member.user);
            }
            for session in others {
                let other = self.world.client_of(session).unwrap();
                let connected = B::is_connected(&self.world, client, session);
                assert!(connected, "{} is not connected to client {other}", member.user);
                let sends = self.world.sends_to(client, session);
                let receives = self.world.receives_from(other, member.session);
                assert_eq!(sends, receives, "from {} to client {other}", member.user);
                assert_eq!(sends.and(member.sources), sends, "{} sends too much", member.user);
                let decodes = B::decodes_from(&self.world, other, member.session);
                let allowed = decodes.and(member.publishable());
                assert!(!exact || decodes == allowed, "client {other} decodes {decodes:?}");
            }
        }
    }

    fn leave_all(&mut self) {
        for client in 0..self.world.clients.len() {
            if !self.world.clients[client].page_closed {
                self.world.request(client, Request::Exit);
            }
        }
        self.world.run(30_000);
    }

    fn check_that_nothing_is_left(&self) {
        assert_eq!((self.world.hub.session_count(), self.world.hub.room_count()), (0, 0));
        assert_eq!(self.world.hub.poll_timeout(), None);
        for (number, client) in self.world.clients.iter().enumerate() {
            assert!(self.world.is_closed(number));
            assert_eq!(client.participant.poll_timeout(), None);
            let captured = client.participant.captured().with(Source::ScreenAudio, false);
            assert_eq!(captured.and(client.browser.running), captured, "captured but not running");
        }
    }
}
