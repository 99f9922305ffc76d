//! One call to a channel: what it shows, within the time that a lease lasts, even if the channel hangs or
//! panics.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt as _;
use shared::{deadline::Deadline, model::alert::AlertStatus};
use tokio::time::timeout;

use super::{
    graph::Graphs,
    keys,
    lane::LONGEST_CALL,
    record::{EarlierMessage, IncidentRecord, ListRecord, NewsKind},
    run::DeliveryRun,
};
use crate::{
    channel::{Dispatch, Receipt, SendError, SendMode},
    episode::Episode,
    notice::{ChannelFault, FailureReason, ListedIncident, Notice, Phrase, Remark},
    render::Content,
    report::HoldReason,
    routing::Target,
};

/// How long a channel may overrun its deadline.
const GRACE: Duration = Duration::from_millis(500);

/// What a message shows.
#[derive(Clone, Debug)]
pub(super) struct CallContent {
    notice: Notice,
    episode: Episode,
    remark: Option<Remark>,
    /// The title of the first message, for the subject of a reply.
    first_title: Option<Phrase>,
    incidents: Vec<ListedIncident>,
    instead_of: Option<String>,
    topics: Vec<String>,
}

impl CallContent {
    fn of(record: &IncidentRecord) -> Self {
        let shown = record.shown.as_ref();
        Self {
            notice: record.notice.clone(),
            episode: record.episode,
            remark: record.remark.clone(),
            first_title: shown.and_then(|shown| shown.title.clone()),
            incidents: Vec::new(),
            instead_of: record.instead_of.clone(),
            topics: record.topics.clone(),
        }
    }

    /// The message of an incident, as it is now.
    pub(super) fn of_update(record: &IncidentRecord) -> Self {
        Self::of(record)
    }

    /// News of an incident.
    pub(super) fn of_news(record: &IncidentRecord) -> Self {
        let mut content = Self::of(record);
        let Some(news) = &record.news else {
            return content;
        };
        if let Some(notice) = &news.content {
            content.notice = (**notice).clone();
            content.remark = None;
        }
        content.remark = match (news.released, news.kind) {
            (Some(HoldReason::Silenced), _) => Some(Remark::HeldBySilence),
            (Some(_), _) => Some(Remark::HeldByQuietHours),
            (None, NewsKind::Repeated) => Some(Remark::Unacknowledged),
            _ => content.remark,
        };
        content
    }

    /// An older message of the same key.
    pub(super) fn of_earlier(earlier: &EarlierMessage, record: &IncidentRecord) -> Self {
        Self {
            notice: earlier.notice.clone(),
            episode: earlier.episode,
            remark: Some(Remark::Superseded),
            ..Self::of(record)
        }
    }

    /// A list of incidents. `records` are those of them that changed. A list of one is a message about it.
    pub(super) fn of_list(list: &ListRecord, records: &[(String, IncidentRecord)]) -> Self {
        if let ([line], [(key, record)]) = (list.lines.as_slice(), records)
            && line.key == *key
        {
            return Self::of_news(record);
        }
        let incidents: Vec<ListedIncident> = list
            .lines
            .iter()
            .map(|line| line.incident.clone())
            .collect();
        let count = incidents.len() as u64;
        let open: Vec<&ListedIncident> = incidents
            .iter()
            .filter(|incident| incident.resolved.is_none())
            .collect();
        let title = Phrase::Incidents {
            count,
            open: open.len() as u64,
        };
        let worst = open.iter().map(|incident| incident.kind).max();
        let worst = worst.or_else(|| incidents.iter().map(|it| it.kind).max());
        let mut notice = Notice::new("bongsu", title);
        notice.kind = worst.unwrap_or(notice.kind);
        notice.status = Some(if open.is_empty() {
            AlertStatus::Resolved
        } else {
            AlertStatus::Firing
        });
        let services: Vec<&Option<String>> = incidents.iter().map(|it| &it.service).collect();
        if services.windows(2).all(|pair| pair.first() == pair.last()) {
            notice.service = services.first().and_then(|service| (*service).clone());
        }
        let keys: Vec<&str> = list.lines.iter().map(|line| line.key.as_str()).collect();
        notice.identity = Some(keys::short(&format!("{} {}", keys.join(" "), open.len())));
        // The same at each target that has the same list.
        let ids = list.lines.iter();
        let ids: Vec<&str> = ids
            .map(|line| line.incident.id.as_deref().unwrap_or(&line.key))
            .collect();
        notice.dedup_key = Some(format!("list/{}", keys::short(&ids.join(" "))));
        let first = incidents.iter().map(|it| it.since).min();
        let newest = incidents.iter().map(|it| it.since).max();
        let mut episode = Episode::once(first.unwrap_or_default());
        episode.last = newest.unwrap_or_default();
        if open.is_empty() {
            episode.resolved = incidents.iter().filter_map(|it| it.resolved).max();
        }
        notice.occurred_at = episode.resolved.or(first);
        let mut topics = records
            .first()
            .map_or_else(Vec::new, |(_, it)| it.topics.clone());
        topics.retain(|topic| records.iter().all(|(_, it)| it.topics.contains(topic)));
        Self {
            notice,
            episode,
            remark: None,
            first_title: None,
            incidents,
            instead_of: records.iter().find_map(|(_, it)| it.instead_of.clone()),
            topics,
        }
    }

    pub(super) fn title(&self) -> &Phrase {
        &self.notice.title
    }
}

/// Calls the channel of a target.
pub(super) async fn call(
    run: &DeliveryRun<'_>,
    target: &Target,
    content: &CallContent,
    mode: SendMode<'_>,
    graphs: &Graphs,
) -> Result<Receipt, SendError> {
    let graph = match mode {
        SendMode::Update(_) => None,
        SendMode::Post | SendMode::Reply(_) => graphs.of(&content.notice, run).await,
    };
    let mut notice = content.notice.clone();
    let mut incidents = content.incidents.clone();
    if incidents.is_empty() {
        notice.handling = run.context.handling(&notice, run.now());
    } else {
        notice.handling = run.context.handle_listed(&mut incidents, run.now());
    }
    let dispatch = Dispatch {
        content: Content {
            notice: &notice,
            episode: &content.episode,
            instead_of: content.instead_of.as_deref(),
            remark: content.remark.as_ref(),
            first_title: content.first_title.as_ref(),
            incidents: &incidents,
        },
        mode,
        graph: graph.as_deref().and_then(Option::as_ref),
        topics: &content.topics,
    };
    let time = run.work.remaining().min(LONGEST_CALL);
    let sending = target.channel.send(&dispatch, Deadline::after(time));
    let sending = AssertUnwindSafe(sending).catch_unwind();
    // Recording the outcome needs what is left.
    match timeout(time + GRACE.min(time / 8), sending).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(SendError::Permanent {
            reason: FailureReason::new(ChannelFault::Panic, "", ""),
        }),
        Err(_) => Err(SendError::Unknown {
            reason: FailureReason::new(ChannelFault::NoAnswer, &target.name, ""),
        }),
    }
}
