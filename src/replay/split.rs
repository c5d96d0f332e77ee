//! Bytes as they come, as numbered lines: in memory that does not grow with the log.

use crate::error::{Error, ErrorCode, Result};

/// The longest line, in bytes: room for the largest action that a guard takes, however it is escaped.
pub(super) const MAX_LINE: usize = 8 << 20;

/// Editors on Windows write one before JSON; it is no part of the text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A line whose end has not come yet.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    /// Its bytes so far; none where there are too many of them.
    pending: Vec<u8>,
    /// How many they are.
    length: usize,
    /// The lines before it.
    number: u64,
}

impl Splitter {
    /// The number of the last line that ended.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// Counts a line that came otherwise than as bytes. Gives its number.
    pub(super) const fn count(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// Hands over the next line that ends in `bytes`, and takes it away from them; where none does, they are kept. `None` then.
    pub(super) fn next<T>(&mut self, bytes: &mut &[u8], read: impl FnOnce(u64, Result<&str>) -> T) -> Option<T> {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.keep(bytes);
            *bytes = &[];
            return None;
        };
        let (line, rest) = bytes.split_at(end);
        *bytes = rest.get(1..).unwrap_or_default();
        if self.length == 0 {
            let number = self.count();
            return Some(read(number, numbered(number, line)));
        }
        self.keep(line);
        self.end(read)
    }

    /// Hands over the line that nothing ends any more, if there is one.
    pub(super) fn end<T>(&mut self, read: impl FnOnce(u64, Result<&str>) -> T) -> Option<T> {
        if self.length == 0 {
            return None;
        }
        let (line, length) = (std::mem::take(&mut self.pending), std::mem::take(&mut self.length));
        let number = self.count();
        Some(read(number, if length > MAX_LINE { Err(too_long(length)) } else { numbered(number, &line) }))
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.length = self.length.saturating_add(bytes.len());
        // What is too long will be refused: only its length is still of interest.
        if self.length <= MAX_LINE {
            self.pending.extend_from_slice(bytes);
        } else {
            self.pending = Vec::new();
        }
    }
}

fn numbered(number: u64, line: &[u8]) -> Result<&str> {
    text(if number == 1 { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) } else { line })
}

/// A line of its own.
pub(super) fn text(line: &[u8]) -> Result<&str> {
    if line.len() > MAX_LINE {
        return Err(too_long(line.len()));
    }
    std::str::from_utf8(line).map_err(|_| Error::new(ErrorCode::InvalidInput, "", "not UTF-8 text"))
}

fn too_long(length: usize) -> Error {
    let message = format!("a line of {length} bytes; at most {MAX_LINE} are read");
    Error::new(ErrorCode::InvalidInput, "", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The lines of pieces, as text or as what is wrong with them.
    fn lines<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<(u64, std::result::Result<String, String>)> {
        let mut splitter = Splitter::default();
        let mut lines = Vec::new();
        let mut read = |number, line: Result<&str>| {
            lines.push((number, line.map(str::to_owned).map_err(|error| error.message().to_owned())));
        };
        for mut piece in pieces {
            while splitter.next(&mut piece, &mut read).is_some() {}
            assert_eq!(piece, b"");
        }
        splitter.end(&mut read);
        lines
    }

    fn texts(pieces: &[&str]) -> Vec<String> {
        lines(pieces.iter().map(|piece| piece.as_bytes())).into_iter().map(|(_, line)| line.unwrap()).collect()
    }

    #[test]
    fn a_line_ends_with_a_line_feed_or_with_the_log() {
        assert_eq!(texts(&["a\nb", "c\n", "", "\nd"]), ["a", "bc", "", "d"]);
        assert_eq!(texts(&["a\n"]), ["a"]);
        assert_eq!(texts(&[]), [""; 0]);
        assert_eq!(texts(&["ض\u{feff}\n\u{feff}x"]), ["ض\u{feff}", "\u{feff}x"]);
        assert_eq!(texts(&["\u{feff}a\n"]), ["a"]);
    }

    #[test]
    fn what_is_no_text_is_told_with_its_number() {
        let broken = lines([&b"a\n\xff\n\xd8"[..], b"\xb6\nb"]);
        assert_eq!(broken.get(1), Some(&(2, Err("not UTF-8 text".to_owned()))));
        // A letter may come in two pieces.
        assert_eq!(broken.get(2), Some(&(3, Ok("ض".to_owned()))));
        assert_eq!(broken.len(), 4);
    }

    #[test]
    fn the_longest_line_is_read_and_a_longer_one_is_not_kept() {
        let longest = vec![b'x'; MAX_LINE];
        assert_eq!(lines([&longest[..], b"\na"]).len(), 2);
        assert!(lines([&longest[..]]).iter().all(|(_, line)| line.is_ok()));
        let message = format!("a line of {} bytes; at most {MAX_LINE} are read", MAX_LINE + 1);
        for pieces in [vec![&longest[..], b"x\na"], vec![&longest[..], b"x", b"\na"]] {
            assert_eq!(lines(pieces), [(1, Err(message.clone())), (2, Ok("a".to_owned()))]);
        }
        let whole = [&longest[..], b"x\na"].concat();
        assert_eq!(lines([&whole[..]]), [(1, Err(message)), (2, Ok("a".to_owned()))]);
        let mut splitter = Splitter::default();
        for _ in 0..3 {
            assert_eq!(splitter.next(&mut &longest[..], |_, _| ()), None);
            assert!(splitter.pending.capacity() <= 2 * MAX_LINE);
        }
        assert!(splitter.pending.is_empty());
    }

    proptest! {
        #[test]
        fn however_it_is_cut_it_is_the_same(text in "[abض\n\r]{0,40}", cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).chain([0, bytes.len()]).collect();
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|pair| bytes.get(pair[0]..pair[1]).unwrap());
            let expected: Vec<_> = text.split_terminator('\n').map(str::to_owned).collect();
            let found: Vec<_> = lines(pieces).into_iter().map(|(_, line)| line.unwrap()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
