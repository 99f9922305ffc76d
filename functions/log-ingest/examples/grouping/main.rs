//! Measures how well patterns group labelled logs: `cargo run --release -p log-ingest --example
//! grouping -- DIRECTORY [--wrong NAME]`. `docs/grouping.md` has the numbers, and where to get the
//! logs. `drain.py` beside this file measures Drain3 on the same files.
//!
//! The directory holds files `NAME_structured.csv` as loghub publishes them: CSV with a header, a
//! column `Content` (the message) and a column `EventId` (the label).

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the command line"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    path::Path,
    process::ExitCode,
};

use log_ingest::pattern::pattern;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [directory] => table(Path::new(directory)),
        [directory, "--wrong", name] => wrong(Path::new(directory), name),
        _ => Err("usage: grouping DIRECTORY [--wrong NAME]".to_owned()),
    };
    match result {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// The lines of a log: message and label.
type LabelledLines = Vec<(String, String)>;

/// The logs of a directory, by name.
fn logs(directory: &Path) -> Result<BTreeMap<String, LabelledLines>, String> {
    let problem = |error: std::io::Error| format!("{}: {error}", directory.display());
    let mut logs = BTreeMap::new();
    for entry in fs::read_dir(directory).map_err(problem)? {
        let path = entry.map_err(problem)?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        if file.ends_with("_structured.csv") {
            let text = fs::read_to_string(&path).map_err(|error| format!("{file}: {error}"))?;
            let name = file.split('_').next().unwrap_or_default().to_owned();
            let lines =
                lines(&text).ok_or_else(|| format!("{file} has no Content or no EventId"))?;
            logs.insert(name, lines);
        }
    }
    if logs.is_empty() {
        return Err(format!("{} holds no *_structured.csv", directory.display()));
    }
    Ok(logs)
}

fn lines(text: &str) -> Option<LabelledLines> {
    let mut records = records(text).into_iter();
    let header = records.next()?;
    let column = |name: &str| header.iter().position(|column| column == name);
    let (content, label) = (column("Content")?, column("EventId")?);
    let line =
        |record: Vec<String>| Some((record.get(content)?.clone(), record.get(label)?.clone()));
    Some(records.filter_map(line).collect())
}

/// The records of a CSV (RFC 4180).
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut characters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                field.push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            '\r' if !quoted => {}
            character => field.push(character),
        }
    }
    if !field.is_empty() || !record.is_empty() {
        record.push(field);
        records.push(record);
    }
    records
}

/// Which lines belong together, by label or by pattern.
type LineGroups<'a> = BTreeMap<&'a str, BTreeSet<usize>>;

fn groups<'a>(names: impl Iterator<Item = &'a str>) -> LineGroups<'a> {
    let mut groups = LineGroups::new();
    for (line, name) in names.enumerate() {
        groups.entry(name).or_default().insert(line);
    }
    groups
}

/// How well lines are grouped, each 0 to 1.
#[derive(Clone, Copy, Default)]
struct Agreement {
    /// The share of lines whose group is exactly that of their label.
    accuracy: f64,
    /// F1 of the pairs of lines that are put together.
    pairs: f64,
    /// F1 of the groups that are exactly those of a label.
    groups: f64,
}

fn quality(lines: &LabelledLines, patterns: &[String]) -> Agreement {
    let wanted = groups(lines.iter().map(|(_, label)| label.as_str()));
    let found = groups(patterns.iter().map(String::as_str));
    let exact: BTreeSet<&BTreeSet<usize>> = wanted.values().collect();
    let is_exact = |group: &&BTreeSet<usize>| exact.contains(*group);
    let exact: Vec<&BTreeSet<usize>> = found.values().filter(is_exact).collect();
    let both: Vec<String> = lines
        .iter()
        .zip(patterns)
        .map(|((_, label), pattern)| format!("{label}\n{pattern}"))
        .collect();
    let both = pairs(&groups(both.iter().map(String::as_str)));
    let right: usize = exact.iter().map(|group| group.len()).sum();
    Agreement {
        accuracy: right as f64 / lines.len() as f64,
        pairs: 2.0 * both / (pairs(&wanted) + pairs(&found)),
        groups: 2.0 * exact.len() as f64 / (wanted.len() + found.len()) as f64,
    }
}

fn pairs(groups: &LineGroups<'_>) -> f64 {
    let pairs = |lines: &BTreeSet<usize>| lines.len() * (lines.len() - 1) / 2;
    groups.values().map(pairs).sum::<usize>() as f64
}

fn table(directory: &Path) -> Result<String, String> {
    let logs = logs(directory)?;
    let mut table =
        "| log | grouping accuracy | pairwise F1 | F1 of groups |\n|---|---|---|---|\n".to_owned();
    let mut rows = Vec::new();
    for (name, lines) in &logs {
        let patterns: Vec<String> = lines.iter().map(|(message, _)| pattern(message)).collect();
        let quality = quality(lines, &patterns);
        table.push_str(&row(name, quality));
        rows.push(quality);
    }
    let mean = |of: fn(&Agreement) -> f64| rows.iter().map(of).sum::<f64>() / rows.len() as f64;
    let quality = Agreement {
        accuracy: mean(|quality| quality.accuracy),
        pairs: mean(|quality| quality.pairs),
        groups: mean(|quality| quality.groups),
    };
    table.push_str(&row("mean", quality));
    Ok(table)
}

fn row(name: &str, quality: Agreement) -> String {
    let Agreement {
        accuracy,
        pairs,
        groups,
    } = quality;
    format!("| {name} | {accuracy:.3} | {pairs:.3} | {groups:.3} |\n")
}

/// The labels of a log whose lines are not exactly one group, with the patterns that they have.
fn wrong(directory: &Path, name: &str) -> Result<String, String> {
    let logs = logs(directory)?;
    let lines = logs
        .get(name)
        .ok_or_else(|| format!("there is no log {name}"))?;
    let patterns: Vec<String> = lines.iter().map(|(message, _)| pattern(message)).collect();
    let wanted = groups(lines.iter().map(|(_, label)| label.as_str()));
    let found = groups(patterns.iter().map(String::as_str));
    let mut text = String::new();
    for (label, group) in &wanted {
        let own: Vec<_> = found
            .iter()
            .filter(|(_, lines)| !lines.is_disjoint(group))
            .collect();
        if own.iter().any(|(_, lines)| *lines == group) {
            continue;
        }
        let _ = writeln!(text, "{label}: {} lines", group.len());
        for (pattern, lines) in own {
            let shared = lines.intersection(group).count();
            let _ = writeln!(text, "  {shared} of {}: {pattern}", lines.len());
        }
    }
    Ok(text)
}
