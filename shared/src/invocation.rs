//! What a handler knows of the run it is part of, without knowing who runs it: Lambda, the runner
//! or a test.

use jiff::Timestamp;

use crate::deadline::Deadline;

/// One run of a function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The id of this run; on AWS, Lambda's request id.
    pub request_id: String,
    /// The clock at the start of the run. A handler reads no clock of its own.
    pub now: Timestamp,
    /// When the answer must be there.
    pub deadline: Deadline,
}
