//! The time for dashboards and queries grows with their length and not faster, whatever they hold.
//! `functions/log-ingest/tests/linear/` has the lines of logs.

use bongsu_tests::properties;
use shared_tests::linear::{LONG, Repeated, assert_linear, assert_linear_up_to};

#[test]
fn dashboards_of_any_kind_take_linear_time() {
    #[rustfmt::skip]
    let plain = Repeated::new("metrics", r#"{"widgets":[{"type":"metric","properties":{"region":"us-east-1","metrics":["#, r#"["AWS/EC2","CPUUtilization","InstanceId","i-1"],"#, r#"["..."]]}}]}"#);
    #[rustfmt::skip]
    let inputs = [
        Repeated::new("empty widgets", r#"{"widgets":["#, "{},", "{}]}"),
        Repeated::new("numbers", r#"{"widgets":["#, "1,", "1]}"),
        Repeated::new("unknown keys", r#"{"widgets":[],"#, r#""a":1,"#, r#""b":1}"#),
        Repeated::new("variables", r#"{"widgets":[],"variables":["#, r#"{"type":"property","property":"a","inputType":"input","id":"a"},"#, "{}]}"),
        Repeated::new("repeated metrics", r#"{"widgets":[{"type":"metric","properties":{"region":"us-east-1","metrics":[["AWS/EC2","CPUUtilization","InstanceId","i-1"],"#, r#"["..."],"#, r#"["...",{"id":"m"}]]}}]}"#),
        Repeated::new("dimensions", r#"{"widgets":[{"type":"metric","properties":{"region":"us-east-1","metrics":[["AWS/EC2","CPUUtilization","#, r#""a","b","#, r#""c","d"]]}}]}"#),
        Repeated::new("dots", r#"{"widgets":[{"type":"metric","properties":{"metrics":[["AWS/EC2","CPUUtilization"],["#, r#"".","#, r#""."]]}}]}"#),
        Repeated::new("expressions", r#"{"widgets":[{"type":"metric","properties":{"metrics":["#, r#"[{"expression":"m1+m2","id":"e1"}],"#, r#"[{"expression":"e1"}]]}}]}"#),
        Repeated::new("a long expression", r#"{"widgets":[{"type":"metric","properties":{"metrics":[[{"expression":""#, "SUM([m1,(m2", r#""}]]}}]}"#),
        Repeated::new("operators of an expression", r#"{"widgets":[{"type":"metric","properties":{"metrics":[[{"expression":""#, "m1+", r#"m2"}]]}}]}"#),
        Repeated::new("parentheses of an expression", r#"{"widgets":[{"type":"metric","properties":{"metrics":[[{"expression":""#, "(", r#""}]]}}]}"#),
        Repeated::new("a search", r#"{"widgets":[{"type":"metric","properties":{"metrics":[[{"expression":"SEARCH('"#, "{AWS/EC2,InstanceId} ", r#"','Average')"}]]}}]}"#),
        Repeated::new("annotations", r#"{"widgets":[{"type":"metric","properties":{"metrics":[["a","b"]],"annotations":{"horizontal":["#, r#"{"value":1},"#, r#"{"value":2}]}}}]}"#),
        Repeated::new("alarms", r#"{"widgets":[{"type":"alarm","properties":{"alarms":["#, r#""arn:aws:cloudwatch:us-east-1:1:alarm:a","#, r#""b"]}}]}"#),
        Repeated::new("a query of logs", r#"{"widgets":[{"type":"log","properties":{"region":"us-east-1","query":""#, "SOURCE 'a' | ", r#"fields a"}}]}"#),
        Repeated::new("markdown", r#"{"widgets":[{"type":"text","properties":{"markdown":""#, "[button:a](b)", r#""}}]}"#),
        Repeated::new("deep lists", r#"{"widgets":"#, "[", ""),
        Repeated::new("a range", r#"{"widgets":[],"start":""#, "-PT1H", r#""}"#),
    ];
    assert_linear(&plain, &inputs, |text| {
        properties::dashboard(text.as_bytes());
    });
}

#[test]
fn queries_of_any_kind_take_linear_time() {
    let plain = Repeated::new("words", "", "connection pool ", "timeout");
    #[rustfmt::skip]
    let inputs = [
        Repeated::new("a word", "", "a", ""),
        Repeated::new("alternatives", "", "a OR ", "b"),
        Repeated::new("negations", "", "-a NOT b ", "c"),
        Repeated::new("signs of negations", "", "-", "a"),
        Repeated::new("words of negations", "", "NOT ", "a"),
        Repeated::new("open parentheses", "", "(", "a"),
        Repeated::new("groups", "", "(a) ", "b"),
        Repeated::new("empty groups", "", "()", ""),
        Repeated::new("quoted texts", "", "\"a b\" ", "c"),
        Repeated::new("an open quoted text", "\"", "a", ""),
        Repeated::new("quotation marks", "", "\"", ""),
        Repeated::new("escapes", "\"", "\\\"", "\""),
        Repeated::new("wildcards", "", "a*", "b"),
        Repeated::new("stars", "", "*", ""),
        Repeated::new("an expression", "/", "(a|b)*", "/"),
        Repeated::new("open groups of an expression", "/", "(", "/"),
        Repeated::new("repetitions of an expression", "/", "a{9}", "/"),
        Repeated::new("many expressions", "", "/a+b/ ", "c"),
        Repeated::new("slashes", "", "/", ""),
        Repeated::new("fields", "", "user:gm-7 ", "a"),
        Repeated::new("levels", "", "level:>=warn ", "a"),
        Repeated::new("ranges", "", "duration:>500ms ", "a"),
        Repeated::new("a long number", "duration:>", "1", "ms"),
        Repeated::new("metadata", "", "a.b.c:d ", "a"),
        Repeated::new("a long key", "", "a.", "b:c"),
        Repeated::new("colons", "", "a:", "b"),
        Repeated::new("Korean", "", "결제 ", "실패"),
    ];
    // Longer ones are refused.
    assert_linear_up_to(8_000, &plain, &inputs, properties::parse_and_match);
    let korean = Repeated::new("a query that is too long", "a", "가", "");
    properties::parse_and_match(&korean.text(LONG));
}
