//! The error of an entry whose logger has it in fields of its own.

use std::collections::BTreeMap;

use serde_json::Value;

/// What the fields of an entry say of its error. Absent where they say nothing.
#[derive(Debug, Default)]
pub(super) struct ErrorFields {
    /// The type of the exception.
    pub(super) kind: Option<String>,
    /// Its message.
    pub(super) message: Option<String>,
    /// Its stack trace, with or without the exception in the first line.
    pub(super) stack: Option<String>,
}

/// Fields that hold an error: an object, or a text.
const ERRORS: &[&str] = &[
    "err",
    "error",
    "exception",
    "exc_info",
    "exc",
    "e",
    "cause",
    "thrown",
    "errors",
];
/// Fields of the type of an error, on its own or within an object of [`ERRORS`].
const KINDS: &[&str] = &[
    "type",
    "name",
    "kind",
    "class",
    "classname",
    "exception_type",
    "errortype",
    "error_type",
    "error.type",
    "error.kind",
    "err.type",
    "exception.type",
    "exception_class",
    "exceptionclass",
];
/// The same of its message.
const MESSAGES: &[&str] = &[
    "message",
    "msg",
    "errormessage",
    "error_message",
    "error.message",
    "err.message",
    "exception.message",
    "exception_message",
];
/// The same of its stack trace.
const STACKS: &[&str] = &[
    "stack",
    "stacktrace",
    "stack_trace",
    "traceback",
    "trace",
    "backtrace",
    "error.stack",
    "error.stack_trace",
    "err.stack",
    "exception.stacktrace",
    "exception.stack_trace",
];

impl ErrorFields {
    /// Reads metadata, the text of a JSON object.
    pub(super) fn read(metadata: &str) -> Self {
        let members: BTreeMap<String, Value> = serde_json::from_str(metadata).unwrap_or_default();
        let mut fields = Self::default();
        for (key, value) in &members {
            let key = key.to_ascii_lowercase();
            // `name` and `type` of the entry itself are none of an error.
            let is_own = key.contains(['.', '_']) || key.starts_with('e');
            match value {
                Value::Object(inner) if ERRORS.contains(&key.as_str()) => {
                    for (key, value) in inner {
                        fields.offer(&key.to_ascii_lowercase(), value);
                    }
                }
                Value::String(text) if ERRORS.contains(&key.as_str()) => fields.offer_text(text),
                value if is_own || STACKS.contains(&key.as_str()) => fields.offer(&key, value),
                _ => {}
            }
        }
        fields
    }

    fn offer(&mut self, key: &str, value: &Value) {
        let Some(text) = value.as_str().filter(|text| !text.trim().is_empty()) else {
            return;
        };
        let slot = if KINDS.contains(&key) {
            &mut self.kind
        } else if MESSAGES.contains(&key) {
            &mut self.message
        } else if STACKS.contains(&key) {
            &mut self.stack
        } else {
            return;
        };
        slot.get_or_insert_with(|| text.to_owned());
    }

    /// A text is the message of an error, or its trace.
    fn offer_text(&mut self, text: &str) {
        let key = if text.trim().contains('\n') {
            "stack"
        } else {
            "message"
        };
        self.offer(key, &Value::String(text.to_owned()));
    }
}
