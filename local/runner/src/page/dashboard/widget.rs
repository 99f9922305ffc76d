//! One widget of the page.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use serde_json::Value;

use shared::{format, html::escape};

use super::{
    graph::{self, Frame},
    markdown::markdown,
    series::{self, GraphSeries},
};
use crate::measured::{ErrorRow, LocalData};

/// The pixels of a column and of a row with its gap, as `style.css` has them on a usual screen.
const COLUMN: f64 = 65.0;
const ROW: f64 = 52.0;
/// What a widget's frame, title and legend take of its height.
const AROUND: f64 = 78.0;

/// What a widget shows.
struct Shown {
    class: &'static str,
    title: String,
    body: String,
    sample: SampleShare,
}

/// How much of a widget is made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SampleShare {
    Nothing,
    /// What is marked with a star.
    Part,
    Everything,
}

impl SampleShare {
    fn of(series: &[GraphSeries]) -> Self {
        match series.iter().filter(|series| series.is_sample()).count() {
            0 => Self::Nothing,
            all if all == series.len() => Self::Everything,
            _ => Self::Part,
        }
    }

    fn badge(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Part => "<span class=\"badge\">* sample data</span>",
            Self::Everything => "<span class=\"badge\">sample data</span>",
        }
    }

    /// The star of a series, where only a part is made up.
    fn star(self, series: &GraphSeries) -> &'static str {
        if self == Self::Part && series.is_sample() {
            " *"
        } else {
            ""
        }
    }
}

/// A widget.
#[must_use]
pub(super) fn html(widget: &Value, measured: &LocalData, zone: &TimeZone) -> String {
    let whole = |key: &str, default: u64, most: u64| {
        widget
            .get(key)
            .and_then(Value::as_u64)
            .unwrap_or(default)
            .min(most)
    };
    let (width, height) = (
        whole("width", 6, 24).max(1),
        whole("height", 6, 1_000).max(1),
    );
    let empty = Value::Null;
    let properties = widget.get("properties").unwrap_or(&empty);
    let title = properties
        .get("title")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let frame = Frame {
        name: format!("Graph: {title}"),
        width: (width as f64 * COLUMN - 30.0).max(120.0),
        height: (height as f64 * ROW - AROUND).max(60.0),
        window: measured.window,
        zone: zone.clone(),
    };
    let shown = match widget.get("type").and_then(Value::as_str) {
        Some("text") => text(properties),
        Some("metric") => metric(title, properties, measured, &frame),
        Some("log") => log(title, properties, measured, &frame),
        Some("alarm") => alarms(title, properties),
        other => Shown {
            class: "",
            title: title.to_owned(),
            body: format!(
                "<p class=\"empty\">{} widgets are not drawn here</p>",
                escape(other.unwrap_or("Such"))
            ),
            sample: SampleShare::Nothing,
        },
    };
    let mut html = format!(
        "<section class=\"w {}\" style=\"grid-column:{}/span {width};grid-row:{}/span {height}\">",
        shown.class,
        whole("x", 0, 23) + 1,
        whole("y", 0, 1_000_000) + 1,
    );
    if !shown.title.is_empty() || shown.sample != SampleShare::Nothing {
        let badge = shown.sample.badge();
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<h2><span>{}</span>{badge}</h2>",
            escape(&shown.title)
        );
    }
    html.push_str(&shown.body);
    html.push_str("</section>");
    html
}

fn text(properties: &Value) -> Shown {
    let source = properties
        .get("markdown")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let clear = properties.get("background").and_then(Value::as_str) == Some("transparent");
    Shown {
        class: match (clear, source.contains("#kept-by=")) {
            (_, true) => "clear text note",
            (true, false) => "clear text",
            (false, false) => "text",
        },
        title: String::new(),
        body: markdown(source),
        sample: SampleShare::Nothing,
    }
}

fn metric(title: &str, properties: &Value, measured: &LocalData, frame: &Frame) -> Shown {
    let series = series::of(properties, measured);
    let view = properties.get("view").and_then(Value::as_str);
    let body = if series.is_empty() {
        "<p class=\"empty\">No series are drawn</p>".to_owned()
    } else if view == Some("singleValue") || view == Some("gauge") {
        let window = format::duration(measured.window.length());
        format!(
            "<div class=\"unit\">of {window}</div><div class=\"body\">{}</div>",
            numbers(&series)
        )
    } else {
        let unit = properties
            .pointer("/yAxis/left/label")
            .and_then(Value::as_str);
        let unit = unit.map_or_else(String::new, |unit| {
            format!("<div class=\"unit\">{}</div>", escape(unit))
        });
        let graph = both_sizes(frame, |frame| graph::lines(&series, properties, frame));
        format!("{unit}{graph}{}", legend(&series))
    };
    Shown {
        class: "",
        title: title.to_owned(),
        sample: SampleShare::of(&series),
        body,
    }
}

/// A graph for a screen and one for a phone; the style sheet shows one of them.
fn both_sizes(frame: &Frame, draw: impl Fn(&Frame) -> String) -> String {
    format!(
        "<div class=\"body wide\">{}</div><div class=\"body narrow\">{}</div>",
        draw(frame),
        draw(&frame.narrow())
    )
}

/// Numbers of the whole window, each with its course beneath.
fn numbers(series: &[GraphSeries]) -> String {
    let sample = SampleShare::of(series);
    let mut html = "<div class=\"numbers\">".to_owned();
    for series in series {
        let value = series.total.map_or("–".to_owned(), format::compact);
        let mark = sample.star(series);
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<div><small>{}{mark}</small><b>{value}</b>{}</div>",
            escape(&series.label),
            graph::spark(series)
        );
    }
    html.push_str("</div>");
    html
}

fn legend(series: &[GraphSeries]) -> String {
    let sample = SampleShare::of(series);
    let mut html = "<div class=\"legend\">".to_owned();
    for series in series {
        let last = series.last().map_or("–".to_owned(), format::compact);
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<span><i style=\"background:{}\"></i>{}{}<b>{last}</b></span>",
            series.colour,
            escape(&series.label),
            sample.star(series)
        );
    }
    html.push_str("</div>");
    html
}

fn log(title: &str, properties: &Value, measured: &LocalData, frame: &Frame) -> Shown {
    let query = properties.get("query").and_then(Value::as_str);
    let query = query.unwrap_or_default();
    if !is_about_errors(query, measured) {
        // Only the errors of the service's log group are counted here.
        return Shown {
            class: "",
            title: title.to_owned(),
            body: format!(
                "<div class=\"body query\" tabindex=\"0\"><p>CloudWatch Logs runs this query:</p>\
                 <pre>{}</pre></div>",
                escape(query)
            ),
            sample: SampleShare::Nothing,
        };
    }
    // Without a single part, there are no logs: that is not "no errors".
    let is_sample = measured.log_errors.is_empty();
    let view = properties.get("view").and_then(Value::as_str);
    let body = if view.is_some_and(|view| view != "table") {
        let sample = [0.0, 1.0, 0.0, 0.0, 3.0, 1.0, 0.0, 2.0, 7.0, 4.0, 1.0, 0.0];
        let values = if is_sample {
            sample.as_slice()
        } else {
            &measured.log_errors
        };
        both_sizes(frame, |frame| graph::bars(values, frame, "#d62728"))
    } else if is_sample {
        table(&[
            sample_row("connection pool exhausted after 5000 ms", 31),
            sample_row("upstream answered 502 for /api/players/{id}", 12),
            sample_row("session token has expired", 4),
        ])
    } else if measured.errors.is_empty() {
        "<p class=\"empty\">No errors</p>".to_owned()
    } else {
        table(&measured.errors)
    };
    Shown {
        class: "",
        title: title.to_owned(),
        body,
        sample: if is_sample {
            SampleShare::Everything
        } else {
            SampleShare::Nothing
        },
    }
}

/// True for a query about the errors in the log of the service, which is what local data has.
fn is_about_errors(query: &str, measured: &LocalData) -> bool {
    let source = format!("SOURCE '{}'", measured.names.log_group);
    query.contains(&source) && query.contains("as errors")
}

fn sample_row(message: &str, count: u64) -> ErrorRow {
    ErrorRow {
        message: message.to_owned(),
        count,
    }
}

fn table(rows: &[ErrorRow]) -> String {
    let mut html = "<div class=\"body\"><table><tr><th class=\"n\" scope=\"col\">errors</th>\
         <th scope=\"col\">what</th></tr>"
        .to_owned();
    for row in rows {
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<tr><td class=\"n\">{}</td><td class=\"m\">{}</td></tr>",
            format::count(row.count),
            escape(&row.message)
        );
    }
    html.push_str("</table></div>");
    html
}

/// Alarms by their names; only CloudWatch knows their state.
fn alarms(title: &str, properties: &Value) -> Shown {
    let alarms = properties.get("alarms").and_then(Value::as_array);
    let names = alarms.map(Vec::as_slice).unwrap_or_default().iter();
    let names = names.filter_map(Value::as_str).map(|arn| {
        let name = arn.split_once(":alarm:").map_or(arn, |(_, name)| name);
        format!(
            "<li title=\"only CloudWatch knows its state\">{}</li>",
            escape(name)
        )
    });
    Shown {
        class: "",
        title: if title.is_empty() {
            "Alarms".to_owned()
        } else {
            title.to_owned()
        },
        body: format!(
            "<div class=\"body\"><ul class=\"alarms\">{}</ul></div>",
            names.collect::<String>()
        ),
        sample: SampleShare::Nothing,
    }
}
