//! The fields that users of the TypeScript sketch read.

use super::{analysis, full};

#[test]
fn the_four_parts_of_the_sketch_are_there() {
    let json = serde_json::to_value(analysis(full())).expect("written");
    for (pointer, expected) in [
        ("/window/start", "\"2026-11-24T00:15:00Z\""),
        ("/totalCount", "600"),
        ("/errorCount", "40"),
        ("/errorRate", "0.06666666666666667"),
        (
            "/topErrors/0/message",
            "\"connection pool exhausted after # ms\"",
        ),
        ("/topErrors/0/count", "30"),
        ("/slowRequests/0/path", "\"/api/items\""),
        ("/slowRequests/0/method", "\"POST\""),
        ("/slowRequests/0/avgDuration", "1000.0"),
        ("/userActivity/0/userId", "\"gm-027\""),
        ("/userActivity/0/requestCount", "40"),
        ("/clientActivity/0/client", "\"203.0.113.7\""),
        ("/clientActivity/0/requestCount", "30"),
    ] {
        let found = json.pointer(pointer).map(ToString::to_string);
        assert_eq!(found.as_deref(), Some(expected), "{pointer}");
    }
}
