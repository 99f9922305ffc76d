//! That everything is said in every language, and nothing is left in another.

use shared::model::alert::AlertType;

use crate::notice::{Comparison, FactName, LinkName, Quantity};
use crate::{
    language::Language,
    notice::{Advice, Phrase},
};

fn phrases() -> Vec<Phrase> {
    let name = || "gm-tool".to_owned();
    let mut phrases = vec![
        Phrase::Text("결제 실패".to_owned()),
        Phrase::Untitled,
        Phrase::Data,
        Phrase::Empty,
        Phrase::InvalidSettings { count: 2 },
        Phrase::AlarmFiring { name: name() },
        Phrase::AlarmOver { name: name() },
        Phrase::AlarmWithoutData { name: name() },
        Phrase::NewError {
            service: name(),
            pattern: None,
        },
        Phrase::NewError {
            service: name(),
            pattern: Some("payment of {n} failed".to_owned()),
        },
        Phrase::NewErrors {
            service: name(),
            count: 7,
            occurrences: Some(50),
        },
        Phrase::NewErrorOver { service: name() },
        Phrase::Silent { service: name() },
        Phrase::LogsAgain { service: name() },
        Phrase::LateValues { service: name() },
        Phrase::TaskStopped { group: name() },
        Phrase::TaskFailed { group: name() },
        Phrase::TaskChanged {
            group: name(),
            state: "RUNNING".to_owned(),
        },
        Phrase::DeploymentFailed { service: name() },
        Phrase::DeploymentCompleted { service: name() },
        Phrase::DeploymentBegun { service: name() },
        Phrase::TasksNotPlaced { service: name() },
        Phrase::TasksNotStarting { service: name() },
        Phrase::SteadyState { service: name() },
    ];
    for field in ["cpu.usage", "errorRate", "latency.p95", "fish.count"] {
        phrases.push(Phrase::NotWatched {
            service: name(),
            field: field.to_owned(),
        });
        phrases.push(Phrase::BackToNormal {
            service: name(),
            field: field.to_owned(),
        });
    }
    phrases.extend(ADVICE.map(Phrase::Advice));
    phrases
}

const ADVICE: [Advice; 19] = [
    Advice::OpenRunbook,
    Advice::ReadLogs,
    Advice::ReadMetric,
    Advice::CheckDeployment,
    Advice::CheckPermissions,
    Advice::CheckSource,
    Advice::CheckLogDelivery,
    Advice::FindAlarm,
    Advice::ReadStoppedReason,
    Advice::CheckCapacity,
    Advice::ReviewFinding,
    Advice::ReadHealth,
    Advice::RepeatBackup,
    Advice::ReviewCosts,
    Advice::OpenConsole,
    Advice::JudgeSeverity,
    Advice::CorrectSettings,
    Advice::FindSender,
    Advice::WatchOn,
];

const FACTS: [FactName; 19] = [
    FactName::Value,
    FactName::Threshold,
    FactName::Limit(Comparison::AtLeast),
    FactName::Limit(Comparison::Below),
    FactName::Reason,
    FactName::Metric,
    FactName::StateChange,
    FactName::ActiveAlarms,
    FactName::UnknownSeverity,
    FactName::Window,
    FactName::HourAgo,
    FactName::DayAgo,
    FactName::Cluster,
    FactName::Container,
    FactName::Environment,
    FactName::Count,
    FactName::Example,
    FactName::Subject,
    FactName::More,
];

#[test]
fn every_sentence_is_said_in_both_languages() {
    let said: Vec<_> = phrases()
        .iter()
        .map(|phrase| {
            let [english, korean] =
                [Language::English, Language::Korean].map(|language| language.phrase(phrase));
            format!("{english} | {korean}")
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_value_is_said_with_its_unit() {
    let phrase = Phrase::Reached {
        service: "gm-tool".to_owned(),
        field: "cpu.usage".to_owned(),
        value: Quantity::new(91.0, Some("percent")),
    };
    assert_eq!(
        Language::English.phrase(&phrase),
        "gm-tool: CPU usage at 91%"
    );
    assert_eq!(Language::Korean.phrase(&phrase), "gm-tool: CPU 사용률 91%");
}

#[test]
fn names_of_ours_are_translated_and_those_of_others_are_not() {
    for name in FACTS {
        let english = Language::English.fact_name(&name);
        assert!(english.is_ascii(), "{english}");
        assert_ne!(english, Language::Korean.fact_name(&name));
    }
    for language in [Language::English, Language::Korean] {
        let given = FactName::Given("player".to_owned());
        assert_eq!(language.fact_name(&given), "player");
        let given = LinkName::Given("위키".to_owned());
        assert_eq!(language.link_name(&given), "위키");
    }
    assert_eq!(Language::Korean.kind(AlertType::Critical), "심각");
    assert_eq!(Language::Korean.link_name(&LinkName::Runbook), "런북");
}

#[test]
fn only_two_languages_are_known() {
    assert_eq!("KO".parse::<Language>().expect("known"), Language::Korean);
    assert_eq!("en".parse::<Language>().expect("known"), Language::English);
    "tlh".parse::<Language>().expect_err("unknown");
}

#[test]
fn a_unit_that_a_sender_made_up_is_one_short_line() {
    let quantity = |unit: &str| Quantity::new(3.0, Some(unit));
    assert_eq!(Language::English.quantity(&quantity("a\r\nb")), "3 a b");
    let long = Language::Korean.quantity(&quantity(&"곡".repeat(99)));
    assert_eq!(long, format!("3 {}", "곡".repeat(32)));
}
