//! Faults: of the network, of the hub, of pages and of devices.

use tt_rtc_room::media::Source;
use tt_rtc_room::participant::{Access, DeviceEvent, Permission};
use tt_rtc_room::protocol::{ClientMessage, ServerMessage};
use tt_rtc_room::{Hub, HubConfig, HubInput, Input};

use super::{Client, Simulated, World, WorldEvent};

/// How the hub treats new connections.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum HubBehavior {
    /// It works.
    #[default]
    Works,
    /// It opens the connection and closes it at once.
    ClosesAtOnce,
    /// It opens the connection and never answers.
    NeverAnswers,
    /// It answers the join and closes the connection.
    ClosesAfterWelcome,
    /// It answers the join and nothing else.
    SilentAfterWelcome,
}

impl<B: Simulated> World<B> {
    /// The signaling connection breaks. Each side detects it after its own time. The client may
    /// never detect it.
    pub fn cut(&mut self, client: usize, client_learns: Option<u64>, hub_learns: u64) {
        let Some(id) = self.clients[client].connection else { return };
        let Some(pipe) = self.pipes.get_mut(&id) else { return };
        if std::mem::replace(&mut pipe.dead, true) {
            return;
        }
        let (hub, last_received) = (pipe.hub, self.instant());
        if let Some(after) = client_learns {
            self.later(after, WorldEvent::Connection(client, id, Input::Disconnected(0)));
        }
        self.later(hub_learns, WorldEvent::HubDetectsClose(id, hub, last_received));
    }

    /// The hub restarts and has forgotten all sessions.
    pub fn restart_hub(&mut self) {
        self.hub_run += 1;
        let id = u32::try_from(self.hub_run).unwrap();
        self.hub = Hub::new(HubConfig { id, ..self.config.clone() });
        let open: Vec<_> = self.pipes.iter().map(|(id, pipe)| (*id, pipe.client)).collect();
        for (id, client) in open {
            if let Some(pipe) = self.pipes.get_mut(&id) {
                pipe.dead = true;
            }
            let after = self.chance.below(200);
            self.later(after, WorldEvent::Connection(client, id, Input::Disconnected(0)));
        }
    }

    /// The page is closed without a leave. The hub detects the broken connection.
    pub fn close_page(&mut self, client: usize) {
        self.cut(client, None, 10);
        self.clients[client].page_closed = true;
        B::close(self, client);
    }

    /// The page is closed and loaded again.
    pub fn reload(&mut self, client: usize) {
        self.close_page(client);
        let seed = self.chance.below(u64::MAX);
        let answers = std::mem::take(&mut self.clients[client].answers);
        self.clients[client] = Client::new(seed);
        // Pending requests of the old page get no answer.
        let answered = answers.into_iter().filter(|(_, (_, answers))| !answers.is_empty());
        self.clients[client].answers = answered.collect();
    }

    pub fn device(&mut self, client: usize, event: DeviceEvent) {
        self.clients[client].browser.handle_device(event);
        self.input_to_client(client, Input::Device(event));
    }

    /// A client's page is busy for this long.
    pub fn keep_busy(&mut self, client: usize, milliseconds: u64) {
        let until = &mut self.clients[client].busy_until;
        *until = (*until).max(self.now + milliseconds);
    }

    /// A running device stops by itself: unplugged, or by the browser's own button.
    pub fn end_device(&mut self, client: usize, source: Source, permission: Permission) {
        let access = Access { permission, attended: true };
        self.device(client, DeviceEvent::Ended(source, access));
    }

    /// Devices or permissions have changed. No permission was withdrawn.
    pub fn change_devices(&mut self, client: usize) {
        let access = Access { permission: Permission::Granted, attended: true };
        for source in [Source::Microphone, Source::Camera] {
            self.device(client, DeviceEvent::Available { source, access, returned: false });
        }
    }

    /// The page enters the back/forward cache.
    pub fn suspend(&mut self, client: usize) {
        self.input_to_client(client, Input::Suspended);
    }

    /// The page leaves the back/forward cache and is visible.
    pub fn resume(&mut self, client: usize) {
        self.input_to_client(client, Input::Resumed);
        self.change_devices(client);
    }

    /// Signaling is not available to the page.
    pub fn make_unavailable(&mut self, client: usize, reason: &str) {
        self.clients[client].connection = None;
        self.input_to_client(client, Input::Unavailable(reason.to_owned()));
    }

    pub fn network_change(&mut self, client: usize) {
        self.input_to_client(client, Input::NetworkChange);
    }

    pub fn set_path(&mut self, left: usize, right: usize, cut: bool) {
        let pair = (left.min(right), left.max(right));
        self.cut_paths.retain(|path| *path != pair);
        if cut {
            self.cut_paths.push(pair);
        }
        B::handle_paths(self);
    }

    /// The hub receives malformed data from a client.
    pub fn send_malformed(&mut self, client: usize) {
        if let Some(id) = self.clients[client].connection {
            self.later(1, WorldEvent::Hub(id, HubInput::Malformed(id)));
        }
    }

    /// Sends a message to the hub that the participant did not send.
    pub fn send_forged_to_hub(&mut self, client: usize, message: ClientMessage<B::Signal>) {
        if let Some(id) = self.clients[client].connection {
            self.later(1, WorldEvent::Hub(id, HubInput::Message(id, message)));
        }
    }

    /// The connection over which a client gets the media of another one, if there is one, fails.
    pub fn fail_peer(&mut self, client: usize, other: usize) {
        if let Some(session) = self.clients[other].participant.session() {
            B::fail(self, client, session);
        }
    }

    /// Sends a message to a client that the hub did not send.
    pub fn send_forged_to_client(&mut self, client: usize, message: &ServerMessage<B::Signal>) {
        if let Some(id) = self.clients[client].connection {
            self.send_to_client(id, message);
        }
    }
}
