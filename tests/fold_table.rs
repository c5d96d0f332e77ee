//! The table of folding is what Unicode says, by the data of the ICU4X project.
//!
//! The table is committed so that the engine carries 30 KB of it instead of ICU's 130 KB of tries. After an update of the
//! `icu_*` crates: `UPDATE_FOLD_TABLE=1 cargo test --test fold_table`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail where it stands")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use agent_interlock::fold;
use icu_casemap::CaseMapper;
use icu_normalizer::DecomposingNormalizer;
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
use proptest::prelude::*;

const PAGE: usize = 32;
const PAGED: u32 = 0x30000;

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

fn is_digit(c: char) -> bool {
    category(c) == GeneralCategory::DecimalNumber
}

/// The contract's folding, word by word, with nothing of the engine's.
fn by_the_book(text: &str) -> String {
    let nfkd = DecomposingNormalizer::new_nfkd();
    let folded = CaseMapper::new().fold_string(&nfkd.normalize(text)).into_owned();
    let mut plain = String::new();
    for c in nfkd.normalize(&folded).chars() {
        let dropped = GeneralCategoryGroup::Mark.contains(category(c))
            || category(c) == GeneralCategory::Format
            || c == '\u{640}';
        if c.is_whitespace() {
            if !plain.ends_with(' ') {
                plain.push(' ');
            }
        } else if is_digit(c) {
            // Unicode lays decimal digits in runs of ten from zero on (a test below shows it).
            let zero = (0..10).rev().find(|value| {
                u32::from(c).checked_sub(*value).and_then(char::from_u32).is_some_and(|zero| {
                    (0..10).all(|n| is_digit(char::from_u32(zero as u32 + n).unwrap_or('x'))) && run_start(zero)
                })
            });
            plain.push(char::from_digit(zero.unwrap(), 10).unwrap());
        } else if matches!(c, '\u{66a}' | '\u{fe6a}' | '\u{ff05}') {
            plain.push('%');
        } else if !dropped {
            plain.push(c);
        }
    }
    plain
}

/// Whether a run of digits, or the next ten of one, begins here.
fn run_start(c: char) -> bool {
    let before = (1..=u32::from(c))
        .take_while(|n| u32::from(c).checked_sub(*n).and_then(char::from_u32).is_some_and(is_digit))
        .count();
    before % 10 == 0
}

fn generated() -> String {
    let mut strings: BTreeMap<String, u16> = BTreeMap::new();
    let mut pages: Vec<Vec<Option<String>>> = Vec::new();
    let mut index = Vec::new();
    for first in (0..PAGED).step_by(PAGE) {
        let page: Vec<_> = (first..).take(PAGE).map(entry).collect();
        let place = pages.iter().position(|known| *known == page).unwrap_or_else(|| {
            pages.push(page);
            pages.len() - 1
        });
        index.push(place);
    }
    for string in pages.iter().flatten().flatten().filter(|string| !string.is_empty()) {
        strings.insert(string.clone(), 0);
    }
    let mut ends = Vec::new();
    let mut pool = String::new();
    for (place, (string, number)) in strings.iter_mut().enumerate() {
        *number = u16::try_from(place + 2).unwrap();
        pool.push_str(string);
        ends.push(u16::try_from(pool.len()).unwrap());
    }
    let number = |entry: &Option<String>| match entry {
        None => 0,
        Some(string) if string.is_empty() => 1,
        Some(string) => strings[string],
    };
    let pages: Vec<Vec<u16>> = pages.iter().map(|page| page.iter().map(number).collect()).collect();
    let mut text = String::from(
        "// Made by `UPDATE_FOLD_TABLE=1 cargo test --test fold_table` from Unicode 17.0; not to be edited.\n\n",
    );
    writeln!(text, "pub(super) static INDEX: [u16; {}] = {};", index.len(), rows(&index)).unwrap();
    writeln!(text, "pub(super) static PAGES: [[u16; {PAGE}]; {}] = [", pages.len()).unwrap();
    for page in &pages {
        writeln!(text, "{},", rows(page)).unwrap();
    }
    writeln!(text, "];\npub(super) static ENDS: [u16; {}] = {};", ends.len(), rows(&ends)).unwrap();
    writeln!(text, "pub(super) static STRINGS: &str = {pool:?};").unwrap();
    let dropped = ranges(PAGED, |c| entry(c as u32) == Some(String::new()));
    writeln!(text, "pub(super) static HIGH_DROPPED: [(u32, u32); {}] = {dropped:?};", dropped.len()).unwrap();
    let invisible = ranges(0, |c| {
        matches!(
            category(c),
            GeneralCategory::Format | GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator
        )
    });
    writeln!(text, "pub(super) static INVISIBLE: [(u32, u32); {}] = {invisible:?};", invisible.len()).unwrap();
    text
}

/// What a code point folds to; `None` for itself, and for what is worked out without the table.
fn entry(code: u32) -> Option<String> {
    let c = char::from_u32(code)?;
    if ('\u{ac00}'..='\u{d7a3}').contains(&c) || c.is_whitespace() {
        return None;
    }
    let folded = by_the_book(&c.to_string());
    (folded != c.to_string()).then_some(folded)
}

fn rows<T: std::fmt::Debug>(numbers: &[T]) -> String {
    format!("{numbers:?}").replace(", ", ",")
}

fn ranges(from: u32, wanted: impl Fn(char) -> bool) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for code in (from..=char::MAX as u32).filter(|code| char::from_u32(*code).is_some_and(&wanted)) {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == code => *last = code,
            _ => ranges.push((code, code)),
        }
    }
    ranges
}

#[test]
fn the_table_is_what_unicode_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/text/table.rs");
    let generated = generated();
    if std::env::var_os("UPDATE_FOLD_TABLE").is_some() {
        std::fs::write(&file, &generated).unwrap();
    }
    assert!(std::fs::read_to_string(file).unwrap() == generated, "src/text/table.rs is not what ICU's data say");
}

#[test]
fn every_character_folds_by_the_book_and_alone() {
    for c in '\0'..=char::MAX {
        let folded = fold(&c.to_string());
        assert_eq!(folded, by_the_book(&c.to_string()), "{c:?}");
        assert_eq!(fold(&format!("x{c}y")), format!("x{folded}y"), "{c:?}");
        assert_eq!(fold(&folded), folded, "folding {c:?} twice");
    }
}

#[test]
fn decimal_digits_stand_in_runs_of_ten() {
    let mut run = 0;
    for c in '\0'..=char::MAX {
        if is_digit(c) {
            run += 1;
        } else {
            assert_eq!(run % 10, 0, "before {c:?}");
            run = 0;
        }
    }
    assert_eq!(fold("٠١٢٣٤٥٦٧٨٩"), "0123456789");
    assert_eq!(fold("०१२३४५६७८९"), "0123456789");
    assert_eq!(fold("\u{1fbf0}\u{1fbf9}"), "09");
}

proptest! {
    /// Marks are reordered by normalisation; since all of them are dropped, no order can matter.
    #[test]
    fn texts_fold_by_the_book(text in "\\PC{0,30}", marks in "[\u{300}-\u{36f}\u{345}\u{640}\u{200b}-\u{200f}가-힣ᄀ-ᇿ\u{64b}-\u{65f}\u{2000}-\u{200a}]{0,20}") {
        for text in [format!("{text}{marks}"), format!("{marks}{text}"), marks] {
            prop_assert_eq!(fold(&text), by_the_book(&text));
        }
    }
}
