//! The connections of this page, and which page runs the hub.

use std::cell::{Cell, RefCell};
use std::mem;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use js_sys::{Error, Function};
use tt_rtc_browser::task::spawn_local;
use tt_rtc_browser::{js, random, report};
use tt_rtc_room::ConnectionId;
use wasm_bindgen::prelude::*;

use crate::Options;
use crate::channel::{self, Channel, Lock};
use crate::host::{DirectConnection, Host};

/// What is reported as refused.
const LOCAL: &str = "local signaling";

/// A connection to the hub, wherever that is.
struct Connection {
    /// The name of its channel, for a hub in another page.
    name: String,
    on_event: Function,
    state: RefCell<State>,
}

/// Where the hub is that a connection leads to.
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
struct Signaling {
    connections: RefCell<Vec<Rc<Connection>>>,
    announcements: RefCell<Option<Channel>>,
    /// The lock that tells that this page lives, and its name.
    liveness_lock: RefCell<Option<(String, Lock)>>,
    /// Whether that lock is held.
    alive: Cell<bool>,
    hub_lock: RefCell<Option<Lock>>,
    host: RefCell<Option<Rc<Host>>>,
    /// Ends all of this if no connection is opened in the current task.
    ending: RefCell<Option<Timeout>>,
}

thread_local! {
    static SIGNALING: Rc<Signaling> = Rc::default();
}

fn signaling() -> Rc<Signaling> {
    SIGNALING.with(Rc::clone)
}

/// Opens a connection; the result takes what is sent over it. Events come after this has returned.
pub(crate) fn connect(options: Options, on_event: Function) -> JsValue {
    let state = RefCell::new(State::New);
    let connection = Rc::new(Connection { name: random::name(), on_event, state });
    let opening = Rc::clone(&connection);
    spawn_local(async move { signaling().open(opening, options) });
    let send = move |message: JsValue| match message.is_null() {
        true => signaling().close(&connection),
        false => connection.send(&message),
    };
    Closure::<dyn Fn(JsValue)>::new(send).into_js_value()
}

impl Signaling {
    fn open(&self, connection: Rc<Connection>, options: Options) {
        if matches!(&*connection.state.borrow(), State::Closed) {
            return;
        }
        self.connections.borrow_mut().push(Rc::clone(&connection));
        self.prepare();
        let host = self.host.borrow().clone();
        match host {
            Some(host) => connection.go_direct(&host),
            None => {
                self.request_hub(options);
                self.connect(&connection);
            }
        }
    }

    /// Closes a connection; no event follows.
    fn close(&self, connection: &Rc<Connection>) {
        let state = connection.state.replace(State::Closed);
        self.connections.borrow_mut().retain(|known| !Rc::ptr_eq(known, connection));
        match state {
            State::Direct(host, id) => host.handle_closed(id),
            State::Channel(channel, _) => channel.post(&JsValue::NULL),
            State::New => {}
            // The connection is broken, and the engine may open the next one in this task. Giving
            // up the hub in between would disconnect all other pages, and the page that runs the
            // next hub would do the same.
            State::Closed => {
                let end = Timeout::new(0, || signaling().end_if_unused());
                drop(self.ending.replace(Some(end)));
                return;
            }
        }
        self.end_if_unused();
    }

    /// Gives up the hub and all else that a page without a connection does not need.
    fn end_if_unused(&self) {
        if self.connections.borrow().is_empty() {
            self.give_hub_up();
            self.alive.set(false);
            drop((self.liveness_lock.take(), self.announcements.take()));
        }
    }

    /// Listens to the announcements and requests this page's lock. A page with either cannot enter
    /// the back/forward cache. So it has them only while it has a connection.
    fn prepare(&self) {
        if self.liveness_lock.borrow().is_some() {
            return;
        }
        match Channel::open(&channel::name("/announcements"), |message| signaling().read(&message))
        {
            Ok(channel) => drop(self.announcements.replace(Some(channel))),
            Err(error) => return self.refuse(&error),
        }
        let name = channel::name(&format!("/page/{}", random::name()));
        let granted = || {
            let signaling = signaling();
            signaling.alive.set(true);
            signaling.connect_all();
        };
        let lock = Lock::request(&name, granted, |error| signaling().refuse(error));
        self.liveness_lock.replace(lock.map(|lock| (name, lock)));
    }

    /// Requests the hub's lock, so that this page runs the hub when no other one does.
    fn request_hub(&self, options: Options) {
        if self.hub_lock.borrow().is_some() {
            return;
        }
        let granted = move || signaling().host(options);
        // The page's own lock is refused, too, and that is reported.
        let refused = |_: &JsValue| drop(signaling().hub_lock.take());
        self.hub_lock.replace(Lock::request(&channel::name("/hub"), granted, refused));
    }

    /// The browser refuses the channel or the lock: a sandboxed frame, or a page whose storage is
    /// blocked. The next connection tries again.
    fn refuse(&self, error: &JsValue) {
        report::report(LOCAL, error);
        let reason = format!(
            "calls without a server need Web Locks and BroadcastChannel, which the browser refuses \
             this page: {}. {}",
            js::message(error),
            report::advice(LOCAL, "")
        );
        self.liveness_lock.take();
        self.alive.set(false);
        self.hub_lock.take();
        for connection in self.connections() {
            connection.state.replace(State::Closed);
            connection.tell(&Error::new(&reason));
        }
    }

    /// Runs the hub from now on.
    fn host(&self, options: Options) {
        if self.connections.borrow().is_empty() {
            return self.give_hub_up();
        }
        let host = Host::new(options);
        self.host.replace(Some(Rc::clone(&host)));
        for connection in self.connections() {
            connection.leave_channel(&host);
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

    fn connections(&self) -> Vec<Rc<Connection>> {
        self.connections.borrow().clone()
    }

    /// Tells the hub of a connection that waits for it.
    fn connect(&self, connection: &Rc<Connection>) {
        if !self.alive.get() || !connection.open_channel() {
            return;
        }
        let page = self.liveness_lock.borrow().as_ref().map(|(name, _)| name.as_str().into());
        let connect = connection.name.as_str().into();
        self.announce(&[("connect", connect), ("page", page.unwrap_or_default())]);
    }

    fn connect_all(&self) {
        for connection in self.connections() {
            self.connect(&connection);
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

    /// Another page runs the hub now. Connections that are open lead to the hub before; those that
    /// wait have waited for this one.
    fn handle_new_hub(&self) {
        for connection in self.connections() {
            let lost = matches!(&*connection.state.borrow(), State::Channel(_, true));
            if lost { connection.close() } else { self.connect(&connection) }
        }
    }
}

impl Connection {
    /// Sends a message to the hub, if it is there.
    fn send(&self, message: &JsValue) {
        let (host, id) = match &*self.state.borrow() {
            State::Direct(host, id) => (Rc::clone(host), *id),
            State::Channel(channel, true) => return channel.post(message),
            _ => return,
        };
        // Nothing is borrowed any more: the hub may close the connection.
        host.read(id, message);
    }

    fn go_direct(self: &Rc<Self>, host: &Rc<Host>) {
        let connection = Rc::downgrade(self);
        let id = host.attach(connection);
        drop(self.state.replace(State::Direct(Rc::clone(host), id)));
        self.tell(&JsValue::TRUE);
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
                if let Some(connection) = this.upgrade() {
                    connection.handle(&data);
                }
            });
            if let Ok(channel) = channel {
                self.state.replace(State::Channel(channel, false));
            }
        }
        matches!(&*self.state.borrow(), State::Channel(_, false))
    }

    /// What came over the channel: `true` opens it, `null` closes it, all else is a message.
    fn handle(&self, data: &JsValue) {
        if data.is_null() {
            self.close();
        } else if data.as_bool() != Some(true) || self.opens() {
            self.tell(data);
        }
    }

    /// Whether the channel was not open before.
    fn opens(&self) -> bool {
        match &mut *self.state.borrow_mut() {
            State::Channel(_, open) => !mem::replace(open, true),
            _ => false,
        }
    }

    fn tell(&self, event: &JsValue) {
        // Throws only where the library has panicked, which says so itself.
        let _ = self.on_event.call1(&JsValue::UNDEFINED, event);
    }
}

impl DirectConnection for Connection {
    fn receive(&self, message: &JsValue) {
        self.tell(message);
    }

    fn close(&self) {
        drop(self.state.replace(State::Closed));
        self.tell(&JsValue::NULL);
    }
}
