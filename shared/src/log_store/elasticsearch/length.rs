//! How long documents are in a bulk request, before they are written: who sends many documents chooses by
//! this what one request holds.

use crate::model::{log::LogDocument, metadata::Metadata};

/// How long a document is with its action in the body of a request: at least so long, unless many of
/// its characters are escaped. Who chooses the documents of a call by it fills the bodies.
#[must_use]
pub fn usual_length(document: &LogDocument) -> usize {
    /// The action, times, and the keys that every document has.
    const FIXED: usize = 304;
    /// A key with what stands around it.
    const KEY: usize = 20;
    /// The keys and numbers of a request.
    const REQUEST: usize = 108;
    let optional = |text: Option<&str>| text.map_or(0, |text| text.len() + KEY);
    let within = |text: Option<&str>| text.map_or(0, str::len);
    let request = document.request.as_ref().map_or(0, |request| {
        within(request.path.as_deref())
            + within(request.route.as_deref())
            + within(request.endpoint.as_deref())
            + optional(request.client.as_deref())
            + REQUEST
    });
    let texts = document.message.len()
        + document.pattern.len()
        + optional(document.original.as_deref())
        + document
            .remarks
            .iter()
            .map(|it| it.len() + KEY)
            .sum::<usize>();
    // Escapes.
    let texts = texts + texts / 16;
    let metadata = document.metadata.as_ref().map(Metadata::get);
    FIXED
        + texts
        + request
        + 2 * (document.id.len() + document.service.len())
        + document.source.log_group.len()
        + document.source.log_stream.len()
        + KEY * document.unread.len()
        + usize::from(document.redactions > 0) * KEY
        + optional(document.message_bytes.map(|_| ""))
        + optional(document.level_original.as_deref())
        + optional(document.environment.as_deref())
        + optional(document.correlation_id.as_deref())
        + optional(document.user_id.as_deref())
        + optional(document.source.event_id.as_deref())
        + optional(metadata)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::usual_length;
    use crate::{
        log_store::elasticsearch::bulk::{BODY_LIMIT, log_bodies},
        model::log::{LogDocument, Request, Unread},
    };

    fn document(message: &str) -> LogDocument {
        let mut document: LogDocument = serde_json::from_str(
            r#"{"@timestamp":"2026-11-24T10:00:00.123Z","ingestedAt":"2026-11-24T10:00:01.123Z",
                "level":"error","message":"","pattern":"","service":"gm-tool",
                "format":"lambda-text","source":{"logGroup":"g","logStream":"s"}}"#,
        )
        .expect("a document");
        document.id = "0123456789abcdef-1".to_owned();
        message.clone_into(&mut document.message);
        message.clone_into(&mut document.pattern);
        document
    }

    /// How long the body of a request is that has this document alone.
    fn written(document: &LogDocument) -> usize {
        let service = "gm-tool".parse().expect("a service");
        let mut bodies = log_bodies(&service, std::slice::from_ref(document), BODY_LIMIT);
        let body = bodies.next().expect("a body");
        body.expect("written").bytes.len()
    }

    proptest! {
        #[test]
        fn a_document_of_plain_text_is_about_as_long_as_was_estimated(
            length in 0_usize..2_000, is_full in any::<bool>(),
        ) {
            let mut document = document(&"가".repeat(length));
            if is_full {
                document.environment = Some("production".into());
                document.original = Some("x".repeat(length));
                document.level_original = Some("ERR".to_owned());
                document.source.event_id = Some("7".to_owned());
                document.source.account = Some("123456789012".into());
                document.message_bytes = Some(u64::MAX);
                document.redactions = 10;
                document.unread = Unread::ALL.to_vec();
                document.remarks = vec!["cut".to_owned(), "renamed".to_owned()];
                document.request = Some(Request {
                    method: Some("OPTIONS".into()),
                    path: Some("/a/1".to_owned()),
                    route: Some("/a/{id}".to_owned()),
                    endpoint: Some("OPTIONS /a/{id}".to_owned()),
                    status_code: Some(503),
                    duration: Some(1_234.567_89),
                    client: Some("10.0.0.1".to_owned()),
                });
            }
            let estimated = usual_length(&document);
            let written = written(&document);
            prop_assert!(written <= estimated, "{written} {estimated}");
            prop_assert!(estimated <= written * 9 / 8 + 200, "{written} {estimated}");
        }
    }
}
