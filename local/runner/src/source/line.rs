//! Splits bytes into lines of text, whatever the bytes are.

use std::{
    borrow::Cow,
    io::{self, BufRead},
};

use encoding_rs::EUC_KR;

/// The largest log event that CloudWatch Logs accepts, in bytes:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>. A longer
/// line is cut here.
pub const MOST_EVENT_BYTES: usize = 1024 * 1024;

/// Changes that were made to lines so that they could be stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    /// Lines in CP949 (EUC-KR) that were converted.
    pub cp949: u64,
    /// Lines in no known encoding: invalid bytes became U+FFFD.
    pub invalid_utf8: u64,
    /// Events longer than [`MOST_EVENT_BYTES`]: the rest was left out.
    pub cut: u64,
}

/// Reads lines without their ends (LF or CRLF; CR in a log without LF). The last line needs no end.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    /// The last byte of a line; `None` before the first read.
    separator: Option<u8>,
    /// The bytes read so far.
    position: u64,
    /// True if the last line had no end.
    is_open: bool,
    /// True after the end, although a file may have grown since.
    is_ended: bool,
    /// The lines read so far.
    count: u64,
    /// The changes so far.
    pub repairs: Repairs,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a reader.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            separator: None,
            position: 0,
            is_open: false,
            is_ended: false,
            count: 0,
            repairs: Repairs::default(),
        }
    }

    /// Counts on from `position`: that many bytes of the log were skipped.
    #[must_use]
    pub fn starting_at(self, position: u64) -> Self {
        Self { position, ..self }
    }

    /// True if the last line had no end: the rest of it may follow.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// The number of lines read so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The bytes read so far: before a call of [`Lines::next_line`], the start of its line.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    ///
    /// If the reader fails.
    pub fn next_line(&mut self) -> io::Result<Option<String>> {
        self.buffer.clear();
        let Some(is_cut) = self.fill()? else {
            return Ok(None);
        };
        self.count += 1;
        if !is_cut && self.buffer.last() == Some(&b'\r') {
            self.buffer.pop();
        }
        let mut text = match String::from_utf8_lossy(&self.buffer) {
            Cow::Borrowed(text) => text.to_owned(),
            Cow::Owned(repaired) => {
                let korean = cp949(&self.buffer, is_cut);
                self.repairs.cp949 += u64::from(korean.is_some());
                // A cut in the middle of a character is no fault of the line.
                let is_fault = !is_cut || has_fault_before_end(&self.buffer);
                self.repairs.invalid_utf8 += u64::from(korean.is_none() && is_fault);
                korean.unwrap_or(repaired)
            }
        };
        if is_cut || text.len() > MOST_EVENT_BYTES {
            self.repairs.cut += 1;
            let kept = text.floor_char_boundary(MOST_EVENT_BYTES);
            text.truncate(kept);
            if is_cut && text.ends_with('\u{fffd}') {
                text.pop();
            }
        }
        Ok(Some(text))
    }

    /// Reads a line into the buffer, up to [`MOST_EVENT_BYTES`], and skips the rest. `Some(true)` if
    /// there was a rest, `None` at the end.
    ///
    /// The first end is the end: what is written to a file later may be the rest of a line or of an entry
    /// that was taken for whole, so that it must be read together with its beginning.
    fn fill(&mut self) -> io::Result<Option<bool>> {
        if self.is_ended {
            return Ok(None);
        }
        let mut is_cut = false;
        let mut is_empty = true;
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                self.is_ended = true;
                self.is_open |= !is_empty;
                return Ok((!is_empty).then_some(is_cut));
            }
            is_empty = false;
            let separator = *self.separator.get_or_insert_with(|| separator(available));
            let mut parts = available.splitn(2, |&byte| byte == separator);
            let part = parts.next().unwrap_or_default();
            let ends = parts.next().is_some();
            let room = MOST_EVENT_BYTES.saturating_sub(self.buffer.len());
            // A carriage return that ends the line is not part of it.
            let longer = part.len() > room && part.get(room..) != Some(b"\r".as_slice());
            is_cut |= longer;
            self.buffer
                .extend(part.iter().take(room + usize::from(!longer)));
            let consumed = part.len() + usize::from(ends);
            self.reader.consume(consumed);
            self.position += consumed as u64;
            if ends {
                return Ok(Some(is_cut));
            }
        }
    }
}

/// The byte that ends lines, from the start of a log: CR if there is no LF, and text after a CR.
fn separator(start: &[u8]) -> u8 {
    let is_cr = !start.contains(&b'\n')
        && start
            .iter()
            .position(|byte| *byte == b'\r')
            .is_some_and(|position| position + 1 < start.len());
    if is_cr { b'\r' } else { b'\n' }
}

/// The text of bytes in CP949, which extends EUC-KR; `None` if they are in another encoding.
fn cp949(bytes: &[u8], is_cut: bool) -> Option<String> {
    // An incomplete character at the end is not a sign of another encoding.
    if !has_fault_before_end(bytes) {
        return None;
    }
    let whole = EUC_KR.decode_without_bom_handling_and_without_replacement(bytes);
    // A cut may fall into a character.
    let text = whole.or_else(|| {
        let (_, bytes) = bytes.split_last().filter(|_| is_cut)?;
        EUC_KR.decode_without_bom_handling_and_without_replacement(bytes)
    })?;
    let is_hangul = |letter: char| ('가'..='힣').contains(&letter);
    text.contains(is_hangul).then(|| text.into_owned())
}

/// True if bytes are invalid before their last character.
fn has_fault_before_end(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_some())
}

#[cfg(test)]
mod tests {
    use std::io::{self, BufReader, Cursor};

    use encoding_rs::EUC_KR;

    use super::{Lines, MOST_EVENT_BYTES, Repairs};

    fn read(bytes: &[u8]) -> (Vec<String>, Repairs) {
        // A small buffer, so that lines cross its edges.
        let mut lines = Lines::new(BufReader::with_capacity(7, Cursor::new(bytes)));
        let mut all = Vec::new();
        while let Some(line) = lines.next_line().expect("readable") {
            all.push(line);
        }
        (all, lines.repairs)
    }

    #[test]
    fn what_is_written_after_the_end_was_read_is_left_for_the_next_time() {
        /// A file that grows after each read.
        struct GrowingFile(std::vec::IntoIter<&'static str>);
        impl io::Read for GrowingFile {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let mut read = self.0.next().expect("a read").as_bytes();
                io::Read::read(&mut read, buffer)
            }
        }
        for (reads, expected, is_open) in [
            (vec!["a\nb", "", "c\n", ""], &["a", "b"][..], true),
            (vec!["a\n", "", "\tb\n", ""], &["a"], false),
        ] {
            let mut lines = Lines::new(BufReader::new(GrowingFile(reads.into_iter())));
            let mut read = Vec::new();
            while let Some(line) = lines.next_line().expect("read") {
                read.push(line);
            }
            assert_eq!(read, expected);
            assert_eq!(lines.next_line().expect("read"), None);
            assert_eq!(lines.is_open(), is_open);
        }
    }

    #[test]
    fn lf_and_crlf_end_lines_and_the_last_line_needs_no_end() {
        let (lines, repairs) = read("하나\r\ntwo\n\nthree\rfour\nlast".as_bytes());
        assert_eq!(lines, ["하나", "two", "", "three\rfour", "last"]);
        assert_eq!(repairs, Repairs::default());
        assert_eq!(read(b"one\rtwo\rthree\r").0, ["one", "two", "three"]);
        assert!(read(b"").0.is_empty());
        assert_eq!(read(b"\n").0, [""]);
    }

    #[test]
    fn invalid_utf_8_is_replaced_and_counted() {
        let (lines, repairs) = read(b"good\nb\xffd\n\xed\x95");
        assert_eq!(lines, ["good", "b\u{fffd}d", "\u{fffd}"]);
        assert_eq!(repairs.invalid_utf8, 2);
    }

    #[test]
    fn a_line_in_cp949_is_converted_and_counted() {
        let korean = EUC_KR.encode("결제가 실패했습니다 똠방각하").0;
        let (lines, repairs) = read(&[b"ascii\n", &*korean, b"\nUTF-8 \xed\x95\x9c\n"].concat());
        assert_eq!(lines, ["ascii", "결제가 실패했습니다 똠방각하", "UTF-8 한"]);
        assert_eq!((repairs.cp949, repairs.invalid_utf8), (1, 0));
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_between_characters_and_counted() {
        let long = "봉".repeat(MOST_EVENT_BYTES / 3 + 5);
        let (lines, repairs) = read(format!("{long}\nnext\n").as_bytes());
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].len(), MOST_EVENT_BYTES / 3 * 3);
        assert!(lines[0].chars().all(|character| character == '봉'));
        assert_eq!(lines[1], "next");
        assert_eq!(
            repairs,
            Repairs {
                cut: 1,
                ..Repairs::default()
            }
        );
    }

    #[test]
    fn a_line_that_just_fits_is_whole() {
        for end in ["", "\n", "\r\n"] {
            let fits = "x".repeat(MOST_EVENT_BYTES);
            let (lines, repairs) = read(format!("{fits}{end}").as_bytes());
            assert_eq!(lines, [fits]);
            assert_eq!(repairs.cut, 0, "{end:?}");
        }
    }
}
