//! Requests by route and by user.

use shared::{
    format::{count, counted, milliseconds, share},
    model::analysis::{LogAnalysis, Route},
    printable::printable,
};

use crate::report::paragraph::paragraph;
use crate::report::{
    chart,
    style::{Paint, Style},
    table::{CellValue, Column, table},
    width::fitted,
};

/// The most routes in a table.
const ROUTES: usize = 10;
/// How many routes are shown if none is slow.
const SLOWEST: usize = 5;
/// The most users shown.
const USERS: usize = 10;
/// The widest id of a user, in columns.
const USER: usize = 18;
/// How wide the bar of a user's requests is.
const BAR: u16 = 16;
/// The narrowest terminal that has room for every percentile.
const WIDE: u16 = 90;
/// The narrowest that has room for the longest duration.
const NARROW: u16 = 72;

/// The slow routes, or the slowest ones if none is slow.
pub(super) fn slow(analysis: &LogAnalysis, style: Style) -> String {
    if analysis.routes.is_empty() {
        return String::new();
    }
    let mut slow: Vec<&Route> = analysis
        .slow_requests
        .iter()
        .filter(|slow| slow.over_threshold)
        .filter_map(|slow| {
            let mut routes = analysis.routes.iter();
            routes.find(|route| route.path == slow.path && route.method == slow.method)
        })
        .collect();
    let limit = analysis.rules.slow_milliseconds;
    let over = slow.iter().filter(|route| average(route) >= limit);
    let (few, certain): (Vec<&Route>, Vec<&Route>) = over.copied().partition(|route| is_few(route));
    let mut sentence = how_many(certain.len(), few.len(), analysis);
    if certain.is_empty() && few.is_empty() {
        slow = slowest(analysis);
        sentence.push_str(" These are the slowest.");
    }
    let mut text = paragraph(style, Paint::Aside, &sentence);
    text.push_str(&routes_table(&slow, analysis, style));
    text
}

/// How many routes are slow, with enough requests and with few.
fn how_many(certain: usize, few: usize, analysis: &LogAnalysis) -> String {
    let limit = milliseconds(analysis.rules.slow_milliseconds);
    let least = count(analysis.rules.min_sample);
    let routes = |number: usize| counted(number as u64, "route", "routes");
    let take = |number: usize| if number == 1 { "takes" } else { "take" };
    match (certain, few) {
        (0, 0) => format!("No route takes {limit} or more on average."),
        (0, _) => format!(
            "{} with few requests (below {least}) {} {limit} or more on average, which may be \
             chance.",
            routes(few),
            take(few)
        ),
        (_, 0) => format!(
            "{} {} {limit} or more on average.",
            routes(certain),
            take(certain)
        ),
        (_, _) => format!(
            "{} {} {limit} or more on average; so {} {} with few requests (below {least}), which \
             may be chance.",
            routes(certain),
            take(certain),
            if few == 1 { "does" } else { "do" },
            count(few as u64),
        ),
    }
}

/// The slowest routes, those with few requests last.
fn slowest(analysis: &LogAnalysis) -> Vec<&Route> {
    let mut slowest: Vec<&Route> = analysis.routes.iter().collect();
    slowest.sort_by(|a, b| {
        is_few(a)
            .cmp(&is_few(b))
            .then(average(b).total_cmp(&average(a)))
    });
    slowest.truncate(SLOWEST);
    slowest
}

fn average(route: &Route) -> f64 {
    let durations = route.requests.durations;
    durations.map_or(0.0, |durations| durations.average)
}

/// The routes with the most failures.
pub(super) fn failing(analysis: &LogAnalysis, style: Style) -> String {
    let mut failing: Vec<&Route> = analysis
        .routes
        .iter()
        .filter(|route| route.requests.failed > 0)
        .collect();
    failing.sort_by_key(|route| std::cmp::Reverse(route.requests.failed));
    let mut columns = vec![
        Column::Word(""),
        Column::Text("route", 1),
        Column::Number("requests"),
        Column::Number("failed"),
        Column::Number("rate"),
    ];
    let marked = failing.iter().take(ROUTES).any(|route| is_few(route));
    if marked {
        columns.push(Column::Word(""));
    }
    let rows: Vec<_> = failing
        .iter()
        .take(ROUTES)
        .map(|route| {
            let requests = &route.requests;
            let mut row = vec![
                method(route),
                CellValue::new(&route.path),
                count(requests.count).into(),
                CellValue::new(count(requests.failed)).painted(Paint::Bad),
                share(requests.error_rate.unwrap_or(0.0)).into(),
            ];
            row.extend(marked.then(|| few(route)));
            row
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    table(style, &columns, rows) + &more(failing.len(), style)
}

fn routes_table(routes: &[&Route], analysis: &LogAnalysis, style: Style) -> String {
    let wide = style.width >= WIDE;
    let mut columns = vec![
        Column::Word(""),
        Column::Text("route", 1),
        Column::Number("requests"),
        Column::Number("average"),
    ];
    if wide {
        columns.push(Column::Number("median"));
    }
    columns.push(Column::Number("p95"));
    if wide {
        columns.push(Column::Number("p99"));
    }
    if style.width >= NARROW {
        columns.push(Column::Number("longest"));
    }
    let marked = routes.iter().take(ROUTES).any(|route| is_few(route));
    if marked {
        columns.push(Column::Word(""));
    }
    let rows = routes.iter().take(ROUTES).filter_map(|route| {
        let requests = &route.requests;
        let durations = requests.durations?;
        let is_slow = durations.average >= analysis.rules.slow_milliseconds;
        let certain = is_slow && !requests.below_min_sample;
        let average = CellValue::new(milliseconds(durations.average));
        let mut row = vec![
            method(route),
            CellValue::new(&route.path),
            count(requests.count).into(),
            average.painted_if(certain, Paint::Bad),
        ];
        if wide {
            row.push(milliseconds(durations.p50).into());
        }
        row.push(milliseconds(durations.p95).into());
        if wide {
            row.push(milliseconds(durations.p99).into());
        }
        if style.width >= NARROW {
            row.push(milliseconds(durations.max).into());
        }
        row.extend(marked.then(|| few(route)));
        Some(row)
    });
    table(style, &columns, rows.collect()) + &more(routes.len(), style)
}

/// The method, apart from the path: a path that is too long is then cut where the room ends, and
/// not at the blank before it.
fn method(route: &Route) -> CellValue {
    CellValue::new(route.method.as_deref().unwrap_or_default())
}

/// Whether a route's numbers may be chance.
fn is_few(route: &Route) -> bool {
    route.requests.below_min_sample
}

/// The mark of such a route.
fn few(route: &Route) -> CellValue {
    CellValue::new(if is_few(route) { "few" } else { "" }).painted(Paint::Notice)
}

fn more(routes: usize, style: Style) -> String {
    match routes.saturating_sub(ROUTES) as u64 {
        0 => String::new(),
        more => {
            let routes = counted(more, "further route is", "further routes are");
            let aside = format!("{routes} in the JSON (--json).");
            paragraph(style, Paint::Aside, &aside)
        }
    }
}

/// The users with the most requests.
pub(super) fn users(analysis: &LogAnalysis, style: Style) -> String {
    let Some(first) = analysis.user_activity.first() else {
        return String::new();
    };
    let most = first.request_count.max(1) as f64;
    let columns = [
        Column::Word("user"),
        Column::Number("requests"),
        Column::Number("failed"),
        Column::Word(""),
    ];
    let rows = analysis.user_activity.iter().take(USERS).map(|user| {
        let share = user.request_count as f64 / most;
        vec![
            CellValue::new(fitted(&printable(&user.user_id), USER)).painted(Paint::Name),
            count(user.request_count).into(),
            CellValue::new(count(user.failed_count)).painted_if(user.failed_count > 0, Paint::Bad),
            chart::bar(share, BAR).into(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let shown = rows.len() as u64;
    let mut text = table(style, &columns, rows);
    if analysis.distinct_users > shown {
        let aside = format!(
            "The {shown} most active of {}.",
            counted(analysis.distinct_users, "user", "users")
        );
        text.push_str(&paragraph(style, Paint::Aside, &aside));
    }
    text
}
