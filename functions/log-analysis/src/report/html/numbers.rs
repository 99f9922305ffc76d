//! The numbers of both windows, with what is usual.

use shared::{
    format::{change, milliseconds, share},
    model::analysis::{
        LogAnalysis,
        baseline::{Expectation, WatchedNumber},
        counts::DurationFacts,
    },
};

use super::{
    chart::gauge,
    tables::{Cell, bare, table},
};
use crate::report::impact::{band, name_of, value};

/// A number of both windows.
struct PageNumber {
    name: &'static str,
    now: Option<f64>,
    before: Option<f64>,
    text: fn(f64) -> String,
    number: WatchedNumber,
}

/// The numbers of both windows, with the usual band.
pub(super) fn numbers(analysis: &LogAnalysis) -> String {
    let previous = &analysis.previous;
    if analysis.total_count == 0 && previous.total_count == 0 {
        return String::new();
    }
    let compared = previous.total_count > 0 && analysis.change.is_some();
    let baseline = analysis.baseline.iter();
    let mut expected = baseline.flat_map(|baseline| &baseline.numbers);
    let has_usual = expected.any(|usual| usual.key.subject.is_none() && band(usual).is_some());
    let rows: Vec<_> = page_numbers(analysis)
        .into_iter()
        .filter_map(|number| number.row(analysis, compared, has_usual))
        .collect();
    let mut columns = vec!["", "Now", "Before", "Change"];
    if has_usual {
        columns.extend(["Usual", "~"]);
    }
    table(&columns, &rows)
}

fn page_numbers(analysis: &LogAnalysis) -> [PageNumber; 7] {
    let previous = &analysis.previous;
    let (now, before) = (&analysis.requests, &previous.requests);
    let whole: fn(f64) -> String = |number| value(WatchedNumber::Traffic, number);
    let number = |name, values: (Option<f64>, Option<f64>), text, number| PageNumber {
        name,
        now: values.0,
        before: values.1,
        text,
        number,
    };
    let durations =
        |of: fn(DurationFacts) -> f64| (now.durations.map(of), before.durations.map(of));
    let requests = Some(now.count as f64).filter(|count| *count > 0.0);
    let of_user = analysis.usual(WatchedNumber::UserShare);
    let of_user = of_user
        .map(|usual| usual.value)
        .filter(|share| *share > 0.0);
    [
        number(
            "Requests",
            (requests, Some(before.count as f64)),
            whole,
            WatchedNumber::Traffic,
        ),
        number(
            "Failed requests",
            (now.error_rate, before.error_rate),
            share,
            WatchedNumber::FailedRequests,
        ),
        number(
            "Median duration",
            durations(|durations| durations.p50),
            milliseconds,
            WatchedNumber::Latency,
        ),
        number(
            "p95 of durations",
            durations(|durations| durations.p95),
            milliseconds,
            WatchedNumber::Latency,
        ),
        number(
            "Entries",
            (
                Some(analysis.total_count as f64),
                Some(previous.total_count as f64),
            ),
            whole,
            WatchedNumber::Traffic,
        ),
        number(
            "Error entries",
            (analysis.error_rate, previous.error_rate),
            share,
            WatchedNumber::ErrorEntries,
        ),
        number(
            "Requests of one user",
            (of_user, None),
            share,
            WatchedNumber::UserShare,
        ),
    ]
}

impl PageNumber {
    fn row(&self, analysis: &LogAnalysis, compared: bool, has_usual: bool) -> Option<Vec<Cell>> {
        let now = self.now?;
        let usual = usual_of(analysis, self.number, now);
        let before = self.before.filter(|_| compared);
        let mut row = vec![
            Cell::Text(self.name.to_owned()),
            Cell::Number((self.text)(now)),
            Cell::Number(before.map_or_else(String::new, self.text)),
            Cell::Number(before.map_or_else(String::new, |before| change(now, before))),
        ];
        if has_usual {
            let drawing = usual.and_then(|usual| {
                let label = format!("{}: {}, {}", self.name, (self.text)(now), band(usual)?);
                Some(gauge(usual.value, (usual.lower?, usual.upper?), &label))
            });
            let usual = usual.and_then(band);
            row.push(Cell::Number(
                usual.as_deref().map_or_else(String::new, bare),
            ));
            row.push(Cell::Drawing(drawing.unwrap_or_default()));
        }
        Some(row)
    }
}

/// What is usual of a number of the service, if it is the one that is shown.
fn usual_of(analysis: &LogAnalysis, number: WatchedNumber, shown: f64) -> Option<&Expectation> {
    let usual = analysis.usual(number)?;
    let is_shown = match number {
        WatchedNumber::Latency => {
            let durations = analysis.requests.durations?;
            name_of(usual.value, durations)?;
            (usual.value - shown).abs() < 0.006
        }
        _ => (usual.value - shown).abs() < 0.006,
    };
    is_shown.then_some(usual)
}
