//! Narrows the documents of a cluster down to those that a query may match, in the cluster's language.
//!
//! A cluster has other rules than [`SearchQuery::matches`]: it knows words and no substrings, folds case
//! for ASCII only, and ignores values that are too long. So each part of a query becomes two clauses:
//! `superset` finds every document that matches, `subset` only such that do. A negation swaps them.
//! What the superset finds is then checked one by one. That needs no field beyond those that indices
//! have always had, and gives the same answer on every store and every version of it.
//!
//! [`SearchQuery::matches`]: crate::log_store::query::SearchQuery::matches

use std::ops::Bound;

use serde_json::{Map, Value, json};

use crate::{
    log_store::query::{NumberRange, QueryNode, TextField, TextPattern},
    model::level::Level,
};

/// How deep clauses are nested: clusters refuse more than 20 or 30 levels.
const MOST_DEPTH: usize = 8;
/// How many clauses stand side by side: clusters refuse more than 1,024 in all.
const MOST_CLAUSES: usize = 64;
/// From this length on, the standard analyzer splits a word
/// (<https://www.elastic.co/docs/reference/text-analysis/analysis-standard-analyzer>).
const LONGEST_WORD: usize = 255;

/// The clauses of a part of a query.
#[derive(Clone, Debug, PartialEq)]
struct PartClauses {
    /// `None` if it would find everything.
    superset: Option<Value>,
    /// `None` if it would find nothing.
    subset: Option<Value>,
}

impl PartClauses {
    const UNKNOWN: Self = Self {
        superset: None,
        subset: None,
    };

    fn exact(clause: Value) -> Self {
        Self {
            superset: Some(clause.clone()),
            subset: Some(clause),
        }
    }

    fn at_most(superset: Option<Value>) -> Self {
        Self {
            superset,
            subset: None,
        }
    }
}

/// A clause that finds every document that matches the query; `None` for all documents.
pub(super) fn superset(node: &QueryNode) -> Option<Value> {
    clauses(node, 0).superset
}

fn clauses(node: &QueryNode, depth: usize) -> PartClauses {
    if depth > MOST_DEPTH {
        return PartClauses::UNKNOWN;
    }
    match node {
        QueryNode::Not(part) => {
            let PartClauses { superset, subset } = clauses(part, depth + 1);
            PartClauses {
                superset: subset.map(none_of),
                subset: superset.map(none_of),
            }
        }
        QueryNode::Every(parts) | QueryNode::Any(parts) if parts.len() > MOST_CLAUSES => {
            PartClauses::UNKNOWN
        }
        QueryNode::Every(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| clauses(part, depth + 1)).collect();
            let supersets: Vec<_> = parts
                .iter()
                .filter_map(|part| part.superset.clone())
                .collect();
            let subsets: Option<Vec<_>> = parts.into_iter().map(|part| part.subset).collect();
            PartClauses {
                superset: (!supersets.is_empty()).then(|| every(supersets)),
                subset: subsets.map(every),
            }
        }
        QueryNode::Any(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| clauses(part, depth + 1)).collect();
            let subsets: Vec<_> = parts
                .iter()
                .filter_map(|part| part.subset.clone())
                .collect();
            let supersets: Option<Vec<_>> = parts.into_iter().map(|part| part.superset).collect();
            PartClauses {
                superset: supersets.map(any),
                subset: (!subsets.is_empty()).then(|| any(subsets)),
            }
        }
        QueryNode::Message(pattern) => message(pattern),
        QueryNode::Text(field, pattern) => text(*field, pattern),
        QueryNode::Level(levels) => {
            let names: Vec<_> = levels.iter().map(|level: &Level| level.name()).collect();
            PartClauses::exact(json!({ "terms": { "level": names } }))
        }
        QueryNode::Status(range) => PartClauses::exact(within("request.statusCode", range)),
        QueryNode::Duration(range) => PartClauses::exact(within("request.duration", range)),
        QueryNode::Metadata(key, _) | QueryNode::MetadataNumber(key, _) => {
            PartClauses::at_most(metadata(key))
        }
    }
}

fn every(clauses: Vec<Value>) -> Value {
    match <[Value; 1]>::try_from(clauses) {
        Ok([clause]) => clause,
        Err(clauses) if clauses.is_empty() => json!({ "match_all": {} }),
        Err(clauses) => json!({ "bool": { "filter": clauses } }),
    }
}

fn any(clauses: Vec<Value>) -> Value {
    match <[Value; 1]>::try_from(clauses) {
        Ok([clause]) => clause,
        Err(clauses) => json!({ "bool": { "should": clauses, "minimum_should_match": 1 } }),
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it becomes a part of the clause"
)]
fn none_of(clause: Value) -> Value {
    json!({ "bool": { "must_not": [clause] } })
}

fn within(field: &str, range: &NumberRange) -> Value {
    let mut bounds = Map::new();
    match range.least {
        Bound::Included(least) => bounds.insert("gte".to_owned(), json!(least)),
        Bound::Excluded(least) => bounds.insert("gt".to_owned(), json!(least)),
        Bound::Unbounded => None,
    };
    match range.most {
        Bound::Included(most) => bounds.insert("lte".to_owned(), json!(most)),
        Bound::Excluded(most) => bounds.insert("lt".to_owned(), json!(most)),
        Bound::Unbounded => None,
    };
    if bounds.is_empty() {
        return json!({ "exists": { "field": field } });
    }
    json!({ "range": { field: bounds } })
}

/// The message is indexed as words in lower case. A run of letters and digits of the pattern is part
/// of one word of every match.
fn message(pattern: &TextPattern) -> PartClauses {
    let required = pattern.required();
    let mut runs: Vec<&str> = required.iter().flat_map(|text| runs(text)).collect();
    runs.sort_unstable();
    runs.dedup();
    let is_whole =
        matches!((pattern, runs.as_slice()), (TextPattern::Literal(text), [run]) if text == run);
    let words: Vec<Value> = runs.iter().take(8).map(|run| in_a_word(run)).collect();
    let subset = words.first().filter(|_| is_whole).cloned();
    let superset = (!words.is_empty()).then(|| {
        // A longer word is split, maybe within a run.
        let has_long_word = json!({ "regexp": { "message": {
            "value": format!(".{{{LONGEST_WORD}}}")
        } } });
        any(vec![every(words), has_long_word])
    });
    PartClauses { superset, subset }
}

fn in_a_word(run: &str) -> Value {
    json!({ "wildcard": { "message": { "value": format!("*{run}*") } } })
}

/// The parts of a text that the standard analyzer keeps in one word: ASCII letters and digits, and
/// Hangul.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let is_inner =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '\u{ac00}'..='\u{d7a3}');
    text.split(move |letter| !is_inner(letter))
        .filter(|run| !run.is_empty())
}

fn name(field: TextField) -> &'static str {
    match field {
        TextField::Route => "request.route",
        TextField::Path => "request.path",
        TextField::Method => "request.method",
        TextField::User => "userId",
        TextField::Client => "request.client",
        TextField::Correlation => "correlationId",
        TextField::Service => "service",
        TextField::Environment => "environment",
        TextField::Stream => "source.logStream",
        TextField::Group => "source.logGroup",
        TextField::Format => "format",
        TextField::Pattern => "pattern",
    }
}

/// A keyword. A cluster folds the case of ASCII only; another cased letter becomes a `?`.
fn text(field: TextField, pattern: &TextPattern) -> PartClauses {
    let name = name(field);
    let has_case =
        |letter: char| !letter.is_ascii() && (letter.is_lowercase() || letter.is_uppercase());
    match pattern {
        TextPattern::Literal(whole) if !whole.contains(has_case) => PartClauses::exact(json!({
            "term": { name: { "value": whole, "case_insensitive": true } }
        })),
        TextPattern::Literal(_) | TextPattern::Wildcard(_) => {
            let parts: Vec<String> = pattern.required().into_iter().map(escaped).collect();
            let value = parts.join("*");
            let clause = json!({
                "wildcard": { name: { "value": value, "case_insensitive": true } }
            });
            if pattern.is_anything() {
                return PartClauses::exact(json!({ "exists": { "field": name } }));
            }
            PartClauses::at_most(Some(clause))
        }
        TextPattern::Regular(_) => {
            PartClauses::at_most(Some(json!({ "exists": { "field": name } })))
        }
    }
}

/// A text in a wildcard query. A cased letter may have another number of letters in the other case.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            if matches!(letter, '*' | '?' | '\\') {
                value.push('\\');
            }
            value.push(letter);
        } else if letter.is_lowercase() || letter.is_uppercase() {
            value.push('*');
        } else {
            value.push(letter);
        }
    }
    value
}

/// That a document has the key; for a nested one, that it has metadata, because OpenSearch knows the keys of
/// the first level only. `None` for a key with signs that a cluster would act on.
fn metadata(key: &str) -> Option<Value> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if key.contains('.') {
        return Some(json!({ "exists": { "field": "metadata" } }));
    }
    let is_safe = !key.is_empty() && key.bytes().all(is_plain);
    is_safe.then(|| json!({ "exists": { "field": format!("metadata.{key}") } }))
}

#[cfg(test)]
mod tests {
    use super::superset;
    use crate::log_store::SearchQuery;

    #[test]
    fn a_query_is_narrowed_as_far_as_a_cluster_can() {
        let texts = [
            "",
            "결제",
            "timeout -db",
            "-\"db-1\"",
            "time*out",
            "/time(d )?out/",
            "level:>=warn",
            "NOT (level:info OR user:a)",
            "status:5xx duration:>1s",
            "route:/api/*",
            "user:Ärger",
            "user:*",
            "orderId:7",
            "(orderId:7 OR a) b",
        ];
        let clauses = texts.map(|text| {
            let query = SearchQuery::parse(text).expect("a query");
            (text, superset(query.root()))
        });
        insta::assert_json_snapshot!(clauses);
    }

    #[test]
    fn what_a_cluster_would_refuse_is_not_sent() {
        let deep = format!("{}a{}", "(b -".repeat(20), ")".repeat(20));
        let wide = "a OR ".repeat(500) + "b";
        for text in [deep, wide] {
            let query = SearchQuery::parse(&text).expect("a query");
            let clause = superset(query.root()).map(|clause| clause.to_string());
            assert!(clause.is_none_or(|clause| clause.len() < 10_000));
        }
    }
}
