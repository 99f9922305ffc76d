//! Validates annotations: lines, bands and alarms on a graph.

use super::{
    property::{alarm_arn, colour},
    schema::{At, Checked},
};

pub(super) fn check(properties: &At<'_>, checked: &mut Checked) {
    let Some(annotations) = properties.get("annotations") else {
        return;
    };
    if !annotations.object(checked) {
        return;
    }
    if let Some(alarms) = annotations.list(checked, "alarms", 0, 1) {
        for alarm in &alarms {
            alarm_arn(alarm, checked);
        }
        for other in ["horizontal", "vertical"] {
            if !alarms.is_empty() && annotations.get(other).is_some() {
                checked.warn(
                    format!("{}/{other}", annotations.path),
                    "is not shown: a graph of an alarm has no other annotations",
                );
            }
        }
        if !alarms.is_empty() && properties.get("metrics").is_some() {
            checked.warn(
                format!("{}/metrics", properties.path),
                "is not shown: a graph of an alarm shows the alarm's own metric",
            );
        }
    }
    for side in ["horizontal", "vertical"] {
        for line in annotations
            .list(checked, side, 0, usize::MAX)
            .unwrap_or_default()
        {
            let ends: Vec<At<'_>> = match line.value.as_array() {
                // A band has two ends.
                Some(ends) => ends
                    .iter()
                    .enumerate()
                    .map(|(index, value)| At {
                        path: format!("{}/{index}", line.path),
                        value,
                    })
                    .collect(),
                None => vec![line],
            };
            for end in ends {
                if !end.required(checked, &["value"]) {
                    continue;
                }
                let fills = if side == "horizontal" {
                    end.number(checked, "value");
                    ["above", "below", "none"]
                } else {
                    end.text(checked, "value");
                    ["before", "after", "none"]
                };
                end.one_of(checked, "fill", &fills);
                colour(&end, checked);
                axis(&end, checked);
                end.switch(checked, "visible");
                end.text(checked, "label");
                end.unknown_keys(
                    checked,
                    &["value", "label", "color", "fill", "yAxis", "visible"],
                    "an annotation",
                );
            }
        }
    }
}

/// Reports another axis than the two that exist, for which CloudWatch refuses a dashboard:
/// <https://github.com/aws/aws-cdk/issues/25496>.
fn axis(line: &At<'_>, checked: &mut Checked) {
    let found = line.text(checked, "yAxis");
    if found.is_some_and(|axis| !["left", "right"].contains(&axis)) {
        checked.error(
            format!("{}/yAxis", line.path),
            "Should be equal to one of the allowed values",
        );
    }
}
