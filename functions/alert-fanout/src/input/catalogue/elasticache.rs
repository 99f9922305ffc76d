//! Amazon `ElastiCache` publishes `{"ElastiCache:FailoverComplete": "redis-001"}`: the event is a key.
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html>

use serde_json::{Map, Value};
use shared::model::alert::AlertType;

use super::{path::shown, severity};
use crate::notice::{Advice, Notice, Phrase};

const PREFIX: &str = "ElastiCache:";

/// Events whose words alone do not say how bad they are, or that have a Korean name.
const EVENTS: &[(&str, AlertType, &str)] = &[
    ("AddCacheNodeComplete", AlertType::Info, "노드 추가 완료"),
    ("AddCacheNodeFailed", AlertType::Error, "노드 추가 실패"),
    (
        "CacheClusterParametersChanged",
        AlertType::Info,
        "파라미터 변경",
    ),
    (
        "CacheClusterProvisioningComplete",
        AlertType::Info,
        "클러스터 생성 완료",
    ),
    (
        "CacheClusterProvisioningFailed",
        AlertType::Error,
        "클러스터 생성 실패",
    ),
    ("CacheClusterRestoreFailed", AlertType::Error, "복원 실패"),
    ("CacheClusterScalingComplete", AlertType::Info, "확장 완료"),
    ("CacheClusterScalingFailed", AlertType::Error, "확장 실패"),
    (
        "CacheClusterSecurityGroupModified",
        AlertType::Warning,
        "보안 그룹 변경",
    ),
    (
        "CacheNodeReplaceStarted",
        AlertType::Warning,
        "노드 교체 시작",
    ),
    (
        "CacheNodeReplaceComplete",
        AlertType::Info,
        "노드 교체 완료",
    ),
    ("CacheNodesRebooted", AlertType::Warning, "노드 재부팅"),
    (
        "CertificateRenewalComplete",
        AlertType::Info,
        "인증서 갱신 완료",
    ),
    (
        "CreateReplicationGroupComplete",
        AlertType::Info,
        "복제 그룹 생성 완료",
    ),
    (
        "CreateReplicationGroupFailed",
        AlertType::Error,
        "복제 그룹 생성 실패",
    ),
    (
        "DeleteCacheClusterComplete",
        AlertType::Info,
        "클러스터 삭제 완료",
    ),
    ("FailoverComplete", AlertType::Warning, "장애 조치 완료"),
    ("NodeReplacementCanceled", AlertType::Info, "노드 교체 취소"),
    (
        "NodeReplacementRescheduled",
        AlertType::Warning,
        "노드 교체 일정 변경",
    ),
    (
        "NodeReplacementScheduled",
        AlertType::Warning,
        "노드 교체 예정",
    ),
    ("RemoveCacheNodeComplete", AlertType::Info, "노드 제거 완료"),
    (
        "ReplicationGroupScalingComplete",
        AlertType::Info,
        "복제 그룹 확장 완료",
    ),
    (
        "ReplicationGroupScalingFailed",
        AlertType::Error,
        "복제 그룹 확장 실패",
    ),
    (
        "ServiceUpdateAvailableForNode",
        AlertType::Warning,
        "서비스 업데이트 제공",
    ),
    ("SnapshotComplete", AlertType::Info, "스냅샷 완료"),
    ("SnapshotFailed", AlertType::Error, "스냅샷 실패"),
];

/// The notice of a message, if all its keys are events.
pub(super) fn notice(object: &Map<String, Value>) -> Option<Notice> {
    let (key, value) = object.iter().next()?;
    let event = key.strip_prefix(PREFIX)?;
    if object.keys().any(|key| !key.starts_with(PREFIX)) {
        return None;
    }
    let cluster = shown(value).unwrap_or_default();
    let row = EVENTS.iter().find(|(name, ..)| *name == event);
    let english = severity::parts(event).join(" ").to_lowercase();
    let korean = row.map_or(english.as_str(), |(_, _, korean)| korean);
    let title = |event: &str| format!("ElastiCache {cluster}: {event}");
    let mut notice = Notice::new(
        "aws.elasticache",
        Phrase::Translated {
            english: title(&english),
            korean: title(korean),
        },
    );
    match row
        .map(|(_, kind, _)| *kind)
        .or_else(|| severity::of_text(event))
    {
        Some(kind) => notice.kind = kind,
        None => super::unknown_severity(&mut notice, Some(event)),
    }
    let advice = if notice.kind == AlertType::Info {
        Advice::WatchOn
    } else {
        Advice::OpenConsole
    };
    notice.advice.push(Phrase::Advice(advice));
    Some(notice)
}
