//! alert-fanout: every alert to each of its channels, once.
//!
//! Triggered by a topic of SNS, or by hand with anything.
//!
//! Contract of [`handle`]:
//! - Nothing that arrives is an error of parsing: what nobody foresaw is told as it came.
//! - Every notice is sent to each of its targets, whatever becomes of the others; what was sent is
//!   remembered, and not sent again when the same event, or the same notice, is delivered again. When
//!   there can be a duplicate all the same is written at [`delivery`]; nothing is ever lost to it.
//! - Where the ledger does not answer, everything is sent: a duplicate beats a loss.
//! - A repetition changes the message that is there instead of being one more, and the end of what
//!   was told changes it and answers it. What is critical is always told.
//! - A target that refuses for good is replaced by another, who is told so.
//! - The invocation fails when a later try may deliver something, or when a message reached nobody
//!   whom it was for, after everything else is delivered and noted.

use shared::invocation::Invocation;

pub mod channel;
pub mod config;
pub mod delivery;
pub mod episode;
pub mod error;
pub mod incoming;
pub mod input;
pub mod language;
pub mod links;
pub mod notice;
pub mod render;
pub mod report;
pub mod routing;
pub mod setup;

pub use config::Config;
pub use error::FanoutError;
pub use report::FanoutReport;
pub use setup::Setup;

pub use delivery::Context;

use delivery::Arrival;

impl Context {
    /// What a payload says, with the links that can be made of it. `request_id` is the id of what
    /// comes without one.
    #[must_use]
    pub fn arrivals(&self, payload: &str, request_id: &str) -> Vec<Arrival> {
        let messages = input::messages(payload, request_id).into_iter();
        messages
            .map(|message| {
                let mut notice = input::notice(&message);
                links::complete(&mut notice, &self.config().places);
                Arrival { message, notice }
            })
            .collect()
    }
}

/// Tells everybody what arrived.
///
/// # Errors
///
/// When something is left to deliver, or reached nobody.
pub async fn handle(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
) -> Result<FanoutReport, FanoutError> {
    let arrivals = context.arrivals(payload, &invocation.request_id);
    let report = delivery::deliver(&arrivals, context, invocation).await;
    delivery::report_setting_problems(context, invocation).await;
    tracing::info!(
        records = report.records,
        delivered = report.delivered,
        updated = report.updated,
        alreadyDelivered = report.already_delivered,
        failed = report.failed,
        "told what arrived"
    );
    FanoutError::check(report)
}
