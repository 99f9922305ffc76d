//! The outbox of one machine: what would be sent to Slack and by mail lies there as files, and a
//! page shows it.

mod mrkdwn;
