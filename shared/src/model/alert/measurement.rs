//! What the alerts of our own functions say for programs: the words that `metric-collection` and
//! `log-analysis` write into [`Alert::metadata`](super::Alert::metadata), and that `alert-fanout`
//! reads.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::AlertType;
use crate::model::window::Window;

/// The field of an alert that tells of a new error pattern.
pub const NEW_ERROR: &str = "newError";
/// The field of an alert that tells of all further new error patterns of a window; `count` of them.
pub const NEW_ERRORS: &str = "newErrors";
/// The field of an alert that tells that there are no logs any more.
pub const SILENCE: &str = "silence";

/// What was measured. Each member is one key of the metadata, in camel case; one that is `None` is
/// left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Measurement {
    /// Of which service.
    pub service: String,
    /// Of which of its environments, if it was looked at alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// What: `cpu.usage` and the other fields of `SystemMetrics`; `errorRate`, `requestErrorRate`,
    /// `latency.average`, `latency.p95`; [`NEW_ERROR`], [`NEW_ERRORS`], [`SILENCE`].
    pub field: String,
    /// Its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The unit of the value and the threshold: those of `SystemMetrics` (`percent`, `vCPU`, `bytes`,
    /// `operations/second`, `bytes/second`, `milliseconds`), and of logs `ms` and `ratio`, which is 0
    /// to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The threshold that was crossed: when an alarm ends, the one that the value is behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// How bad the alarm is, at its worst: also of one that is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<AlertType>,
    /// When it began: the start of the first window that was so, or the first of the new errors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The window that was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// How often the new error occurred in the window, or how many new errors there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The pattern of the new error: its message with all that varies masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The message of one real case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// The correlation id of that case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
}

impl Measurement {
    /// The metadata that says this.
    #[must_use]
    pub fn metadata(&self) -> BTreeMap<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(members)) => members.into_iter().collect(),
            // Texts and numbers are always JSON.
            _ => BTreeMap::new(),
        }
    }

    /// What metadata says, if it is that of one of our functions: `None` where `service` or `field`
    /// is missing, or a key means something else. Further keys do no harm.
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
    fn metadata_says_a_measurement_and_nothing_that_is_not_known() {
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
    fn what_others_mean_by_the_same_keys_is_no_measurement() {
        let read =
            |metadata| Measurement::read(&serde_json::from_value(metadata).expect("an object"));
        assert_eq!(read(json!({})), None);
        assert_eq!(read(json!({"service": "shop"})), None);
        let words = json!({"service": "shop", "field": "cpu", "value": "high"});
        assert_eq!(read(words), None);
    }
}
