//! How large a snapshot may become.

use super::state::State;
use crate::error::Result;

/// The longest that a snapshot may be, in bytes, but for the zone's offsets and its envelope, which have the rest of 256 KB.
const MAX_STATE: usize = 240 << 10;

/// What a command adds at most, where it is not counted out: a name, a reason and a notice.
pub(super) const COMMAND: usize = 8 << 10;
/// What a report adds at most.
pub(super) const REPORT: usize = 256;

/// An upper bound of the state's size as JSON, so that it need not be written at each request to know that it is small enough.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size(usize);

impl Default for Size {
    /// Not known: it is measured when it is asked for.
    fn default() -> Self {
        Self(usize::MAX)
    }
}

impl Size {
    /// A command added at most so many bytes.
    pub(super) const fn grow(&mut self, bytes: usize) {
        self.0 = self.0.saturating_add(bytes);
    }
}

impl State {
    /// Whether there is no room for another request. It depends on the state alone: the bound only says when measuring it is needless.
    pub(super) fn is_full(&mut self) -> Result<bool> {
        if self.size.0 > MAX_STATE {
            self.size = Size(crate::json::text(self)?.len());
        }
        Ok(self.size.0 > MAX_STATE)
    }
}
