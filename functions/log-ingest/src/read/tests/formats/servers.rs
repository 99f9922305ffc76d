//! Requests in the logs of gateways, proxies and frameworks, as text and as JSON.

use super::{check, parse};

#[test]
fn requests_of_gateways_and_frameworks_are_read() {
    let shown = check(&[
        "1795510801.123    312 10.0.0.1 TCP_MISS/502 3456 GET http://a.example/x kim HIER_DIRECT/192.0.2.4 text/html",
        r#"[12] 10.0.0.1 - - [24/Nov/2026:09:00:01 +0000] "GET /x HTTP/1.1" 500 - 0.0123"#,
        r#"79a59df900b949e55d96a1e6 shop [24/Nov/2026:09:00:01 +0000] 10.0.0.1 arn:aws:iam::1:user/kim 3E57427F3 REST.GET.OBJECT a.png "GET /shop/a.png HTTP/1.1" 403 AccessDenied 243 - 12 - "-" "curl" - id SigV4"#,
        "[pid: 12|app: 0|req: 1/1] 10.0.0.1 () {30 vars in 400 bytes} [Tue Nov 24 09:00:01 2026] GET /x => generated 12 bytes in 31 msecs (HTTP/1.1 500) 2 headers in 80 bytes (1 switches on core 0)",
        r#"[2026-11-24T09:00:01Z INFO  actix_web::middleware::logger] 10.0.0.1 "GET /x HTTP/1.1" 500 12 "-" "curl" 0.012"#,
        r#"2026/11/24 09:00:01 [host/abc-000001] "GET http://a/x HTTP/1.1" from 10.0.0.1:4444 - 500 12B in 12.5ms"#,
        "[09:00:01] 500 - 12ms GET /x",
        "[E 261124 09:00:01 web:2246] 500 GET /x (10.0.0.1) 12.34ms",
        "--> GET /x 500 12ms 1kb",
        "[09:00:01 ERR] HTTP GET /x responded 500 in 12.5 ms",
        "info: Microsoft.AspNetCore.Hosting.Diagnostics[2]\n      Request finished HTTP/1.1 GET http://a/x - 500 0 - 12.5ms",
        "2026-11-24T09:00:01.123456Z  INFO request{method=GET uri=/x version=HTTP/1.1}: tower_http::trace::on_response: finished processing request latency=12 ms status=500",
        r#"2026-11-24T09:00:01.123456+00:00 heroku[router]: at=error code=H12 desc="Request timeout" method=GET path="/x" host=a dyno=web.1 connect=0ms service=30000ms status=503 bytes=0"#,
        r#"time="2026-11-24T09:00:01Z" level=info msg="completed" method=GET request=/x status=500 took=12.5ms"#,
        r#"2026-11-24 09:00:01.123 UTC,"app","shop",12,"10.0.0.1:1",abc,1,"INSERT",2026-11-24 00:00:00 UTC,1/1,0,ERROR,23505,"duplicate key ""orders"", again",,,"#,
        r#"{"timestamp":"2026-11-24 09:00:01.123 UTC","error_severity":"FATAL","message":"too many connections"}"#,
        r#"{"latencies":{"request":515,"kong":58,"proxy":457},"service":{"host":"a"},"request":{"method":"GET","uri":"/x","url":"http://a/x"},"client_ip":"10.0.0.1","response":{"status":500,"size":"434"},"started_at":1795510801123}"#,
        r#"{"ClientIP":"10.0.0.1","ClientRequestHost":"a","ClientRequestMethod":"GET","ClientRequestURI":"/x","EdgeResponseStatus":522,"EdgeStartTimestamp":"2026-11-24T09:00:01Z","RayID":"r-1"}"#,
        r#"{"EventTimestampMs":1795510801123,"Outcome":"exception","ScriptName":"shop","Exceptions":[{"Name":"Error","Message":"boom"}],"Event":{"Request":{"URL":"https://a/x","Method":"GET"},"Response":{"Status":500}}}"#,
        r#"{"EventTimestampMs":1795510801123,"Outcome":"ok","ScriptName":"shop","Exceptions":[],"Event":{"Request":{"URL":"https://a/x","Method":"GET"},"Response":{"Status":404}}}"#,
        r#"{"requestId":"r","ip":"10.0.0.1","requestTime":"24/Nov/2026:09:00:01 +0000","httpMethod":"GET","routeKey":"GET /x","status":"500"}"#,
        r#"{"@timestamp":"2026-11-24T09:00:01.123Z","message":"GET /x","method":"GET","status_code":500,"requested_url":"GET /x HTTP/1.1","requested_uri":"/x","elapsed_time":12}"#,
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn requests_to_other_services_are_not_requests_of_this_one() {
    for line in [
        r#"2026-11-24 09:00:01,123 DEBUG urllib3.connectionpool: https://api:443 "GET /x HTTP/1.1" 500 12"#,
        r#"2026-11-24 09:00:01,123 INFO httpx: HTTP Request: GET https://api/x "HTTP/1.1 500 Internal Server Error""#,
        r#"2026/11/24 09:00:01 [error] 12#12: *1 connect() failed, client: 10.0.0.1, request: "GET /x HTTP/1.1", upstream: "http://10.0.0.2:500/""#,
        "2026-11-24T09:00:01Z INFO called method=GET url=https://api/x status=500",
        "2026-11-24T09:00:01Z INFO 500 rows of GET /x",
        "2026-11-24T09:00:01Z INFO GET https://api/x 500 12ms",
    ] {
        let shown = check(&[line]);
        let summary = shown.lines().last().unwrap_or_default();
        assert!(
            !summary.contains(" GET ") && !summary.contains(" 500"),
            "{shown}"
        );
    }
}

#[test]
fn the_service_of_a_router_is_a_duration_and_no_name() {
    let line = r#"heroku[router]: at=info method=GET path="/x" service=312ms status=200 bytes=0"#;
    let entry = parse(line.split_once(": ").expect("pairs").1);
    assert_eq!(entry.service, None);
    assert_eq!(entry.request.duration, Some(312.0));
}
