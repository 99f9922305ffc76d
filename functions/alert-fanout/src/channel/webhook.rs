//! An incoming webhook of Slack. It returns no message reference, so that nothing can be updated or
//! replied to.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;
use shared::{deadline::Deadline, secret::Secret};
use url::Url;

use super::{
    Channel, Dispatch, Receipt, SLACK_PACE, SendError,
    http::{Http, HttpFailure, HttpResponse},
    slack::verdict::{SLACK, SlackVerdict, shortened},
    tries::Tries,
};
use crate::{
    notice::{ChannelFault, FailureReason},
    render::{
        DetailLevel, Locale,
        slack::{self as render, SlackPayload},
    },
};

/// An incoming webhook.
#[derive(Debug)]
pub struct Webhook {
    http: Http,
    url: Secret,
    style: Locale,
}

impl Webhook {
    /// A webhook, by its address.
    #[must_use]
    pub fn new(http: Http, url: Secret, style: Locale) -> Self {
        Self { http, url, style }
    }

    async fn post(
        &self,
        dispatch: &Dispatch<'_>,
        detail: DetailLevel,
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpFailure> {
        let SlackPayload { text, attachments } =
            render::message(dispatch.content, &self.style, detail);
        let body = json!({
            "text": text,
            "attachments": attachments,
            "link_names": false,
            "unfurl_links": false,
            "unfurl_media": false,
        });
        let url: Url = self
            .url
            .expose()
            .parse()
            .map_err(|_| HttpFailure::NotSent("the webhook has no address".to_owned()))?;
        let request = self
            .http
            .post(url)
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .body(body.to_string());
        self.http.send(request, deadline).await
    }
}

#[async_trait]
impl Channel for Webhook {
    fn can_update(&self) -> bool {
        false
    }

    fn pace(&self) -> Duration {
        SLACK_PACE
    }

    /// Every mode is a new message.
    async fn send(
        &self,
        dispatch: &Dispatch<'_>,
        deadline: Deadline,
    ) -> Result<Receipt, SendError> {
        let mut tries = Tries::new(deadline);
        let mut detail = DetailLevel::Full;
        loop {
            let answer = match self.post(dispatch, detail, deadline).await {
                Ok(answer) => answer,
                Err(HttpFailure::NotSent(reason)) => {
                    let reason = FailureReason::new(ChannelFault::Unreachable, SLACK, &reason);
                    tries.again(reason, None).await?;
                    continue;
                }
                // A retry could duplicate it: Slack has no idempotency key.
                Err(HttpFailure::Lost(reason)) => {
                    let reason = FailureReason::new(ChannelFault::AnswerLost, SLACK, &reason);
                    return Err(SendError::Unknown { reason });
                }
            };
            let (verdict, reason) = verdict(&answer);
            match (verdict, detail) {
                (SlackVerdict::Done, _) => return Ok(Receipt::default()),
                (SlackVerdict::Later, _) => tries.again(reason, answer.retry_after).await?,
                (SlackVerdict::Plainer, DetailLevel::Full) => {
                    tracing::warn!(%reason, "a message is sent again in a plainer form");
                    detail = DetailLevel::Plain;
                }
                _ => return Err(SendError::Permanent { reason }),
            }
        }
    }
}

/// What an answer means, and why. Answers are a word of text:
/// <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors> and
/// <https://docs.slack.dev/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks>.
fn verdict(answer: &HttpResponse) -> (SlackVerdict, FailureReason) {
    let word = answer.body.trim();
    let verdict = match (answer.status, word) {
        (200, "ok") => SlackVerdict::Done,
        (429 | 408 | 500..=599, _) | (_, "rate_limited" | "ratelimited" | "rollup_error") => {
            SlackVerdict::Later
        }
        (413, _)
        | (
            400,
            "invalid_payload"
            | "invalid_blocks"
            | "invalid_blocks_format"
            | "invalid_attachments"
            | "too_many_attachments"
            | "attachment_payload_limit_exceeded"
            | "msg_too_long"
            | "msg_blocks_too_long"
            | "no_text"
            | "missing_text_or_fallback_or_attachments",
        ) => SlackVerdict::Plainer,
        _ => SlackVerdict::Refused,
    };
    let cause = match word {
        "no_service" | "no_active_hooks" | "no_team" | "invalid_token" | "team_disabled" => {
            ChannelFault::WebhookGone
        }
        "channel_is_archived" | "channel_not_found" => ChannelFault::WebhookChannel,
        "action_prohibited" | "posting_to_general_channel_denied" => {
            ChannelFault::WebhookProhibited
        }
        "user_not_found" => ChannelFault::WebhookUser,
        _ => ChannelFault::Status,
    };
    let words = format!("{}: {}", answer.status, shortened(word));
    (verdict, FailureReason::new(cause, SLACK, &words))
}

#[cfg(test)]
mod tests {
    use super::{SlackVerdict, verdict};
    use crate::channel::http::HttpResponse;

    #[test]
    fn every_answer_of_a_webhook_has_a_meaning() {
        for (status, body, expected) in [
            (200, "ok", SlackVerdict::Done),
            (200, "<html>", SlackVerdict::Refused),
            (200, "", SlackVerdict::Refused),
            (302, "", SlackVerdict::Refused),
            (400, "invalid_payload", SlackVerdict::Plainer),
            (400, "invalid_blocks", SlackVerdict::Plainer),
            (400, "invalid_blocks_format", SlackVerdict::Plainer),
            (400, "invalid_attachments", SlackVerdict::Plainer),
            (400, "too_many_attachments", SlackVerdict::Plainer),
            (400, "no_text", SlackVerdict::Plainer),
            (
                400,
                "missing_text_or_fallback_or_attachments",
                SlackVerdict::Plainer,
            ),
            (400, "user_not_found", SlackVerdict::Refused),
            (403, "action_prohibited", SlackVerdict::Refused),
            (403, "invalid_token", SlackVerdict::Refused),
            (403, "team_disabled", SlackVerdict::Refused),
            (
                403,
                "posting_to_general_channel_denied",
                SlackVerdict::Refused,
            ),
            (404, "channel_not_found", SlackVerdict::Refused),
            (404, "no_service", SlackVerdict::Refused),
            (404, "no_active_hooks", SlackVerdict::Refused),
            (404, "no_team", SlackVerdict::Refused),
            (410, "channel_is_archived", SlackVerdict::Refused),
            (413, "", SlackVerdict::Plainer),
            (429, "rate_limited", SlackVerdict::Later),
            (500, "rollup_error", SlackVerdict::Later),
            (503, "", SlackVerdict::Later),
        ] {
            let answer = HttpResponse {
                status,
                retry_after: None,
                body: body.to_owned(),
            };
            assert_eq!(super::verdict(&answer).0, expected, "{status} {body}");
        }
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let answer = HttpResponse {
            status: 404,
            retry_after: None,
            body: "no_service\n".to_owned(),
        };
        assert_eq!(
            verdict(&answer).1.to_string(),
            "Slack answered 404: no_service; the webhook is not there any more: make a new one \
             and set SLACK_WEBHOOK_URL"
        );
    }
}
