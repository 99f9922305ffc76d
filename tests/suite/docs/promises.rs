//! A sentence with "never", "always", "once" or "twice" is a promise, and a promise has a test.

use bongsu_tests::packages;

use super::{file, pages, run::Home};

/// Words that make a sentence a promise.
const WORDS: [&str; 4] = ["never", "always", "once", "twice"];

/// Each promise of README.md and docs/ (without the decisions, which record history), by a part of its sentence, with the file and the name of the
/// test that keeps it.
const PROMISES: &[(&str, &str, &str)] = &[
    (
        "Ingesting the same log again, or after it has grown, stores nothing twice",
        "tests/suite/docs/promises.rs",
        "ingesting_a_log_again_stores_nothing_twice",
    ),
    (
        "the next one stores the rest, and nothing twice",
        "local/runner/tests/interruption.rs",
        "a_file_that_is_killed_in_between_is_completed_by_the_next_run",
    ),
    (
        "never with the value of a secret",
        "local/runner/src/config_file.rs",
        "all_problems_are_reported_with_line_name_and_reason_and_without_values",
    ),
    (
        "is sent once, with a note",
        "functions/alert-fanout/src/delivery/tests/sweeps.rs",
        "what_quiet_hours_held_is_sent_once_if_it_still_fires",
    ),
    (
        "after twice the time",
        "functions/alert-fanout/src/delivery/sweep.rs",
        "a_critical_alert_is_repeated_ever_more_rarely_until_somebody_acknowledges_it",
    ),
    (
        "notified once a day",
        "functions/alert-fanout/src/delivery/tests/patience.rs",
        "a_channel_that_refuses_is_reported_to_the_others_and_tried_again_after_an_hour",
    ),
    (
        "it is sent when it begins, at most once more when it becomes worse, and when all of it is over",
        "functions/log-analysis/src/incidents/tests.rs",
        "an_incident_begins_ends_and_gets_worse_at_most_once_whatever_the_windows",
    ),
    (
        "Critical alerts are never muted by quiet hours",
        "functions/alert-fanout/src/routing/mute/quiet_hours.rs",
        "critical_alerts_are_never_held",
    ),
    (
        "The failure queue of log-ingest is always an event source of the function",
        "tests/suite/template/failures.rs",
        "failed_log_events_are_always_replayed_through_log_ingest",
    ),
    (
        "and so is, at once, a message that cannot be read",
        "functions/log-ingest/tests/queue.rs",
        "a_message_that_cannot_be_read_is_set_aside_at_once_and_the_others_are_stored",
    ),
    (
        "A second replay stores nothing twice",
        "functions/log-ingest/tests/letters.rs",
        "a_replay_stores_each_event_once_under_its_id_and_removes_its_letter",
    ),
    (
        "Who prepares the cluster: `auto`",
        "tests/suite/setup.rs",
        "a_setup_by_somebody_else_sends_nothing",
    ),
    (
        "`ELASTICSEARCH_SETUP=never` reads and writes none of this",
        "tests/suite/setup.rs",
        "a_setup_by_somebody_else_sends_nothing",
    ),
    (
        "in place of `ALERT_REPEAT_MINUTES`: a time from `5m` to `7d`, or `never`",
        "functions/alert-fanout/src/routing/route/repeat.rs",
        "a_time_is_minutes_hours_or_days_or_never",
    ),
    (
        "a_sender_chooses_among_channels_and_never_an_address",
        "functions/alert-fanout/src/routing/route/tests.rs",
        "a_sender_chooses_among_channels_and_never_an_address",
    ),
    (
        "CloudFormation is always answered",
        "functions/dashboard-deployment/src/custom_resource/tests.rs",
        "every_failure_is_answered_with_a_reason",
    ),
];

/// Whether a sentence has one of the words.
fn promises(sentence: &str) -> bool {
    let words = sentence.split(|letter: char| !letter.is_alphanumeric());
    words
        .map(str::to_lowercase)
        .any(|word| WORDS.contains(&word.as_str()))
}

#[test]
fn every_promise_has_a_test() {
    assert!(promises("It never fails."));
    assert!(promises("Once is enough"));
    assert!(!promises("Nonce and nevertheless"));
    let mut missing = Vec::new();
    let mut kept = vec![false; PROMISES.len()];
    for page in pages() {
        let is_book = page.path.starts_with("docs/") && !page.path.starts_with("docs/adr/");
        if page.path != "README.md" && !is_book {
            continue;
        }
        for sentence in page.sentences.iter().filter(|it| promises(it)) {
            let row = PROMISES
                .iter()
                .position(|(part, ..)| sentence.contains(part));
            match row.and_then(|row| kept.get_mut(row)) {
                Some(kept) => *kept = true,
                None => missing.push(format!("{}: {sentence}", page.path)),
            }
        }
    }
    assert!(
        missing.is_empty(),
        "these sentences promise something; name the test in PROMISES, or say less:\n{}\n",
        missing.join("\n")
    );
    for ((part, path, test), kept) in PROMISES.iter().zip(kept) {
        assert!(kept, "no sentence has: {part}");
        let is_there = file(path).contains(&format!("fn {test}("));
        assert!(is_there, "{path} has no test {test}");
    }
}

#[test]
fn ingesting_a_log_again_stores_nothing_twice() {
    let home = Home::new(&packages::bongsu());
    let script = "head -n 100 docs/examples/shop.log > shop.log\n\
                  bongsu ingest --service shop shop.log\n\
                  cat docs/examples/shop.log > shop.log\n\
                  bongsu ingest --service shop shop.log\n\
                  bongsu ingest --service shop shop.log\n\
                  bongsu search --service shop --limit 10000 --json | wc -l";
    let (code, printed) = home.run(script);
    assert_eq!(code, 0, "{printed}");
    let row = |line: &str| -> Vec<String> {
        let words = line.split_whitespace().skip(1).take(3);
        words.map(str::to_owned).collect()
    };
    let rows: Vec<_> = printed
        .lines()
        .filter(|line| line.trim_start().starts_with("shop.log "))
        .map(row)
        .collect();
    let [_, second, third] = rows.as_slice() else {
        panic!("three runs: {printed}");
    };
    let all = second[0].as_str();
    assert_eq!(third.as_slice(), [all, "0", all], "{printed}");
    let stored = printed.lines().last().map(str::trim);
    assert_eq!(stored, Some(all), "{printed}");
}
