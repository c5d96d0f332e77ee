//! Folding: the one form in which keywords and texts are compared.
//!
//! NFKD, full case folding, NFKD again; without marks, format characters and tatweel; decimal digits as ASCII, percent signs
//! as `%`, runs of white space as one space. So `GUARANTEE`, `ｇｕａｒａｎｔｅｅ`, `gua<zero-width space>rantee`, `ضـمان` and `١٠٠٪` are
//! found by `guarantee`, `ضمان` and `100%`.
//!
//! What folding does not see: look-alike letters of other scripts (Cyrillic `а` for Latin `a`), words run together, and
//! fillers that Unicode calls letters (U+115F, U+3164). All data is Unicode 17, the same natively and in wasm.

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_normalizer::{DecomposingNormalizer, DecomposingNormalizerBorrowed};
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

const TATWEEL: char = '\u{640}';

struct Folder {
    decompose: DecomposingNormalizerBorrowed<'static>,
    case: CaseMapperBorrowed<'static>,
    category: icu_properties::CodePointMapDataBorrowed<'static, GeneralCategory>,
}

const FOLDER: Folder = Folder {
    decompose: DecomposingNormalizer::new_nfkd(),
    case: CaseMapper::new(),
    category: CodePointMapData::<GeneralCategory>::new(),
};

/// The folded form of a text. A run of white space at either end stays as one space.
///
/// ```
/// use agent_interlock::fold;
/// assert_eq!(fold("Free\n ＭＯＮＥＹ"), "free money");
/// assert_eq!(fold("١٠٠٪"), "100%");
/// assert_eq!(fold("ضـمان"), fold("ضَمَان"));
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = Collapsed::with_capacity(text.len());
    if text.is_ascii() {
        // The same result as below, and nearly every text is one: no table is asked.
        text.bytes().for_each(|byte| folded.push(char::from(byte.to_ascii_lowercase())));
    } else {
        let decomposed = FOLDER.decompose.normalize(text);
        let cased = FOLDER.case.fold_string(&decomposed);
        FOLDER.decompose.normalize_iter(cased.chars()).filter(|c| !is_dropped(*c)).for_each(|c| folded.push(plain(c)));
    }
    folded.text
}

/// The folded form of a keyword or a sector, without white space at its ends.
pub(crate) fn fold_trimmed(text: &str) -> String {
    fold(text).trim_matches(' ').to_owned()
}

/// Text in which a run of white space is one space.
struct Collapsed {
    text: String,
}

impl Collapsed {
    fn with_capacity(capacity: usize) -> Self {
        Self { text: String::with_capacity(capacity) }
    }

    fn push(&mut self, c: char) {
        if !c.is_whitespace() {
            self.text.push(c);
        } else if !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }
}

/// Marks, format characters and tatweel: what may stand inside a word without being seen as part of it.
/// White space is kept whatever its category: it separates words.
fn is_dropped(c: char) -> bool {
    if c == TATWEEL {
        return true;
    }
    let category = FOLDER.category.get(c);
    GeneralCategoryGroup::Mark.contains(category) || category == GeneralCategory::Format
}

/// ASCII for decimal digits and percent signs of every script.
fn plain(c: char) -> char {
    match c {
        '\u{66a}' | '\u{fe6a}' | '\u{ff05}' => '%',
        _ if c.is_ascii() || FOLDER.category.get(c) != GeneralCategory::DecimalNumber => c,
        _ => char::from(b'0' + digit_value(c)),
    }
}

/// Unicode lays decimal digits in runs of ten from zero on, so a digit's value is its place in the run.
fn digit_value(c: char) -> u8 {
    let before = (1..=9).take_while(|step| {
        let previous = u32::from(c).checked_sub(*step).and_then(char::from_u32);
        previous.is_some_and(|previous| FOLDER.category.get(previous) == GeneralCategory::DecimalNumber)
    });
    u8::try_from(before.count()).unwrap_or(0)
}

/// Whether a character shows nothing of its own, or changes how others show.
pub(crate) fn is_invisible(c: char) -> bool {
    !c.is_ascii()
        && matches!(
            FOLDER.category.get(c),
            GeneralCategory::Format | GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_what_people_use_to_hide_words() {
        for disguise in
            ["GUARANTEE", "ｇｕａｒａｎｔｅｅ", "gua\u{200b}rantee", "gua\u{ad}rantee", "gúarantee", "𝐠𝐮𝐚𝐫𝐚𝐧𝐭𝐞𝐞"]
        {
            assert_eq!(fold(disguise), "guarantee", "{disguise}");
        }
        for disguise in ["ضـمان", "ضَمَان", "ﺿﻤﺎﻥ", "ضم\u{2066}ان"] {
            assert_eq!(fold(disguise), "ضمان", "{disguise}");
        }
        assert_eq!(fold("İBAN"), "iban");
        assert_eq!(fold("STRASSE"), fold("straße"));
        assert_eq!(fold("a\u{a0}\u{2003}\r\n b"), "a b");
        assert_eq!(fold("１٢۳४%"), "1234%");
        assert_eq!(fold("٪﹪％"), "%%%");
        assert_eq!(fold_trimmed(" \u{200b} free  money\n"), "free money");
        assert_eq!(fold_trimmed("\u{200b}\u{301}ـ"), "");
    }

    #[test]
    fn look_alikes_of_other_scripts_stay_what_they_are() {
        assert_ne!(fold("gu\u{430}rantee"), "guarantee");
        assert_ne!(fold("gua\u{115f}rantee"), "guarantee");
    }

    /// What `digit_value` stands on: no decomposed digit but in a whole run of ten.
    #[test]
    fn decimal_digits_stand_in_runs_of_ten() {
        let is_digit = |c: char| FOLDER.category.get(c) == GeneralCategory::DecimalNumber;
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

    /// Folding character by character gives the same, so whatever a text holds exactly, its folded form holds folded.
    #[test]
    fn every_character_folds_alone() {
        for c in '\0'..=char::MAX {
            let alone = fold(&c.to_string());
            assert_eq!(fold(&format!("x{c}y")), format!("x{alone}y"), "{c:?}");
            assert_eq!(fold(&alone), alone, "folding {c:?} twice");
        }
    }

    proptest! {
        #[test]
        fn ascii_is_folded_as_all_else(text in "[ -~\t\n\r\x00-\x1f]{0,40}") {
            let marked = format!("{text}\u{200b}");
            prop_assert_eq!(fold(&text), fold(&marked));
        }

        #[test]
        fn a_part_folds_to_a_part(before in "\\PC{0,8}", part in "\\PC{1,8}", after in "\\PC{0,8}") {
            let whole = fold(&format!("{before}{part}{after}"));
            prop_assert!(whole.contains(&fold_trimmed(&part)));
        }
    }
}
