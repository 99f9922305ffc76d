//! What the table of keys cannot say of the logs of gateways and edge servers: requests in objects of their
//! own names.

use std::borrow::Cow;

use shared::model::level::Level;

use super::shapes::{imply, member, members_of, text};
use crate::{
    json::{self, Members},
    read::{
        LineReader,
        duration::DurationUnit,
        entry::{ParsedEntry, StatedTime, status_code},
    },
};

/// Kong's log: when the request began, and how long it took, are under names of its own:
/// <https://developer.konghq.com/plugins/http-log/>.
pub(super) fn kong<'a>(
    _: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    _: usize,
) {
    entry.timestamp = text(members, "started_at").and_then(StatedTime::read);
    let latencies = members_of(members, "latencies");
    if let Some(took) = latencies.and_then(|latencies| text(&latencies, "request")) {
        entry.request.took(&took, DurationUnit::Milliseconds);
    }
    entry.imply_level();
}

/// The trace of a Cloudflare Worker: its outcome, what it threw, and the request that it answered:
/// <https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/workers_trace_events/>.
pub(super) fn worker<'a>(
    _: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    _: usize,
) {
    entry.timestamp = text(members, "EventTimestampMs").and_then(StatedTime::read);
    let event = members_of(members, "Event").unwrap_or_default();
    if let Some(request) = members_of(&event, "Request") {
        entry.request.method = text(&request, "Method");
        entry.request.target = text(&request, "URL");
    }
    if let Some(response) = members_of(&event, "Response") {
        let status = text(&response, "Status");
        entry.request.status_code = status.and_then(|status| status_code(&status));
    }
    let outcome = text(members, "Outcome").unwrap_or_default();
    let exceptions = member(members, "Exceptions").and_then(|list| json::elements(list.get()));
    let thrown = exceptions
        .and_then(|list| json::members(list.first()?.get()))
        .and_then(|exception| text(&exception, "Message"));
    let script = text(members, "ScriptName").unwrap_or_default();
    let words = thrown.unwrap_or(Cow::Borrowed("no exception"));
    entry.message = Cow::Owned(format!("{script} {outcome}: {words}"));
    match outcome.as_ref() {
        "ok" => entry.imply_level(),
        "canceled" | "responseStreamDisconnected" => imply(entry, Level::Warn),
        _ => imply(entry, Level::Error),
    }
}
