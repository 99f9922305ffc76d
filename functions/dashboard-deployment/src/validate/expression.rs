//! The ids that a metric math expression uses:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html>.

/// The ids in an expression. Ids begin with a lower-case letter; functions and keywords are in upper
/// case. Quoted text is skipped.
pub(super) fn ids(expression: &str) -> Vec<&str> {
    // `SELECT …` is a Metrics Insights query; its names are columns.
    if expression
        .trim_start()
        .get(..6)
        .is_some_and(|word| word.eq_ignore_ascii_case("select"))
    {
        return Vec::new();
    }
    let mut quote = None;
    // Everything between quotes is a separator. Either kind of quote may stand within the other.
    let mut is_quoted = move |letter: char| {
        if quote == Some(letter) {
            quote = None;
            return true;
        }
        if quote.is_none() && matches!(letter, '"' | '\'') {
            quote = Some(letter);
        }
        quote.is_some()
    };
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
    expression
        .split(move |letter: char| is_quoted(letter) || !is_part(letter))
        .filter(|word| word.starts_with(|letter: char| letter.is_ascii_lowercase()))
        .collect()
}

/// True if an expression finds its metrics itself.
pub(super) fn searches(expression: &str) -> bool {
    [
        "SEARCH(",
        "SELECT ",
        "METRICS(",
        "INSIGHT_RULE_METRIC(",
        "DB_PERF_INSIGHTS(",
    ]
    .iter()
    .any(|word| expression.contains(word))
}

#[cfg(test)]
mod tests {
    use super::ids;

    #[test]
    fn ids_begin_with_a_lower_case_letter() {
        assert_eq!(ids("100*FILL(m2,0)/m1"), ["m2", "m1"]);
        assert_eq!(ids("IF(errors > 1e3, errors_2)"), ["errors", "errors_2"]);
        assert!(ids("SEARCH('{AWS/Lambda,FunctionName} bongsu', 'Sum', 300)").is_empty());
        assert!(ids("SELECT AVG(x) FROM \"AWS/EC2\"").is_empty());
        let nested = r#"SEARCH('{AWS/ApplicationELB,TargetGroup} MetricName="Latency" a=appname', 'p90', 60) + m1"#;
        assert_eq!(ids(nested), ["m1"]);
        assert_eq!(ids("DB_PERF_INSIGHTS(\"RDS\", \"db's\", 'x') * m2"), ["m2"]);
        assert!(ids("").is_empty());
    }
}
