//! Metrics as a table: values with their units, bars where there is a whole, and why a value is
//! missing.

use jiff::tz::TimeZone;
use shared::{
    format::quantity,
    model::metric::{Field, Source, Status, SystemMetrics},
    printable::printable,
};

use super::{
    chart,
    paragraph::paragraph,
    style::{Paint, Style},
    table::{CellValue, Column, table},
    time,
};

pub mod cost;

/// How wide a bar is.
const BAR: u16 = 16;

/// How wide a bar of the live view is.
const LIVE_BAR: u16 = 8;

/// What the live view needs for everything but the course of values.
const LIVE_REST: u16 = 2 + 16 + 2 + 12 + 2 + LIVE_BAR + 2 + 2;

/// One measurement, with the source of each value.
#[must_use]
pub fn now(metrics: &SystemMetrics, style: Style, zone: &TimeZone) -> String {
    let columns = [
        Column::Word("field"),
        Column::Number("value"),
        Column::Word("of the whole"),
        Column::Text("source", 2),
    ];
    let rows = measured(metrics).map(|field| {
        vec![
            CellValue::new(field.name()),
            value(metrics, field),
            bar(metrics, field, BAR),
            known(metrics, field),
        ]
    });
    let table = table(style, &columns, rows.collect());
    let rest = rest(metrics, style);
    format!("{}{table}{rest}", head(metrics, style, zone))
}

/// The latest of several measurements, with the course of each value. It fits into 60 columns and 24
/// lines.
#[must_use]
pub fn live(history: &[SystemMetrics], style: Style, zone: &TimeZone) -> String {
    let Some(metrics) = history.last() else {
        return String::new();
    };
    let room = usize::from(style.width.saturating_sub(LIVE_REST)).max(1);
    let shown = history.get(history.len().saturating_sub(room)..);
    let shown = shown.unwrap_or_default();
    let columns = [
        Column::Word("field"),
        Column::Number("value"),
        Column::Word("of all"),
        Column::Word("lately"),
    ];
    let rows = measured(metrics).map(|field| {
        vec![
            CellValue::new(field.name()),
            value(metrics, field),
            bar(metrics, field, LIVE_BAR),
            lately(shown, field),
        ]
    });
    let table = table(style, &columns, rows.collect());
    let rest = rest(metrics, style);
    format!("{}{table}{rest}", head(metrics, style, zone))
}

/// The service, the source and the window.
fn head(metrics: &SystemMetrics, style: Style, zone: &TimeZone) -> String {
    let place = match metrics.source {
        Source::CloudWatch => "average of its tasks, from CloudWatch",
        Source::Host => "this host",
    };
    let title = format!("{}, {place}", printable(metrics.service.as_str()));
    format!(
        "{}\n  {}, {} fields measured\n\n",
        style.paint(Paint::Heading, &title),
        time::window(metrics.window, zone),
        metrics.coverage
    )
}

fn measured(metrics: &SystemMetrics) -> impl Iterator<Item = Field> {
    let fields = Field::ALL.into_iter();
    fields.filter(|field| metrics.value(*field).is_some())
}

/// The fields without a value, by reason, and the notices.
fn rest(metrics: &SystemMetrics, style: Style) -> String {
    let mut reasons: Vec<(CellReason, Vec<&str>)> = Vec::new();
    for field in Field::ALL {
        if metrics.value(field).is_none() {
            let reason = reason(metrics, field);
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, fields)) => fields.push(field.name()),
                None => reasons.push((reason, vec![field.name()])),
            }
        }
    }
    let mut text = String::new();
    if !reasons.is_empty() {
        text.push('\n');
    }
    for (CellReason { status, text: why }, fields) in reasons {
        let paint = if status.is_some_and(Status::is_failure) {
            Paint::Bad
        } else {
            Paint::Aside
        };
        let line = format!("No {}: {why}", fields.join(", "));
        text.push_str(&paragraph(style, paint, &printable(&line)));
    }
    for notice in &metrics.notices {
        text.push('\n');
        text.push_str(&paragraph(style, Paint::Notice, &printable(notice)));
    }
    text
}

/// Why a field has no value.
#[derive(Clone, Debug, PartialEq)]
struct CellReason {
    status: Option<Status>,
    text: String,
}

fn reason(metrics: &SystemMetrics, field: Field) -> CellReason {
    let quality = metrics.quality.get(&field);
    let status = quality.map(|quality| quality.status);
    let words = [
        status.map(Status::name),
        quality.and_then(|quality| quality.reason.as_deref()),
    ];
    let words: Vec<_> = words.into_iter().flatten().collect();
    CellReason {
        status,
        text: words.join(": "),
    }
}

fn value(metrics: &SystemMetrics, field: Field) -> CellValue {
    match metrics.value(field) {
        Some(value) => CellValue::new(quantity(value, field.unit())),
        None => CellValue::new("–").painted(Paint::Aside),
    }
}

/// What a value is of the whole, 0 to 1, where there is one.
fn share(metrics: &SystemMetrics, field: Field) -> Option<f64> {
    let of = |part: Option<f64>, rest: Option<f64>| {
        let (part, rest) = (part?, rest?);
        (part >= 0.0 && part + rest > 0.0).then(|| part / (part + rest))
    };
    match field {
        Field::CpuUsage => Some(metrics.cpu.usage? / 100.0),
        Field::MemoryUsed if metrics.source == Source::Host => {
            // What caches use can be freed.
            let rest = metrics.memory.free.zip(metrics.memory.cached);
            of(
                metrics.memory.used,
                rest.map(|(free, cached)| free + cached),
            )
        }
        Field::MemoryUsed => of(metrics.memory.used, metrics.memory.free),
        Field::DiskUsed => of(metrics.disk.used, metrics.disk.free),
        _ => None,
    }
}

fn bar(metrics: &SystemMetrics, field: Field, width: u16) -> CellValue {
    let Some(share) = share(metrics, field) else {
        return CellValue::new("");
    };
    let paint = match share {
        share if share >= 0.95 => Paint::Bad,
        share if share >= 0.8 => Paint::Notice,
        _ => Paint::Good,
    };
    CellValue::new(chart::bar(share, width)).painted(paint)
}

/// The values so far, each as high as it is among them; a missing one is a gap.
fn lately(history: &[SystemMetrics], field: Field) -> CellValue {
    let values: Vec<_> = history.iter().map(|metrics| metrics.value(field)).collect();
    let line = chart::columns(&values, 1, 1).pop();
    CellValue::new(line.unwrap_or_default()).painted(Paint::Name)
}

/// The source of a value, or how the value differs from its name.
fn known(metrics: &SystemMetrics, field: Field) -> CellValue {
    let Some(quality) = metrics.quality.get(&field) else {
        return CellValue::new("");
    };
    let text = quality.reason.as_deref().or(quality.source.as_deref());
    let text = text.unwrap_or_default();
    match quality.status {
        Status::Ok => CellValue::new(text),
        status => CellValue::new(format!("{}: {text}", status.name())).painted(Paint::Aside),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use shared::model::{
        metric::{Field, Quality, Scope, Source, Status, SystemMetrics},
        window::Window,
    };

    use super::{live, now};
    use crate::report::style::Style;

    fn metrics(second: i32, usage: Option<f64>) -> SystemMetrics {
        let at = |second: i32| {
            format!("2026-11-24T00:00:{second:02}Z")
                .parse()
                .expect("instant")
        };
        let window = Window {
            start: at(second),
            end: at(second + 1),
        };
        let service = "gm-tool".parse().expect("a name");
        let mut metrics = SystemMetrics::new(service, window, Source::Host, Scope::Host);
        for (field, value) in [
            (Field::CpuUsage, usage),
            (Field::CpuLoad, Some(0.5)),
            (Field::MemoryUsed, Some(6.5e9)),
            (Field::MemoryFree, Some(1.2e9)),
            (Field::MemoryCached, Some(0.0)),
            (Field::DiskUsed, Some(4e9)),
            (Field::DiskFree, Some(1.7e10)),
            (Field::DiskIops, Some(12.34)),
            (Field::NetworkInbound, Some(1_234.0)),
            (Field::NetworkOutbound, Some(20_480.0)),
            (Field::NetworkLatency, None),
        ] {
            let quality = Quality {
                status: if value.is_some() {
                    Status::Ok
                } else {
                    Status::Forbidden
                },
                source: Some("a source".to_owned()),
                statistic: None,
                unit: field.unit().to_owned(),
                time: None,
                reason: value
                    .is_none()
                    .then(|| "it may not be\u{1b}[2J asked".to_owned()),
            };
            metrics.set(field, value, quality);
        }
        metrics
    }

    #[test]
    fn a_measurement_and_a_live_picture_are_tables() {
        let style = |width| Style {
            colours: false,
            width,
        };
        let history = [
            metrics(0, Some(50.0)),
            metrics(1, None),
            metrics(2, Some(97.0)),
        ];
        let one = now(&history[2], style(100), &TimeZone::UTC);
        let all = live(&history, style(60), &TimeZone::UTC);
        insta::assert_snapshot!(format!("{one}\n{all}"));
    }

    #[test]
    fn the_live_view_fits_into_60_columns_and_24_lines() {
        let style = Style {
            colours: false,
            width: 60,
        };
        let history: Vec<_> = (0..40).map(|second| metrics(second, Some(50.0))).collect();
        let text = live(&history, style, &TimeZone::UTC);
        assert!(text.lines().count() < 24, "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 60),
            "{text}"
        );
    }
}
