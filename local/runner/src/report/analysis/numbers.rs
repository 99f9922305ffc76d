//! The totals of the window beside those of the window before.

use shared::{
    format::{change, count, milliseconds, share, whole},
    log_store::facts::DurationFacts,
    model::{
        analysis::{AnalysisStatus, Change, LogAnalysis, baseline::WatchedNumber},
        level::Level,
    },
};

use crate::report::{
    style::{Paint, Style},
    table::{CellValue, Column, table},
};

/// The relative change from which on something is worse, not only different.
const WORSE: f64 = 0.2;

/// The narrowest terminal that has room for all columns.
const WIDE: u16 = 72;

/// One of the durations.
type OfDurations = fn(DurationFacts) -> f64;

/// A number of both windows.
struct NumberRow {
    name: String,
    now: Option<f64>,
    before: Option<f64>,
    /// The band in which it usually is at this time.
    usual: Option<(f64, f64)>,
    text: fn(f64) -> String,
    /// Whether more of it is worse.
    is_bad: bool,
    /// Whether it is a rate or an average of too few samples.
    few: bool,
}

/// The table.
pub(super) fn numbers(analysis: &LogAnalysis, style: Style) -> String {
    let mut numbers = entries(analysis);
    numbers.extend(requests(analysis));
    if analysis.distinct_users > 0 {
        numbers.push(NumberRow {
            name: "different users".to_owned(),
            now: Some(analysis.distinct_users as f64),
            before: None,
            usual: None,
            text: |value| count(whole(value)),
            is_bad: false,
            few: false,
        });
    }
    let now = match analysis.status {
        AnalysisStatus::Incomplete => "at least",
        _ => "window",
    };
    let mut columns = vec![Column::Word(""), Column::Number(now)];
    let has_usual = numbers.iter().any(|number| number.usual.is_some());
    // What is usual says more than the window before.
    let compared = is_comparable(analysis) && !(has_usual && style.width < WIDE);
    if compared {
        columns.extend([Column::Number("before"), Column::Number("change")]);
    }
    if has_usual {
        columns.push(Column::Number("usual"));
    }
    let rows = numbers.iter().filter(|number| number.now.is_some());
    let rows = rows
        .map(|number| {
            let mut row = number.row(compared);
            row.extend(has_usual.then(|| number.usual()));
            row
        })
        .collect();
    table(style, &columns, rows)
}

impl NumberRow {
    fn row(&self, compared: bool) -> Vec<CellValue> {
        let shown = |value: Option<f64>| value.map_or(String::new(), self.text);
        let mut row = vec![CellValue::new(&self.name), shown(self.now).into()];
        if compared {
            row.push(shown(self.before).into());
            row.push(self.change());
        }
        row
    }

    /// The usual band; painted if the number is outside.
    fn usual(&self) -> CellValue {
        let (Some((lower, upper)), Some(now)) = (self.usual, self.now) else {
            return CellValue::new("");
        };
        let text = format!("{} – {}", (self.text)(lower), (self.text)(upper));
        let paint = if (lower..=upper).contains(&now) {
            Paint::Aside
        } else {
            Paint::Notice
        };
        CellValue::new(text).painted(paint)
    }

    fn change(&self) -> CellValue {
        let (Some(now), Some(before)) = (self.now, self.before) else {
            return CellValue::new("");
        };
        let difference = Change {
            absolute: now - before,
            relative: (before > 0.0).then(|| (now - before) / before),
            below_min_sample: self.few,
        };
        if self.few {
            return CellValue::new("too few").painted(Paint::Aside);
        }
        CellValue::new(change(now, before))
            .painted_if(self.is_bad && is_worse(difference), Paint::Bad)
            .painted_if(self.is_bad && is_better(difference), Paint::Good)
    }
}

/// Whether the window before can be compared with.
fn is_comparable(analysis: &LogAnalysis) -> bool {
    analysis.status != AnalysisStatus::Incomplete && analysis.previous.total_count > 0
}

/// Whether a bad number grew significantly.
fn is_worse(change: Change) -> bool {
    let grew = change
        .relative
        .map_or(change.absolute > 0.0, |relative| relative >= WORSE);
    grew && !change.below_min_sample
}

/// Whether a bad number shrank significantly.
fn is_better(change: Change) -> bool {
    let shrank = change.relative.is_some_and(|relative| relative <= -WORSE);
    shrank && !change.below_min_sample
}

/// The usual band of a number of the service, if it is the one that is shown: traffic is that of requests
/// or of entries, and durations are the median or the 95th percentile.
fn usual(analysis: &LogAnalysis, number: WatchedNumber, shown: Option<f64>) -> Option<(f64, f64)> {
    /// Durations are compared in hundredths of a millisecond.
    const ROUNDING: f64 = 0.006;
    let usual = analysis.usual(number)?;
    let is_shown = (shown? - usual.value).abs() < ROUNDING;
    is_shown.then_some((usual.lower?, usual.upper?))
}

fn entries(analysis: &LogAnalysis) -> Vec<NumberRow> {
    let previous = &analysis.previous;
    let total = NumberRow {
        name: "entries".to_owned(),
        now: Some(analysis.total_count as f64),
        before: Some(previous.total_count as f64),
        usual: usual(
            analysis,
            WatchedNumber::Traffic,
            Some(analysis.total_count as f64),
        ),
        text: |value| count(whole(value)),
        is_bad: false,
        few: false,
    };
    let levels = Level::ALL
        .iter()
        .rev()
        .chain([&Level::Unknown])
        .filter_map(|level| {
            let [now, before] = [&analysis.levels, &previous.levels]
                .map(|levels| levels.get(level).copied().unwrap_or_default());
            // That there were none says something only of what one looks for.
            (now > 0 || before > 0 || *level >= Level::Warn).then(|| NumberRow {
                name: format!("  {level}"),
                now: Some(now as f64),
                before: Some(before as f64),
                usual: None,
                text: |value| count(whole(value)),
                is_bad: *level >= Level::Warn,
                few: false,
            })
        });
    let rate = NumberRow {
        name: "error rate".to_owned(),
        now: analysis.error_rate,
        before: previous.error_rate,
        usual: usual(analysis, WatchedNumber::ErrorEntries, analysis.error_rate),
        text: share,
        is_bad: true,
        few: analysis.below_min_sample || previous.below_min_sample,
    };
    [total].into_iter().chain(levels).chain([rate]).collect()
}

fn requests(analysis: &LogAnalysis) -> Vec<NumberRow> {
    let [now, before] = [&analysis.requests, &analysis.previous.requests];
    if now.count == 0 && before.count == 0 {
        return Vec::new();
    }
    let few = now.below_min_sample || before.below_min_sample;
    let mut numbers = vec![
        NumberRow {
            name: "requests".to_owned(),
            now: Some(now.count as f64),
            before: Some(before.count as f64),
            usual: usual(analysis, WatchedNumber::Traffic, Some(now.count as f64)),
            text: |value| count(whole(value)),
            is_bad: false,
            few: false,
        },
        NumberRow {
            name: "  failed".to_owned(),
            now: now.error_rate,
            before: before.error_rate,
            usual: usual(analysis, WatchedNumber::FailedRequests, now.error_rate),
            text: share,
            is_bad: true,
            few,
        },
    ];
    let durations: [(&str, OfDurations); 5] = [
        ("average", |durations| durations.average),
        ("median", |durations| durations.p50),
        ("p95", |durations| durations.p95),
        ("p99", |durations| durations.p99),
        ("longest", |durations| durations.max),
    ];
    numbers.extend(durations.map(|(name, of)| NumberRow {
        name: format!("  {name}"),
        now: now.durations.map(of),
        before: before.durations.map(of),
        usual: usual(analysis, WatchedNumber::Latency, now.durations.map(of)),
        text: milliseconds,
        is_bad: true,
        few,
    }));
    numbers
}
