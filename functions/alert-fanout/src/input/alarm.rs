//! Alarms of CloudWatch: of one metric, of several (metric math), and composite ones. They come as
//! JSON of their own over SNS, and within events of EventBridge; both say the same.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html>
//!
//! All notices of an alarm have one key. ALARM begins an incident and OK ends it. `INSUFFICIENT_DATA` does
//! neither: it is a warning with the same key, which OK ends too. A new alarm comes from there; its first
//! OK is suppressed.

use jiff::Timestamp;
use serde_json::{Map, Value};
use shared::model::alert::{AlertStatus, AlertType};

use super::{arn::Arn, json};
use crate::{
    links::console,
    notice::{
        Advice, AlertLink, Comparison, Fact, FactName, FactValue, LinkName, Notice, Phrase,
        PreviousState, Quantity,
    },
};

mod description;
mod event;
mod reason;
mod rows;
mod sns;

use rows::AlarmMetric;

/// What is known of an alarm and the state that it has come to.
#[derive(Debug, Default)]
struct CloudWatchAlarm {
    name: String,
    arn: String,
    description: String,
    state: String,
    previous: String,
    reason: String,
    at: Option<Timestamp>,
    account: String,
    rows: Vec<AlarmMetric>,
    value: Option<f64>,
    threshold: Option<f64>,
    comparison: Option<Comparison>,
    /// The expected band of an anomaly alarm.
    band: Option<(f64, f64)>,
    periods: Option<String>,
    rule: Option<String>,
    /// The alarms of a composite alarm that are in ALARM.
    active: Vec<String>,
}

/// Whether an object is an alarm as SNS delivers it.
pub(super) fn is_alarm(object: &Map<String, Value>) -> bool {
    let is_text = |key: &str| object.get(key).is_some_and(Value::is_string);
    is_text("AlarmName") && is_text("NewStateValue")
}

/// Whether an object is an alarm that invokes the function itself.
pub(super) fn is_action(object: &Map<String, Value>) -> bool {
    object.get("alarmData").is_some_and(Value::is_object) && object.contains_key("alarmArn")
}

/// The notice of an alarm whose action is the function:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html>.
pub(super) fn of_action(object: &Map<String, Value>) -> Notice {
    let part = |key: &str| object.get(key).cloned().unwrap_or_default();
    let event = serde_json::json!({
        "resources": [part("alarmArn")],
        "account": part("accountId"),
        "time": part("time"),
        "detail": part("alarmData"),
    });
    of_event(&event)
}

/// The notice of an alarm that came by itself.
pub(super) fn of_message(object: &Map<String, Value>) -> Notice {
    sns::read(&Value::Object(object.clone())).notice()
}

/// The notice of an alarm in an event of EventBridge.
pub(super) fn of_event(event: &Value) -> Notice {
    event::read(event).notice()
}

impl CloudWatchAlarm {
    fn notice(self) -> Notice {
        let name = if json::says_something(&self.name) {
            self.name.clone()
        } else {
            "?".to_owned()
        };
        let (status, title) = match self.state.as_str() {
            "OK" => (Some(AlertStatus::Resolved), Phrase::AlarmOver { name }),
            "INSUFFICIENT_DATA" => (None, Phrase::AlarmWithoutData { name }),
            _ => (Some(AlertStatus::Firing), Phrase::AlarmFiring { name }),
        };
        let mut notice = Notice::new("cloudwatch", title);
        let said = description::read(&self.description);
        notice.status = status;
        notice.never_began = self.state == "OK" && self.previous == "INSUFFICIENT_DATA";
        notice.previous_state = match (self.state.as_str(), self.previous.as_str()) {
            ("ALARM", "OK") => Some(PreviousState::Ok),
            ("ALARM", "INSUFFICIENT_DATA") => Some(PreviousState::NoData),
            _ => None,
        };
        notice.is_no_data = self.state == "INSUFFICIENT_DATA";
        notice.kind = match status {
            Some(_) => said.kind.unwrap_or(AlertType::Error),
            None => AlertType::Warning,
        };
        self.description.trim().clone_into(&mut notice.message);
        notice.service = self.rows.iter().find_map(AlarmMetric::service);
        notice.occurred_at = self.at;
        notice.origin.alarm = Some(self.name.clone()).filter(|name| json::says_something(name));
        for (name, value) in self.rows.iter().flat_map(|row| &row.dimensions) {
            notice.origin.add_tag(name, value);
        }
        let key = if self.arn.is_empty() {
            &self.name
        } else {
            &self.arn
        };
        notice.dedup_key = Some(format!("alarm/{key}"));
        notice.identity = self.at.map(|at| format!("alarm/{}/{at}/{key}", self.state));
        notice.advice = self.advice();
        notice.facts = self.facts();
        notice.links = self.links(said.runbook);
        notice.graph = self
            .region()
            .and_then(|region| rows::graph(&self.rows, region, self.threshold, &self.name));
        notice
    }

    fn region(&self) -> Option<&str> {
        let region = Arn::read(&self.arn)?.region;
        console::is_region(region).then_some(region)
    }

    fn advice(&self) -> Vec<Phrase> {
        let advice: &[Advice] = if self.state == "INSUFFICIENT_DATA" {
            &[Advice::CheckSource]
        } else if self.rule.is_some() {
            &[Advice::FindAlarm, Advice::CheckDeployment]
        } else {
            &[
                Advice::ReadMetric,
                Advice::ReadLogs,
                Advice::CheckDeployment,
            ]
        };
        advice.iter().copied().map(Phrase::Advice).collect()
    }

    fn links(&self, runbook: Option<String>) -> Vec<AlertLink> {
        let runbook = runbook.map(|url| AlertLink {
            name: LinkName::Runbook,
            url,
        });
        let alarm = self.region().map(|region| AlertLink {
            name: LinkName::Alarm,
            url: console::alarm(region, &self.name),
        });
        runbook.into_iter().chain(alarm).collect()
    }

    fn facts(&self) -> Vec<Fact> {
        let unit = self.rows.iter().find_map(AlarmMetric::unit);
        let quantity = |name, value| Fact::number(name, value, unit);
        let mut facts = Vec::new();
        facts.extend(self.value.map(|value| quantity(FactName::Value, value)));
        if let Some(threshold) = self.threshold {
            let name = self.comparison.map_or(FactName::Threshold, FactName::Limit);
            facts.push(quantity(name, threshold));
        }
        if let Some((low, high)) = self.band {
            let band = |value| Quantity::new(value, unit);
            let value = FactValue::Range(band(low), band(high));
            let name = FactName::Band;
            facts.push(Fact { name, value });
        }
        if !self.previous.is_empty() {
            let change = format!("{} → {}", self.previous, self.state);
            facts.push(Fact::text(FactName::StateChange, &change));
        }
        if !self.active.is_empty() {
            let names = self.active.join(", ");
            facts.push(Fact::text(FactName::ActiveAlarms, &names));
        }
        facts.extend(self.rows.iter().filter_map(AlarmMetric::metric));
        facts.extend(self.rows.iter().filter_map(AlarmMetric::dimensions));
        if let Some(period) = self.rows.iter().find_map(|row| row.period) {
            facts.push(Fact::number(
                FactName::Period,
                period as f64,
                Some("Seconds"),
            ));
        }
        let texts = [
            (FactName::Periods, self.periods.as_deref()),
            (FactName::Rule, self.rule.as_deref()),
            (FactName::Reason, Some(self.reason.as_str())),
            (FactName::Region, self.region()),
            (FactName::Account, Some(self.account.as_str())),
        ];
        for (name, text) in texts {
            if let Some(text) = text.filter(|text| json::says_something(text)) {
                facts.push(match name {
                    FactName::Rule | FactName::Account => Fact::code(name, text),
                    _ => Fact::text(name, text),
                });
            }
        }
        facts
    }
}

/// The names of the alarms in a list that are in ALARM, by the paths of their ARN and state.
fn active(list: Option<&Value>, arn: &str, state: &str) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    let active = list.filter(|child| json::text(child, state) == Some("ALARM"));
    active
        .filter_map(|child| Some(super::arn::name(json::text(child, arn)?).to_owned()))
        .collect()
}

/// A number with the unit that a metric's values have, where nobody says which: CloudWatch's metrics
/// of this name are percentages.
fn natural_unit(metric: &str) -> Option<&'static str> {
    metric.ends_with("Utilization").then_some("Percent")
}

/// On which side of the threshold the trouble lies, by CloudWatch's words:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>.
fn comparison(word: &str) -> Option<Comparison> {
    Some(match word {
        "GreaterThanThreshold" | "GreaterThanUpperThreshold" => Comparison::Above,
        "GreaterThanOrEqualToThreshold" => Comparison::AtLeast,
        "LessThanThreshold" | "LessThanLowerThreshold" => Comparison::Below,
        "LessThanOrEqualToThreshold" => Comparison::AtMost,
        "LessThanLowerOrGreaterThanUpperThreshold" => Comparison::Outside,
        _ => return None,
    })
}
