//! What JavaScript holds by number.

/// Values by handle. A number is given out once, so that a stale one never means something else; 0 is none.
pub(super) struct Handles<T> {
    next: u32,
    live: std::collections::BTreeMap<u32, T>,
}

impl<T> Handles<T> {
    pub(super) const fn new() -> Self {
        Self { next: 1, live: std::collections::BTreeMap::new() }
    }

    pub(super) fn insert(&mut self, value: T) -> u32 {
        let handle = self.next;
        self.next += 1;
        self.live.insert(handle, value);
        handle
    }

    pub(super) fn get(&self, handle: u32) -> Option<&T> {
        self.live.get(&handle)
    }

    pub(super) fn get_mut(&mut self, handle: u32) -> Option<&mut T> {
        self.live.get_mut(&handle)
    }

    pub(super) fn remove(&mut self, handle: u32) {
        self.live.remove(&handle);
    }
}
