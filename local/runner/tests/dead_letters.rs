//! `bongsu dead-letters` on a store in a file.

#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

use std::{path::Path, time::Duration};

use bongsu::{cli::Cli, error::CommandError};
use clap::Parser as _;
use embedded_store::EmbeddedStore;
use serde_json::json;
use shared::{
    deadline::Deadline,
    env::Settings,
    log_store::{DeadLetter, DeadLetterPage, LogSearch, LogStore as _, OriginalEvent, SearchQuery},
    model::window::Window,
};

fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(1))
}

fn letter(number: usize, reason: &str) -> DeadLetter {
    let timestamp = "2026-11-24T10:00:00Z".parse().expect("an instant");
    let document = json!({
        "@timestamp": "2026-11-24T10:00:00Z", "ingestedAt": "2026-11-24T10:00:01Z",
        "level": "error", "message": "결제", "pattern": "결제", "service": "shop",
        "format": "text", "source": {"logGroup": "g", "logStream": "s", "eventId": "7"},
    });
    DeadLetter {
        id: format!("id-{number}"),
        timestamp,
        reason: reason.to_owned(),
        document: document.to_string(),
        event: Some(OriginalEvent {
            timestamp,
            message: format!("2026-11-24T10:00:00Z ERROR 결제 {number}"),
        }),
    }
}

async fn run(path: &Path, arguments: &[&str]) -> Result<(), CommandError> {
    let store = path.to_str().expect("a path");
    let line = ["bongsu", "--store", store, "dead-letters"];
    let cli = Cli::parse_from(line.iter().chain(arguments));
    let settings = Settings::from_pairs([]);
    bongsu::run(cli, settings).await
}

/// The ids of the letters and of the documents.
async fn found(store: &EmbeddedStore) -> (Vec<String>, Vec<String>) {
    let at = |text: &str| text.parse().expect("an instant");
    let window = Window::new(at("2026-11-24T00:00:00Z"), at("2026-11-25T00:00:00Z"));
    let window = window.expect("a window");
    let service = "shop".parse::<shared::model::service::ServiceName>();
    let service = service.expect("a service");
    let page = DeadLetterPage {
        service: service.clone(),
        window,
        after: None,
        limit: 1_000,
    };
    let letters = store.dead_letters(&page, soon()).await.expect("letters");
    let search = LogSearch {
        service,
        window,
        query: SearchQuery::all(),
        limit: 1_000,
    };
    let documents = store.search(&search, soon()).await.expect("documents");
    let letters = letters.into_iter().map(|letter| letter.id);
    let documents = documents.into_iter().map(|document| document.id);
    (letters.collect(), documents.collect())
}

#[tokio::test]
async fn chosen_letters_are_replayed_and_each_event_is_stored_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("store.sqlite");
    let store = EmbeddedStore::open(&path).expect("a store");
    store.prepare(soon()).await.expect("prepared");
    // More than a page.
    let mut letters: Vec<DeadLetter> = (0..250).map(|number| letter(number, "Mapping")).collect();
    letters.push(letter(250, "too large"));
    let mut unreadable = letter(251, "too large");
    "no JSON".clone_into(&mut unreadable.document);
    letters.push(unreadable);
    let service = "shop".parse().expect("a service");
    let kept = store.dead_letter(&service, &letters, soon()).await;
    kept.expect("kept");

    run(&path, &["list", "--json"]).await.expect("listed");
    let dry = run(&path, &["replay", "--reason", "mapping", "--dry-run"]).await;
    dry.expect("counted");
    assert_eq!(found(&store).await.0.len(), 252);
    let other = run(&path, &["replay", "--all", "--service", "other"]).await;
    other.expect("nothing to do");
    let replayed = run(&path, &["replay", "--reason", "mapping"]).await;
    replayed.expect("replayed");
    let (letters, documents) = found(&store).await;
    assert_eq!((letters.len(), documents.len()), (2, 250));

    let error = run(&path, &["replay", "--all"])
        .await
        .expect_err("one fails");
    assert!(
        matches!(error, CommandError::DeadLetters { failed: 1, all: 2 }),
        "{error:?}"
    );
    assert_eq!(error.exit_code(), 1);
    let (letters, documents) = found(&store).await;
    assert_eq!((letters.len(), documents.len()), (1, 251));
    let error = run(&path, &["replay", "--id", "id-0"]).await;
    let error = error.expect_err("it is stored");
    assert!(
        matches!(error, CommandError::NoDeadLetter { .. }),
        "{error:?}"
    );
}
