//! The events of the proof, and what the document of each must contain.

use jiff::Timestamp;
use serde_json::{Value, json};
use shared_tests::subscription;

/// The time of the first event. Each is a quarter of a second after the one before.
const START: &str = "2026-11-20T00:00:00Z";
const APART: i64 = 250;

/// An event, and what its document must contain.
pub(super) struct ExpectedDocument {
    pub(super) line: String,
    pub(super) message: String,
    pub(super) level: &'static str,
    pub(super) user: Option<String>,
}

/// The event with this number: JSON, text and logfmt take turns.
pub(super) fn expected(number: u64) -> ExpectedDocument {
    let user = format!("u-{}", number % 997);
    match number % 3 {
        0 => {
            let message = format!("payment {number} failed: 결제 실패");
            ExpectedDocument {
                line: json!({"level": "error", "message": message, "userId": user}).to_string(),
                message,
                level: "error",
                user: Some(user),
            }
        }
        1 => {
            let message = format!("payment {number} accepted: 결제 완료");
            ExpectedDocument {
                line: message.clone(),
                message,
                level: "unknown",
                user: None,
            }
        }
        _ => {
            let message = format!("payment {number} is slow");
            ExpectedDocument {
                line: format!("level=warn msg=\"{message}\" userId={user}"),
                message,
                level: "warn",
                user: Some(user),
            }
        }
    }
}

/// When an event happened.
pub(super) fn timestamp(number: u64) -> Timestamp {
    let start: Timestamp = START.parse().expect("an instant");
    let millisecond = i64::try_from(number).map_or(0, |number| number * APART);
    Timestamp::from_millisecond(start.as_millisecond() + millisecond).expect("an instant")
}

/// The payload with these events, as CloudWatch Logs sends it.
pub(super) fn payload(numbers: std::ops::Range<u64>) -> String {
    let events: Vec<Value> = numbers
        .map(|number| {
            let id = format!("{number:056}");
            let time = timestamp(number).as_millisecond();
            subscription::log_event(&id, time, &expected(number).line)
        })
        .collect();
    subscription::payload("/ecs/proof", "task/1", &events)
}
