//! Decides what to send to a target: a pure function of its lane, the incidents that are due, the settings
//! and the time.
//!
//! - News are a message each: a new message, or an update and a reply. What is safe to repeat comes first.
//! - More news than the limit within a minute are a storm: they share messages that list them. A list takes
//!   further incidents for a minute, if its channel can update messages. Critical ones are also a reply.
//! - The end of an incident that a list shows updates the list. When all of a list are over, a reply says so.
//! - Other news of incidents that a list shows, such as an escalation, update the list and are replies to it:
//!   one each, or one for all in a storm.
//! - Incidents without news only update their message, last.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use shared::model::alert::AlertType;

use super::record::{IncidentRecord, Lane, NewsKind};

/// The most incidents of one list: Slack shows about 12,000 characters of a message.
pub(super) const LONGEST_LIST: usize = 40;

/// In which time news count together, and how long a list takes more incidents.
pub(super) const STORM: SignedDuration = SignedDuration::from_mins(1);

/// One call to a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PlanStep {
    /// Updates the messages of earlier incidents with the same key.
    Earlier(String),
    /// Updates the message of an incident.
    Update {
        /// The key of its record.
        key: String,
        /// Whether a reply follows, which says the same.
        then_reply: bool,
    },
    /// Sends a new message about an incident.
    Post(String),
    /// Replies to the message of an incident.
    Reply(String),
    /// Sends a new message that lists incidents.
    PostList(Vec<String>),
    /// Updates a list: its incidents with these keys changed, or are added to it.
    UpdateList {
        /// The key of the list.
        list: String,
        /// The keys of the incidents.
        keys: Vec<String>,
    },
    /// Replies to a list about those of its incidents.
    ReplyToList {
        /// The key of the list.
        list: String,
        /// The keys of the incidents.
        keys: Vec<String>,
    },
}

/// What to send to a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TargetPlan {
    /// The calls, in their order.
    pub(super) steps: Vec<PlanStep>,
    /// News wait until then, to share a message with those that come meanwhile.
    pub(super) wait_until: Option<Timestamp>,
}

/// How a target is sent to.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlanRules {
    /// True if the channel can update messages.
    pub(super) can_update: bool,
    /// How many news in a minute are a message each.
    pub(super) limit: usize,
    /// The time between two lists.
    pub(super) spacing: SignedDuration,
    pub(super) now: Timestamp,
}

/// Decides what to send. `due` are the incidents of the target by their keys, in the order in which they
/// became due.
pub(super) fn plan(lane: &Lane, due: &[(&str, &IncidentRecord)], rules: PlanRules) -> TargetPlan {
    let news: Vec<(&str, &IncidentRecord)> = due
        .iter()
        .filter(|(_, record)| record.due_news(rules.now).is_some())
        .copied()
        .collect();
    let mut steps = Steps::default();
    let mut wait_until = None;
    let listed: Vec<&str> = match storm(lane, &news, rules) {
        Storm::None => Vec::new(),
        Storm::Later(time) => {
            wait_until = Some(time);
            Vec::new()
        }
        Storm::Now => news
            .iter()
            .filter(|(_, record)| belongs_in_list(record, rules))
            .map(|(key, _)| *key)
            .collect(),
    };
    if wait_until.is_none() {
        let in_list: BTreeSet<&str> = listed.iter().copied().collect();
        for (key, record) in &news {
            steps.news(key, record, rules, in_list.contains(key));
        }
        steps.list(lane, &listed, &news, rules);
    }
    for (key, record) in due {
        steps.updates(key, record, rules, wait_until.is_some());
    }
    TargetPlan {
        steps: steps.into_order(rules),
        wait_until,
    }
}

/// Whether news share messages.
enum Storm {
    None,
    Now,
    Later(Timestamp),
}

fn is_within(time: Timestamp, now: Timestamp) -> bool {
    now.duration_since(time) < STORM
}

fn storm(lane: &Lane, news: &[(&str, &IncidentRecord)], rules: PlanRules) -> Storm {
    let own_messages = news
        .iter()
        .filter(|(_, record)| belongs_in_list(record, rules))
        .count();
    if own_messages == 0 {
        return Storm::None;
    }
    let recent: Vec<Timestamp> = lane
        .recent
        .iter()
        .copied()
        .filter(|time| is_within(*time, rules.now))
        .collect();
    let has_list = lane
        .open_list
        .as_ref()
        .is_some_and(|list| is_within(list.since, rules.now));
    if !has_list && own_messages + recent.len() <= rules.limit {
        return Storm::None;
    }
    let next = recent
        .last()
        .and_then(|last| last.checked_add(rules.spacing).ok());
    match next {
        Some(next) if next > rules.now => Storm::Later(next),
        _ => Storm::Now,
    }
}

/// Whether the news of an incident need a new message, so that they are listed in a storm.
fn belongs_in_list(record: &IncidentRecord, rules: PlanRules) -> bool {
    let has_reply = record
        .due_news(rules.now)
        .is_some_and(|news| news.content.is_some());
    // It is in a list already.
    let is_shown_there = rules.can_update && list_of(record).is_some();
    !has_reply && !is_shown_there
}

fn list_of(record: &IncidentRecord) -> Option<&str> {
    record.shown.as_ref()?.list.as_deref()
}

fn has_message(record: &IncidentRecord) -> bool {
    record
        .shown
        .as_ref()
        .is_some_and(|shown| shown.message_ref.is_some())
}

#[derive(Debug, Default)]
struct Steps {
    news: Vec<PlanStep>,
    lists: Vec<PlanStep>,
    /// The changed incidents of each list.
    changed: BTreeMap<String, Vec<String>>,
    /// The incidents of each list with news that need a reply.
    replies: BTreeMap<String, Vec<String>>,
    updates: Vec<PlanStep>,
    planned: BTreeSet<String>,
}

impl Steps {
    fn news(&mut self, key: &str, record: &IncidentRecord, rules: PlanRules, is_listed: bool) {
        let Some(news) = record.due_news(rules.now) else {
            return;
        };
        self.planned.insert(key.to_owned());
        self.earlier(key, record, rules);
        let key = key.to_owned();
        let own_list = list_of(record).filter(|_| rules.can_update);
        if let Some(list) = own_list {
            let changed = self.changed.entry(list.to_owned()).or_default();
            changed.push(key.clone());
            let is_end = matches!(news.kind, NewsKind::Resolved | NewsKind::Settled);
            if !is_end {
                let replies = self.replies.entry(list.to_owned()).or_default();
                replies.push(key);
            }
            return;
        }
        if news.kind == NewsKind::New || !has_message(record) {
            if !is_listed {
                self.news.push(PlanStep::Post(key));
            }
            return;
        }
        if rules.can_update && (record.is_stale || news.content.is_none()) {
            let key = key.clone();
            self.news.push(PlanStep::Update {
                key,
                then_reply: true,
            });
        }
        if !is_listed {
            self.news.push(PlanStep::Reply(key));
        }
    }

    fn list(
        &mut self,
        lane: &Lane,
        listed: &[&str],
        news: &[(&str, &IncidentRecord)],
        rules: PlanRules,
    ) {
        let mut left = listed;
        let open = lane
            .open_list
            .as_ref()
            .filter(|list| rules.can_update && is_within(list.since, rules.now));
        if let Some(open) = open {
            let room = LONGEST_LIST.saturating_sub(open.length).min(left.len());
            let (added, rest) = left.split_at(room);
            left = rest;
            if !added.is_empty() {
                let added: Vec<String> = added.iter().map(|key| (*key).to_owned()).collect();
                let changed = self.changed.entry(open.key.clone()).or_default();
                changed.extend(added.iter().cloned());
                let is_critical = |key: &&String| {
                    news.iter().any(|(other, record)| {
                        other == key
                            && record.kind == AlertType::Critical
                            && record.episode.resolved.is_none()
                    })
                };
                let critical: Vec<String> = added.iter().filter(is_critical).cloned().collect();
                if !critical.is_empty() {
                    self.lists.push(PlanStep::ReplyToList {
                        list: open.key.clone(),
                        keys: critical,
                    });
                }
            }
        }
        for part in left.chunks(LONGEST_LIST) {
            let keys = part.iter().map(|key| (*key).to_owned()).collect();
            self.lists.push(PlanStep::PostList(keys));
        }
    }

    fn earlier(&mut self, key: &str, record: &IncidentRecord, rules: PlanRules) {
        if rules.can_update && record.earlier.iter().any(|it| it.is_over) {
            self.updates.push(PlanStep::Earlier(key.to_owned()));
        }
    }

    /// What only changes messages. `all`: news wait, but what their messages show does not.
    fn updates(&mut self, key: &str, record: &IncidentRecord, rules: PlanRules, all: bool) {
        if !rules.can_update || (!all && self.planned.contains(key)) {
            return;
        }
        self.earlier(key, record, rules);
        if !record.is_stale || !has_message(record) {
            return;
        }
        match list_of(record) {
            Some(list) => {
                let changed = self.changed.entry(list.to_owned()).or_default();
                changed.push(key.to_owned());
            }
            None => self.updates.push(PlanStep::Update {
                key: key.to_owned(),
                then_reply: false,
            }),
        }
    }

    fn into_order(self, rules: PlanRules) -> Vec<PlanStep> {
        let Self {
            mut news,
            lists,
            changed,
            replies,
            updates,
            ..
        } = self;
        let changed = changed.into_iter();
        news.extend(changed.map(|(list, keys)| PlanStep::UpdateList { list, keys }));
        let are_few = replies.values().map(Vec::len).sum::<usize>() <= rules.limit;
        for (list, keys) in replies {
            if are_few {
                news.extend(keys.into_iter().map(PlanStep::Reply));
            } else {
                news.push(PlanStep::ReplyToList { list, keys });
            }
        }
        news.extend(lists);
        news.extend(updates);
        news
    }
}
