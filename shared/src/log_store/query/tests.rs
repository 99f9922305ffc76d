//! The language as a whole: what queries mean, and how they fail.

use proptest::prelude::*;

use super::SearchQuery;
use crate::model::{
    level::Level,
    log::{LogDocument, Request},
    metadata::Metadata,
};

fn document() -> LogDocument {
    let time = "2026-11-24T00:00:00Z".parse().expect("an instant");
    let message = "Connection timeout to db-1 (10.0.0.5:5432): 결제가 실패했습니다\nat f(x)";
    LogDocument {
        level: Level::Error,
        pattern: "Connection timeout".to_owned(),
        environment: Some("production".into()),
        correlation_id: Some("r-1".to_owned()),
        user_id: Some("GM-7".to_owned()),
        request: Some(Request {
            method: Some("GET".into()),
            path: Some("/api/p/1".to_owned()),
            route: Some("/api/p/{id}".to_owned()),
            endpoint: Some("GET /api/p/{id}".to_owned()),
            status_code: Some(503),
            duration: Some(1_500.0),
            client: Some("10.0.0.1".to_owned()),
        }),
        metadata: Some(
            Metadata::read(
                r#"{"orderId":"ORD-77","err":{"code":"ECONNRESET","n":[1,2.50]},"http.host":"API","ok":false,"none":null}"#
                    .to_owned(),
            )
            .expect("JSON"),
        ),
        ..LogDocument::new("shop", "1".to_owned(), time, message.to_owned())
    }
}

fn check(query: &str, expected: bool) {
    let parsed = SearchQuery::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    assert_eq!(parsed.matches(&document()), expected, "{query}: {parsed:?}");
}

#[test]
fn queries_that_match() {
    for query in [
        "",
        "  ",
        "*",
        "timeout",
        "TIMEOUT",
        "imeou",
        "결제",
        "제가 실패",
        "결제 connection",
        "\"timeout to db-1\"",
        "\"10.0.0.5:5432\"",
        "10.0.0.5:5432",
        "time*",
        "conn*DB",
        "*out*",
        "/time(d )?out/",
        "/결제.? 실패/",
        "/^at f\\(x\\)$/",
        "/(?-i)Connection/",
        "f(x)",
        "f(x) OR a)",
        "(f(x))",
        "-debug",
        "NOT debug",
        "debug OR timeout",
        "debug OR (timeout -redis)",
        "timeout AND db-1",
        "--timeout",
        "level:error",
        "level:ERROR",
        "level:err",
        "level:>=warn",
        "level:<fatal",
        "status:5xx",
        "status:503",
        "status:50x",
        "status:>=500",
        "status:*",
        "duration:>500ms",
        "duration:1.5s",
        "duration:<=1500",
        "route:/api/*",
        "route:/api/p/{id}",
        "path:/api/p/1",
        "path:*/1",
        "method:get",
        "user:gm-7",
        "user:gm*7",
        "userId:/^gm-\\d$/",
        "service:shop",
        "env:prod*",
        "correlation:r-1",
        "requestId:r-1",
        "orderId:ORD-77",
        "orderId:ord-*",
        "orderId:\"ORD-77\"",
        "err.code:ECONNRESET",
        "metadata.err.code:econn*",
        "metadata.method:get",
        "metadata.path:/api/p/1",
        "metadata.path:*/1",
        "metadata.statusCode:503",
        "metadata.statusCode:5*",
        "metadata.statusCode:/^50\\d$/",
        "metadata.statusCode:>=500",
        "metadata.duration:1500",
        "metadata.duration:>1000",
        "metadata.duration:*",
        "err.n:2.5",
        "err.n:>2",
        "http.host:api",
        "ok:false",
        "message:timeout",
        "-none:*",
        "a\\*b OR timeout",
        "/api/x OR timeout",
    ] {
        check(query, true);
    }
}

#[test]
fn queries_that_do_not_match() {
    for query in [
        "timeout -db",
        "-timeout",
        "debug",
        "timeout debug",
        "\"db-1 timeout\"",
        "db*connection",
        "/^timeout/",
        "/(?-i)connection/",
        "level:warn",
        "level:>error",
        "level:unknown",
        "status:4xx",
        "status:<500",
        "duration:<1s",
        "route:/api",
        "route:api",
        "user:gm",
        "user:GM-77",
        "orderId:77",
        "err.n:>3",
        "metadata.path:/api/p",
        "metadata.statusCode:4*",
        "metadata.statusCode:<500",
        "metadata.duration:<1000",
        "metadata.duration:x",
        "err:ECONNRESET",
        "code:ECONNRESET",
        "none:*",
        "\"time*\"",
        "time\\*",
        "NOT (debug OR timeout)",
    ] {
        check(query, false);
    }
}

#[test]
fn what_is_not_understood_is_marked_and_explained() {
    let texts: Vec<String> = [
        "timeout \"connection pool",
        "level:eror",
        "level: error",
        "결제 status:teapot",
        "duration:>fast",
        "(a OR b",
        "a )",
        "a OR",
        "OR a",
        "a OR OR b",
        "a AND",
        "()",
        "\"\"",
        "a - b",
        "-",
        "a || b",
        "/a(b/",
        "/x[/ y",
        "/tim.*out",
        "user:>7",
        "retries:>many",
        "http://example.com/x",
        "std::io",
        "NOT",
        "user:",
        "route:",
        "a b:)",
    ]
    .into_iter()
    .map(|query| {
        let error = SearchQuery::parse(query).expect_err(query);
        format!("{error}\n")
    })
    .collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn nesting_has_a_bound() {
    for text in ["(".repeat(5_000), "-".repeat(5_000), "NOT ".repeat(2_000)] {
        SearchQuery::parse(&format!("{text}a")).expect_err("too deep");
    }
    SearchQuery::parse(&"a".repeat(10_000)).expect_err("too long");
    let wide = "a OR ".repeat(1_500) + "b";
    SearchQuery::parse(&wide).expect("wide is not deep");
}

#[test]
fn the_service_of_a_query_is_taken_out() {
    for (query, expected) in [
        ("service:shop", Some("shop")),
        ("error service:Shop -x", Some("shop")),
        ("service:sh*", None),
        ("a OR service:shop", None),
        ("-service:shop", None),
    ] {
        let mut parsed = SearchQuery::parse(query).expect(query);
        assert_eq!(parsed.take_service().as_deref(), expected, "{query}");
    }
}

#[test]
fn the_metadata_keys_are_known() {
    let query = SearchQuery::parse("db-1:5432 (a OR -b:>3) level:error").expect("a query");
    assert_eq!(query.metadata_keys(), ["db-1", "b"]);
}

proptest! {
    #[test]
    fn any_text_is_a_query_or_an_error_that_marks_a_part(
        text in "([a-z결제 :()\"/\\\\*<>=|.-]|OR |NOT |level:|status:|ms|5xx){0,40}",
    ) {
        match SearchQuery::parse(&text) {
            Ok(query) => { let _ = query.matches(&document()); }
            Err(error) => {
                prop_assert!(text.get(error.span()).is_some(), "{text:?}");
                prop_assert!(error.to_string().contains('^'));
            }
        }
    }

    #[test]
    fn a_quoted_text_is_found_where_it_is(before in "\\PC{0,9}", text in "\\PC{1,9}", after in "\\PC{0,9}") {
        let quoted = format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let query = SearchQuery::parse(&quoted).expect("a phrase");
        let document = LogDocument { message: format!("{before}{text}{after}"), ..document() };
        prop_assert!(query.matches(&document));
    }
}
