//! Errors and durations over a window, as a chart.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use shared::{
    format::{count, duration, milliseconds},
    log_store::facts::TimelinePart,
    model::window::Window,
};

use super::{
    chart,
    style::{Paint, Style},
    time,
};

/// The height of a chart, in lines.
const HEIGHT: u16 = 3;
/// The width of the names on the left, with spaces.
const MARGIN: u16 = 12;
/// The width of the notes on the right.
const ASIDE: u16 = 28;

/// The chart of a window's parts, which have equal lengths and are in order.
#[must_use]
pub fn timeline(window: Window, parts: &[TimelinePart], style: Style, zone: &TimeZone) -> String {
    let room = style.width.saturating_sub(MARGIN + ASIDE).max(1);
    let parts = merged(parts, usize::from(room));
    let Ok(number @ 1..) = u16::try_from(parts.len()) else {
        return String::new();
    };
    let columns = (room / number).clamp(1, 8);
    let mut text = String::new();
    let errors: Vec<_> = parts.iter().map(|part| Some(part.errors as f64)).collect();
    let most = parts.iter().map(|part| part.errors).max().unwrap_or(0);
    let part = window.length().checked_div(i32::from(number));
    let part = part.map_or_else(String::new, duration);
    let aside = format!("peak {} per {part}", count(most));
    draw(
        &mut text,
        style,
        "errors",
        &errors,
        columns,
        Paint::Bad,
        &aside,
    );
    let durations: Vec<_> = parts.iter().map(|part| part.average_duration).collect();
    let slowest = durations.iter().flatten().copied().reduce(f64::max);
    let aside = slowest.map_or("no requests".to_owned(), |slowest| {
        format!("peak {}", milliseconds(slowest))
    });
    draw(
        &mut text,
        style,
        "average",
        &durations,
        columns,
        Paint::Notice,
        &aside,
    );
    axis(
        &mut text,
        window,
        style,
        zone,
        usize::from(columns * number),
    );
    let note = format!("{:10}each part is {part}", "");
    // Writing to a string cannot fail.
    let _ = writeln!(text, "  {}", style.paint(Paint::Aside, &note));
    text
}

/// Merges neighbours until there are at most `most` parts.
fn merged(parts: &[TimelinePart], most: usize) -> Vec<TimelinePart> {
    let together = parts.len().div_ceil(most).max(1);
    let merge = |parts: &[TimelinePart]| {
        let sum = |of: fn(&TimelinePart) -> u64| parts.iter().map(of).sum();
        let requests: u64 = sum(|part| part.requests);
        let durations = parts.iter().filter_map(|part| {
            let average = part.average_duration?;
            Some(average * part.requests as f64)
        });
        let spent: f64 = durations.sum();
        Some(TimelinePart {
            start: parts.first()?.start,
            total: sum(|part| part.total),
            errors: sum(|part| part.errors),
            requests,
            failed: sum(|part| part.failed),
            average_duration: (requests > 0).then(|| spent / requests as f64),
        })
    };
    parts.chunks(together).filter_map(merge).collect()
}

fn draw(
    text: &mut String,
    style: Style,
    name: &str,
    values: &[Option<f64>],
    columns: u16,
    paint: Paint,
    aside: &str,
) {
    let lines = chart::columns(values, HEIGHT, columns);
    let last = lines.len().saturating_sub(1);
    for (index, line) in lines.iter().enumerate() {
        let name = if index == last { name } else { "" };
        let aside = if index == 0 { aside } else { "" };
        let drawn = style.paint(paint, line);
        let line = format!("  {name:<10}{drawn}  {}", style.paint(Paint::Aside, aside));
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// The start and the end of the window.
fn axis(text: &mut String, window: Window, style: Style, zone: &TimeZone, width: usize) {
    let [start, end] = [window.start, window.end].map(|at| time::time_of_day(at, zone));
    let line = if width > start.len() + end.len() {
        format!("{start}{end:>rest$}", rest = width - start.len())
    } else {
        format!("{start} – {end}")
    };
    let _ = writeln!(text, "  {:10}{}", "", style.paint(Paint::Aside, &line));
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, tz::TimeZone};
    use shared::{log_store::facts::TimelinePart, model::window::Window};

    use super::timeline;
    use crate::report::style::Style;

    fn picture(parts: u32, width: u16) -> String {
        let start = "2026-11-24T00:33:00Z".parse().expect("instant");
        let length = SignedDuration::from_mins(15);
        let end = start + length;
        let part = length / i32::try_from(parts).expect("few");
        let parts: Vec<_> = (0..parts)
            .map(|number| TimelinePart {
                start: start + part * i32::try_from(number).expect("few"),
                total: 100,
                errors: u64::from(if number > 5 { number * number } else { 0 }),
                requests: u64::from(if number % 4 == 3 { 0 } else { number }),
                failed: 0,
                average_duration: (number % 4 != 3).then(|| f64::from(number) * 12.5),
            })
            .collect();
        let style = Style {
            colours: false,
            width,
        };
        timeline(Window { start, end }, &parts, style, &TimeZone::UTC)
    }

    #[test]
    fn errors_and_durations_are_drawn_over_the_window() {
        insta::assert_snapshot!(picture(15, 80));
    }

    #[test]
    fn a_picture_is_never_wider_than_the_terminal() {
        for (parts, width) in [
            (1, 60),
            (15, 60),
            (60, 60),
            (59, 60),
            (60, 140),
            (1_000, 80),
        ] {
            let picture = picture(parts, width);
            assert_eq!(picture.contains('█'), parts > 6, "{picture}");
            for line in picture.lines() {
                assert!(line.chars().count() <= usize::from(width), "{line}");
            }
        }
    }

    #[test]
    fn no_parts_are_no_picture() {
        let instant = "2026-11-24T00:33:00Z".parse().expect("instant");
        let window = Window {
            start: instant,
            end: instant + SignedDuration::from_mins(1),
        };
        let style = Style {
            colours: false,
            width: 80,
        };
        assert_eq!(timeline(window, &[], style, &TimeZone::UTC), "");
    }
}
