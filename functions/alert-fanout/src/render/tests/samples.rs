//! Notices as they come, and some that were made to do harm.

use jiff::Timestamp;
use shared::model::alert::{AlertStatus, AlertType};

use crate::{
    episode::Episode,
    notice::{
        Advice, AlertLink, Comparison, Fact, FactName, FactValue, HandledBy, Handling, LinkName,
        ListedIncident, Notice, Phrase, Quantity,
    },
    render::Content,
};

/// A notice with what is known of its repetitions.
#[derive(Clone, Debug)]
pub(super) struct NoticeSample {
    pub(super) notice: Notice,
    pub(super) episode: Episode,
    pub(super) instead_of: Option<&'static str>,
    pub(super) incidents: Vec<ListedIncident>,
}

impl NoticeSample {
    pub(super) fn content(&self) -> Content<'_> {
        Content {
            instead_of: self.instead_of,
            incidents: &self.incidents,
            ..Content::new(&self.notice, &self.episode)
        }
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn text(text: &str) -> FactValue {
    FactValue::Text(text.to_owned())
}

fn code(text: &str) -> FactValue {
    FactValue::Code(text.to_owned())
}

fn quantity(value: f64, unit: &str) -> FactValue {
    FactValue::Quantity(Quantity {
        value,
        unit: Some(unit.to_owned()),
    })
}

fn given(name: &str) -> FactName {
    FactName::Given(name.to_owned())
}

fn fact(name: FactName, value: FactValue) -> Fact {
    Fact { name, value }
}

fn link(name: LinkName, url: &str) -> AlertLink {
    AlertLink {
        name,
        url: url.to_owned(),
    }
}

fn phrase(text: &str) -> Phrase {
    Phrase::Text(text.to_owned())
}

/// A notice with nothing but a title and a message.
pub(super) fn bare(title: &str, message: &str) -> NoticeSample {
    let happened = at("2026-11-24T00:33:24Z");
    NoticeSample {
        notice: Notice {
            kind: AlertType::Info,
            message: message.to_owned(),
            occurred_at: Some(happened),
            ..Notice::new("text", phrase(title))
        },
        episode: Episode::once(happened),
        instead_of: None,
        incidents: Vec::new(),
    }
}

/// An alarm of CloudWatch has gone off.
pub(super) fn alarm() -> NoticeSample {
    let mut sample = bare(
        "",
        "CPU of the game-master tool has been too high for two periods.",
    );
    sample.notice = Notice {
        kind: AlertType::Critical,
        title: Phrase::AlarmFiring {
            name: "gm-tool-cpu-high".to_owned(),
        },
        status: Some(AlertStatus::Firing),
        source: "cloudwatch".to_owned(),
        service: Some("gm-tool".to_owned()),
        since: Some(at("2026-11-24T00:21:00Z")),
        facts: vec![
            fact(FactName::Value, quantity(91.3, "Percent")),
            fact(
                FactName::Limit(Comparison::Above),
                quantity(80.0, "Percent"),
            ),
            fact(FactName::Metric, code("AWS/ECS CPUUtilization")),
            fact(
                FactName::Dimensions,
                code("ClusterName=game, ServiceName=gm-tool"),
            ),
            fact(FactName::StateChange, text("OK → ALARM")),
            fact(
                FactName::Reason,
                text(
                    "Threshold Crossed: 2 out of the last 2 datapoints [91.3 (24/11/26 00:32:00), \
                     88.1 (24/11/26 00:27:00)] were greater than the threshold (80.0).",
                ),
            ),
            fact(FactName::Account, text("123456789012")),
            fact(FactName::Region, text("ap-northeast-2")),
        ],
        advice: vec![
            Phrase::Advice(Advice::ReadMetric),
            Phrase::Advice(Advice::ReadLogs),
            Phrase::Advice(Advice::CheckDeployment),
        ],
        links: vec![
            link(
                LinkName::Runbook,
                "https://wiki.example.com/runbooks/cpu?service=gm-tool&from=alert",
            ),
            link(
                LinkName::Alarm,
                "https://ap-northeast-2.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-2#alarmsV2:alarm/gm-tool-cpu-high",
            ),
            link(
                LinkName::Dashboard,
                "https://ap-northeast-2.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-2#dashboards/dashboard/gm-tool",
            ),
        ],
        ..sample.notice
    };
    sample
}

/// The same alarm is over.
pub(super) fn alarm_over() -> NoticeSample {
    let mut sample = alarm();
    sample.notice.status = Some(AlertStatus::Resolved);
    sample.notice.title = Phrase::AlarmOver {
        name: "gm-tool-cpu-high".to_owned(),
    };
    sample.notice.occurred_at = Some(at("2026-11-24T01:26:30Z"));
    sample.notice.facts[0] = fact(FactName::Value, quantity(41.0, "Percent"));
    sample.notice.advice.clear();
    sample.notice.message.clear();
    sample.episode = Episode {
        count: 12,
        first: at("2026-11-24T00:33:24Z"),
        last: at("2026-11-24T01:21:30Z"),
        resolved: Some(at("2026-11-24T01:26:30Z")),
    };
    sample
}

/// Too many of a service's log entries are errors.
pub(super) fn error_rate() -> NoticeSample {
    let mut sample = bare("", "");
    sample.notice = Notice {
        kind: AlertType::Error,
        title: Phrase::Reached {
            service: "gm-tool".to_owned(),
            field: "errorRate".to_owned(),
            value: Quantity::new(0.052, Some("ratio")),
        },
        status: Some(AlertStatus::Firing),
        source: "bongsu".to_owned(),
        service: Some("gm-tool".to_owned()),
        since: Some(at("2026-11-24T00:30:00Z")),
        facts: vec![
            fact(FactName::Value, quantity(0.052, "ratio")),
            fact(FactName::Threshold, quantity(0.05, "ratio")),
            fact(FactName::Environment, text("production")),
            fact(given("errorCount"), quantity(1_243.0, "count")),
            fact(FactName::Window, text("09:15 ~ 09:30")),
            fact(
                FactName::Example,
                text(
                    "인벤토리 조회 실패: player 1042\nError: connect ETIMEDOUT 10.0.3.17:5432\n    \
                     at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)",
                ),
            ),
        ],
        advice: vec![Phrase::Advice(Advice::ReadLogs)],
        links: vec![
            link(
                LinkName::Logs,
                "https://kibana.example.com/app/discover#/?_a=(query:(language:kuery,query:'level:error and service:\"gm-tool\"'))&_g=(time:(from:'2026-11-24T00:15:00Z'))",
            ),
            link(LinkName::Runbook, "https://wiki.example.com/런북/오류율"),
        ],
        ..sample.notice
    };
    sample.episode.count = 3;
    sample.episode.last = at("2026-11-24T00:45:00Z");
    sample.instead_of = Some("#game-alerts");
    sample
}

/// Somebody has published a sentence.
pub(super) fn sentence() -> NoticeSample {
    bare(
        "서버 점검을 시작합니다",
        "서버 점검을 시작합니다\n\n09:30부터 10:30까지 접속이 제한됩니다.\n자세한 내용: https://status.example.com/점검?id=42&lang=ko",
    )
}

/// A task of ECS has stopped.
pub(super) fn task_stopped() -> NoticeSample {
    let mut sample = bare("", "Essential container in task exited");
    sample.notice = Notice {
        kind: AlertType::Warning,
        title: Phrase::TaskFailed {
            group: "gm-tool".to_owned(),
        },
        source: "aws.ecs".to_owned(),
        service: Some("gm-tool".to_owned()),
        facts: vec![
            fact(
                FactName::Container,
                text("app: exit code 137 (OutOfMemoryError: Container killed due to memory usage)"),
            ),
            fact(FactName::Cluster, code("game")),
            fact(
                FactName::Resource,
                code(
                    "arn:aws:ecs:ap-northeast-2:123456789012:task/game/0f9de17a6465404e8b1b2356dc13c2f8",
                ),
            ),
            fact(
                given("startedAt"),
                FactValue::Time(at("2026-11-23T18:02:11Z")),
            ),
            fact(FactName::Account, text("123456789012")),
            fact(FactName::Region, text("ap-northeast-2")),
        ],
        advice: vec![Phrase::Advice(Advice::ReadStoppedReason)],
        links: vec![link(
            LinkName::Console,
            "https://ap-northeast-2.console.aws.amazon.com/ecs/v2/clusters/game/services/gm-tool",
        )],
        ..sample.notice
    };
    sample
}

/// Made to do harm wherever it is shown.
pub(super) fn hostile() -> NoticeSample {
    let harm = "<!channel> <@U024BE7LH> <https://evil.example|Sign in> &amp; *bold* _it_ ~no~ `x` \
                <script>alert('1')</script> \"><img src=x onerror=alert(1)> \u{202e}txt.exe\u{2066} \
                \r\nBcc: all@example.com \u{0}\u{1b}[2J";
    let mut sample = bare(&format!("{harm} {}", "👩‍💻".repeat(200)), harm);
    sample.notice = Notice {
        kind: AlertType::Error,
        status: Some(AlertStatus::Firing),
        source: harm.to_owned(),
        service: Some(harm.to_owned()),
        message: format!("{harm}\n```\n*a*\n``` 한국어 مرحبا \u{1f1f0}\u{1f1f7}\n\n\n\n\nend"),
        facts: vec![
            fact(FactName::Value, quantity(f64::NAN, harm)),
            fact(FactName::Threshold, quantity(f64::INFINITY, harm)),
            fact(FactName::Example, text(harm)),
            fact(given(harm), text(harm)),
            fact(given("`"), code(harm)),
            fact(given(""), text("no name")),
            fact(given("nothing"), text(" \r\n")),
        ],
        advice: vec![phrase(harm), phrase(""), phrase("*2*")],
        links: vec![
            link(
                LinkName::Given(harm.to_owned()),
                "https://example.com/?a=<b>|\"'`&c",
            ),
            link(LinkName::Given("script".to_owned()), "javascript:alert(1)"),
            link(
                LinkName::Given(String::new()),
                "https://admin:secret@example.com/",
            ),
        ],
        ..sample.notice
    };
    sample.instead_of = Some("#<!here>");
    sample
}

/// A storm: alarms of two services, one that is over, one that somebody acknowledged, and one that is
/// silenced.
pub(super) fn storm() -> NoticeSample {
    let incident = |number: u64, name: &str, kind| ListedIncident {
        id: Some(format!("{number:016x}")),
        title: Phrase::AlarmFiring {
            name: name.to_owned(),
        },
        kind,
        service: Some("shop".to_owned()),
        account: Some("prod".to_owned()),
        since: at("2026-11-24T00:33:20Z"),
        resolved: None,
        count: 1,
        handling: Handling::default(),
    };
    let by = |at| {
        Some(HandledBy {
            person: "김지연".to_owned(),
            at,
        })
    };
    let mut incidents = vec![
        incident(1, "shop <payments> & orders: 5xx", AlertType::Critical),
        incident(2, "결제 대기열 길이", AlertType::Error),
        incident(3, "gm-tool CPU", AlertType::Warning),
        incident(4, &"a name that never ends ".repeat(20), AlertType::Warning),
    ];
    incidents[0].handling.acknowledged = by(at("2026-11-24T00:40:00Z"));
    incidents[1].handling.silenced = by(at("2026-11-24T01:40:00Z"));
    incidents[2].resolved = Some(at("2026-11-24T00:50:00Z"));
    incidents[2].count = 3;
    let mut notice = Notice::new("bongsu", Phrase::Incidents { count: 4, open: 3 });
    notice.kind = AlertType::Critical;
    notice.status = Some(AlertStatus::Firing);
    notice.identity = Some("a list".to_owned());
    notice.handling.has_buttons = true;
    NoticeSample {
        notice,
        episode: Episode::once(at("2026-11-24T00:33:20Z")),
        instead_of: None,
        incidents,
    }
}
