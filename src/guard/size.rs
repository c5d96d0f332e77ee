//! How large a snapshot may become, and what is forgotten before anything is refused for want of room.

use super::state::State;

/// The longest that a state may be as JSON, in bytes; the zone's offsets and the envelope have the rest of a snapshot's 256 KB.
const MAX_STATE: usize = 240 << 10;
/// Once something has to go, as much goes as leaves so much room: making room takes a while, and is seldom to be done.
const HEADROOM: usize = 16 << 10;

/// What a command adds at most, where it is not counted out: names, a reason and a notice.
pub(super) const COMMAND: usize = 8 << 10;
/// What a report adds at most.
pub(super) const REPORT: usize = 256;

/// An upper bound of the state's size as JSON, so that it need not be written at each command to know that it is small enough.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size(usize);

impl Default for Size {
    /// Not known: it is measured when it matters.
    fn default() -> Self {
        Self(usize::MAX)
    }
}

// What these decide depends on the state alone: the bound says only when measuring is needless.
impl State {
    /// Whether there is no room for another action, whatever else were forgotten.
    pub(super) fn is_full(&mut self) -> bool {
        if self.size.0 <= MAX_STATE {
            return false;
        }
        self.measure();
        self.size.0.saturating_sub(self.outbox.spare() + self.records.spare()) > MAX_STATE
    }

    /// Makes room for a command that adds at most so many bytes: of what may be forgotten, the oldest notices of execution go first, then the
    /// oldest refusals.
    pub(super) fn make_room(&mut self, growth: usize) {
        if self.size.0.saturating_add(growth) > MAX_STATE {
            self.measure();
        }
        let size = self.size.0.saturating_add(growth);
        if size <= MAX_STATE {
            self.size = Size(size);
            return;
        }
        let wanted = size - (MAX_STATE - HEADROOM);
        let freed = self.outbox.forget(wanted);
        self.records.forget(wanted.saturating_sub(freed));
        self.size = Size::default();
    }

    fn measure(&mut self) {
        self.size = Size(crate::json::text(self).map_or(usize::MAX, |text| text.len()));
    }
}
