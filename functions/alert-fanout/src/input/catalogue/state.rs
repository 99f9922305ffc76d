//! The states of AWS's services in a title: `TIMED_OUT` is "timed out" in English and 시간 초과 in Korean.

use super::severity::parts;
use crate::language::Language;

/// States, as their parts in upper case, and their Korean.
const STATES: &[(&str, &str)] = &[
    ("ABORTED", "중단됨"),
    ("ACTION REQUIRED", "조치 필요"),
    ("ACTIVE", "발생 중"),
    ("ALARM", "경보"),
    ("ARCHIVED", "보관됨"),
    ("AVAILABLE", "사용 가능"),
    ("CANCELED", "취소됨"),
    ("CANCELLED", "취소됨"),
    ("CLOSED", "종료됨"),
    ("COMPLETE", "완료"),
    ("COMPLETED", "완료"),
    ("COMPLIANT", "규정 준수"),
    ("CREATE COMPLETE", "생성 완료"),
    ("CREATE FAILED", "생성 실패"),
    ("CREATE IN PROGRESS", "생성 중"),
    ("CREATED", "생성됨"),
    ("DEGRADED", "저하됨"),
    ("DELETE COMPLETE", "삭제 완료"),
    ("DELETE FAILED", "삭제 실패"),
    ("DELETED", "삭제됨"),
    ("DOWN", "중단"),
    ("ERROR", "오류"),
    ("EXPIRED", "만료됨"),
    ("FAILED", "실패"),
    ("FAILURE", "실패"),
    ("FAULT", "오류"),
    ("FINISHED", "완료"),
    ("IN PROGRESS", "진행 중"),
    ("NON COMPLIANT", "규정 미준수"),
    ("NOT APPLICABLE", "해당 없음"),
    ("OK", "정상"),
    ("PARTIAL", "일부 완료"),
    ("PASSED", "통과"),
    ("PENDING", "대기 중"),
    ("RESOLVED", "해결됨"),
    ("ROLLBACK COMPLETE", "롤백 완료"),
    ("ROLLBACK FAILED", "롤백 실패"),
    ("RUNNING", "실행 중"),
    ("SHUTTING DOWN", "종료 중"),
    ("STARTED", "시작됨"),
    ("STOPPED", "중지됨"),
    ("STOPPING", "중지 중"),
    ("SUCCEEDED", "성공"),
    ("SUCCESS", "성공"),
    ("SUPERSEDED", "대체됨"),
    ("TERMINATED", "종료됨"),
    ("TIMED OUT", "시간 초과"),
    ("TIMEOUT", "시간 초과"),
    ("UP", "정상"),
    ("UPDATE COMPLETE", "업데이트 완료"),
    ("UPDATE FAILED", "업데이트 실패"),
    ("UPDATE IN PROGRESS", "업데이트 중"),
    ("UPDATE ROLLBACK COMPLETE", "업데이트 롤백 완료"),
    ("UPDATE ROLLBACK FAILED", "업데이트 롤백 실패"),
    ("UPDATE ROLLBACK IN PROGRESS", "업데이트 롤백 중"),
    ("WARN", "경고"),
    ("WARNING", "경고"),
];

/// A state in a language. One that is not in the table stays as it came in Korean.
pub(super) fn words(state: &str, language: Language) -> String {
    let parts = parts(state).join(" ");
    match language {
        Language::English if parts.is_empty() => state.to_owned(),
        Language::English => parts.to_lowercase(),
        Language::Korean => {
            let row = STATES.iter().find(|(words, _)| *words == parts);
            row.map_or(state, |(_, korean)| korean).to_owned()
        }
    }
}

/// Kinds of jobs, as the `detail-type` of their events, and their Korean.
const JOBS: &[(&str, &str)] = &[
    ("Backup Job State Change", "백업 작업"),
    ("Copy Job State Change", "복사 작업"),
    ("Restore Job State Change", "복원 작업"),
    ("Recovery Point State Change", "복구 시점"),
    ("Backup Vault State Change", "백업 볼트"),
    ("Backup Plan State Change", "백업 계획"),
];

/// The kind of a job in a language: "backup job" for `Backup Job State Change`.
pub(super) fn job(kind: &str, language: Language) -> String {
    let row = JOBS.iter().find(|(name, _)| *name == kind);
    match (row, language) {
        (Some((_, korean)), Language::Korean) => (*korean).to_owned(),
        _ => kind.trim_end_matches(" State Change").to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::language::Language::{English, Korean};

    #[test]
    fn a_state_is_written_in_each_language() {
        for (state, english, korean) in [
            ("TIMED_OUT", "timed out", "시간 초과"),
            ("TimedOut", "timed out", "시간 초과"),
            (
                "UPDATE_ROLLBACK_COMPLETE",
                "update rollback complete",
                "업데이트 롤백 완료",
            ),
            ("NON_COMPLIANT", "non compliant", "규정 미준수"),
            ("FROBNICATED", "frobnicated", "FROBNICATED"),
            ("결제", "결제", "결제"),
            ("-", "-", "-"),
        ] {
            assert_eq!(words(state, English), english);
            assert_eq!(words(state, Korean), korean);
        }
    }
}
