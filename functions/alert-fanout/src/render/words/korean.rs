//! Korean. Names from outside stand before a colon or alone, never before a particle, whose form
//! would depend on their last sound.

use shared::model::alert::AlertType;

use crate::notice::{Comparison, FactName, LinkName};
use crate::{
    language::Language,
    notice::{Advice, Phrase},
};

pub(super) fn phrase(phrase: &Phrase) -> String {
    match phrase {
        Phrase::Text(text) => text.clone(),
        Phrase::Translated { korean, .. } => korean.clone(),
        Phrase::Untitled => "제목 없는 메시지".to_owned(),
        Phrase::Data => "JSON 메시지".to_owned(),
        Phrase::InvalidSettings { count } => {
            format!("봉수: 잘못된 설정 {count}건이 적용되지 않음")
        }
        Phrase::InvalidSetting(problem) => problem.in_language(Language::Korean),
        Phrase::Empty => "빈 메시지".to_owned(),
        Phrase::AlarmFiring { name } => format!("{name} 경보 발생"),
        Phrase::AlarmOver { name } => format!("{name} 경보 해제"),
        Phrase::AlarmWithoutData { name } => format!("{name} 데이터 없음"),
        Phrase::Reached {
            service,
            field,
            value,
        } => {
            let value = Language::Korean.quantity(value);
            format!("{service}: {} {value}", measure(field))
        }
        Phrase::BackToNormal { service, field } => {
            format!("{service}: {} 경보 해제", measure(field))
        }
        Phrase::NotWatched { service, field } => {
            format!("{service}: {} 더 이상 감시하지 않음", measure(field))
        }
        Phrase::LateValues { service } => {
            format!("{service}: 임계값을 넘은 값이 너무 늦게 도착")
        }
        Phrase::NewError {
            service,
            pattern: None,
        } => format!("{service}: 신규 오류 발생"),
        Phrase::NewError {
            service,
            pattern: Some(pattern),
        } => format!("{service}: 신규 오류: {pattern}"),
        Phrase::NewErrors {
            service,
            count,
            occurrences: None,
        } => format!("{service}: 신규 오류 {count}종 추가 발생"),
        Phrase::NewErrors {
            service,
            count,
            occurrences: Some(occurrences),
        } => format!("{service}: 신규 오류 {count}종({occurrences}건) 추가 발생"),
        Phrase::NewErrorOver { service } => format!("{service}: 신규 오류 해소"),
        Phrase::Silent { service } => format!("{service}: 로그 수신 중단"),
        Phrase::LogsAgain { service } => format!("{service}: 로그 수신 재개"),
        Phrase::TaskStopped { group } => format!("{group}: 태스크 중지됨"),
        Phrase::TaskFailed { group } => format!("{group}: 태스크 비정상 종료"),
        Phrase::TaskChanged { group, state } => format!("{group}: 태스크 상태 변경({state})"),
        Phrase::DeploymentFailed { service } => format!("{service}: 배포 실패"),
        Phrase::DeploymentCompleted { service } => format!("{service}: 배포 완료"),
        Phrase::DeploymentBegun { service } => format!("{service}: 배포 진행 중"),
        Phrase::TasksNotPlaced { service } => format!("{service}: 태스크 배치 실패"),
        Phrase::TasksNotStarting { service } => format!("{service}: 태스크 시작 반복 실패"),
        Phrase::SteadyState { service } => format!("{service}: 안정 상태 도달"),
        Phrase::Incidents { count: 1, .. } => "경보 1건 추가 발생".to_owned(),
        Phrase::Incidents { count, open } if count == open => format!("경보 {count}건 동시 발생"),
        Phrase::Incidents { count, open: 0 } => format!("경보 {count}건 모두 해제"),
        Phrase::Incidents { count, open } => format!("경보 {count}건 중 {open}건 지속 중"),
        Phrase::ChannelFails { name } => format!("봉수: {} 채널로 알림 전송 불가", channel(name)),
        Phrase::ChannelFailure(reason) => reason.in_language(Language::Korean),
        Phrase::ChannelWorks { name } => format!("봉수: {} 채널 알림 전송 재개", channel(name)),
        Phrase::WorstOf {
            value,
            severity,
            windows,
        } => {
            let value = Language::Korean.quantity(value);
            format!("최악값 {value}({}), {windows}개 구간", kind(*severity))
        }
        Phrase::ThresholdRemoved => {
            "임계값 설정이 삭제되어 경보를 종료함. 정상으로 돌아왔는지는 확인되지 않음".to_owned()
        }
        Phrase::ServiceRemoved => {
            "서비스가 감시 대상에서 빠져 경보를 종료함. 정상으로 돌아왔는지는 확인되지 않음"
                .to_owned()
        }
        Phrase::Advice(advice) => self::advice(*advice).to_owned(),
    }
}

/// The name of a channel.
pub(super) fn channel(name: &str) -> &str {
    match name {
        "e-mail" => "메일",
        other => other,
    }
}

fn advice(advice: Advice) -> &'static str {
    match advice {
        Advice::OpenRunbook => "런북에 따라 조치하세요.",
        Advice::ReadLogs => "해당 시간대의 로그에서 가장 먼저 실패한 것을 확인하세요.",
        Advice::ReadMetric => "지표가 언제부터 바뀌었고 그때 무엇이 변경됐는지 확인하세요.",
        Advice::CheckDeployment => "최근 배포를 확인하고, 그때부터 시작된 문제라면 되돌리세요.",
        Advice::CheckPermissions => "실행 역할의 권한을 확인하세요.",
        Advice::CheckSource => "측정 대상이 실행 중이고 지표를 보내고 있는지 확인하세요.",
        Advice::CheckLogDelivery => "서비스가 실행 중인지, 로그가 전달되고 있는지 확인하세요.",
        Advice::FindAlarm => "규칙에 포함된 경보 중 어느 것이 ALARM 상태인지 확인하세요.",
        Advice::ReadStoppedReason => {
            "중지 사유와 종료 코드를 확인한 뒤 태스크의 마지막 로그를 살펴보세요."
        }
        Advice::CheckCapacity => "클러스터의 여유 용량과 태스크의 CPU·메모리를 확인하세요.",
        Advice::ReviewFinding => {
            "탐지 결과를 검토하고, 실제 위협이면 리소스를 격리하고 자격 증명을 교체하세요."
        }
        Advice::ReadHealth => "AWS 공지를 읽고 언급된 리소스를 확인하세요.",
        Advice::RepeatBackup => "실패 원인을 해결한 뒤 백업을 다시 실행하세요.",
        Advice::ReviewCosts => "Cost Explorer에서 어느 서비스 비용이 늘었는지 확인하세요.",
        Advice::OpenConsole => "콘솔에서 해당 리소스를 확인하세요.",
        Advice::JudgeSeverity => {
            "심각도를 알 수 없는 메시지입니다. 영향을 직접 확인한 뒤 라우팅하거나 음소거하세요."
        }
        Advice::CorrectSettings => "아래 설정을 바로잡아 다시 배포하세요.",
        Advice::FindSender => {
            "누가 보내는 메시지인지 확인하세요. 제목이 있는 알림으로 보내면 더 알아보기 쉽습니다."
        }
        Advice::RepairChannel => {
            "채널이나 설정을 복구하세요. 그때까지 알림은 다른 채널로 전송됩니다."
        }
        Advice::WatchOn => "별도 조치는 필요 없습니다. 정상 상태가 유지되는지 지켜보세요.",
    }
}

/// What is measured, within a sentence.
fn measure(field: &str) -> &str {
    match field {
        "errorRate" => "오류율",
        "requestErrorRate" => "요청 오류율",
        "latency.average" => "평균 응답 시간",
        "latency.p50" => "응답 시간(p50)",
        "latency.p95" => "응답 시간(p95)",
        "latency.p99" => "응답 시간(p99)",
        "cpu.usage" => "CPU 사용률",
        "cpu.load" => "CPU 부하",
        "memory.used" => "메모리 사용량",
        "memory.free" => "남은 메모리",
        "memory.cached" => "캐시 메모리",
        "disk.used" => "디스크 사용량",
        "disk.free" => "남은 디스크",
        "disk.iops" => "디스크 IOPS",
        "network.inbound" => "네트워크 수신량",
        "network.outbound" => "네트워크 송신량",
        "network.latency" => "네트워크 지연 시간",
        "tasks.running" => "실행 중인 태스크",
        "tasks.desired" => "원하는 태스크",
        "tasks.healthyHosts" => "정상 호스트",
        "tasks.unhealthyHosts" => "비정상 호스트",
        "loadBalancer.requests" => "요청 수",
        "loadBalancer.serverErrors" => "5xx 응답",
        other => other,
    }
}

pub(super) fn fact_name(name: &FactName) -> &str {
    match name {
        FactName::Given(name) | FactName::Named { korean: name, .. } => name,
        FactName::Measured(field) => measure(field),
        FactName::Value => "현재 값",
        FactName::Threshold => "임계값",
        FactName::Limit(Comparison::Above) => "임계값(초과)",
        FactName::Limit(Comparison::AtLeast) => "임계값(이상)",
        FactName::Limit(Comparison::Below) => "임계값(미만)",
        FactName::Limit(Comparison::AtMost) => "임계값(이하)",
        FactName::Limit(Comparison::Outside) => "임계값(예상 범위 밖)",
        FactName::Band => "예상 범위",
        FactName::Actor => "행위자",
        FactName::From => "접속 위치",
        FactName::Port => "포트",
        FactName::Call => "API 호출",
        FactName::Field => "측정 항목",
        FactName::Reason => "사유",
        FactName::Metric => "지표",
        FactName::Dimensions => "차원",
        FactName::Period => "측정 주기",
        FactName::Periods => "평가 횟수",
        FactName::Window => "집계 구간",
        FactName::HourAgo => "1시간 전",
        FactName::DayAgo => "하루 전",
        FactName::StateChange => "상태 변화",
        FactName::ActiveAlarms => "발생 중인 경보",
        FactName::UnknownSeverity => "알 수 없는 심각도",
        FactName::Rule => "규칙",
        FactName::Account => "계정",
        FactName::Region => "리전",
        FactName::Resource => "리소스",
        FactName::Cluster => "클러스터",
        FactName::Container => "컨테이너",
        FactName::Version => "버전",
        FactName::State => "상태",
        FactName::EventKind => "이벤트",
        FactName::Environment => "환경",
        FactName::Count => "횟수",
        FactName::Example => "예시",
        FactName::Pattern => "패턴",
        FactName::FailedRequests => "실패한 요청",
        FactName::AffectedUsers => "영향받은 사용자",
        FactName::Cause => "원인",
        FactName::FailedByCause => "이 원인으로 실패한 요청",
        FactName::Usual => "평소 이 시간대",
        FactName::User => "사용자",
        FactName::Client => "클라이언트",
        FactName::Routes => "경로",
        FactName::Also => "함께 이상",
        FactName::Command => "자세히 보기",
        FactName::CorrelationId => "상관관계 ID",
        FactName::Subject => "제목",
        FactName::More => "그 밖의 정보",
    }
}

pub(super) fn link_name(name: &LinkName) -> &str {
    match name {
        LinkName::Given(name) => name,
        LinkName::Runbook => "런북",
        LinkName::Alarm => "경보",
        LinkName::Metric => "지표",
        LinkName::Dashboard => "대시보드",
        LinkName::Logs => "로그",
        LinkName::LogsInsights => "Logs Insights",
        LinkName::Console => "콘솔",
    }
}

pub(super) fn kind(kind: AlertType) -> &'static str {
    match kind {
        AlertType::Info => "정보",
        AlertType::Warning => "경고",
        AlertType::Error => "오류",
        AlertType::Critical => "심각",
    }
}
