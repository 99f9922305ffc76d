//! Lines that have been, or might be, slow to read.

use shared_tests::linear::Repeated;

/// A line that costs little: text without a format.
pub(super) const PLAIN: Repeated =
    Repeated::new("plain text", "", "payment failed for order 42, ", "");

/// A line of ordinary members: each one costs more than text of its length.
pub(super) const MEMBERS: Repeated = Repeated::new(
    "members",
    "{",
    r#""orderId":"ORD-1042","durationMs":12,"reason":"the card was declined","#,
    r#""b":2}"#,
);

/// Short lines that are events of their own, and shorter ones.
pub(super) const SHORT_EVENTS: Repeated = Repeated::new("short events", "", "a\n", "");
pub(super) const EMPTY_LINES: Repeated = Repeated::new("empty lines", "x", "\n", "y");

/// Lines that are events of their own.
pub(super) const EVENTS: Repeated = Repeated::new(
    "events",
    "",
    "2026-11-24T09:00:01.123456789Z stdout F paid\n",
    "",
);

const ACCESS: &str = "10.0.0.1 - - [24/Nov/2026:09:00:01 +0000] \"";

/// Keys, nesting and escapes of JSON and logfmt, and pairs of other formats.
#[rustfmt::skip]
pub(super) const STRUCTURED: &[Repeated] = &[
    Repeated::new("one key of JSON", "{", r#""a":1,"#, r#""b":2}"#),
    Repeated::new("one key of JSON in metadata", r#"{"metadata":{"#, r#""a":1,"#, r#""b":2}}"#),
    Repeated::new("keys that mean something", "{", r#""level":"x","status":5,"#, r#""b":2}"#),
    Repeated::new("messages", "{", r#""message":"a","msg":"b","#, r#""b":2}"#),
    Repeated::new("secret keys", "{", r#""password":"hunter2","#, r#""b":2}"#),
    Repeated::new("empty keys", "{", r#""":"","#, r#""b":2}"#),
    Repeated::new("dotted keys", "{", r#""a.b.c":1,"#, r#""b":2}"#),
    Repeated::new("a long key", r#"{""#, "key", r#"":1}"#),
    Repeated::new("one key of logfmt", "", "a=1 ", "b=2"),
    Repeated::new("chains of assignments", "", "a=b=", "c"),
    Repeated::new("quoted values", "", r#"a="b c" "#, "b=2"),
    Repeated::new("pairs of a level", "", "level=x ", ""),
    Repeated::new("query strings", r#"{"path":"/a?"#, "token=1&", r#"b=2","method":"GET"}"#),
    Repeated::new("an audit record", "type=SYSCALL msg=audit(1795510801.123:1): ", "a0=1 ", ""),
    Repeated::new("pretty JSON", "{\n", "  \"a\": 1,\n", "  \"b\": 2\n}"),
    Repeated::new("lists in lists", r#"{"a":"#, "[[1],[2]],", "1}"),
    Repeated::new("a list of objects", r#"{"a":["#, r#"{"b":1},"#, "1]}"),
    Repeated::new("deep lists", r#"{"a":"#, "[", ""),
    Repeated::new("deep objects", "", r#"{"a":"#, ""),
    Repeated::new("open braces", "", "{\"", ""),
    Repeated::new("closing braces", "{", "}", ""),
    Repeated::new("escapes", r#"{"message":""#, r"\u0041\n", r#""}"#),
    Repeated::new("surrogates", r#"{"message":""#, r"\ud83d", r#""}"#),
    Repeated::new("backslashes", r#"{"message":""#, r"\\", r#""}"#),
    Repeated::new("JSON in JSON", r#"{"message":"{"#, r#"\"a\":1,"#, r#"\"b\":2}"}"#),
    Repeated::new("JSON in JSON, deeper", r#"{"log":"{\"log\":\"{"#, r#"\\\"a\\\":1,"#, r#"\\\"b\\\":2}\"}"}"#),
    Repeated::new("many objects of JSON", "", r#"{"a":1} "#, ""),
    Repeated::new("an unterminated string", r#"{"message":""#, "a", ""),
    Repeated::new("numbers", r#"{"a":"#, "1", "}"),
    Repeated::new("records", r#"{"Records":["#, r#"{"eventName":"a"},"#, r#"{"b":1}]}"#),
    Repeated::new("spans", r#"{"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{},"logRecords":["#, r#"{"body":{"stringValue":"a"}},"#, r"{}]}]}]}"),
    Repeated::new("attributes", r#"{"body":{"stringValue":"a"},"attributes":["#, r#"{"key":"a","value":{"stringValue":"b"}},"#, r"{}]}"),
    Repeated::new("headers in lists", r#"{"headers":["#, r#"["authorization","Bearer abcdefgh"],"#, r#"["a","b"]]}"#),
    Repeated::new("escaped keys", "{", r#""\u0061":1,"#, r#""b":2}"#),
    Repeated::new("environments", r#"{"env":["#, r#"{"name":"DB_PASSWORD","value":"hunter2"},"#, "1]}"),
    Repeated::new("pairs with semicolons", "", "a=b; ", ""),
    Repeated::new("pairs in Korean", "", "비밀번호=가나다 ", ""),
    Repeated::new("events of CloudTrail", r#"{"Records":["#, r#"{"eventName":"a","eventTime":"2026-11-24T09:00:01Z"},"#, r#"{"b":1}]}"#),
    Repeated::new("dictionaries of Python", "{", "'a': 1, ", "'b': 2}"),
    Repeated::new("stack as JSON", r#"{"level":"error","stack":""#, r"    at f (/a/b.js:1:2)\n", r#""}"#),
];

/// Text without structure, or with one that does not end.
#[rustfmt::skip]
pub(super) const TEXTS: &[Repeated] = &[
    Repeated::new("brackets", "", "[a] ", ""),
    Repeated::new("open brackets", "", "[", ""),
    Repeated::new("pairs of brackets", "", "[](){}<>", ""),
    Repeated::new("open parentheses", "", "(", ""),
    Repeated::new("levels", "", "ERROR ", ""),
    Repeated::new("levels in brackets", "", "[ERROR]", ""),
    Repeated::new("words of failures", "", "Error: Caused by: panic: ", ""),
    Repeated::new("colours", "", "\u{1b}[31mx\u{1b}[0m", ""),
    Repeated::new("a long colour", "\u{1b}[", "1;", "m error"),
    Repeated::new("a long link", "\u{1b}]8;;", "http://a", ""),
    Repeated::new("combining characters", "a", "\u{301}", ""),
    Repeated::new("joined characters", "", "👩\u{200d}", ""),
    Repeated::new("zero bytes", "", "\0", ""),
    Repeated::new("digits and dashes", "", "1-", ""),
    Repeated::new("colours alone", "", "\u{1b}[", ""),
    Repeated::new("titles that do not end", "", "\u{1b}]", ""),
    Repeated::new("Korean", "", "결제 실패 오류: ", ""),
    Repeated::new("a Korean word", "", "가", ""),
    Repeated::new("characters of four bytes", "", "🔥", ""),
    Repeated::new("blanks", "a", " ", "b"),
    Repeated::new("blanks of Unicode", "a", "\u{3000}", "b"),
    Repeated::new("tabs", "", "2026-11-24\t", ""),
    Repeated::new("timestamps", "", "2026-11-24T09:00:01.123Z ", ""),
    Repeated::new("times", "", "09:00:01 ", ""),
    Repeated::new("digits", "", "1", ""),
    Repeated::new("dates of syslog", "", "Nov 24 09:00:01 ", ""),
    Repeated::new("a word", "", "a", ""),
    Repeated::new("capitals", "", "A", ""),
    Repeated::new("quotation marks", "", "\"", ""),
    Repeated::new("apostrophes", "", "'", ""),
    Repeated::new("unterminated quotation marks", "", "a \"b ", ""),
    Repeated::new("base64", "", "aGVsbG8gd29ybGQ", "="),
    Repeated::new("comma separated values", "", "a,\"b,c\",1.5,", ""),
    Repeated::new("semicolons", "", "a;", ""),
    Repeated::new("dots", "", "a.", ""),
    Repeated::new("colons", "", "a: ", ""),
    Repeated::new("double colons", "", "a::", ""),
    Repeated::new("dashes", "", "-", ""),
    Repeated::new("slashes", "", "/", ""),
    Repeated::new("backslashes", "", "\\", ""),
    Repeated::new("percent signs", "", "%41", ""),
    Repeated::new("pipes", "", " | ", ""),
    Repeated::new("hexadecimal numbers", "", "0x1f ", ""),
    Repeated::new("addresses", "", "10.0.0.1:80 ", ""),
    Repeated::new("addresses of IPv6", "", "2001:db8::", ""),
    Repeated::new("UUIDs", "", "79b4f56e-95b1-4643-9700-2807f4e68189 ", ""),
    Repeated::new("an id without end", "", "79b4f56e-", ""),
    Repeated::new("durations", "", "12ms ", ""),
    Repeated::new("tags of XML", "", "<a b=\"c\">", ""),
    Repeated::new("entities", "", "&quot;", ""),
];

/// Lines of one format with one part that is long.
#[rustfmt::skip]
pub(super) const FORMATS: &[Repeated] = &[
    Repeated::new("quotation marks in an access log", ACCESS, "\\\"", "\" 200 1"),
    Repeated::new("words of an access log", "10.0.0.1 - - [24/Nov/2026:09:00:01 +0000] \"GET / HTTP/1.1\" 200 1 ", "0.1 ", ""),
    Repeated::new("a long path in an access log", "10.0.0.1 - - [24/Nov/2026:09:00:01 +0000] \"GET /", "a/1/", " HTTP/1.1\" 200 1"),
    Repeated::new("structured data", "<11>1 2026-11-24T09:00:01Z h a 1 - [a", " b=\"c\"", "] x"),
    Repeated::new("elements of structured data", "<11>1 2026-11-24T09:00:01Z h a 1 - ", "[a b=\"c\"]", " x"),
    Repeated::new("a long path", "GET /", "a/1/", " 200"),
    Repeated::new("a path of many ids", "GET /", "79b4f56e-95b1-4643-9700-2807f4e68189/", " 200"),
    Repeated::new("a path without separators", "GET /", "a", " 200"),
    Repeated::new("dots in a path", "GET /", "../", " 200"),
    Repeated::new("escaped query strings", r#"{"path":"/a?"#, "%70assword%3D1%26", r#"","method":"GET"}"#),
    Repeated::new("a request in a sentence", "", "GET /api/a/1?b=2 500 in 12ms ", ""),
    Repeated::new("a report of Lambda", "REPORT RequestId: 5f1c2a9e-3b7d-4c8e-8a6f-0d1e2f3a4b5c\t", "Duration: 1 ms\t", ""),
    Repeated::new("a prefix of containers", "2026-11-24T09:00:01.123456789Z stdout F ", "x ", ""),
    Repeated::new("prefixes of containers", "", "2026-11-24T09:00:01.123456789Z stdout F ", "x"),
    Repeated::new("prefixes of compose", "", "api-1  | ", "x"),
    Repeated::new("logger names", "2026-11-24 09:00:01,123 INFO ", "[main] ", "c.e.A - x"),
    Repeated::new("a log of a database", "2026-11-24 09:00:01.123 UTC [1] ERROR:  ", "relation \"a\" does not exist ", ""),
    Repeated::new("a statement", "2026-11-24 09:00:01.123 UTC [1] LOG:  duration: 1 ms  statement: ", "select 'a' from b where c in (1,2) and ", "1"),
    Repeated::new("a log of a proxy", "10.0.1.2:33313 [24/Nov/2026:09:00:01.655] fe be/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 \"GET /", "a/", " HTTP/1.1\""),
    Repeated::new("fields of a proxy", "2026-11-24\t09:00:01\tICN54\t2390\t10.0.0.1\tGET\td1.cloudfront.net\t/a\t502\t", "-\t", ""),
    Repeated::new("a klog header", "E1124 09:00:01.123456       1 a.go:1] ", "\"a\" b=\"c\" ", ""),
    Repeated::new("a flow log", "2 123456789010 eni-1 ", "10.0.0.1 ", "ACCEPT OK"),
];

/// Entries of several lines.
#[rustfmt::skip]
pub(super) const MULTI_LINE: &[Repeated] = &[
    Repeated::new("frames of Java", "ERROR x\n", "\tat a.B.c(B.java:1)\n", ""),
    Repeated::new("causes of Java", "ERROR x\n", "Caused by: a.B: c\n\tat a.B.c(B.java:1)\n\t... 1 more\n", ""),
    Repeated::new("frames of Python", "Traceback (most recent call last):\n", "  File \"/a/b.py\", line 1, in c\n    d()\n", "KeyError: 1"),
    Repeated::new("tracebacks", "", "Traceback (most recent call last):\n  File \"a.py\", line 1, in b\nKeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\n", ""),
    Repeated::new("frames of Node.js", "Error: x\n", "    at f (/a/b.js:1:2)\n", ""),
    Repeated::new("frames of Rust", "thread 'main' panicked at a.rs:1:2:\nx\nstack backtrace:\n", "   0: a::b\n             at /a/b.rs:1:2\n", ""),
    Repeated::new("frames of .NET", "Unhandled exception. System.Exception: x\n", "   at A.B.C() in /a/b.cs:line 1\n", ""),
    Repeated::new("frames of PHP", "PHP Fatal error:  Uncaught Exception: x in /a.php:1\nStack trace:\n", "#0 /a/b.php(1): c()\n", ""),
    Repeated::new("frames of Ruby", "a.rb:1:in `b': x (RuntimeError)\n", "\tfrom a.rb:1:in `b'\n", ""),
    Repeated::new("carriage returns", "x", "\r", "y"),
    Repeated::new("lines of JSON", "", "{\"level\":\"error\",\"msg\":\"x\"}\n", ""),
    Repeated::new("lines of text", "", "2026-11-24T09:00:01Z ERROR x\n", ""),
    Repeated::new("pieces of containers", "", "2026-11-24T09:00:01.123456789Z stdout P a\n", "2026-11-24T09:00:01.123456789Z stdout F b"),
    Repeated::new("pieces of FireLens", "", "{\"log\":\"a\",\"partial_message\":\"true\",\"partial_id\":\"1\",\"partial_last\":\"false\"}\n", "{\"log\":\"b\",\"partial_message\":\"true\",\"partial_id\":\"1\",\"partial_last\":\"true\"}"),
];

/// Entries of which the lines after the first 2,000 are entries of their own.
#[rustfmt::skip]
pub(super) const BLOCKS: &[Repeated] = &[
    Repeated::new("frames of Go", "panic: x\n\ngoroutine 1 [running]:\n", "main.f(0x1)\n\t/a/b.go:1 +0x1\n", ""),
    Repeated::new("a slow log", "# Time: 2026-11-24T09:00:01Z\n", "# Query_time: 1.0\n", "SELECT 1;"),
];

/// Starts of secrets, one for each kind of rule. `shared/src/redact/tests/hostile.rs` counts the work
/// for every one.
#[rustfmt::skip]
pub(super) const SECRETS: &[Repeated] = &[
    Repeated::new("assignments", "", "password=x ", ""),
    Repeated::new("assignments of a value that is long", "password=", "a", ""),
    Repeated::new("assignments in quotation marks", "", "\"password\": \"x\", ", ""),
    Repeated::new("assignments in Korean", "", "비밀번호: 가나다라 ", ""),
    Repeated::new("commands", "", "mysql -pabc ", ""),
    Repeated::new("headers", "", "Authorization: Bearer abcdefghijklmnop ", ""),
    Repeated::new("cookies", "Cookie: ", "a=b; ", ""),
    Repeated::new("access keys", "", "AKIAEXAMPLE0EXAMPLE0 ", ""),
    Repeated::new("starts of access keys", "", "AKIA", ""),
    Repeated::new("web tokens", "", "eyJhbGciOiJ.eyJ.x ", ""),
    Repeated::new("a web token", "", "eyJ.", ""),
    Repeated::new("private keys", "", "-----BEGIN PRIVATE KEY-----\n", ""),
    Repeated::new("addresses with a password", "", "https://a:b@c/ ", ""),
    Repeated::new("an address that does not end", "", "://a:", ""),
    Repeated::new("statements", "", "identified by 'a' ", ""),
    Repeated::new("parameters", "https://a/?", "sig=A1&", ""),
    Repeated::new("e-mail addresses", "", "kim@example.com ", ""),
    Repeated::new("signs of e-mail addresses", "", "a@", ""),
    Repeated::new("cards", "", "4111 1111 1111 1111 ", ""),
    Repeated::new("phone numbers", "", "010-1234-5678 ", ""),
    Repeated::new("resident numbers", "", "900101-1234567 ", ""),
    Repeated::new("custom rules", "", "EMP-1234 ", ""),
    Repeated::new("words", "", "a", ""),
    Repeated::new("digits", "", "1", ""),
    Repeated::new("blanks", "a", " ", "b"),
    Repeated::new("open brackets", "", "[", ""),
    Repeated::new("a custom format", "", "[2026-11-24 09:00:01] (api) ", "x"),
];
