//! Graphs rendered by CloudWatch.

use std::time::Duration;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_cloudwatch::{Client, config::retry::RetryConfig, error::ProvideErrorMetadata as _};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use shared::{aws, deadline::Deadline};

use crate::{
    channel::graph::{Graph, GraphRenderer},
    notice::GraphSpec,
};

/// How long a picture may take.
const LONGEST: Duration = Duration::from_secs(5);

/// How often it is asked for.
const TRIES: u32 = 2;

/// The size of a picture, in pixels: readable on a telephone held upright.
const WIDTH: u32 = 720;
/// See [`WIDTH`].
const HEIGHT: u32 = 360;

/// How far back it goes, in the words of
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Metric-Widget-Structure.html>.
const START: &str = "-PT3H";

/// The largest description that CloudWatch takes, in bytes:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricWidgetImage.html>.
const MOST_BYTES: usize = 100 * 1024;

/// What every PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Renders graphs with the CloudWatch of an AWS configuration.
#[derive(Clone, Debug)]
pub struct CloudWatchGraphs {
    config: SdkConfig,
    zone: TimeZone,
}

impl CloudWatchGraphs {
    /// Graphs from the CloudWatch of this configuration, in any region, with the times of a
    /// zone.
    #[must_use]
    pub fn new(config: &SdkConfig, zone: TimeZone) -> Self {
        let retries = RetryConfig::standard().with_max_attempts(TRIES);
        let config = config.to_builder().retry_config(retries).build();
        Self { config, zone }
    }
}

#[async_trait]
impl GraphRenderer for CloudWatchGraphs {
    /// Draws the last hours. `now` says how far the zone is from UTC.
    async fn draw(
        &self,
        graph: &GraphSpec,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Graph, String> {
        let widget = widget(graph, &self.zone, now).to_string();
        if widget.len() > MOST_BYTES {
            return Err("the description of the graph is too large".to_owned());
        }
        let deadline = Deadline::after(deadline.remaining().min(LONGEST));
        let client = Client::new(&aws::in_region(&self.config, &graph.region));
        let call = client
            .get_metric_widget_image()
            .metric_widget(widget)
            .send();
        let answer = aws::before(deadline, call).await;
        let answer = answer.ok_or("CloudWatch did not draw it in time")?;
        let drawn = answer.map_err(|error| {
            let code = error.code().unwrap_or_default();
            aws::reason(code, error.message(), std::error::Error::source(&error))
        })?;
        let png = drawn.metric_widget_image.unwrap_or_default();
        if !png.as_ref().starts_with(PNG) {
            return Err("CloudWatch answered without a picture".to_owned());
        }
        Ok(Graph {
            png: png.into_inner(),
            alt: graph.title.clone(),
        })
    }
}

/// The description of a graph.
fn widget(graph: &GraphSpec, zone: &TimeZone, now: Timestamp) -> Value {
    let mut widget = json!({
        "metrics": graph.metrics,
        "title": graph.title,
        "view": "timeSeries",
        "stacked": false,
        "width": WIDTH,
        "height": HEIGHT,
        "start": START,
        "timezone": offset(zone, now),
    });
    if let (Some(threshold), Some(widget)) = (graph.threshold, widget.as_object_mut()) {
        let line = json!({"horizontal": [{"value": threshold, "color": "#d13212"}]});
        widget.insert("annotations".to_owned(), line);
    }
    widget
}

/// How far a zone is from UTC, as CloudWatch wants to know it: `+0900`.
fn offset(zone: &TimeZone, now: Timestamp) -> String {
    let seconds = zone.to_offset(now).seconds();
    let minutes = seconds.abs() / 60;
    let sign = if seconds < 0 { '-' } else { '+' };
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::{offset, widget};
    use crate::notice::GraphSpec;

    #[test]
    fn a_graph_is_described_with_its_threshold_and_the_teams_time() {
        let graph = GraphSpec {
            region: "ap-northeast-2".to_owned(),
            metrics: json!([["AWS/ECS", "CPUUtilization", "ServiceName", "gm-tool"]]),
            threshold: Some(80.0),
            title: "gm-tool: CPU 사용률".to_owned(),
        };
        let now = "2026-11-24T00:33:20Z".parse().expect("a time");
        let zone = TimeZone::get("Asia/Seoul").expect("a zone");
        let drawn = widget(&graph, &zone, now);
        insta::assert_json_snapshot!(drawn);
        let graph = GraphSpec {
            threshold: None,
            ..graph
        };
        assert!(widget(&graph, &zone, now).get("annotations").is_none());
    }

    #[test]
    fn a_zone_is_its_offset_at_the_time() {
        let at = |time: &str| time.parse().expect("a time");
        for (zone, time, expected) in [
            ("UTC", "2026-11-24T00:00:00Z", "+0000"),
            ("America/New_York", "2026-11-24T00:00:00Z", "-0500"),
            ("America/New_York", "2026-07-01T00:00:00Z", "-0400"),
            ("Asia/Kolkata", "2026-11-24T00:00:00Z", "+0530"),
            ("America/St_Johns", "2026-11-24T00:00:00Z", "-0330"),
        ] {
            let zone = TimeZone::get(zone).expect("a zone");
            assert_eq!(offset(&zone, at(time)), expected);
        }
    }
}
