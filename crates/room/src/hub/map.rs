//! The maps of a hub.
//!
//! A hub in a browser tab has a handful of entries, and its code is downloaded: a sorted vector. A
//! hub in a server has tens of thousands, where an insertion must not move all the others: a tree.
//! Both are sorted, so a hub does the same everywhere.

#[cfg(target_arch = "wasm32")]
pub(super) type Map<K, V> = litemap::LiteMap<K, V>;

#[cfg(not(target_arch = "wasm32"))]
pub(super) type Map<K, V> = std::collections::BTreeMap<K, V>;
