//! The hub, in a page.
//!
//! The host drives a [`Hub`]: it hears the links of its own page directly and those of other pages
//! over channels, and notices when another page is gone.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use litemap::LiteMap;
use tt_rtc_room::protocol::{ClientMessage, ServerMessage};
use tt_rtc_room::{
    ConnectionId, Driver, Environment, Hub, HubConfig, HubInput, HubOutput, Instant, Now,
};
use wasm_bindgen::JsValue;

use super::channel::{self, Channel, Lock};
use super::transport::Options;
use crate::time::{self, Timer};
use crate::{js, random};

/// A hub and its connections.
pub(crate) struct Host {
    driver: Driver<Hub>,
    ends: RefCell<LiteMap<ConnectionId, End>>,
    connections: Cell<u64>,
    /// The other pages: their locks, asked for.
    pages: RefCell<LiteMap<String, Option<Lock>>>,
    timer: Timer,
    me: Weak<Self>,
}

/// The other end of a connection within a page.
pub(super) trait DirectTransport {
    /// The hub says something.
    fn hear(&self, message: ServerMessage);

    /// The hub closed the connection.
    fn break_off(&self);
}

/// The hub's end of a connection.
struct End {
    way: Way,
    heard: Instant,
}

enum Way {
    /// To a link in this page.
    Direct(Weak<dyn DirectTransport>),
    /// To another page.
    Channel { channel: Channel, name: String, page: String },
}

impl Host {
    /// An empty hub.
    pub(super) fn new(options: &Options) -> Rc<Self> {
        #[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
        let config = HubConfig {
            id: random::number() as u32,
            keys: options.keys.clone(),
            ..HubConfig::default()
        };
        Rc::new_cyclic(|me: &Weak<Self>| {
            let waking = me.clone();
            Self {
                driver: Driver::new(Hub::new(config)),
                ends: RefCell::default(),
                connections: Cell::new(0),
                pages: RefCell::default(),
                timer: Timer::new(move || {
                    if let Some(host) = waking.upgrade() {
                        host.input(HubInput::Timeout);
                    }
                }),
                me: me.clone(),
            }
        })
    }

    /// Connects a link of this page.
    pub(super) fn attach(&self, link: Weak<dyn DirectTransport>) -> ConnectionId {
        self.add(Way::Direct(link))
    }

    /// Connects a link of another page, by the name of its channel and that of the page's lock.
    pub(super) fn accept(&self, name: String, page: String) {
        let known = |end: &End| matches!(&end.way, Way::Channel { name: it, .. } if *it == name);
        if self.ends.borrow().values().any(known) {
            return;
        }
        let id = ConnectionId(self.connections.get());
        let host = self.me.clone();
        let channel = Channel::open(&channel::name(&format!("/{name}")), move |data| {
            if let Some(host) = host.upgrade() {
                host.read(id, &data);
            }
        });
        let Some(channel) = channel else { return };
        channel.post(&JsValue::TRUE);
        self.watch(&page);
        self.add(Way::Channel { channel, name, page });
    }

    fn add(&self, way: Way) -> ConnectionId {
        let id = ConnectionId(self.connections.replace(self.connections.get() + 1));
        self.ends.borrow_mut().insert(id, End { way, heard: time::instant() });
        id
    }

    /// Asks for the lock of a page, which is had when the page is gone.
    fn watch(&self, page: &str) {
        if self.pages.borrow().contains_key(page) {
            return;
        }
        let (host, name) = (self.me.clone(), page.to_owned());
        let lock = Lock::request(page, move || {
            if let Some(host) = host.upgrade() {
                host.handle_page_gone(&name);
            }
        });
        self.pages.borrow_mut().insert(page.to_owned(), lock);
    }

    fn handle_page_gone(&self, page: &str) {
        drop(self.pages.borrow_mut().remove(page));
        let of_page = |end: &End| matches!(&end.way, Way::Channel { page: it, .. } if *it == page);
        let gone: Vec<_> = {
            let ends = self.ends.borrow();
            ends.iter().filter(|(_, end)| of_page(end)).map(|(id, _)| *id).collect()
        };
        for id in gone {
            self.handle_closed(id);
        }
    }

    /// Reads what came over a channel: `null` closes it, all else is said.
    fn read(&self, id: ConnectionId, data: &JsValue) {
        if data.is_null() {
            return self.handle_closed(id);
        }
        match serde_wasm_bindgen::from_value(data.clone()) {
            Ok(message) => self.handle_message(id, message),
            Err(_) => self.input(HubInput::Malformed(id)),
        }
    }

    /// A connection says something.
    pub(super) fn handle_message(&self, id: ConnectionId, message: ClientMessage) {
        if let Some(end) = self.ends.borrow_mut().get_mut(&id) {
            end.heard = time::instant();
        }
        self.input(HubInput::Message(id, message));
    }

    /// A connection was closed by its other end.
    pub(super) fn handle_closed(&self, id: ConnectionId) {
        let end = self.ends.borrow_mut().remove(&id);
        if let Some(end) = end {
            self.input(HubInput::Closed { connection: id, last_received: end.heard });
        }
    }

    fn input(&self, input: HubInput) {
        self.driver.handle(input, self);
    }

    fn send(&self, to: &[ConnectionId], message: &ServerMessage) {
        // Made once, and only if somebody in another page is to hear it.
        let mut posted = None;
        for id in to {
            let link = match self.ends.borrow().get(id).map(|end| &end.way) {
                Some(Way::Direct(link)) => link.upgrade(),
                Some(Way::Channel { channel, .. }) => {
                    channel.post(posted.get_or_insert_with(|| js::to_value(message)));
                    None
                }
                None => None,
            };
            if let Some(link) = link {
                link.hear(message.clone());
            }
        }
    }

    /// Ends the hub: all other pages will have another one.
    pub(super) fn close(&self) {
        self.timer.set(None);
        for (_, end) in self.ends.take() {
            end.close();
        }
        self.pages.take();
    }
}

impl Environment<Hub> for Host {
    fn now(&self) -> Now {
        time::now()
    }

    fn carry_out(&self, output: HubOutput) {
        match output {
            HubOutput::Send { to, message } => self.send(&to, &message),
            HubOutput::Close(id, _) => {
                let end = self.ends.borrow_mut().remove(&id);
                if let Some(end) = end {
                    end.close();
                }
            }
        }
    }

    fn idle(&self, deadline: Option<Instant>) {
        self.timer.set(deadline);
    }
}

impl End {
    fn close(self) {
        match self.way {
            Way::Direct(link) => {
                if let Some(link) = link.upgrade() {
                    link.break_off();
                }
            }
            Way::Channel { channel, .. } => channel.post(&JsValue::NULL),
        }
    }
}
