//! An incoming webhook of Slack: a channel that is written to and never read, so that nothing in it
//! can be changed or answered.

use async_trait::async_trait;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;
use shared::{deadline::Deadline, secret::Secret};
use url::Url;

use super::{
    Channel, Dispatch, Receipt, SendError,
    http::{Answer, Http, NoAnswer},
    slack::verdict::{Verdict, shortened},
    tries::Tries,
};
use crate::render::{
    Detail, Style,
    slack::{self as render, SlackMessage},
};

/// An incoming webhook.
#[derive(Debug)]
pub struct Webhook {
    http: Http,
    url: Secret,
    style: Style,
}

impl Webhook {
    /// A webhook, by its address.
    #[must_use]
    pub fn new(http: Http, url: Secret, style: Style) -> Self {
        Self { http, url, style }
    }

    async fn post(
        &self,
        dispatch: &Dispatch<'_>,
        detail: Detail,
        deadline: Deadline,
    ) -> Result<Answer, NoAnswer> {
        let SlackMessage { text, attachments } =
            render::message(dispatch.telling, &self.style, detail);
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
            .map_err(|_| NoAnswer::NotSent("the webhook has no address".to_owned()))?;
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

    /// Whatever the manner, it is a message of its own.
    async fn send(
        &self,
        dispatch: &Dispatch<'_>,
        deadline: Deadline,
    ) -> Result<Receipt, SendError> {
        let mut tries = Tries::new(deadline);
        let mut detail = Detail::Full;
        loop {
            let answer = match self.post(dispatch, detail, deadline).await {
                Ok(answer) => answer,
                Err(NoAnswer::NotSent(reason)) => {
                    tries
                        .again(format!("no way to Slack: {reason}"), None)
                        .await?;
                    continue;
                }
                // Repeating it could tell it twice, and Slack has nothing to tell that by.
                Err(NoAnswer::Lost(reason)) => {
                    let reason = format!("Slack's answer was lost: {reason}");
                    return Err(SendError::Unknown { reason });
                }
            };
            let (verdict, reason) = verdict(&answer);
            match (verdict, detail) {
                (Verdict::Done, _) => return Ok(Receipt::default()),
                (Verdict::Later, _) => tries.again(reason, answer.retry_after).await?,
                (Verdict::Plainer, Detail::Full) => {
                    tracing::warn!(reason, "a message is sent again in a plainer form");
                    detail = Detail::Plain;
                }
                _ => return Err(SendError::Permanent { reason }),
            }
        }
    }
}

/// What an answer means, and why, in words. Answers are a word of text:
/// <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors> and
/// <https://docs.slack.dev/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks>.
fn verdict(answer: &Answer) -> (Verdict, String) {
    let word = answer.body.trim();
    let verdict = match (answer.status, word) {
        (200, "ok") => Verdict::Done,
        (429 | 408 | 500..=599, _) | (_, "rate_limited" | "ratelimited" | "rollup_error") => {
            Verdict::Later
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
        ) => Verdict::Plainer,
        _ => Verdict::Refused,
    };
    let advice = match word {
        "no_service" | "no_active_hooks" | "no_team" | "invalid_token" | "team_disabled" => {
            "the webhook is not there any more: make a new one and set SLACK_WEBHOOK_URL"
        }
        "channel_is_archived" | "channel_not_found" => "the channel of the webhook is gone",
        "action_prohibited" | "posting_to_general_channel_denied" => {
            "an administrator does not let the webhook post there"
        }
        "user_not_found" => "the user that the webhook writes to is gone",
        _ => "",
    };
    let words = format!("Slack answered {}: {}", answer.status, shortened(word));
    match advice {
        "" => (verdict, words),
        advice => (verdict, format!("{words}; {advice}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, verdict};
    use crate::channel::http::Answer;

    #[test]
    fn every_answer_of_a_webhook_has_a_meaning() {
        for (status, body, expected) in [
            (200, "ok", Verdict::Done),
            (200, "<html>", Verdict::Refused),
            (200, "", Verdict::Refused),
            (302, "", Verdict::Refused),
            (400, "invalid_payload", Verdict::Plainer),
            (400, "invalid_blocks", Verdict::Plainer),
            (400, "invalid_blocks_format", Verdict::Plainer),
            (400, "invalid_attachments", Verdict::Plainer),
            (400, "too_many_attachments", Verdict::Plainer),
            (400, "no_text", Verdict::Plainer),
            (
                400,
                "missing_text_or_fallback_or_attachments",
                Verdict::Plainer,
            ),
            (400, "user_not_found", Verdict::Refused),
            (403, "action_prohibited", Verdict::Refused),
            (403, "invalid_token", Verdict::Refused),
            (403, "team_disabled", Verdict::Refused),
            (403, "posting_to_general_channel_denied", Verdict::Refused),
            (404, "channel_not_found", Verdict::Refused),
            (404, "no_service", Verdict::Refused),
            (404, "no_active_hooks", Verdict::Refused),
            (404, "no_team", Verdict::Refused),
            (410, "channel_is_archived", Verdict::Refused),
            (413, "", Verdict::Plainer),
            (429, "rate_limited", Verdict::Later),
            (500, "rollup_error", Verdict::Later),
            (503, "", Verdict::Later),
        ] {
            let answer = Answer {
                status,
                retry_after: None,
                body: body.to_owned(),
            };
            assert_eq!(super::verdict(&answer).0, expected, "{status} {body}");
        }
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let answer = Answer {
            status: 404,
            retry_after: None,
            body: "no_service\n".to_owned(),
        };
        assert_eq!(
            verdict(&answer).1,
            "Slack answered 404: no_service; the webhook is not there any more: make a new one \
             and set SLACK_WEBHOOK_URL"
        );
    }
}
