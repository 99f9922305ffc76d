//! Incidents of log-analysis: the title in both languages, and the facts in the order in which a reader
//! needs them.

use shared::{
    format::{count, milliseconds, quantity, whole_percent},
    model::alert::measurement::{Measurement, UnusualNumber},
};

use crate::notice::{Fact, FactName, FactValue, Phrase, Quantity};

/// The title of an incident. `english` is the title as log-analysis wrote it.
pub(super) fn title(
    english: &str,
    service: &str,
    is_over: bool,
    measurement: &Measurement,
) -> Phrase {
    let text = if is_over {
        over(measurement)
    } else {
        firing(&measurement.main_number())
    };
    Phrase::Translated {
        english: english.to_owned(),
        korean: format!("{service}: {text}"),
    }
}

/// The name of a number.
fn name(number: Option<&str>) -> &'static str {
    match number {
        Some("failedRequests") => "요청 실패",
        Some("errorEntries") => "오류 로그",
        Some("errorPattern") => "오류",
        Some("traffic") => "요청량",
        Some("latency") => "응답 시간",
        Some("userShare") => "한 사용자의 요청 비중",
        Some("clientShare") => "한 클라이언트의 요청 비중",
        _ => "로그",
    }
}

fn over(measurement: &Measurement) -> String {
    let name = name(measurement.number.as_deref());
    let name = of_subject(measurement.subject.as_deref(), name);
    if measurement.adopted {
        format!("{name} 변화가 계속되어 이제 평소 수준으로 간주")
    } else {
        format!("{name} 정상화")
    }
}

/// A number that is not as usual, as a sentence.
fn firing(unusual: &UnusualNumber) -> String {
    let value = unusual.value.unwrap_or_default();
    let usual = usual(unusual);
    let subject = unusual.subject.as_deref();
    let number = unusual.number.as_deref();
    match (number, subject) {
        (Some("failedRequests"), None) => format!(
            "요청 {}건 중 {}건 실패({}){usual}",
            count(unusual.requests.unwrap_or_default()),
            count(unusual.failed.unwrap_or_default()),
            whole_percent(value)
        ),
        (Some("failedRequests" | "errorEntries"), _) => {
            let name = of_subject(subject, name(number));
            format!("{name} {}{usual}", whole_percent(value))
        }
        (Some("errorPattern"), Some(pattern)) if unusual.is_new => {
            format!("신규 오류 {}건: {pattern}", whole(value))
        }
        (Some("errorPattern"), Some(pattern)) => {
            format!("오류 {}건{usual}: {pattern}", whole(value))
        }
        (Some("traffic"), None) if value <= 0.0 => format!("로그 또는 요청 중단{usual}"),
        (Some("traffic"), _) => {
            format!("{} {}건{usual}", of_subject(subject, "요청"), whole(value))
        }
        (Some("latency"), _) => {
            let name = of_subject(subject, name(number));
            format!("{name} {}{usual}", milliseconds(value))
        }
        (Some("userShare"), _) => format!(
            "사용자 {}의 요청 비중 {}{usual}",
            unusual.user.as_deref().unwrap_or("?"),
            whole_percent(value)
        ),
        (Some("clientShare"), _) => format!(
            "클라이언트 {}의 요청 비중 {}{usual}",
            unusual.client.as_deref().unwrap_or("?"),
            whole_percent(value)
        ),
        _ => name(number).to_owned(),
    }
}

fn of_subject(subject: Option<&str>, name: &str) -> String {
    match subject {
        Some(subject) => format!("{subject} {name}"),
        None => name.to_owned(),
    }
}

fn usual(unusual: &UnusualNumber) -> String {
    let Some(usual) = unusual.usual else {
        return String::new();
    };
    let text = match unusual.unit.as_deref() {
        Some("ratio") => whole_percent(usual),
        Some("ms") => milliseconds(usual),
        _ => format!("{}건", whole(usual)),
    };
    match text.strip_prefix('<') {
        Some(most) => format!(", 평소 이 시간대 {most} 미만"),
        None => format!(", 평소 이 시간대 약 {text}"),
    }
}

fn whole(value: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "casts of floats saturate, and a count is not negative"
    )]
    let whole = value.round() as u64;
    count(whole)
}

/// The facts of failed requests and of an incident, the most important first. Each is removed from the
/// measurement.
pub(super) fn facts(measurement: &mut Measurement) -> Vec<Fact> {
    let mut facts = Vec::new();
    let text = |name, text: String| Fact::text(name, &text);
    let of = |part: u64, whole: u64| format!("{} / {}", count(part), count(whole));
    let requests = measurement.requests.take();
    if let (Some(failed), Some(requests)) = (measurement.failed.take(), requests) {
        let share = whole_percent(failed as f64 / requests.max(1) as f64);
        let before = measurement.previous_rate.take().map(whole_percent);
        let before = before.map_or(String::new(), |before| format!(" ← {before}"));
        let shown = format!("{} ({share}){before}", of(failed, requests));
        facts.push(text(FactName::FailedRequests, shown));
    }
    if let (Some(failed), Some(users)) = (measurement.failed_users.take(), measurement.users.take())
    {
        facts.push(text(FactName::AffectedUsers, of(failed, users)));
    }
    if let Some(cause) = measurement.cause.take() {
        facts.push(Fact::code(FactName::Cause, &cause));
        if let Some(failed) = measurement.cause_failed.take() {
            let value = FactValue::Quantity(Quantity::new(failed as f64, None));
            facts.push(Fact {
                name: FactName::FailedByCause,
                value,
            });
        }
    }
    if let Some(usual) = measurement.usual.take() {
        let unit = measurement.unit.as_deref().filter(|unit| *unit != "count");
        let band = [
            measurement.usual_lower.take(),
            measurement.usual_upper.take(),
        ];
        facts.push(match band {
            [Some(lower), Some(upper)] => {
                let unit = unit.unwrap_or_default();
                let [usual, lower, upper] =
                    [usual, lower, upper].map(|value| quantity(value, unit));
                text(FactName::Usual, format!("{usual} ({lower} – {upper})"))
            }
            _ => Fact::number(FactName::Usual, usual, unit),
        });
    }
    if let Some(user) = measurement.user.take() {
        facts.push(Fact::code(FactName::User, &user));
    }
    if let Some(client) = measurement.client.take() {
        facts.push(Fact::code(FactName::Client, &client));
    }
    let routes = std::mem::take(&mut measurement.routes);
    if !routes.is_empty() {
        facts.push(text(FactName::Routes, routes.join(", ")));
    }
    let mut numbers = std::mem::take(&mut measurement.also_numbers).into_iter();
    for english in std::mem::take(&mut measurement.also) {
        // Without the numbers the sentence is shown as it came.
        let value = match numbers.next() {
            Some(number) => FactValue::Phrase(Phrase::Translated {
                korean: firing(&number),
                english,
            }),
            None => FactValue::Text(english),
        };
        let name = FactName::Also;
        facts.push(Fact { name, value });
    }
    if let Some(example) = measurement.example.take() {
        facts.push(Fact::code(FactName::Example, &example));
    }
    if let Some(command) = measurement.command.take() {
        facts.push(Fact::code(FactName::Command, &command));
    }
    facts
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use shared::model::alert::measurement::Measurement;

    use super::{facts, title};
    use crate::notice::{FactName, FactValue, Phrase};

    fn measurement(members: &Value) -> Measurement {
        let mut all = json!({ "service": "gm-tool", "field": "incident" });
        for (name, value) in members.as_object().expect("an object") {
            all[name] = value.clone();
        }
        serde_json::from_value(all).expect("a measurement")
    }

    #[test]
    fn titles_are_written_in_both_languages() {
        for (is_over, members, expected) in [
            (
                false,
                json!({ "number": "failedRequests", "value": 0.13, "unit": "ratio", "usual": 0.01,
                    "failed": 41, "requests": 316 }),
                "요청 316건 중 41건 실패(13%), 평소 이 시간대 약 1%",
            ),
            (
                false,
                json!({ "number": "latency", "subject": "GET /api/search", "value": 640.0,
                    "unit": "ms", "usual": 210.0 }),
                "GET /api/search 응답 시간 640 ms, 평소 이 시간대 약 210 ms",
            ),
            (
                false,
                json!({ "number": "errorPattern", "subject": "disk is full", "value": 45.0,
                    "unit": "count", "usual": 0.01, "isNew": true }),
                "신규 오류 45건: disk is full",
            ),
            (
                false,
                json!({ "number": "traffic", "value": 0.0, "unit": "count", "usual": 300.2 }),
                "로그 또는 요청 중단, 평소 이 시간대 약 300건",
            ),
            (
                false,
                json!({ "number": "userShare", "value": 0.6, "unit": "ratio", "usual": 0.08,
                    "user": "gm-777" }),
                "사용자 gm-777의 요청 비중 60%, 평소 이 시간대 약 8%",
            ),
            (
                false,
                json!({ "number": "clientShare", "value": 0.7, "unit": "ratio", "usual": 0.1,
                    "client": "203.0.113.7" }),
                "클라이언트 203.0.113.7의 요청 비중 70%, 평소 이 시간대 약 10%",
            ),
            (
                true,
                json!({ "number": "failedRequests" }),
                "요청 실패 정상화",
            ),
            (
                true,
                json!({ "number": "traffic", "adopted": true }),
                "요청량 변화가 계속되어 이제 평소 수준으로 간주",
            ),
            (false, json!({ "number": "later" }), "로그"),
        ] {
            let measurement = measurement(&members);
            let expected = Phrase::Translated {
                english: "as it came".to_owned(),
                korean: format!("gm-tool: {expected}"),
            };
            assert_eq!(
                title("as it came", "gm-tool", is_over, &measurement),
                expected
            );
        }
    }

    #[test]
    fn the_failed_requests_come_first_and_then_users_and_the_cause() {
        let mut measurement = measurement(&json!({
            "failed": 455, "requests": 731, "previousRate": 0.02, "failedUsers": 60, "users": 60,
            "cause": "connection pool exhausted", "causeFailed": 450, "usual": 0.01,
            "usualLower": 0.001, "usualUpper": 0.025, "unit": "ratio",
            "routes": ["GET /a", "POST /b"],
            "also": ["GET /a: requests take 3 s", "a sentence of another version"],
            "alsoNumbers": [{ "number": "latency", "subject": "GET /a", "value": 3000.0,
                "unit": "ms", "usual": 210.0 }],
            "example": "connection pool exhausted after 210 ms", "command": "bongsu search",
        }));
        let facts = facts(&mut measurement);
        let texts: Vec<(&FactName, &str)> = facts
            .iter()
            .filter_map(|fact| match &fact.value {
                FactValue::Text(text) | FactValue::Code(text) => Some((&fact.name, text.as_str())),
                FactValue::Phrase(Phrase::Translated { korean, .. }) => {
                    Some((&fact.name, korean.as_str()))
                }
                _ => None,
            })
            .collect();
        assert_eq!(
            texts,
            [
                (&FactName::FailedRequests, "455 / 731 (62%) ← 2%"),
                (&FactName::AffectedUsers, "60 / 60"),
                (&FactName::Cause, "connection pool exhausted"),
                (&FactName::Usual, "1% (0.1% – 2.5%)"),
                (&FactName::Routes, "GET /a, POST /b"),
                (
                    &FactName::Also,
                    "GET /a 응답 시간 3 s, 평소 이 시간대 약 210 ms"
                ),
                (&FactName::Also, "a sentence of another version"),
                (&FactName::Example, "connection pool exhausted after 210 ms"),
                (&FactName::Command, "bongsu search"),
            ]
        );
        assert_eq!(facts.len(), 10);
    }
}
