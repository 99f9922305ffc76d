//! The window in equal parts.

use super::{
    fixture::{StoreFixture, instant, window},
    sample::{Particular, document},
};
use shared::{log_store::LogStore, model::level::Level};

pub async fn the_timeline_has_every_part_even_the_empty_ones(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    fixture
        .given(&[
            document("1", "2026-11-23T23:30:00Z").error("a"),
            document("2", "2026-11-23T23:59:59.999Z")
                .endpoint("GET /x")
                .duration(10.0),
            document("3", "2026-11-24T00:30:00Z")
                .level(Level::Fatal)
                .endpoint("GET /x")
                .duration(20.0),
            document("4", "2026-11-24T00:30:00.001Z")
                .endpoint("GET /x")
                .duration(40.0),
            document("5", "2026-11-24T01:29:59.999Z"),
            document("6", "2026-11-24T01:30:00Z"),
        ])
        .await;
    let mut question = fixture.question(window("2026-11-23T23:30:00Z", "2026-11-24T01:30:00Z"));
    question.timeline_parts = 4;
    let timeline = fixture.answer(&question).await.current.timeline;
    let parts: Vec<_> = timeline
        .iter()
        .map(|part| {
            (
                part.total,
                part.errors,
                part.requests,
                part.failed,
                part.average_duration,
            )
        })
        .collect();
    assert_eq!(
        parts,
        [
            (2, 1, 1, 0, Some(10.0)),
            (0, 0, 0, 0, None),
            (2, 1, 2, 1, Some(30.0)),
            (1, 0, 0, 0, None)
        ]
    );
    question.window = window("2026-11-24T01:30:00Z", "2026-11-24T03:30:00Z");
    question.previous = window("2026-11-23T23:30:00Z", "2026-11-24T01:30:00Z");
    let facts = fixture.answer(&question).await;
    assert_eq!(facts.previous_timeline, timeline);
    let starts: Vec<_> = timeline.iter().map(|part| part.start).collect();
    let expected = ["23T23:30", "24T00:00", "24T00:30", "24T01:00"];
    assert_eq!(
        starts,
        expected.map(|start| instant(&format!("2026-11-{start}:00Z")))
    );
}

pub async fn a_timeline_that_does_not_divide_evenly_counts_every_document_once(
    store: &dyn LogStore,
) {
    let fixture = StoreFixture::new(store);
    // Ten milliseconds in seven parts, and in thirteen, of which some are empty.
    let documents: Vec<_> = (0..10)
        .map(|number| {
            document(
                &number.to_string(),
                &format!("2026-11-24T10:00:00.00{number}Z"),
            )
        })
        .collect();
    fixture.given(&documents).await;
    let mut question = fixture.question(window("2026-11-24T10:00:00Z", "2026-11-24T10:00:00.010Z"));
    for parts in [1, 3, 7, 10, 13] {
        question.timeline_parts = parts;
        let timeline = fixture.answer(&question).await.current.timeline;
        let boundaries = question.timeline();
        assert_eq!(timeline.len(), boundaries.len());
        for (part, boundary) in timeline.iter().zip(&boundaries) {
            let inside = documents
                .iter()
                .filter(|document| boundary.contains(document.timestamp))
                .count();
            assert_eq!(
                (part.start, part.total),
                (boundary.start, inside as u64),
                "{parts} parts"
            );
        }
        assert_eq!(timeline.iter().map(|part| part.total).sum::<u64>(), 10);
    }
}

pub async fn the_timeline_of_a_window_without_a_day_is_all_there(store: &dyn LogStore) {
    let fixture = StoreFixture::new(store);
    let mut question = fixture.question(window("2026-11-24T10:00:00Z", "2026-11-24T10:15:00Z"));
    question.timeline_parts = 15;
    let timeline = fixture.answer(&question).await.current.timeline;
    assert_eq!(timeline.len(), 15);
    assert!(
        timeline
            .iter()
            .all(|part| part.total == 0 && part.average_duration.is_none())
    );
    assert_eq!(timeline[14].start, instant("2026-11-24T10:14:00Z"));
}
