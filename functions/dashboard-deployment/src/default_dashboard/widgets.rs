//! The head of the default dashboard, and the parts that its widgets are made of.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Scene, own_metrics};

// CloudWatch's own palette, so that a colour means the same on every graph.
pub(super) const BLUE: &str = "#1f77b4";
pub(super) const GREEN: &str = "#2ca02c";
pub(super) const ORANGE: &str = "#ff7f0e";
pub(super) const RED: &str = "#d62728";
pub(super) const PURPLE: &str = "#9467bd";
pub(super) const GREY: &str = "#7f7f7f";

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

    pub(super) fn ecs(&self, name: &str, options: &Value) -> Value {
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
    pub(super) fn period(&self) -> u64 {
        self.window_minutes * 60
    }

    pub(super) fn own_metric(&self, name: &str, options: &Value) -> Value {
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

    /// The ends of the usual band of a metric, in grey. Without a baseline there are none.
    pub(super) fn band(&self, band: own_metrics::Band) -> [Value; 2] {
        [
            (band.upper, "Usual, at most"),
            (band.lower, "Usual, at least"),
        ]
        .map(|(name, label)| {
            let options = json!({"stat": "Average", "label": label, "color": GREY});
            self.own_metric(name, &options)
        })
    }

    pub(super) fn metric(
        &self,
        title: &str,
        size: (u64, u64),
        rows: &[Value],
        axis: &Value,
    ) -> Value {
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

    pub(super) fn log(&self, title: &str, view: &str, size: (u64, u64), query: &str) -> Value {
        json!({
            "type": "log", "width": size.0, "height": size.1,
            "properties": {"title": title, "region": self.region, "view": view, "query": query},
        })
    }
}

pub(super) fn text(markdown: &str, height: u64) -> Value {
    json!({
        "type": "text", "width": 24, "height": height,
        "properties": {"markdown": markdown, "background": "transparent"},
    })
}

/// Sets properties of a widget.
pub(super) fn merge(widget: &mut Value, more: &Value) {
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
