//! Which of many words stand in a text: one pass, however many words there are.
//!
//! An automaton of Aho and Corasick's over the bytes of the folded words. Its states are numbered breadth first, so that those a text is in nearly
//! always come first: they have a full row of transitions each, as far as the room for rows goes. A deeper one has its children,
//! and its failure link for everything else.

use std::collections::BTreeMap;

use crate::text::{fold, fold_trimmed};

/// The keywords of a policy, folded and compiled.
#[derive(Clone, Debug)]
pub(crate) struct Keywords {
    folded: Words,
    /// As they are, those that folding changes.
    exact: Words,
    /// The column in `folded` of what each byte of ASCII folds to.
    ascii: Columns,
}

impl Keywords {
    pub(crate) fn new(keywords: &[String]) -> Self {
        let folded = Words::new(keywords.iter().map(|word| fold_trimmed(word)).enumerate());
        let changed = keywords.iter().cloned().enumerate().filter(|(_, word)| fold_trimmed(word) != *word);
        let mut ascii = [0; 256];
        for (byte, column) in (0_u8..).zip(ascii.iter_mut().take(128)) {
            *column =
                fold(char::from(byte).encode_utf8(&mut [0; 4])).bytes().next().map_or(0, |byte| folded.column(byte));
        }
        Self { folded, exact: Words::new(changed), ascii }
    }

    /// The places, in the policy's order, of the keywords that stand in the text: as they are or folded.
    pub(crate) fn in_text(&self, text: &str) -> Vec<usize> {
        if self.folded.owners.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        if text.is_ascii() {
            // Folded on the way: every byte by itself, and a run of white space is one space.
            self.folded.search(text.as_bytes(), &self.ascii, self.folded.column(b' '), &mut found);
        } else {
            self.folded.search(fold(text).as_bytes(), &self.folded.columns, NO_COLUMN, &mut found);
            // Folding a text keeps what it holds (a test shows it); the exact test stays beside it all the same, so that no table of Unicode
            // can ever hide a word from the rule. What folds to itself, each character alone, stands in the folded text as it does in this.
            self.exact.search(text.as_bytes(), &self.exact.columns, NO_COLUMN, &mut found);
        }
        (0..found.len()).filter(|keyword| found.get(*keyword) == Some(&true)).collect()
    }
}

/// For each byte its column in the rows of an automaton; 0 for those that lead nowhere from anywhere.
type Columns = [u8; 256];

/// UTF-8 has fewer different bytes.
const NO_COLUMN: u8 = 255;

/// The number of a state. The root is 0, and stands for "none" where a link can lead nowhere.
type State = u32;

/// Where a transition leads, as the search of a text needs it: where the row of the state begins, or beyond all rows [`DEEP`] and its number, and
/// whether a word ends there.
type Way = u32;

/// How many transitions the rows of states may have together: 256 KB of them.
const ROOM: usize = 1 << 16;

/// States without a row.
const DEEP: Way = 1 << 16;

/// A word ends there.
const ENDS: Way = 1 << 31;

/// Distinct words, each with the keywords that are spelled so. Distinct, because a thousand keywords that fold alike would
/// each be reported at every place of a text.
#[derive(Clone, Debug)]
struct Words {
    owners: Vec<Vec<usize>>,
    columns: Columns,
    width: usize,
    /// Where each transition leads: `width` of them for each of the first states.
    rows: Vec<Way>,
    nodes: Vec<Node>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// The column of the byte that leads here.
    column: u8,
    /// Its children stand side by side, from here to the next one's first.
    first_child: State,
    /// The longest other beginning of a word that the text read so far ends with.
    failure: State,
    /// The nearest state, this one or along the failures, that is the end of a word.
    end: State,
    /// The word that ends here, counted from 1.
    word: u32,
}

static NOWHERE: Node = Node { column: 0, first_child: 0, failure: 0, end: 0, word: 0 };

impl Words {
    fn new(words: impl Iterator<Item = (usize, String)>) -> Self {
        let mut distinct: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (keyword, word) in words {
            distinct.entry(word).or_default().push(keyword);
        }
        let (words, owners): (Vec<_>, Vec<_>) = distinct.into_iter().unzip();
        let mut columns = [0_u8; 256];
        for byte in words.iter().flat_map(|word| word.bytes()) {
            columns.get_mut(usize::from(byte)).into_iter().for_each(|column| *column = 1);
        }
        let mut width = 1;
        // UTF-8 has fewer than 255 different bytes, so that a column's number is a byte.
        for column in columns.iter_mut().filter(|column| **column == 1) {
            *column = width;
            width = width.saturating_add(1);
        }
        let width = usize::from(width);
        let mut automaton = Self { owners, columns, width, rows: Vec::new(), nodes: nodes(&words, &columns) };
        automaton.link();
        automaton
    }

    /// Finds the failure links, and fills the rows: breadth first, so that what a state falls back on is there before it.
    fn link(&mut self) {
        for state in (0..).take(self.nodes.len().saturating_sub(1)) {
            let failure = self.node(state).failure;
            for child in self.children(state) {
                let failure = if state == 0 { 0 } else { self.step(failure, self.node(child).column) };
                let end = if self.node(child).word > 0 { child } else { self.node(failure).end };
                if let Some(node) = self.nodes.get_mut(at(child)) {
                    (node.failure, node.end) = (failure, end);
                }
            }
            self.fill(state, failure);
        }
    }

    /// Fills the row of a state, where it has one: as its failure's, but for its children.
    fn fill(&mut self, state: State, failure: State) {
        let Some(row) = self.row(state) else { return };
        let fallback = at(failure) * self.width;
        for column in 0..self.width {
            let way = if state == 0 { 0 } else { self.rows.get(fallback + column).copied().unwrap_or_default() };
            self.rows.push(way);
        }
        for child in self.children(state) {
            let (column, way) = (usize::from(self.node(child).column), self.way(child));
            self.rows.get_mut(row + column).into_iter().for_each(|next| *next = way);
        }
    }

    /// Marks the keywords that stand in a text. Of bytes in the column `once` that follow each other, all but the first are passed over.
    fn search(&self, text: &[u8], columns: &Columns, once: u8, found: &mut Vec<bool>) {
        if self.owners.is_empty() {
            return;
        }
        // Written out for the sake of a compiler that is told to keep the module small: this loop is all the time that a text takes.
        let rows = self.rows.as_slice();
        let mut seen = Vec::new();
        let (mut way, mut last) = (0, NO_COLUMN);
        for byte in text {
            let column = columns.get(usize::from(*byte)).copied().unwrap_or_default();
            if column == once && last == once {
                continue;
            }
            last = column;
            way = match rows.get(at(way & !ENDS) + usize::from(column)) {
                Some(next) => *next,
                None => self.way(self.step_deep(self.state(way), column)),
            };
            if way & ENDS != 0 {
                self.mark(self.node(self.state(way)).end, &mut seen, found);
            }
        }
    }

    /// Marks the words that end in a state, the longest first. Those after one that was seen were seen with it.
    fn mark(&self, mut end: State, seen: &mut Vec<bool>, found: &mut Vec<bool>) {
        seen.resize(self.owners.len() + 1, false);
        while end > 0 {
            let Node { word, failure, .. } = *self.node(end);
            match seen.get_mut(at(word)) {
                Some(seen) if !*seen => *seen = true,
                _ => return,
            }
            for keyword in self.owners.get(at(word) - 1).into_iter().flatten() {
                found.resize(found.len().max(keyword + 1), false);
                found.get_mut(*keyword).into_iter().for_each(|found| *found = true);
            }
            end = self.node(failure).end;
        }
    }

    /// Where a byte leads from a state.
    fn step(&self, state: State, column: u8) -> State {
        match self.rows.get(at(state) * self.width + usize::from(column)) {
            Some(way) => self.state(*way),
            None => self.step_deep(state, column),
        }
    }

    /// The same from a state that has no row.
    fn step_deep(&self, mut state: State, column: u8) -> State {
        loop {
            if let Some(child) = self.children(state).find(|child| self.node(*child).column == column) {
                return child;
            }
            state = self.node(state).failure;
            if let Some(way) = self.rows.get(at(state) * self.width + usize::from(column)) {
                return self.state(*way);
            }
        }
    }

    /// The way to a state.
    fn way(&self, state: State) -> Way {
        let ends = if self.node(state).end > 0 { ENDS } else { 0 };
        ends | self.row(state).map_or(DEEP + state, number)
    }

    /// Where the row of a state begins, or will; the deep ones have none.
    fn row(&self, state: State) -> Option<usize> {
        Some(at(state) * self.width).filter(|row| row + self.width <= ROOM)
    }

    /// The state at the end of a way.
    fn state(&self, way: Way) -> State {
        match way & !ENDS {
            deep @ DEEP.. => deep - DEEP,
            row => row.checked_div(number(self.width)).unwrap_or_default(),
        }
    }

    fn column(&self, byte: u8) -> u8 {
        self.columns.get(usize::from(byte)).copied().unwrap_or_default()
    }

    fn node(&self, state: State) -> &Node {
        self.nodes.get(at(state)).unwrap_or(&NOWHERE)
    }

    fn children(&self, state: State) -> std::ops::Range<State> {
        self.node(state).first_child..self.node(state + 1).first_child
    }
}

const fn at(state: State) -> usize {
    state as usize
}

/// The states of sorted, distinct words, breadth first, and one after the last. Each stands for the words of a range that begin alike.
fn nodes(words: &[String], columns: &Columns) -> Vec<Node> {
    let mut nodes = vec![Node::default()];
    let mut ranges = vec![(words, 0_usize)];
    let mut state = 0;
    while let Some((mut alike, depth)) = ranges.get(state).copied() {
        let first_child = number(nodes.len());
        // In sorted order the word that ends here comes before those that go on.
        let mut word = 0;
        if let Some((first, rest)) = alike.split_first().filter(|(first, _)| first.len() == depth) {
            word = number(words.partition_point(|word| word < first)) + 1;
            alike = rest;
        }
        while let Some(byte) = alike.first().and_then(|word| word.as_bytes().get(depth)) {
            let (branch, rest) = alike.split_at(alike.partition_point(|word| word.as_bytes().get(depth) == Some(byte)));
            let column = columns.get(usize::from(*byte)).copied().unwrap_or_default();
            nodes.push(Node { column, ..Node::default() });
            ranges.push((branch, depth + 1));
            alike = rest;
        }
        if let Some(node) = nodes.get_mut(state) {
            (node.first_child, node.word) = (first_child, word);
        }
        state += 1;
    }
    nodes.push(Node { first_child: number(nodes.len()), ..Node::default() });
    nodes
}

/// The limits of a policy keep the bytes of all its keywords far below what a number can count.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keywords(words: &[&str]) -> Keywords {
        Keywords::new(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn finds_each_word_once_in_the_policys_order() {
        let words = keywords(&["money", "free", "free money", "Free", "one"]);
        assert_eq!(words.in_text("free MONEY, free money"), [0, 1, 2, 3, 4]);
        assert_eq!(words.in_text("nothing"), [0; 0]);
        assert_eq!(words.in_text(""), [0; 0]);
        assert_eq!(keywords(&[]).in_text("free"), [0; 0]);
    }

    /// So many and so long that most states have no row.
    #[test]
    fn states_without_a_row_lead_where_those_with_one_would() {
        let words: Vec<String> =
            (0..4000_u32).map(|number| format!("{:x}", number.wrapping_mul(2_654_435_761))).collect();
        let automaton = Words::new(words.iter().cloned().enumerate());
        assert!(automaton.rows.len() < automaton.nodes.len() * automaton.width / 2);
        let keywords = Keywords::new(&words);
        let text: String = words.iter().step_by(7).flat_map(|word| [word.as_str(), "0f"]).collect();
        let expected: Vec<usize> = (0..words.len()).filter(|index| text.contains(&words[*index])).collect();
        assert!(expected.len() > 571);
        assert_eq!(keywords.in_text(&text), expected);
    }

    /// An automaton with a list at each state of all the words that end there would take gigabytes for ten thousand such words.
    #[test]
    fn words_that_end_with_a_hundred_others_are_all_found_and_take_a_node_a_byte() {
        let tail = "a".repeat(240);
        let nested = (1..=100).map(|length| "a".repeat(length));
        let words: Vec<String> = nested.chain((0..2000).map(|number| format!("{number}{tail}"))).collect();
        let keywords = Keywords::new(&words);
        assert!(keywords.folded.nodes.len() <= words.iter().map(String::len).sum::<usize>() + 2);
        assert_eq!(keywords.in_text("1 aaa 7"), [0, 1, 2]);
        // The numbers that 1999 ends with, each with its tail.
        assert_eq!(keywords.in_text(&format!("1999{tail}")), [(0..100).collect(), vec![109, 199, 1099, 2099]].concat());
    }

    proptest! {
        #[test]
        fn finds_what_a_search_for_each_word_finds(
            words in prop::collection::vec("[ab\u{e9}\u{1} ]{1,5}", 1..12),
            text in "[abAB \\n\\t\u{1}]{0,30}[ab\u{e9}\u{e8} ]{0,10}",
        ) {
            prop_assume!(words.iter().all(|word| !fold_trimmed(word).is_empty()));
            let folded = fold(&text);
            let stands = |word: &String| folded.contains(&fold_trimmed(word)) || text.contains(word);
            let expected: Vec<usize> = (0..words.len()).filter(|index| stands(&words[*index])).collect();
            prop_assert_eq!(Keywords::new(&words).in_text(&text), expected);
        }

        #[test]
        fn folding_never_lets_pass_what_the_exact_rule_catches(
            before in "\\PC{0,12}", word in "\\PC{1,6}", after in "\\PC{0,12}",
        ) {
            prop_assume!(!fold_trimmed(&word).is_empty());
            let words = keywords(&[&word]);
            prop_assert_eq!(words.in_text(&format!("{before}{word}{after}")), [0]);
            let mut found = Vec::new();
            let text = fold(&format!("{before}{word}{after}"));
            words.folded.search(text.as_bytes(), &words.folded.columns, NO_COLUMN, &mut found);
            prop_assert_eq!(found, [true]);
        }
    }
}
