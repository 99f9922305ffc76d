//! What CloudWatch says about why an alarm has changed: a sentence for people, and the only place in
//! which the measured value always stands.

use serde_json::Value;

use crate::notice::Comparison;

/// The latest value in a sentence such as `Threshold Crossed: 2 datapoints [91.5 (24/11/26
/// 00:31:00), 87.0 (24/11/26 00:30:00)] were greater than the threshold (80.0).`
pub(super) fn latest(reason: &str) -> Option<f64> {
    let (_, rest) = reason.split_once('[')?;
    let (datapoints, _) = rest.split_once(']')?;
    let datapoints = datapoints.split(", ").filter_map(datapoint);
    let latest = datapoints.reduce(|latest, next| if next.1 > latest.1 { next } else { latest });
    latest.map(|(value, _)| value)
}

/// A value, and its time in an order that sorts; empty if it has none.
fn datapoint(text: &str) -> Option<(f64, String)> {
    let (value, time) = text.trim().split_once(' ').unwrap_or((text, ""));
    let value: f64 = value.trim().parse().ok()?;
    let time = time.trim_matches(['(', ')']);
    let (day, clock) = time.split_once(' ').unwrap_or(("", time));
    // Days are written as 24/11/26, the year last.
    let day: Vec<&str> = day.rsplit('/').collect();
    value
        .is_finite()
        .then(|| (value, format!("{} {clock}", day.join("/"))))
}

/// The latest value in the data for programs that events carry as text: `recentDatapoints` where
/// there is one alone, since their order is said nowhere.
pub(super) fn latest_of_data(data: &str) -> Option<f64> {
    let data: Value = serde_json::from_str(data).ok()?;
    match data.get("recentDatapoints")?.as_array()?.as_slice() {
        [only] => only.as_f64(),
        _ => None,
    }
}

/// The expected band of an anomaly alarm in the data for programs, of the latest datapoint: the edges,
/// the lower one first.
pub(super) fn band_of_data(data: &str) -> Option<(f64, f64)> {
    let data: Value = serde_json::from_str(data).ok()?;
    let edge = |name: &str| data.get(name)?.as_array()?.first()?.as_f64();
    Some((
        edge("recentLowerThresholds")?,
        edge("recentUpperThresholds")?,
    ))
}

/// On which side of the threshold the trouble lies, by the words of the sentence. Of an alarm that is
/// over it says that the value was not there.
pub(super) fn comparison(reason: &str) -> Option<Comparison> {
    let sides = [
        (
            "greater than or equal to the threshold",
            Comparison::AtLeast,
        ),
        ("greater than the threshold", Comparison::Above),
        ("less than or equal to the threshold", Comparison::AtMost),
        ("less than the threshold", Comparison::Below),
    ];
    let side = sides.into_iter().find(|(words, _)| reason.contains(words));
    side.map(|(_, side)| side)
}

/// The edge of a band of expected values that was crossed: `was greater than the upper thresholds
/// [80.3]`.
pub(super) fn band(reason: &str) -> Option<f64> {
    side_of_band(reason)?;
    let (_, rest) = reason.split_once(" threshold")?;
    let (_, rest) = rest.split_once('[')?;
    let (edges, _) = rest.split_once(']')?;
    // They are written in the order of the datapoints: the latest first.
    let edge: f64 = edges.split(',').next()?.trim().parse().ok()?;
    edge.is_finite().then_some(edge)
}

/// Which edge of the band was crossed.
pub(super) fn side_of_band(reason: &str) -> Option<Comparison> {
    if reason.contains("greater than the upper threshold") {
        Some(Comparison::Above)
    } else {
        let is_below = reason.contains("less than the lower threshold");
        is_below.then_some(Comparison::Below)
    }
}

#[cfg(test)]
mod tests {
    use super::{band, band_of_data, comparison, latest, latest_of_data, side_of_band};
    use crate::notice::Comparison;

    #[test]
    fn the_latest_value_is_read_whatever_the_order() {
        for (reason, value) in [
            (
                "Threshold Crossed: 1 datapoint [91.25 (24/11/26 00:30:00)] was greater than or \
                 equal to the threshold (80.0).",
                Some(91.25),
            ),
            (
                "Threshold Crossed: 3 out of the last 3 datapoints [3.0 (01/12/26 00:01:00), 2.0 \
                 (30/11/26 00:00:00), 1.0 (29/11/26 23:59:00)] were greater than the threshold (0.5).",
                Some(3.0),
            ),
            (
                "2 datapoints [1.0 (31/12/26 23:59:00), 2.0E-3 (01/01/27 00:00:00)]",
                Some(0.002),
            ),
            ("1 datapoint [4.5] was", Some(4.5)),
            ("Unchecked: Initial alarm creation", None),
            ("[결제 (NaN), NaN (24/11/26 00:30:00)]", None),
            ("[", None),
        ] {
            assert_eq!(latest(reason), value, "{reason}");
        }
    }

    #[test]
    fn the_band_is_read_from_the_data_for_programs() {
        let data = r#"{"recentDatapoints": [9.5], "recentLowerThresholds": [1.5], "recentUpperThresholds": [8.0]}"#;
        assert_eq!(band_of_data(data), Some((1.5, 8.0)));
        assert_eq!(band_of_data(r#"{"recentUpperThresholds": []}"#), None);
        assert_eq!(band_of_data("결제"), None);
    }

    #[test]
    fn data_for_programs_have_a_value_only_if_it_is_alone() {
        assert_eq!(latest_of_data(r#"{"recentDatapoints": [1.5]}"#), Some(1.5));
        assert_eq!(latest_of_data(r#"{"recentDatapoints": [1.5, 2]}"#), None);
        assert_eq!(latest_of_data("결제"), None);
    }

    #[test]
    fn the_side_of_the_threshold_is_read_from_the_words() {
        let side = comparison("1 datapoint [1] was less than the threshold (2.0).");
        assert_eq!(side, Some(Comparison::Below));
        let side = comparison("was not greater than or equal to the threshold (2.0)");
        assert_eq!(side, Some(Comparison::AtLeast));
        assert_eq!(comparison("결제"), None);
    }

    #[test]
    fn the_crossed_edge_of_a_band_is_the_threshold() {
        let above = "Thresholds Crossed: 1 out of the last 1 datapoints [120.5 (25/11/26 16:55:00)] was \
                     greater than the upper thresholds [80.3] (minimum 1 datapoint).";
        assert_eq!(
            (band(above), side_of_band(above)),
            (Some(80.3), Some(Comparison::Above))
        );
        assert_eq!(latest(above), Some(120.5));
        let below =
            "2 datapoints [1.0 (a), 2.0 (b)] were less than the lower thresholds [3.5, 4.0]";
        assert_eq!(
            (band(below), side_of_band(below)),
            (Some(3.5), Some(Comparison::Below))
        );
        assert_eq!(band("was greater than the threshold (80.0)"), None);
    }
}
