//! Files that are one JSON document with a list of entries, as exports are: each element becomes a line, so
//! that it is an entry. `aws logs filter-log-events` writes such a document.

use std::io::{self, BufRead, Read};

/// The document that a text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonList {
    /// `[{…}, {…}]`.
    Bare,
    /// `{"events": [{…}, {…}], …}`, of which the other members say nothing of the log.
    Events,
}

impl JsonList {
    /// Recognises a document by its first bytes.
    #[must_use]
    pub fn of(start: &[u8]) -> Option<Self> {
        let text = start.trim_ascii_start();
        if let Some(rest) = text.strip_prefix(b"[") {
            return begins_object(rest).then_some(Self::Bare);
        }
        let rest = text.strip_prefix(b"{")?.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"events\"")?.trim_ascii_start();
        let list = rest.strip_prefix(b":")?.trim_ascii_start();
        begins_object(list.strip_prefix(b"[")?).then_some(Self::Events)
    }

    /// How many brackets are open around an element.
    fn depth(self) -> usize {
        match self {
            Self::Bare => 1,
            Self::Events => 2,
        }
    }
}

fn begins_object(text: &[u8]) -> bool {
    let inner = text.trim_ascii_start().strip_prefix(b"{");
    inner.is_some_and(|inner| inner.trim_ascii_start().starts_with(b"\""))
}

/// Whether a byte is in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StringPlace {
    Outside,
    Inside,
    /// Behind a backslash.
    Escaped,
}

impl StringPlace {
    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Outside, b'"') | (Self::Escaped, _) => Self::Inside,
            (Self::Inside, b'"') => Self::Outside,
            (Self::Inside, b'\\') => Self::Escaped,
            (place, _) => place,
        }
    }
}

/// Where a reader is in the documents of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DocumentPlace {
    /// In a document.
    Inside,
    /// Behind it, at the start of a line.
    LineStart,
    /// Behind it, after a bracket at the start of a line, with which another list may begin.
    Bracket,
    /// Behind it, in a line.
    Line,
}

/// The elements of documents, each on a line. What follows a document and is no list of objects is left as it
/// is.
pub struct ElementLines<R> {
    source: R,
    list: JsonList,
    depth: usize,
    place: StringPlace,
    /// Whether an element has begun.
    in_element: bool,
    document: DocumentPlace,
    /// Converted bytes that were not read yet.
    ready: Vec<u8>,
    taken: usize,
}

impl<R: BufRead> ElementLines<R> {
    /// The elements of the document that a source begins with.
    pub fn new(source: R, list: JsonList) -> Self {
        Self {
            source,
            list,
            depth: 0,
            place: StringPlace::Outside,
            in_element: false,
            document: DocumentPlace::Inside,
            ready: Vec::new(),
            taken: 0,
        }
    }

    fn convert(&mut self, byte: u8) {
        if self.document != DocumentPlace::Inside && !self.begins_list(byte) {
            return;
        }
        let list_depth = self.list.depth();
        let before = self.place;
        self.place = before.after(byte);
        if before != StringPlace::Outside || self.place != StringPlace::Outside {
            self.in_element |= self.depth == list_depth;
            if self.in_element {
                self.ready.push(byte);
            }
            return;
        }
        match byte {
            b'{' | b'[' => {
                self.in_element |= self.depth == list_depth;
                self.depth += 1;
            }
            b'}' | b']' => {
                if self.depth == list_depth {
                    self.end_element();
                }
                self.depth = self.depth.saturating_sub(1);
            }
            b',' if self.depth == list_depth => self.end_element(),
            _ if self.depth == list_depth && !byte.is_ascii_whitespace() => self.in_element = true,
            _ => {}
        }
        let is_line_end = matches!(byte, b'\n' | b'\r');
        if self.in_element && !(byte == b',' && self.depth == list_depth) {
            self.ready.push(if is_line_end { b' ' } else { byte });
        }
        if matches!(byte, b'}' | b']') && self.depth == list_depth {
            self.end_element();
        }
        if self.depth == 0 {
            self.document = DocumentPlace::Line;
        }
    }

    /// Whether another list begins before a byte behind a document. Any other byte is left as it is.
    fn begins_list(&mut self, byte: u8) -> bool {
        let place = self.document;
        self.document = match (place, byte) {
            (DocumentPlace::LineStart, b'[') => DocumentPlace::Bracket,
            (DocumentPlace::Bracket, b'{') => DocumentPlace::Inside,
            (_, b'\n') => DocumentPlace::LineStart,
            _ => DocumentPlace::Line,
        };
        if self.document == DocumentPlace::Inside {
            self.list = JsonList::Bare;
            self.depth = 1;
            return true;
        }
        if place == DocumentPlace::Bracket {
            self.ready.push(b'[');
        }
        if self.document != DocumentPlace::Bracket {
            self.ready.push(byte);
        }
        false
    }

    fn end_element(&mut self) {
        if self.in_element {
            self.ready.push(b'\n');
        }
        self.in_element = false;
    }
}

impl<R: BufRead> Read for ElementLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready.len() {
            self.ready.clear();
            self.taken = 0;
            let input = self.source.fill_buf()?.to_vec();
            if input.is_empty() {
                if self.document != DocumentPlace::Bracket {
                    return Ok(0);
                }
                // No list began.
                self.document = DocumentPlace::Line;
                self.ready.push(b'[');
            }
            self.source.consume(input.len());
            for byte in input {
                self.convert(byte);
            }
        }
        let mut rest = self.ready.get(self.taken..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read as _};

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{ElementLines, JsonList};

    fn lines(text: &str) -> String {
        let list = JsonList::of(text.as_bytes()).expect("a list");
        let mut lines = String::new();
        let source = BufReader::with_capacity(7, text.as_bytes());
        let read = ElementLines::new(source, list).read_to_string(&mut lines);
        read.expect("read");
        lines
    }

    #[test]
    fn each_element_is_a_line() {
        for (text, expected) in [
            ("[{\"a\":1},{\"b\":[2,{}]}]", "{\"a\":1}\n{\"b\":[2,{}]}\n"),
            (
                "[\n  {\n    \"a\": \"x,\\\"]}\\n\"\n  },\n  3, null, \"s, t\"\n]\n",
                "{     \"a\": \"x,\\\"]}\\n\"   }\n3\nnull\n\"s, t\" \n\n",
            ),
            (
                "{\"events\": [{\"message\": \"결제\"}], \"nextToken\": \"[x]\"}",
                "{\"message\": \"결제\"}\n",
            ),
            (
                "[{\"a\":1}]\n2026-11-24 ERROR after it\n",
                "{\"a\":1}\n\n2026-11-24 ERROR after it\n",
            ),
            ("[{\"a\":1},{\"cut", "{\"a\":1}\n{\"cut"),
            (
                "[{\"a\":1}]\n[{\"b\":1},{\"c\":1}]\n[main] x [{y}]\n[",
                "{\"a\":1}\n\n{\"b\":1}\n{\"c\":1}\n\n[main] x [{y}]\n[",
            ),
        ] {
            assert_eq!(lines(text), expected, "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_lists() {
        for text in [
            "",
            "[",
            "[main] {x}",
            "[1,2]",
            "[[{\"a\":1}]]",
            "[{main}] started",
            "{\"events\": 3}",
            "{\"level\":\"info\",\"events\":[{\"a\":1}]}",
            "[2026-11-24] ERROR x",
        ] {
            assert_eq!(JsonList::of(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_element_is_lost(texts in proptest::collection::vec("[a-z\"\\\\,{}\\[\\]\n가]{0,12}", 1..8), is_pretty in any::<bool>()) {
            let elements: Vec<Value> = texts.iter().map(|text| json!({"t": text, "l": [text, {}]})).collect();
            let text = if is_pretty {
                serde_json::to_string_pretty(&elements)
            } else {
                serde_json::to_string(&elements)
            };
            let lines = lines(&text.expect("JSON"));
            let read: Vec<Value> = lines
                .lines()
                .map(|line| serde_json::from_str(line).expect("JSON"))
                .collect();
            prop_assert_eq!(read, elements);
        }
    }
}
