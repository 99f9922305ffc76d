//! Applies what was sent to the record of an incident: a pure function.

use shared::model::alert::AlertType;

use super::record::{IncidentRecord, News, NewsKind, ShownMessage};
use crate::notice::Remark;

/// Records that a message was sent, or updated, for a revision of the record.
pub(super) fn apply_sent(record: &mut IncidentRecord, sent: &SentNews) {
    if sent.clears_earlier {
        record.earlier.retain(|earlier| !earlier.is_over);
    }
    if let Some(shown) = &sent.shown {
        record.shown = Some(shown.clone());
    }
    record.refused = None;
    if record.revision == sent.revision {
        record.is_stale = false;
        if sent.is_news {
            record.news = None;
        }
        if sent.is_news && sent.repeats {
            record.repeats = record.repeats.saturating_add(1);
        }
        return;
    }
    // More happened meanwhile.
    record.is_stale = true;
    let Some(news) = record.news.clone().filter(|_| sent.is_news) else {
        return;
    };
    let next = if news.kind == NewsKind::New {
        let has_ended = record.episode.resolved.is_some() && !sent.is_over;
        let is_worse = record.kind > sent.kind;
        match (has_ended, is_worse) {
            (true, _) => Some(News::new(NewsKind::Resolved, news.since)),
            (false, true) => {
                record.remark = Some(Remark::Escalated {
                    from: sent.kind,
                    to: record.kind,
                });
                Some(News::new(NewsKind::Escalated, news.since))
            }
            (false, false) => None,
        }
    } else {
        Some(news).filter(|_| record.news != sent.news)
    };
    record.news = next;
}

/// What was sent of a record.
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own.
#[derive(Clone, Debug)]
pub(super) struct SentNews {
    /// The revision that was sent.
    pub(super) revision: u64,
    /// The news that were sent, if any.
    pub(super) news: Option<News>,
    /// Whether the message showed the end of the incident.
    pub(super) is_over: bool,
    /// The severity that was sent.
    pub(super) kind: AlertType,
    /// The new message, if one was sent.
    pub(super) shown: Option<ShownMessage>,
    /// Whether people were notified.
    pub(super) is_news: bool,
    /// Whether it was a repetition of an incident that nobody acknowledged.
    pub(super) repeats: bool,
    /// Whether earlier messages were updated.
    pub(super) clears_earlier: bool,
}

impl SentNews {
    /// Nothing new was sent; the message shows the newest state.
    pub(super) fn nothing(record: &IncidentRecord) -> Self {
        let is_repetition = |news: &News| news.kind == NewsKind::Repeated;
        Self {
            revision: record.revision,
            news: record.news.clone(),
            is_over: record.episode.resolved.is_some(),
            kind: record.kind,
            shown: None,
            is_news: false,
            repeats: record.news.as_ref().is_some_and(is_repetition),
            clears_earlier: false,
        }
    }
}
