//! The mail as HTML: tables, since Outlook knows no other layout, and nothing from elsewhere.
//!
//! Gmail shows about 102 KB of a mail and hides the rest behind a link: the parts are cut so that
//! their sum stays below 100,000 bytes.

use std::fmt::Write as _;

use super::style::{CODE, FONT, SHEET, WRAP};
use crate::render::{
    escape::{html::text, plain},
    message_summary::{MessageSummary, SummaryFact},
};

/// The most bytes of a title.
const TITLE: usize = 2_000;
/// The most bytes of a line.
const LINE: usize = 600;
/// The most pieces of advice.
const ADVICE: usize = 10;
/// The most links, and the most bytes of all their addresses.
const LINKS: (usize, usize) = (12, 14_000);
/// The most facts, and the most bytes of the value of each.
const ROWS: (usize, usize) = (25, 900);
/// The most bytes of an example.
const EXAMPLE: usize = 3_000;
/// The most bytes of the text that somebody wrote.
const MESSAGE: usize = 24_000;

/// The whole page.
pub(super) fn page(summary: &MessageSummary, graph: Option<&str>) -> String {
    let mut body = String::new();
    heading(&mut body, summary);
    advice(&mut body, summary);
    incidents(&mut body, summary);
    links(&mut body, summary);
    if let Some(alt) = graph {
        image(&mut body, alt);
    }
    rows(&mut body, summary);
    example(&mut body, summary);
    message(&mut body, summary);
    let color = summary.tone.color();
    let title = text(&summary.title, TITLE);
    // What a list of mails shows after the subject.
    let preview = text(&summary.first_lines().join(" · "), LINE);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>{SHEET}</style>\n</head>\n\
         <body class=\"page\" style=\"margin:0;padding:0;background:#f2f4f6;\">\n<main>\n\
         <div style=\"display:none;max-height:0;overflow:hidden;\">{preview}</div>\n\
         <table class=\"page\" role=\"presentation\" width=\"100%\" cellpadding=\"0\" \
         cellspacing=\"0\" style=\"background:#f2f4f6;\">\n\
         <tr><td class=\"outer\" align=\"center\" style=\"padding:24px 12px;\">\n\
         <table class=\"card\" role=\"presentation\" width=\"100%\" cellpadding=\"0\" \
         cellspacing=\"0\" style=\"max-width:640px;background:#ffffff;border:1px solid #dfe3e8;\
         border-top:6px solid {color};border-radius:8px;\">\n\
         {body}{footer}</table>\n</td></tr>\n</table>\n</main>\n</body>\n</html>\n",
        code = summary.labels.code,
        footer = footer(summary),
    )
}

/// One row of the card.
fn part(body: &mut String, space: &str, inner: &str) {
    let _ = writeln!(
        body,
        "<tr><td class=\"inner\" align=\"left\" style=\"padding:{space} 28px 0;{FONT}\">{inner}</td></tr>"
    );
}

/// The title of a part.
fn label(title: &str) -> String {
    format!(
        "<h2 class=\"muted\" style=\"margin:0 0 6px;font-size:13px;line-height:18px;\
         font-weight:600;color:#5b6570;\">{title}</h2>"
    )
}

/// What, where, how bad, since when.
fn heading(body: &mut String, summary: &MessageSummary) {
    let color = summary.tone.color();
    let word = summary.word;
    part(
        body,
        "22px",
        &format!(
            "<span style=\"display:inline-block;padding:3px 10px;border-radius:4px;\
             background:{color};color:#ffffff;font-size:12px;line-height:18px;font-weight:700;\
             letter-spacing:0.4px;\">{word}</span>"
        ),
    );
    let mut title = summary.title.clone();
    if !summary.origin_mark.is_empty() {
        title = format!("{}: {title}", summary.origin_mark);
    }
    part(
        body,
        "10px",
        &format!(
            "<h1 class=\"text\" style=\"margin:0;font-size:21px;line-height:29px;font-weight:700;\
             color:#16191d;word-break:keep-all;overflow-wrap:anywhere;\">{}</h1>",
            text(&title, TITLE)
        ),
    );
    let mut lines = String::new();
    if let Some(value) = &summary.value {
        let against = summary.against().map_or_else(String::new, |against| {
            format!(
                "<span class=\"muted\" style=\"padding-left:8px;font-size:15px;font-weight:400;\
                 color:#5b6570;\">\
                 {}</span>",
                text(&against, LINE)
            )
        });
        let _ = write!(
            lines,
            "<p class=\"text\" style=\"margin:0 0 4px;font-size:26px;line-height:34px;\
             font-weight:700;color:#16191d;\">{}{against}</p>",
            text(value, LINE)
        );
    }
    let remark = summary.remark.clone().unwrap_or_default();
    for line in [&summary.location, &summary.timing, &remark] {
        if !line.is_empty() {
            let _ = write!(
                lines,
                "<p class=\"text\" style=\"margin:0;font-size:15px;line-height:23px;\
                 color:#16191d;overflow-wrap:anywhere;\">{}</p>",
                text(line, LINE)
            );
        }
    }
    part(body, "8px", &lines);
}

fn advice(body: &mut String, summary: &MessageSummary) {
    const STYLE: &str = "margin:0;font-size:15px;line-height:23px;color:#16191d;\
                         word-break:keep-all;overflow-wrap:anywhere;";
    let shown: String = match summary.advice.as_slice() {
        [] => return,
        [only] => format!(
            "<p class=\"text\" style=\"{STYLE}\">{}</p>",
            text(only, LINE)
        ),
        several => {
            let steps: Vec<String> = several
                .iter()
                .take(ADVICE)
                .map(|step| format!("<li>{}</li>", text(step, LINE)))
                .collect();
            let steps = steps.concat();
            format!("<ol class=\"text\" style=\"{STYLE}padding-left:22px;\">{steps}</ol>")
        }
    };
    part(
        body,
        "20px",
        &format!(
            "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\">\
             <tr><td class=\"box\" style=\"padding:14px 16px;background:#f2f4f6;\
             border-left:4px solid {color};border-radius:4px;\">{label}{shown}</td></tr></table>",
            color = summary.tone.color(),
            label = label(summary.labels.what_to_do),
        ),
    );
}

/// The incidents of a list, a row each.
fn incidents(body: &mut String, summary: &MessageSummary) {
    if summary.incidents.is_empty() {
        return;
    }
    let mut rows = String::new();
    for incident in &summary.incidents {
        let _ = write!(
            rows,
            "<tr><td class=\"text line\" valign=\"top\" style=\"padding:7px 0 7px 10px;\
             border-top:1px solid #e6e9ed;border-left:4px solid {color};font-size:14px;\
             line-height:20px;color:#16191d;{WRAP}\">{sign} {line}</td></tr>",
            color = incident.tone.color(),
            sign = incident.tone.sign(),
            line = text(&incident.line, LINE)
        );
    }
    part(
        body,
        "20px",
        &format!(
            "{}<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" \
             style=\"border-collapse:collapse;\">{rows}</table>",
            label(summary.labels.incidents)
        ),
    );
}

/// The first link is the one to take.
fn links(body: &mut String, summary: &MessageSummary) {
    let (most, mut left) = LINKS;
    let color = summary.tone.color();
    let mut shown = String::new();
    for location in &summary.links {
        // An address is never cut: it would lead nowhere.
        let address = text(&location.address, usize::MAX);
        if shown.matches("<a ").count() >= most || address.len() > left {
            continue;
        }
        left -= address.len();
        let (class, colors) = if shown.is_empty() {
            (
                "main",
                format!("background:{color};border-color:{color};color:#ffffff;"),
            )
        } else {
            ("quiet", "border-color:#c3cad2;color:#16191d;".to_owned())
        };
        let _ = write!(
            shown,
            "<a class=\"{class}\" href=\"{address}\" style=\"display:inline-block;margin:0 8px 8px 0;\
             padding:8px 14px;border:1px solid;border-radius:6px;font-size:14px;line-height:20px;\
             font-weight:600;text-decoration:none;{colors}\">{}</a> ",
            text(&location.label, LINE / 3)
        );
    }
    if !shown.is_empty() {
        part(body, "20px", &shown);
    }
}

fn image(body: &mut String, alt: &str) {
    part(
        body,
        "14px",
        &format!(
            "<img src=\"cid:graph\" width=\"584\" alt=\"{}\" style=\"display:block;width:100%;\
             max-width:584px;height:auto;border:0;border-radius:4px;\">",
            text(&plain::line(alt), LINE)
        ),
    );
}

fn rows(body: &mut String, summary: &MessageSummary) {
    let (most, longest) = ROWS;
    if summary.rows.is_empty() {
        return;
    }
    let mut shown: String = summary
        .rows
        .iter()
        .take(most)
        .map(|fact| row(fact, longest))
        .collect();
    let hidden = summary.rows.len().saturating_sub(most);
    if hidden > 0 {
        let _ = write!(
            shown,
            "<tr><td class=\"muted\" colspan=\"2\" style=\"padding:7px 0;font-size:14px;\
             color:#5b6570;\">{}</td></tr>",
            summary.labels.more(hidden)
        );
    }
    part(
        body,
        "20px",
        &format!(
            "{}<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" \
             style=\"border-collapse:collapse;\">{shown}</table>",
            label(summary.labels.details)
        ),
    );
}

fn row(row: &SummaryFact, most: usize) -> String {
    let code = if row.is_code { CODE } else { "" };
    format!(
        "<tr><th class=\"muted line\" scope=\"row\" align=\"left\" valign=\"top\" width=\"30%\" \
         style=\"padding:7px 12px 7px 0;border-top:1px solid #e6e9ed;font-size:14px;\
         line-height:20px;font-weight:400;color:#5b6570;overflow-wrap:anywhere;\">{}</th>\
         <td class=\"text line\" valign=\"top\" style=\"padding:7px 0;border-top:1px solid #e6e9ed;\
         font-size:14px;line-height:20px;color:#16191d;{code}{WRAP}\">{}</td></tr>",
        text(&row.name, LINE / 3),
        text(&row.value, most)
    )
}

fn example(body: &mut String, summary: &MessageSummary) {
    if let Some(example) = &summary.example {
        part(
            body,
            "20px",
            &format!(
                "{}<div class=\"box text\" style=\"padding:12px 14px;background:#f2f4f6;\
                 border-radius:4px;line-height:19px;color:#16191d;{CODE}{WRAP}\">{}</div>",
                label(summary.labels.example),
                text(example, EXAMPLE)
            ),
        );
    }
}

fn message(body: &mut String, summary: &MessageSummary) {
    if !summary.message.is_empty() {
        part(
            body,
            "20px",
            &format!(
                "{}<div class=\"text\" style=\"font-size:15px;line-height:23px;color:#16191d;\
                 {WRAP}\">{}</div>",
                label(summary.labels.message),
                text(&summary.message, MESSAGE)
            ),
        );
    }
}

fn footer(summary: &MessageSummary) -> String {
    let instead = summary.instead.as_deref();
    let instead = instead.map(|channel| summary.labels.instead_of(channel));
    let lines: Vec<String> = [Some(summary.origin.as_str()), instead.as_deref()]
        .into_iter()
        .flatten()
        .filter(|line| !line.is_empty())
        .map(|line| text(line, LINE))
        .collect();
    format!(
        "<tr><td class=\"inner muted\" align=\"left\" style=\"padding:22px 28px 22px;{FONT}\
         font-size:13px;line-height:19px;color:#5b6570;overflow-wrap:anywhere;\">{}</td></tr>\n",
        lines.join("<br>")
    )
}
