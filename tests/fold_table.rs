//! The table of folding is what Unicode says, by the data of the ICU4X project.
//!
//! The table is committed so that the engine carries 22 KB of it instead of ICU's 130 KB of tries. After an update of the
//! `icu_*` crates: `UPDATE_FOLD_TABLE=1 cargo test --test fold_table`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail where it stands")]

use std::fmt::Write as _;
use std::path::Path;

use agent_interlock::fold;
use icu_casemap::CaseMapper;
use icu_normalizer::DecomposingNormalizer;
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
use proptest::prelude::*;

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

/// Characters that fold alike: so many, so far apart, the first character of each string a step after that of the one before.
struct Run {
    first: u32,
    count: u32,
    apart: u32,
    step: u32,
    string: String,
}

/// The longest run that begins with a character.
fn run_from(first: u32, string: &str) -> Run {
    let count = |apart: u32, step: u32| {
        let follows = |n: &u32| {
            let between = (1..apart).all(|back| entry(first + n * apart - back).is_none());
            between && entry(first + n * apart) == Some(stepped(string, n * step))
        };
        1 + u32::try_from((1..PAGED).take_while(follows).count()).unwrap()
    };
    // What is longer than a character is never a step after another.
    let forms: &[(u32, u32)] = if string.chars().count() == 1 { &[(1, 0), (2, 1), (1, 1)] } else { &[(1, 0)] };
    let runs = forms.iter().map(|(apart, step)| (count(*apart, *step), *apart, *step));
    let (count, apart, step) = runs.max_by_key(|(count, ..)| *count).unwrap();
    Run { first, count, apart, step, string: string.to_owned() }
}

fn stepped(string: &str, by: u32) -> String {
    string.chars().map(|c| char::from_u32(c as u32 + by).unwrap()).collect()
}

fn runs() -> Vec<Run> {
    let (mut runs, mut code) = (Vec::<Run>::new(), 0);
    while code < PAGED {
        match entry(code) {
            None => code += 1,
            Some(string) => {
                let run = run_from(code, &string);
                code += run.apart * (run.count - 1) + 1;
                runs.push(run);
            }
        }
    }
    runs
}

/// A number in groups of seven bits, the lowest first.
fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number /= 0x80;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn generated() -> String {
    let (mut heads, mut characters, mut strings) = (Vec::new(), Vec::new(), 0);
    let (mut end, mut last) = (0, 0_u32);
    for run in runs() {
        put(&mut heads, run.first - end);
        put(&mut heads, run.count * 4 + (run.apart - 1) * 2 + run.step);
        put(&mut heads, u32::try_from(run.string.chars().count()).unwrap());
        for c in run.string.chars().map(u32::from) {
            put(&mut characters, if c >= last { (c - last) * 2 } else { (last - c) * 2 - 1 });
            last = c;
        }
        end = run.first + run.apart * (run.count - 1) + 1;
        strings += (0..run.count).map(|n| stepped(&run.string, n * run.step).len()).sum::<usize>();
    }
    let mut text = String::from(
        "// Made by `UPDATE_FOLD_TABLE=1 cargo test --test fold_table` from Unicode 17.0; not to be edited.\n\n",
    );
    writeln!(text, "pub(super) static RUNS: [u8; {}] = {};", heads.len(), rows(&heads)).unwrap();
    writeln!(text, "pub(super) static CHARACTERS: [u8; {}] = {};", characters.len(), rows(&characters)).unwrap();
    writeln!(text, "pub(super) const STRINGS: usize = {strings};").unwrap();
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
    if ('\u{ac00}'..='\u{d7a3}').contains(&c) {
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
        assert_eq!(fold(&format!("ض{c}y")), format!("ض{folded}y"), "{c:?}");
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
