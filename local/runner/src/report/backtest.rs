//! The result of a backtest: a table of alerts, and a closing line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::{Timestamp, tz::TimeZone};
use log_analysis::backtest::BacktestRun;
use shared::{
    format::{count, counted, duration},
    model::{
        alert::{Alert, AlertStatus, AlertType},
        analysis::AnalysisStatus,
        service::ServiceName,
        window::Window,
    },
};

use super::{
    style::{Paint, Style},
    table::{self, CellValue, Column},
    time,
    width::wrapped,
};

/// How many lines a title may take.
const TITLE_LINES: usize = 3;

/// What the runs of a backtest found.
#[derive(Clone, Debug)]
pub struct BacktestTotals {
    /// From the start of the first window to the end of the last one.
    pub covered: Window,
    /// The number of runs.
    pub runs: u64,
    /// The number of entries in all windows.
    pub entries: u64,
    /// The runs whose search failed in part. They change no alarm.
    pub incomplete: u64,
    /// The number of alerts of each type.
    pub types: BTreeMap<AlertType, u64>,
}

impl BacktestTotals {
    /// No run yet.
    #[must_use]
    pub fn new(covered: Window) -> Self {
        Self {
            covered,
            runs: 0,
            entries: 0,
            incomplete: 0,
            types: BTreeMap::new(),
        }
    }

    /// Adds a run.
    pub fn add(&mut self, run: &BacktestRun) {
        self.runs += 1;
        self.entries += run.analysis.total_count;
        self.incomplete += u64::from(run.analysis.status == AnalysisStatus::Incomplete);
        for alert in &run.alerts {
            *self.types.entry(alert.kind).or_default() += 1;
        }
    }

    /// The number of alerts.
    #[must_use]
    pub fn alerts(&self) -> u64 {
        self.types.values().sum()
    }
}

/// The alerts, each with the time and the window of its run. Empty without alerts.
#[must_use]
pub fn table(alerts: &[(Timestamp, Window, Alert)], style: Style, zone: &TimeZone) -> String {
    if alerts.is_empty() {
        return String::new();
    }
    let columns = [
        Column::Word("at"),
        Column::Word("window"),
        Column::Word("type"),
        Column::Word("status"),
        Column::Text("title", TITLE_LINES),
    ];
    let row = |(at, window, alert): &(Timestamp, Window, Alert)| {
        vec![
            local(*at, zone, "%Y-%m-%d %H:%M").into(),
            span(*window, zone).into(),
            CellValue::new(alert.kind.name()).painted(paint(alert)),
            alert.status.map_or("–", AlertStatus::name).into(),
            CellValue::new(&alert.title),
        ]
    };
    let mut text = table::table(style, &columns, alerts.iter().map(row).collect());
    text.push('\n');
    text
}

/// The closing lines: what was run, what would have been sent, and what it does not say.
#[must_use]
pub fn totals(
    totals: &BacktestTotals,
    service: &ServiceName,
    style: Style,
    zone: &TimeZone,
) -> String {
    let BacktestTotals {
        covered,
        runs,
        entries,
        incomplete,
        ..
    } = totals;
    let mut text = format!(
        "{} over {}, {}: {} of {service}.\n",
        counted(*runs, "run", "runs"),
        duration(covered.length()),
        time::window(*covered, zone),
        counted(*entries, "entry", "entries"),
    );
    // Writing to a string cannot fail.
    if *entries == 0 {
        text.push_str("There were no entries, so this says nothing about the alerts.\n");
    } else if totals.types.is_empty() {
        text.push_str("No alert would have been sent.\n");
    } else {
        let types = totals.types.iter().rev();
        let types = types.map(|(kind, number)| format!("{} {}", count(*number), kind.name()));
        let _ = writeln!(
            text,
            "{} would have been sent: {}.",
            counted(totals.alerts(), "alert", "alerts"),
            types.collect::<Vec<_>>().join(", "),
        );
    }
    if *incomplete > 0 {
        let _ = writeln!(
            text,
            "The search of {} failed in part, so that alerts may be missing.",
            counted(*incomplete, "run", "runs"),
        );
    }
    let lines = text.lines();
    let lines = lines.flat_map(|line| wrapped(line, usize::from(style.width)));
    lines.map(|line| line + "\n").collect()
}

fn paint(alert: &Alert) -> Paint {
    match alert.kind {
        AlertType::Error | AlertType::Critical => Paint::Bad,
        AlertType::Warning => Paint::Notice,
        AlertType::Info => Paint::Good,
    }
}

/// `09:15 – 09:30`; the run's time has the day.
fn span(window: Window, zone: &TimeZone) -> String {
    let [start, end] = [window.start, window.end].map(|at| local(at, zone, "%H:%M"));
    format!("{start} – {end}")
}

fn local(instant: Timestamp, zone: &TimeZone, form: &str) -> String {
    let local = instant.to_zoned_datetime(zone.clone());
    local.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use jiff::{
        Timestamp,
        tz::{TimeZone, offset},
    };
    use shared::model::{
        alert::{Alert, AlertStatus, AlertType},
        window::Window,
    };

    use super::{BacktestTotals, table, totals};
    use crate::report::style::Style;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("instant")
    }

    fn alert(kind: AlertType, status: Option<AlertStatus>, title: &str) -> Alert {
        Alert {
            kind,
            title: title.to_owned(),
            message: String::new(),
            metadata: [].into(),
            channels: None,
            dedup_key: None,
            status,
            links: [].into(),
            occurred_at: None,
        }
    }

    fn example() -> BacktestTotals {
        let covered = Window::new(at("2026-11-21T15:00:00Z"), at("2026-11-24T15:00:00Z"));
        BacktestTotals {
            runs: 288,
            entries: 204_977,
            ..BacktestTotals::new(covered.expect("window"))
        }
    }

    fn closing(of: &BacktestTotals) -> String {
        let service = "gm-tool".parse().expect("a name");
        let style = Style {
            colours: false,
            width: 200,
        };
        totals(of, &service, style, &TimeZone::fixed(offset(9)))
    }

    #[test]
    fn alerts_are_shown_with_the_time_and_the_window_of_their_run() {
        let window = Window::new(at("2026-11-24T02:15:00Z"), at("2026-11-24T02:30:00Z"));
        let window = window.expect("window");
        let row = |alert| (at("2026-11-24T02:32:00Z"), window, alert);
        let firing = Some(AlertStatus::Firing);
        let alerts = [
            alert(
                AlertType::Critical,
                firing,
                "gm-tool: errorRate at 41% (critical)",
            ),
            alert(
                AlertType::Error,
                None,
                "gm-tool: new error: 연결 풀이 모두 사용 중입니다",
            ),
            alert(
                AlertType::Info,
                Some(AlertStatus::Resolved),
                "gm-tool: errorRate is back to normal",
            ),
        ]
        .map(row);
        let style = Style {
            colours: false,
            width: 90,
        };
        let seoul = TimeZone::fixed(offset(9));
        insta::assert_snapshot!(table(&alerts, style, &seoul));
        assert_eq!(table(&[], style, &seoul), "");
    }

    #[test]
    fn the_closing_line_counts_runs_entries_and_alerts_by_type() {
        let mut totals = example();
        totals.types = [(AlertType::Info, 2), (AlertType::Critical, 1)].into();
        assert_eq!(
            closing(&totals),
            "288 runs over 3 days, 2026-11-22 00:00:00 – 2026-11-25 00:00:00 +09 (2026-11-21 15:00:00 \
             – 2026-11-24 15:00:00 UTC): 204,977 entries of gm-tool.\n\
             3 alerts would have been sent: 1 critical, 2 info.\n"
        );
    }

    #[test]
    fn without_entries_the_closing_line_says_that_it_says_nothing() {
        let mut totals = example();
        assert!(closing(&totals).contains("No alert would have been sent"));
        totals.entries = 0;
        let text = closing(&totals);
        assert!(text.contains("no entries, so this says nothing"), "{text}");
        assert!(!text.contains("No alert"), "{text}");
        totals.incomplete = 2;
        assert!(closing(&totals).contains("search of 2 runs failed in part"));
    }
}
