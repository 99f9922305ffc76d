//! `bongsu` on one machine: its output, its store, its outbox and its page.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use bongsu_tests::packages;
use shared::env::names;

use super::{
    API_KEY, AWS, MAIL, PASSWORD, PASSWORD_IN_URL, SLACK, WEBHOOK, assert_clean, echo, lines::LINE,
};

/// Runs `bongsu` in a folder and returns what it printed.
fn bongsu(binary: &Path, home: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> String {
    let output = Command::new(binary)
        .args(arguments)
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", AWS)
        .env("AWS_MAX_ATTEMPTS", "1")
        .env(names::LOG_LEVEL, "trace")
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("run");
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into());
    let text: [String; 2] = text;
    text.concat()
}

/// Every file below a folder, as text.
fn contents(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all += &contents(&path);
        } else if path.extension().is_none_or(|it| it != "log") {
            all += &String::from_utf8_lossy(&fs::read(path).expect("a file"));
        }
    }
    all
}

#[test]
fn nothing_that_bongsu_prints_or_writes_has_a_secret() {
    let binary = packages::bongsu();
    let home = tempfile::tempdir().expect("a folder");
    let home = home.path();
    let log = format!("{LINE}\n{{\"level\":\"error\",\"msg\":\"x\",\"token\":\"{LINE}\"}}\n");
    fs::write(home.join("service.log"), log).expect("written");
    let ingest = [
        "ingest",
        "service.log",
        "--service",
        "shop",
        "--store",
        "s.sqlite",
    ];
    let printed = bongsu(&binary, home, &ingest, &[]);
    assert!(printed.contains("2 "), "{printed}");
    assert_clean("bongsu ingest", &printed);
    let search = [
        "search",
        "--service",
        "shop",
        "--store",
        "s.sqlite",
        "--json",
    ];
    let printed = bongsu(&binary, home, &search, &[]);
    assert!(printed.contains("redacted"), "{printed}");
    assert_clean("bongsu search", &printed);
    assert_clean("the files of bongsu", &contents(home));

    let echoing = echo(401);
    let in_url = format!("http://elastic:{PASSWORD_IN_URL}@127.0.0.1:1");
    let misspelt = format!("https://elastic:{PASSWORD_IN_URL}@example.com");
    let smtp = format!("smtp://ops:{MAIL}@127.0.0.1:1");
    let to_cluster = ["ingest", "service.log", "--service", "shop"];
    for settings in [
        vec![
            (names::ELASTICSEARCH_URL, echoing.url.as_str()),
            (names::ELASTICSEARCH_USERNAME, "elastic"),
            (names::ELASTICSEARCH_PASSWORD, PASSWORD),
        ],
        vec![
            (names::ELASTICSEARCH_URL, echoing.url.as_str()),
            (names::ELASTICSEARCH_API_KEY, API_KEY),
        ],
        vec![(names::ELASTICSEARCH_URL, in_url.as_str())],
        vec![("ELASTICSEARCH_ULR", misspelt.as_str())],
        vec![
            (names::SLACK_TOKEN, SLACK),
            (names::SLACK_CHANNEL, "bad channel"),
            (names::SLACK_WEBHOOK_URL, WEBHOOK),
            (names::SMTP_URL, smtp.as_str()),
        ],
    ] {
        for arguments in [
            to_cluster.as_slice(),
            &["config"],
            &["search", "--service", "shop"],
            &["analyze", "--service", "shop"],
            &["dead-letters", "list", "--service", "shop"],
            &["alert", "--title", "a", "--message", LINE],
        ] {
            let printed = bongsu(&binary, home, arguments, &settings);
            assert_clean(&format!("bongsu {arguments:?}"), &printed);
        }
    }
    assert_clean("the files of bongsu", &contents(home));
}
