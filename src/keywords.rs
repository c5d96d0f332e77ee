//! Which of many words stand in a text: one pass, however many words there are.

use std::collections::BTreeMap;

use aho_corasick::automaton::{Automaton, OverlappingState};
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Input, MatchKind};

use crate::text::{fold, fold_trimmed};

/// The keywords of a policy, folded and compiled.
#[derive(Clone, Debug)]
pub(crate) struct Keywords {
    count: usize,
    folded: Words,
    exact: Words,
}

impl Keywords {
    /// `None` where the automaton would pass its own limits, which the limits of a policy do not allow.
    pub(crate) fn new(keywords: &[String]) -> Option<Self> {
        Some(Self {
            count: keywords.len(),
            folded: Words::new(keywords.iter().map(|word| fold_trimmed(word)))?,
            exact: Words::new(keywords.iter().cloned())?,
        })
    }

    /// The places, in the policy's order, of the keywords that stand in the text: as they are or folded.
    pub(crate) fn in_text(&self, text: &str) -> Vec<usize> {
        if self.count == 0 || text.is_empty() {
            return Vec::new();
        }
        let mut found = vec![false; self.count];
        self.folded.mark(&fold(text), &mut found);
        // Folding a text keeps what it holds (a test shows it); the exact test stays beside it all the same,
        // so that no table of Unicode can ever hide a word from the rule.
        if !text.is_ascii() {
            self.exact.mark(text, &mut found);
        }
        (0..self.count).filter(|keyword| found.get(*keyword) == Some(&true)).collect()
    }
}

/// Distinct words, each with the keywords that are spelled so. Distinct, because a thousand keywords that fold alike would
/// each be reported at every place of a text.
#[derive(Clone, Debug)]
struct Words {
    automaton: NFA,
    owners: Vec<Vec<usize>>,
}

impl Words {
    fn new(words: impl Iterator<Item = String>) -> Option<Self> {
        let mut distinct: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (keyword, word) in words.enumerate() {
            distinct.entry(word).or_default().push(keyword);
        }
        let (words, owners): (Vec<_>, Vec<_>) = distinct.into_iter().unzip();
        let automaton = NFA::builder().match_kind(MatchKind::Standard).prefilter(false).build(words).ok()?;
        Some(Self { automaton, owners })
    }

    /// Marks the keywords that stand in a text.
    fn mark(&self, text: &str, found: &mut [bool]) {
        let mut seen = vec![false; self.owners.len()];
        let mut unseen = self.owners.len();
        let (input, mut state) = (Input::new(text), OverlappingState::start());
        while unseen > 0 && self.automaton.try_find_overlapping(&input, &mut state).is_ok() {
            let Some(hit) = state.get_match() else { break };
            if let Some(seen) = seen.get_mut(hit.pattern().as_usize()).filter(|seen| !**seen) {
                *seen = true;
                unseen -= 1;
            }
        }
        let hit = self.owners.iter().zip(seen).filter(|(_, seen)| *seen);
        for keyword in hit.flat_map(|(owners, _)| owners) {
            if let Some(found) = found.get_mut(*keyword) {
                *found = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keywords(words: &[&str]) -> Keywords {
        Keywords::new(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn finds_each_word_once_in_the_policys_order() {
        let words = keywords(&["money", "free", "free money", "Free", "one"]);
        assert_eq!(words.in_text("free MONEY, free money"), [0, 1, 2, 3, 4]);
        assert_eq!(words.in_text("nothing"), [0; 0]);
        assert_eq!(words.in_text(""), [0; 0]);
        assert_eq!(keywords(&[]).in_text("free"), [0; 0]);
    }

    proptest! {
        #[test]
        fn folding_never_lets_pass_what_the_exact_rule_catches(
            before in "\\PC{0,12}", word in "\\PC{1,6}", after in "\\PC{0,12}",
        ) {
            prop_assume!(!fold_trimmed(&word).is_empty());
            let words = keywords(&[&word]);
            prop_assert_eq!(words.in_text(&format!("{before}{word}{after}")), [0]);
            let mut folded = [false];
            words.folded.mark(&fold(&format!("{before}{word}{after}")), &mut folded);
            prop_assert_eq!(folded, [true]);
        }
    }
}
