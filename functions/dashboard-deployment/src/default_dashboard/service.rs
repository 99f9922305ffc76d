//! The widgets about the service: its tasks, requests, errors and load balancer.

use serde_json::{Value, json};

use super::{
    Balancer, Scene, own_metrics,
    widgets::{BLUE, GREEN, ORANGE, PURPLE, RED, merge},
};

impl Scene {
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

    /// The tasks that run and those that should, by Container Insights.
    pub(super) fn tasks(&self) -> Value {
        let row = |name: &str, label: &str, color: &str| {
            json!([
                "ECS/ContainerInsights",
                name,
                "ClusterName",
                self.cluster,
                "ServiceName",
                self.ecs_service,
                {"stat": "Average", "label": label, "color": color}
            ])
        };
        let rows = [
            row("RunningTaskCount", "Running", BLUE),
            row("DesiredTaskCount", "Desired", ORANGE),
        ];
        let axis = json!({"min": 0, "label": "Tasks", "showUnits": false});
        let mut widget = self.metric("Tasks (Container Insights)", (8, 6), &rows, &axis);
        merge(&mut widget, &json!({"period": 60}));
        widget
    }

    /// The hosts of the target group, and the load balancer's requests and errors.
    pub(super) fn balancer(&self) -> Vec<Value> {
        let Some(Balancer {
            load_balancer,
            target_group,
        }) = &self.balancer
        else {
            return Vec::new();
        };
        let of_group = |name: &str, options: Value| {
            json!([
                "AWS/ApplicationELB",
                name,
                "LoadBalancer",
                load_balancer,
                "TargetGroup",
                target_group,
                options
            ])
        };
        let hosts = [
            of_group(
                "HealthyHostCount",
                json!({"stat": "Minimum", "label": "Healthy", "color": GREEN}),
            ),
            of_group(
                "UnHealthyHostCount",
                json!({"stat": "Maximum", "label": "Unhealthy", "color": RED}),
            ),
        ];
        let requests = [
            of_group(
                "RequestCount",
                json!({"stat": "Sum", "label": "Requests", "color": BLUE}),
            ),
            of_group(
                "HTTPCode_Target_5XX_Count",
                json!({"stat": "Sum", "label": "5xx of the service", "color": RED}),
            ),
            // Without a target: it answers these itself.
            json!([
                "AWS/ApplicationELB",
                "HTTPCode_ELB_5XX_Count",
                "LoadBalancer",
                load_balancer,
                {"stat": "Sum", "label": "5xx of the load balancer", "color": PURPLE}
            ]),
        ];
        let axis = |label: &str| json!({"min": 0, "label": label, "showUnits": false});
        let of_minute = |title: &str, rows: &[Value], label: &str| {
            let mut widget = self.metric(title, (12, 6), rows, &axis(label));
            merge(&mut widget, &json!({"period": 60}));
            widget
        };
        vec![
            of_minute("Hosts of the load balancer", &hosts, "Hosts"),
            of_minute("Requests of the load balancer", &requests, "Per minute"),
        ]
    }

    pub(super) fn error_rate(&self) -> Value {
        let mut rows = self.error_rate_rows().to_vec();
        rows.extend(self.band(own_metrics::ERROR_RATE_BAND));
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
    pub(super) fn error_rate_rows(&self) -> [Value; 3] {
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
        let mut rows = vec![
            self.own_metric(
                own_metrics::REQUEST_COUNT,
                &json!({"stat": "Sum", "label": "Requests", "color": BLUE}),
            ),
            self.own_metric(
                own_metrics::ERROR_COUNT,
                &json!({"stat": "Sum", "label": "Errors", "color": RED}),
            ),
        ];
        rows.extend(self.band(own_metrics::REQUEST_COUNT_BAND));
        let mut widget = self.metric(
            "Requests and errors",
            (8, 6),
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
            (8, 6),
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
}
