//! Folding: the one form in which keywords and texts are compared.
//!
//! NFKD, full case folding, NFKD again; without marks, format characters and tatweel; decimal digits as ASCII, percent signs
//! as `%`, runs of white space as one space. So `GUARANTEE`, `ｇｕａｒａｎｔｅｅ`, `gua<zero-width space>rantee`, `ضـمان` and `١٠٠٪` are
//! found by `guarantee`, `ضمان` and `100%`.
//!
//! What folding does not see: look-alike letters of other scripts (Cyrillic `а` for Latin `a`), words run together, and
//! fillers that Unicode calls letters (U+115F, U+3164).
//!
//! Since every mark is dropped, no reordering can matter and each character folds by itself: one table holds what each folds to, of
//! one version of Unicode, the same natively and in wasm. `tests/fold_table.rs` makes it from ICU's data and holds every
//! character, and texts of them, against ICU's own normaliser and case folding.

#[rustfmt::skip]
#[allow(clippy::unicode_not_nfc, reason = "what folds to a sequence that is not NFC is written as that sequence")]
mod table;
mod unpacked;

use unpacked::OWN;

/// The first and last precomposed syllable of Hangul, which decompose by arithmetic (Unicode 3.12).
const HANGUL: std::ops::RangeInclusive<char> = '\u{ac00}'..='\u{d7a3}';

/// The folded form of a text. A run of white space at either end stays as one space.
///
/// ```
/// use agent_interlock::fold;
/// assert_eq!(fold("Free\n ＭＯＮＥＹ"), "free money");
/// assert_eq!(fold("١٠٠٪"), "100%");
/// assert_eq!(fold("ضـمان"), fold("ضَمَان"));
/// ```
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii(text);
    }
    let table = unpacked::table();
    let mut folded = String::with_capacity(text.len());
    // What folds to itself, as most of a text does, goes as it stands, all of it at once.
    let (mut own, mut is_after_space) = (0, false);
    for (place, c) in text.char_indices() {
        let number = table.number(c);
        let is_own = number == OWN && !HANGUL.contains(&c) && !(c == ' ' && is_after_space);
        if !is_own {
            folded.push_str(text.get(own..place).unwrap_or_default());
            own = place + c.len_utf8();
            match number {
                OWN if c == ' ' => {}
                OWN => push_jamo(c, &mut folded),
                // A spacing accent is a space and a mark: there may be a space in any of them.
                number => table.string(number).chars().for_each(|c| push(c, &mut folded)),
            }
        }
        is_after_space = if is_own { c == ' ' } else { folded.ends_with(' ') };
    }
    folded.push_str(text.get(own..).unwrap_or_default());
    folded
}

/// The same without the table, that nobody waits for it who has no other text.
fn fold_ascii(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        push(if c.is_whitespace() { ' ' } else { c.to_ascii_lowercase() }, &mut folded);
    }
    folded
}

/// The folded form of a keyword or a sector, without white space at its ends.
pub(crate) fn fold_trimmed(text: &str) -> String {
    fold(text).trim_matches(' ').to_owned()
}

/// A run of white space is one space.
fn push(c: char, folded: &mut String) {
    if c != ' ' || !folded.ends_with(' ') {
        folded.push(c);
    }
}

fn push_jamo(syllable: char, folded: &mut String) {
    let index = u32::from(syllable) - u32::from(*HANGUL.start());
    let jamo = [0x1100 + index / 588, 0x1161 + index % 588 / 28, 0x11a7 + index % 28];
    let jamo = jamo.into_iter().filter(|code| *code != 0x11a7);
    folded.extend(jamo.filter_map(char::from_u32));
}

/// Whether a character shows nothing of its own, or changes how others show.
pub(crate) fn is_invisible(c: char) -> bool {
    !c.is_ascii() && is_in(&table::INVISIBLE, c)
}

fn is_in(ranges: &[(u32, u32)], c: char) -> bool {
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(c)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_what_people_use_to_hide_words() {
        for disguise in [
            "GUARANTEE",
            "ｇｕａｒａｎｔｅｅ",
            "gua\u{200b}rantee",
            "gua\u{ad}rantee",
            "gúarantee",
            "𝐠𝐮𝐚𝐫𝐚𝐧𝐭𝐞𝐞",
            "guarantee\u{e0101}",
        ] {
            assert_eq!(fold(disguise), "guarantee", "{disguise}");
        }
        for disguise in ["ضـمان", "ضَمَان", "ﺿﻤﺎﻥ", "ضم\u{2066}ان"] {
            assert_eq!(fold(disguise), "ضمان", "{disguise}");
        }
        assert_eq!(fold("İBAN"), "iban");
        assert_eq!(fold("STRASSE"), fold("straße"));
        assert_eq!(fold("한국"), fold("\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"));
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

    #[test]
    fn invisible_is_what_shows_nothing() {
        for c in ['\u{200b}', '\u{ad}', '\u{202e}', '\u{2066}', '\u{2028}', '\u{2029}', '\u{feff}', '\u{e0041}'] {
            assert!(is_invisible(c), "{c:?}");
        }
        for c in ['a', ' ', 'ض', '\u{301}', '\u{200a}', '\u{2030}', '\u{10ffff}'] {
            assert!(!is_invisible(c), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn a_part_folds_to_a_part(before in "\\PC{0,8}", part in "\\PC{1,8}", after in "\\PC{0,8}") {
            let whole = fold(&format!("{before}{part}{after}"));
            prop_assert!(whole.contains(&fold_trimmed(&part)));
        }
    }
}
