//! Applies a notice to the record of an incident: a pure function.
//!
//! - A notice counts once, however often it is applied.
//! - The first notice of an incident is news. A repetition makes the message stale within the window since
//!   the last new message, and is news after it. Escalations, and every critical alert, are news.
//! - A resolution of an incident that was sent is news. One that was never sent ends silently. The first OK
//!   of a new alarm and a second resolution change nothing.
//! - An alarm that went from OK to ALARM begins a new incident, whether its OK was seen or not. Missing data
//!   neither end an incident nor change its message: they are a reply.
//! - New content is a reply; new values of facts are an update that says what changed.
//! - Changes within a few minutes share one message: an end soon after the beginning updates it, and is news
//!   when it lasts.
//! - Notices may arrive out of order. One from before a resolution updates the message, which stays resolved.
//!   A resolution from before the last repetition ends nothing.

use jiff::{SignedDuration, Timestamp};
use shared::model::alert::AlertType;

use super::{
    arrival::ArrivalEvent,
    change,
    record::{EarlierMessage, IncidentRecord, News, NewsKind, STEADY},
    unsteady::{deferred, push_change},
};
use crate::{
    episode::Episode,
    notice::{PreviousState, Remark},
    report::HoldReason,
};

/// The number of ids kept. What is older than the oldest kept one counts as applied.
pub(super) const KEPT: usize = 40;

/// What applying a notice came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Applied {
    /// It was applied before.
    Known,
    /// It changed what the target must be sent.
    Changed,
    /// It is counted only.
    Held(HoldReason),
}

/// How notices are applied at a target.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// True if the channel can update messages.
    pub(super) can_update: bool,
    /// How long repetitions update one message.
    pub(super) window: SignedDuration,
    /// Why new incidents are not sent now.
    pub(super) held: Option<HoldReason>,
    /// False if the ledger did not answer: then an incident may be open.
    pub(super) is_known: bool,
    pub(super) now: Timestamp,
}

/// Applies a notice. Without a record, the incident begins.
pub(super) fn apply(
    before: Option<IncidentRecord>,
    event: &ArrivalEvent<'_>,
    target: &str,
    rules: Rules,
) -> (Option<IncidentRecord>, Applied) {
    let Some(mut record) = before else {
        if event.never_began && rules.is_known {
            return (None, Applied::Held(HoldReason::NeverBegan));
        }
        let (record, applied) = begun(event, target, rules);
        return (Some(record), applied);
    };
    if record.has_applied(&event.identity) {
        return (Some(record), Applied::Known);
    }
    if record.forgotten.is_some_and(|time| event.at <= time) {
        return (Some(record), Applied::Held(HoldReason::Late));
    }
    let applied = change_record(&mut record, event, rules);
    remember(&mut record, event);
    record.revision += 1;
    (Some(record), applied)
}

fn remember(record: &mut IncidentRecord, event: &ArrivalEvent<'_>) {
    record.applied.push(event.identity.clone());
    record.times.push(event.at);
    while record.applied.len() > KEPT {
        record.applied.remove(0);
        if !record.times.is_empty() {
            let time = record.times.remove(0);
            record.forgotten = Some(record.forgotten.map_or(time, |known| known.max(time)));
        }
    }
}

fn begun(event: &ArrivalEvent<'_>, target: &str, rules: Rules) -> (IncidentRecord, Applied) {
    let mut episode = Episode::once(event.at);
    if event.ends() {
        // The end of what this target was never sent.
        episode.count = 0;
        episode.resolved = Some(event.at);
    }
    let mut record = IncidentRecord {
        target: target.to_owned(),
        notice: event.stored(),
        topics: event.topics.to_vec(),
        episode,
        kind: event.kind,
        is_keyed: event.notice.dedup_key.is_some(),
        lost_data: event.is_no_data,
        revision: 1,
        applied: Vec::new(),
        times: Vec::new(),
        forgotten: None,
        changes: vec![event.at],
        news: Some(News::new(NewsKind::New, rules.now)),
        is_stale: false,
        shown: None,
        earlier: Vec::new(),
        held: None,
        held_by: None,
        remark: None,
        repeats: 0,
        instead_of: None,
        refused: None,
        is_handed_over: false,
    };
    remember(&mut record, event);
    let applied = hold(&mut record, rules);
    (record, applied)
}

/// Holds the news of an incident where something holds new incidents.
fn hold(record: &mut IncidentRecord, rules: Rules) -> Applied {
    record.held = rules.held;
    rules.held.map_or(Applied::Changed, Applied::Held)
}

fn change_record(record: &mut IncidentRecord, event: &ArrivalEvent<'_>, rules: Rules) -> Applied {
    if event.ends() {
        return end(record, event, rules);
    }
    match record.episode.resolved {
        Some(end) if event.at < end => late(record, event, rules),
        Some(_) => begin_again(record, event, rules),
        None if event.is_no_data && event.kind < record.kind => no_data(record, event, rules),
        None if is_followed_by(record, event) => {
            supersede(record, Some(event.at));
            begin_again(record, event, rules)
        }
        None => repeat(record, event, rules),
    }
}

/// Decides how to handle a resolution.
fn end(record: &mut IncidentRecord, event: &ArrivalEvent<'_>, rules: Rules) -> Applied {
    if record.episode.resolved.is_some() {
        return Applied::Held(HoldReason::ResolvedBefore);
    }
    if event.at < record.episode.last {
        return Applied::Held(HoldReason::Late);
    }
    let began = record.changes.last().copied();
    record.episode.resolved = Some(event.at);
    let kind = record.kind;
    record.notice = event.stored();
    // The end of an incident is as severe as the incident.
    record.notice.kind = kind;
    record.remark = None;
    push_change(record, event.at);
    for earlier in &mut record.earlier {
        if !earlier.is_over {
            earlier.is_over = true;
            earlier.episode.resolved = Some(event.at);
        }
    }
    let reason = record.held.take();
    if record.shown.is_none() {
        // What is not sent yet is sent with its end. What something holds is over, and what was handed
        // over ends where it was handed to.
        if record.is_handed_over || record.refused.is_some() {
            record.news = None;
            return Applied::Held(HoldReason::ResolvedBefore);
        }
        let Some(reason) = reason else {
            return Applied::Changed;
        };
        record.news = None;
        return Applied::Held(reason);
    }
    record.is_stale = true;
    let is_soon = began.is_some_and(|began| event.at.duration_since(began) < STEADY);
    let mut news = News::new(NewsKind::Resolved, rules.now);
    if is_soon || record.is_flapping(event.at) {
        news = deferred(record, NewsKind::Resolved, rules.now);
    }
    record.news = Some(news);
    Applied::Changed
}

/// The incident goes on in another message.
fn supersede(record: &mut IncidentRecord, ended: Option<Timestamp>) {
    if let Some(shown) = record.shown.take() {
        let mut episode = record.episode;
        episode.resolved = episode.resolved.or(ended);
        record.earlier.push(EarlierMessage {
            shown,
            notice: record.notice.clone(),
            episode,
            is_over: ended.is_some(),
        });
        // A long row of messages for one incident: the oldest stay as they are.
        let surplus = record.earlier.len().saturating_sub(10);
        record.earlier.drain(..surplus);
    }
    for earlier in &mut record.earlier {
        if ended.is_some() && !earlier.is_over {
            earlier.is_over = true;
            earlier.episode.resolved = earlier.episode.resolved.or(ended);
        }
    }
}

/// An incident begins that has the same key as one that is over.
fn begin_again(record: &mut IncidentRecord, event: &ArrivalEvent<'_>, rules: Rules) -> Applied {
    let was_over = record.episode.resolved.is_some();
    record.remark = None;
    push_change(record, event.at);
    record.notice = event.stored();
    record.topics = event.topics.to_vec();
    record.lost_data = event.is_no_data;
    record.is_handed_over = false;
    record.refused = None;
    if was_over && record.is_flapping(event.at) {
        // The same trouble comes and goes: it stays one incident with one message.
        record.episode.resolved = None;
        record.episode.count = record.episode.count.saturating_add(1);
        record.episode.last = record.episode.last.max(event.at);
        let is_worse = event.kind > record.kind;
        record.kind = record.kind.max(event.kind);
        if record.shown.is_none() {
            record.news = Some(News::new(NewsKind::New, rules.now));
            return hold(record, rules);
        }
        record.is_stale = true;
        record.news = Some(if is_worse {
            News::new(NewsKind::Escalated, rules.now)
        } else {
            deferred(record, NewsKind::Settled, rules.now)
        });
        return Applied::Changed;
    }
    let unsent = record
        .news
        .take()
        .filter(|news| news.kind == NewsKind::Resolved);
    if unsent.is_some() {
        // Its end was not sent: its message shows it.
        supersede(record, record.episode.resolved);
    }
    record.episode = Episode::once(event.at);
    record.kind = event.kind;
    record.shown = None;
    record.is_stale = false;
    record.repeats = 0;
    record.news = Some(News::new(NewsKind::New, rules.now));
    hold(record, rules)
}

/// Whether an event begins a new incident, although the end of this one was never seen: most alarms do
/// not notify of OK. The same state that is sent again begins nothing.
fn is_followed_by(record: &IncidentRecord, event: &ArrivalEvent<'_>) -> bool {
    event.at > record.episode.last
        && match event.previous_state {
            Some(PreviousState::Ok) => true,
            Some(PreviousState::NoData) => !record.lost_data,
            None => false,
        }
}

/// Missing data are no repetition.
fn no_data(record: &mut IncidentRecord, event: &ArrivalEvent<'_>, rules: Rules) -> Applied {
    record.lost_data = true;
    record.episode.last = record.episode.last.max(event.at);
    reply(record, event, rules)
}

/// News in the thread of the message.
fn reply(record: &mut IncidentRecord, event: &ArrivalEvent<'_>, rules: Rules) -> Applied {
    if let Some(reason) = rules.held {
        return Applied::Held(reason);
    }
    let has_message = record
        .shown
        .as_ref()
        .is_some_and(|shown| shown.message_ref.is_some());
    if !has_message || record.news.is_some() {
        return Applied::Held(HoldReason::Repeated);
    }
    record.news = Some(News {
        content: Some(Box::new(event.stored())),
        ..News::new(NewsKind::Changed, rules.now)
    });
    Applied::Changed
}

fn count(record: &mut IncidentRecord, event: &ArrivalEvent<'_>) {
    let episode = &mut record.episode;
    if episode.count == 0 {
        (episode.first, episode.last) = (event.at, event.at);
    }
    episode.count = episode.count.saturating_add(1);
    episode.first = episode.first.min(event.at);
    episode.last = episode.last.max(event.at);
    record.kind = record.kind.max(event.kind);
}

/// A notice from before the end that was applied already.
fn late(record: &mut IncidentRecord, event: &ArrivalEvent<'_>, rules: Rules) -> Applied {
    let is_news = record.episode.count == 0 || event.kind == AlertType::Critical;
    count(record, event);
    record.is_stale |= record.shown.is_some();
    let is_sent = record.shown.is_some();
    if is_news && is_sent && rules.held.is_none() {
        record.news = Some(News {
            content: Some(Box::new(event.stored())),
            ..News::new(NewsKind::Escalated, rules.now)
        });
        return Applied::Changed;
    }
    if is_sent && rules.can_update {
        Applied::Changed
    } else {
        Applied::Held(HoldReason::Late)
    }
}

/// Decides how to handle a repetition.
fn repeat(record: &mut IncidentRecord, event: &ArrivalEvent<'_>, rules: Rules) -> Applied {
    let was = record.kind;
    let is_newer = event.at >= record.episode.last;
    count(record, event);
    record.lost_data = false;
    let change = change::between(&record.notice, event.notice);
    if is_newer {
        record.notice = event.stored();
        record.topics = event.topics.to_vec();
    }
    let escalated = (event.kind > was).then_some(Remark::Escalated {
        from: was,
        to: event.kind,
    });
    if let Some(reason) = rules.held {
        record.held = Some(reason);
        if record.shown.is_some() && escalated.is_some() {
            record.remark = escalated;
            record.news = Some(News::new(NewsKind::Escalated, rules.now));
        }
        return Applied::Held(reason);
    }
    let released = record.held.take();
    let Some(shown) = &record.shown else {
        record.is_handed_over = false;
        record.refused = None;
        // Its beginning is not sent yet, or was held until now.
        let mut news = News::new(NewsKind::New, rules.now);
        if let Some(before) = &record.news {
            news.since = before.since;
        }
        news.released = released;
        record.news = Some(news);
        return Applied::Changed;
    };
    let is_worse = event.kind > was || event.kind == AlertType::Critical;
    if rules.now.duration_since(shown.at) > rules.window {
        supersede(record, None);
        record.news = Some(News::new(NewsKind::New, rules.now));
        return Applied::Changed;
    }
    record.is_stale = true;
    if is_worse && !record.is_flapping(event.at) {
        record.remark = escalated;
        record.news = Some(News::new(NewsKind::Escalated, rules.now));
        return Applied::Changed;
    }
    match change {
        change::NoticeChange::Content if is_newer => {
            // The message keeps its content; the reply has the new one.
            record.is_stale = false;
            reply(record, event, rules)
        }
        change::NoticeChange::Facts(facts) if is_newer && rules.can_update => {
            record.remark = Some(Remark::Changed(facts));
            Applied::Changed
        }
        _ if rules.can_update => Applied::Changed,
        _ => Applied::Held(HoldReason::Repeated),
    }
}
