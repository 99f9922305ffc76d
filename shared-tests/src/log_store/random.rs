//! Random documents and random questions, compared with a straightforward count.

use jiff::{SignedDuration, Timestamp};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{select, subsequence},
    test_runner::{Config, TestRunner},
};
use tokio::runtime::Handle;

use super::{
    durations::HOSTILE_DURATIONS,
    fixture::{StoreFixture, instant},
    reference::assert_facts,
    sample::{Particular, document_at},
};
use shared::{
    log_store::{LogStore, facts::AnalysisQuestion},
    model::{
        level::Level,
        log::{LogDocument, Unread},
        window::Window,
    },
};

/// Over how many days the documents are spread.
const DAYS: i64 = 3;
/// The grid, in minutes, near which most of them lie, and of which the questions are.
const STEP: i64 = 90;
const STEPS: i64 = DAYS * 24 * 60 / STEP;

/// A few runs, since every one leaves some indices behind. [`check`] does more.
#[expect(clippy::unused_async, reason = "every case is async")]
pub async fn facts_equal_a_straightforward_count(store: &dyn LogStore) {
    check(store, 8);
}

/// Compares so many random sets of documents.
pub fn check(store: &dyn LogStore, runs: u32) {
    let mut runner = TestRunner::new(Config {
        cases: runs,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..Config::default()
    });
    let everything = (vec(sketch(), 0..60), vec(question(), 1..6));
    let result = runner.run(&everything, |(sketches, questions)| {
        let numbered = sketches.iter().enumerate();
        let documents: Vec<_> = numbered
            .map(|(number, sketch)| sketch.document(number))
            .collect();
        tokio::task::block_in_place(|| {
            Handle::current().block_on(compare(store, &documents, &questions));
        });
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

async fn compare(store: &dyn LogStore, documents: &[LogDocument], questions: &[QuestionSketch]) {
    let fixture = StoreFixture::new(store);
    // In several calls, as deliveries are.
    for part in documents.chunks(23) {
        fixture.index(part).await;
    }
    fixture.refresh().await;
    for asked in questions {
        let question = asked.question(&fixture);
        assert_facts(&fixture.answer(&question).await, documents, &question);
    }
}

fn step(steps: i64) -> Timestamp {
    instant("2026-11-22T00:00:00Z")
        .saturating_add(SignedDuration::from_mins(steps * STEP))
        .expect("an instant")
}

/// What is random about a document.
#[derive(Clone, Debug)]
struct Sketch {
    steps: i64,
    jitter: i64,
    level: Level,
    pattern: &'static str,
    user: Option<&'static str>,
    client: Option<&'static str>,
    environment: Option<&'static str>,
    endpoint: Option<&'static str>,
    status: Option<u16>,
    /// In milliseconds.
    duration: Option<f64>,
    correlation: Option<u8>,
    unread: Vec<Unread>,
}

impl Sketch {
    fn document(&self, number: usize) -> LogDocument {
        let time = step(self.steps).as_millisecond() + self.jitter;
        let time = Timestamp::from_millisecond(time).expect("an instant");
        let mut document = document_at(&format!("id-{number}"), time)
            .message(&format!("{number} 번째 message"))
            .error(self.pattern)
            .level(self.level);
        document.unread.clone_from(&self.unread);
        document.user_id = self.user.map(str::to_owned);
        document.environment = self.environment.map(Into::into);
        document.correlation_id = self.correlation.map(|id| id.to_string());
        if let Some(endpoint) = self.endpoint {
            document = document.endpoint(endpoint);
        }
        if let Some(status) = self.status {
            document = document.status(status);
        }
        if let Some(client) = self.client {
            document = document.client(client);
        }
        match self.duration {
            Some(duration) => document.duration(duration),
            None => document,
        }
    }
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let when = (
        1..STEPS - 1,
        prop_oneof![3 => -1_i64..=1, 1 => -5_000_000_i64..5_000_000],
    );
    let what = (
        prop_oneof![4 => select(&Level::ALL[..]), 1 => Just(Level::Unknown)],
        select(&["timeout", "Timeout", "실패 {n}", ""][..]),
        option::of(select(&["gm-1", "gm-2", "GM-1", "한국"][..])),
        option::of(select(&["production", "staging"][..])),
    );
    let request = (
        option::of(select(&["GET /a", "POST /a", "GET /a/{id}"][..])),
        option::of(select(&[200, 404, 499, 500, 503][..])),
        option::of(duration()),
        option::of(select(&["10.0.0.1", "10.0.0.2", "::1"][..])),
        option::of(0_u8..3),
        subsequence(Unread::ALL.to_vec(), 0..=3),
    );
    (when, what, request).prop_map(|(when, what, request)| {
        let (steps, jitter) = when;
        let (level, pattern, user, environment) = what;
        let (endpoint, status, duration, client, correlation, unread) = request;
        Sketch {
            steps,
            jitter,
            level,
            pattern,
            user,
            client,
            environment,
            endpoint,
            status,
            duration,
            correlation,
            unread,
        }
    })
}

/// A few are hostile. The others are thousandths of a millisecond, which a float holds and text keeps.
fn duration() -> impl Strategy<Value = f64> {
    let thousandths = prop_oneof![0_u32..50, 0_u32..5_000_000];
    prop_oneof![
        12 => thousandths.prop_map(|number| f64::from(number) / 1_000.0),
        1 => select(&HOSTILE_DURATIONS[..]),
    ]
}

/// What is random about a question.
#[derive(Clone, Debug)]
struct QuestionSketch {
    start: i64,
    steps: i64,
    previous: (i64, i64),
    known_steps: i64,
    environment: Option<&'static str>,
    error_patterns: usize,
    users: usize,
    timeline_parts: u32,
}

impl QuestionSketch {
    fn question(&self, fixture: &StoreFixture<'_>) -> AnalysisQuestion {
        let window =
            |start, steps| Window::new(step(start), step(start + steps)).expect("a window");
        let asked = window(self.start, self.steps);
        AnalysisQuestion {
            environment: self.environment.map(str::to_owned),
            previous: window(self.previous.0, self.previous.1),
            known_since: step(self.start - self.known_steps),
            error_patterns: self.error_patterns,
            users: self.users,
            timeline_parts: self.timeline_parts,
            ..fixture.question(asked)
        }
    }
}

fn question() -> impl Strategy<Value = QuestionSketch> {
    (
        0..STEPS,
        1..=STEPS,
        (0..STEPS, 1..=STEPS),
        0..=STEPS,
        option::weighted(0.3, select(&["production", "staging"][..])),
        (0_usize..5, 0_usize..5, 1_u32..20),
    )
        .prop_map(
            |(start, steps, previous, known_steps, environment, sizes)| QuestionSketch {
                start,
                steps,
                previous,
                known_steps,
                environment,
                error_patterns: sizes.0,
                users: sizes.1,
                timeline_parts: sizes.2,
            },
        )
}
