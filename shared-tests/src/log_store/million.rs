//! Documents of a web service, as many as a measurement needs.

use std::time::Duration;

use jiff::Timestamp;
use shared::model::{
    level::Level,
    log::{LogDocument, LogSource, Request},
    metadata::Metadata,
};

/// The time between two documents.
pub const INTERVAL: Duration = Duration::from_millis(20);

/// A number that looks random, and is the same in each run.
fn noise(number: u64) -> u64 {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 17
}

fn message(number: u64) -> (Level, String) {
    let random = noise(number);
    let player = random % 5_000;
    match random % 20 {
        _ if number == 321_987 => (Level::Error, "봉화 점검: 한 번만 나오는 메시지".to_owned()),
        0 => (
            Level::Error,
            format!("결제가 실패했습니다: 주문 {random} (플레이어 {player}) connection timeout"),
        ),
        1 => (
            Level::Warn,
            format!(
                "Slow query: select_player took {} ms, pool 20/20",
                random % 4_000
            ),
        ),
        2..6 => (
            Level::Info,
            format!("플레이어 {player} 님이 접속했습니다. 채널 {}", random % 16),
        ),
        _ => (
            Level::Info,
            format!(
                "GET /api/players/{player} 200 {} ms, session {random:012x}",
                random % 300
            ),
        ),
    }
}

/// The document of a number, [`INTERVAL`] after the one before.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "durations are small")]
pub fn document(number: u64, start: Timestamp) -> LogDocument {
    let random = noise(number);
    let player = random % 5_000;
    let (level, message) = message(number);
    let since_start = INTERVAL * u32::try_from(number).expect("at most four billion");
    let timestamp = start + since_start;
    let is_request = message.starts_with("GET");
    let event_id = format!(
        "{:020}{:036}",
        number * 250,
        u128::from(random) * u128::from(random)
    );
    LogDocument {
        ingested_at: start,
        level,
        pattern: message
            .chars()
            .filter(|letter| !letter.is_ascii_digit())
            .collect(),
        environment: Some("production".into()),
        correlation_id: Some(format!("{random:016x}-{number:08x}")),
        user_id: Some(format!("gm-{player}")),
        request: is_request.then(|| Request {
            method: Some("GET".into()),
            path: Some(format!("/api/players/{player}")),
            route: Some("/api/players/{id}".to_owned()),
            endpoint: Some("GET /api/players/{id}".to_owned()),
            status_code: Some(if random.is_multiple_of(97) { 503 } else { 200 }),
            duration: Some((random % 300) as f64),
            client: None,
        }),
        metadata: Metadata::read(format!(
            r#"{{"orderId":"ORD-{random}","shard":{}}}"#,
            random % 8
        ))
        .ok(),
        source: LogSource {
            account: Some("000000000000".into()),
            log_group: "/bongsu/shop".into(),
            log_stream: "app.log".into(),
            event_id: None,
        },
        ..LogDocument::new(
            "shop",
            format!("0123456789abcdef-{event_id}"),
            timestamp,
            message,
        )
    }
}
