//! Each claim of the threat model names a test that exists.

use super::file;

/// The file and the test in a cell such as `` `a/b.rs`: `a_test` ``.
fn named(cell: &str) -> Option<(&str, &str)> {
    let (path, test) = cell.trim().strip_prefix('`')?.split_once("`: `")?;
    Some((path, test.strip_suffix('`')?))
}

/// The names of tests in a table of the page; `None` for another table.
fn tests_of<'a>(table: &[&'a str]) -> Option<Vec<&'a str>> {
    let cells = |row: &'a str| row.trim_matches('|').rsplit(" | ").next().unwrap_or(row);
    let (head, rows) = table.split_first()?;
    (cells(head).trim() == "test").then(|| rows.iter().skip(1).map(|row| cells(row)).collect())
}

#[test]
fn every_claim_of_the_threat_model_has_a_test() {
    let page = file("docs/threat-model.md");
    let lines: Vec<&str> = page.lines().collect();
    let tables = lines.split(|line| !line.starts_with('|'));
    let mut count = 0;
    for cell in tables.filter_map(tests_of).flatten() {
        let (path, test) = named(cell).unwrap_or_else(|| panic!("no test in {cell:?}"));
        let code = file(path);
        assert!(
            code.contains(&format!("fn {test}(")),
            "{path} has no test {test}"
        );
        count += 1;
    }
    assert!(count > 30, "{count} claims");
}
