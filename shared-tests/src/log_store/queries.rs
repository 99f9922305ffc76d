//! Random documents and random queries, compared with a naive search: lower case, `contains`, and
//! nothing of the code that the stores use.

use std::fmt::Write as _;

use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use tokio::runtime::Handle;

use super::{
    fixture::StoreFixture,
    sample::{Particular, document},
};
use shared::{
    log_store::LogStore,
    model::{level::Level, log::LogDocument},
};

const WORDS: [&str; 12] = [
    "timeout",
    "Time",
    "out",
    "결제가",
    "결제",
    "실패",
    "db-1",
    "1.5",
    "a_b",
    "x",
    "Ünï",
    "kit",
];
const USERS: [&str; 4] = ["gm-1", "GM-1", "gm-10", "영희"];
const LEVELS: [Level; 4] = [Level::Unknown, Level::Info, Level::Warn, Level::Error];

/// What is particular about a document.
#[derive(Clone, Debug)]
struct NaiveEntry {
    message: String,
    level: Level,
    user: Option<&'static str>,
    status: Option<u16>,
    key: Option<&'static str>,
}

impl NaiveEntry {
    fn document(&self, number: usize) -> LogDocument {
        let mut made = document(&format!("{number:03}"), "2026-11-24T10:00:00Z")
            .message(&self.message)
            .level(self.level);
        if let Some(user) = self.user {
            made = made.user(user);
        }
        if let Some(status) = self.status {
            made = made.endpoint("GET /x").status(status);
        }
        if let Some(key) = self.key {
            made = made.metadata(&format!(r#"{{"key":"{key}"}}"#));
        }
        made
    }
}

/// A query, which knows its text and its meaning.
#[derive(Clone, Debug)]
enum NaiveQuery {
    Word(String),
    Phrase(String),
    Stars(String, String),
    Expression(String, String),
    Level(Level),
    LeastLevel(Level),
    User(&'static str),
    UserPrefix(&'static str),
    StatusClass(u16),
    Key(&'static str),
    Not(Box<Self>),
    Both(Box<Self>, Box<Self>),
    Either(Box<Self>, Box<Self>),
}

impl NaiveQuery {
    fn write(&self, text: &mut String) {
        let written = match self {
            Self::Word(word) => write!(text, "{word}"),
            Self::Phrase(phrase) => write!(text, "\"{phrase}\""),
            Self::Stars(first, second) => write!(text, "{first}*{second}"),
            Self::Expression(first, second) => write!(text, "/{first}[^!]*{second}/"),
            Self::Level(level) => write!(text, "level:{level}"),
            Self::LeastLevel(level) => write!(text, "level:>={level}"),
            Self::User(user) => write!(text, "user:{user}"),
            Self::UserPrefix(user) => write!(text, "user:{user}*"),
            Self::StatusClass(class) => write!(text, "status:{class}xx"),
            Self::Key(key) => write!(text, "key:{key}"),
            Self::Not(part) => {
                text.push_str("-(");
                part.write(text);
                write!(text, ")")
            }
            Self::Both(first, second) => {
                text.push('(');
                first.write(text);
                text.push(' ');
                second.write(text);
                write!(text, ")")
            }
            Self::Either(first, second) => {
                text.push('(');
                first.write(text);
                text.push_str(" OR ");
                second.write(text);
                write!(text, ")")
            }
        };
        written.expect("a string takes everything");
    }

    fn matches(&self, entry: &NaiveEntry) -> bool {
        let message = entry.message.to_lowercase();
        let lower = |text: &str| text.to_lowercase();
        match self {
            Self::Word(text) | Self::Phrase(text) => message.contains(&lower(text)),
            Self::Stars(first, second) | Self::Expression(first, second) => {
                let rest = message.split_once(&lower(first));
                rest.is_some_and(|(_, rest)| rest.contains(&lower(second)))
            }
            Self::Level(level) => entry.level == *level,
            Self::LeastLevel(level) => entry.level.is_known() && entry.level >= *level,
            Self::User(user) => entry.user.is_some_and(|found| lower(found) == lower(user)),
            Self::UserPrefix(user) => entry
                .user
                .is_some_and(|found| lower(found).starts_with(&lower(user))),
            Self::StatusClass(class) => entry.status.is_some_and(|found| found / 100 == *class),
            Self::Key(key) => entry.key.is_some_and(|found| lower(found) == lower(key)),
            Self::Not(part) => !part.matches(entry),
            Self::Both(first, second) => first.matches(entry) && second.matches(entry),
            Self::Either(first, second) => first.matches(entry) || second.matches(entry),
        }
    }
}

fn entry() -> impl Strategy<Value = NaiveEntry> {
    let separator = select(vec![" ", "", ": ", "-", "\n"]);
    let message = vec((select(WORDS.to_vec()), separator), 1..6).prop_map(|parts| {
        parts
            .into_iter()
            .flat_map(|(word, end)| [word, end])
            .collect()
    });
    (
        message,
        select(LEVELS.to_vec()),
        proptest::option::of(select(USERS.to_vec())),
        proptest::option::of(select(vec![200_u16, 404, 500, 503])),
        proptest::option::of(select(vec!["A-1", "a-1", "결제"])),
    )
        .prop_map(|(message, level, user, status, key)| NaiveEntry {
            message,
            level,
            user,
            status,
            key,
        })
}

/// A word, or a part of one.
fn part() -> impl Strategy<Value = String> {
    (select(WORDS.to_vec()), 0_usize..3, 0_usize..3)
        .prop_map(|(word, skipped, left)| {
            let letters: Vec<char> = word.chars().collect();
            let end = letters.len().saturating_sub(left).max(1);
            let start = skipped.min(end - 1);
            let part: String = letters[start..end].iter().collect();
            // A minus sign at the start would exclude.
            part.trim_start_matches('-').to_owned()
        })
        .prop_filter("empty", |part| !part.is_empty())
}

fn query() -> impl Strategy<Value = NaiveQuery> {
    let known = select(LEVELS[1..].to_vec());
    let leaf = prop_oneof![
        4 => part().prop_map(NaiveQuery::Word),
        2 => (part(), part()).prop_map(|(a, b)| NaiveQuery::Phrase(format!("{a} {b}"))),
        1 => part().prop_map(NaiveQuery::Phrase),
        1 => (part(), part()).prop_map(|(a, b)| NaiveQuery::Stars(a, b)),
        1 => (part(), part()).prop_map(|(a, b)| {
            let plain = |text: String| text.replace('.', "1");
            NaiveQuery::Expression(plain(a), plain(b))
        }),
        1 => select(LEVELS.to_vec()).prop_map(NaiveQuery::Level),
        1 => known.prop_map(NaiveQuery::LeastLevel),
        1 => select(USERS.to_vec()).prop_map(NaiveQuery::User),
        1 => select(vec!["gm", "GM-1", "영"]).prop_map(NaiveQuery::UserPrefix),
        1 => (2_u16..6).prop_map(NaiveQuery::StatusClass),
        1 => select(vec!["a-1", "결제", "none"]).prop_map(NaiveQuery::Key),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        let inner = || inner.clone().prop_map(Box::new);
        prop_oneof![
            inner().prop_map(NaiveQuery::Not),
            (inner(), inner()).prop_map(|(a, b)| NaiveQuery::Both(a, b)),
            (inner(), inner()).prop_map(|(a, b)| NaiveQuery::Either(a, b)),
        ]
    })
}

/// One set of documents and many queries: indices are expensive on a cluster, queries are not.
#[expect(clippy::unused_async, reason = "every case is async")]
pub async fn a_search_equals_a_naive_one(store: &dyn LogStore) {
    check(store, 1, 60);
}

/// Compares so many random queries on each of so many random sets of documents.
pub fn check(store: &dyn LogStore, sets: u32, queries: usize) {
    let mut runner = TestRunner::new(Config {
        cases: sets,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..Config::default()
    });
    let everything = (vec(entry(), 0..60), vec(query(), queries));
    let result = runner.run(&everything, |(entries, queries)| {
        tokio::task::block_in_place(|| {
            Handle::current().block_on(compare(store, &entries, &queries));
        });
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

async fn compare(store: &dyn LogStore, entries: &[NaiveEntry], queries: &[NaiveQuery]) {
    let fixture = StoreFixture::new(store);
    let numbered = || entries.iter().enumerate();
    let documents: Vec<_> = numbered()
        .map(|(number, entry)| entry.document(number))
        .collect();
    fixture.given(&documents).await;
    for query in queries {
        let mut text = String::new();
        query.write(&mut text);
        let expected: Vec<String> = numbered()
            .rev()
            .filter(|(_, entry)| query.matches(entry))
            .map(|(number, _)| format!("{number:03}"))
            .collect();
        let found = fixture.ids(&fixture.query(&text)).await;
        assert_eq!(found, expected, "{text}\n{entries:#?}");
    }
}
