//! Links lead to files and headings that exist, and the book's table of contents has each page.

use std::{
    collections::BTreeMap,
    path::{Component, Path},
};

use super::{Page, file, pages, pages_of_the_book, root};

/// The path that a link on a page leads to, from the root.
fn target(page: &str, link: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let directory = Path::new(page).parent().expect("a directory");
    for part in directory.join(link).components() {
        match part {
            Component::ParentDir => {
                parts.pop();
            }
            part => parts.push(part.as_os_str().to_string_lossy().into_owned()),
        }
    }
    parts.join("/")
}

fn is_outside(link: &str) -> bool {
    ["https://", "http://", "mailto:"]
        .iter()
        .any(|start| link.starts_with(start))
}

/// What is wrong with a link.
fn problem(page: &Page, link: &str, anchors: &BTreeMap<String, Vec<String>>) -> Option<String> {
    if is_outside(link) {
        return None;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if path.is_empty() {
        page.path.clone()
    } else {
        target(&page.path, path)
    };
    if page.path.starts_with("docs/") && !target.starts_with("docs/") {
        return Some("leads out of the book".to_owned());
    }
    if !root().join(&target).exists() {
        return Some(format!("{target} does not exist"));
    }
    let known = anchors.get(&target);
    let is_there = anchor.is_empty() || known.is_some_and(|it| it.iter().any(|it| it == anchor));
    (!is_there).then(|| format!("{target} has no heading #{anchor}"))
}

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_exist() {
    let pages = pages();
    let anchors: BTreeMap<_, _> = pages
        .iter()
        .map(|page| (page.path.clone(), page.anchors.clone()))
        .collect();
    let page = Page::read("docs/alerts.md", "# Alerts\n");
    assert_eq!(problem(&page, "#alerts", &anchors), None);
    for wrong in ["none.md", "metrics.md#none", "../README.md"] {
        assert!(problem(&page, wrong, &anchors).is_some(), "{wrong}");
    }
    let mut broken = Vec::new();
    for page in &pages {
        for link in &page.links {
            if let Some(problem) = problem(page, link, &anchors) {
                broken.push(format!("{}: {link}: {problem}", page.path));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn the_table_of_contents_lists_each_page_a_single_time() {
    let summary = Page::read("docs/SUMMARY.md", &file("docs/SUMMARY.md"));
    let mut listed: Vec<_> = summary
        .links
        .iter()
        .map(|link| target(&summary.path, link))
        .collect();
    listed.sort();
    let mut expected = pages_of_the_book();
    expected.retain(|path| path != "docs/SUMMARY.md");
    assert_eq!(listed, expected, "docs/SUMMARY.md and docs/ differ");
}

#[test]
fn every_fenced_block_has_a_language() {
    for page in pages() {
        for block in &page.blocks {
            assert!(
                !block.language.is_empty(),
                "{}:{} has none",
                page.path,
                block.line
            );
        }
    }
}

#[test]
fn examples_of_json_are_json() {
    for page in pages() {
        for block in page.blocks.iter().filter(|block| block.language == "json") {
            let value: Result<serde_json::Value, _> = serde_json::from_str(&block.text);
            assert!(value.is_ok(), "{}:{}: {value:?}", page.path, block.line);
        }
    }
}

/// Whether a code span is the path of a file or a folder of the repository.
fn is_path(span: &str) -> bool {
    let rooms = [
        ".ci/",
        ".github/",
        "docs/",
        "events/",
        "functions/",
        "local/",
        "shared/",
        "shared-tests/",
        "tests/",
    ];
    let is_there = rooms.iter().any(|room| span.starts_with(room));
    is_there && !span.contains(['<', '*', ' ', '…']) && !span.contains("NAME")
}

#[test]
fn paths_in_the_documents_exist() {
    assert!(is_path("shared/src/env.rs"));
    assert!(!is_path("functions/<name>/") && !is_path("docs/ is") && !is_path("target/dist"));
    let mut missing = Vec::new();
    for page in pages().iter().filter(|page| page.path != "CHANGELOG.md") {
        for span in page.spans.iter().filter(|span| is_path(span)) {
            if !root().join(span).exists() {
                missing.push(format!("{}: {span}", page.path));
            }
        }
    }
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
}
