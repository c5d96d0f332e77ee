//! What is kept up to a number, by agent and by when it came: of too many, the agent with most loses its oldest.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Keys by agent, the oldest first.
#[derive(Clone, Debug)]
pub(super) struct Queue<K = Arc<str>> {
    by_agent: BTreeMap<Arc<str>, BTreeMap<u64, K>>,
    length: usize,
}

impl<K> Default for Queue<K> {
    fn default() -> Self {
        Self { by_agent: BTreeMap::new(), length: 0 }
    }
}

impl<K: Clone> Queue<K> {
    pub(super) const fn len(&self) -> usize {
        self.length
    }

    /// Puts in what came under a number that none has had.
    pub(super) fn insert(&mut self, agent: &Arc<str>, number: u64, key: K) {
        self.by_agent.entry(Arc::clone(agent)).or_default().insert(number, key);
        self.length += 1;
    }

    pub(super) fn remove(&mut self, agent: &str, number: u64) {
        let Some(own) = self.by_agent.get_mut(agent) else { return };
        self.length -= usize::from(own.remove(&number).is_some());
        if own.is_empty() {
            self.by_agent.remove(agent);
        }
    }

    /// The oldest of the agent that has most; of several that have as many, of the last by name.
    pub(super) fn oldest_of_most(&self) -> Option<K> {
        let most = self.by_agent.values().max_by_key(|own| own.len())?;
        most.first_key_value().map(|(_, key)| key.clone())
    }

    /// Every key, the oldest first.
    pub(super) fn keys(&self) -> impl Iterator<Item = &K> {
        let mut all: Vec<_> = self.by_agent.values().flatten().collect();
        all.sort_unstable_by_key(|(number, _)| **number);
        all.into_iter().map(|(_, key)| key)
    }
}
