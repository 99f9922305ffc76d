//! Bytes become lines of text, whatever the bytes are.

use std::io::{self, BufRead};

/// The largest log event that CloudWatch Logs takes, in bytes:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>. A longer
/// line is cut here.
pub const MOST_EVENT_BYTES: usize = 1024 * 1024;

/// What had to be done to lines so that they could be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    /// Lines that were not valid UTF-8: what was wrong became U+FFFD.
    pub invalid_utf8: u64,
    /// Events that were longer than [`MOST_EVENT_BYTES`]: the rest was left out.
    pub cut: u64,
}

/// Reads lines without their ends (LF or CRLF), the last one also without an end of its own.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    /// What was done so far.
    pub repairs: Repairs,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a reader.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            repairs: Repairs::default(),
        }
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    ///
    /// When the reader fails.
    pub fn next_line(&mut self) -> io::Result<Option<String>> {
        self.buffer.clear();
        let Some(is_cut) = self.fill()? else {
            return Ok(None);
        };
        if !is_cut && self.buffer.last() == Some(&b'\r') {
            self.buffer.pop();
        }
        let mut text = match String::from_utf8_lossy(&self.buffer) {
            std::borrow::Cow::Borrowed(text) => text.to_owned(),
            std::borrow::Cow::Owned(repaired) => {
                // A cut in the middle of a character is no fault of the line's.
                let fault = !is_cut || has_fault_before_end(&self.buffer);
                self.repairs.invalid_utf8 += u64::from(fault);
                repaired
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

    /// Reads a line into the buffer, at most [`MOST_EVENT_BYTES`] of it, and passes over the rest.
    /// `Some(true)` if there was a rest, `None` at the end.
    fn fill(&mut self) -> io::Result<Option<bool>> {
        let mut is_cut = false;
        let mut is_empty = true;
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                return Ok((!is_empty).then_some(is_cut));
            }
            is_empty = false;
            let mut parts = available.splitn(2, |&byte| byte == b'\n');
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
            if ends {
                return Ok(Some(is_cut));
            }
        }
    }
}

/// Whether bytes are invalid before their last character.
fn has_fault_before_end(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_some())
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

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
    fn every_end_of_line_is_known_and_the_last_line_needs_none() {
        let (lines, repairs) = read("하나\r\ntwo\n\nthree\rfour\nlast".as_bytes());
        assert_eq!(lines, ["하나", "two", "", "three\rfour", "last"]);
        assert_eq!(repairs, Repairs::default());
        assert!(read(b"").0.is_empty());
        assert_eq!(read(b"\n").0, [""]);
    }

    #[test]
    fn what_is_no_utf_8_is_replaced_and_counted() {
        let (lines, repairs) = read(b"good\nb\xffd\n\xed\x95");
        assert_eq!(lines, ["good", "b\u{fffd}d", "\u{fffd}"]);
        assert_eq!(repairs.invalid_utf8, 2);
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
                invalid_utf8: 0,
                cut: 1
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
