//! Slack by the token of an app: messages that can be changed later, and answered in a thread.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use shared::{
    deadline::Deadline,
    model::alert::{AlertStatus, AlertType},
};

use super::{
    Channel, Dispatch, Receipt, SLACK_PACE, SendError, SendMode,
    http::{HttpFailure, HttpResponse},
    tries::Tries,
};
use crate::episode::MessageRef;
use crate::{
    notice::{ChannelFault, FailureReason, Notice},
    render::{
        DetailLevel, Locale,
        slack::{self as render, SlackPayload},
    },
};

pub mod api;
pub mod config;
mod share;
pub mod verdict;

pub use api::{SlackApi, SlackHttp};
pub use config::SlackConfig;
use verdict::{SlackVerdict, verdict};

/// A channel of Slack.
///
/// How responses are handled:
/// - A transient error is retried within the deadline, never sooner than Slack asks.
/// - A message that is refused for its size or form is sent in its plainest form.
/// - After an error that may have been partly done, one more try is made, in the plainest form, since the
///   form may be the cause. After that, and if a response was lost, the result is
///   [`SendError::Unknown`]: Slack has no idempotency key, so nothing more is repeated here. An update is
///   safe to repeat and is retried like anything else.
/// - If a message cannot be updated, a reply is sent; if it is gone or takes no replies, a new message.
#[derive(Debug)]
pub struct Slack {
    api: Arc<dyn SlackApi>,
    channel: String,
    style: Locale,
}

/// The next call to Slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step<'a> {
    Post,
    Update(Thread<'a>),
    Reply(Thread<'a>),
}

/// An earlier message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Thread<'a> {
    channel: &'a str,
    ts: &'a str,
}

impl<'a> Step<'a> {
    fn first(mode: SendMode<'a>) -> Self {
        match mode {
            SendMode::Update(MessageRef::Slack { channel, ts }) => {
                Self::Update(Thread { channel, ts })
            }
            SendMode::Reply(MessageRef::Slack { channel, ts }) => {
                Self::Reply(Thread { channel, ts })
            }
            // A place that is not one of Slack's is no place for it.
            SendMode::Post | SendMode::Update(_) | SendMode::Reply(_) => Self::Post,
        }
    }

    fn thread(self) -> Option<Thread<'a>> {
        match self {
            Self::Post => None,
            Self::Update(thread) | Self::Reply(thread) => Some(thread),
        }
    }

    /// The next step after a permanent verdict; `None` if there is none.
    fn instead(self, verdict: SlackVerdict) -> Option<Self> {
        match (self, verdict) {
            (Self::Post, _) => None,
            (Self::Update(thread), SlackVerdict::Reply | SlackVerdict::Plainer) => {
                Some(Self::Reply(thread))
            }
            // Where the earlier message was, nothing is taken any more. Where messages go now may
            // be another channel.
            _ => Some(Self::Post),
        }
    }
}

impl Slack {
    /// A channel, by its id or name.
    #[must_use]
    pub fn new(api: Arc<dyn SlackApi>, channel: String, style: Locale) -> Self {
        Self {
            api,
            channel,
            style,
        }
    }

    fn rendered(
        &self,
        dispatch: &Dispatch<'_>,
        step: Step<'_>,
        detail: DetailLevel,
    ) -> SlackPayload {
        match step {
            Step::Reply(_) => render::reply(dispatch.content, &self.style, detail),
            Step::Post | Step::Update(_) => render::message(dispatch.content, &self.style, detail),
        }
    }

    /// The method and its arguments.
    fn request(
        &self,
        dispatch: &Dispatch<'_>,
        step: Step<'_>,
        detail: DetailLevel,
    ) -> (&'static str, Value) {
        let SlackPayload { text, attachments } = self.rendered(dispatch, step, detail);
        let mut arguments = Map::from_iter([
            ("text".to_owned(), json!(text)),
            ("attachments".to_owned(), attachments),
            // No name in a text becomes a mention.
            ("link_names".to_owned(), json!(false)),
        ]);
        let mut set = |name: &str, value: Value| arguments.insert(name.to_owned(), value);
        let channel = step.thread().map_or(self.channel.as_str(), |at| at.channel);
        set("channel", json!(channel));
        let method = if let Step::Update(thread) = step {
            set("ts", json!(thread.ts));
            // Its default is another one than that of a new message, and makes links of words.
            set("parse", json!("none"));
            "chat.update"
        } else {
            set("unfurl_links", json!(false));
            set("unfurl_media", json!(false));
            if let Step::Reply(thread) = step {
                set("thread_ts", json!(thread.ts));
                if is_urgent(dispatch.content.notice) {
                    set("reply_broadcast", json!(true));
                }
            }
            "chat.postMessage"
        };
        (method, Value::Object(arguments))
    }
}

/// True if a reply must also appear in the channel.
fn is_urgent(notice: &Notice) -> bool {
    notice.kind == AlertType::Critical && notice.status != Some(AlertStatus::Resolved)
}

/// The verdict on a response to a step, with the reason.
fn meaning(
    answer: &Result<HttpResponse, HttpFailure>,
    step: Step<'_>,
) -> (SlackVerdict, FailureReason) {
    let (said, reason) = match answer {
        Ok(answer) => verdict(answer),
        Err(HttpFailure::NotSent(reason)) => {
            let cause = ChannelFault::Unreachable;
            (
                SlackVerdict::Later,
                FailureReason::new(cause, verdict::SLACK, reason),
            )
        }
        Err(HttpFailure::Lost(reason)) => {
            let reason = FailureReason::new(ChannelFault::AnswerLost, verdict::SLACK, reason);
            return match step {
                Step::Update(_) => (SlackVerdict::Later, reason),
                Step::Post | Step::Reply(_) => (SlackVerdict::Doubtful, reason),
            };
        }
    };
    match (step, said) {
        (Step::Update(_), SlackVerdict::Doubtful) => (SlackVerdict::Later, reason),
        _ => (said, reason),
    }
}

/// An error after a try with an unknown result.
fn unknown(error: &SendError) -> SendError {
    SendError::Unknown {
        reason: error.reason().clone(),
    }
}

#[async_trait]
impl Channel for Slack {
    fn can_update(&self) -> bool {
        true
    }

    fn pace(&self) -> Duration {
        SLACK_PACE
    }

    async fn send(
        &self,
        dispatch: &Dispatch<'_>,
        deadline: Deadline,
    ) -> Result<Receipt, SendError> {
        let mut tries = Tries::new(deadline);
        let mut step = Step::first(dispatch.mode);
        let mut detail = DetailLevel::Full;
        let mut is_doubtful = false;
        loop {
            let (method, arguments) = self.request(dispatch, step, detail);
            let answer = self.api.call(method, &arguments, deadline).await;
            let (verdict, reason) = meaning(&answer, step);
            match (verdict, detail) {
                (SlackVerdict::Done, _) => {
                    let posted = answer.ok().and_then(|answer| message_ref(&answer.body));
                    return Ok(self.done(dispatch, step, posted, deadline).await);
                }
                (SlackVerdict::Later, _) => {
                    let asked = answer.ok().and_then(|answer| answer.retry_after);
                    let waited = tries.again(reason, asked).await;
                    waited.map_err(|error| if is_doubtful { unknown(&error) } else { error })?;
                }
                (SlackVerdict::Doubtful, DetailLevel::Full) if answer.is_ok() => {
                    tries
                        .again(reason, None)
                        .await
                        .map_err(|error| unknown(&error))?;
                    (is_doubtful, detail) = (true, DetailLevel::Plain);
                }
                (SlackVerdict::Doubtful, _) => return Err(SendError::Unknown { reason }),
                (SlackVerdict::Plainer, DetailLevel::Full) => {
                    tracing::warn!(%reason, "a message is sent again in a plainer form");
                    detail = DetailLevel::Plain;
                }
                (
                    SlackVerdict::Plainer
                    | SlackVerdict::Reply
                    | SlackVerdict::NewMessage
                    | SlackVerdict::Refused,
                    _,
                ) => {
                    let Some(instead) = step.instead(verdict) else {
                        return Err(SendError::Permanent { reason });
                    };
                    tracing::info!(%reason, "an earlier message stays as it is");
                    (step, detail) = (instead, DetailLevel::Full);
                }
            }
        }
    }
}

impl Slack {
    /// The receipt of a message that Slack accepted.
    async fn done(
        &self,
        dispatch: &Dispatch<'_>,
        step: Step<'_>,
        posted: Option<MessageRef>,
        deadline: Deadline,
    ) -> Receipt {
        let message_ref = match step.thread() {
            // A reply never heads a thread: the next one goes to the same thread.
            Some(thread) => Some(MessageRef::Slack {
                channel: thread.channel.to_owned(),
                ts: thread.ts.to_owned(),
            }),
            None => posted,
        };
        let is_new = !matches!(step, Step::Update(_));
        if let (true, Some(graph), Some(MessageRef::Slack { channel, ts })) =
            (is_new, dispatch.graph, &message_ref)
        {
            let shared = share::share(self.api.as_ref(), graph, channel, ts, deadline).await;
            if let Err(reason) = shared {
                tracing::warn!(reason, "an alert was sent without its graph");
            }
        }
        Receipt { message_ref }
    }
}

/// The message in a response of Slack.
fn message_ref(body: &str) -> Option<MessageRef> {
    let body: Value = serde_json::from_str(body).ok()?;
    let text = |name: &str| Some(body.get(name)?.as_str()?.to_owned());
    Some(MessageRef::Slack {
        channel: text("channel")?,
        ts: text("ts")?,
    })
}

#[cfg(test)]
mod tests;
