//! Items of bulk requests that are being sent. Most are sent once, as they were compressed; the lines are
//! unpacked only where some of them are sent again, or the cluster refused one.

use std::{ops::Range, sync::OnceLock};

use super::packed_lines::PackedLines;
use crate::log_store::StoreError;

/// What stands between the index and the id in the line of an action.
pub(super) const ID: &str = r#"","_id":"#;

/// Items as the lines of bulk requests.
#[derive(Debug, Default)]
pub(super) struct BulkItems {
    packed: PackedLines,
    /// The lines, once they are needed.
    lines: OnceLock<Vec<u8>>,
    /// Where those of each item end.
    ends: Vec<usize>,
    may_lack_ids: bool,
}

impl BulkItems {
    /// Items whose lines end at these positions.
    pub(super) fn new(packed: PackedLines, ends: Vec<usize>, may_lack_ids: bool) -> Self {
        Self {
            packed,
            lines: OnceLock::new(),
            ends,
            may_lack_ids,
        }
    }

    /// How many items there are.
    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }

    /// Whether a cluster may give the items ids of its own: only those that are created.
    pub(super) fn may_lack_ids(&self) -> bool {
        self.may_lack_ids
    }

    /// The stored body of an item that has one.
    ///
    /// # Errors
    ///
    /// If the lines cannot be unpacked.
    pub(super) fn source(&self, position: usize) -> Result<Option<&[u8]>, StoreError> {
        let lines = self.lines_of(position)?;
        Ok(lines.split(|byte| *byte == b'\n').nth(1))
    }

    /// Divides positions: each part has at most `limit` bytes of lines, unless a single item has more.
    pub(super) fn divided<'p>(&self, positions: &'p [usize], limit: usize) -> Vec<&'p [usize]> {
        let mut parts = Vec::new();
        let mut rest = positions;
        while !rest.is_empty() {
            let mut length = 0;
            let fitting = rest.iter().take_while(|position| {
                length += self.range(**position).len();
                length <= limit
            });
            let (part, after) = rest.split_at(fitting.count().clamp(1, rest.len()));
            parts.push(part);
            rest = after;
        }
        parts
    }

    /// The body that stores the items at some positions. Without ids, the cluster gives each item one.
    ///
    /// # Errors
    ///
    /// If the lines cannot be unpacked.
    pub(super) fn body(
        &self,
        positions: &[usize],
        has_ids: bool,
    ) -> Result<PackedLines, StoreError> {
        if has_ids && positions.iter().copied().eq(0..self.count()) {
            return Ok(self.packed.clone());
        }
        let lines = positions.iter().map(|position| self.lines_of(*position));
        let lines = lines.collect::<Result<Vec<&[u8]>, StoreError>>()?;
        if has_ids {
            PackedLines::of(lines)
        } else {
            PackedLines::of(lines.into_iter().flat_map(without_id))
        }
    }

    fn lines_of(&self, position: usize) -> Result<&[u8], StoreError> {
        let lines = if let Some(lines) = self.lines.get() {
            lines
        } else {
            let unpacked = self.packed.unpacked()?;
            self.lines.get_or_init(|| unpacked)
        };
        Ok(lines.get(self.range(position)).unwrap_or_default())
    }

    /// Where the lines of an item stand; nowhere if there is none.
    fn range(&self, position: usize) -> Range<usize> {
        let end_of = |position: usize| self.ends.get(position).copied();
        let start = position.checked_sub(1).map_or(Some(0), end_of);
        start.unwrap_or_default()..end_of(position).unwrap_or_default()
    }
}

/// The pieces of an item's lines without the id in its action, which stands at the end of that line.
fn without_id(lines: &[u8]) -> [&[u8]; 3] {
    let end = memchr::memchr(b'\n', lines).unwrap_or(lines.len());
    let (action, rest) = lines.split_at(end);
    match memchr::memmem::find(action, ID.as_bytes()) {
        Some(id) => [action.get(..id).unwrap_or_default(), b"\"}}", rest],
        None => [action, b"", rest],
    }
}
