//! The table of folding, unpacked where a text first needs it: packed it takes a third of the room.

use std::sync::LazyLock;

use super::table;

/// How many characters a page has.
const PAGE: usize = 32;

/// One past the last character that has a page.
const PAGED: usize = 0x30000;

static UNPACKED: LazyLock<Unpacked> = LazyLock::new(Unpacked::new);

/// What a character folds to: `None` for itself, nothing for one that is dropped.
pub(super) fn folded(c: char) -> Option<&'static str> {
    let code = u32::from(c) as usize;
    if code < PAGED { UNPACKED.get(code) } else { super::is_in(&table::HIGH_DROPPED, c).then_some("") }
}

struct Unpacked {
    /// The page of each 32 characters. The first page is of those that fold to themselves.
    index: Vec<u16>,
    /// Of each character 0, where it folds to itself, or the number of its string, counted from 1.
    pages: Vec<[u16; PAGE]>,
    /// Where each string ends; it begins where the one before it ends.
    ends: Vec<u16>,
    strings: String,
}

impl Unpacked {
    /// Reads the runs: characters that fold alike, or each to the character after that of the one before.
    fn new() -> Self {
        let mut table = Self {
            index: vec![0; PAGED / PAGE],
            pages: vec![[0; PAGE]],
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

    /// What was appended to the strings since the last one ended is what a character folds to.
    fn end_string(&mut self, code: usize) {
        let number = u16::try_from(self.ends.len()).unwrap_or_default();
        self.ends.push(u16::try_from(self.strings.len()).unwrap_or_default());
        let Some(page) = self.index.get_mut(code / PAGE) else { return };
        if *page == 0 {
            *page = u16::try_from(self.pages.len()).unwrap_or_default();
            self.pages.push([0; PAGE]);
        }
        if let Some(entry) = self.pages.get_mut(usize::from(*page)).and_then(|page| page.get_mut(code % PAGE)) {
            *entry = number;
        }
    }

    fn get(&self, code: usize) -> Option<&str> {
        let page = self.index.get(code / PAGE).and_then(|page| self.pages.get(usize::from(*page)))?;
        let number = page.get(code % PAGE).copied().map(usize::from).filter(|number| *number > 0)?;
        let (start, end) = (self.ends.get(number - 1)?, self.ends.get(number)?);
        self.strings.get(usize::from(*start)..usize::from(*end))
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
