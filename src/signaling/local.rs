//! Signaling without a server, between the tabs and frames of one origin in one browser.
//!
//! One page runs the hub: the one that holds the hub's lock. A page requests that lock as soon as it
//! opens a transport, and gives it up when it has no transport any more. Then the next page in the
//! queue runs a new hub, which knows nothing, and everybody comes back to it as after the restart of
//! a server.
//!
//! - In the page of the hub, a transport and the hub call each other ([`Host`]).
//! - From another page, a transport is a channel that only these two know. The page announces its
//!   name on the channel of announcements, which all pages listen to. A new hub announces itself
//!   there.
//! - Each page holds a lock of its own as long as it lives. A hub that requests that lock gets it
//!   when the page is gone, and so learns of it at once.

use std::cell::{Cell, RefCell};
use std::mem;
use std::rc::Rc;

use tt_rtc_room::ConnectionId;
use tt_rtc_room::error::Failure;
use tt_rtc_room::protocol::{ClientMessage, ServerMessage};
use wasm_bindgen::JsValue;

use super::channel::{self, Channel, Lock};
use super::host::{DirectTransport, Host};
use super::transport::{Options, TransportEvent, TransportEventHandler};
use crate::{js, random, report};

/// What the browser needs to give a page for all this.
const NEEDS: &str = "calls without a server need Web Locks and BroadcastChannel";

/// A connection to the hub, wherever that is.
pub(crate) struct LocalTransport {
    /// The name of its channel, for a hub in another page.
    name: String,
    on_event: TransportEventHandler,
    state: RefCell<State>,
}

/// Where the hub is that a transport leads to.
enum State {
    /// Nowhere yet.
    New,
    /// In this page.
    Direct(Rc<Host>, ConnectionId),
    /// In another page; whether it has answered.
    Channel(Channel, bool),
    /// Nowhere any more.
    Closed,
}

/// The local signaling of this page.
#[derive(Default)]
struct LocalSignaling {
    transports: RefCell<Vec<Rc<LocalTransport>>>,
    announcements: RefCell<Option<Channel>>,
    /// The lock that tells that this page lives, and its name.
    liveness_lock: RefCell<Option<(String, Lock)>>,
    /// Whether that lock is held.
    alive: Cell<bool>,
    hub_lock: RefCell<Option<Lock>>,
    host: RefCell<Option<Rc<Host>>>,
}

thread_local! {
    static SIGNALING: Rc<LocalSignaling> = Rc::default();
}

fn signaling() -> Rc<LocalSignaling> {
    SIGNALING.with(Rc::clone)
}

/// Whether the browser has what this takes.
pub(super) fn supported() -> Result<(), Failure> {
    if channel::available() {
        return Ok(());
    }
    let detail = format!("{NEEDS}, which a browser gives only to pages from https or localhost");
    Err(Failure::join(detail))
}

/// Listens to the announcements and requests this page's lock. A page with either cannot enter the
/// back/forward cache. So it has them only while it has a transport.
fn prepare() {
    let signaling = signaling();
    if signaling.liveness_lock.borrow().is_some() || !channel::available() {
        return;
    }
    let read = |message| self::signaling().read(&message);
    match Channel::open(&channel::name("/board"), read) {
        Ok(channel) => drop(signaling.announcements.replace(Some(channel))),
        Err(error) => return signaling.refuse(&error),
    }
    let name = channel::name(&format!("/page/{}", random::name()));
    let requested = name.clone();
    let granted = move || {
        let signaling = self::signaling();
        let lock = signaling.liveness_lock.borrow().as_ref().map(|(name, _)| name.clone());
        if lock == Some(requested) {
            signaling.alive.set(true);
            signaling.connect_all();
        }
    };
    let lock = Lock::request(&name, granted, |error| self::signaling().refuse(error));
    signaling.liveness_lock.replace(lock.map(|lock| (name, lock)));
}

/// Opens a transport; `on_event` is called with what happens to it.
pub(super) fn open(options: &Rc<Options>, on_event: TransportEventHandler) -> Rc<LocalTransport> {
    let state = RefCell::new(State::New);
    let transport = Rc::new(LocalTransport { name: random::name(), on_event, state });
    let signaling = signaling();
    signaling.transports.borrow_mut().push(Rc::clone(&transport));
    prepare();
    let host = signaling.host.borrow().clone();
    match host {
        Some(host) => transport.go_direct(&host),
        None => {
            signaling.request_hub(options);
            signaling.connect(&transport);
        }
    }
    transport
}

/// Closes a transport; no event follows.
pub(super) fn close(transport: &Rc<LocalTransport>) {
    match transport.state.replace(State::Closed) {
        State::Direct(host, id) => host.handle_closed(id),
        State::Channel(channel, _) => channel.post(&JsValue::NULL),
        State::New | State::Closed => {}
    }
    let signaling = signaling();
    signaling.transports.borrow_mut().retain(|known| !Rc::ptr_eq(known, transport));
    if signaling.transports.borrow().is_empty() {
        signaling.give_hub_up();
        signaling.alive.set(false);
        drop((signaling.liveness_lock.take(), signaling.announcements.take()));
    }
}

impl LocalSignaling {
    /// Requests the hub's lock, so that this page runs the hub when no other one does.
    fn request_hub(&self, options: &Rc<Options>) {
        if self.hub_lock.borrow().is_some() {
            return;
        }
        let options = Rc::clone(options);
        let granted = move || signaling().host(&options);
        // The page's own lock is refused, too, and that is reported.
        let refused = |_: &JsValue| drop(signaling().hub_lock.take());
        self.hub_lock.replace(Lock::request(&channel::name("/hub"), granted, refused));
    }

    /// The browser refuses the channel or the lock: a sandboxed frame, or a page whose storage is
    /// blocked. The next transport tries again.
    fn refuse(&self, error: &JsValue) {
        report::report(channel::LOCAL, error);
        let error = js::message(error);
        let reason = format!(
            "{NEEDS}, which the browser refuses this page: {error}. {}",
            report::advice(channel::LOCAL, "")
        );
        self.liveness_lock.take();
        self.alive.set(false);
        self.hub_lock.take();
        for transport in self.transports() {
            transport.state.replace(State::Closed);
            (transport.on_event)(TransportEvent::Unavailable(reason.clone()));
        }
    }

    /// Runs the hub from now on.
    fn host(&self, options: &Options) {
        if self.transports.borrow().is_empty() {
            return self.give_hub_up();
        }
        let host = Host::new(options);
        self.host.replace(Some(Rc::clone(&host)));
        for transport in self.transports() {
            transport.leave_channel(&host);
        }
        self.announce(&[("hub", JsValue::TRUE)]);
    }

    fn give_hub_up(&self) {
        let host = self.host.take();
        if let Some(host) = host {
            host.close();
        }
        drop(self.hub_lock.take());
    }

    fn transports(&self) -> Vec<Rc<LocalTransport>> {
        self.transports.borrow().clone()
    }

    /// Tells the hub of a transport that waits for it.
    fn connect(&self, transport: &Rc<LocalTransport>) {
        if !self.alive.get() || !transport.open_channel() {
            return;
        }
        let page = self.liveness_lock.borrow().as_ref().map(|(name, _)| name.as_str().into());
        let connect = transport.name.as_str().into();
        self.announce(&[("connect", connect), ("page", page.unwrap_or_default())]);
    }

    fn connect_all(&self) {
        for transport in self.transports() {
            self.connect(&transport);
        }
    }

    fn announce(&self, fields: &[(&str, JsValue)]) {
        if let Some(channel) = &*self.announcements.borrow() {
            channel.post(&js::object(fields));
        }
    }

    /// Reads what another page announced.
    fn read(&self, message: &JsValue) {
        let text = |key| js::field(message, key).as_string();
        let host = self.host.borrow().clone();
        match (text("connect"), text("page"), js::field(message, "hub").is_truthy()) {
            (Some(connect), Some(page), false) => {
                if let Some(host) = host {
                    host.accept(connect, page);
                }
            }
            (None, None, true) => self.handle_new_hub(),
            _ => js::warn("tt-rtc: not an announcement of another page"),
        }
    }

    /// Another page runs the hub now. Transports that are open lead to the hub before; those that
    /// wait have waited for this one.
    fn handle_new_hub(&self) {
        for transport in self.transports() {
            let lost = matches!(&*transport.state.borrow(), State::Channel(_, true));
            if lost { transport.close() } else { self.connect(&transport) }
        }
    }
}

impl LocalTransport {
    /// Sends a message to the hub, if it is there.
    pub(super) fn send(&self, message: ClientMessage) {
        let (host, id) = match &*self.state.borrow() {
            State::Direct(host, id) => (Rc::clone(host), *id),
            State::Channel(channel, true) => {
                return channel.post(&js::to_value(&message));
            }
            _ => return,
        };
        // Nothing is borrowed any more: the hub may close the transport.
        host.handle_message(id, message);
    }

    fn go_direct(self: &Rc<Self>, host: &Rc<Host>) {
        let transport = Rc::downgrade(self);
        let id = host.attach(transport);
        drop(self.state.replace(State::Direct(Rc::clone(host), id)));
        (self.on_event)(TransportEvent::Open);
    }

    /// The hub is in this page now.
    fn leave_channel(self: &Rc<Self>, host: &Rc<Host>) {
        let state = self.state.replace(State::New);
        match state {
            State::New | State::Channel(_, false) => self.go_direct(host),
            // It led to the hub before, which is no more.
            State::Channel(_, true) => self.close(),
            other => drop(self.state.replace(other)),
        }
    }

    /// Opens the channel to a hub in another page. Whether there is one that still waits for it.
    fn open_channel(self: &Rc<Self>) -> bool {
        if matches!(&*self.state.borrow(), State::New) {
            let this = Rc::downgrade(self);
            let channel = Channel::open(&channel::name(&format!("/{}", self.name)), move |data| {
                if let Some(transport) = this.upgrade() {
                    transport.read(&data);
                }
            });
            if let Ok(channel) = channel {
                self.state.replace(State::Channel(channel, false));
            }
        }
        matches!(&*self.state.borrow(), State::Channel(_, false))
    }

    /// Reads what came over the channel: `true` opens it, `null` closes it, all else is a message.
    fn read(&self, data: &JsValue) {
        if data.as_bool() == Some(true) && self.opens() {
            (self.on_event)(TransportEvent::Open);
        } else if data.is_null() {
            self.close();
        } else {
            match serde_wasm_bindgen::from_value(data.clone()) {
                Ok(message) => self.receive(message),
                Err(error) => js::warn(&format!("tt-rtc: not a message of the hub: {error}")),
            }
        }
    }

    /// Whether the channel was not open before.
    fn opens(&self) -> bool {
        match &mut *self.state.borrow_mut() {
            State::Channel(_, open) => !mem::replace(open, true),
            _ => false,
        }
    }
}

impl DirectTransport for LocalTransport {
    fn receive(&self, message: ServerMessage) {
        (self.on_event)(TransportEvent::Message(message));
    }

    fn close(&self) {
        drop(self.state.replace(State::Closed));
        (self.on_event)(TransportEvent::Closed);
    }
}
