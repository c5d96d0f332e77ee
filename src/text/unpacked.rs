//! The table of folding, unpacked where a text first needs it: packed it takes a third of the room.

use std::sync::LazyLock;

use super::table;

/// How many characters a page has.
const PAGE: usize = 32;

/// One past the last character that has a page.
const PAGED: usize = 0x30000;

static UNPACKED: LazyLock<Unpacked> = LazyLock::new(Unpacked::new);

/// The number of what folds to itself.
pub(super) const OWN: u16 = 0;

/// The number of what is dropped above all pages.
const DROPPED: u16 = u16::MAX;

/// The table, unpacked.
pub(super) fn table() -> &'static Unpacked {
    &UNPACKED
}

pub(super) struct Unpacked {
    /// Where the page of each 32 characters begins. The first page is of those that fold to themselves.
    index: Vec<u16>,
    /// Of each character [`OWN`], or the number of its string, counted from 1.
    pages: Vec<u16>,
    /// Where each string ends; it begins where the one before it ends.
    ends: Vec<u16>,
    strings: String,
}

impl Unpacked {
    /// Reads the runs: characters that fold alike, or each to the character after that of the one before.
    fn new() -> Self {
        let mut table = Self {
            index: vec![0; PAGED / PAGE],
            pages: vec![OWN; PAGE],
            ends: vec![0],
            strings: String::with_capacity(table::STRINGS),
        };
        let (mut runs, mut characters) = (Numbers(&table::RUNS), Numbers(&table::CHARACTERS));
        let (mut code, mut last) = (0, 0_u32);
        while let (Some(gap), Some(form), Some(length)) = (runs.next(), runs.next(), runs.next()) {
            let (count, apart, step) = (form >> 2, 1 + (form >> 1 & 1), form & 1);
            let string: Vec<u32> = characters
                .by_ref()
                .take(length as usize)
                .map(|delta| {
                    last = next(last, delta);
                    last
                })
                .collect();
            code += gap;
            for n in 0..count {
                table.strings.extend(string.iter().filter_map(|c| char::from_u32(c + step * n)));
                table.end_string(code as usize);
                code += if n + 1 < count { apart } else { 1 };
            }
        }
        table
    }

    /// The number of what a character folds to.
    pub(super) fn number(&self, c: char) -> u16 {
        let code = u32::from(c) as usize;
        let Some(page) = self.index.get(code / PAGE) else {
            return if super::is_in(&table::HIGH_DROPPED, c) { DROPPED } else { OWN };
        };
        self.pages.get(usize::from(*page) + code % PAGE).copied().unwrap_or(OWN)
    }

    /// What has a number: nothing, where it is dropped.
    pub(super) fn string(&self, number: u16) -> &str {
        let ends = usize::from(number).checked_sub(1).and_then(|before| self.ends.get(before..)?.get(..2));
        let Some([start, end]) = ends else { return "" };
        self.strings.get(usize::from(*start)..usize::from(*end)).unwrap_or_default()
    }

    /// What was appended to the strings since the last one ended is what a character folds to.
    fn end_string(&mut self, code: usize) {
        let number = u16::try_from(self.ends.len()).unwrap_or_default();
        self.ends.push(u16::try_from(self.strings.len()).unwrap_or_default());
        let Some(page) = self.index.get_mut(code / PAGE) else { return };
        if *page == 0 {
            *page = u16::try_from(self.pages.len()).unwrap_or_default();
            self.pages.resize(self.pages.len() + PAGE, OWN);
        }
        if let Some(entry) = self.pages.get_mut(usize::from(*page) + code % PAGE) {
            *entry = number;
        }
    }
}

/// Characters are written as the way from the one before, twice it forwards and twice it less one backwards.
fn next(last: u32, delta: u32) -> u32 {
    if delta.is_multiple_of(2) { last + delta / 2 } else { last - delta.div_ceil(2) }
}

/// Numbers in groups of seven bits, the lowest first; all but the last have the eighth bit set.
struct Numbers(&'static [u8]);

impl Iterator for Numbers {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u32::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }
}
