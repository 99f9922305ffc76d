//! The first lines of the report: how bad it is, whether it goes on, who is affected, why, and where.
//! Before them comes what could not be read.

use log_analysis::report::{
    Explanation, ImpactText, Standing, Watched, WindowClock, headline, impact, problems, watched,
    where_failed, why,
};
use shared::{
    format::{count, duration},
    model::analysis::{LogAnalysis, counts::TimelinePart},
    printable::printable,
};

use crate::report::{
    chart,
    paragraph::paragraph,
    style::{Paint, Style},
    width::{columns, fitted},
};

/// The columns of the names on the left.
const MARGIN: usize = 9;
/// The fewest parts of the window before in a bar line.
const BEFORE: usize = 8;

/// The first lines.
pub(super) fn lines(analysis: &LogAnalysis, style: Style, clock: &WindowClock) -> String {
    let mut text = header(analysis, style, clock);
    for problem in problems(analysis).first {
        text.push_str(&paragraph(style, Paint::Notice, &printable(&problem)));
    }
    text.push_str(&facts(&impact(analysis, clock), paint(analysis), style));
    text.push_str(&bars(analysis, style));
    let place = where_failed(analysis);
    text.push_str(&line("Why", &why(analysis), style));
    text.push_str(&line(
        "Where",
        &Explanation {
            lead: place.message.clone().unwrap_or_default(),
            message: Some(place.lead),
        },
        style,
    ));
    text
}

/// The colour of the verdict.
fn paint(analysis: &LogAnalysis) -> Paint {
    let standing = Standing::of(analysis);
    if standing.is_alarm() {
        Paint::Bad
    } else if standing.is_good() {
        Paint::Good
    } else {
        Paint::Notice
    }
}

/// The service and the window, and on the right the verdict.
fn header(analysis: &LogAnalysis, style: Style, clock: &WindowClock) -> String {
    let verdict = headline(analysis, clock);
    let service = match &analysis.environment {
        Some(environment) => format!("{} ({})", analysis.service, printable(environment)),
        None => analysis.service.clone(),
    };
    let window = clock.window();
    let width = usize::from(style.width);
    let mut left = format!("{service}  {} {window}", clock.day());
    if columns(&left) + 2 + columns(&verdict) > width {
        left = format!("{service}  {window}");
    }
    if columns(&left) + 2 + columns(&verdict) > width {
        let room = width.saturating_sub(columns(&window) + columns(&verdict) + 4);
        left = format!("{}  {window}", fitted(&service, room.max(6)));
    }
    let used = columns(&left) + columns(&verdict);
    let space = " ".repeat(width.saturating_sub(used).max(2));
    format!(
        "{}{space}{}\n",
        style.paint(Paint::Heading, &left),
        style.paint(paint(analysis), &verdict)
    )
}

/// The facts in one line: in full, or else the first ones shorter, or else on several lines.
fn facts(facts: &[ImpactText], paint: Paint, style: Style) -> String {
    let room = usize::from(style.width).saturating_sub(1);
    let long: Vec<String> = facts.iter().map(|fact| safe(&fact.long)).collect();
    let short: Vec<String> = facts.iter().map(|fact| safe(&fact.short)).collect();
    let shortened = |number: usize| -> Vec<&String> {
        let long = long.iter().skip(number);
        short.iter().take(number).chain(long).collect()
    };
    let number = facts.len();
    let ways = [(0, 5), (0, 3)].into_iter();
    let ways = ways.chain((1..=number).map(|shorter| (shorter, 3)));
    for (shorter, gap) in ways.chain([(number, 2)]) {
        let texts = shortened(shorter);
        let used: usize = texts.iter().map(|text| columns(text)).sum();
        if used + gap * texts.len().saturating_sub(1) <= room {
            let mut texts = texts.iter();
            let first = texts.next().map_or("", |text| text.as_str());
            let mut line = format!(" {}", style.paint(paint, first));
            for text in texts {
                line.push_str(&" ".repeat(gap));
                line.push_str(text);
            }
            return line + "\n";
        }
    }
    let lines = long.iter().enumerate().map(|(number, text)| {
        let text = fitted(text, room);
        let text = if number == 0 {
            style.paint(paint, &text)
        } else {
            text
        };
        format!(" {text}\n")
    });
    lines.collect()
}

fn safe(text: &str) -> String {
    printable(text).into_owned()
}

/// A named line: our words, and a message of the log that is cut to what is left of the line.
fn line(name: &str, explanation: &Explanation, style: Style) -> String {
    let width = usize::from(style.width);
    let lead = safe(&explanation.lead);
    let message = explanation.message.as_deref().map(safe);
    let name_column = format!(" {name:<width$}", width = MARGIN - 1);
    let room = width.saturating_sub(MARGIN);
    let (lead, message) = match (name, message) {
        // The route is cut, and not its numbers.
        ("Where", Some(numbers)) if !lead.is_empty() => {
            let numbers = if columns(&lead) + 2 + columns(&numbers) > room {
                without_duration(&numbers)
            } else {
                numbers
            };
            let route = room.saturating_sub(columns(&numbers) + 2).max(12);
            let lead = fitted(&lead, route);
            (style.paint(Paint::Name, &lead), format!("  {numbers}"))
        }
        ("Where", Some(words)) => (String::new(), fitted(&words, room)),
        (_, Some(message)) => {
            let rest = room.saturating_sub(columns(&lead) + 2);
            if rest < 16 {
                // The message matters more than our words.
                return format!(
                    "{}{}\n{}{}\n",
                    style.paint(Paint::Heading, &name_column),
                    fitted(&format!("{lead}:"), room),
                    " ".repeat(MARGIN),
                    style.paint(Paint::Bad, &fitted(&message, room)),
                );
            }
            (
                format!("{lead}: "),
                style.paint(Paint::Bad, &fitted(&message, rest)),
            )
        }
        (_, None) => (fitted(&lead, room), String::new()),
    };
    format!(
        "{}{lead}{message}\n",
        style.paint(Paint::Heading, &name_column)
    )
}

/// The numbers of a route without its duration, for a narrow terminal.
fn without_duration(numbers: &str) -> String {
    let parts = numbers.split("  ");
    let parts: Vec<&str> = parts.filter(|part| !part.starts_with("p95 ")).collect();
    parts.join("  ")
}

/// The failures over time: of the window before, and after a line of the window.
fn bars(analysis: &LogAnalysis, style: Style) -> String {
    let is_silent = analysis.total_count == 0;
    let is_unknown = Standing::of(analysis) == Standing::UnknownLevels;
    let (name, value): (&str, fn(&TimelinePart) -> u64) = match watched(analysis) {
        _ if is_silent || is_unknown => ("entries", |part| part.total),
        Watched::Requests => ("failed", |part| part.failed),
        Watched::Entries => ("errors", |part| part.errors),
    };
    let [before, now] = [&analysis.previous.timeline, &analysis.timeline]
        .map(|parts| -> Vec<u64> { parts.iter().map(value).collect() });
    let name = format!(" {name:<width$}", width = MARGIN - 1);
    let name = style.paint(Paint::Heading, &name);
    if now.is_empty() {
        return String::new();
    }
    if before.iter().chain(&now).all(|value| *value == 0) {
        let none = if is_silent {
            "none in the window before either"
        } else {
            "none in the window, nor in the one before"
        };
        return format!("{name}{none}\n");
    }
    let width = usize::from(style.width);
    // The note on the right, with room for a longer peak after merging.
    let room = width.saturating_sub(MARGIN + 3 + 20).max(8);
    let wanted = now.len() + before.len().min(BEFORE);
    let together = wanted.div_ceil(room).max(1);
    let (before, now) = (merged(&before, together), merged(&now, together));
    let shown = room.saturating_sub(now.len()).min(before.len());
    let before = before.get(before.len() - shown..).unwrap_or_default();
    let parts = i32::try_from(analysis.timeline.len()).unwrap_or(1).max(1);
    let together = i32::try_from(together).unwrap_or(1);
    let length = analysis.window.length() / parts * together;
    let most = before.iter().chain(&now).copied().max().unwrap_or(0);
    let peak = format!("peak {} per {}", count(most), duration(length));
    let top = most.max(1) as f64;
    let draw = |values: &[u64]| {
        // Relative to one peak for both windows: the last value is the peak, and is cut off.
        let mut values: Vec<Option<f64>> = values.iter().map(|value| Some(*value as f64)).collect();
        values.push(Some(top));
        let mut line = chart::columns(&values, 1, 1).join("");
        line.pop();
        line
    };
    let paint = if is_silent || is_unknown {
        Paint::Notice
    } else {
        Paint::Bad
    };
    let drawn = match before {
        [] => style.paint(paint, &draw(&now)),
        before => format!(
            "{} {} {}",
            style.paint(paint, &draw(before)),
            style.paint(Paint::Aside, "|"),
            style.paint(paint, &draw(&now))
        ),
    };
    let separator = if before.is_empty() { 0 } else { 3 };
    let used = MARGIN + before.len() + separator + now.len();
    let space = " ".repeat(width.saturating_sub(used + columns(&peak)).max(1));
    format!("{name}{drawn}{space}{}\n", style.paint(Paint::Aside, &peak))
}

/// The sums of neighbours.
fn merged(values: &[u64], together: usize) -> Vec<u64> {
    // From the end, so that the last part is whole.
    let chunks = values.rchunks(together.max(1));
    let mut merged: Vec<u64> = chunks.map(|chunk| chunk.iter().sum()).collect();
    merged.reverse();
    merged
}
