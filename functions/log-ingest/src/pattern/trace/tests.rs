//! Patterns of stack traces.

use shared::model::metadata::Metadata;

use super::super::{pattern, pattern_of};

/// One trace of each language, whose innermost frames belong to a library.
const TRACES: &[(&str, &str)] = &[
    (
        "java.lang.NullPointerException\n\tat java.base/java.util.Objects.requireNonNull(Objects.java:233)\n\tat org.springframework.web.Filter.run(Filter.java:1)\n\tat com.shop.Pay.charge(Pay.java:12)\n\tat com.shop.Api.post(Api.java:7)",
        "java.lang.NullPointerException at com.shop.Pay.charge",
    ),
    (
        "Exception in thread \"main\" java.lang.IllegalStateException: order 42 is closed\n\tat com.shop.Pay.lambda$charge$0(Pay.java:12)",
        "java.lang.IllegalStateException: order # is closed at com.shop.Pay.lambda$charge",
    ),
    (
        "Traceback (most recent call last):\n  File \"/app/api.py\", line 3, in post\n    pay()\n  File \"/app/pay.py\", line 12, in charge\n    x[1]\n  File \"/usr/lib/python3.12/site-packages/db/core.py\", line 9, in get\n    raise\nKeyError: 'gold'",
        "KeyError: '…' at charge (pay.py)",
    ),
    (
        "Traceback (most recent call last):\n  File \"/app/a.py\", line 1, in f\nValueError: bad\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"/app/b.py\", line 2, in g\nshop.errors.OutOfStock: item 7",
        "shop.errors.OutOfStock: item # at g (b.py)",
    ),
    (
        "Error\n    at Socket.emit (node:events:519:28)\n    at Pool.get (/app/node_modules/pg/lib/pool.js:1:2)\n    at async charge (/app/pay.js:12:5)",
        "Error at charge (pay.js)",
    ),
    (
        "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\npanic({0x1, 0x2})\n\t/usr/local/go/src/runtime/panic.go:770 +0x132\nexample.com/shop/pay.(*Shop).Charge(0xc000, 0x1)\n\t/app/pay/pay.go:12 +0x1d\nmain.main()\n\t/app/main.go:5 +0x1d",
        "panic: runtime error: index out of range [#] with length # at pay.(*Shop).Charge",
    ),
    (
        "thread 'main' panicked at src/pay.rs:12:5:\nindex out of bounds: the len is 3 but the index is 5\nstack backtrace:\n   0: rust_begin_unwind\n             at /rustc/abc/library/std/src/panicking.rs:1:5\n   1: core::panicking::panic_fmt\n             at /rustc/abc/library/core/src/panicking.rs:1:5\n   2: shop::pay::charge::{{closure}}\n             at ./src/pay.rs:12:5",
        "panic: index out of bounds: the len is # but the index is # at shop::pay::charge",
    ),
    (
        "Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.\n   at System.Linq.Enumerable.First[T](IEnumerable`1 source)\n   at Shop.Pay.Charge(Int32 id) in C:\\src\\Pay.cs:line 12",
        "Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.",
    ),
    (
        "System.NullReferenceException\n   at System.Linq.Enumerable.First[T](IEnumerable`1 source)\n   at Shop.Pay.Charge(Int32 id) in C:\\src\\Pay.cs:line 12",
        "System.NullReferenceException at Shop.Pay.Charge",
    ),
    (
        "RuntimeException:\n#0 /app/vendor/laravel/Pipe.php(9): Pipe->handle()\n#1 /app/src/Pay.php(12): App\\Pay->charge(7)\n#2 {main}",
        "RuntimeException at App\\Pay->charge",
    ),
    (
        "NoMethodError\n/usr/lib/ruby/3.3/gems/rack/x.rb:1:in `call'\n/app/models/pay.rb:12:in `charge'",
        "NoMethodError at charge (pay.rb)",
    ),
];

#[test]
fn a_trace_is_grouped_by_its_exception_and_its_first_own_frame() {
    for (trace, expected) in TRACES {
        assert_eq!(pattern(trace), *expected, "{trace}");
    }
}

#[test]
fn a_line_number_changes_no_pattern() {
    for (trace, expected) in TRACES {
        let moved = trace
            .replace(":12", ":13")
            .replace("(12)", "(13)")
            .replace("line 12", "line 13");
        assert_eq!(pattern(&moved), *expected, "{moved}");
    }
}

#[test]
fn a_generic_message_gets_the_error_of_its_entry() {
    for (message, metadata, expected) in [
        (
            "Error\n    at f (/app/pay.js:1)",
            r#"{"err":{"type":"TypeError"}}"#,
            "TypeError at f (pay.js)",
        ),
        (
            "Unhandled error",
            r#"{"error":"ECONNREFUSED db"}"#,
            "Unhandled error: ECONNREFUSED db",
        ),
        (
            "Unhandled error",
            r#"{"error":"TypeError x of null"}"#,
            "Unhandled error: TypeError x of null",
        ),
        (
            "Unhandled error",
            r#"{"name":"shop","type":"log"}"#,
            "Unhandled error",
        ),
        (
            "job failed",
            r#"{"error.type":"Timeout","error.message":"after 5 s"}"#,
            "job failed: Timeout: after # s",
        ),
        (
            "cannot pay order 7",
            r#"{"err":{"type":"TypeError"}}"#,
            "cannot pay order #",
        ),
        ("7", r#"{"err":{"type":"TypeError"}}"#, "TypeError"),
        (
            "Unhandled error",
            r#"{"err":{"stack":"TypeError: x is null\n    at charge (/app/pay.js:12:5)"}}"#,
            "Unhandled error: TypeError: x is null at charge (pay.js)",
        ),
        (
            "Internal Server Error",
            r#"{"stack_trace":"java.lang.IllegalStateException: closed\n\tat com.shop.Pay.charge(Pay.java:12)"}"#,
            "Internal Server Error: java.lang.IllegalStateException: closed at com.shop.Pay.charge",
        ),
        ("Unhandled error", "[]", "Unhandled error"),
    ] {
        let metadata = Metadata::read(metadata.to_owned()).expect("JSON");
        assert_eq!(
            pattern_of(message, None, Some(&metadata)),
            expected,
            "{message}"
        );
    }
}
