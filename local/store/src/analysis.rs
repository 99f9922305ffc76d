//! Answering an analysis: one snapshot, one pass over each window, and one look into the past for
//! each error pattern.

use rusqlite::{CachedStatement, Connection, named_params};
use shared::{
    log_store::facts::{AnalysisFacts, AnalysisQuestion, NewPattern, PatternFacts, WindowFacts},
    model::window::Window,
};

use crate::{
    blocks, clock,
    counted_document::{CountedDocument, columns},
    counts::{PatternCounts, Totals, WindowCounts},
    failure::Failure,
    timeline::TimelineCounts,
    writing::known_service,
};

const INDEXED: &str = "
    SELECT EXISTS (
        SELECT 1 FROM documents WHERE service = :service AND day >= :first AND day <= :last
    )";

/// The documents of a window, by the index of times.
const BY_TIME: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM documents
    WHERE service = :service AND time >= :start AND time < :end
        AND (:environment IS NULL OR environment = :environment)"
);

/// Those of them with certain keys, in the order of the table. With `+`, no index is used.
const BY_KEY: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM documents
    WHERE key BETWEEN :first AND :last AND +time >= :start AND +time < :end
        AND (:environment IS NULL OR +environment = :environment)"
);

/// How many documents of blocks that are only in part in a window are read in any case.
const FEW: i64 = 8_192;

const HISTORY: &str = "
    SELECT EXISTS (
        SELECT 1 FROM documents
        WHERE service = :service AND time >= :start AND time < :end
            AND (:environment IS NULL OR environment = :environment)
    )";

const KNOWN_PATTERN: &str = "
    SELECT EXISTS (
        SELECT 1 FROM documents
        WHERE service = :service AND pattern = :pattern AND time >= :start AND time < :end
            AND (endpoint IS NULL OR (status IS NULL AND duration IS NULL))
            AND (:environment IS NULL OR environment = :environment)
    )";

/// The facts of a question, exact all of them.
pub(crate) fn facts(
    connection: &mut Connection,
    question: &AnalysisQuestion,
) -> Result<AnalysisFacts, Failure> {
    // A reading transaction: every statement in it sees the same documents.
    let snapshot = connection.transaction()?;
    let counts = WindowCounts::new(question);
    let Some(service) = known_service(&snapshot, &question.service)? else {
        let current = counts.finish();
        return Ok(AnalysisFacts {
            current: WindowFacts {
                timeline: current.timeline,
                ..WindowFacts::default()
            },
            previous_timeline: TimelineCounts::new(&question.previous_timeline()).finish(),
            ..AnalysisFacts::default()
        });
    };
    let mut counts = counts;
    let reader = QuestionReader {
        connection: &snapshot,
        question,
        service,
    };
    reader.each(question.window, |document| counts.add(document))?;
    let mut current = counts.finish();
    current.users.truncate(question.users);
    current.clients.truncate(question.users);
    let mut previous = Totals::default();
    let mut previous_timeline = TimelineCounts::new(&question.previous_timeline());
    reader.each(question.previous, |document| {
        previous_timeline.add(document);
        previous.add(document)
    })?;
    Ok(AnalysisFacts {
        indexed: reader.is_indexed()?,
        previous: previous.facts(),
        previous_timeline: previous_timeline.finish(),
        has_history: reader.has_history()?,
        new_patterns: reader.new_patterns(&current.patterns)?,
        current: WindowFacts {
            totals: current.totals,
            error_patterns: reader.error_patterns(current.patterns)?,
            routes: current.routes,
            other_route_requests: 0,
            users: current.users,
            clients: current.clients,
            distinct_users: current.distinct_users,
            request_users: current.request_users,
            failed_users: current.failed_users,
            unread: current.unread,
            timeline: current.timeline,
        },
        ..AnalysisFacts::default()
    })
}

/// Reads what a question is about.
#[derive(Debug)]
struct QuestionReader<'a> {
    connection: &'a Connection,
    question: &'a AnalysisQuestion,
    service: i64,
}

impl QuestionReader<'_> {
    /// Hands over each document of a window.
    fn each(
        &self,
        window: Window,
        mut count: impl FnMut(&CountedDocument<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let (start, end) = clock::milliseconds(window);
        let keys = blocks::keys_within(self.connection, self.service, start..end)?;
        // The blocks of a window are read in one go. Where most of their documents are outside, as in a
        // log that is in no order, looking up each document is faster.
        if keys.outside <= FEW.max(keys.inside) {
            let mut statement = self.connection.prepare_cached(BY_KEY)?;
            for range in keys.ranges {
                let mut rows = statement.query(named_params! {
                    ":first": range.start(),
                    ":last": range.end(),
                    ":start": start,
                    ":end": end,
                    ":environment": self.question.environment,
                })?;
                while let Some(row) = rows.next()? {
                    count(&CountedDocument::read(row)?)?;
                }
            }
            return Ok(());
        }
        let mut statement = self.connection.prepare_cached(BY_TIME)?;
        let mut rows = statement.query(named_params! {
            ":service": self.service,
            ":start": start,
            ":end": end,
            ":environment": self.question.environment,
        })?;
        while let Some(row) = rows.next()? {
            count(&CountedDocument::read(row)?)?;
        }
        Ok(())
    }

    /// Whether there is a document on any day of the window, of whatever environment.
    fn is_indexed(&self) -> Result<bool, Failure> {
        let Window { start, end } = self.question.window;
        let last = end.checked_sub(jiff::SignedDuration::from_nanos(1));
        let (Ok(last), true) = (last, start < end) else {
            return Ok(false);
        };
        let mut statement = self.connection.prepare_cached(INDEXED)?;
        let found = statement.query_one(
            named_params! {
                ":service": self.service,
                ":first": clock::day(clock::millisecond(start)),
                ":last": clock::day(clock::millisecond(last)),
            },
            |row| row.get(0),
        )?;
        Ok(found)
    }

    /// From `known_since` to the window's start, in milliseconds.
    fn history(&self) -> (i64, i64) {
        clock::milliseconds(Window {
            start: self.question.known_since,
            end: self.question.window.start,
        })
    }

    fn has_history(&self) -> Result<bool, Failure> {
        let (start, end) = self.history();
        let mut statement = self.connection.prepare_cached(HISTORY)?;
        let found = statement.query_one(
            named_params! {
                ":service": self.service,
                ":start": start,
                ":end": end,
                ":environment": self.question.environment,
            },
            |row| row.get(0),
        )?;
        Ok(found)
    }

    fn new_patterns(
        &self,
        patterns: &[(String, PatternCounts)],
    ) -> Result<Vec<NewPattern>, Failure> {
        let mut statement = self.connection.prepare_cached(KNOWN_PATTERN)?;
        let mut new = Vec::new();
        for (pattern, counts) in patterns {
            if let Some(first) = counts.first_other
                && !self.is_known(&mut statement, pattern)?
            {
                new.push(NewPattern {
                    pattern: pattern.clone(),
                    count: counts.count - counts.requests,
                    first_seen: clock::instant(first)?,
                });
            }
        }
        new.sort_by(|a, b| {
            b.count
                .cmp(&a.count)
                .then_with(|| a.pattern.cmp(&b.pattern))
        });
        Ok(new)
    }

    fn is_known(
        &self,
        statement: &mut CachedStatement<'_>,
        pattern: &str,
    ) -> rusqlite::Result<bool> {
        let (start, end) = self.history();
        statement.query_one(
            named_params! {
                ":service": self.service,
                ":pattern": pattern,
                ":start": start,
                ":end": end,
                ":environment": self.question.environment,
            },
            |row| row.get(0),
        )
    }

    /// As many patterns as are asked for, each with its example.
    fn error_patterns(
        &self,
        patterns: Vec<(String, PatternCounts)>,
    ) -> Result<Vec<PatternFacts>, Failure> {
        patterns
            .into_iter()
            .take(self.question.error_patterns)
            .map(|(pattern, counts)| {
                let example = blocks::document(self.connection, counts.latest)?;
                Ok(PatternFacts {
                    pattern,
                    count: counts.count,
                    requests: counts.requests,
                    first_seen: clock::instant(counts.first)?,
                    last_seen: clock::instant(counts.last)?,
                    users: counts.users.len() as u64,
                    example: example.message,
                    correlation_id: example.correlation_id,
                })
            })
            .collect()
    }
}
