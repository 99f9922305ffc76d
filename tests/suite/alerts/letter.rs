//! A mail as `oracle/mail.py` reads it.

use std::{
    collections::BTreeMap,
    io::Write as _,
    process::{Command, Stdio},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

/// What is in a mail.
#[derive(Debug, Deserialize)]
pub(super) struct Letter {
    headers: BTreeMap<String, Vec<String>>,
    pub(super) addresses: BTreeMap<String, Vec<String>>,
    pub(super) parts: Vec<MimePart>,
    pub(super) defects: Vec<String>,
}

/// A part of it, in the order in which they are written.
#[derive(Debug, Deserialize)]
pub(super) struct MimePart {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) id: Option<String>,
    pub(super) disposition: Option<String>,
    /// A text, or bytes in base64.
    pub(super) content: Option<String>,
}

impl MimePart {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let content = self.content.as_deref().expect("a content");
        STANDARD.decode(content).expect("base64")
    }
}

impl Letter {
    /// Lets the oracle read a mail.
    pub(super) fn read(mail: &[u8]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/oracle/mail.py");
        let mut oracle = Command::new("python3")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3");
        let mut input = oracle.stdin.take().expect("a standard input");
        input.write_all(mail).expect("written");
        drop(input);
        let output = oracle.wait_with_output().expect("an answer");
        assert!(output.status.success(), "the oracle failed");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// The one header of this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let values = self.headers.get(name)?;
        assert_eq!(values.len(), 1, "{name}: {values:?}");
        Some(&values[0])
    }

    pub(super) fn kinds(&self) -> Vec<&str> {
        self.parts.iter().map(|part| part.kind.as_str()).collect()
    }
}

/// The subject and the texts of a mail.
pub(super) fn text(mail: &[u8]) -> String {
    let letter = Letter::read(mail);
    let subject = letter.header("Subject").unwrap_or_default();
    let parts = letter
        .parts
        .iter()
        .filter(|part| part.kind.starts_with("text/"));
    let texts = parts.filter_map(|part| part.content.as_deref());
    texts.fold(subject.to_owned(), |all, text| format!("{all}\n{text}"))
}
