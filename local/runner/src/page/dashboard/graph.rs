//! A graph over time as inline SVG.

use std::fmt::Write as _;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use shared::{format::compact, model::window::Window};

use super::{scale::Scale, series::GraphSeries};
use shared::html::escape;

const LEFT: f64 = 46.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 22.0;

/// The room for the labels of a second axis.
const SECOND: f64 = 36.0;

/// The size, window and name of a graph.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// Its name, for people who do not see it.
    pub name: String,
    /// In pixels.
    pub width: f64,
    /// In pixels.
    pub height: f64,
    /// The window that it spans.
    pub window: Window,
    /// The zone of its times.
    pub zone: TimeZone,
}

impl Frame {
    /// The same on a phone, where every widget has the width of the screen.
    #[must_use]
    pub(super) fn narrow(&self) -> Self {
        Self {
            width: 340.0,
            height: 210.0,
            ..self.clone()
        }
    }
}

/// Lines, or areas where they are stacked.
#[must_use]
pub(super) fn lines(series: &[GraphSeries], properties: &Value, frame: &Frame) -> String {
    let stacked = properties.get("stacked") == Some(&Value::Bool(true));
    let drawn: Vec<(&GraphSeries, Vec<Option<f64>>)> = if stacked {
        stack(series)
    } else {
        series
            .iter()
            .map(|series| (series, series.values.clone()))
            .collect()
    };
    let scale_of = |side: &str, right: bool| {
        let bound = |key: &str| {
            let bound = properties.pointer(&format!("/yAxis/{side}/{key}"));
            bound.and_then(Value::as_f64)
        };
        let of_side = drawn.iter().filter(|(series, _)| series.right == right);
        let values = of_side.flat_map(|(_, values)| values.iter().flatten().copied());
        Scale::of(values, bound("min"), bound("max"))
    };
    let scale = scale_of("left", false);
    let has_right = drawn.iter().any(|(series, _)| series.right);
    let second = has_right.then(|| scale_of("right", true));
    let frame = &Frame {
        width: frame.width - if has_right { SECOND } else { 0.0 },
        ..frame.clone()
    };
    let lines = thresholds(properties);
    let mut svg = open(frame, &scale, second.as_ref());
    for (value, label, colour) in &lines {
        if *value > scale.most {
            continue;
        }
        let y = y(*value, &scale, frame);
        // Writing to a string cannot fail.
        let _ = write!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"{colour}\" stroke-dasharray=\"4 3\"/>\
             <text class=\"t\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            frame.width - RIGHT,
            frame.width - RIGHT - 2.0,
            y - 3.0,
            escape(label)
        );
    }
    for (series, values) in drawn.iter().rev() {
        let own = second.as_ref().filter(|_| series.right).unwrap_or(&scale);
        let path = path(values, own, frame);
        let colour = &series.colour;
        if stacked && let Some(area) = area(values, own, frame) {
            let _ = write!(
                svg,
                "<path d=\"{area}\" fill=\"{colour}\" fill-opacity=\".85\"/>"
            );
        }
        let _ = write!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\" \
             stroke-linejoin=\"round\" stroke-linecap=\"round\"{}><title>{}</title></path>",
            if series.is_sample() {
                " stroke-opacity=\".75\""
            } else {
                ""
            },
            escape(&series.label)
        );
    }
    svg.push_str("</svg>");
    svg
}

/// Bars of one series.
#[must_use]
pub(super) fn bars(values: &[f64], frame: &Frame, colour: &str) -> String {
    let scale = Scale::of(values.iter().copied(), Some(0.0), None);
    let mut svg = open(frame, &scale, None);
    let room = frame.width - LEFT - RIGHT;
    let each = room / values.len().max(1) as f64;
    for (index, value) in values.iter().enumerate() {
        let top = y(*value, &scale, frame);
        let height = frame.height - BOTTOM - top;
        if height > 0.0 {
            // Writing to a string cannot fail.
            let _ = write!(
                svg,
                "<rect x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{height:.1}\" fill=\"{colour}\"/>",
                LEFT + each * index as f64 + each * 0.1,
                each * 0.8
            );
        }
    }
    svg.push_str("</svg>");
    svg
}

/// A line without axes, beneath a number.
#[must_use]
pub(super) fn spark(series: &GraphSeries) -> String {
    let frame = (200.0, 36.0);
    let scale = Scale::of(series.values.iter().flatten().copied(), None, None);
    let count = series.values.len().saturating_sub(1).max(1) as f64;
    let mut path = String::new();
    let mut pen = 'M';
    for (index, value) in series.values.iter().enumerate() {
        let Some(value) = value else {
            pen = 'M';
            continue;
        };
        let x = index as f64 / count * frame.0;
        let y = 2.0 + (1.0 - scale.share(*value)) * (frame.1 - 4.0);
        // Writing to a string cannot fail.
        let _ = write!(path, "{pen}{x:.1} {y:.1}");
        pen = 'L';
    }
    format!(
        "<svg class=\"spark\" aria-hidden=\"true\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\"><path d=\"{path}\" \
         fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\" vector-effect=\"non-scaling-stroke\"/></svg>",
        frame.0, frame.1, series.colour
    )
}

/// Each series on top of those before it.
fn stack(series: &[GraphSeries]) -> Vec<(&GraphSeries, Vec<Option<f64>>)> {
    let mut below: Vec<f64> = Vec::new();
    let mut stacked = Vec::new();
    for series in series {
        below.resize(series.values.len(), 0.0);
        let values = series.values.iter().zip(&mut below).map(|(value, below)| {
            *below += value.unwrap_or(0.0);
            value.map(|_| *below)
        });
        let values = values.collect();
        stacked.push((series, values));
    }
    stacked
}

/// The horizontal lines of a widget: value, label, colour.
fn thresholds(properties: &Value) -> Vec<(f64, String, &'static str)> {
    let lines = properties
        .pointer("/annotations/horizontal")
        .and_then(Value::as_array);
    let lines = lines.map(Vec::as_slice).unwrap_or_default().iter();
    lines
        .filter_map(|line| {
            let label = line
                .get("label")
                .and_then(Value::as_str)
                .unwrap_or_default();
            Some((line.get("value")?.as_f64()?, label.to_owned(), "#d62728"))
        })
        .collect()
}

/// The beginning of a graph: its grid and its axes.
fn open(frame: &Frame, scale: &Scale, second: Option<&Scale>) -> String {
    let (width, height) = (frame.width, frame.height);
    let whole = width + if second.is_some() { SECOND } else { 0.0 };
    let name = escape(&frame.name);
    let mut svg =
        format!("<svg viewBox=\"0 0 {whole:.0} {height:.0}\" role=\"img\" aria-label=\"{name}\">");
    let steps = scale.steps();
    let mut step = 0.0;
    while step <= steps {
        let value = scale.least + scale.step * step;
        let y = y(value, scale, frame);
        // Writing to a string cannot fail.
        let _ = write!(
            svg,
            "<line class=\"g\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"t\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            width - RIGHT,
            LEFT - 6.0,
            y + 3.5,
            compact(value)
        );
        step += 1.0;
    }
    let mut step = 0.0;
    while let Some(second) = second.filter(|second| step <= second.steps()) {
        let value = second.least + second.step * step;
        let _ = write!(
            svg,
            "<text class=\"t\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            width - RIGHT + 6.0,
            y(value, second, frame) + 3.5,
            compact(value)
        );
        step += 1.0;
    }
    let length = frame.window.length();
    let times: u8 = if width > 560.0 { 5 } else { 3 };
    for index in 0..=times {
        let share = f64::from(index) / f64::from(times);
        let at = frame
            .window
            .start
            .checked_add(length.mul_f64_checked(share));
        let anchor = match index {
            0 => "start",
            last if last == times => "end",
            _ => "middle",
        };
        let _ = write!(
            svg,
            "<text class=\"t\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            LEFT + share * (width - LEFT - RIGHT),
            height - 6.0,
            at.map(|at| clock(at, frame)).unwrap_or_default()
        );
    }
    svg
}

/// A share of a length of time.
trait MulChecked {
    fn mul_f64_checked(self, share: f64) -> jiff::SignedDuration;
}

impl MulChecked for jiff::SignedDuration {
    fn mul_f64_checked(self, share: f64) -> jiff::SignedDuration {
        jiff::SignedDuration::try_from_secs_f64(self.as_secs_f64() * share).unwrap_or_default()
    }
}

/// The time of day, with seconds where the window is short.
fn clock(at: Timestamp, frame: &Frame) -> String {
    let at = frame.zone.to_datetime(at);
    if frame.window.length().as_mins() < 10 {
        format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
    } else {
        format!("{:02}:{:02}", at.hour(), at.minute())
    }
}

fn y(value: f64, scale: &Scale, frame: &Frame) -> f64 {
    TOP + (1.0 - scale.share(value)) * (frame.height - TOP - BOTTOM)
}

fn path(values: &[Option<f64>], scale: &Scale, frame: &Frame) -> String {
    let room = frame.width - LEFT - RIGHT;
    let count = values.len().saturating_sub(1).max(1) as f64;
    let mut path = String::new();
    let mut pen = 'M';
    for (index, value) in values.iter().enumerate() {
        match value {
            // A gap: what is missing is not drawn as if it had been there.
            None => pen = 'M',
            Some(value) => {
                let x = LEFT + room * index as f64 / count;
                // Writing to a string cannot fail.
                let _ = write!(path, "{pen}{x:.1} {:.1}", y(*value, scale, frame));
                // A point alone is seen too, by its round ends.
                if pen == 'M' {
                    path.push_str("h0");
                }
                pen = 'L';
            }
        }
    }
    path
}

/// What is beneath a line, from its first to its last value.
fn area(values: &[Option<f64>], scale: &Scale, frame: &Frame) -> Option<String> {
    let first = values.iter().position(Option::is_some)?;
    let last = values.iter().rposition(Option::is_some)?;
    // A gap falls to nothing here; the line above shows it as a gap.
    let filled: Vec<Option<f64>> = (0..values.len())
        .map(|index| {
            let value = values.get(index).copied().flatten();
            let is_within = (first..=last).contains(&index);
            is_within.then(|| value.unwrap_or_default())
        })
        .collect();
    let count = values.len().saturating_sub(1).max(1) as f64;
    let x = |index: usize| LEFT + (frame.width - LEFT - RIGHT) * index as f64 / count;
    let bottom = frame.height - BOTTOM;
    let line = path(&filled, scale, frame);
    Some(format!(
        "{line}L{:.1} {bottom:.1}L{:.1} {bottom:.1}Z",
        x(last),
        x(first)
    ))
}
