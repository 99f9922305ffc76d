//! The charts of the page: failures, traffic and durations over both windows.

use shared::{
    format::{count, duration, milliseconds, whole},
    model::analysis::{LogAnalysis, baseline::WatchedNumber, counts::TimelinePart},
};

use super::{
    MUTED, TEXT,
    chart::{Bar, BarChart},
    part, text,
};
use crate::report::{Watched, WindowClock, watched};

/// What fails, the traffic and the durations over both windows.
pub(super) fn charts(body: &mut String, analysis: &LogAnalysis, clock: &WindowClock) {
    let watched = watched(analysis);
    let (failures, traffic) = match watched {
        Watched::Requests => (WatchedNumber::FailedRequests, "Requests"),
        Watched::Entries => (WatchedNumber::ErrorEntries, "Entries"),
    };
    let of_watched = |part: &TimelinePart| match watched {
        Watched::Requests => (part.failed, part.requests),
        Watched::Entries => (part.errors, part.total),
    };
    let share = analysis.usual(failures);
    let share = share.and_then(|usual| Some((usual.lower?, usual.upper?)));
    let parts = analysis.timeline.len().max(1) as f64;
    let usual = analysis.usual(WatchedNumber::Traffic);
    // Traffic is that of requests or of entries.
    let all = match watched {
        Watched::Requests => analysis.requests.count,
        Watched::Entries => analysis.total_count,
    };
    let usual = usual.filter(|usual| (usual.value - all as f64).abs() < 0.5);
    let usual = usual.and_then(|usual| Some((usual.lower? / parts, usual.upper? / parts)));
    let failed = bars(analysis, "bar", |part| {
        let (failed, all) = of_watched(part);
        Bar {
            value: Some(failed as f64),
            usual: share.map(|(lower, upper)| (lower * all as f64, upper * all as f64)),
        }
    });
    let counted = bars(analysis, "calm", |part| Bar {
        value: Some(of_watched(part).1 as f64),
        usual,
    });
    let durations = bars(analysis, "calm", |part| Bar {
        value: part.average_duration,
        usual: None,
    });
    let length = analysis.window.length();
    let each = i32::try_from(analysis.timeline.len())
        .ok()
        .filter(|parts| *parts > 0);
    let each = each.map_or(length, |parts| length / parts);
    let each = duration(each);
    let peak = |chart: &BarChart| format!("peak {} per {each}", count(whole(chart.most())));
    let failures = match watched {
        Watched::Requests => "Failed requests",
        Watched::Entries => "Errors",
    };
    for (title, chart, peak, has_band) in [
        (failures, &failed, peak(&failed), share.is_some()),
        (traffic, &counted, peak(&counted), usual.is_some()),
        (
            "Average duration",
            &durations,
            format!("peak {} in {each}", milliseconds(durations.most())),
            false,
        ),
    ] {
        let label = format!("{title} in the window before and in the window: {peak}");
        let drawn = chart.draw(&label);
        if drawn.is_empty() {
            continue;
        }
        let band = if has_band { "; green is usual" } else { "" };
        part(
            body,
            "16px",
            &framed(title, &format!("{peak}{band}"), &drawn, analysis, clock),
        );
    }
}

fn bars(
    analysis: &LogAnalysis,
    class: &'static str,
    bar: impl Fn(&TimelinePart) -> Bar,
) -> BarChart {
    BarChart {
        before: analysis.previous.timeline.iter().map(&bar).collect(),
        now: analysis.timeline.iter().map(&bar).collect(),
        class,
    }
}

/// A chart with its title, its peak and the times below it.
fn framed(
    title: &str,
    peak: &str,
    chart: &str,
    analysis: &LogAnalysis,
    clock: &WindowClock,
) -> String {
    let small = format!("font-size:13px;line-height:19px;{MUTED}");
    let before = analysis.previous.timeline.first().map(|part| part.start);
    let start = before.unwrap_or(analysis.window.start);
    let middle = before.map_or_else(String::new, |_| clock.beside(analysis.window.start));
    format!(
        "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\">\
         <tr><td class=\"text\" colspan=\"2\" style=\"padding:0 0 4px;font-size:14px;line-height:20px;\
         font-weight:600;{TEXT}\">{title}</td>\
         <td class=\"muted\" align=\"right\" style=\"padding:0 0 4px;{small}\">{peak}</td></tr>\
         <tr><td colspan=\"3\">{chart}</td></tr>\
         <tr><td class=\"muted\" width=\"33%\" align=\"left\" style=\"{small}\">{}</td>\
         <td class=\"muted\" width=\"34%\" align=\"center\" style=\"{small}\">{}</td>\
         <td class=\"muted\" width=\"33%\" align=\"right\" style=\"{small}\">{}</td></tr></table>",
        text(&clock.beside(start)),
        text(&middle),
        text(&clock.beside(analysis.window.end)),
    )
}
