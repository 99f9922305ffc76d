//! How bad it is, and who is affected.

use shared::{
    format::{count, counted, milliseconds, whole, whole_percent},
    model::analysis::{
        LogAnalysis,
        baseline::{Expectation, WatchedNumber},
        counts::DurationFacts,
    },
};

use super::{
    clock::WindowClock,
    period::FailurePeriod,
    standing::Standing,
    watched::{Watched, watched},
};

/// A part of a report's second line, in full and for a narrow terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImpactText {
    /// In full.
    pub long: String,
    /// As short as it is clear.
    pub short: String,
}

/// How many failed, whom it hit, and since when.
#[must_use]
pub fn impact(analysis: &LogAnalysis, clock: &WindowClock) -> Vec<ImpactText> {
    let mut facts = vec![failures(analysis)];
    facts.extend(users(analysis));
    facts.extend(since(analysis, clock).or_else(|| durations(analysis)));
    facts
}

fn failures(analysis: &LogAnalysis) -> ImpactText {
    let previous = &analysis.previous;
    if analysis.total_count == 0 && Standing::of(analysis) != Standing::Incomplete {
        let before = match previous.total_count {
            0 => "none".to_owned(),
            entries => count(entries),
        };
        return ImpactText {
            long: format!("no entries, {before} in the window before"),
            short: format!("no entries, {before} before"),
        };
    }
    let (failed, all, rate, before, number) = match watched(analysis) {
        Watched::Requests => (
            analysis.requests.failed,
            analysis.requests.count,
            analysis.requests.error_rate,
            previous.requests.error_rate,
            WatchedNumber::FailedRequests,
        ),
        Watched::Entries => (
            analysis.error_count,
            analysis.total_count,
            analysis.error_rate,
            previous.error_rate,
            WatchedNumber::ErrorEntries,
        ),
    };
    let unknown = rate.is_none();
    let rate = match rate {
        Some(rate) if failed > 0 => format!(": {}", whole_percent(rate)),
        _ => String::new(),
    };
    let against = match usual_band(analysis, number) {
        Some(usual) => format!(", {usual}"),
        None => before.map_or_else(String::new, |before| {
            format!(", was {}", whole_percent(before))
        }),
    };
    let is_partial = Standing::of(analysis) == Standing::Incomplete || unknown;
    let least = if is_partial { "at least " } else { "" };
    if unknown && failed == 0 {
        let entries = counted(all, "entry", "entries");
        return ImpactText {
            long: format!("errors unknown in {entries}{against}"),
            short: format!("errors unknown{against}"),
        };
    }
    let [long, short] = match watched(analysis) {
        Watched::Requests => {
            let requests = counted(all, "request", "requests");
            [format!("{requests} failed"), "failed".to_owned()]
        }
        Watched::Entries => {
            let entries = counted(all, "entry", "entries");
            let are = if failed == 1 {
                "is an error"
            } else {
                "are errors"
            };
            [format!("{entries} {are}"), "errors".to_owned()]
        }
    };
    let (failed, all) = (count(failed), count(all));
    ImpactText {
        long: format!("{least}{failed} of {long}{rate}{against}"),
        short: format!("{least}{failed}/{all} {short}{rate}{against}"),
    }
}

fn users(analysis: &LogAnalysis) -> Option<ImpactText> {
    let all = match watched(analysis) {
        Watched::Requests => analysis.request_users,
        Watched::Entries => analysis.distinct_users,
    };
    let same = |text: String| ImpactText {
        short: text.clone(),
        long: text,
    };
    if analysis.total_count == 0 {
        return None;
    }
    if all == 0 {
        return Some(same("users not logged".to_owned()));
    }
    let users = counted(all, "user", "users");
    if watched(analysis) == Watched::Entries || analysis.requests.failed == 0 {
        return Some(same(users));
    }
    let hit = count(analysis.failed_users);
    Some(ImpactText {
        long: format!("{hit} of {users} hit"),
        short: format!("{hit}/{users}"),
    })
}

fn since(analysis: &LogAnalysis, clock: &WindowClock) -> Option<ImpactText> {
    if !Standing::of(analysis).is_alarm() {
        return None;
    }
    let alarms = analysis.alarms.as_ref();
    let incidents = alarms.into_iter().flat_map(|alarms| &alarms.incidents);
    let opened = incidents.map(|incident| incident.since).min();
    let period = FailurePeriod::of(analysis).filter(|_| super::standing::fails(analysis));
    let text = match (period, opened) {
        (None, None) => return None,
        (
            Some(FailurePeriod {
                start: Some(start), ..
            }),
            opened,
        ) => {
            let start = opened
                .filter(|opened| *opened < analysis.previous.window.start)
                .unwrap_or(start);
            format!("since {}", clock.beside(start))
        }
        (_, Some(opened)) => format!("since {}", clock.beside(opened)),
        (Some(_), None) => {
            let start = analysis.previous.timeline.first();
            let start = start.map_or(analysis.window.start, |part| part.start);
            format!("since before {}", clock.beside(start))
        }
    };
    Some(ImpactText {
        short: text.clone(),
        long: text,
    })
}

/// A duration of the requests, with its usual band if there is one.
fn durations(analysis: &LogAnalysis) -> Option<ImpactText> {
    let durations = analysis.requests.durations?;
    let usual = analysis.usual(WatchedNumber::Latency);
    let named = usual.and_then(|usual| Some((name_of(usual.value, durations)?, usual)));
    let band = named.and_then(|(name, usual)| Some((name, usual.value, band(usual)?)));
    let (name, value, usual) = match band {
        Some((name, value, usual)) => (name, value, format!(", {usual}")),
        None => ("p95", durations.p95, String::new()),
    };
    let short = format!("{name} {}", milliseconds(value));
    Some(ImpactText {
        long: format!("{short}{usual}"),
        short,
    })
}

/// Which of the durations a compared value is.
#[must_use]
pub fn name_of(value: f64, durations: DurationFacts) -> Option<&'static str> {
    /// Durations are compared in hundredths of a millisecond.
    const ROUNDING: f64 = 0.006;
    let named = [("p95", durations.p95), ("median", durations.p50)];
    let mut named = named.into_iter();
    named
        .find(|(_, duration)| (duration - value).abs() < ROUNDING)
        .map(|(name, _)| name)
}

/// The usual band of a number of the service: `usual 1–3%`.
#[must_use]
pub fn usual_band(analysis: &LogAnalysis, number: WatchedNumber) -> Option<String> {
    band(analysis.usual(number)?)
}

/// The usual band of a number: `usual 1–3%`, `usual 1,800–2,300`.
#[must_use]
pub fn band(usual: &Expectation) -> Option<String> {
    let (lower, upper) = (usual.lower?, usual.upper?);
    let [low, high] = [lower, upper].map(|end| value(usual.key.number, end));
    if low == high {
        return Some(format!("usual {high}"));
    }
    let low = match low.strip_prefix('<') {
        Some(_) => "0",
        None => match (low.strip_suffix('%'), low.rsplit_once(' ')) {
            (Some(number), _) => number,
            // One unit for both ends.
            (None, Some((number, unit))) if high.ends_with(unit) => number,
            _ => &low,
        },
    };
    Some(format!("usual {low}–{high}"))
}

/// A value of a number, as a report shows it.
#[must_use]
pub fn value(number: WatchedNumber, value: f64) -> String {
    match number {
        WatchedNumber::FailedRequests
        | WatchedNumber::ErrorEntries
        | WatchedNumber::UserShare
        | WatchedNumber::ClientShare => whole_percent(value),
        WatchedNumber::ErrorPattern | WatchedNumber::Traffic => count(whole(value)),
        WatchedNumber::Latency => milliseconds(value),
    }
}
