//! Metadata keys that have the name of a field of the request. What both would say is stored in the
//! request only, so that a term such as `metadata.path:/api/*` has to ask both.

use super::{
    NumberRange, QueryError, QueryNode, TextField, TextPattern,
    number::{self, ValueComparison},
    parse::QueryParser,
    term::TermValue,
};

impl QueryParser<'_> {
    /// The same of the request's field, where a metadata key has the name of one: what both would say is
    /// stored in the request only.
    pub(super) fn in_request(
        &self,
        key: &str,
        value: &TermValue,
    ) -> Result<Option<QueryNode>, QueryError> {
        let text = |field| match value.comparison {
            None => Some(QueryNode::Text(field, value.pattern.clone())),
            Some(_) => None,
        };
        let is_regular = matches!(value.pattern, TextPattern::Regular(_));
        let number = number::number(&value.text).filter(|_| !is_regular);
        let comparison = value.comparison.unwrap_or(ValueComparison::Equal);
        let range = number.map(|number| comparison.range(number));
        let range = range.or(value.pattern.is_anything().then_some(NumberRange::ANY));
        Ok(match key {
            "method" => text(TextField::Method),
            "path" => text(TextField::Path),
            "statusCode" => range.map(QueryNode::Status).or_else(|| {
                let codes =
                    (100..600_u16).filter(|code| value.pattern.is_all_of(&code.to_string()));
                let equal = |code| QueryNode::Status(ValueComparison::Equal.range(f64::from(code)));
                let nodes: Vec<_> = codes.map(equal).collect();
                (!nodes.is_empty()).then_some(QueryNode::Any(nodes))
            }),
            "duration" if range.is_none() && !matches!(value.pattern, TextPattern::Literal(_)) => {
                return Err(self.error(
                    value.start..value.end,
                    "a duration is a number, not a text",
                    "Write duration:>=3 duration:<4.",
                ));
            }
            "duration" => range.map(QueryNode::Duration),
            _ => None,
        })
    }
}
