//! The metadata of the alerts of our own functions: `metric-collection` and `log-analysis` write it
//! into [`Alert::metadata`](super::Alert::metadata), and `alert-fanout` reads it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::AlertType;
use crate::model::window::Window;

/// The unit of a share of one, 0 to 1. It is shown as a percentage.
pub const RATIO: &str = "ratio";
/// The field of an alert about a new error pattern.
pub const NEW_ERROR: &str = "newError";
/// The field of an alert about all further new error patterns of a window; `count` of them.
pub const NEW_ERRORS: &str = "newErrors";
/// The field of an alert about logs that stopped.
pub const SILENCE: &str = "silence";
/// The field of an alert about an incident: numbers of logs that are not as usual.
pub const INCIDENT: &str = "incident";

/// The field of an alert about values that arrived too late to act on; `count` of them.
pub const LATE_VALUES: &str = "lateValues";

/// Why an alarm ends although no value says that it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Withdrawal {
    /// The field has no threshold any more.
    Threshold,
    /// The service is not watched any more, at least not under this name.
    Service,
}

/// A measurement. Each member is one key of the metadata, in camel case; `None` is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Measurement {
    /// The service.
    pub service: String,
    /// Its environment, if only one was evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// What was measured: `cpu.usage` and the other fields of `SystemMetrics`; `errorRate`, `requestErrorRate`,
    /// `latency.average`, `latency.p95`; [`INCIDENT`]; [`NEW_ERROR`], [`NEW_ERRORS`], [`SILENCE`] of
    /// earlier versions.
    pub field: String,
    /// Its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The unit of the value and the threshold: those of `SystemMetrics` (`percent`, `vCPU`, `bytes`,
    /// `operations/second`, `bytes/second`, `milliseconds`, `count`), and of logs `ms` and `ratio`, which is 0
    /// to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The threshold that was crossed; of an alarm that ends, the one that the value is inside again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// The worst severity of the alarm, also when it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<AlertType>,
    /// When it began: the start of its first window, or the time of the first new error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The value an hour before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hour_ago: Option<f64>,
    /// The value a day before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_ago: Option<f64>,
    /// Why the alarm ends although no value says that it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawal>,
    /// The window that was evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// The number of occurrences of the new error in the window, or the number of new errors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// How often all further new errors occurred together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrences: Option<u64>,
    /// The pattern of the new error: its message with everything variable masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The message of one occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// The correlation id of that occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The number that an incident is mainly about: `failedRequests`, `errorEntries`, `errorPattern`,
    /// `traffic`, `latency`, `userShare` or `clientShare`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Its route or error pattern; `None` for the whole service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The value that is usual at this time, in the unit of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<f64>,
    /// The lower end of the band in which about 95% of values lie at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual_lower: Option<f64>,
    /// Its upper end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual_upper: Option<f64>,
    /// Whether the error pattern is new.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_new: bool,
    /// Whether it ends because it has become usual.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adopted: bool,
    /// The failed requests of the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<u64>,
    /// The requests of the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<u64>,
    /// The share of failed requests in the window before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_rate: Option<f64>,
    /// The number of users with failed requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_users: Option<u64>,
    /// The number of users with requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<u64>,
    /// The user with the most requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The address of the client with the most requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The error that explains at least half of the failed requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The number of failed requests that it explains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause_failed: Option<u64>,
    /// The routes that are affected most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<String>,
    /// What else is unusual, an English sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// The numbers of the sentences in `also`, to write them in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_numbers: Vec<UnusualNumber>,
    /// The command that shows the entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The values that arrived too late to act on, by field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub late: Vec<LateValues>,
}

/// Values of a field over a threshold that arrived too late to act on. The members are those of
/// [`Measurement`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LateValues {
    /// The field.
    pub field: String,
    /// The worst value.
    pub value: f64,
    /// The unit of the value.
    pub unit: String,
    /// The severity of that value.
    pub severity: AlertType,
    /// The windows from the first to the last.
    pub window: Window,
    /// The number of windows with such values.
    pub count: u64,
}

/// A number of the logs that is not as usual. The members are those of [`Measurement`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnusualNumber {
    /// Which number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Its route or error pattern; `None` for the whole service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The unit of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The usual value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<f64>,
    /// Whether the error pattern is new.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_new: bool,
    /// The failed requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<u64>,
    /// The requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<u64>,
    /// The user with the most requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The address of the client with the most requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
}

impl Measurement {
    /// The number that an incident is mainly about.
    #[must_use]
    pub fn main_number(&self) -> UnusualNumber {
        UnusualNumber {
            number: self.number.clone(),
            subject: self.subject.clone(),
            value: self.value,
            unit: self.unit.clone(),
            usual: self.usual,
            is_new: self.is_new,
            failed: self.failed,
            requests: self.requests,
            user: self.user.clone(),
            client: self.client.clone(),
        }
    }

    /// The measurement as metadata.
    #[must_use]
    pub fn metadata(&self) -> BTreeMap<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(members)) => members.into_iter().collect(),
            // Texts and numbers are always JSON.
            _ => BTreeMap::new(),
        }
    }

    /// Reads the metadata of an alert of our own functions. `None` if `service` or `field` is missing or
    /// a key has another type; further keys are ignored.
    #[must_use]
    pub fn read(metadata: &BTreeMap<String, Value>) -> Option<Self> {
        let members = metadata.clone().into_iter().collect();
        serde_json::from_value(Value::Object(members)).ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{AlertType, Measurement};

    #[test]
    fn metadata_has_only_what_is_known() {
        let measurement = Measurement {
            service: "gm-tool".to_owned(),
            field: "errorRate".to_owned(),
            value: Some(0.25),
            unit: Some("ratio".to_owned()),
            severity: Some(AlertType::Critical),
            since: Some("2026-11-24T00:33:00Z".parse().expect("instant")),
            ..Measurement::default()
        };
        let mut metadata = measurement.metadata();
        assert_eq!(
            json!(metadata),
            json!({
                "service": "gm-tool", "field": "errorRate", "value": 0.25, "unit": "ratio",
                "severity": "critical", "since": "2026-11-24T00:33:00Z"
            })
        );
        metadata.insert("quality".to_owned(), json!({"status": "ok"}));
        assert_eq!(Measurement::read(&metadata), Some(measurement));
    }

    #[test]
    fn the_same_keys_with_other_types_are_no_measurement() {
        let read =
            |metadata| Measurement::read(&serde_json::from_value(metadata).expect("an object"));
        assert_eq!(read(json!({})), None);
        assert_eq!(read(json!({"service": "shop"})), None);
        let words = json!({"service": "shop", "field": "cpu", "value": "high"});
        assert_eq!(read(words), None);
    }
}
