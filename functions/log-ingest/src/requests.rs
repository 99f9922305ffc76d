//! Joins the two lines that Rails writes about one request: `Started GET "/players/42"` has the path,
//! `Completed 500 … in 12ms` the status. The second becomes the request; the first stays a line.

use std::{borrow::Cow, collections::HashMap, net::IpAddr};

use crate::read::{ParsedEntry, RequestHalf};

/// How many requests are remembered that have begun and not ended. Beyond them all are forgotten, and
/// their ends stay lines without a path.
const MOST_OPEN: usize = 10_000;

/// A request that has begun.
#[derive(Debug)]
struct OpenRequest {
    method: String,
    target: String,
    client: Option<IpAddr>,
    /// How many requests with this id have not ended. Of several, nobody can say which one ends.
    count: usize,
    /// Whether there were several since all had ended.
    is_ambiguous: bool,
}

/// The requests of one log stream that have begun, by their id. Lines without an id are those of a
/// server that handles one request at a time, or they cannot be joined.
#[derive(Debug, Default)]
pub(crate) struct OpenRequests {
    by_id: HashMap<String, OpenRequest>,
}

impl OpenRequests {
    /// Remembers the beginning of a request, and completes its end.
    pub(crate) fn join(&mut self, entry: &mut ParsedEntry<'_>) {
        let Some(half) = entry.request_half.take() else {
            return;
        };
        let id = entry.correlation_id.as_deref().unwrap_or_default();
        match half {
            RequestHalf::Start {
                method,
                target,
                client,
            } => self.begin(id, method, target, client),
            RequestHalf::End {
                status_code,
                duration,
            } => {
                if let Some(open) = self.end(id) {
                    let request = &mut entry.request;
                    request.method = Some(Cow::Owned(open.method));
                    request.target = Some(Cow::Owned(open.target));
                    request.status_code = Some(status_code);
                    request.duration = Some(duration);
                    request.client = open.client;
                }
            }
        }
    }

    fn begin(&mut self, id: &str, method: String, target: String, client: Option<IpAddr>) {
        if self.by_id.len() >= MOST_OPEN {
            self.by_id.clear();
        }
        let count = self.by_id.get(id).map_or(0, |open| open.count) + 1;
        let open = OpenRequest {
            method,
            target,
            client,
            count,
            is_ambiguous: count > 1,
        };
        self.by_id.insert(id.to_owned(), open);
    }

    /// The request that ends, if it is known which one.
    fn end(&mut self, id: &str) -> Option<OpenRequest> {
        let open = self.by_id.get_mut(id)?;
        open.count -= 1;
        if open.count > 0 {
            return None;
        }
        self.by_id.remove(id).filter(|open| !open.is_ambiguous)
    }
}

#[cfg(test)]
mod tests {
    use super::OpenRequests;
    use crate::read::LineReader;

    /// The request of each line, as `METHOD target status duration`.
    fn check(lines: &[(&str, &str)]) {
        let reader = LineReader::default();
        let mut open = OpenRequests::default();
        for (line, expected) in lines {
            let mut entry = reader.read(line);
            open.join(&mut entry);
            let request = &entry.request;
            let said = format!(
                "{} {} {} {}",
                request.method.as_deref().unwrap_or("-"),
                request.target.as_deref().unwrap_or("-"),
                request.status_code.unwrap_or_default(),
                request.duration.unwrap_or_default()
            );
            assert_eq!(said, *expected, "{line}");
        }
    }

    #[test]
    fn an_end_has_the_path_of_the_beginning_with_its_id() {
        check(&[
            (
                r#"[0d2b1c3a-5a3f-4b1e-9c1d-000000000001] Started GET "/players/42" for 10.0.0.1 at 2026-11-24 09:00:01 +0000"#,
                "- - 0 0",
            ),
            (
                r#"I, [2026-11-24T09:00:01.123456 #12]  INFO -- : [0d2b1c3a-5a3f-4b1e-9c1d-000000000002] Started POST "/pay" for ::1 at 2026-11-24 09:00:01 +0000"#,
                "- - 0 0",
            ),
            (
                "[0d2b1c3a-5a3f-4b1e-9c1d-000000000002] Completed 500 Internal Server Error in 312ms (ActiveRecord: 0.0ms)",
                "POST /pay 500 312",
            ),
            (
                "[0d2b1c3a-5a3f-4b1e-9c1d-000000000001] Completed 200 OK in 12ms (Views: 0.1ms)",
                "GET /players/42 200 12",
            ),
            (
                "[0d2b1c3a-5a3f-4b1e-9c1d-000000000001] Completed 200 OK in 12ms",
                "- - 0 0",
            ),
        ]);
    }

    #[test]
    fn ends_without_an_id_are_joined_where_one_request_was_open() {
        let start =
            |path: &str| format!(r#"Started GET "{path}" for ::1 at 2026-11-24 09:00:01 +0000"#);
        let (a, b) = (start("/a"), start("/b"));
        let end = "Completed 500 Internal Server Error in 12ms";
        check(&[
            (&a, "- - 0 0"),
            (end, "GET /a 500 12"),
            (&a, "- - 0 0"),
            (&b, "- - 0 0"),
            (end, "- - 0 0"),
            (end, "- - 0 0"),
            (&b, "- - 0 0"),
            (end, "GET /b 500 12"),
        ]);
    }
}
