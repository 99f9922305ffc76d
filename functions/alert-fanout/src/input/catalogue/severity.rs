//! How bad a word is: the words that senders use for severities and states, in any case and style
//! (`TIMED_OUT`, `TimedOut`, `timed out`). A word that is not in the table is unknown, never good.

use shared::model::alert::AlertType;

use AlertType::{Critical, Error, Info, Warning};

/// The words, as their parts in upper case, with bars between them. The longest that fits counts, and of several words in a
/// text the worst.
const WORDS: &[(AlertType, &str)] = &[
    (
        Critical,
        "CRITICAL|CRIT|FATAL|EMERGENCY|EMERG|PANIC|DISASTER|BLOCKER|URGENT|HIGHEST|PAGE|\
         P0|P1|SEV0|SEV1|SEV 0|SEV 1|S1|THREATS FOUND|심각|긴급|치명|위급",
    ),
    (
        Error,
        "ERROR|ERRORS|ERRORED|ERR|HIGH|MAJOR|SEVERE|P2|SEV2|SEV 2|S2|FAIL|FAILED|FAILS|FAILURE|\
         FAILURES|FAILING|FAULT|FAULTED|FAULTY|ABORT|ABORTED|ABORTING|EXPIRED|TIMED OUT|\
         TIMEDOUT|TIMEOUT|TIME OUT|UNHEALTHY|DENIED|REJECTED|LOW STORAGE|STORAGE FULL|\
         DOWN|UNSUCCESSFUL|ALARM|FIRING|ALERTING|TRIGGERED|ACTIVATED|ROLLBACK|ROLLED BACK|\
         ROLLING BACK|CRASHED|CRASH|KILLED|OUT OF MEMORY|UNREACHABLE|UNAVAILABLE|LOST|\
         BREACHED|BREACH|INACCESSIBLE|STALLED|STUCK|DISCONNECTED|CORRUPTED|EXHAUSTED|INCOMPATIBLE|BROKEN|OUTAGE|RED|\
         오류|에러|실패|장애|다운|중단|비정상|위험|높음",
    ),
    (
        Warning,
        "WARNING|WARN|WARNINGS|MEDIUM|MODERATE|MINOR|AVERAGE|P3|SEV3|SEV 3|S3|FAIL OVER|\
         FAILOVER|PARTIAL|PARTIALLY|DEGRADED|STOPPED|STOPPING|TERMINATED|TERMINATING|\
         CANCELLED|CANCELED|CANCELLING|CANCEL|SUPERSEDED|MAINTENANCE|IMPAIRED|\
         NONCOMPLIANT|ATTENTION|THROTTLED|INTERRUPTED|INTERRUPTION|YELLOW|AT RISK|\
         INSUFFICIENT DATA|PENDING DELETION|UNKNOWN|SUSPENDED|PAUSED|BLOCKED|경고|주의|보통|지연",
    ),
    (
        Info,
        "INFO|INFORMATIONAL|INFORMATION|LOW|LOWEST|TRIVIAL|NOTICE|DEBUG|TRACE|OK|NONE|\
         NORMAL|P4|P5|SEV4|SEV5|SEV 4|SEV 5|SUCCEEDED|SUCCESS|SUCCESSFUL|SUCCESSFULLY|\
         SUCCEED|COMPLETED|COMPLETE|FINISHED|DONE|PASSED|COMPLIANT|GREEN|HEALTHY|RUNNING|\
         RUN|STARTED|STARTING|IN PROGRESS|PROGRESSING|PENDING|QUEUED|SUBMITTED|RUNNABLE|\
         PROVISIONING|CREATED|CREATING|CREATE|CREATION|UPDATED|UPDATING|UPDATE|DELETED|\
         DELETING|DELETE|DELETION|AVAILABLE|ACTIVE|INACTIVE|READY|RESOLVED|CLOSED|\
         RECOVERED|RECOVERY|RESUMED|RESUME|STABLE|STEADY|ENABLED|BACKUP|\
         RESTORATION|CONFIGURATION CHANGE|SCHEDULED|DELIVERY|DELIVERED|정보|정상|완료|성공|\
         해소|해제|복구|해결|낮음",
    ),
];

/// What stands before a word whose contrary is meant: `0 failed`, `no errors`, `NON_COMPLIANT`.
const NEGATIONS: &[&str] = &["NO", "NOT", "NON", "WITHOUT", "NEVER", "0", "ZERO"];

/// What a Korean word begins with after one whose contrary is meant: `오류 0건`, `실패 없음`,
/// `완료되지 않음`.
const NEGATIONS_AFTER: &[&str] = &["0건", "0회", "0개", "없", "않", "못", "안"];

/// How bad the worst word of a text is; `None` if no word is known.
pub(in crate::input) fn of_text(text: &str) -> Option<AlertType> {
    worst(text, WORDS)
}

fn worst(text: &str, table: &[(AlertType, &str)]) -> Option<AlertType> {
    let parts = parts(text);
    let mut worst = None;
    let mut position = 0;
    while let Some(rest) = parts.get(position..).filter(|rest| !rest.is_empty()) {
        let Some((length, kind)) = longest(rest, table) else {
            position += 1;
            continue;
        };
        let before = position.checked_sub(1).and_then(|before| parts.get(before));
        let after = rest
            .get(length)
            .filter(|_| rest.first().is_some_and(|it| is_hangul(it)));
        let is_negated = before.is_some_and(|word| NEGATIONS.contains(&word.as_str()))
            || after.is_some_and(|word| NEGATIONS_AFTER.iter().any(|it| word.starts_with(it)));
        let kind = match (is_negated, kind) {
            (false, kind) => kind,
            (true, Info) => Warning,
            (true, _) => Info,
        };
        worst = worst.max(Some(kind));
        position += length;
    }
    worst
}

/// What of a sentence says that something is bad, or good: the words of states would be found in any
/// text (`page`, `down`, `high`).
const SENTENCE: &[(AlertType, &str)] = &[
    (
        Error,
        "ERROR|ERRORS|ERRORED|FAIL|FAILED|FAILS|FAILURE|FAILURES|FAILING|CRASH|CRASHED|CRASHES|OUTAGE|\
         TIMED OUT|TIMEOUT|TIMEOUTS|UNREACHABLE|UNAVAILABLE|UNHEALTHY|ABORTED|EXCEPTION|\
         EXCEPTIONS|오류|에러|실패|장애|비정상",
    ),
    (
        Warning,
        "WARNING|WARNINGS|DEGRADED|RETRY|RETRIES|SKIPPED|EXPIRES|경고|지연",
    ),
    (
        Info,
        "SUCCEEDED|SUCCESS|SUCCESSFUL|SUCCESSFULLY|SUCCEED|COMPLETED|PASSED|FINISHED|RECOVERED|\
         RESOLVED|완료|성공|정상화",
    ),
];

/// How bad a sentence is: the worst of its words, or `None` if it has none. `0 errors` is good.
pub(in crate::input) fn of_sentence(text: &str) -> Option<AlertType> {
    worst(text, SENTENCE)
}

/// A name in camel case as words: `MatchmakingFailed` is "MATCHMAKING FAILED".
pub(in crate::input) fn spaced(name: &str) -> String {
    parts(name).join(" ")
}

fn is_hangul(word: &str) -> bool {
    let first = word.chars().next();
    first.is_some_and(|letter| ('가'..='힣').contains(&letter))
}

/// The longest entry that a list of parts begins with: how many parts it has, and how bad it is.
fn longest(parts: &[String], table: &[(AlertType, &str)]) -> Option<(usize, AlertType)> {
    let mut longest = None;
    for (kind, words) in table {
        for word in words.split('|') {
            let length = word.split(' ').count();
            // A particle or an ending follows a Korean word: 실패했습니다.
            let fits = if is_hangul(word) {
                parts.first().is_some_and(|part| part.starts_with(word))
            } else {
                let parts = parts.iter().take(length).map(String::as_str);
                word.split(' ').eq(parts)
            };
            if fits && longest.is_none_or(|(other, _)| length > other) {
                longest = Some((length, *kind));
            }
        }
    }
    longest
}

/// The longest text that is read for words, in characters: states are short.
const LONGEST: usize = 400;

/// The parts of a text in upper case: letters and digits, cut where a small letter meets a large one.
pub(super) fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before_is_small = false;
    for letter in text.chars().take(LONGEST) {
        let begins = letter.is_uppercase() && before_is_small;
        if begins || !letter.is_alphanumeric() {
            parts.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(part) = parts.last_mut()
        {
            part.extend(letter.to_uppercase());
        }
        before_is_small = letter.is_lowercase();
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::{Critical, Error, Info, Warning, of_sentence, of_text};

    #[test]
    fn a_word_is_known_in_any_style() {
        for (text, kind) in [
            ("CRITICAL", Some(Critical)),
            ("Sev1", Some(Critical)),
            ("SEV-2", Some(Error)),
            ("TimedOut", Some(Error)),
            ("TIMED_OUT", Some(Error)),
            ("UPDATE_ROLLBACK_COMPLETE", Some(Error)),
            ("CREATE_COMPLETE", Some(Info)),
            ("failover", Some(Warning)),
            ("fail over", Some(Warning)),
            ("low storage", Some(Error)),
            ("low", Some(Info)),
            ("THREATS_FOUND", Some(Critical)),
            ("FROBNICATED", None),
            ("", None),
            ("결제", None),
            ("심각", Some(Critical)),
            ("경고", Some(Warning)),
            ("비정상", Some(Error)),
        ] {
            assert_eq!(of_text(text), kind, "{text}");
        }
    }

    #[test]
    fn a_sentence_is_as_bad_as_its_clearest_word() {
        for (text, kind) in [
            (
                "Nightly report: 0 errors, 0 failures, all 12 jobs succeeded",
                Some(Info),
            ),
            ("Import finished, 3 failed", Some(Error)),
            ("Deployment failed", Some(Error)),
            ("no errors", Some(Info)),
            ("The job has not completed", Some(Warning)),
            ("Something odd happened on web-2, see page 3", None),
            ("high season is over", None),
            ("야간 배치 완료: 오류 0건, 실패 0건", Some(Info)),
            ("야간 배치가 완료되지 않았습니다", Some(Warning)),
            ("주문 저장에 실패했습니다", Some(Error)),
            ("오류 10건", Some(Error)),
            ("오류율 0.5%", Some(Error)),
            ("결제 서버 점검 안내", None),
        ] {
            assert_eq!(of_sentence(text), kind, "{text}");
        }
    }

    #[test]
    fn a_negation_turns_a_word_around() {
        for (text, kind) in [
            ("0 failed", Info),
            ("10 failed", Error),
            ("no errors", Info),
            ("NON_COMPLIANT", Warning),
            ("not available", Warning),
            ("NO_THREATS_FOUND", Info),
            ("0 failed, 2 errors", Error),
        ] {
            assert_eq!(of_text(text), Some(kind), "{text}");
        }
    }
}
