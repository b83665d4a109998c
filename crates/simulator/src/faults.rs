//! What is wrong with the network of a phone, and of how many phones at once.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::watch;

/// How many phones may be connected at once.
const MOST_PHONES: usize = 256;
/// How many addresses of its own a phone may name; a peer connection has a handful.
const MOST_SOCKETS: usize = 4096;
/// The longest delay of one way, in milliseconds.
const LONGEST_DELAY: f64 = 60_000.0;

/// What a phone's surroundings do to its network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Faults {
    /// Nothing of sound and pictures gets through.
    pub(crate) media: bool,
    /// The hub cannot be reached.
    pub(crate) signaling: bool,
    /// Added to each way, in milliseconds.
    pub(crate) delay: f64,
    /// Part of the media packets lost, 0 to 1.
    pub(crate) loss: f64,
}

impl Faults {
    /// What `delay` says, within reason.
    pub(crate) fn delay(&self) -> Duration {
        let milliseconds =
            if self.delay.is_finite() { self.delay.clamp(0.0, LONGEST_DELAY) } else { 0.0 };
        Duration::from_secs_f64(milliseconds / 1000.0)
    }

    /// What both together do to a packet: nothing where it is lost, else how long it takes.
    pub(crate) fn pass(&self, other: &Self) -> Option<Duration> {
        let lost = |faults: &Self| faults.media || fastrand::f64() < faults.loss;
        (!lost(self) && !lost(other)).then(|| self.delay() + other.delay())
    }
}

/// The phones that are there. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Phones(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    phones: HashMap<String, Arc<Phone>>,
    /// Whose socket it is, by address (or the name that stands for it) and port.
    sockets: HashMap<(String, u16), Arc<Phone>>,
}

/// One phone, as long as its page is there.
#[derive(Debug)]
pub(crate) struct Phone {
    id: String,
    /// The machine its browser runs on, as seen from here.
    pub(crate) address: IpAddr,
    faults: watch::Sender<Faults>,
}

/// A phone that is there until this is dropped.
#[derive(Debug)]
pub(crate) struct Presence {
    phones: Phones,
    phone: Arc<Phone>,
}

impl Phones {
    /// A phone comes; nothing if there are too many. Another one of the same name is forgotten.
    pub(crate) fn enter(&self, id: &str, address: IpAddr) -> Option<Presence> {
        let mut known = self.lock();
        if known.phones.len() >= MOST_PHONES && !known.phones.contains_key(id) {
            return None;
        }
        let faults = watch::Sender::new(Faults::default());
        let phone = Arc::new(Phone { id: id.to_owned(), address, faults });
        known.phones.insert(id.to_owned(), Arc::clone(&phone));
        Some(Presence { phones: self.clone(), phone })
    }

    /// The phone of this name.
    pub(crate) fn find(&self, id: &str) -> Option<Arc<Phone>> {
        self.lock().phones.get(id).cloned()
    }

    /// Whether one of them is on the machine of this address.
    pub(crate) fn are_at(&self, address: IpAddr) -> bool {
        self.lock().phones.values().any(|phone| phone.address == address)
    }

    /// The phone whose socket this is.
    pub(crate) fn owner(&self, address: &str, port: u16) -> Option<Arc<Phone>> {
        self.lock().sockets.get(&(address.to_owned(), port)).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Phone {
    /// As they are now.
    pub(crate) fn faults(&self) -> Faults {
        *self.faults.borrow()
    }

    /// As they are and will be.
    pub(crate) fn watch(&self) -> watch::Receiver<Faults> {
        self.faults.subscribe()
    }
}

impl Presence {
    /// The phone itself.
    pub(crate) fn phone(&self) -> &Arc<Phone> {
        &self.phone
    }

    /// From now on its network is like this.
    pub(crate) fn set_faults(&self, faults: Faults) {
        self.phone.faults.send_replace(faults);
    }

    /// The phone says that this socket is its own.
    pub(crate) fn owns(&self, address: &str, port: u16) {
        let mut known = self.phones.lock();
        let own = known.sockets.values().filter(|owner| Arc::ptr_eq(owner, &self.phone)).count();
        if own < MOST_SOCKETS {
            known.sockets.insert((address.to_owned(), port), Arc::clone(&self.phone));
        }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let mut known = self.phones.lock();
        known.sockets.retain(|_, owner| !Arc::ptr_eq(owner, &self.phone));
        let same = |phone: &Arc<Phone>| Arc::ptr_eq(phone, &self.phone);
        if known.phones.get(&self.phone.id).is_some_and(same) {
            known.phones.remove(&self.phone.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use super::{Faults, Phones};

    fn faults(delay: f64, loss: f64) -> Faults {
        Faults { delay, loss, ..Faults::default() }
    }

    #[test]
    fn the_faults_of_both_ends_add_up() {
        let none = Faults::default();
        assert_eq!(none.pass(&none), Some(Duration::ZERO));
        assert_eq!(faults(30.0, 0.0).pass(&faults(12.5, 0.0)), Some(Duration::from_micros(42_500)));
        assert_eq!(none.pass(&faults(0.0, 1.0)), None);
        assert_eq!(Faults { media: true, ..none }.pass(&none), None);
        assert_eq!(Faults { signaling: true, ..none }.pass(&none), Some(Duration::ZERO));
    }

    #[test]
    fn nonsense_does_no_harm() {
        assert_eq!(faults(f64::NAN, f64::NAN).pass(&faults(-5.0, -1.0)), Some(Duration::ZERO));
        assert_eq!(faults(1e300, 0.0).delay(), Duration::from_secs(60));
    }

    #[test]
    fn a_phone_that_goes_takes_its_sockets_along() {
        let phones = Phones::default();
        let here = Ipv4Addr::LOCALHOST.into();
        let presence = phones.enter("1", here).unwrap();
        presence.owns("a.local", 5000);
        assert!(phones.find("1").is_some() && phones.owner("a.local", 5000).is_some());
        drop(presence);
        assert!(phones.find("1").is_none() && phones.owner("a.local", 5000).is_none());
    }

    #[test]
    fn a_phone_that_came_again_stays_when_its_old_page_goes() {
        let phones = Phones::default();
        let here = Ipv4Addr::LOCALHOST.into();
        let old = phones.enter("1", here).unwrap();
        let new = phones.enter("1", here).unwrap();
        new.owns("a.local", 5000);
        drop(old);
        assert!(phones.find("1").is_some() && phones.owner("a.local", 5000).is_some());
    }

    #[test]
    fn too_many_phones_are_turned_away() {
        let phones = Phones::default();
        let here = Ipv4Addr::LOCALHOST.into();
        let all: Vec<_> = (0..256).map(|id| phones.enter(&id.to_string(), here).unwrap()).collect();
        assert!(phones.enter("one more", here).is_none());
        drop(all);
        assert!(phones.enter("one more", here).is_some());
    }
}
