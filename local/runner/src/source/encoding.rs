//! The encoding of a log, detected from its first bytes, and its conversion to UTF-8.
//!
//! UTF-16 is detected by its byte order mark or by its zero bytes, and converted as a whole. CP949
//! (EUC-KR) is detected line by line in [`line`](super::line), because such logs often begin with
//! thousands of lines in ASCII. Binary files are refused.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{Decoder, Encoding, UTF_16BE, UTF_16LE};

/// The first bytes of well-known files that are not logs.
const BINARY: [(&[u8], &str); 9] = [
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"PK\x03\x04", "a zip archive"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3\0", "a database"),
    (b"\xca\xfe\xba\xbe", "a Java class"),
];

/// The encoding of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detected {
    /// The encoding to convert from; `None` for UTF-8.
    pub encoding: Option<&'static Encoding>,
    /// The length of the byte order mark, in bytes.
    pub mark: usize,
}

/// Detects the encoding from the first bytes.
///
/// # Errors
///
/// If they are not text; the message says what they look like.
pub fn detect(start: &[u8]) -> io::Result<Detected> {
    if let Some((encoding, mark)) = Encoding::for_bom(start) {
        let encoding = (encoding != encoding_rs::UTF_8).then_some(encoding);
        return Ok(Detected { encoding, mark });
    }
    if let Some((_, kind)) = BINARY.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Err(binary(kind));
    }
    if start.get(257..262) == Some(b"ustar") {
        return Err(binary("a tar archive"));
    }
    let encoding = utf_16(start);
    if encoding.is_none() && is_binary(start) {
        return Err(binary("binary data"));
    }
    Ok(Detected { encoding, mark: 0 })
}

fn binary(kind: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("it is {kind}, not a text log"),
    )
}

/// UTF-16 without a mark: in a mostly Latin text, every other byte is zero.
fn utf_16(start: &[u8]) -> Option<&'static Encoding> {
    let pairs = start.len() / 2;
    let zeros = |offset: usize| {
        let bytes = start.iter().skip(offset).step_by(2);
        bytes.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let (many, few) = (pairs * 2 / 5, pairs / 20);
    if pairs < 4 {
        None
    } else if odd > many && even <= few {
        Some(UTF_16LE)
    } else if even > many && odd <= few {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// True if more than a tenth are control characters that logs do not have.
fn is_binary(start: &[u8]) -> bool {
    let is_control = |byte: &&u8| matches!(**byte, 0..=6 | 14..=26 | 28..=31 | 127);
    start.iter().filter(is_control).count() * 10 > start.len()
}

/// A reader that converts to UTF-8. Invalid bytes become U+FFFD.
pub fn utf_8(source: impl Read + Send + 'static, encoding: &'static Encoding) -> impl Read + Send {
    Converted {
        source: BufReader::with_capacity(1 << 16, source),
        decoder: Some(encoding.new_decoder_without_bom_handling()),
    }
}

struct Converted<R> {
    source: R,
    /// `None` after the end.
    decoder: Option<Decoder>,
}

impl<R: BufRead> Read for Converted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // The decoder needs room for one character.
        if buffer.len() < 4 {
            let mut character = [0; 4];
            let count = self.read(&mut character)?;
            return match (buffer.get_mut(..count), character.get(..count)) {
                (Some(room), Some(bytes)) => {
                    room.copy_from_slice(bytes);
                    Ok(count)
                }
                _ if count == 0 => Ok(0),
                _ => Err(io::Error::other("the buffer is shorter than a character")),
            };
        }
        while let Some(decoder) = &mut self.decoder {
            let input = self.source.fill_buf()?;
            let is_last = input.is_empty();
            let (_, read, written, _) = decoder.decode_to_utf8(input, buffer, is_last);
            self.source.consume(read);
            if is_last {
                self.decoder = None;
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use encoding_rs::{EUC_KR, UTF_16BE, UTF_16LE};

    use super::{detect, utf_8};

    fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn encodings_are_detected_from_marks_and_zeros() {
        let text = "2026-11-24 ERROR 결제가 실패했습니다 payment failed\n";
        for (bytes, encoding, mark) in [
            (text.as_bytes().to_vec(), None, 0),
            ([b"\xef\xbb\xbf", text.as_bytes()].concat(), None, 3),
            (utf_16(text, u16::to_le_bytes), Some(UTF_16LE), 0),
            (utf_16(text, u16::to_be_bytes), Some(UTF_16BE), 0),
            (
                utf_16(&format!("\u{feff}{text}"), u16::to_le_bytes),
                Some(UTF_16LE),
                2,
            ),
            (EUC_KR.encode(text).0.into_owned(), None, 0),
            (Vec::new(), None, 0),
        ] {
            let found = detect(&bytes).expect("text");
            assert_eq!((found.encoding, found.mark), (encoding, mark));
            if let Some(encoding) = found.encoding {
                let mut read = String::new();
                let source = Cursor::new(bytes.get(mark..).expect("bytes").to_vec());
                utf_8(source, encoding)
                    .read_to_string(&mut read)
                    .expect("read");
                assert_eq!(read, text);
            }
        }
    }

    #[test]
    fn binary_files_are_refused_with_what_they_are() {
        for (bytes, kind) in [
            (&b"\x7fELF\x02\x01\x01\0\0\0\0\0"[..], "a program"),
            (b"PK\x03\x04\x14\0\0\0", "a zip archive"),
            (b"\x01\x02\x03\x04\x05text", "binary data"),
        ] {
            let error = detect(bytes).expect_err("binary").to_string();
            assert!(error.contains(kind), "{error}");
        }
    }
}
