//! Acknowledgements and silences from Slack: a button on a message calls the Function URL, which verifies
//! Slack's signature, records the decision in the ledger and shows it on the message.
//! <https://docs.slack.dev/interactivity/handling-user-interaction>

use std::{fmt::Debug, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Time, tz::TimeZone};
use serde::Serialize;
use shared::{deadline::Deadline, ledger::Ledger, secret::Secret};

use crate::{
    channel::{
        http::Http,
        slack::{SlackApi, SlackConfig, SlackHttp},
    },
    render::{Locale, slack::buttons},
    routing::mute::{TeamDecisions, TeamSilence},
};

mod click;
pub mod decisions;
mod request;
mod signature;

#[cfg(test)]
mod tests;

use click::Click;
pub use request::UrlRequest;

/// The time for showing a decision on its message. Slack waits three seconds for the answer.
const SHOWING: Duration = Duration::from_millis(1_500);

/// What the buttons need.
#[derive(Clone, Debug)]
pub struct Interactions {
    /// The signing secret of the Slack app.
    secret: Secret,
    api: Arc<dyn SlackApi>,
    style: Locale,
}

/// The answer of a Function URL:
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UrlResponse {
    /// The HTTP status. No body explains it.
    pub status_code: u16,
}

impl UrlResponse {
    const DONE: Self = Self { status_code: 200 };
    /// Nobody learns why a request was refused.
    pub(crate) const REFUSED: Self = Self { status_code: 401 };
    /// Slack shows that it did not work.
    const FAILED: Self = Self { status_code: 500 };
}

impl Interactions {
    /// Interactions of the app with this signing secret.
    #[must_use]
    pub fn new(secret: Secret, api: Arc<dyn SlackApi>, style: Locale) -> Self {
        Self { secret, api, style }
    }

    /// Interactions of an app by its token; `None` for a webhook, whose messages nothing can change.
    pub(crate) fn of(
        secret: Secret,
        slack: &SlackConfig,
        http: &Http,
        style: &Locale,
    ) -> Option<Self> {
        let SlackConfig::Bot { token, api, .. } = slack else {
            return None;
        };
        let api = SlackHttp::new(http.clone(), api.clone(), token.clone());
        Some(Self::new(secret, Arc::new(api), style.clone()))
    }

    /// Answers a request: records what a button decides, and shows it on its message.
    pub(crate) async fn respond(
        &self,
        request: &UrlRequest,
        ledger: &dyn Ledger,
        now: Timestamp,
        deadline: Deadline,
    ) -> UrlResponse {
        let Some(body) = request.verified(&self.secret, now) else {
            tracing::warn!("a request to the function's URL was refused");
            return UrlResponse::REFUSED;
        };
        let Some(click) = Click::read(&body) else {
            // A signed request about something else: a check of the certificate, another button.
            return UrlResponse::DONE;
        };
        let until = until(&click.action, now, &self.style.zone);
        let change = |decisions: &mut TeamDecisions| match until {
            None => {
                for incident in &click.incidents {
                    decisions.acknowledge(incident, &click.person, now);
                }
                Ok(())
            }
            Some(until) => decisions.silence(click.silence(until), now).map(drop),
        };
        match decisions::change(ledger, now, deadline, change).await {
            Ok(Ok(())) => {}
            Ok(Err(refused)) => {
                tracing::warn!("a button's silence was refused: {refused}");
                return UrlResponse::FAILED;
            }
            Err(error) => {
                tracing::error!("a button's decision was not recorded: {error}");
                return UrlResponse::FAILED;
            }
        }
        tracing::info!(
            incidents = click.incidents.join(" "),
            action = click.action,
            "recorded a decision"
        );
        self.show(&click, until, now, deadline).await;
        UrlResponse::DONE
    }

    /// Shows a decision on its message. A failure changes nothing: the decision is recorded, and the next
    /// update of the message shows it.
    async fn show(
        &self,
        click: &Click,
        until: Option<Timestamp>,
        now: Timestamp,
        deadline: Deadline,
    ) {
        let line = buttons::decision(&click.person, until, now, &self.style);
        let Some(arguments) = click.update(&line, until.is_none()) else {
            return;
        };
        let deadline = Deadline::after(deadline.remaining().min(SHOWING));
        match self.api.call("chat.update", &arguments, deadline).await {
            Ok(answer)
                if answer.body.contains("\"ok\":true") || answer.body.contains("\"ok\": true") => {}
            Ok(answer) => tracing::warn!(
                status = answer.status,
                "a decision is not shown on its message"
            ),
            Err(error) => tracing::warn!("a decision is not shown on its message: {error:?}"),
        }
    }
}

impl Click {
    /// The silence of its incidents.
    fn silence(&self, until: Timestamp) -> TeamSilence {
        TeamSilence {
            id: String::new(),
            incidents: self.incidents.clone(),
            title: self.title.clone(),
            conditions: serde_json::Map::new(),
            until,
            reason: "Slack".to_owned(),
            by: self.person.clone(),
        }
    }
}

/// The end of the silence of a button; `None` for an acknowledgement.
fn until(action: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    match action {
        buttons::SILENCE_1H => now.checked_add(SignedDuration::from_hours(1)).ok(),
        buttons::SILENCE_4H => now.checked_add(SignedDuration::from_hours(4)).ok(),
        buttons::SILENCE_MORNING => Some(morning(now, zone)),
        _ => None,
    }
}

/// When the next working morning begins: 09:00 of the next day, or of the same day before 06:00.
fn morning(now: Timestamp, zone: &TimeZone) -> Timestamp {
    let local = now.to_zoned_datetime(zone.clone());
    let days = i64::from(local.hour() >= 6);
    let nine = Time::constant(9, 0, 0, 0);
    let morning = local.date().checked_add(days.days()).ok().and_then(|date| {
        let nine = date.to_datetime(nine);
        zone.to_ambiguous_timestamp(nine).compatible().ok()
    });
    let hours = SignedDuration::from_hours(9);
    let fallback = || now.checked_add(hours).unwrap_or(now);
    morning.unwrap_or_else(fallback)
}
