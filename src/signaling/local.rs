//! Signaling without a server, between the tabs and frames of one origin in one browser.
//!
//! One page runs the hub: the one that holds the hub's lock. A page asks for that lock as soon as
//! it wants a link, and gives it up when it has none any more; then the next one in the queue runs
//! a new hub, which knows nothing, and everybody comes back to it as after the restart of a server.
//!
//! - In the page of the hub, a link is a call from one to the other ([`Host`]).
//! - From another page it is a channel that only these two know. The page announces its name on the
//!   board, a channel that all listen to; a new hub announces itself there.
//! - Each page holds a lock of its own as long as it lives. A hub that asks for that lock gets it
//!   when the page is gone, and so learns of it at once.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use tt_rtc_room::ConnectionId;
use tt_rtc_room::error::Failure;
use tt_rtc_room::protocol::{ClientMessage, ServerMessage};
use wasm_bindgen::JsValue;

use super::channel::{self, Channel, Lock};
use super::host::{DirectTransport, Host};
use super::transport::{Options, TransportEvent};
use crate::{js, random};

/// A connection to the hub, wherever that is.
pub(crate) struct LocalTransport {
    /// The name of its channel, if it comes to that.
    name: String,
    hear: Box<dyn Fn(TransportEvent)>,
    way: RefCell<Way>,
}

/// How a link reaches the hub.
enum Way {
    /// Not yet.
    None,
    /// The hub is in this page.
    Direct(Rc<Host>, ConnectionId),
    /// The hub is in another page; whether it has answered.
    Channel(Channel, bool),
    /// Not any more.
    Closed,
}

#[derive(Default)]
struct Page {
    links: RefCell<Vec<Rc<LocalTransport>>>,
    board: RefCell<Option<Channel>>,
    /// The lock that tells that this page lives, and its name.
    life: RefCell<Option<(String, Lock)>>,
    alive: Cell<bool>,
    hub_lock: RefCell<Option<Lock>>,
    host: RefCell<Option<Rc<Host>>>,
}

thread_local! {
    static PAGE: Rc<Page> = Rc::default();
}

fn page() -> Rc<Page> {
    PAGE.with(Rc::clone)
}

/// Whether the browser has what this takes.
pub(super) fn supported() -> Result<(), Failure> {
    if channel::available() {
        return Ok(());
    }
    let detail = "calls without a server need Web Locks and BroadcastChannel, which a browser gives \
                  only to pages from https or localhost";
    Err(Failure::join(detail))
}

/// Listens to the board and takes this page's lock. A page with either cannot enter the back/forward
/// cache. So it has them only while it has a link.
fn prepare() {
    let page = page();
    if page.life.borrow().is_some() || !channel::available() {
        return;
    }
    let name = channel::name(&format!("/page/{}", random::name()));
    let requested = name.clone();
    let life = Lock::request(&name, move || {
        let page = self::page();
        if page.life.borrow().as_ref().is_some_and(|(name, _)| *name == requested) {
            page.alive.set(true);
            page.call_all();
        }
    });
    page.life.replace(life.map(|lock| (name, lock)));
    let board = Channel::open(&channel::name("/board"), |message| self::page().read(&message));
    page.board.replace(board);
}

/// Opens a link; `hear` is called with what comes over it.
pub(super) fn open(options: &Rc<Options>, hear: Box<dyn Fn(TransportEvent)>) -> Rc<LocalTransport> {
    prepare();
    let link = Rc::new(LocalTransport { name: random::name(), hear, way: RefCell::new(Way::None) });
    let page = page();
    page.links.borrow_mut().push(Rc::clone(&link));
    let host = page.host.borrow().clone();
    match host {
        Some(host) => link.go_direct(&host),
        None => {
            page.ask_for_hub(options);
            page.call(&link);
        }
    }
    link
}

/// Closes a link; nothing more is heard of it.
pub(super) fn close(link: &Rc<LocalTransport>) {
    match link.way.replace(Way::Closed) {
        Way::Direct(host, id) => host.handle_closed(id),
        Way::Channel(channel, _) => channel.post(&JsValue::NULL),
        Way::None | Way::Closed => {}
    }
    let page = page();
    page.links.borrow_mut().retain(|known| !Rc::ptr_eq(known, link));
    if page.links.borrow().is_empty() {
        page.give_hub_up();
        page.alive.set(false);
        drop((page.life.take(), page.board.take()));
    }
}

impl Page {
    /// Asks for the hub's lock, so that this page runs the hub when no other one does.
    fn ask_for_hub(&self, options: &Rc<Options>) {
        if self.hub_lock.borrow().is_some() {
            return;
        }
        let options = Rc::clone(options);
        self.hub_lock.replace(Lock::request(&channel::name("/hub"), move || page().host(&options)));
    }

    /// Runs the hub from now on.
    fn host(&self, options: &Options) {
        if self.links.borrow().is_empty() {
            return self.give_hub_up();
        }
        let host = Host::new(options);
        self.host.replace(Some(Rc::clone(&host)));
        for link in self.links() {
            link.leave_channel(&host);
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

    fn links(&self) -> Vec<Rc<LocalTransport>> {
        self.links.borrow().clone()
    }

    /// Tells the hub of a link that wants to reach it.
    fn call(&self, link: &Rc<LocalTransport>) {
        if !self.alive.get() || !link.open_channel() {
            return;
        }
        let life = self.life.borrow().as_ref().map(|(name, _)| name.as_str().into());
        let connect = link.name.as_str().into();
        self.announce(&[("connect", connect), ("page", life.unwrap_or_default())]);
    }

    fn call_all(&self) {
        for link in self.links() {
            self.call(&link);
        }
    }

    fn announce(&self, fields: &[(&str, JsValue)]) {
        if let Some(board) = &*self.board.borrow() {
            board.post(&js::object(fields));
        }
    }

    /// Reads what another page put on the board.
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
            _ => js::warn("tt-rtc: what came over the board is no announcement"),
        }
    }

    /// Another page runs the hub now: what is open leads nowhere, what waits has waited for this.
    fn handle_new_hub(&self) {
        for link in self.links() {
            let lost = matches!(&*link.way.borrow(), Way::Channel(_, true));
            if lost { link.break_off() } else { self.call(&link) }
        }
    }
}

impl LocalTransport {
    pub(super) fn send(&self, message: ClientMessage) {
        let (host, id) = match &*self.way.borrow() {
            Way::Direct(host, id) => (Rc::clone(host), *id),
            Way::Channel(channel, true) => {
                return channel.post(&js::to_value(&message));
            }
            _ => return,
        };
        // Nothing is borrowed any more: the answer may be that the link is to be closed.
        host.handle_message(id, message);
    }

    fn go_direct(self: &Rc<Self>, host: &Rc<Host>) {
        let link = Rc::downgrade(self);
        let id = host.attach(link);
        drop(self.way.replace(Way::Direct(Rc::clone(host), id)));
        (self.hear)(TransportEvent::Open);
    }

    /// The hub is in this page now.
    fn leave_channel(self: &Rc<Self>, host: &Rc<Host>) {
        let way = self.way.replace(Way::None);
        match way {
            Way::None | Way::Channel(_, false) => self.go_direct(host),
            // It led to the hub before, which is no more.
            Way::Channel(_, true) => self.break_off(),
            other => drop(self.way.replace(other)),
        }
    }

    /// Opens the channel to a hub in another page. Whether there is one that still waits for it.
    fn open_channel(self: &Rc<Self>) -> bool {
        if matches!(&*self.way.borrow(), Way::None) {
            let this = Rc::downgrade(self);
            let channel = Channel::open(&channel::name(&format!("/{}", self.name)), move |data| {
                if let Some(link) = this.upgrade() {
                    link.read(&data);
                }
            });
            if let Some(channel) = channel {
                self.way.replace(Way::Channel(channel, false));
            }
        }
        matches!(&*self.way.borrow(), Way::Channel(_, false))
    }

    /// Reads what came over the channel: `true` opens it, `null` closes it, all else is said.
    fn read(&self, data: &JsValue) {
        if data.as_bool() == Some(true) && self.opens() {
            (self.hear)(TransportEvent::Open);
        } else if data.is_null() {
            self.break_off();
        } else {
            match serde_wasm_bindgen::from_value(data.clone()) {
                Ok(message) => self.hear(message),
                Err(error) => js::warn(&format!("tt-rtc: not a message of the hub: {error}")),
            }
        }
    }

    /// Whether the channel was not open before.
    fn opens(&self) -> bool {
        match &mut *self.way.borrow_mut() {
            Way::Channel(_, open) => !std::mem::replace(open, true),
            _ => false,
        }
    }
}

impl DirectTransport for LocalTransport {
    fn hear(&self, message: ServerMessage) {
        (self.hear)(TransportEvent::Message(message));
    }

    fn break_off(&self) {
        drop(self.way.replace(Way::Closed));
        (self.hear)(TransportEvent::Closed);
    }
}
