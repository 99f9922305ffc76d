//! The meaning of Slack's responses. Pure.
//!
//! The codes are those that Slack documents for the methods that are called here:
//! <https://docs.slack.dev/reference/methods/chat.postMessage#errors>,
//! <https://docs.slack.dev/reference/methods/chat.update#errors>,
//! <https://docs.slack.dev/reference/methods/files.getUploadURLExternal#errors> and
//! <https://docs.slack.dev/reference/methods/files.completeUploadExternal#errors>.

use serde_json::Value;

use crate::{
    channel::http::HttpResponse,
    notice::{ChannelFault, FailureReason},
    redaction::clean,
};

/// What to do about a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlackVerdict {
    /// It was accepted.
    Done,
    /// A transient failure.
    Later,
    /// It may have been partly done, as Slack documents for these errors.
    Doubtful,
    /// It was refused for its size or form: a plainer message may be accepted.
    Plainer,
    /// The earlier message cannot be updated, but replied to.
    Reply,
    /// The earlier message is gone or takes no replies: a new message is needed.
    NewMessage,
    /// A permanent refusal.
    Refused,
}

use SlackVerdict::{Done, Doubtful, Later, NewMessage, Plainer, Refused};

/// Every documented code.
const CODES: &[(&str, SlackVerdict)] = &[
    // Load, and what Slack says passes.
    ("ratelimited", Later),
    ("rate_limited", Later),
    ("service_unavailable", Later),
    ("request_timeout", Later),
    ("team_added_to_org", Later),
    ("external_channel_migrating", Later),
    ("update_failed", Later),
    ("internal_error", Doubtful),
    ("fatal_error", Doubtful),
    // Its size and its form.
    ("msg_too_long", Plainer),
    ("msg_blocks_too_long", Plainer),
    ("invalid_blocks", Plainer),
    ("invalid_blocks_format", Plainer),
    ("invalid_attachments", Plainer),
    ("invalid_arguments", Plainer),
    ("too_many_attachments", Plainer),
    ("too_many_contact_cards", Plainer),
    ("attachment_payload_limit_exceeded", Plainer),
    ("metadata_too_large", Plainer),
    ("invalid_metadata_format", Plainer),
    ("invalid_metadata_schema", Plainer),
    ("metadata_must_be_sent_from_app", Plainer),
    ("missing_file_data", Plainer),
    ("slack_connect_canvas_sharing_blocked", Plainer),
    ("slack_connect_file_link_sharing_blocked", Plainer),
    ("slack_connect_lists_sharing_blocked", Plainer),
    ("no_text", Plainer),
    // The earlier message.
    ("cant_update_message", SlackVerdict::Reply),
    ("edit_window_closed", SlackVerdict::Reply),
    ("block_mismatch", SlackVerdict::Reply),
    ("streaming_state_conflict", SlackVerdict::Reply),
    ("message_not_found", NewMessage),
    ("thread_not_found", NewMessage),
    ("duplicate_channel_not_found", NewMessage),
    ("duplicate_message_not_found", NewMessage),
    ("is_inactive", NewMessage),
    ("cannot_reply_to_message", NewMessage),
    ("cant_broadcast_message", NewMessage),
    ("no_dual_broadcast_content_update", NewMessage),
    ("restricted_action_non_threadable_channel", NewMessage),
    ("restricted_action_thread_locked", NewMessage),
    // The channel.
    ("channel_not_found", Refused),
    ("invalid_channel", Refused),
    ("not_in_channel", Refused),
    ("is_archived", Refused),
    ("team_not_found", Refused),
    ("messages_tab_disabled", Refused),
    ("message_limit_exceeded", Refused),
    ("posting_to_channel_denied", Refused),
    ("restricted_action", Refused),
    ("restricted_action_read_only_channel", Refused),
    ("restricted_action_thread_only_channel", Refused),
    ("send_on_behalf_not_allowed", Refused),
    // The token, and what it may do.
    ("not_authed", Refused),
    ("invalid_auth", Refused),
    ("account_inactive", Refused),
    ("token_expired", Refused),
    ("token_revoked", Refused),
    ("not_allowed_token_type", Refused),
    ("missing_scope", Refused),
    ("no_permission", Refused),
    ("access_denied", Refused),
    ("accesslimited", Refused),
    ("app_access_restricted", Refused),
    ("as_user_not_supported", Refused),
    ("ekm_access_denied", Refused),
    ("enterprise_is_restricted", Refused),
    ("org_login_required", Refused),
    ("team_access_not_granted", Refused),
    ("two_factor_setup_required", Refused),
    // The request as such: a mistake of ours, or a Slack that has changed.
    ("deprecated_endpoint", Refused),
    ("method_deprecated", Refused),
    ("markdown_text_conflict", Refused),
    ("invalid_arg_name", Refused),
    ("invalid_array_arg", Refused),
    ("invalid_charset", Refused),
    ("invalid_form_data", Refused),
    ("invalid_post_type", Refused),
    ("missing_post_type", Refused),
    // Pictures alone.
    ("missing_argument", Refused),
    ("storage_limit_reached", Refused),
    ("file_uploads_disabled", Refused),
    ("file_upload_size_restricted", Refused),
    ("snippet_too_large", Refused),
    ("unknown_snippet_type", Refused),
    ("unknown_subtype", Refused),
    ("alt_txt_too_large", Refused),
    ("file_not_found", Refused),
    ("file_update_failed", Refused),
    ("blocked_file_type", Refused),
    ("malware_detected", Refused),
];

/// The most characters of an answer that nobody understands which become part of an error.
const LONGEST_WORDS: usize = 200;

/// What Slack is called.
pub(in crate::channel) const SLACK: &str = "Slack";

/// What to do about an answer, and why.
#[must_use]
pub fn verdict(answer: &HttpResponse) -> (SlackVerdict, FailureReason) {
    let body: Option<Value> = serde_json::from_str(&answer.body).ok();
    let ok = body.as_ref().and_then(|body| body.get("ok")?.as_bool());
    let code = body.as_ref().and_then(|body| body.get("error")?.as_str());
    match (answer.status, ok, code) {
        (429, _, _) => {
            let cause = ChannelFault::TooManyRequests;
            (Later, FailureReason::new(cause, SLACK, ""))
        }
        (200, Some(true), _) => (Done, "".into()),
        (_, Some(false), Some(code)) => (of(answer.status, code), said(code, body.as_ref())),
        (status, _, _) => {
            let words = format!("{status}: {}", shortened(&answer.body));
            let reason = FailureReason::new(ChannelFault::Status, SLACK, &words);
            (of_status(status), reason)
        }
    }
}

/// What a code says, which says more than the status beside it.
fn of(status: u16, code: &str) -> SlackVerdict {
    let known = CODES.iter().find(|(known, _)| *known == code);
    known.map_or_else(|| of_status(status), |(_, verdict)| *verdict)
}

/// What a status says where no known code does.
fn of_status(status: u16) -> SlackVerdict {
    match status {
        408 | 429 | 500..=599 => Later,
        413 => Plainer,
        _ => Refused,
    }
}

/// The codes with advice.
const CAUSES: &[(&str, ChannelFault)] = &[
    ("not_in_channel", ChannelFault::SlackNotInChannel),
    ("channel_not_found", ChannelFault::SlackChannel),
    ("invalid_channel", ChannelFault::SlackChannel),
    ("is_archived", ChannelFault::SlackArchived),
    ("not_authed", ChannelFault::SlackToken),
    ("invalid_auth", ChannelFault::SlackToken),
    ("account_inactive", ChannelFault::SlackToken),
    ("token_expired", ChannelFault::SlackToken),
    ("token_revoked", ChannelFault::SlackToken),
    ("not_allowed_token_type", ChannelFault::SlackToken),
    ("missing_scope", ChannelFault::SlackScope),
];

/// A code with what to do about it.
fn said(code: &str, body: Option<&Value>) -> FailureReason {
    let known = CAUSES.iter().find(|(known, _)| *known == code);
    let cause = known.map_or(ChannelFault::SlackCode, |(_, cause)| *cause);
    let words = match cause {
        ChannelFault::SlackScope => {
            let needed = body.and_then(|body| body.get("needed")?.as_str());
            needed.unwrap_or("chat:write")
        }
        _ => code,
    };
    FailureReason::new(cause, SLACK, &shortened(words))
}

/// The beginning of an answer, on one line. The answer of a proxy may repeat the request: without its token,
/// and up to the path of a webhook.
pub(in crate::channel) fn shortened(text: &str) -> String {
    let text = text.split("/services/").next().unwrap_or_default();
    let mut text = text.trim().to_owned();
    clean(&mut text);
    let mut short: String = text.chars().take(LONGEST_WORDS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    shared::printable::printable(&short).into_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{CODES, SlackVerdict, verdict};
    use crate::channel::http::HttpResponse;

    fn answer(status: u16, body: &str) -> HttpResponse {
        HttpResponse {
            status,
            retry_after: None,
            body: body.to_owned(),
        }
    }

    #[test]
    fn every_code_is_there_once() {
        let codes: BTreeSet<_> = CODES.iter().map(|(code, _)| code).collect();
        assert_eq!(codes.len(), CODES.len());
    }

    #[test]
    fn a_code_says_more_than_its_status_and_a_status_more_than_nothing() {
        for (status, body, expected) in [
            (
                200,
                r#"{"ok":true,"channel":"C1","ts":"1.2"}"#,
                SlackVerdict::Done,
            ),
            (200, r#"{"ok":true}"#, SlackVerdict::Done),
            (429, "", SlackVerdict::Later),
            (
                429,
                r#"{"ok":false,"error":"ratelimited"}"#,
                SlackVerdict::Later,
            ),
            (
                200,
                r#"{"ok":false,"error":"ratelimited"}"#,
                SlackVerdict::Later,
            ),
            (
                500,
                r#"{"ok":false,"error":"internal_error"}"#,
                SlackVerdict::Doubtful,
            ),
            (
                200,
                r#"{"ok":false,"error":"msg_too_long"}"#,
                SlackVerdict::Plainer,
            ),
            (413, "", SlackVerdict::Plainer),
            (503, "<html>", SlackVerdict::Later),
            (
                500,
                r#"{"ok":false,"error":"quite_new"}"#,
                SlackVerdict::Later,
            ),
            (
                200,
                r#"{"ok":false,"error":"quite_new"}"#,
                SlackVerdict::Refused,
            ),
            (200, r#"{"ok":false}"#, SlackVerdict::Refused),
            (200, "<html>", SlackVerdict::Refused),
            (200, "", SlackVerdict::Refused),
            (200, "[7]", SlackVerdict::Refused),
            (302, "", SlackVerdict::Refused),
            (404, r#"{"ok":true}"#, SlackVerdict::Refused),
        ] {
            assert_eq!(
                verdict(&answer(status, body)).0,
                expected,
                "{status} {body}"
            );
        }
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        for (body, reason) in [
            (
                r#"{"ok":false,"error":"not_in_channel"}"#,
                "Slack says not_in_channel: invite the app into the channel",
            ),
            (
                r#"{"ok":false,"error":"missing_scope","needed":"files:write"}"#,
                "Slack says missing_scope: give the app the scope files:write",
            ),
            (
                r#"{"ok":false,"error":"quite_new"}"#,
                "Slack says quite_new",
            ),
            ("<html>\n</html>", "Slack answered 200: <html>\\n</html>"),
            (
                "no POST with Authorization: Bearer xoxb-12345678-hunter2",
                "Slack answered 200: no POST with Authorization: [redacted]",
            ),
            (
                "no POST /services/T0/B0/hunter2",
                "Slack answered 200: no POST",
            ),
        ] {
            assert_eq!(verdict(&answer(200, body)).1.to_string(), reason);
        }
    }

    proptest! {
        #[test]
        fn no_answer_makes_the_reading_panic(status in any::<u16>(), body in "\\PC{0,300}") {
            let (verdict, _) = verdict(&answer(status, &body));
            prop_assert!(verdict != SlackVerdict::Done);
        }
    }
}
