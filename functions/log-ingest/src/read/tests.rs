//! Lines of every form, and what is read from them.

use std::{fmt::Write as _, sync::LazyLock};

use proptest::prelude::*;

mod formats;
mod joining;

use super::{LineReader, ParsedEntry};

static READER: LazyLock<LineReader> = LazyLock::new(LineReader::default);

fn parse(line: &str) -> ParsedEntry<'_> {
    READER.read(line)
}

/// What an entry says, in a few lines.
fn shown(line: &str) -> String {
    let ParsedEntry {
        format,
        level,
        message,
        timestamp,
        service,
        environment,
        correlation_id,
        user_id,
        request,
        request_half: _,
        metadata,
        original,
        remarks,
    } = parse(line);
    let mut text = format!("{line:?}\n  {}", format.name());
    let level = level.map(|stated| format!("{:?} ({})", stated.level, stated.word));
    let time = timestamp.map(|time| format!("{:?}", time.stated));
    let duration = request.duration.map(|number| format!("{number} ms"));
    let status = request.status_code.map(|code| code.to_string());
    for (name, value) in [
        ("level", level),
        ("time", time),
        ("service", service.map(Into::into)),
        ("environment", environment.map(Into::into)),
        ("correlation", correlation_id.map(Into::into)),
        ("user", user_id.map(Into::into)),
        ("method", request.method.map(Into::into)),
        ("target", request.target.map(Into::into)),
        ("status", status),
        ("duration", duration),
    ] {
        if let Some(value) = value {
            write!(text, ", {name} {value}").expect("written");
        }
    }
    write!(text, "\n  message {message:?}").expect("written");
    if let Some(json) = metadata.write(None, None).json {
        write!(text, "\n  metadata {}", json.get()).expect("written");
    }
    for remark in remarks {
        write!(text, "\n  remark: {remark}").expect("written");
    }
    if original {
        text.push_str("\n  keeps the line");
    }
    text + "\n"
}

fn check_all(lines: &[&str]) -> String {
    lines.iter().map(|line| shown(line)).collect()
}

#[test]
fn json_of_every_library_is_read() {
    let shown = check_all(&[
        // winston, as the LogEntry of Bongsu.
        r#"{"correlationId":"c-1","environment":"production","level":"info","message":"GET /api/players/42 200","metadata":{"duration":9.739,"ip":"10.0.68.126","method":"GET","path":"/api/players/42?x=1","statusCode":200},"service":"gm-tool","timestamp":"2026-11-24T00:30:55.638Z","userId":"gm-027"}"#,
        // winston with colours, members of its own and a failure.
        r#"{"level":"\u001b[31merror\u001b[39m","message":"결제 실패","timestamp":"2026-11-24T00:30:55.638Z","stack":"Error: x\n  at y","orderId":7}"#,
        // pino with pino-http.
        r#"{"level":50,"time":1795480255638,"pid":7,"hostname":"h","req":{"id":"r-1","method":"POST","url":"/api/mail?x=1"},"res":{"statusCode":500},"responseTime":12,"msg":"request errored"}"#,
        // bunyan.
        r#"{"name":"gm-tool","hostname":"h","pid":7,"level":40,"msg":"slow","time":"2026-11-24T00:30:55.638Z","v":0}"#,
        // python-json-logger.
        r#"{"asctime":"2026-11-24 00:30:55,638","levelname":"CRITICAL","name":"app.db","funcName":"run","lineno":3,"message":"down","request_id":"r-2"}"#,
        // structlog.
        r#"{"event":"paid","level":"warning","logger":"shop","timestamp":"2026-11-24T00:30:55.638Z","user_id":42}"#,
        // ECS with dotted names, and nested.
        r#"{"@timestamp":"2026-11-24T00:30:55.638Z","log.level":"WARN","message":"m","ecs.version":"1.2.0","service.name":"shop","service.environment":"live","trace.id":"t-1","event.duration":12500000,"http.request.method":"get","url.path":"/a/1","http.response.status_code":404,"user.id":"u"}"#,
        r#"{"@timestamp":"2026-11-24T00:30:55.638Z","log":{"level":"error","logger":"x"},"message":"m","ecs":{"version":"8.0"},"service":{"name":"shop","environment":"live"},"trace":{"id":"t-1"},"event":{"duration":12500000},"http":{"request":{"method":"GET"},"response":{"status_code":503}},"url":{"path":"/a/1"},"user":{"id":"u"}}"#,
        // Lambda's JSON format around text, an object, and JSON as text.
        r#"{"timestamp":"2026-11-24T00:30:55.638Z","level":"INFO","requestId":"79b4f56e-95b1-4643-9700-2807f4e68189","message":"hello"}"#,
        r#"{"timestamp":"2026-11-24T00:30:55.638Z","level":"INFO","requestId":"r-3","message":{"level":"warn","message":"inner","userId":"u-1","x":1}}"#,
        r#"{"timestamp":"2026-11-24T00:30:55.638Z","level":"INFO","requestId":"r-4","message":"{\"level\":\"error\",\"message\":\"inner\",\"timestamp\":\"2026-11-24T00:30:55.600Z\",\"service\":\"gm\",\"metadata\":{\"password\":\"x\"}}"}"#,
        // A container runtime's wrapper.
        r#"{"log":"2026-11-24T00:30:55.638Z ERROR no disk\n","stream":"stderr","time":"2026-11-24T00:30:55.639Z"}"#,
        // Rust's tracing.
        r#"{"timestamp":"2026-11-24T00:30:55.638Z","level":"DEBUG","fields":{"message":"took","duration_ms":3,"method":"GET"},"target":"app"}"#,
        // Numbers, units and levels that mean nothing.
        r#"{"level":"loud","msg":"x","duration":"1.5s","status":"active","path":"relative","userId":null}"#,
        r#"{"level":35,"message":"[ERROR] not a level, as there is one","duration":-1}"#,
        r#"{"message":"[ERROR] a level, as there is none"}"#,
        r#"{"a":1}"#,
        r#"{"message":["a",1],"metadata":"text"}"#,
        "{}",
        // What a game calls a level is none, nor is its message.
        r#"{"level":"info","message":"level up","timestamp":"2026-11-24T00:30:55.638Z","metadata":{"level":99,"message":"gg","time":"now"}}"#,
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn lines_of_lambda_are_read() {
    let shown = check_all(&[
        "START RequestId: 79b4f56e-95b1-4643-9700-2807f4e68189 Version: $LATEST\n",
        "END RequestId: 79b4f56e-95b1-4643-9700-2807f4e68189\n",
        "REPORT RequestId: 79b4f56e-95b1-4643-9700-2807f4e68189\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 72 MB\tInit Duration: 118.52 ms\t\nXRAY TraceId: 1-5e34a614-10bdxmplf1fb44f07bc535a1\tSegmentId: 07f5xmpl2d1f6f85\tSampled: true\t\n",
        "REPORT RequestId: r\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: error\tError Type: Runtime.ExitError",
        "2026-11-24T00:30:55.638Z 79b4f56e-95b1-4643-9700-2807f4e68189 Task timed out after 3.00 seconds\n",
        "RequestId: 79b4f56e-95b1-4643-9700-2807f4e68189 Error: Runtime exited with error: signal: killed\nRuntime.ExitError",
        "INIT_START Runtime Version: provided:al2023.v1\tRuntime Version ARN: arn:aws:lambda:x",
        r#"{"time":"2026-11-24T00:30:55.638Z","type":"platform.report","record":{"requestId":"r-9","metrics":{"durationMs":12.3,"memorySizeMB":128},"status":"timeout"}}"#,
        r#"{"time":"2026-11-24T00:30:55.638Z","type":"platform.start","record":{"requestId":"r-9","version":"$LATEST"}}"#,
        "2026-11-24T00:30:55.638Z\t79b4f56e-95b1-4643-9700-2807f4e68189\tERROR\tno disk\n    at x",
        "2026-11-24T00:30:55.638Z\tundefined\tINFO\t{\"level\":\"warn\",\"message\":\"inner\",\"n\":1}",
        "2026-11-24T00:30:55.638Z\t79b4f56e-95b1-4643-9700-2807f4e68189\tERROR\tInvoke Error \t{\"errorType\":\"TypeError\",\"errorMessage\":\"x\"}",
        "[WARNING]\t2026-11-24T00:30:55.638Z\t79b4f56e-95b1-4643-9700-2807f4e68189\tlow disk",
        "2026-11-24T00:30:55.638Z\tnot-an-id\tINFO\ttext",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn text_and_pairs_are_read() {
    let shown = check_all(&[
        "[ERROR] no disk",
        "ERROR: no disk",
        "error: GET /x {\"duration\":9,\"path\":\"/x\"}",
        "WARNING:root:low disk",
        "2026-11-24T00:30:55.638Z  INFO app::db: ready",
        "2026-11-24 00:30:55,638 [main] ERROR com.x.Y - 실패했습니다",
        "2026-11-24 00:30:55,638 - shop.db - WARNING - low",
        "2026-11-24T00:30:55.638+00:00  INFO 12345 --- [main] c.e.Foo : started",
        "2026-11-24 00:30:55.638 UTC [123] FATAL:  no such database",
        "2026/11/24 00:30:55 [error] 123#0: *1 connect() failed",
        "[2026-11-24T00:30:55.638Z] WARN low",
        "E1124 00:30:55.638123   12 main.go:3] lost",
        "Error: connect ECONNREFUSED 127.0.0.1:1\n    at x",
        "TypeError: x is not a function",
        "Traceback (most recent call last):\n  File x",
        "thread 'main' panicked at src/main.rs:1:1:",
        "job done level=error code=7",
        "level=warn ts=2026-11-24T00:30:55.638Z msg=\"low \\\"disk\\\"\" user_id=u-1 path=/a/7 status=200 duration=3ms",
        "at=info method=GET path=\"/a b\"",
        // None of these states a level.
        "no error here",
        "the ERROR was found",
        "errors: 3",
        "error rate is fine",
        "a=b",
        "x=1 and then prose",
        "user said level=5",
        "[main] hello",
        "http://x/?level=high",
        "12:30 is not a time",
        "한국어 로그 한 줄",
        "",
        "   ",
        "text with {braces} and {\"no\": json",
        "user left {\"userId\":\"u-2\",\"level\":\"warn\"}",
    ]);
    insta::assert_snapshot!(shown);
}

proptest! {
    #[test]
    fn any_text_is_an_entry(line in any::<String>()) {
        let _ = parse(&line).metadata.write(None, None);
    }

    #[test]
    fn anything_like_json_is_an_entry(
        line in r#"(\{|\[|"|\\|:|,|\}|\]|level|message|log|[0-9]|\t| |\u{d55c}|=){0,40}"#,
    ) {
        let _ = parse(&line).metadata.write(None, None);
    }

    #[test]
    fn text_without_a_head_is_its_own_message(line in "[a-z가-힣 ]{0,60}") {
        let entry = parse(&line);
        let message = entry.message.into_owned();
        prop_assert_eq!(message, line.trim_end().to_owned());
    }
}
