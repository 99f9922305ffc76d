//! The report as one page: for a browser, a printer and a mail program. No script, nothing from elsewhere;
//! tables for the layout, since Outlook knows no other.
//!
//! Invariant: text of a log passes through `text`. Lists are cut, so that a mail stays below the 100 KB
//! after which Gmail hides the rest.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use shared::{format::counted, html::escape, model::analysis::LogAnalysis, printable::printable};

use super::{
    Explanation, Standing, WindowClock, changes, headline, impact, problems, unusual, where_failed,
    why,
};
use style::{BAD, CODE, FONT, MUTED, SHEET, TEXT, WRAP, colour};

mod chart;
mod charts;
mod numbers;
mod style;
mod tables;

/// The longest text of a log, in characters.
const CHARACTERS: usize = 400;
/// The most unusual numbers that are listed.
const UNUSUAL: usize = 8;

/// The subject of a mail with the report: `gm-tool: CRITICAL, still going (09:33–09:34 KST)`.
#[must_use]
pub fn subject(analysis: &LogAnalysis, zone: &TimeZone) -> String {
    let clock = WindowClock::new(analysis.window, zone);
    let verdict = headline(analysis, &clock);
    let (day, window) = (clock.day(), clock.window());
    format!("{}: {verdict} ({day} {window})", name(analysis))
}

/// The page.
#[must_use]
pub fn page(analysis: &LogAnalysis, zone: &TimeZone) -> String {
    let clock = WindowClock::new(analysis.window, zone);
    let mut body = String::new();
    heading(&mut body, analysis, &clock);
    first_problems(&mut body, analysis);
    first_lines(&mut body, analysis, &clock);
    if analysis.total_count > 0 || analysis.previous.total_count > 0 {
        charts::charts(&mut body, analysis, &clock);
    }
    also(&mut body, analysis);
    for (title, table) in [
        ("Causes of failed requests", tables::causes(analysis)),
        ("Routes", tables::routes(analysis)),
        ("Errors", tables::errors(analysis)),
        ("Numbers", numbers::numbers(analysis)),
        ("Not as usual", tables::parts(analysis)),
        ("Most active users", tables::users(analysis)),
    ] {
        if !table.is_empty() {
            part(&mut body, "22px", &format!("{}{table}", label(title)));
        }
    }
    footer(&mut body, analysis);
    let colour = colour(Standing::of(analysis));
    let title = text(&subject(analysis, zone));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'\">\n\
         <title>{title}</title>\n<style>{SHEET}</style>\n</head>\n\
         <body class=\"page\" style=\"margin:0;padding:0;background:#f2f4f6;\">\n\
         <main>\n\
         <table class=\"page\" role=\"presentation\" width=\"100%\" cellpadding=\"0\" \
         cellspacing=\"0\" style=\"background:#f2f4f6;\">\n\
         <tr><td class=\"outer\" align=\"center\" style=\"padding:24px 12px;\">\n\
         <table class=\"card\" role=\"presentation\" width=\"100%\" cellpadding=\"0\" \
         cellspacing=\"0\" style=\"max-width:760px;background:#ffffff;border:1px solid #dfe3e8;\
         border-top:6px solid {colour};border-radius:8px;\">\n{body}</table>\n\
         </td></tr>\n</table>\n</main>\n</body>\n</html>\n",
    )
}

/// The report in plain text, for the other part of a mail.
#[must_use]
pub fn plain(analysis: &LogAnalysis, zone: &TimeZone) -> String {
    let clock = WindowClock::new(analysis.window, zone);
    let mut lines = vec![subject(analysis, zone), String::new()];
    let problems = problems(analysis);
    lines.extend(problems.first);
    let facts = impact(analysis, &clock).into_iter().map(|fact| fact.long);
    lines.extend(facts);
    lines.push(format!("Why: {}", sentence(why(analysis))));
    lines.push(format!("Where: {}", sentence(place(analysis))));
    let also = [changes(analysis), unusual(analysis)].concat();
    if !also.is_empty() {
        lines.push(format!("Also: {}", also.join("; ")));
    }
    lines.extend(problems.notes);
    lines.push(String::new());
    lines.push(command(analysis));
    let lines: Vec<_> = lines
        .iter()
        .map(|line| printable(&cut(line)).into_owned())
        .collect();
    lines.join("\n") + "\n"
}

/// A text of any origin as HTML, cut if it is very long.
fn text(text: &str) -> String {
    escape(&printable(&cut(text)))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn name(analysis: &LogAnalysis) -> String {
    match &analysis.environment {
        Some(environment) => format!("{} ({environment})", analysis.service),
        None => analysis.service.clone(),
    }
}

fn sentence(explanation: Explanation) -> String {
    match explanation.message {
        Some(message) => format!("{}: {message}", explanation.lead),
        None => explanation.lead,
    }
}

/// Where it fails, the route first.
fn place(analysis: &LogAnalysis) -> Explanation {
    let place = where_failed(analysis);
    match place.message {
        Some(route) => Explanation {
            lead: route,
            message: Some(place.lead),
        },
        None => place,
    }
}

/// One row of the card.
fn part(body: &mut String, space: &str, inner: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(
        body,
        "<tr class=\"part\"><td class=\"inner\" align=\"left\" style=\"padding:{space} 28px 0;{FONT}\">\
         {inner}</td></tr>"
    );
}

/// The title of a part.
fn label(title: &str) -> String {
    format!(
        "<h2 class=\"text\" style=\"margin:0 0 6px;font-size:15px;line-height:22px;font-weight:700;\
         {TEXT}\">{title}</h2>"
    )
}

fn paragraph(class: &str, style: &str, inner: &str) -> String {
    format!(
        "<p class=\"{class}\" style=\"margin:0 0 4px;font-size:15px;line-height:23px;{style}{WRAP}\">\
         {inner}</p>"
    )
}

fn heading(body: &mut String, analysis: &LogAnalysis, clock: &WindowClock) {
    let colour = colour(Standing::of(analysis));
    part(
        body,
        "22px",
        &format!(
            "<span style=\"display:inline-block;padding:3px 10px;border-radius:4px;\
             background:{colour};color:#ffffff;font-size:13px;line-height:18px;font-weight:700;\
             letter-spacing:0.3px;\">{}</span>\
             <h1 class=\"text\" style=\"margin:8px 0 0;font-size:21px;line-height:29px;font-weight:700;\
             {TEXT}{WRAP}\">{}</h1>\
             <p class=\"muted\" style=\"margin:0;font-size:14px;line-height:21px;{MUTED}\">{} {}</p>",
            text(&headline(analysis, clock)),
            text(&name(analysis)),
            text(&clock.day()),
            text(&clock.window()),
        ),
    );
}

fn first_problems(body: &mut String, analysis: &LogAnalysis) {
    let problems = problems(analysis).first;
    if problems.is_empty() {
        return;
    }
    let lines: String = problems
        .iter()
        .map(|problem| paragraph("text", TEXT, &text(problem)))
        .collect();
    part(
        body,
        "14px",
        &format!(
            "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\"><tr>\
             <td class=\"box\" style=\"padding:10px 14px;background:#f2f4f6;border-left:4px solid \
             #8a5a00;border-radius:4px;\">{lines}</td></tr></table>"
        ),
    );
}

/// How bad, for whom, since when, why, where.
fn first_lines(body: &mut String, analysis: &LogAnalysis, clock: &WindowClock) {
    let mut lines = String::new();
    let facts = impact(analysis, clock);
    let facts: Vec<String> = facts.iter().map(|fact| text(&fact.long)).collect();
    if let Some((first, others)) = facts.split_first() {
        let _ = write!(
            lines,
            "<p class=\"text\" style=\"margin:0 0 4px;font-size:19px;line-height:27px;\
             font-weight:700;{TEXT}{WRAP}\">{first}</p>"
        );
        lines.push_str(&paragraph("text", TEXT, &others.join(" · ")));
    }
    let (why, place) = (why(analysis), place(analysis));
    for (name, explanation, is_code) in [("Why", why, true), ("Where", place, false)] {
        let Explanation { lead, message } = explanation;
        let message = message.map_or_else(String::new, |message| {
            let (font, gap) = if is_code { (CODE, ": ") } else { ("", " · ") };
            format!("{gap}<span style=\"{font}\">{}</span>", text(&message))
        });
        let inner = format!("<b>{name}</b>&ensp;{}{message}", text(&lead));
        lines.push_str(&paragraph("text", TEXT, &inner));
    }
    part(body, "12px", &lines);
}

fn also(body: &mut String, analysis: &LogAnalysis) {
    let changes = changes(analysis);
    let unusual = unusual(analysis);
    if changes.is_empty() && unusual.is_empty() {
        return;
    }
    let mut lines = String::new();
    if !changes.is_empty() {
        lines.push_str(&paragraph(
            "text",
            TEXT,
            &format!("Since the window before: {}", text(&changes.join(", "))),
        ));
    }
    let more = unusual.len().saturating_sub(UNUSUAL) as u64;
    for sentence in unusual.iter().take(UNUSUAL) {
        lines.push_str(&paragraph("text", TEXT, &text(sentence)));
    }
    if more > 0 {
        let more = counted(more, "more is unusual", "more are unusual");
        lines.push_str(&paragraph(
            "muted",
            MUTED,
            &format!("{more}; the JSON has all."),
        ));
    }
    part(body, "18px", &format!("{}{lines}", label("Also")));
}

/// The command that shows the entries.
fn command(analysis: &LogAnalysis) -> String {
    format!(
        "bongsu search 'level:>=error' --service {} --from {} --to {}",
        analysis.service, analysis.window.start, analysis.window.end
    )
}

fn footer(body: &mut String, analysis: &LogAnalysis) {
    let mut lines: Vec<String> = problems(analysis)
        .notes
        .iter()
        .map(|note| text(note))
        .collect();
    lines.push(format!(
        "The entries: <span style=\"{CODE}\">{}</span>",
        text(&command(analysis))
    ));
    if let Some(baseline) = analysis
        .baseline
        .as_ref()
        .filter(|baseline| baseline.days > 0)
    {
        lines.push(format!(
            "Usual is the band in which about 95% of values lie at this time, by {} and {}.",
            counted(baseline.days, "earlier day", "earlier days"),
            counted(baseline.windows, "window", "windows"),
        ));
    }
    lines.push("Made by Bongsu, log-analysis.".to_owned());
    let _ = writeln!(
        body,
        "<tr><td class=\"inner muted\" align=\"left\" style=\"padding:22px 28px 22px;{FONT}\
         font-size:13px;line-height:19px;{MUTED}{WRAP}\">{}</td></tr>",
        lines.join("<br>")
    );
}

#[cfg(test)]
mod tests;
