//! A message as it arrived, before anything of it is understood.

use jiff::Timestamp;

/// The attribute in which our own SNS channel notes the topics that a message has passed, comma
/// separated.
pub const TOPICS_ATTRIBUTE: &str = "AlertFanoutTopics";

/// One message, as SNS or somebody by hand delivered it.
#[derive(Clone, Debug, PartialEq)]
pub struct IncomingMessage {
    /// Its id: the same whenever the same message is delivered.
    pub id: String,
    /// Its id in the queue that it came from, by which a failure is answered.
    pub queue_id: Option<String>,
    /// The topics that it came through, the last one last; none if it came by hand.
    pub topics: Vec<String>,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// Its subject.
    pub subject: Option<String>,
    /// What it says.
    pub text: String,
}
