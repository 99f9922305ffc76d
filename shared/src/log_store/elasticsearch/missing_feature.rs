//! Whether an answer says that the cluster lacks a feature: an interface or a field type.

use super::response::{Answer, reason};

/// Whether an answer says that a feature is not there. Amazon OpenSearch Service answers 401 to an
/// interface that it does not offer ("Your request: '/…' is not allowed").
pub(super) fn is_absent(answer: &Answer) -> bool {
    match answer.status {
        404 | 405 | 410 => true,
        400 => reason(&answer.body).contains("no handler found"),
        401 | 403 => reason(&answer.body).starts_with("Your request: '"),
        _ => false,
    }
}

/// Whether a template was refused for a field type that the cluster does not know.
pub(super) fn is_unknown_type(answer: &Answer, field_type: &str) -> bool {
    let body = String::from_utf8_lossy(&answer.body);
    let [opensearch, elasticsearch] = [
        format!("No handler for type [{field_type}]"),
        format!("The mapper type [{field_type}]"),
    ];
    answer.status == 400 && (body.contains(&opensearch) || body.contains(&elasticsearch))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Answer, is_absent};

    #[test]
    fn a_missing_feature_differs_from_a_refused_one() {
        for (status, body, absent) in [
            (
                400,
                json!({ "error": "no handler found for uri [/_ilm/policy/x] and method [PUT]" }),
                true,
            ),
            (405, json!({ "error": "Incorrect HTTP method" }), true),
            (404, json!({}), true),
            (
                401,
                json!({ "Message": "Your request: '/_ilm/policy/x' is not allowed." }),
                true,
            ),
            (
                403,
                json!({ "error": { "type": "security_exception", "reason": "unauthorized" } }),
                false,
            ),
            (
                400,
                json!({ "error": { "type": "illegal_argument_exception", "reason": "bad" } }),
                false,
            ),
        ] {
            let answer = Answer {
                status,
                retry_after: None,
                hint: None,
                is_elasticsearch: false,
                body: body.to_string().into(),
            };
            assert_eq!(is_absent(&answer), absent, "{status} {body}");
        }
    }
}
