//! As much of CloudWatch's metric math as graphs of a preview need: the four operations, numbers,
//! ids, and `FILL` with a number or `REPEAT`. What is beyond that has no value here, and the preview
//! says so.

use std::collections::BTreeMap;

/// A value for each point in time.
pub(super) type Values = Vec<Option<f64>>;

/// Computes an expression of series that have ids.
#[must_use]
pub(super) fn evaluate(
    expression: &str,
    series: &BTreeMap<String, Values>,
    points: usize,
) -> Option<Values> {
    /// Deeper ones are nobody's.
    const DEEPEST: usize = 32;
    let mut parser = Parser {
        rest: expression,
        series,
        points,
        left: DEEPEST,
    };
    let value = parser.sum()?;
    parser.rest.trim().is_empty().then_some(value)
}

struct Parser<'a> {
    rest: &'a str,
    series: &'a BTreeMap<String, Values>,
    points: usize,
    left: usize,
}

impl<'a> Parser<'a> {
    fn sum(&mut self) -> Option<Values> {
        let mut value = self.product()?;
        loop {
            value = if self.eat("+") {
                combine(&value, &self.product()?, |a, b| a + b)
            } else if self.eat("-") {
                combine(&value, &self.product()?, |a, b| a - b)
            } else {
                return Some(value);
            };
        }
    }

    fn product(&mut self) -> Option<Values> {
        let mut value = self.factor()?;
        loop {
            value = if self.eat("*") {
                combine(&value, &self.factor()?, |a, b| a * b)
            } else if self.eat("/") {
                combine(&value, &self.factor()?, |a, b| a / b)
            } else {
                return Some(value);
            };
        }
    }

    fn factor(&mut self) -> Option<Values> {
        self.left = self.left.checked_sub(1)?;
        let value = self.atom();
        self.left += 1;
        value
    }

    fn atom(&mut self) -> Option<Values> {
        if self.eat("(") {
            let value = self.sum()?;
            return self.eat(")").then_some(value);
        }
        let word = self.word()?;
        if word == "FILL" {
            return self.fill();
        }
        match word.parse::<f64>() {
            Ok(number) => Some(vec![Some(number); self.points]),
            Err(_) => self.series.get(word).cloned(),
        }
    }

    fn fill(&mut self) -> Option<Values> {
        if !self.eat("(") {
            return None;
        }
        let values = self.sum()?;
        if !self.eat(",") {
            return None;
        }
        let with = self.word()?;
        let number = with.parse::<f64>().ok();
        if !self.eat(")") || (number.is_none() && with != "REPEAT") {
            return None;
        }
        let mut last = number;
        let filled = values.into_iter().map(|value| match (value, number) {
            (Some(value), None) => {
                last = Some(value);
                last
            }
            (Some(value), Some(_)) => Some(value),
            (None, _) => last,
        });
        Some(filled.collect())
    }

    fn eat(&mut self, symbol: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A number or a name.
    fn word(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, rest) = rest.split_at_checked(end)?;
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }
}

/// Point by point; what is missing on one side, or no number, is missing.
fn combine(left: &Values, right: &Values, operation: fn(f64, f64) -> f64) -> Values {
    let pairs = left.iter().zip(right);
    pairs
        .map(|(left, right)| Some(operation((*left)?, (*right)?)).filter(|value| value.is_finite()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::evaluate;

    #[test]
    fn rates_are_computed_and_what_is_missing_stays_so() {
        let series = BTreeMap::from([
            (
                "m1".to_owned(),
                vec![Some(10.0), Some(20.0), None, Some(0.0)],
            ),
            ("m2".to_owned(), vec![Some(1.0), None, Some(3.0), Some(4.0)]),
        ]);
        for (expression, expected) in [
            (
                "100*FILL(m2, 0)/m1",
                Some(vec![Some(10.0), Some(0.0), None, None]),
            ),
            (
                "FILL(m1, REPEAT)",
                Some(vec![Some(10.0), Some(20.0), Some(20.0), Some(0.0)]),
            ),
            (
                "(m1 + m2) - 1 * 2",
                Some(vec![Some(9.0), None, None, Some(2.0)]),
            ),
            ("m3", None),
            ("SUM(METRICS())", None),
            ("m1 m2", None),
            ("", None),
        ] {
            assert_eq!(evaluate(expression, &series, 4), expected, "{expression}");
        }
        assert_eq!(evaluate(&"(".repeat(100_000), &series, 4), None);
    }
}
