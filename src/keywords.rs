//! Which of many words stand in a text: one pass, however many words there are.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};

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
        let mut found = self.folded.in_text(&fold(text));
        // Folding a text keeps what it holds (a test shows it); the exact test stays beside it all the same,
        // so that no table of Unicode can ever hide a word from the rule.
        if !text.is_ascii() {
            found.append(&mut self.exact.in_text(text));
        }
        found.into_iter().collect()
    }
}

/// Distinct words, each with the keywords that are spelled so. Distinct, because a thousand keywords that fold alike would
/// each be reported at every place of a text.
#[derive(Clone, Debug)]
struct Words {
    automaton: AhoCorasick,
    owners: Vec<Vec<usize>>,
}

impl Words {
    fn new(words: impl Iterator<Item = String>) -> Option<Self> {
        let mut distinct: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (keyword, word) in words.enumerate() {
            distinct.entry(word).or_default().push(keyword);
        }
        let (words, owners): (Vec<_>, Vec<_>) = distinct.into_iter().unzip();
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(words).ok()?;
        Some(Self { automaton, owners })
    }

    fn in_text(&self, text: &str) -> BTreeSet<usize> {
        let mut seen = vec![false; self.owners.len()];
        let mut unseen = self.owners.len();
        for hit in self.automaton.find_overlapping_iter(text) {
            if let Some(seen) = seen.get_mut(hit.pattern().as_usize()).filter(|seen| !**seen) {
                *seen = true;
                unseen -= 1;
                if unseen == 0 {
                    break;
                }
            }
        }
        let hit = self.owners.iter().zip(seen).filter(|(_, seen)| *seen);
        hit.flat_map(|(owners, _)| owners.iter().copied()).collect()
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
            prop_assert_eq!(words.folded.in_text(&fold(&format!("{before}{word}{after}"))).len(), 1);
        }
    }
}
