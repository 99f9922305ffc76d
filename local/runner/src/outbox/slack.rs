//! Slack messages as files of a directory, each with all its versions.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A message in its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredMessage {
    /// The channel, as the settings name it.
    pub channel: String,
    /// Its id in the channel: seconds since 1970 and a number, as in Slack.
    pub ts: String,
    /// The message that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<String>,
    /// The versions, oldest first; at least one.
    pub versions: Vec<MessageVersion>,
}

/// One version of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageVersion {
    /// The time of the version.
    pub at: Timestamp,
    /// The body of the call to Slack.
    pub body: Value,
}

/// The files.
#[derive(Clone, Debug)]
pub(super) struct SlackFiles {
    directory: PathBuf,
}

impl SlackFiles {
    /// Opens a directory, which is created if it does not exist.
    pub(super) fn open(directory: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&directory)?;
        Ok(Self { directory })
    }

    /// Stores a new message and returns its id. Several processes may do so at once.
    pub(super) fn post(&self, channel: &str, body: &Value, at: Timestamp) -> io::Result<String> {
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        for number in 0..u32::MAX {
            let ts = format!("{}.{number:06}", at.as_second());
            let mut file = match File::create_new(self.path(&ts)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                other => other?,
            };
            let message = StoredMessage {
                channel: channel.to_owned(),
                ts: ts.clone(),
                thread_ts: text("thread_ts"),
                versions: vec![MessageVersion {
                    at,
                    body: body.clone(),
                }],
            };
            file.write_all(&serde_json::to_vec_pretty(&message)?)?;
            return Ok(ts);
        }
        Err(io::Error::other("no free file name for the message"))
    }

    /// Adds a version to a message; `false` if it does not exist.
    pub(super) fn update(&self, ts: &str, body: &Value, at: Timestamp) -> io::Result<bool> {
        let path = self.path(ts);
        let mut message = match read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            other => other?,
        };
        message.versions.push(MessageVersion {
            at,
            body: body.clone(),
        });
        fs::write(path, serde_json::to_vec_pretty(&message)?)?;
        Ok(true)
    }

    /// All messages, oldest first.
    pub(super) fn messages(&self) -> io::Result<Vec<StoredMessage>> {
        let mut messages = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                messages.push(read(&path)?);
            }
        }
        messages.sort_by(|left: &StoredMessage, right| left.ts.cmp(&right.ts));
        Ok(messages)
    }

    /// The file of a message. An invalid id cannot name a file elsewhere.
    fn path(&self, ts: &str) -> PathBuf {
        let fits = |character: &char| character.is_ascii_digit() || *character == '.';
        let name: String = ts.chars().filter(fits).collect();
        self.directory.join(format!("{name}.json"))
    }
}

fn read(path: &Path) -> io::Result<StoredMessage> {
    let bytes = fs::read(path)?;
    serde_json::from_slice(&bytes)
        .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::SlackFiles;

    #[test]
    fn a_message_keeps_all_its_versions() {
        let directory = tempfile::tempdir().expect("a directory");
        let files = SlackFiles::open(directory.path().join("slack")).expect("opened");
        let at = "2026-11-24T00:34:00Z".parse().expect("an instant");
        let post = |body| files.post("#ops", &body, at).expect("kept");
        let first = post(json!({"text": "결제 오류"}));
        let reply = post(json!({"text": "over", "thread_ts": first}));
        assert_ne!(first, reply);
        let update = |ts: &str| files.update(ts, &json!({"text": "결제 오류, 2"}), at);
        assert!(update(&first).expect("changed"));
        assert!(!update("1.2").expect("there is none"));
        assert!(!update("../../../etc/passwd").expect("is no id"));
        let messages = files.messages().expect("read");
        let found: Vec<_> = messages
            .iter()
            .map(|message| (message.versions.len(), message.thread_ts.clone()))
            .collect();
        assert_eq!(found, [(2, None), (1, Some(first))]);
        assert_eq!(messages[0].versions[1].body["text"], "결제 오류, 2");
    }
}
