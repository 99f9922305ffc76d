//! From what arrived to notices. Nothing that arrives is an error: what nobody foresaw is shown as it
//! came.

use jiff::Timestamp;

use crate::notice::Notice;

/// One message, as SNS or somebody by hand delivered it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its id: the same whenever the same message is delivered.
    pub id: String,
    /// The topics that it came through, the last one last; none if it came by hand.
    pub topics: Vec<String>,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// Its subject.
    pub subject: Option<String>,
    /// What it says.
    pub text: String,
}

/// The messages of a payload. `request_id` is the id of what comes without one.
#[must_use]
pub fn messages(_payload: &str, _request_id: &str) -> Vec<Message> {
    todo!()
}

/// What a message says.
#[must_use]
pub fn notice(_message: &Message) -> Notice {
    todo!()
}
