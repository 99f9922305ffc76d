//! alert-fanout: sends every alert to each of its channels, once.
//!
//! Triggered by a topic of SNS, directly or through a queue, by a CloudWatch alarm, or by hand.
//!
//! Contract of [`handle`]:
//! - Every message is accepted: one that no sender in the catalogue explains is sent as it came.
//! - Each notice is sent to each of its targets, whatever happens at the others. What was sent is
//!   recorded and not sent again when the same event, or the same notice, arrives again. [`delivery`]
//!   documents the cases in which a duplicate is possible; no case loses a notice.
//! - If the ledger does not answer, everything is sent: a duplicate is better than a loss.
//! - A repetition updates the first message. A resolution updates it and replies to it, at every
//!   target that received the incident. Escalations, and every critical alert, are sent as new messages.
//! - A target that refuses a message permanently is replaced by a fallback, and the message says so.
//! - The invocation fails if a retry may deliver something, or if a message reached none of its
//!   targets, after everything else is delivered and recorded.

use std::time::Duration;

use jiff::Timestamp;
use shared::{deadline::Deadline, invocation::Invocation};

pub mod accounts;
mod answer;
pub mod channel;
pub mod config;
pub mod delivery;
pub mod deployment;
pub mod episode;
pub mod error;
pub mod function;
pub mod incoming;
pub mod input;
pub mod interaction;
pub mod invocation;
pub mod language;
pub mod links;
pub mod notice;
mod redaction;
pub mod render;
pub mod report;
pub mod routing;
pub mod setup;
pub mod tolerant;

pub use answer::FanoutAnswer;
pub use config::Config;
pub use error::FanoutError;
pub use report::FanoutReport;
pub use setup::Setup;

pub use delivery::Context;

/// The name of the function.
pub const NAME: &str = "alert-fanout";

use delivery::Arrival;
use notice::{Handling, ListedIncident, Notice};

/// The time for reading what the team decided: alerts do not wait for it for long.
const READING: Duration = Duration::from_secs(2);

impl Context {
    /// Reads the silences and acknowledgements in the ledger. If it does not answer, the last ones known
    /// apply.
    async fn read_decisions(&self, invocation: &Invocation) {
        let deadline = Deadline::after(invocation.deadline.remaining().min(READING));
        let read = interaction::decisions::read(self.ledger(), invocation.now, deadline).await;
        match read {
            Ok(decisions) => self.router().set_decisions(decisions),
            Err(error) => tracing::warn!("the silences in the ledger are not known: {error}"),
        }
    }

    /// What the team did about the incident of a notice, and whether it has buttons.
    pub(crate) fn handling(&self, notice: &Notice, now: Timestamp) -> Handling {
        let has_buttons = self.interactions().is_some() && notice.dedup_key.is_some();
        Handling {
            has_buttons,
            ..self.router().handling(notice, now)
        }
    }

    /// Notes what the team did about the incidents of a list. Returns whether the list has buttons.
    pub(crate) fn handle_listed(&self, listed: &mut [ListedIncident], now: Timestamp) -> Handling {
        for incident in listed.iter_mut() {
            if let Some(id) = &incident.id {
                incident.handling = self.router().handling_of(id, now);
            }
        }
        let has_buttons = listed.iter().any(ListedIncident::is_actionable);
        Handling {
            has_buttons: has_buttons && self.interactions().is_some(),
            ..Handling::default()
        }
    }

    async fn respond(
        &self,
        request: &interaction::UrlRequest,
        invocation: &Invocation,
    ) -> interaction::UrlResponse {
        let Invocation { now, deadline, .. } = invocation;
        match self.interactions() {
            Some(interactions) => {
                interactions
                    .respond(request, self.ledger(), *now, *deadline)
                    .await
            }
            None => interaction::UrlResponse::REFUSED,
        }
    }

    /// The messages of a payload with their notices, completed with links. A message without an id gets
    /// `request_id`.
    #[must_use]
    pub fn arrivals(&self, payload: &str, request_id: &str) -> Vec<Arrival> {
        let messages = input::messages(payload, request_id).into_iter();
        messages
            .map(|message| {
                let mut notice = input::notice(&message);
                let config = self.config();
                links::complete(&mut notice, &config.places);
                let topic = message.topics.last().map(String::as_str);
                let region = config.places.region();
                config.accounts.complete(&mut notice, topic, region);
                notice.mentions = self.router().mentions(&notice);
                Arrival { message, notice }
            })
            .collect()
    }
}

/// Answers a request to the function's URL: a click on a button of a Slack message. `None` if the payload is
/// no such request.
pub async fn respond(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
) -> Option<interaction::UrlResponse> {
    let request = interaction::UrlRequest::read(payload)?;
    Some(context.respond(&request, invocation).await)
}

/// The sweep's trigger: `{"action": "sweep"}`, or a scheduled event of EventBridge.
fn is_sweep(payload: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct AlertTrigger {
        action: Option<String>,
        #[serde(rename = "detail-type")]
        detail_type: Option<String>,
    }
    let trigger = serde_json::from_str::<AlertTrigger>(payload);
    payload.trim_start().starts_with('{')
        && trigger.is_ok_and(|trigger| {
            trigger.action.as_deref() == Some("sweep")
                || trigger.detail_type.as_deref() == Some("Scheduled Event")
        })
}

/// Delivers each message of an event to its targets, or sweeps.
///
/// ```
/// use alert_fanout::{Context, FanoutAnswer, FanoutError, handle};
/// use shared::invocation::Invocation;
///
/// async fn deliver(context: &Context, run: &Invocation) -> Result<FanoutAnswer, FanoutError> {
///     let alert = r#"{"type": "error", "title": "Payments fail", "message": "12% of requests"}"#;
///     handle(alert, context, run).await
/// }
/// ```
///
/// # Errors
///
/// If a retry may deliver something, or a message reached none of its targets. The answer to a queue names
/// such messages instead.
pub async fn handle(
    payload: &str,
    context: &Context,
    invocation: &Invocation,
) -> Result<FanoutAnswer, FanoutError> {
    context.read_decisions(invocation).await;
    if is_sweep(payload) {
        let report = delivery::sweep(context, invocation).await;
        delivery::report_setting_problems(context, invocation).await;
        tracing::info!(sweep = ?report.sweep, failed = report.failed, "swept the incidents");
        return FanoutError::check(report).map(FanoutAnswer::of);
    }
    let mut arrivals = context.arrivals(payload, &invocation.request_id);
    for arrival in &mut arrivals {
        arrival.notice.handling = context.handling(&arrival.notice, invocation.now);
    }
    let is_queue = arrivals.iter().any(|it| it.message.queue_id.is_some());
    let report = if is_queue {
        delivery::deliver_queued(&arrivals, context, invocation).await
    } else {
        delivery::deliver(&arrivals, context, invocation).await
    };
    delivery::report_setting_problems(context, invocation).await;
    tracing::info!(
        records = report.records,
        delivered = report.delivered,
        updated = report.updated,
        alreadyDelivered = report.already_delivered,
        failed = report.failed,
        "delivered the messages of an event"
    );
    if is_queue {
        return Ok(FanoutAnswer::of_queue(report));
    }
    FanoutError::check(report).map(FanoutAnswer::of)
}
