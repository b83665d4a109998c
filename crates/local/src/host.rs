//! The hub, in a page.
//!
//! The host drives a [`Hub`]. Connections of its own page call it; those of other pages reach it over
//! channels. It notices when another page is gone.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use litemap::LiteMap;
use tt_rtc_browser::time::{self, Timer};
use tt_rtc_browser::{js, random};
use tt_rtc_room::protocol::ServerMessage;
use tt_rtc_room::{
    ConnectionId, Driver, Environment, Hub, HubConfig, HubInput, HubOutput, Instant, Now,
};
use wasm_bindgen::JsValue;

use crate::Options;
use crate::channel::{self, Channel, Lock};
use crate::payload::Payload;

/// A hub and its connections.
pub(crate) struct Host {
    driver: Driver<Hub<Payload>>,
    endpoints: RefCell<LiteMap<ConnectionId, Endpoint>>,
    connections: Cell<u64>,
    /// The liveness locks of the other pages, requested.
    pages: RefCell<LiteMap<String, Option<Lock>>>,
    timer: Timer,
    me: Weak<Self>,
}

/// The other end of a connection within a page.
pub(crate) trait DirectConnection {
    /// The hub sends a message.
    fn receive(&self, message: &JsValue);

    /// The hub closes the connection.
    fn close(&self);
}

/// The hub's end of a connection.
struct Endpoint {
    link: Link,
    last_received: Instant,
}

enum Link {
    /// To a connection of this page.
    Direct(Weak<dyn DirectConnection>),
    /// To another page.
    Channel { channel: Channel, name: String, page: String },
}

impl Host {
    /// An empty hub.
    pub(crate) fn new(options: Options) -> Rc<Self> {
        #[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
        let config = HubConfig {
            id: random::number() as u32,
            keys: options.keys,
            ignore_privileges: options.ignore_privileges,
            ..HubConfig::default()
        };
        Rc::new_cyclic(|me: &Weak<Self>| {
            let waking = me.clone();
            Self {
                driver: Driver::new(Hub::new(config)),
                endpoints: RefCell::default(),
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

    /// Connects a connection of this page.
    pub(crate) fn attach(&self, connection: Weak<dyn DirectConnection>) -> ConnectionId {
        self.add(Link::Direct(connection))
    }

    /// Connects one of another page, by the name of its channel and that of the page's lock.
    pub(crate) fn accept(&self, name: String, page: String) {
        let known = |endpoint: &Endpoint| matches!(&endpoint.link, Link::Channel { name: it, .. } if *it == name);
        if self.endpoints.borrow().values().any(known) {
            return;
        }
        let id = ConnectionId(self.connections.get());
        let host = self.me.clone();
        let channel = Channel::open(&channel::name(&format!("/{name}")), move |data| {
            if let Some(host) = host.upgrade() {
                host.read(id, &data);
            }
        });
        let Ok(channel) = channel else { return };
        channel.post(&JsValue::TRUE);
        self.watch(&page);
        self.add(Link::Channel { channel, name, page });
    }

    fn add(&self, link: Link) -> ConnectionId {
        let id = ConnectionId(self.connections.replace(self.connections.get() + 1));
        let endpoint = Endpoint { link, last_received: time::instant() };
        self.endpoints.borrow_mut().insert(id, endpoint);
        id
    }

    /// Requests the liveness lock of a page, which is granted when the page is gone.
    fn watch(&self, page: &str) {
        if self.pages.borrow().contains_key(page) {
            return;
        }
        let (host, name) = (self.me.clone(), page.to_owned());
        let granted = move || {
            if let Some(host) = host.upgrade() {
                host.handle_page_gone(&name);
            }
        };
        let lock = Lock::request(page, granted, |_| ());
        self.pages.borrow_mut().insert(page.to_owned(), lock);
    }

    fn handle_page_gone(&self, page: &str) {
        drop(self.pages.borrow_mut().remove(page));
        let of_page = |endpoint: &Endpoint| matches!(&endpoint.link, Link::Channel { page: it, .. } if *it == page);
        let gone: Vec<_> = {
            let endpoints = self.endpoints.borrow();
            endpoints.iter().filter(|(_, it)| of_page(it)).map(|(id, _)| *id).collect()
        };
        for id in gone {
            self.handle_closed(id);
        }
    }

    /// Reads what came over a connection: `null` closes it, all else is a message.
    pub(crate) fn read(&self, id: ConnectionId, data: &JsValue) {
        if data.is_null() {
            return self.handle_closed(id);
        }
        match serde_wasm_bindgen::from_value(data.clone()) {
            Ok(message) => {
                if let Some(endpoint) = self.endpoints.borrow_mut().get_mut(&id) {
                    endpoint.last_received = time::instant();
                }
                self.input(HubInput::Message(id, message));
            }
            Err(_) => self.input(HubInput::Malformed(id)),
        }
    }

    /// A connection was closed by its other end.
    pub(crate) fn handle_closed(&self, id: ConnectionId) {
        let endpoint = self.endpoints.borrow_mut().remove(&id);
        if let Some(Endpoint { last_received, .. }) = endpoint {
            self.input(HubInput::Closed { connection: id, last_received });
        }
    }

    fn input(&self, input: HubInput<Payload>) {
        self.driver.handle(input, self);
    }

    fn send(&self, to: &[ConnectionId], message: &ServerMessage<Payload>) {
        let message = js::to_value(message);
        for id in to {
            let connection = match self.endpoints.borrow().get(id).map(|it| &it.link) {
                Some(Link::Direct(connection)) => connection.upgrade(),
                Some(Link::Channel { channel, .. }) => {
                    channel.post(&message);
                    None
                }
                None => None,
            };
            if let Some(connection) = connection {
                connection.receive(&message);
            }
        }
    }

    /// Ends the hub: all other pages will have another one.
    pub(crate) fn close(&self) {
        self.timer.set(None);
        for (_, endpoint) in self.endpoints.take() {
            endpoint.close();
        }
        self.pages.take();
    }
}

impl Environment<Hub<Payload>> for Host {
    fn now(&self) -> Now {
        time::now()
    }

    fn carry_out(&self, output: HubOutput<Payload>) {
        match output {
            HubOutput::Send { to, message } => self.send(&to, &message),
            HubOutput::Close(id, _) => {
                let endpoint = self.endpoints.borrow_mut().remove(&id);
                if let Some(endpoint) = endpoint {
                    endpoint.close();
                }
            }
        }
    }

    fn idle(&self, deadline: Option<Instant>) {
        self.timer.set(deadline);
    }
}

impl Endpoint {
    fn close(self) {
        match self.link {
            Link::Direct(connection) => {
                if let Some(connection) = connection.upgrade() {
                    connection.close();
                }
            }
            Link::Channel { channel, .. } => channel.post(&JsValue::NULL),
        }
    }
}
