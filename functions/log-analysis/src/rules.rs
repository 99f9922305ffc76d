//! The rules of an analysis: which rates are known, when a sample is too small, what is slow, which kind
//! of answer it is. Each rule is in one place, for the window and the one before.

use shared::{
    log_store::facts::{AnalysisFacts, WindowTotals},
    model::analysis::{AnalysisRules, AnalysisStatus, Change, ErrorRateUnknown, NoveltyUnknown},
};

/// The number of errors that are shown.
pub const TOP_ERRORS: usize = 10;
/// The number of error patterns that the store returns. More than are shown: a store that answers from
/// several parts counts the first ones of a longer list more exactly, and new errors, which are often
/// rare, find an example among them.
pub const ERROR_PATTERNS: usize = 50;
/// The number of new errors that are shown. A deployment that renames all its messages has thousands.
pub const NEW_ERRORS: usize = 50;
/// The number of users that are shown.
pub const USERS: usize = 20;
/// The number of causes that are shown.
pub const CAUSES: usize = 5;
/// The number of slowest routes that are shown, whether they are over the threshold or not.
pub const SLOWEST: usize = 10;
/// The number of parts of the timeline: half a minute each in a quarter of an hour.
pub const TIMELINE_PARTS: u32 = 30;
/// The length of an example, in characters. A message may have a megabyte, and the answer of a Lambda
/// function at most six.
pub const EXAMPLE_CHARACTERS: usize = 1_000;

/// `part` of `whole`, 0 to 1; `None` if `whole` is 0. Estimates may contradict each other; a share is
/// never above 1.
#[must_use]
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64).min(1.0))
}

/// Errors divided by entries with a known level.
///
/// # Errors
///
/// If there are no entries, or most of them have no known level.
pub fn error_rate(totals: &WindowTotals) -> Result<f64, ErrorRateUnknown> {
    let known = totals.with_level();
    if totals.total > 0 && known.saturating_mul(2) < totals.total {
        return Err(ErrorRateUnknown::UnknownLevels);
    }
    share(totals.errors(), known).ok_or(ErrorRateUnknown::NoEntries)
}

/// Whether `count` samples are too few for a rate or an average.
#[must_use]
pub fn is_below_min_sample(count: u64, rules: &AnalysisRules) -> bool {
    count < rules.min_sample
}

/// Whether an average duration, in milliseconds, is slow.
#[must_use]
pub fn is_slow(average: f64, rules: &AnalysisRules) -> bool {
    average >= rules.slow_milliseconds
}

/// How a number differs from the one before.
#[must_use]
pub fn change(now: f64, before: f64, below_min_sample: bool) -> Change {
    let absolute = now - before;
    Change {
        absolute,
        relative: (before > 0.0).then(|| absolute / before),
        below_min_sample,
    }
}

/// The kind of answer. A failure comes first: after one, neither a missing index nor a missing entry is
/// certain.
#[must_use]
pub fn status(facts: &AnalysisFacts) -> AnalysisStatus {
    let totals = &facts.current.totals;
    if !facts.failures.is_empty() {
        AnalysisStatus::Incomplete
    } else if !facts.indexed {
        AnalysisStatus::MissingIndex
    } else if totals.total == 0 {
        AnalysisStatus::NoLogs
    } else if totals.requests.count == 0 {
        AnalysisStatus::NoRequests
    } else {
        AnalysisStatus::Answered
    }
}

/// Why it is not known which errors are new; `None` if it is. Facts do not say which part of a search
/// failed; it may have been the history.
#[must_use]
pub fn novelty_unknown(facts: &AnalysisFacts) -> Option<NoveltyUnknown> {
    if !facts.failures.is_empty() {
        Some(NoveltyUnknown::Incomplete)
    } else if facts.has_history {
        None
    } else {
        Some(NoveltyUnknown::NoHistory)
    }
}

/// The beginning of a message, and whether anything was cut.
#[must_use]
pub fn example(message: &str) -> (String, bool) {
    match message.char_indices().nth(EXAMPLE_CHARACTERS) {
        Some((end, _)) => (message.get(..end).unwrap_or_default().to_owned(), true),
        None => (message.to_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use shared::{
        log_store::facts::{AnalysisFacts, WindowTotals},
        model::{
            analysis::{AnalysisStatus, ErrorRateUnknown, NoveltyUnknown},
            level::Level,
        },
    };

    use super::{change, error_rate, example, novelty_unknown, share, status};

    #[test]
    fn nothing_has_no_share_and_no_share_is_above_one() {
        for (part, whole, expected) in [
            (0, 0, None),
            (3, 0, None),
            (0, 4, Some(0.0)),
            (1, 4, Some(0.25)),
            (5, 4, Some(1.0)),
        ] {
            assert_eq!(share(part, whole), expected, "{part} of {whole}");
        }
    }

    #[test]
    fn an_error_rate_is_of_the_entries_with_a_known_level() {
        use ErrorRateUnknown::{NoEntries, UnknownLevels};
        for (unknown, info, error, expected) in [
            (0, 0, 0, Err(NoEntries)),
            (0, 9, 1, Ok(0.1)),
            (10, 9, 1, Ok(0.1)),
            (11, 9, 1, Err(UnknownLevels)),
            (1, 0, 0, Err(UnknownLevels)),
            (400, 0, 0, Err(UnknownLevels)),
        ] {
            let levels = [
                (Level::Unknown, unknown),
                (Level::Info, info),
                (Level::Error, error),
            ];
            let totals = WindowTotals {
                total: unknown + info + error,
                levels: levels.into(),
                ..WindowTotals::default()
            };
            assert_eq!(error_rate(&totals), expected, "{unknown} {info} {error}");
        }
    }

    #[test]
    fn a_ratio_to_zero_is_unknown() {
        let change = change(3.0, 0.0, false);
        assert_eq!((change.absolute, change.relative), (3.0, None));
        let change = super::change(3.0, 4.0, false);
        assert_eq!((change.absolute, change.relative), (-1.0, Some(-0.25)));
    }

    #[test]
    fn the_kinds_of_answer_exclude_each_other() {
        let facts = |failed: bool, indexed: bool, total: u64, requests: u64| {
            let mut facts = AnalysisFacts {
                indexed,
                ..AnalysisFacts::default()
            };
            facts.failures = failed.then(|| "shard 0".to_owned()).into_iter().collect();
            facts.current.totals.total = total;
            facts.current.totals.requests.count = requests;
            facts
        };
        for (facts, expected) in [
            (facts(true, false, 0, 0), AnalysisStatus::Incomplete),
            (facts(true, true, 9, 9), AnalysisStatus::Incomplete),
            (facts(false, false, 0, 0), AnalysisStatus::MissingIndex),
            (facts(false, true, 0, 0), AnalysisStatus::NoLogs),
            (facts(false, true, 9, 0), AnalysisStatus::NoRequests),
            (facts(false, true, 9, 9), AnalysisStatus::Answered),
        ] {
            assert_eq!(status(&facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn without_history_or_with_a_failure_nothing_is_new() {
        let mut facts = AnalysisFacts::default();
        assert_eq!(novelty_unknown(&facts), Some(NoveltyUnknown::NoHistory));
        facts.has_history = true;
        assert_eq!(novelty_unknown(&facts), None);
        facts.failures.push("timed out".to_owned());
        assert_eq!(novelty_unknown(&facts), Some(NoveltyUnknown::Incomplete));
    }

    #[test]
    fn a_long_example_is_cut_between_characters() {
        assert_eq!(example("연결"), ("연결".to_owned(), false));
        let (cut, is_cut) = example(&"결".repeat(1_001));
        assert_eq!((cut.chars().count(), is_cut), (1_000, true));
        assert!(!example(&"결".repeat(1_000)).1);
    }
}
