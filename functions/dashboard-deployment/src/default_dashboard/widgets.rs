//! The widgets of the default dashboard, one by one.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{FUNCTIONS, Scene, own_metrics};

// CloudWatch's own palette, so that a colour means the same on every graph.
const BLUE: &str = "#1f77b4";
const GREEN: &str = "#2ca02c";
const ORANGE: &str = "#ff7f0e";
const RED: &str = "#d62728";
const PURPLE: &str = "#9467bd";

impl Scene {
    /// The title and links.
    pub(super) fn header(&self) -> Value {
        let region = &self.region;
        let console = format!("https://{region}.console.aws.amazon.com");
        let logs = encoded_twice(&self.log_group);
        let mut markdown = format!(
            "# {} · {}\n[Service in ECS]({console}/ecs/v2/clusters/{}/services/{}/health?region={region}) · \
             [Logs]({console}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{logs}) · \
             [Alarms]({console}/cloudwatch/home?region={region}#alarmsV2:)",
            self.service, self.environment, self.cluster, self.ecs_service,
        );
        for link in &self.links {
            // Writing to a string cannot fail.
            let _ = write!(markdown, " · [{}]({})", link.title, link.url);
        }
        text(&markdown, 2)
    }

    /// The alarms, if any are configured.
    pub(super) fn alarms(&self) -> Option<Value> {
        let widget = json!({
            "type": "alarm",
            "properties": {"title": "Alarms", "alarms": self.alarms, "sortBy": "stateUpdatedTimestamp"},
        });
        (!self.alarms.is_empty()).then_some(widget)
    }

    /// The main numbers.
    pub(super) fn at_a_glance(&self) -> Value {
        let [requests, errors, rate] = self.error_rate_rows();
        let mut rows = vec![
            with(&requests, &json!({"visible": true, "label": "Requests"})),
            with(
                &errors,
                &json!({"visible": true, "label": "Errors", "color": RED}),
            ),
            with(&rate, &json!({"label": "Error rate, %", "color": RED})),
        ];
        rows.push(self.own_metric(
            own_metrics::RESPONSE_TIME_P95,
            &json!({"stat": "Average", "label": "Response time, p95, ms", "color": PURPLE}),
        ));
        rows.push(self.ecs(
            "CPUUtilization",
            &json!({"stat": "Average", "label": "CPU, %"}),
        ));
        rows.push(self.ecs(
            "MemoryUtilization",
            &json!({"stat": "Average", "label": "Memory, %"}),
        ));
        let mut widget = self.metric("At a glance", (24, 4), &rows, &json!({}));
        merge(
            &mut widget,
            &json!({"view": "singleValue", "sparkline": true, "period": self.period()}),
        );
        widget
    }

    pub(super) fn cpu(&self) -> Value {
        self.utilisation("CPU", "CPUUtilization")
    }

    pub(super) fn memory(&self) -> Value {
        self.utilisation("Memory", "MemoryUtilization")
    }

    /// The average over all tasks, and the highest task.
    fn utilisation(&self, title: &str, name: &str) -> Value {
        let rows = [
            self.ecs(
                name,
                &json!({"stat": "Average", "label": "Average", "color": BLUE}),
            ),
            self.ecs(
                name,
                &json!({"stat": "Maximum", "label": "Highest task", "color": ORANGE}),
            ),
        ];
        let high = json!([{"value": 80, "label": "High", "color": RED}]);
        let mut widget = self.metric(
            title,
            (8, 6),
            &rows,
            &json!({"min": 0, "label": "Percent", "showUnits": false}),
        );
        merge(
            &mut widget,
            &json!({"period": 60, "annotations": {"horizontal": high}}),
        );
        widget
    }

    pub(super) fn error_rate(&self) -> Value {
        let rows = self.error_rate_rows();
        let mut widget = self.metric(
            "Error rate",
            (8, 6),
            &rows,
            &json!({"min": 0, "label": "Percent of requests", "showUnits": false}),
        );
        merge(&mut widget, &json!({"period": self.period()}));
        widget
    }

    /// Requests and errors, hidden, and their rate: 0 without errors, none without requests.
    fn error_rate_rows(&self) -> [Value; 3] {
        let hidden = |id: &str| json!({"id": id, "stat": "Sum", "visible": false});
        [
            self.own_metric(own_metrics::REQUEST_COUNT, &hidden("requests")),
            self.own_metric(own_metrics::ERROR_COUNT, &hidden("errors")),
            json!([{
                "expression": "100 * FILL(errors, 0) / requests",
                "id": "rate", "label": "Error rate", "color": RED,
            }]),
        ]
    }

    pub(super) fn requests(&self) -> Value {
        let rows = [
            self.own_metric(
                own_metrics::REQUEST_COUNT,
                &json!({"stat": "Sum", "label": "Requests", "color": BLUE}),
            ),
            self.own_metric(
                own_metrics::ERROR_COUNT,
                &json!({"stat": "Sum", "label": "Errors", "color": RED}),
            ),
        ];
        let mut widget = self.metric(
            "Requests and errors",
            (12, 6),
            &rows,
            &json!({"min": 0, "label": "Count", "showUnits": false}),
        );
        merge(&mut widget, &json!({"period": self.period()}));
        widget
    }

    pub(super) fn response_time(&self) -> Value {
        let row = |metric: &str, label: &str, color: &str| {
            let options = json!({"stat": "Average", "label": label, "color": color});
            self.own_metric(metric, &options)
        };
        let rows = [
            row(
                own_metrics::RESPONSE_TIME_P50,
                "Half are faster (p50)",
                GREEN,
            ),
            row(own_metrics::RESPONSE_TIME_P95, "p95", ORANGE),
            row(own_metrics::RESPONSE_TIME_P99, "p99", PURPLE),
        ];
        let mut widget = self.metric(
            "API response time",
            (12, 6),
            &rows,
            &json!({"min": 0, "label": "Milliseconds", "showUnits": false}),
        );
        merge(&mut widget, &json!({"period": self.period()}));
        widget
    }

    pub(super) fn top_errors(&self) -> Value {
        let query = format!(
            "{}\n| stats count(*) as errors, latest(@timestamp) as last by what\n\
             | sort errors desc\n| limit 10",
            self.errors_of_the_log()
        );
        self.log("Top errors", "table", (16, 7), &query)
    }

    pub(super) fn errors_over_time(&self) -> Value {
        let query = format!(
            "{}\n| stats count(*) as errors by bin(5m)",
            self.errors_of_the_log()
        );
        self.log("Errors in the log", "bar", (8, 7), &query)
    }

    /// Selects errors by level or, in plain text, by keyword.
    fn errors_of_the_log(&self) -> String {
        format!(
            "SOURCE '{}' | fields @timestamp, coalesce(message, @message) as what\n\
             | filter level in [\"error\", \"ERROR\", \"fatal\", \"FATAL\"] or (not ispresent(level) and @message like /ERROR|FATAL/)",
            self.log_group
        )
    }

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

    fn ecs(&self, name: &str, options: &Value) -> Value {
        json!([
            "AWS/ECS",
            name,
            "ClusterName",
            self.cluster,
            "ServiceName",
            self.ecs_service,
            options
        ])
    }

    /// The period of graphs of Bongsu's own metrics, in seconds.
    fn period(&self) -> u64 {
        self.window_minutes * 60
    }

    fn own_metric(&self, name: &str, options: &Value) -> Value {
        json!([
            self.namespace,
            name,
            own_metrics::ENVIRONMENT,
            self.environment,
            own_metrics::SERVICE,
            self.service,
            options
        ])
    }

    fn metric(&self, title: &str, size: (u64, u64), rows: &[Value], axis: &Value) -> Value {
        let mut widget = json!({
            "type": "metric", "width": size.0, "height": size.1,
            "properties": {
                "title": title, "region": self.region, "view": "timeSeries", "stacked": false,
                "metrics": rows, "legend": {"position": "bottom"},
            },
        });
        if axis.as_object().is_some_and(|axis| !axis.is_empty()) {
            merge(&mut widget, &json!({"yAxis": {"left": axis}}));
        }
        widget
    }

    fn log(&self, title: &str, view: &str, size: (u64, u64), query: &str) -> Value {
        json!({
            "type": "log", "width": size.0, "height": size.1,
            "properties": {"title": title, "region": self.region, "view": view, "query": query},
        })
    }
}

fn text(markdown: &str, height: u64) -> Value {
    json!({
        "type": "text", "width": 24, "height": height,
        "properties": {"markdown": markdown, "background": "transparent"},
    })
}

/// Sets properties of a widget.
fn merge(widget: &mut Value, more: &Value) {
    if let (Some(Value::Object(properties)), Value::Object(more)) =
        (widget.get_mut("properties"), more)
    {
        properties.extend(more.clone());
    }
}

/// A row with other options.
fn with(row: &Value, options: &Value) -> Value {
    let mut row = row.clone();
    if let Some(Value::Object(there)) = row.as_array_mut().and_then(|row| row.last_mut())
        && let Value::Object(options) = options
    {
        there.extend(options.clone());
    }
    row
}

/// A log group's name as the console's links encode it: percent-encoded, with `$25` for the percent
/// sign.
fn encoded_twice(name: &str) -> String {
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "$25{byte:02X}");
        }
    }
    encoded
}
