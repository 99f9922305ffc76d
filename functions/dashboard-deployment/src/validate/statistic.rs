//! Recognises statistics:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html>.

use super::schema::{At, Checked};

/// The beginning of CloudWatch's pattern, as observed in its messages.
const PATTERN: &str = "^((SampleCount|Average|Sum|Minimum|Maximum|IQM)|(p|tc|tm|ts|wm)...";

const SIMPLE: [&str; 6] = ["SampleCount", "Average", "Sum", "Minimum", "Maximum", "IQM"];
/// Prefixes of one percentage, as in `p99`.
const OF_ONE: [&str; 5] = ["tc", "tm", "ts", "wm", "p"];
/// Prefixes of a range, as in `TM(10%:90%)`.
const OF_RANGE: [&str; 5] = ["TC", "TM", "TS", "WM", "PR"];

/// Checks the statistic at `stat`.
pub(super) fn check(of: &At<'_>, checked: &mut Checked) {
    let Some(statistic) = of.text(checked, "stat") else {
        return;
    };
    // It may be a dashboard variable.
    if !is_statistic(statistic) && !statistic.contains('$') {
        checked.error(
            format!("{}/stat", of.path),
            format!("Should match pattern \"{PATTERN}"),
        );
    }
}

/// True if CloudWatch knows the statistic.
#[must_use]
pub fn is_statistic(text: &str) -> bool {
    SIMPLE.contains(&text)
        || OF_ONE
            .iter()
            .any(|kind| text.strip_prefix(kind).is_some_and(is_percentage))
        || OF_RANGE
            .iter()
            .any(|kind| text.strip_prefix(kind).is_some_and(is_range))
}

/// True if a statistic needs single values, not only sums.
pub(super) fn needs_values(text: &str) -> bool {
    is_statistic(text) && (!SIMPLE.contains(&text) || text == "IQM")
}

/// True for 0 to 100, with at most ten decimals.
fn is_percentage(text: &str) -> bool {
    is_number(text) && text.parse::<f64>().is_ok_and(|number| number <= 100.0)
}

fn is_number(text: &str) -> bool {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !whole.is_empty() && digits(whole) && digits(decimals) && decimals.len() <= 10
}

/// True for `(10%:90%)` or `(100:2000)`; one end may be missing.
fn is_range(text: &str) -> bool {
    let inner = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'));
    let Some((from, to)) = inner.and_then(|inner| inner.split_once(':')) else {
        return false;
    };
    let fits =
        |is_end: fn(&str) -> bool| [from, to].iter().all(|end| end.is_empty() || is_end(end));
    (!from.is_empty() || !to.is_empty())
        && (fits(is_number) || fits(|end| end.strip_suffix('%').is_some_and(is_percentage)))
}

#[cfg(test)]
mod tests {
    use super::is_statistic;

    #[test]
    fn only_valid_statistics_are_accepted() {
        for statistic in [
            "Average",
            "IQM",
            "p99",
            "p99.9",
            "p100",
            "tm90",
            "wm99",
            "TM(10%:90%)",
            "TC(:100)",
            "PR(0.5:2)",
        ] {
            assert!(is_statistic(statistic), "{statistic}");
        }
        for none in [
            "Avg",
            "average",
            "p",
            "p101",
            "P99",
            "p99%",
            "TM()",
            "TM(:)",
            "TM(10%:90)",
            "Max",
            "",
        ] {
            assert!(!is_statistic(none), "{none}");
        }
    }
}
