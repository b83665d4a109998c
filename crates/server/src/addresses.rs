//! The limit of connections per address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The numbers of connections per address.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    /// Has no entry for an address without connections.
    counts: Mutex<HashMap<IpAddr, usize>>,
}

/// Counts as one connection of an address until it is dropped.
#[derive(Debug)]
pub(crate) struct ConnectionPermit {
    addresses: Arc<Addresses>,
    address: IpAddr,
}

impl Addresses {
    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a connection of an address. Returns `None` if the address has `limit` connections.
    pub(crate) fn try_acquire(
        self: &Arc<Self>,
        address: IpAddr,
        limit: usize,
    ) -> Option<ConnectionPermit> {
        let address = counted_address(address);
        let mut counts = self.lock();
        let count = counts.entry(address).or_default();
        if *count >= limit {
            return None;
        }
        *count += 1;
        Some(ConnectionPermit { addresses: Arc::clone(self), address })
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut counts = self.addresses.lock();
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

/// The address by which connections are counted. A subscriber gets at least a /64 of IPv6 (RFC 6177),
/// so all addresses of a /64 count as one. An IPv4-mapped IPv6 address counts as IPv4.
pub(crate) fn counted_address(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => ipv6_prefix(address).into(),
        address @ IpAddr::V4(_) => address,
    }
}

/// The /64 prefix of an IPv6 address.
fn ipv6_prefix(address: Ipv6Addr) -> Ipv6Addr {
    let [a, b, c, d, ..] = address.segments();
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gets_no_more_permits_than_the_limit_and_returns_them() {
        let addresses = Arc::new(Addresses::default());
        let try_acquire = |text: &str| addresses.try_acquire(text.parse().unwrap(), 2);
        let (first, second) = (try_acquire("192.0.2.1"), try_acquire("::ffff:192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(try_acquire("192.0.2.1").is_none(), "both were the same address");
        assert!(try_acquire("192.0.2.2").is_some());
        drop(first);
        assert!(try_acquire("192.0.2.1").is_some());
        drop(second);
        assert!(addresses.lock().is_empty(), "nothing is kept of those who are gone");
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_count_as_one() {
        let addresses = Arc::new(Addresses::default());
        let try_acquire = |text: &str| addresses.try_acquire(text.parse().unwrap(), 1);
        let first = try_acquire("2001:db8::1");
        assert!(first.is_some());
        assert!(try_acquire("2001:db8::2").is_none());
        assert!(try_acquire("2001:db8:0:1::1").is_some());
    }
}
