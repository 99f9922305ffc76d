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

/// One measurement.
#[must_use]
pub fn now(metrics: &SystemMetrics, style: Style, zone: &TimeZone) -> String {
    live(std::slice::from_ref(metrics), style, zone)
}

/// The latest of several measurements, and how its values came about.
#[must_use]
pub fn live(history: &[SystemMetrics], style: Style, zone: &TimeZone) -> String {
    let Some(metrics) = history.last() else {
        return String::new();
    };
    let place = match metrics.source {
        Source::CloudWatch => "average of its tasks, from CloudWatch",
        Source::Host => "this host",
    };
    let title = format!("{}, {place}", printable(metrics.service.as_str()));
    let mut text = format!(
        "{}\n  {}, {} fields measured\n\n",
        style.paint(Paint::Heading, &title),
        time::window(metrics.window, zone),
        metrics.coverage
    );
    let mut columns = vec![
        Column::Word("field"),
        Column::Number("value"),
        Column::Word("of the whole"),
    ];
    let has_history = history.len() > 1;
    if has_history {
        columns.push(Column::Word("lately"));
    }
    columns.push(Column::Text("what is known", 2));
    let rows = Field::ALL.map(|field| {
        let mut row = vec![
            CellValue::new(field.name()),
            value(metrics, field),
            bar(metrics, field),
        ];
        if has_history {
            row.push(lately(history, field));
        }
        row.push(known(metrics, field));
        row
    });
    text.push_str(&table(style, &columns, rows.into()));
    for notice in &metrics.notices {
        text.push('\n');
        text.push_str(&paragraph(style, Paint::Notice, &printable(notice)));
    }
    text
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
        Field::MemoryUsed => of(metrics.memory.used, metrics.memory.free),
        Field::DiskUsed => of(metrics.disk.used, metrics.disk.free),
        _ => None,
    }
}

fn bar(metrics: &SystemMetrics, field: Field) -> CellValue {
    let Some(share) = share(metrics, field) else {
        return CellValue::new("");
    };
    let paint = match share {
        share if share >= 0.95 => Paint::Bad,
        share if share >= 0.8 => Paint::Notice,
        _ => Paint::Good,
    };
    CellValue::new(chart::bar(share, BAR)).painted(paint)
}

/// The values so far, each as high as it is among them; a missing one is a gap.
fn lately(history: &[SystemMetrics], field: Field) -> CellValue {
    let values: Vec<_> = history.iter().map(|metrics| metrics.value(field)).collect();
    let line = chart::columns(&values, 1, 1).pop();
    CellValue::new(line.unwrap_or_default()).painted(Paint::Name)
}

fn known(metrics: &SystemMetrics, field: Field) -> CellValue {
    let Some(quality) = metrics.quality.get(&field) else {
        return CellValue::new("");
    };
    let reason = quality.reason.as_deref();
    match quality.status {
        Status::Ok => CellValue::new(reason.or(quality.source.as_deref()).unwrap_or_default()),
        status => {
            let words = [Some(status.name()), reason].into_iter().flatten();
            let text = words.collect::<Vec<_>>().join(": ");
            let paint = if status.is_failure() {
                Paint::Bad
            } else {
                Paint::Aside
            };
            CellValue::new(text).painted(paint)
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use shared::model::{
        metric::{Field, Quality, Scope, Source, Status, SystemMetrics},
        window::Window,
    };

    use super::live;
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
        let style = Style {
            colours: false,
            width: 100,
        };
        let history = [
            metrics(0, Some(50.0)),
            metrics(1, None),
            metrics(2, Some(97.0)),
        ];
        let one = live(&history[2..], style, &TimeZone::UTC);
        let all = live(&history, style, &TimeZone::UTC);
        insta::assert_snapshot!(format!("{one}\n{all}"));
    }
}
