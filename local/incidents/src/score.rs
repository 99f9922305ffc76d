//! Matches messages with incidents.
//!
//! A message belongs to an incident if its run is within the incident and two windows after it. Further
//! messages with the same key belong to it too, such as an end that comes later. What belongs to none is
//! a false alarm, unless it reports an end, is from the first day, when there is nothing to compare with,
//! or is about an error that a deployment has worded in another way.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};

use crate::{
    calendar::DAY_MINUTES,
    incident::{IncidentKind, LabelledIncident},
    replay::{ReplayedService, SentMessage},
};

/// The most messages that an incident should have: a begin, one that is worse, and an end.
const MESSAGES: usize = 3;

/// The score of all incidents of a kind.
#[derive(Clone, Debug, Default)]
pub struct KindScore {
    /// How many there were.
    pub incidents: u64,
    /// How many were found, in time or late.
    pub found: u64,
    /// How many were found in time.
    pub in_time: u64,
    /// From the beginning to the first message, of those that were found.
    pub delays: Vec<SignedDuration>,
    /// How many messages they had, ends included.
    pub messages: u64,
    /// The most messages of one of them.
    pub most_messages: u64,
}

/// An incident or a message that went wrong, for people.
#[derive(Clone, Debug)]
pub struct BenchmarkFinding {
    /// The service.
    pub service: &'static str,
    /// The seed.
    pub seed: u64,
    /// The start of the incident, or the time of the run.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// The score of one way to watch, over all replays.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// By kind of incident.
    pub kinds: BTreeMap<IncidentKind, KindScore>,
    /// The incidents that were not found in time.
    pub missed: Vec<BenchmarkFinding>,
    /// The incidents with more messages than a begin, one that is worse, and an end.
    pub noisy: Vec<BenchmarkFinding>,
    /// The false alarms.
    pub false_alarms: Vec<BenchmarkFinding>,
    /// The messages about reworded errors.
    pub reworded: u64,
    /// How many days of a service were watched, without the first one of each.
    pub days: f64,
}

/// One way to watch a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watcher {
    /// log-analysis.
    Analysis,
    /// The static rules.
    Rules,
}

impl Score {
    /// Adds a replay, as `watcher` has seen it.
    pub fn add(&mut self, replay: &ReplayedService, watcher: Watcher) {
        let messages = match watcher {
            Watcher::Analysis => &replay.analysis,
            Watcher::Rules => &replay.rules,
        };
        let (window, settle) = replay.schedule;
        let calendar = &replay.calendar;
        self.days += f64::from(calendar.days().saturating_sub(1));
        let mut titles: Vec<Vec<&str>> = vec![Vec::new(); replay.incidents.len()];
        let mut first: Vec<Option<Timestamp>> = vec![None; replay.incidents.len()];
        let mut keys: HashMap<&str, usize> = HashMap::new();
        for message in messages {
            let key = message.key.as_deref();
            let is_during = |incident: &LabelledIncident| {
                incident.start(calendar) <= message.at
                    && message.at <= incident.over(calendar) + window * 2
            };
            let during = replay.incidents.iter().position(is_during);
            let known = key.and_then(|key| keys.get(key).copied());
            let Some(position) = during.or(known) else {
                self.add_unmatched(message, replay);
                continue;
            };
            if let Some(key) = key {
                keys.entry(key).or_insert(position);
            }
            if let Some(titles) = titles.get_mut(position) {
                titles.push(&message.title);
            }
            if let Some(first) = first.get_mut(position)
                && !message.resolved
            {
                first.get_or_insert(message.at);
            }
        }
        for ((incident, first), titles) in replay.incidents.iter().zip(first).zip(titles) {
            let count = titles.len() as u64;
            let score = self.kinds.entry(incident.kind).or_default();
            let delay = first.map(|first| first.duration_since(incident.start(calendar)));
            let in_time =
                first.is_some_and(|first| first <= incident.due(calendar, window, settle));
            score.incidents += 1;
            score.found += u64::from(first.is_some());
            score.in_time += u64::from(in_time);
            score.delays.extend(delay);
            score.messages += count;
            score.most_messages = score.most_messages.max(count);
            if titles.len() > MESSAGES {
                let text = format!("{}: {}", incident.kind, titles.join(" | "));
                self.noisy
                    .push(finding(replay, incident.start(calendar), text));
            }
            if !in_time {
                let text = match delay {
                    Some(delay) => format!("{}, after {} min", incident.kind, delay.as_mins()),
                    None => incident.kind.to_string(),
                };
                self.missed
                    .push(finding(replay, incident.start(calendar), text));
            }
        }
    }

    fn add_unmatched(&mut self, message: &SentMessage, replay: &ReplayedService) {
        let second_day = replay.calendar.at_minute(DAY_MINUTES);
        if message.reworded {
            self.reworded += 1;
        } else if !message.resolved && message.at >= second_day {
            let text = message.title.clone();
            self.false_alarms.push(finding(replay, message.at, text));
        }
    }

    /// All kinds together.
    #[must_use]
    pub fn total(&self) -> KindScore {
        let mut total = KindScore::default();
        for kind in self.kinds.values() {
            total.incidents += kind.incidents;
            total.found += kind.found;
            total.in_time += kind.in_time;
            total.delays.extend(&kind.delays);
            total.messages += kind.messages;
            total.most_messages = total.most_messages.max(kind.most_messages);
        }
        total
    }

    /// The share of incidents that were found in time, 0 to 1.
    #[must_use]
    pub fn recall(&self) -> f64 {
        let total = self.total();
        total.in_time as f64 / total.incidents.max(1) as f64
    }

    /// False alarms of one service in a week.
    #[must_use]
    pub fn false_alarms_a_week(&self) -> f64 {
        self.false_alarms.len() as f64 * 7.0 / self.days.max(1.0)
    }
}

impl KindScore {
    /// The delay in the middle of all delays, in minutes.
    #[must_use]
    pub fn median_delay(&self) -> Option<i64> {
        let mut delays = self.delays.clone();
        delays.sort_unstable();
        delays.get(delays.len() / 2).map(SignedDuration::as_mins)
    }

    /// Messages per incident, of those that were found.
    #[must_use]
    pub fn messages_each(&self) -> Option<f64> {
        (self.found > 0).then(|| self.messages as f64 / self.found as f64)
    }
}

fn finding(replay: &ReplayedService, at: Timestamp, text: String) -> BenchmarkFinding {
    BenchmarkFinding {
        service: replay.service,
        seed: replay.seed,
        at,
        text,
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::{Score, Watcher};
    use crate::{
        calendar::{Calendar, DAY_MINUTES},
        incident::{IncidentKind, LabelledIncident},
        replay::{ReplayedService, SentMessage},
    };

    /// An incident on the third day from ten to half past ten, and messages: minutes after ten, whether
    /// they report an end, and their key.
    fn score(messages: &[(i64, bool, &str)]) -> Score {
        let calendar = Calendar::new(4);
        let first = 2 * DAY_MINUTES + 600;
        let message = |(minute, resolved, key): &(i64, bool, &str)| SentMessage {
            at: calendar.at_minute(first + minute),
            title: "an alert".to_owned(),
            resolved: *resolved,
            key: Some((*key).to_owned()),
            reworded: false,
        };
        let replay = ReplayedService {
            service: "shop",
            seed: 1,
            calendar,
            incidents: vec![LabelledIncident {
                kind: IncidentKind::TotalFailure,
                first,
                end: first + 30,
                route: 0,
            }],
            entries: 0,
            analysis: messages.iter().map(message).collect(),
            rules: Vec::new(),
            schedule: (SignedDuration::from_mins(15), SignedDuration::from_mins(2)),
            took: std::time::Duration::ZERO,
        };
        let mut score = Score::default();
        score.add(&replay, Watcher::Analysis);
        score
    }

    #[test]
    fn messages_within_two_windows_after_an_incident_belong_to_it() {
        let score = score(&[(17, false, "a"), (60, false, "b"), (62, true, "a")]);
        let total = score.total();
        assert_eq!((total.found, total.in_time, total.messages), (1, 1, 3));
        assert_eq!(total.median_delay(), Some(17));
        assert_eq!(score.false_alarms.len(), 0);
    }

    #[test]
    fn other_messages_are_false_alarms_unless_they_are_ends_or_of_the_first_day() {
        let day = 24 * 60;
        let score = score(&[
            (-3, false, "a"),
            (61, false, "b"),
            (90, true, "c"),
            (-2 * day, false, "d"),
        ]);
        assert_eq!(score.false_alarms.len(), 2);
        assert_eq!((score.total().found, score.missed.len()), (0, 1));
    }

    #[test]
    fn an_incident_that_is_found_late_is_found_and_not_in_time() {
        let score = score(&[(47, false, "a")]);
        let total = score.total();
        assert_eq!((total.found, total.in_time), (1, 0));
        assert_eq!(score.missed.len(), 1);
    }
}
