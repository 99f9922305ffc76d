//! Realistic lines of every format, and what is read from them: format, level, time, request, ids.

use jiff::Timestamp;

use super::parse;
use crate::read::{LineReader, ansi, time::LogZone};

mod prefixes;
mod servers;

/// What matters of a line, in one line.
fn summary(line: &str) -> String {
    let line = ansi::strip(line.into());
    let entry = parse(&line);
    let near: Timestamp = "2026-11-24T12:00:00Z".parse().expect("an instant");
    let mut parts = vec![entry.format.name().to_owned()];
    let level = entry.level.as_ref().and_then(|stated| stated.level);
    parts.push(level.map_or("-".to_owned(), |level| level.name().to_owned()));
    let time = entry.timestamp.as_ref().map(|time| {
        let instant = time.stated.resolve(&LogZone::default(), near);
        instant.expect("an instant").to_string()
    });
    parts.push(time.unwrap_or("-".to_owned()));
    let request = &entry.request;
    parts.extend(request.method.as_deref().map(str::to_owned));
    parts.extend(request.target.as_deref().map(str::to_owned));
    parts.extend(request.status_code.map(|code| code.to_string()));
    parts.extend(request.duration.map(|duration| format!("{duration} ms")));
    parts.extend(entry.user_id.map(|user| format!("user={user}")));
    parts.extend(entry.correlation_id.map(|id| format!("id={id}")));
    parts.extend(entry.remarks.iter().map(|remark| format!("({remark})")));
    parts.join(" ")
}

/// A line and its summary, in two lines.
fn check(lines: &[&str]) -> String {
    let shown = lines.iter().map(|line| {
        let first: String = line.chars().take(160).collect();
        format!("{first:?}\n  {}\n", summary(line))
    });
    shown.collect()
}

#[test]
fn access_logs_are_requests_whose_level_follows_from_the_status() {
    let shown = check(&[
        r#"10.0.0.1 - - [24/Nov/2026:09:00:01 +0000] "GET /a HTTP/1.1" 200 120"#,
        r#"10.0.0.1 - kim [24/Nov/2026:18:00:01 +0900] "POST /api/mail?x=1 HTTP/2.0" 404 0 "https://a/b" "Mozilla/5.0 (X11)""#,
        r#"2001:db8::1 - - [24/Nov/2026:09:00:01 +0000] "GET /a HTTP/1.1" 503 120 "-" "curl/8" 0.312"#,
        r#"::1 - - [24/Nov/2026:09:00:01 +0000] "GET /a HTTP/1.1" 500 120 "-" "curl/8" 312000"#,
        r#"api:443 10.0.0.1 - - [24/Nov/2026:09:00:01 +0000] "GET /a HTTP/1.1" 200 1 "-" "-""#,
        r#"10.0.0.1 - - [24/Nov/2026:09:00:01 +0000] "GET /a HTTP/1.1" 502 150 "-" "curl/8" 85 0.312 [shop-api-80] [] 10.0.1.2:80 150 0.310 502 9f2c4f1c3a5b4d6e8f7a9b0c1d2e3f40"#,
        r#"10.0.0.1 - - [24/Nov/2026:09:00:01 +0000] "GET /a HTTP/1.1" 502 11 "-" "-" 12 "api@docker" "http://10.0.0.2:80" 312ms"#,
        r#"10.0.0.1 - gm-01 [24/Nov/2026:09:00:01 +0000] "GET /a HTTP/1.1" 500 120 "-" "curl/8" request_time=0.250 upstream_time=0.249 request_id=r-7"#,
        r#"10.0.0.1 - - [24/Nov/2026:09:00:01 +0000] "GET /a HTTP/1.1" 502 34 79b4f56e-95b1-4643-9700-2807f4e68189"#,
        r#"10.0.0.1 - - [24/Nov/2026:09:00:01 +0000] "\x16\x03\x01" 400 150 "-" "-""#,
        r#"10.0.0.1 - - [24/Nov/2026:09:00:01 +0000] "GET /a\"b HTTP/1.1" 200 1"#,
        r#"[24/Nov/2026 09:00:01] "GET /admin/ HTTP/1.1" 302 0"#,
        r#"[2026-11-24T09:00:01.123Z] "GET /a?b=1 HTTP/1.1" 503 UF 0 91 312 - "-" "curl/8" "79b4f56e-95b1-4643-9700-2807f4e68189" "api" "10.0.0.2:80""#,
        r#"http 2026-11-24T09:00:01.123Z app/lb/50dc 10.0.0.1:2817 - -1 -1 -1 503 - 34 366 "GET http://api.example.com:80/a HTTP/1.1" "curl" - - - "Root=1-58337262-36d228ad5d99923122bbe354""#,
        r#"2026-11-24T09:00:01.123Z my-lb 10.0.0.1:2817 10.0.0.2:80 0.001 0.312 0.001 200 200 0 57 "GET https://a.b:443/x HTTP/1.1" "curl" - -"#,
        "2026-11-24\t09:00:01\tICN54\t2390\t10.0.0.1\tGET\td1.cloudfront.net\t/img/a.png\t502\t-\tcurl\t-\t-\tError\tabcdEFG==\td1.cloudfront.net\thttps\t23\t0.312",
        "2026-11-24 09:00:01 10.0.0.2 GET /api/players id=1 443 kim 10.0.0.1 curl/8 - 500 0 0 312",
        r#"10.0.1.2:33313 [24/Nov/2026:09:00:01.655] fe be/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET /i HTTP/1.1""#,
        r#"[GIN] 2026/11/24 - 09:00:01 | 500 |   312.5ms |    10.0.0.1 | GET      "/api/players/42""#,
        r#"INFO:     10.0.0.1:4444 - "GET /items/5 HTTP/1.1" 404 Not Found"#,
        "GET /api/players/42 500 12.345 ms - 120",
        "GET /api/players/42 200",
        "POST /login HTTP/1.1 302 (15ms)",
        "2026-11-24T09:00:01.123Z [api] GET /x 500 12 ms",
        r#"{"level":"error","ts":1795510801.123,"logger":"http.log.access","msg":"handled request","request":{"method":"GET","uri":"/a","remote_ip":"10.0.0.1"},"user_id":"kim","duration":0.312,"status":500}"#,
        r#"{"DownstreamStatus":502,"Duration":312000000,"RequestMethod":"GET","RequestPath":"/a","StartUTC":"2026-11-24T09:00:01Z","ClientUsername":"-","msg":""}"#,
        r#"{"time":"2026-11-24T09:00:01Z","id":"","remote_ip":"10.0.0.1","method":"GET","uri":"/a","status":500,"error":"","latency":312000000,"latency_human":"312ms"}"#,
        r#"{"start_time":"2026-11-24T09:00:01.123Z","method":"GET","path":"/a","response_code":503,"response_flags":"UF","duration":312,"request_id":"r-1"}"#,
        r#"{"time_iso8601":"2026-11-24T09:00:01+00:00","request_method":"GET","request_uri":"/a","status":"502","request_time":"0.312","remote_user":"kim"}"#,
        r#"{"time_local":"24/Nov/2026:09:00:01 +0000","request":"GET /a HTTP/1.1","status":"404","request_time":"0.012"}"#,
        r#"{"requestId":"r-1","ip":"10.0.0.1","requestTime":"24/Nov/2026:09:00:01 +0000","httpMethod":"GET","resourcePath":"/players/{id}","status":"502","responseLatency":"312"}"#,
        r#"{"requestId":"r-1","requestTime":"24/Nov/2026:09:00:01 +0000","routeKey":"GET /players/{id}","status":"502"}"#,
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn lines_of_the_system_and_of_containers_are_read() {
    let shown = check(&[
        "<11>1 2026-11-24T09:00:01.003Z web1 app 12 ID47 [ex@1 a=\"b]\" c=\"d\"] payment failed",
        "<14>1 - web1 app - - - ERROR in the text wins",
        "<34>Nov 24 09:00:01 web1 su[12]: 'su root' failed",
        "<13>2026-11-24T09:00:01+09:00 web1 app: low",
        "Nov 24 09:00:01 web1 CRON[100]: (root) CMD (x)",
        "Nov  4 09:00:01 web1 kernel: [12.3] Out of memory",
        "2026-11-24T09:00:01.123456+09:00 web1 nginx[7]: 10.0.0.1 - - [24/Nov/2026:00:00:01 +0000] \"GET /a HTTP/1.1\" 500 1",
        "2026-11-24T09:00:01Z app error: no host before a level",
        r#"{"__REALTIME_TIMESTAMP":"1795510801123000","PRIORITY":"3","MESSAGE":"boom","_PID":"1","SYSLOG_IDENTIFIER":"app"}"#,
        r#"{"__REALTIME_TIMESTAMP":"1795510801123000","PRIORITY":"6","MESSAGE":"level=error msg=inner user=kim"}"#,
        "E1124 09:00:01.123456       1 reflector.go:138] failed",
        "I20261124 09:00:01.123456 12 main.cc:10] started",
        "W1124 09:00:01.123456       1 main.go:10] slow",
        r#"{"log":"ERROR payment failed\n","stream":"stderr","time":"2026-11-24T09:00:01.5Z"}"#,
        r#"{"log":"plain","stream":"stdout","time":"2026-11-24T09:00:01.5Z"}"#,
        "2026-11-24T09:00:01.123456789Z stderr F WARN low disk",
        "2026-11-24T09:00:01.123456789Z stdout F {\"level\":50,\"time\":1795510801000,\"msg\":\"x\",\"pid\":1}",
        r#"{"container_id":"c","container_name":"/shop","source":"stderr","log":"[ERROR] boom"}"#,
        r#"{"log":"{\"level\":\"warn\",\"msg\":\"x\"}","kubernetes":{"pod_name":"p"}}"#,
        r#"{"version":"1.1","host":"a","short_message":"boom","timestamp":1795510801.123,"level":3,"_user_id":9}"#,
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn loggers_of_every_language_are_read() {
    let shown = check(&[
        // Java.
        "2026-11-24 09:00:01,123 [main] ERROR com.example.App - boom",
        "09:00:01.123 [main] WARN  com.example.App - slow",
        "24-Nov-2026 09:00:01.123 SEVERE [main] org.apache.catalina.core.StandardService.start failed",
        "2026-11-24T18:00:01.123+09:00 ERROR 1 --- [shop] [nio-8080-exec-1] [4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7] c.e.Pay : boom",
        "2026-11-24 09:00:01.123  WARN [shop,4bf92f3577b34da6,00f067aa0ba902b7] 1 --- [main] c.e.Pay : slow",
        "2026-11-24 09:00:01,123 ERROR [org.acm.Pay] (executor-thread-1) boom",
        "Nov 24, 2026 9:00:01 AM com.x.Pay run\nSEVERE: pay failed",
        "[2026-11-24T09:00:01,123][WARN ][o.e.c.Coordinator] [node-1] slow",
        r#"{"instant":{"epochSecond":1795510801,"nanoOfSecond":123000000},"thread":"main","level":"ERROR","loggerName":"a.B","message":"boom"}"#,
        r#"{"@timestamp":"2026-11-24T09:00:01.123Z","@version":"1","message":"boom","logger_name":"a.B","level":"ERROR","level_value":40000,"traceId":"t-1"}"#,
        r#"{"timestamp":"2026-11-24T09:00:01.123Z","sequence":1,"loggerClassName":"org.jboss.Logger","loggerName":"a.B","level":"ERROR","message":"boom"}"#,
        r#"{"@timestamp":"2026-11-24T09:00:01.123Z","log.level":"ERROR","message":"boom","ecs.version":"8.11","event.duration":312000000,"url.path":"/a","http.request.method":"GET","http.response.status_code":500,"trace.id":"t-1"}"#,
        // .NET.
        r#"{"@t":"2026-11-24T09:00:01.123Z","@mt":"HTTP {RequestMethod} {RequestPath}","@l":"Error","RequestMethod":"GET","RequestPath":"/a","StatusCode":500,"Elapsed":312.5}"#,
        r#"{"@t":"2026-11-24T09:00:01.123Z","@m":"started"}"#,
        r#"{"Timestamp":"2026-11-24T09:00:01.123+00:00","Level":"Warning","MessageTemplate":"slow {X}","Properties":{"UserId":7,"RequestPath":"/a","StatusCode":200,"Elapsed":5.5}}"#,
        "[09:00:01 ERR] boom",
        "2026-11-24 09:00:01.123 +00:00 [WRN] slow",
        "fail: Microsoft.AspNetCore.Server.Kestrel[13]\n      Connection id \"0HM\" threw",
        r#"{"EventId":13,"LogLevel":"Error","Category":"Kestrel","Message":"boom","State":{"Path":"/a"}}"#,
        // Go.
        "time=2026-11-24T09:00:01.123Z level=ERROR msg=boom duration=312ms method=GET path=/a status=500",
        "2026/11/24 09:00:01 ERROR boom err=x",
        "2026/11/24 09:00:01 plain line",
        r#"{"time":"2026-11-24T09:00:01.123Z","level":"ERROR","msg":"boom","method":"GET","path":"/a","status":500,"duration":312000000}"#,
        r#"{"level":"error","msg":"boom","time":"2026-11-24T09:00:01Z","elapsed":312000000,"uri":"/a","method":"GET"}"#,
        r#"{"level":"dpanic","ts":1795510801.123,"caller":"a/b.go:3","msg":"boom","path":"/a","status":500,"latency":0.312}"#,
        r#"{"level":"error","time":"2026-11-24T09:00:01Z","message":"boom","url":"/a","method":"GET","duration":312.5}"#,
        // Python.
        "2026-11-24 09:00:01,123 - app.pay - ERROR - boom",
        "ERROR:root:boom",
        "2026-11-24 09:00:01.123 | ERROR    | app.pay:run:12 - boom",
        "2026-11-24 09:00:01 [error    ] boom                           order=42",
        "[2026-11-24 09:00:01,123: ERROR/MainProcess] Task failed",
        "[2026-11-24 09:00:01 +0000] [12] [ERROR] Worker timeout",
        "[E 261124 09:00:01 web:123] 500 GET /a",
        r#"{"asctime":"2026-11-24 09:00:01,123","levelname":"ERROR","message":"boom","name":"app","lineno":3}"#,
        r#"{"event":"boom","level":"error","timestamp":"2026-11-24T09:00:01Z","logger":"app"}"#,
        r#"{"text":"x","record":{"level":{"name":"ERROR","no":40},"message":"boom","time":{"timestamp":1795510801.5}}}"#,
        r#"{"level":"ERROR","location":"handler:7","message":"boom","timestamp":"2026-11-24 09:00:01,123+0000","service":"pay","cold_start":true,"function_request_id":"79b4f56e-95b1-4643-9700-2807f4e68189"}"#,
        // Ruby, PHP.
        "E, [2026-11-24T09:00:01.123456 #12] ERROR -- : boom",
        "W, [2026-11-24T09:00:01.123456 #12]  WARN -- app: [79b4f56e-95b1-4643-9700-2807f4e68189] slow",
        "[79b4f56e-95b1-4643-9700-2807f4e68189] Started GET \"/p/1\" for 10.0.0.1 at 2026-11-24 09:00:01 +0000",
        "Completed 500 Internal Server Error in 312ms (ActiveRecord: 1.2ms)",
        "method=GET path=/a format=json controller=P action=show status=500 duration=312.50 view=0.2",
        "[2026-11-24T09:00:01.123456+00:00] app.ERROR: boom {\"order\":42} []",
        "[2026-11-24 09:00:01] production.WARNING: slow",
        r#"{"message":"boom","context":{"userId":7},"level":400,"level_name":"ERROR","channel":"app","datetime":"2026-11-24T09:00:01.123456+00:00","extra":{}}"#,
        "[24-Nov-2026 18:00:01 Asia/Seoul] PHP Fatal error:  Uncaught Exception in /a.php:3",
        "[24-Nov-2026 09:00:01 UTC] PHP Warning:  Undefined variable $x",
        // Rust, Elixir, JavaScript.
        "\u{1b}[2m2026-11-24T09:00:01.123Z\u{1b}[0m \u{1b}[31mERROR\u{1b}[0m \u{1b}[2mapp::pay\u{1b}[0m: boom",
        "2026-11-24T09:00:01.123Z ERROR request{id=7}: app::pay: boom",
        "[2026-11-24T09:00:01Z WARN  app::pay] slow",
        r#"{"timestamp":"2026-11-24T09:00:01.123Z","level":"ERROR","fields":{"message":"boom","status":500,"path":"/a","latency_ms":312},"target":"app","span":{"request_id":"r-1"}}"#,
        "09:00:01.123 [error] boom",
        "2026-11-24 09:00:01.123 request_id=F1abc [error] boom",
        "[Nest] 123  - 11/24/2026, 9:00:01 AM   ERROR [PayService] boom +2ms",
        "[Nest] 123  - 11/24/2026, 9:00:01 AM     LOG [NestFactory] Starting",
        "error: boom",
        r#"{"level":50,"time":1795510801123,"pid":1,"hostname":"h","req":{"method":"GET","url":"/a","headers":{}},"res":{"statusCode":500},"responseTime":312,"msg":"request errored"}"#,
        r#"{"name":"app","hostname":"h","pid":1,"level":40,"msg":"slow","time":"2026-11-24T09:00:01.123Z","v":0}"#,
        // Games.
        "[2026.11.24-09.00.01:123][  0]LogNet: Error: boom",
        "[2026.11.24-09.00.01:123][  7]LogInit: Display: started",
        "11-24 09:00:01.123  1234  1256 E Unity   : NullReferenceException: x",
        "NullReferenceException: Object reference not set",
        // Korean.
        "2026-11-24 09:00:01 [경고] 접속자 증가",
        "2026-11-24 오후 9:00:01 심각: 결제 서버 응답 없음",
        "[정보] 서버 시작",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn stores_and_cloud_services_are_read() {
    let shown = check(&[
        "2026-11-24 09:00:01.123 UTC [123] ERROR:  duplicate key",
        "2026-11-24 09:00:01 UTC:10.0.0.1(5432):app@db:[123]:FATAL:  no such role",
        "2026-11-24 09:00:01.123 KST [123] app@db LOG:  duration: 1234.5 ms",
        "2026-11-24T09:00:01.123456Z 12 [ERROR] [MY-010119] [Server] Aborting",
        "2026-11-24T09:00:01.123456Z 0 [Note] [MY-000000] [Server] ready",
        "2026-11-24 09:00:01 123456 [Warning] Aborted connection",
        "# Time: 2026-11-24T09:00:01.638123Z\n# User@Host: app[app] @  [10.0.0.1]  Id: 8\n# Query_time: 2.000234  Lock_time: 0.1 Rows_sent: 1  Rows_examined: 0\nSET timestamp=1795510801;\nSELECT SLEEP(2);",
        r#"{"t":{"$date":"2026-11-24T09:00:01.123+00:00"},"s":"E","c":"NETWORK","id":1,"ctx":"conn1","msg":"boom"}"#,
        r#"{"t":{"$date":"2026-11-24T09:00:01.123+00:00"},"s":"I","c":"COMMAND","id":51803,"ctx":"conn1","msg":"Slow query","attr":{"durationMillis":312}}"#,
        "2026-11-24T09:00:01.123+0000 W NETWORK  [conn1] slow",
        "1:M 24 Nov 2026 09:00:01.123 # WARNING overcommit_memory is set to 0",
        "1:C 24 Nov 2026 09:00:01.123 * Ready to accept connections",
        "[12] 24 Nov 09:00:01.123 # Can't save in background",
        "2026/11/24 09:00:01 [error] 31#31: *17 connect() failed, request: \"GET /a HTTP/1.1\"",
        "[Tue Nov 24 09:00:01.123456 2026] [php:error] [pid 12] PHP Fatal error:  x",
        "[Tue Nov 24 09:00:01 2026] [warn] child did not exit",
        r#"{"timeUnixNano":"1795510801123000000","severityNumber":17,"body":{"stringValue":"boom"},"traceId":"t-1","attributes":[{"key":"url.path","value":{"stringValue":"/a"}},{"key":"http.request.method","value":{"stringValue":"GET"}},{"key":"http.response.status_code","value":{"intValue":"500"}}]}"#,
        r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1795510801123000000","severityText":"INFO","body":{"stringValue":"ok"}},{"timeUnixNano":"1795510802123000000","severityText":"ERROR","body":{"stringValue":"boom"}}]}]}]}"#,
        r#"{"severity":"ERROR","timestamp":{"seconds":1795510801,"nanos":123000000},"httpRequest":{"requestMethod":"GET","requestUrl":"https://a/b","status":500,"latency":"0.312s"},"logging.googleapis.com/trace":"projects/p/traces/4bf9"}"#,
        r#"{"severity":"WARNING","jsonPayload":{"message":"slow","userId":7},"timestamp":"2026-11-24T09:00:01Z","insertId":"x"}"#,
        r#"{"ddsource":"nodejs","service":"shop","status":"error","message":"boom","timestamp":1795510801123,"dd":{"trace_id":"7"},"http":{"method":"GET","status_code":500,"url":"/a"},"duration":312000000,"usr":{"id":"kim"}}"#,
        r#"{"eventVersion":"1.08","eventTime":"2026-11-24T09:00:01Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","errorCode":"AccessDenied","userIdentity":{"userName":"kim"},"requestID":"r-1"}"#,
        r#"{"eventTime":"2026-11-24T09:00:02Z","eventName":"B","errorCode":"AccessDenied"}"#,
        r#"{"eventTime":"2026-11-24T09:00:01Z","eventName":"A"}"#,
        r#"{"Records":[{"eventTime":"2026-11-24T09:00:01Z","eventName":"A"},{"eventTime":"2026-11-24T09:00:02Z","eventName":"B","errorCode":"AccessDenied"}]}"#,
        "2 123456789012 eni-0a1b 10.0.0.1 10.0.0.2 443 49152 6 10 840 1795510801 1795510861 REJECT OK",
        "2 123456789012 eni-0a1b - - - - - - - 1795510801 1795510861 - NODATA",
        r#"{"version":"1.1","account_id":"1","query_timestamp":"2026-11-24T09:00:01Z","query_name":"a.b.","query_type":"A","rcode":"SERVFAIL"}"#,
        r#"{"timestamp":1795510801123,"webaclId":"arn","terminatingRuleId":"r","action":"BLOCK","httpRequest":{"clientIp":"10.0.0.1","uri":"/a","httpMethod":"GET","requestId":"r-1"}}"#,
        r#"{"detail-type":"ECS Task State Change","source":"aws.ecs","time":"2026-11-24T09:00:01Z","detail":{"lastStatus":"STOPPED","stoppedReason":"Essential container in task exited","containers":[{"exitCode":137}]}}"#,
        r#"{"detail-type":"ECS Service Action","source":"aws.ecs","time":"2026-11-24T09:00:01Z","detail":{"eventType":"WARN","eventName":"SERVICE_TASK_START_IMPAIRED"}}"#,
        "(79b4f56e-95b1-4643-9700-2807f4e68189) Method completed with status: 502",
        "EXTENSION\tName: agent\tState: Ready\tEvents: [INVOKE,SHUTDOWN]",
        r#"{"time":"2026-11-24T09:00:01Z","type":"extension","record":"[ERROR] boom"}"#,
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn the_address_of_the_client_is_read_from_access_logs_and_from_keys() {
    for (line, expected) in [
        (
            r#"203.0.113.7 - kim [24/Nov/2026:09:00:01 +0000] "GET /a HTTP/1.1" 200 12"#,
            Some("203.0.113.7"),
        ),
        (
            r#"example.com - - [24/Nov/2026:09:00:01 +0000] "GET /a HTTP/1.1" 200 12"#,
            None,
        ),
        (
            r#"INFO:     203.0.113.7:4444 - "GET /items/5 HTTP/1.1" 500 Internal Server Error"#,
            Some("203.0.113.7"),
        ),
        (
            r#"[GIN] 2026/11/24 - 09:00:01 | 500 |  312.1ms | 2001:db8::1 | GET  "/a""#,
            Some("2001:db8::1"),
        ),
        (
            r#"{"method":"GET","path":"/a","status":200,"remote_addr":"10.0.0.1","x-forwarded-for":"203.0.113.7, 10.0.0.1"}"#,
            Some("203.0.113.7"),
        ),
        (
            r#"{"method":"GET","path":"/a","status":200,"client":"mobile","ip":"203.0.113.7"}"#,
            Some("203.0.113.7"),
        ),
        (
            r#"{"httpRequest":{"requestMethod":"GET","requestUrl":"/a","status":200,"remoteIp":"203.0.113.7"}}"#,
            Some("203.0.113.7"),
        ),
        (
            "level=info method=GET path=/a status=200 remote_addr=203.0.113.7:1234",
            Some("203.0.113.7"),
        ),
        (r#"{"method":"GET","path":"/a","status":200}"#, None),
    ] {
        let client = parse(line).request.client.map(|client| client.to_string());
        assert_eq!(client.as_deref(), expected, "{line}");
    }
}

#[test]
fn ids_of_traces_are_read_from_their_headers() {
    for (value, id) in [
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "4bf92f3577b34da6a3ce929d0e0e4736",
        ),
        (
            "Root=1-58337262-36d228ad5d99923122bbe354;Sampled=1",
            "1-58337262-36d228ad5d99923122bbe354",
        ),
        ("plain", "plain"),
    ] {
        for key in ["traceparent", "X-Amzn-Trace-Id", "trace_id", "dd.trace_id"] {
            let line = format!(r#"{{"{key}":"{value}"}}"#);
            assert_eq!(parse(&line).correlation_id.as_deref(), Some(id), "{line}");
        }
    }
    for (user, id) in [
        ("7", Some("7")),
        ("\"7\"", Some("7")),
        ("true", None),
        ("null", None),
        ("\"\"", None),
    ] {
        let line = format!(r#"{{"userId":{user}}}"#);
        assert_eq!(parse(&line).user_id.as_deref(), id, "{line}");
    }
}

#[test]
fn a_line_that_only_speaks_of_errors_has_no_level() {
    for line in [
        "the error rate is 5%",
        "error rate is fine",
        "no errors, 0 warnings",
        "user alice said: ERROR",
        "checking [level] of things",
        "Warning signs were ignored by everybody",
        "12 errors were fixed",
        "http://example.com/?level=high",
        "결제 오류 없음",
        "정보를 저장했습니다",
    ] {
        let entry = parse(line);
        assert_eq!(entry.level, None, "{line}");
        assert_eq!(
            LineReader::default().recognise(line).name(),
            "unknown",
            "{line}"
        );
    }
}

#[test]
fn consoles_of_go_loggers_are_read() {
    let shown = check(&[
        r#"9:30AM ERR cannot pay error="card declined" order=7"#,
        "12:05PM INF started",
        "12:05AM PNC no memory",
        "13:05PM INF no such hour",
        "ERRO[0012] cannot bind                                   port=80",
        "WARN[2026-11-24T09:00:01Z] slow",
        "ERROR[0012] of another logger",
        "INFO[abc] no time",
    ]);
    insta::assert_snapshot!(shown);
}
