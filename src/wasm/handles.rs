//! What JavaScript holds by number.

/// Values by handle. A number is given out once, so that a stale one never means something else; 0 is none.
pub(super) struct Handles<T> {
    next: u32,
    /// By their numbers, in order.
    live: Vec<(u32, T)>,
}

impl<T> Handles<T> {
    pub(super) const fn new() -> Self {
        Self { next: 1, live: Vec::new() }
    }

    pub(super) fn insert(&mut self, value: T) -> u32 {
        let handle = self.next;
        self.next += 1;
        self.live.push((handle, value));
        handle
    }

    pub(super) fn get(&self, handle: u32) -> Option<&T> {
        self.live.get(self.place(handle)?).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, handle: u32) -> Option<&mut T> {
        let place = self.place(handle)?;
        self.live.get_mut(place).map(|(_, value)| value)
    }

    pub(super) fn remove(&mut self, handle: u32) {
        if let Some(place) = self.place(handle) {
            self.live.remove(place);
        }
    }

    fn place(&self, handle: u32) -> Option<usize> {
        self.live.binary_search_by_key(&handle, |(known, _)| *known).ok()
    }
}
