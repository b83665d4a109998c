//! A set in a sorted vector.

use litemap::LiteMap;

/// A set that keeps its items in order. Lookup is a binary search. Insertion and removal move the
/// items behind.
#[derive(Debug)]
pub(super) struct SortedSet<T: Ord>(LiteMap<T, ()>);

impl<T: Ord> Default for SortedSet<T> {
    fn default() -> Self {
        Self(LiteMap::new())
    }
}

impl<T: Ord> SortedSet<T> {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn contains(&self, item: &T) -> bool {
        self.0.contains_key(item)
    }

    /// The smallest item.
    pub(super) fn first(&self) -> Option<&T> {
        self.0.first().map(|(item, ())| item)
    }

    /// All items in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.keys()
    }

    pub(super) fn insert(&mut self, item: T) {
        self.0.insert(item, ());
    }

    pub(super) fn remove(&mut self, item: &T) {
        self.0.remove(item);
    }
}
