//! The commands of a terminal on the ledger of a stack: `bongsu silence` and `bongsu alerts` with
//! `ALERT_LEDGER_TABLE`, against the function that uses the same table.

use std::process::Command;

use alert_fanout::render::slack::buttons;
use bongsu_tests::{
    ministack::{REGION, ministack},
    packages,
};
use jiff::Timestamp;
use serde_json::Value;
use shared::env::names;

use super::{
    handled::{SECRET, click},
    ledger,
    scenarios::{SPEED, alarm, queued},
    whole::Team,
};

/// `bongsu` in the account of the emulator.
struct Terminal {
    table: String,
    home: tempfile::TempDir,
}

impl Terminal {
    fn run(&self, arguments: &[&str]) -> (bool, String) {
        let url = &ministack().expect("it runs").url;
        let output = Command::new(packages::bongsu())
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .env(names::ALERT_LEDGER_TABLE, &self.table)
            .env("AWS_ENDPOINT_URL", url)
            .env("AWS_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .output()
            .expect("run");
        let text =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        (output.status.success(), text.concat())
    }

    #[track_caller]
    fn text(&self, arguments: &[&str]) -> String {
        let (is_done, text) = self.run(arguments);
        assert!(is_done, "{arguments:?}: {text}");
        text
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        let text = self.text(arguments);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

async fn fire(team: &Team, name: &str) {
    let now = Timestamp::now();
    let event = queued(&[(name.to_owned(), alarm(name, "ALARM", "OK", now))]);
    team.run(&event, now, SPEED).await.expect("an answer");
}

#[tokio::test]
async fn the_terminal_and_the_buttons_decide_in_the_same_table() {
    let Some((ledger, table)) = ledger::open_table().await else {
        return;
    };
    let team = Team::with_ledger(ledger).with(names::SLACK_SIGNING_SECRET, SECRET);
    let home = tempfile::tempdir().expect("a directory");
    let terminal = Terminal { table, home };
    let silences = || terminal.json(&["silence", "list", "--json"]);
    assert_eq!(silences(), Value::Array(Vec::new()));

    // A silence of the terminal mutes an alarm; no other one.
    let add = [
        "silence", "add", "--alarm", "disk*", "--for", "4h", "--reason", "점검", "--by", "kim",
    ];
    let added = terminal.text(&add);
    assert!(added.contains(&terminal.table), "{added}");
    fire(&team, "disk-1").await;
    fire(&team, "cpu-1").await;
    let messages = team.slack.messages();
    let [message] = messages.as_slice() else {
        panic!("{messages:?}");
    };
    assert!(message.text.contains("cpu-1"), "{message:?}");
    assert_eq!(team.mails(), 1);

    // A button adds a second one.
    let at = Timestamp::now();
    let signed = click(message, buttons::SILENCE_4H, at, SECRET);
    assert_eq!(team.respond(&signed, at).await, 200);
    let listed = silences();
    let by = |name: &str| {
        let found = listed
            .as_array()
            .expect("a list")
            .iter()
            .find(|it| it["by"] == name);
        found.unwrap_or_else(|| panic!("none by {name}: {listed:#}"))
    };
    assert_eq!(by("kim")["conditions"]["alarm"], "disk*");
    assert_eq!(by("kim")["reason"], "점검");
    assert_eq!(by("jin")["incidents"].as_array().map(Vec::len), Some(1));
    let shown = terminal.text(&["silence", "list"]);
    assert!(shown.contains("kim") && shown.contains("jin"), "{shown}");

    // What fires, with what holds it.
    let overview = terminal.json(&["alerts", "list", "--json"]).to_string();
    for name in ["cpu-1", "disk-1"] {
        assert!(overview.contains(name), "{overview}");
    }

    // Without the silence the next alarm is sent.
    let id = by("kim")["id"].as_str().expect("an id").to_owned();
    terminal.text(&["silence", "remove", &id]);
    assert_eq!(silences().as_array().map(Vec::len), Some(1));
    let (is_done, text) = terminal.run(&["silence", "remove", &id]);
    assert!(!is_done && text.contains(&id), "{text}");
    fire(&team, "disk-2").await;
    assert_eq!((team.slack.messages().len(), team.mails()), (2, 2));

    // An acknowledgement, by the id of the list.
    let overview = terminal.json(&["alerts", "list", "--json"]);
    let incidents = overview["incidents"].as_array().expect("a list");
    let found = incidents
        .iter()
        .find(|it| it["title"].to_string().contains("disk-2"));
    let id = found.expect("it fires")["id"].as_str().expect("an id");
    terminal.text(&["alerts", "acknowledge", id, "--by", "kim"]);
    let listed = terminal.text(&["alerts", "list"]);
    assert!(listed.contains("kim"), "{listed}");
}

#[tokio::test]
async fn a_table_that_is_not_there_is_an_error_with_what_to_do() {
    if ministack().is_none() {
        return;
    }
    let home = tempfile::tempdir().expect("a directory");
    let table = "no-such-table".to_owned();
    let terminal = Terminal { table, home };
    let (is_done, text) = terminal.run(&["silence", "list"]);
    assert!(!is_done && text.contains("no-such-table"), "{text}");
}
