//! The widgets about Bongsu itself.

use serde_json::{Value, json};
use shared::{emf, model::health};

use super::{
    FUNCTIONS, Scene,
    widgets::{ORANGE, PURPLE, RED, merge, text},
};

/// The functions whose failure queue keeps events that are not processed yet.
const WITH_QUEUE: [&str; 4] = [
    "log-ingest",
    "log-analysis",
    "metric-collection",
    "alert-fanout",
];

impl Scene {
    pub(super) fn own_header() -> Value {
        text("## Bongsu", 1)
    }

    /// A metric of Bongsu's functions.
    pub(super) fn own(&self, title: &str, name: &str, statistic: &str) -> Value {
        let rows: Vec<Value> = FUNCTIONS
            .iter()
            .map(|function| {
                let full = format!("{}{function}", self.function_prefix);
                let options = json!({"stat": statistic, "label": function});
                json!(["AWS/Lambda", name, "FunctionName", full, options])
            })
            .collect();
        let unit = if name == "Duration" {
            "Milliseconds"
        } else {
            "Per 5 minutes"
        };
        let axis = json!({"min": 0, "label": unit, "showUnits": false});
        self.metric(title, (8, 5), &rows, &axis)
    }

    /// The time from a log event to its storage.
    pub(super) fn ingestion_lag(&self) -> Value {
        let options =
            |stat: &str, color: &str| json!({"stat": stat, "label": stat, "color": color});
        let row = |stat: &str, color: &str| {
            self.health("log-ingest", health::INGESTION_LAG, &options(stat, color))
        };
        let rows = [row("Average", ORANGE), row("Maximum", RED)];
        self.of_health("Ingestion lag", &rows, "Milliseconds")
    }

    /// What was not stored or not sent.
    pub(super) fn lost(&self) -> Value {
        let row = |function: &str, name: &str, label: &str, color: &str| {
            self.health(
                function,
                name,
                &json!({"stat": "Sum", "label": label, "color": color}),
            )
        };
        let rows = [
            row(
                "log-ingest",
                health::EVENTS_DEAD_LETTERED,
                "Dead letters",
                ORANGE,
            ),
            row(
                "log-ingest",
                health::MESSAGES_FAILED,
                "Failed messages of logs",
                PURPLE,
            ),
            row("alert-fanout", health::ALERTS_FAILED, "Failed alerts", RED),
        ];
        self.of_health("Not stored or sent", &rows, "Per 5 minutes")
    }

    /// The age of the oldest event in each failure queue.
    pub(super) fn oldest_failures(&self) -> Value {
        let rows = WITH_QUEUE.map(|function| {
            json!([
                "AWS/SQS",
                "ApproximateAgeOfOldestMessage",
                "QueueName",
                format!("{}{function}-failures", self.function_prefix),
                {"stat": "Maximum", "label": function}
            ])
        });
        self.of_health("Oldest event in a failure queue", &rows, "Seconds")
    }

    /// Log events that were stored without being understood.
    pub(super) fn not_understood(&self) -> Value {
        let rows = [
            (health::EVENTS_WITHOUT_LEVEL, "Without a level"),
            (health::EVENTS_WITHOUT_TIME, "Without a time"),
            (health::EVENTS_UNRECOGNISED, "In no known format"),
        ];
        let rows = rows.map(|(name, label)| {
            self.health("log-ingest", name, &json!({"stat": "Sum", "label": label}))
        });
        self.of_health("Log events not understood", &rows, "Per 5 minutes")
    }

    fn of_health(&self, title: &str, rows: &[Value], unit: &str) -> Value {
        let axis = json!({"min": 0, "label": unit, "showUnits": false});
        let mut widget = self.metric(title, (6, 5), rows, &axis);
        merge(&mut widget, &json!({"period": 300}));
        widget
    }

    /// A metric of one of Bongsu's functions about itself.
    fn health(&self, function: &str, name: &str, options: &Value) -> Value {
        json!([
            emf::NAMESPACE,
            name,
            emf::FUNCTION,
            function,
            emf::STACK,
            self.function_prefix,
            options
        ])
    }
}
