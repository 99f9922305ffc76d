//! Ranges of numbers: `404`, `5xx`, `>=400`, `>500ms`.

use std::ops::Bound;

/// A range of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberRange {
    /// The lower bound.
    pub least: Bound<f64>,
    /// The upper bound.
    pub most: Bound<f64>,
}

impl NumberRange {
    /// True if the number is in the range.
    #[must_use]
    pub fn contains(&self, number: f64) -> bool {
        let above = match self.least {
            Bound::Included(least) => number >= least,
            Bound::Excluded(least) => number > least,
            Bound::Unbounded => true,
        };
        let below = match self.most {
            Bound::Included(most) => number <= most,
            Bound::Excluded(most) => number < most,
            Bound::Unbounded => true,
        };
        above && below
    }

    /// Every number.
    pub(super) const ANY: Self = Self {
        least: Bound::Unbounded,
        most: Bound::Unbounded,
    };
}

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueComparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl ValueComparison {
    /// The signs, the longer ones first.
    pub(super) const SIGNS: [(&'static str, Self); 5] = [
        (">=", Self::GreaterOrEqual),
        ("<=", Self::LessOrEqual),
        (">", Self::Greater),
        ("<", Self::Less),
        ("=", Self::Equal),
    ];

    /// The numbers that compare so to this one.
    pub(super) fn range(self, number: f64) -> NumberRange {
        let (least, most) = match self {
            Self::Equal => (Bound::Included(number), Bound::Included(number)),
            Self::Less => (Bound::Unbounded, Bound::Excluded(number)),
            Self::LessOrEqual => (Bound::Unbounded, Bound::Included(number)),
            Self::Greater => (Bound::Excluded(number), Bound::Unbounded),
            Self::GreaterOrEqual => (Bound::Included(number), Bound::Unbounded),
        };
        NumberRange { least, most }
    }
}

/// A status such as `404`, or a class such as `5xx` or `40x`.
pub(super) fn status(text: &str) -> Option<NumberRange> {
    let folded = text.to_ascii_lowercase();
    let digits = folded.trim_end_matches('x');
    let free = u32::try_from(folded.len() - digits.len()).ok()?;
    if folded.len() != 3 || digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let width = 10_u32.pow(free);
    let least = digits.parse::<u32>().ok()? * width;
    Some(NumberRange {
        least: Bound::Included(f64::from(least)),
        most: Bound::Excluded(f64::from(least + width)),
    })
}

/// A duration in milliseconds: `500ms`, `1.5s`, `20us`, or without a unit.
pub(super) fn milliseconds(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 9] = [
        ("ns", 1e-6),
        ("us", 1e-3),
        ("µs", 1e-3),
        ("μs", 1e-3),
        ("ms", 1.0),
        ("min", 60_000.0),
        ("s", 1_000.0),
        ("m", 60_000.0),
        ("h", 3_600_000.0),
    ];
    let folded = text.to_lowercase();
    let (digits, unit) = UNITS
        .iter()
        .find_map(|(name, unit)| Some((folded.strip_suffix(name)?, *unit)))
        .unwrap_or((&folded, 1.0));
    Some(number(digits.trim_end())? * unit)
}

/// A finite number.
pub(super) fn number(text: &str) -> Option<f64> {
    let is_number = text
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e'));
    let number: f64 = text.parse().ok().filter(|_| is_number)?;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{milliseconds, status};

    #[test]
    fn a_class_of_statuses_is_a_range() {
        let five = status("5xx").expect("a class");
        assert!(five.contains(500.0) && five.contains(599.0));
        assert!(!five.contains(499.0) && !five.contains(600.0));
        assert!(status("404").expect("a status").contains(404.0));
        for text in ["xxx", "5x", "50000", "5x5", "-5x", ""] {
            assert_eq!(status(text), None, "{text}");
        }
    }

    #[test]
    fn durations_have_units() {
        for (text, expected) in [
            ("500", 500.0),
            ("500ms", 500.0),
            ("1.5s", 1_500.0),
            ("2m", 120_000.0),
            ("1h", 3_600_000.0),
        ] {
            assert_eq!(milliseconds(text), Some(expected), "{text}");
        }
        for text in ["", "s", "5 parsecs", "inf", "nan", "1e999"] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
    }
}
