//! What a log entry says beyond its fields, as the text of a JSON object. Nothing looks into it on
//! its way to the store: `log-ingest` takes it out of a line that it has just read, and to read it
//! again for a proof that it is JSON would cost as much as to write it.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error as _};
use serde_json::value::RawValue;

/// The text of a JSON object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata(Box<str>);

impl Metadata {
    /// Reads a text.
    ///
    /// # Errors
    ///
    /// When it is no JSON.
    pub fn read(text: String) -> serde_json::Result<Self> {
        RawValue::from_string(text).map(Self::from)
    }

    /// Takes a text of which its maker knows that it is JSON, without blanks around it. What is
    /// none breaks the document that holds it; builds for development look.
    #[must_use]
    pub fn of_json(text: Box<str>) -> Self {
        debug_assert!(
            serde_json::from_str::<&RawValue>(&text)
                .is_ok_and(|json| json.get().len() == text.len()),
            "no JSON"
        );
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn get(&self) -> &str {
        &self.0
    }
}

impl From<Box<RawValue>> for Metadata {
    fn from(json: Box<RawValue>) -> Self {
        Self(json.into())
    }
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json: &RawValue = serde_json::from_str(&self.0).map_err(S::Error::custom)?;
        json.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Metadata;

    #[test]
    fn metadata_is_written_and_read_digit_by_digit() {
        let text = r#"{"b":1.50,"a":12345678901234567890123,"b":"\u00e9"}"#;
        let metadata = Metadata::read(format!(" {text}\n")).expect("JSON");
        assert_eq!(metadata.get(), text);
        assert_eq!(metadata, Metadata::of_json(text.into()));
        let written = serde_json::to_string(&metadata).expect("written");
        assert_eq!(written, text);
        let read: Metadata = serde_json::from_str(&written).expect("read");
        assert_eq!(read, metadata);
    }

    #[test]
    fn what_is_no_json_is_no_metadata() {
        for text in ["", "{", "{} {}", "nothing"] {
            assert!(Metadata::read(text.to_owned()).is_err(), "{text}");
        }
    }
}
