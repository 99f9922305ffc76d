//! The titles that alert-fanout reads in its events, in the order of the messages.

use alert_fanout::{
    input::{messages, notice},
    language::Language,
};

use super::read;

pub(super) const SENT: [(&str, &[&str]); 26] = [
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
    ("backup", &["Backup Job State Change: players (FAILED)"]),
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
        &["CodePipeline Pipeline Execution State Change: gm-tool (FAILED)"],
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
    (
        "not-sns",
        &["EC2 Instance State-change Notification: i-0123456789abcdef0 (terminated)"],
    ),
    ("plain-text", &["Nightly import has failed"]),
    (
        "several-records",
        &[
            "첫 번째 메시지",
            "Message in JSON",
            "Message in JSON",
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
