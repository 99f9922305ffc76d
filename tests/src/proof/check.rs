//! Reads every document from the cluster, and compares each with its event. Nothing of the functions is
//! used for this.

use std::{collections::BTreeMap, thread, time::Duration};

use reqwest::{Method, blocking::Client};
use serde_json::{Value, json};

use super::events::{expected, timestamp};

/// How many documents are read at once.
const PAGE: usize = 10_000;

/// Counts the documents of a service: exactly one for each event, with the right content.
pub(super) fn documents(
    service: &str,
    events: u64,
    settings: &BTreeMap<&str, &str>,
) -> Result<u64, String> {
    // A blocking client must not be made in async code.
    thread::scope(|scope| {
        let check = scope.spawn(|| {
            let client = Client::builder()
                .no_proxy()
                .danger_accept_invalid_certs(true)
                .timeout(Duration::from_mins(2))
                .build()
                .map_err(|error| error.to_string())?;
            ProofReader { client, settings }.check(service, events)
        });
        check
            .join()
            .unwrap_or_else(|_| Err("the check panicked".to_owned()))
    })
}

/// Reads from the cluster directly, not through the fault proxy.
struct ProofReader<'a> {
    client: Client,
    settings: &'a BTreeMap<&'a str, &'a str>,
}

impl ProofReader<'_> {
    fn check(&self, service: &str, events: u64) -> Result<u64, String> {
        let index = format!("logs-{service}-*");
        self.ask("POST", &format!("{index}/_refresh"), &Value::Null)?;
        let mut check = DocumentCheck::new(events);
        let mut page = self.ask(
            "POST",
            &format!("{index}/_search?scroll=5m"),
            &json!({"size": PAGE, "sort": ["_doc"], "query": {"match_all": {}}}),
        )?;
        loop {
            let hits = page.pointer("/hits/hits").and_then(Value::as_array);
            let Some(hits) = hits.filter(|hits| !hits.is_empty()) else {
                break;
            };
            for hit in hits {
                check.add(hit.get("_source").ok_or("a hit without a document")?)?;
            }
            let scroll = json!({"scroll": "5m", "scroll_id": page.get("_scroll_id")});
            page = self.ask("POST", "_search/scroll", &scroll)?;
        }
        let path =
            format!("dead-letter-{service}-*/_count?ignore_unavailable=true&allow_no_indices=true");
        let letters = self.ask("POST", &path, &Value::Null)?;
        match letters.get("count").and_then(Value::as_u64) {
            Some(0) => check.finish(),
            _ => Err(format!("there are dead letters: {letters}")),
        }
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let setting = |name: &str| self.settings.get(name).copied();
        let url = setting("ELASTICSEARCH_URL").unwrap_or_default();
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| error.to_string())?;
        let mut request = self
            .client
            .request(method, format!("{}/{path}", url.trim_end_matches('/')));
        if let Some(user) = setting("ELASTICSEARCH_USERNAME") {
            request = request.basic_auth(user, setting("ELASTICSEARCH_PASSWORD"));
        }
        if !body.is_null() {
            request = request
                .header("Content-Type", "application/json")
                .body(body.to_string());
        }
        let response = request.send().map_err(|error| error.to_string())?;
        let status = response.status();
        let text = response.text().map_err(|error| error.to_string())?;
        if !status.is_success() {
            return Err(format!("{path}: {status}: {text:.500}"));
        }
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}

/// The events whose document was found.
struct DocumentCheck {
    seen: Vec<bool>,
    documents: u64,
}

impl DocumentCheck {
    fn new(events: u64) -> Self {
        Self {
            seen: (0..events).map(|_| false).collect(),
            documents: 0,
        }
    }

    fn add(&mut self, document: &Value) -> Result<(), String> {
        let text = |name: &str| document.get(name).and_then(Value::as_str);
        let message = text("message").unwrap_or_default();
        let number = message.split(' ').nth(1).and_then(|word| word.parse().ok());
        let number: u64 = number.ok_or_else(|| format!("a foreign document: {document}"))?;
        let position = usize::try_from(number).map_err(|error| error.to_string())?;
        match self.seen.get_mut(position) {
            None => return Err(format!("there is no event {number}: {document}")),
            Some(true) => return Err(format!("event {number} is stored twice")),
            Some(seen) => *seen = true,
        }
        self.documents += 1;
        let expected = expected(number);
        let time = text("@timestamp").and_then(|time| time.parse().ok());
        let is_right = message == expected.message
            && text("level") == Some(expected.level)
            && text("userId") == expected.user.as_deref()
            && time == Some(timestamp(number));
        if is_right {
            Ok(())
        } else {
            Err(format!("event {number} was changed: {document}"))
        }
    }

    fn finish(&self) -> Result<u64, String> {
        let lost = self.seen.iter().filter(|seen| !**seen).count();
        match self.seen.iter().position(|seen| !seen) {
            Some(first) => Err(format!("{lost} events are lost, the first is {first}")),
            None => Ok(self.documents),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(number: u64) -> Value {
        let event = expected(number);
        json!({"@timestamp": timestamp(number).to_string(), "message": event.message,
            "level": event.level, "userId": event.user})
    }

    #[test]
    fn each_event_must_be_there_once_and_unchanged() {
        let mut check = DocumentCheck::new(3);
        for number in 0..3 {
            check.add(&document(number)).expect("the right document");
        }
        assert_eq!(check.finish(), Ok(3));
        let twice = check.add(&document(1)).expect_err("twice");
        assert_eq!(twice, "event 1 is stored twice");

        let mut check = DocumentCheck::new(3);
        check.add(&document(0)).expect("the right document");
        let lost = check.finish().expect_err("lost");
        assert_eq!(lost, "2 events are lost, the first is 1");
        let mut changed = document(2);
        changed["level"] = "info".into();
        let changed = check.add(&changed).expect_err("changed");
        assert!(changed.contains("event 2 was changed"), "{changed}");
        let foreign = check.add(&document(3)).expect_err("foreign");
        assert!(foreign.contains("there is no event 3"), "{foreign}");
    }
}
