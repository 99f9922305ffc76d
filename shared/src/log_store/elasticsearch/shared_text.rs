//! Texts that neighbouring documents share, as they are written: each is escaped once.

use std::sync::Arc;

use super::time_text::TimeTexts;
use crate::json_text::push_string;

/// What was written of the documents before, and is likely to be written again.
#[derive(Debug, Default)]
pub(super) struct WrittenTexts {
    pub(super) times: TimeTexts,
    pub(super) service: SharedText,
    pub(super) environment: SharedText,
    pub(super) account: SharedText,
    pub(super) log_group: SharedText,
    pub(super) log_stream: SharedText,
}

/// A text as a JSON string.
#[derive(Debug, Default)]
pub(super) struct SharedText {
    text: Option<Arc<str>>,
    json: Vec<u8>,
}

impl SharedText {
    /// Writes a text, which is copied if it is the one that was written before.
    pub(super) fn push(&mut self, text: &Arc<str>, buffer: &mut Vec<u8>) {
        let is_same = self
            .text
            .as_ref()
            .is_some_and(|before| Arc::ptr_eq(before, text));
        if !is_same {
            self.json.clear();
            push_string(text, &mut self.json);
            self.text = Some(Arc::clone(text));
        }
        buffer.extend_from_slice(&self.json);
    }
}
