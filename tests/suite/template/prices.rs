//! The table of docs/costs.md adds up, and counts what the template creates.

use shared::model::{health, own_metrics};

use super::{Template, file};

/// The cells of a line of a table.
fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

/// The numbers of the three sizes in a line; `None` if they are not numbers.
fn dollars(cells: &[&str]) -> Option<Vec<f64>> {
    let numbers = cells.get(1..4)?.iter();
    numbers
        .map(|cell| cell.trim_matches('*').parse().ok())
        .collect()
}

#[test]
fn the_table_of_prices_adds_up() {
    let page = file("docs/costs.md");
    let section = page.split("\n## Table\n").nth(1).expect("prices");
    let mut sum = [0.0; 3];
    for line in section.lines().filter(|line| line.starts_with('|')) {
        let cells = cells(line);
        let Some(numbers) = dollars(&cells) else {
            continue;
        };
        if cells[0] == "services with metrics" {
            continue;
        }
        if cells[0] == "**total**" {
            for (sum, stated) in sum.iter().zip(numbers) {
                assert!((sum - stated).abs() < 0.005, "{sum} is stated as {stated}");
            }
            return;
        }
        for (sum, number) in sum.iter_mut().zip(numbers) {
            *sum += number;
        }
    }
    panic!("the table has no total");
}

#[test]
fn the_table_of_prices_counts_the_alarms_and_metrics_of_the_template() {
    let page = file("docs/costs.md");
    let template = Template::read();
    let resources = template.section("Resources").values();
    let alarms = resources
        .filter(|it| it["Type"] == "AWS::CloudWatch::Alarm" && it["Condition"].is_null())
        .count();
    let own: usize = health::ALL.iter().map(|(_, metrics)| metrics.len()).sum();
    let metrics = own + own_metrics::ALL.len();
    for stated in [format!("{alarms} × $0.10"), format!("{metrics} × $0.30")] {
        assert!(
            page.contains(&stated),
            "docs/costs.md does not state {stated}"
        );
    }
}
