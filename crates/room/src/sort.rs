//! Sorting that weighs little.
//!
//! The standard library's sort is compiled anew for each type, into 3 kB of wasm each time, and
//! somebody downloads that before a call can start. Here only comparing and swapping are.

/// Sorts in place, in `O(n log n)` whatever the order before. What is equal may change places.
pub(crate) fn sort_by<T>(items: &mut [T], is_less: impl Fn(&T, &T) -> bool) {
    let length = items.len();
    heapsort(&mut Items { items, is_less }, length);
}

/// What can be sorted, by the places of what it consists of.
trait Sortable {
    fn is_less(&self, left: usize, right: usize) -> bool;
    fn swap(&mut self, left: usize, right: usize);
}

struct Items<'a, T, F> {
    items: &'a mut [T],
    is_less: F,
}

impl<T, F: Fn(&T, &T) -> bool> Sortable for Items<'_, T, F> {
    fn is_less(&self, left: usize, right: usize) -> bool {
        let pair = self.items.get(left).zip(self.items.get(right));
        pair.is_some_and(|(left, right)| (self.is_less)(left, right))
    }

    fn swap(&mut self, left: usize, right: usize) {
        self.items.swap(left, right);
    }
}

fn heapsort(items: &mut dyn Sortable, length: usize) {
    for root in (0..length / 2).rev() {
        sift_down(items, root, length);
    }
    for end in (1..length).rev() {
        items.swap(0, end);
        sift_down(items, 0, end);
    }
}

/// Makes a heap of what is below `root`, where only `root` itself may be out of place.
fn sift_down(items: &mut dyn Sortable, mut root: usize, end: usize) {
    loop {
        let mut greatest = root;
        for child in [2 * root + 1, 2 * root + 2] {
            if child < end && items.is_less(greatest, child) {
                greatest = child;
            }
        }
        if greatest == root {
            return;
        }
        items.swap(root, greatest);
        root = greatest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_order_before_it_is_sorted() {
        let orders = [
            vec![],
            vec![1],
            vec![2, 1],
            (0..100).collect(),
            (0..100).rev().collect(),
            (0..1000).map(|number| number * 7919 % 1009).collect(),
            (0..1000).map(|number| number * 7919 % 10).collect(),
            vec![5; 100],
        ];
        for mut numbers in orders {
            let mut expected = numbers.clone();
            expected.sort_unstable();
            sort_by(&mut numbers, |left, right| left < right);
            assert_eq!(numbers, expected);
        }
    }
}
