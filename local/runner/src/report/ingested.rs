//! The summary of an ingestion.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};
use log_ingest::IngestReport;
use shared::{
    format::{count, counted},
    model::service::ServiceName,
    printable::printable,
};

use super::{
    paragraph::paragraph,
    style::{Paint, Style},
    table::{CellValue, Column, table},
    time,
};
use crate::{outcome::IngestedLog, window};

/// The summary of an ingestion. `skipped` says what was not read on purpose.
#[must_use]
pub fn summary(
    all: &[IngestedLog],
    skipped: &[String],
    style: Style,
    place: &str,
    zone: &TimeZone,
) -> String {
    let mut text = numbers(all, style);
    for notice in notices(all).iter().chain(skipped) {
        text.push_str(&paragraph(style, Paint::Notice, notice));
    }
    let place = format!(
        "in {place}; times without a zone are in {}",
        time::zone_name(zone)
    );
    text.push_str(&paragraph(style, Paint::Aside, &place));
    if let Some(warning) = unread(all) {
        text.push_str(&paragraph(style, Paint::Bad, &warning));
    }
    text
}

/// A warning, if many entries could not be read: they must not look healthy.
fn unread(all: &[IngestedLog]) -> Option<String> {
    let mut total = IngestReport::default();
    for log in all {
        total.merge(&log.report);
    }
    let of_all = |number: u64| format!("{} of {} entries", count(number), count(total.received));
    let try_formats = all.first().map_or(String::new(), |log| {
        let name = printable(&log.name);
        let file = if name.contains(' ') { "FILE" } else { &name };
        format!("; try `bongsu formats --try {file}`")
    });
    if total.without_level * 2 > total.received {
        let which = of_all(total.without_level);
        let effect = "have no known level: errors cannot be counted";
        Some(format!("{which} {effect}{try_formats}."))
    } else if total.unrecognised * 10 > total.received {
        let which = of_all(total.unrecognised);
        Some(format!("{which} are in no known format{try_formats}."))
    } else if total.without_time * 2 > total.received {
        let which = of_all(total.without_time);
        let effect =
            "have no time of their own: they got the time of the entry before or of the file";
        Some(format!("{which} {effect}{try_formats}."))
    } else {
        None
    }
}

/// The command that analyses the ingested logs; `None` without events.
#[must_use]
pub fn next_command(all: &[IngestedLog], service: &ServiceName) -> Option<String> {
    let spans = all.iter().filter_map(|one| one.span);
    let (first, last) =
        spans.reduce(|(first, last), (start, end)| (first.min(start), last.max(end)))?;
    let start = Timestamp::from_second(first.as_second()).unwrap_or(first);
    let end = window::next_second(last);
    Some(format!(
        "bongsu analyze --service {service} --from {start} --to {end}"
    ))
}

/// A column of numbers: its title, and its cell for a log.
type NumberColumn = (&'static str, fn(&IngestedLog) -> CellValue);

const COLUMNS: [NumberColumn; 7] = [
    ("received", |log| count(log.report.received).into()),
    ("new", |log| {
        let indexed = log.report.indexed;
        CellValue::new(count(indexed)).painted_if(indexed > 0, Paint::Good)
    }),
    ("duplicates", |log| count(log.report.duplicates).into()),
    ("filtered", |log| count(log.report.filtered).into()),
    ("dead letters", |log| {
        let dead = log.report.dead_lettered;
        CellValue::new(count(dead)).painted_if(dead > 0, Paint::Bad)
    }),
    ("seconds", |log| {
        format!("{:.1}", log.took.as_secs_f64()).into()
    }),
    ("events/s", |log| {
        speed(log.report.received, log.took).into()
    }),
];

/// The numbers of each log. A narrow terminal has room for what is not zero: refused and filtered events,
/// or else the speed.
fn numbers(all: &[IngestedLog], style: Style) -> String {
    const NARROW: u16 = 90;
    let mut total = IngestedLog {
        name: "all".to_owned(),
        ..IngestedLog::default()
    };
    for one in all {
        total.report.merge(&one.report);
        total.took += one.took;
    }
    let (filtered, dead) = (total.report.filtered, total.report.dead_lettered);
    let is_shown = |title: &str| match title {
        _ if style.width >= NARROW => true,
        "filtered" => filtered > 0,
        "dead letters" => dead > 0,
        "seconds" => false,
        "events/s" => filtered + dead == 0,
        _ => true,
    };
    let shown = COLUMNS.iter().filter(|(title, _)| is_shown(title));
    let shown: Vec<&NumberColumn> = shown.collect();
    let row = |log: &IngestedLog| {
        let numbers = shown.iter().map(|(_, cell)| cell(log));
        std::iter::once(CellValue::new(&log.name))
            .chain(numbers)
            .collect()
    };
    let mut rows: Vec<Vec<CellValue>> = all.iter().map(row).collect();
    if all.len() > 1 {
        rows.push(row(&total));
    }
    let mut columns = vec![Column::Text("log", 1)];
    columns.extend(shown.iter().map(|(title, _)| Column::Number(title)));
    table(style, &columns, rows)
}

fn speed(events: u64, took: Duration) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast of what is too large or no number saturates"
    )]
    let per_second = (events as f64 / took.as_secs_f64()).round() as u64;
    if took.is_zero() {
        "–".to_owned()
    } else {
        count(per_second)
    }
}

fn notices(all: &[IngestedLog]) -> Vec<String> {
    let sum = |of: fn(&IngestedLog) -> u64| all.iter().map(of).sum::<u64>();
    let received = sum(|log| log.report.received);
    let korean = sum(|log| log.repairs.cp949);
    let invalid = sum(|log| log.repairs.invalid_utf8);
    let cut = sum(|log| log.repairs.cut);
    let garbage = sum(|log| log.garbage);
    let dead = sum(|log| log.report.dead_lettered);
    let duplicates = sum(|log| log.report.duplicates);
    let failures = all.iter().filter_map(|log| {
        let (name, reason) = (printable(&log.name), log.failure.as_ref()?);
        let reason = printable(reason);
        Some(if log.report.received == 0 {
            format!("{name} was not read: {reason}.")
        } else {
            let events = counted(log.report.received, "event", "events");
            format!("{name} was not read to its end: {reason}; the {events} before are stored.")
        })
    });
    let mut notices: Vec<String> = failures.collect();
    for log in all.iter().filter(|log| log.is_interrupted) {
        let name = printable(&log.name);
        notices.push(format!("{name} was not read to its end: interrupted."));
    }
    if received == 0 && notices.is_empty() {
        notices.push("There was nothing to read.".to_owned());
    } else if received > 0 && duplicates == received {
        notices.push("All events were stored before; nothing is stored twice.".to_owned());
    }
    if korean > 0 {
        let lines = counted(korean, "line was", "lines were");
        notices.push(format!("{lines} in CP949 (EUC-KR) and converted to UTF-8."));
    }
    if invalid > 0 {
        let lines = counted(invalid, "line was", "lines were");
        notices.push(format!(
            "{lines} in an unknown encoding; invalid bytes became � (try --encoding NAME)."
        ));
    }
    if cut > 0 {
        let events = counted(cut, "event was", "events were");
        notices.push(format!(
            "{events} longer than 1 MB, the limit of CloudWatch Logs, and cut."
        ));
    }
    if garbage > 0 {
        let bytes = counted(garbage, "byte", "bytes");
        notices.push(format!("{bytes} after the compressed data were ignored."));
    }
    if dead > 0 {
        let events = counted(dead, "event was", "events were");
        notices.push(format!(
            "{events} refused by the store and kept as dead letters; `bongsu dead-letters list` shows \
             the reasons."
        ));
    }
    notices
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use log_ingest::IngestReport;

    use super::{summary, unread};
    use crate::{outcome::IngestedLog, report::style::Style, source::line::Repairs};

    #[test]
    fn the_outcome_of_each_log_is_shown() {
        let style = Style {
            colours: false,
            width: 100,
        };
        let report = IngestReport {
            received: 120,
            indexed: 120,
            ..IngestReport::default()
        };
        let logs = [
            IngestedLog {
                name: "good.log".to_owned(),
                report,
                repairs: Repairs {
                    cp949: 1,
                    ..Repairs::default()
                },
                ..IngestedLog::default()
            },
            IngestedLog {
                name: "cut.gz".to_owned(),
                report,
                failure: Some("unexpected end of file".to_owned()),
                ..IngestedLog::default()
            },
            IngestedLog {
                name: "image.png".to_owned(),
                failure: Some("it is an image, not a text log".to_owned()),
                ..IngestedLog::default()
            },
        ];
        insta::assert_snapshot!(summary(&logs, &[], style, "store.sqlite", &TimeZone::UTC));
    }

    #[test]
    fn a_narrow_summary_fits_and_shows_what_was_lost() {
        let style = Style {
            colours: false,
            width: 60,
        };
        let log = |dead_lettered| IngestedLog {
            name: "/var/log/결제/payments-production.log".to_owned(),
            report: IngestReport {
                received: 1_234_567,
                indexed: 1_234_567,
                dead_lettered,
                ..IngestReport::default()
            },
            took: std::time::Duration::from_secs(21),
            ..IngestedLog::default()
        };
        for (dead, shown, hidden) in [
            (0, "events/s", "dead letters"),
            (7, "dead letters", "events/s"),
        ] {
            let table = super::numbers(&[log(dead)], style);
            assert!(table.contains(shown) && !table.contains(hidden), "{table}");
            for line in table.lines() {
                assert!(crate::report::width::columns(line) <= 60, "{table}");
            }
        }
    }

    #[test]
    fn a_log_that_is_not_understood_is_not_reported_as_healthy() {
        let log = |without_level, unrecognised| IngestedLog {
            name: "app.log".to_owned(),
            report: IngestReport {
                received: 400,
                without_level,
                unrecognised,
                ..IngestReport::default()
            },
            ..IngestedLog::default()
        };
        assert_eq!(
            unread(&[log(400, 400)]).as_deref(),
            Some(
                "400 of 400 entries have no known level: errors cannot be counted; try `bongsu \
                 formats --try app.log`."
            )
        );
        assert_eq!(
            unread(&[log(50, 50)]).as_deref(),
            Some("50 of 400 entries are in no known format; try `bongsu formats --try app.log`.")
        );
        assert_eq!(unread(&[log(10, 10)]), None);
    }
}
