//! The rate limits of joins.
//!
//! A join costs others more than the one who joins: all members of the room are told, and each makes a
//! peer connection. A session also stays for a while after its connection has ended. So joins are
//! limited by the address of the client, by user and by room.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::time::sleep;
use tt_rtc_room::protocol::Join;

use crate::addresses::counted_address;
use crate::config::LimitsConfig;

/// How often what is known of keys without recent joins is dropped.
pub(crate) const CLEAN_UP_EVERY: Duration = Duration::from_secs(10);

/// How many joins a client costs its address that floods the server.
const PENALTY: u32 = 50;
/// The most joins that an address can owe. Behind it may be others, who have to wait as well.
const MAX_DEBT: u32 = 10 * PENALTY;

/// The rate limits of joins.
#[derive(Debug)]
pub(crate) struct Admission {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    /// The joins that addresses owe, because a client of theirs has flooded the server.
    debts: Mutex<HashMap<IpAddr, u32>>,
    /// By the hash of app, room, user and address. With the address, a stranger who joins as the same
    /// user does not use up the limit of others.
    users: DefaultKeyedRateLimiter<u64>,
    /// By the hash of app and room.
    rooms: DefaultKeyedRateLimiter<u64>,
    /// Has a random key, so that clients cannot choose ids with the same hash.
    hasher: RandomState,
}

/// Which limit does not allow a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    Address,
    User,
    Room,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "too many joins from this address",
            Self::User => "too many joins of this user",
            Self::Room => "too many joins to this room",
        })
    }
}

impl Admission {
    pub(crate) fn new(limits: &LimitsConfig) -> Self {
        Self {
            addresses: RateLimiter::keyed(quota(
                limits.joins_per_address,
                limits.join_burst_per_address,
            )),
            debts: Mutex::default(),
            users: RateLimiter::keyed(quota(limits.joins_per_user, limits.join_burst_per_user)),
            rooms: RateLimiter::keyed(quota(limits.joins_per_room, limits.join_burst_per_room)),
            hasher: RandomState::new(),
        }
    }

    /// Counts a join. One that the hub will refuse (`valid` is false) counts for its address only, so
    /// that a stranger without a token cannot use up the limit of a room.
    ///
    /// # Errors
    /// The limit that does not allow it.
    pub(crate) fn admit(
        &self,
        address: Option<IpAddr>,
        join: &Join,
        valid: bool,
    ) -> Result<(), Refused> {
        let address = address.map(counted_address);
        if let Some(address) = &address {
            self.pay(address)?;
            self.addresses.check_key(address).map_err(|_| Refused::Address)?;
        }
        if !valid {
            return Ok(());
        }
        let Join { app, room, user, .. } = join;
        let user = self.hash((app, room, user, address));
        self.users.check_key(&user).map_err(|_| Refused::User)?;
        self.rooms.check_key(&self.hash((app, room))).map_err(|_| Refused::Room)
    }

    /// Counts further joins of an address, whose client has exceeded the limits of its connection:
    /// connecting again would give it the whole burst of a connection again.
    pub(crate) fn punish(&self, address: IpAddr) {
        let mut debts = self.debts();
        let debt = debts.entry(counted_address(address)).or_default();
        *debt = (*debt + PENALTY).min(MAX_DEBT);
    }

    /// Takes the joins that an address owes.
    ///
    /// # Errors
    /// When it owes more than it has.
    fn pay(&self, address: &IpAddr) -> Result<(), Refused> {
        let mut debts = self.debts();
        let Some(debt) = debts.get_mut(address) else { return Ok(()) };
        while *debt > 0 {
            self.addresses.check_key(address).map_err(|_| Refused::Address)?;
            *debt -= 1;
        }
        debts.remove(address);
        Ok(())
    }

    fn debts(&self) -> MutexGuard<'_, HashMap<IpAddr, u32>> {
        self.debts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hash(&self, key: impl Hash) -> u64 {
        self.hasher.hash_one(key)
    }

    /// Drops what is known of keys without recent joins, again and again.
    pub(crate) async fn clean_up(self: Arc<Self>) {
        loop {
            sleep(CLEAN_UP_EVERY).await;
            let owing: Vec<_> = self.debts().keys().copied().collect();
            for address in owing {
                // Who does not come back pays all the same.
                let _: Result<_, _> = self.pay(&address);
            }
            self.addresses.retain_recent();
            self.users.retain_recent();
            self.rooms.retain_recent();
            self.addresses.shrink_to_fit();
            self.users.shrink_to_fit();
            self.rooms.shrink_to_fit();
        }
    }
}

/// A quota per second. A limit of 0 is taken as 1; the configuration refuses it.
pub(crate) fn quota(rate: u32, burst: u32) -> Quota {
    let nonzero = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(nonzero(rate)).allow_burst(nonzero(burst))
}
