//! Validates the range of time that a dashboard opens with.
//!
//! `start` is relative, as in `-PT3H` or `-P3M`, or an instant; `end` is an instant. CloudWatch accepts
//! other text and ignores it.

use jiff::{Span, Timestamp};

use super::schema::{At, Checked};

/// Warns of a range that CloudWatch cannot show.
pub(super) fn check(root: &At<'_>, checked: &mut Checked) {
    let start = root
        .text(checked, "start")
        .filter(|text| !text.contains('$'));
    let end = root.text(checked, "end").filter(|text| !text.contains('$'));
    let instant = |text: &str| text.parse::<Timestamp>().ok();
    if let Some(start) = start.filter(|text| instant(text).is_none() && !is_relative(text)) {
        checked.warn(
            "/start",
            format!(
                "{start:?} is neither relative, such as -PT3H or -P7D, nor an instant, such as \
                 2026-11-24T00:00:00Z"
            ),
        );
    }
    if let Some(end) = end.filter(|text| instant(text).is_none()) {
        checked.warn(
            "/end",
            format!("{end:?} is not an instant, such as 2026-11-24T00:00:00Z"),
        );
    }
    if let (Some(start), Some(end)) = (start.and_then(instant), end.and_then(instant))
        && start >= end
    {
        checked.warn("/end", "is not after start");
    }
}

/// True for `-P` and a duration in ISO 8601 that is not 0.
fn is_relative(text: &str) -> bool {
    let Some(duration) = text.strip_prefix("-").filter(|rest| rest.starts_with('P')) else {
        return false;
    };
    let span = duration.parse::<Span>();
    span.is_ok_and(|span| span.signum() > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::body;

    fn paths(range: &Value) -> Vec<String> {
        let mut dashboard = json!({"widgets": []});
        if let (Some(dashboard), Some(range)) = (dashboard.as_object_mut(), range.as_object()) {
            dashboard.extend(range.clone());
        }
        let findings = body(&dashboard);
        assert!(findings.iter().all(|finding| !finding.is_error()));
        findings
            .into_iter()
            .map(|finding| finding.data_path)
            .collect()
    }

    #[test]
    fn ranges_are_durations_before_now_or_instants() {
        for valid in [
            json!({"start": "-PT3H"}),
            json!({"start": "-P3M"}),
            json!({"start": "-P1W"}),
            json!({"start": "-P1DT12H"}),
            json!({"start": "2026-11-24T00:00:00.000Z"}),
            json!({"start": "2026-11-24T00:00:00Z", "end": "2026-11-24T03:00:00+09:00"}),
            json!({"end": "2026-11-24T00:00:00Z"}),
            json!({"start": "${Start}"}),
        ] {
            let expected: &[&str] = if valid["start"] == "2026-11-24T00:00:00Z" {
                &["/end"]
            } else {
                &[]
            };
            assert_eq!(paths(&valid), expected, "{valid}");
        }
        for impossible in [
            "PT3H",
            "-PT",
            "-P",
            "-PT0S",
            "-3H",
            "3h",
            "yesterday",
            "-PT3X",
            "2026-13-40",
            "",
        ] {
            assert_eq!(
                paths(&json!({"start": impossible})),
                ["/start"],
                "{impossible}"
            );
        }
        assert_eq!(paths(&json!({"end": "now"})), ["/end"]);
    }
}
