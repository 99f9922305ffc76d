//! The titles that alert-fanout reads in its events, in the order of the messages.

use alert_fanout::{
    episode::Episode,
    input::{messages, notice},
    language::Language,
    render::{Content, Locale, mail},
};
use jiff::tz::TimeZone;

use super::read;

pub(super) const SENT: [(&str, &[&str]); 27] = [
    ("alert", &["gm-tool (production): CPU usage at 96.5%"]),
    ("alert-by-others", &["결제 대기열이 밀리고 있습니다"]),
    (
        "alert-resolved",
        &["gm-tool (production): CPU usage back to normal"],
    ),
    (
        "alert-new-error",
        &["gm-tool (production): new error: 결제 {n} 실패: timeout"],
    ),
    ("backup", &["Backup players: backup job failed"]),
    (
        "budgets-text",
        &["AWS Budgets: games-monthly has exceeded your alert threshold"],
    ),
    ("chatbot-custom", &[":warning: 이벤트 서버 점검 필요"]),
    ("cloudwatch-alarm", &["Alarm: gm-tool CPU high"]),
    ("cloudwatch-alarm-ok", &["Back to normal: gm-tool CPU high"]),
    ("cloudwatch-composite", &["Alarm: gm-tool is down"]),
    (
        "cloudwatch-insufficient-data",
        &["No data: gm-tool CPU high"],
    ),
    ("cloudwatch-metric-math", &["Alarm: gm-tool 5XX rate"]),
    ("ecs-deployment", &["gm-tool: deployment failed"]),
    (
        "ecs-service-action",
        &["gm-tool: tasks fail to start again and again"],
    ),
    ("eventbridge-alarm", &["Alarm: gm-tool CPU high"]),
    (
        "eventbridge-codepipeline",
        &["CodePipeline gm-tool: execution failed"],
    ),
    ("eventbridge-ecs-task", &["gm-tool: a task has failed"]),
    (
        "eventbridge-rds",
        &["RDS players: Multi-AZ instance failover completed"],
    ),
    ("eventbridge-unforeseen", &["Tournament Ended"]),
    (
        "guardduty",
        &["Credentials for the instance role gm-tool-task were used from an external IP address."],
    ),
    ("health", &["AWS Health: ECS AWS_ECS_OPERATIONAL_ISSUE"]),
    ("json-number", &["Players online"]),
    ("json-unknown", &["Message in JSON"]),
    ("not-sns", &["EC2 i-0123456789abcdef0: instance terminated"]),
    (
        "queue",
        &["Alarm: gm-tool CPU high", "야간 정산이 실패했습니다"],
    ),
    ("plain-text", &["Nightly import has failed"]),
    (
        "several-records",
        &[
            "첫 번째 메시지",
            "x",
            "players",
            "gm-tool (production): CPU usage at 96.5%",
        ],
    ),
];

#[test]
fn alert_fanout_reads_every_event() {
    for (case, expected) in SENT {
        let event = read(&format!("alert-fanout.{case}"));
        let titles: Vec<String> = messages(&event, "request")
            .iter()
            .map(|message| Language::English.phrase(&notice(message).title))
            .collect();
        assert_eq!(titles, expected, "{case}");
    }
}

/// English labels of messages.
const LABELS: [&str; 9] = [
    "What to do",
    "Links\n",
    "Details\n",
    "Example\n",
    "(threshold ",
    "Since ",
    "Resolved",
    "RESOLVED",
    "last at ",
];

/// Korean output has no words of our own English: no advice, no name of a fact or link, no severity, no
/// label, and no time in UTC.
#[test]
fn korean_messages_have_no_english_of_ours() {
    let zone = TimeZone::get("Asia/Seoul").expect("a zone");
    let style = |language| Locale {
        language,
        zone: zone.clone(),
    };
    for (case, _) in SENT {
        let event = read(&format!("alert-fanout.{case}"));
        for message in messages(&event, "request") {
            let notice = notice(&message);
            let at = notice.occurred_at.unwrap_or_default();
            let episode = Episode {
                count: 3,
                ..Episode::once(at)
            };
            let content = Content {
                instead_of: Some("#ops"),
                ..Content::new(&notice, &episode)
            };
            let mut korean = mail::mail(content, &style(Language::Korean), None).text;
            // What the sender wrote stays.
            for written in [notice.message.trim(), message.text.trim()] {
                if !written.is_empty() {
                    korean = korean.replace(written, "");
                }
            }
            for advice in &notice.advice {
                let (english, own) = (
                    Language::English.phrase(advice),
                    Language::Korean.phrase(advice),
                );
                assert!(
                    english == own || !korean.contains(&english),
                    "{case}: {english}"
                );
            }
            for fact in &notice.facts {
                let name = Language::English.fact_name(&fact.name);
                let is_ours = name != Language::Korean.fact_name(&fact.name);
                let line = format!("\n{name}:");
                assert!(
                    !is_ours || !korean.contains(&line),
                    "{case}: {name}\n{korean}"
                );
            }
            let words = ["[INFO]", "[WARNING]", "[ERROR]", "[CRITICAL]", "(UTC)"];
            for word in words.iter().chain(&LABELS) {
                assert!(!korean.contains(word), "{case}: {word}\n{korean}");
            }
        }
    }
}
