//! Names of facts that Bongsu gives itself where the sender's word is long or unclear, with their Korean.
//! A name that is not in the table is the sender's own and stays as it came.

use crate::notice::FactName;

/// English and Korean, by the English.
const NAMES: &[(&str, &str)] = &[
    ("account", "계정"),
    ("action", "동작"),
    ("actor", "행위자"),
    ("actual", "실제 비용"),
    ("assignees", "담당자"),
    ("attempts", "시도 횟수"),
    ("baseline (calls/minute)", "평소(분당 호출)"),
    ("blocked", "차단 여부"),
    ("branch", "브랜치"),
    ("bucket", "버킷"),
    ("categories", "분류"),
    ("command", "명령"),
    ("compliance", "규정 준수"),
    ("condition", "조건"),
    ("details", "세부 정보"),
    ("digest", "이미지 해시"),
    ("direction", "방향"),
    ("domain", "도메인"),
    ("duration", "지속 시간"),
    ("entities", "대상"),
    ("error", "오류"),
    ("event", "이벤트"),
    ("execution", "실행"),
    ("expected", "예상 비용"),
    ("feedback", "수신자 의견"),
    ("fix", "수정 가능 여부"),
    ("from", "접속 위치"),
    ("host", "호스트"),
    ("importance", "중요도"),
    ("insight (calls/minute)", "현재(분당 호출)"),
    ("instance", "인스턴스"),
    ("keywords", "키워드"),
    ("kind", "종류"),
    ("labels", "레이블"),
    ("location", "위치"),
    ("mfa", "다단계 인증"),
    ("object", "객체"),
    ("observed", "측정값"),
    ("phase", "단계"),
    ("policy", "정책"),
    ("product", "제품"),
    ("project", "프로젝트"),
    ("reason", "사유"),
    ("repository", "저장소"),
    ("request", "요청"),
    ("results", "결과"),
    ("rootCause", "근본 원인"),
    ("rule", "규칙"),
    ("scope", "범위"),
    ("score", "점수"),
    ("service", "서비스"),
    ("severities", "심각도별 건수"),
    ("severity", "심각도"),
    ("stack", "스택"),
    ("state", "상태"),
    ("tag", "태그"),
    ("tags", "태그"),
    ("target", "대상"),
    ("targets", "대상"),
    ("threat", "위협"),
    ("threshold", "임계값"),
    ("type", "유형"),
    ("unusedActions", "미사용 작업 수"),
    ("unusedServices", "미사용 서비스 수"),
    ("url", "주소"),
    ("user", "사용자"),
    ("values", "값"),
];

/// The name of a fact in both languages, or as its sender gave it.
pub(super) fn of(name: &str) -> FactName {
    match korean(name) {
        Some(korean) => FactName::Named {
            english: name.to_owned(),
            korean: korean.to_owned(),
        },
        None => FactName::Given(name.to_owned()),
    }
}

/// The Korean of a name of ours.
pub(super) fn korean(name: &str) -> Option<&'static str> {
    let row = NAMES.iter().find(|(english, _)| *english == name);
    row.map(|(_, korean)| *korean)
}
