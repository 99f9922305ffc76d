//! Dead letters: stored once, listed in pages, replaced and removed.

use shared::{
    log_store::{DeadLetter, DeadLetterPage, LogStore, OriginalEvent, StoreError},
    model::window::Window,
};

use super::fixture::{StoreFixture, deadline, everything, instant, window};

fn letter(id: &str, at: &str) -> DeadLetter {
    DeadLetter {
        id: id.to_owned(),
        timestamp: instant(at),
        reason: "거절 \"mapping\" \u{1}".to_owned(),
        document: format!("{{\"broken\": {}", "x".repeat(100_000)),
        event: Some(OriginalEvent {
            timestamp: instant("2026-11-24T10:00:00.123Z"),
            message: "결제 실패 \u{1b}[31m".to_owned(),
        }),
    }
}

async fn add(fixture: &StoreFixture<'_>, letters: &[DeadLetter]) {
    let added = fixture
        .store
        .dead_letter(&fixture.service, letters, deadline());
    added.await.expect("kept");
    fixture.refresh().await;
}

fn page(fixture: &StoreFixture<'_>, window: Window, limit: usize) -> DeadLetterPage {
    DeadLetterPage {
        service: fixture.service.clone(),
        window,
        after: None,
        limit,
    }
}

async fn read(fixture: &StoreFixture<'_>, page: &DeadLetterPage) -> Vec<DeadLetter> {
    let letters = fixture.store.dead_letters(page, deadline());
    letters.await.expect("letters")
}

async fn all(fixture: &StoreFixture<'_>) -> Vec<DeadLetter> {
    read(fixture, &page(fixture, everything(), 100)).await
}

fn ids(letters: &[DeadLetter]) -> Vec<&str> {
    letters.iter().map(|letter| letter.id.as_str()).collect()
}

pub async fn a_dead_letter_is_stored_once_and_is_no_document(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let mut letters = ["1", "2"].map(|id| letter(id, "2026-11-24T10:00:00Z"));
    letters[1].event = None;
    for letters in [&letters[..], &letters[..1], &[]] {
        add(&fixture, letters).await;
    }
    letters.reverse();
    assert_eq!(all(&fixture).await, letters);
    assert_eq!(fixture.ids(&fixture.any()).await, Vec::<String>::new());
    assert!(!fixture.analyse(everything()).await.indexed);
}

pub async fn dead_letters_come_page_by_page_newest_first(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let letters = [
        letter("a", "2026-11-24T10:00:00Z"),
        letter("b", "2026-11-24T10:00:00Z"),
        letter("c", "2026-11-23T23:59:59.999Z"),
        letter("d", "2026-11-24T10:00:00.001Z"),
        letter("e", "2026-11-22T00:00:00Z"),
    ];
    add(&fixture, &letters).await;
    let mut page = page(&fixture, everything(), 2);
    for expected in [&["d", "b"][..], &["a", "c"], &["e"], &[]] {
        let found = read(&fixture, &page).await;
        assert_eq!(ids(&found), expected);
        if let Some(last) = found.last() {
            page.after = Some(last.position());
        }
        // What is removed meanwhile moves no other letter to another page.
        let removed = store.remove_dead_letters(&fixture.service, &found, deadline());
        removed.await.expect("removed");
        fixture.refresh().await;
    }
}

pub async fn dead_letters_keep_to_their_window_and_service(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let longer = StoreFixture {
        store,
        service: format!("{}-2", fixture.service).parse().expect("a service"),
    };
    let letters = [
        letter("before", "2026-11-23T23:59:59.999Z"),
        letter("start", "2026-11-24T00:00:00Z"),
        letter("end", "2026-11-25T00:00:00Z"),
    ];
    add(&fixture, &letters).await;
    add(&longer, &[letter("longer", "2026-11-24T00:00:00Z")]).await;
    let day = window("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z");
    let of = async |fixture| read(fixture, &page(fixture, day, 10)).await;
    assert_eq!(ids(&of(&fixture).await), ["start"]);
    assert_eq!(ids(&of(&longer).await), ["longer"]);
    assert_eq!(of(&StoreFixture::new(store)).await, []);
}

pub async fn services_with_dead_letters_are_counted(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let days = ["2026-11-23T00:00:00Z", "2026-11-24T10:00:00Z"];
    add(&fixture, &days.map(|day| letter("same id", day))).await;
    let services = store.dead_letter_services(deadline()).await;
    let services = services.expect("services");
    let ours = services.iter().find(|it| it.service == fixture.service);
    let ours = ours.expect("the service");
    assert_eq!((ours.documents, ours.newest), (2, instant(days[1])));
    let services = store.services(deadline()).await.expect("services");
    assert!(services.iter().all(|it| it.service != fixture.service));
}

pub async fn a_replaced_dead_letter_has_its_new_reason(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let mut letters = ["2", "1"].map(|id| letter(id, "2026-11-24T10:00:00Z"));
    add(&fixture, &letters).await;
    "다른 이유".clone_into(&mut letters[0].reason);
    "{}".clone_into(&mut letters[0].document);
    letters[0].event = None;
    for replaced in [&letters[..1], &[]] {
        let replaced = store.replace_dead_letters(&fixture.service, replaced, deadline());
        replaced.await.expect("replaced");
    }
    fixture.refresh().await;
    assert_eq!(all(&fixture).await, letters);
}

pub async fn a_removed_dead_letter_stays_away(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let letters = ["3", "2", "1"].map(|id| letter(id, "2026-11-24T10:00:00Z"));
    let next_day = letter("1", "2026-11-25T10:00:00Z");
    add(&fixture, &letters).await;
    add(&fixture, std::slice::from_ref(&next_day)).await;
    for _ in 0..2 {
        let removed = store.remove_dead_letters(&fixture.service, &letters[1..], deadline());
        removed.await.expect("removed");
    }
    fixture.refresh().await;
    assert_eq!(all(&fixture).await, [next_day, letters[0].clone()]);
}

pub async fn a_page_of_dead_letters_has_a_limit(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    for limit in [0, 10_001] {
        let page = page(&fixture, everything(), limit);
        let refused = store.dead_letters(&page, deadline()).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{limit}");
    }
}
