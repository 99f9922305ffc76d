//! Numbers as people read them.

use jiff::SignedDuration;

/// A count with separators: `12,345`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and what is counted: `1 entry`, `2 entries`.
#[must_use]
pub fn counted(number: u64, one: &str, many: &str) -> String {
    let noun = if number == 1 { one } else { many };
    format!("{} {noun}", count(number))
}

/// A share of a whole, 0 to 1, in percent. What is neither none nor all never reads as such.
#[must_use]
pub fn share(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.1 {
        "<0.1%".to_owned()
    } else if percent < 100.0 && percent > 99.9 {
        ">99.9%".to_owned()
    } else if percent <= 0.0 || percent >= 100.0 {
        format!("{percent:.0}%")
    } else {
        format!("{percent:.1}%")
    }
}

/// A duration given in milliseconds: `0.4 ms`, `217 ms`, `1.25 s`, `2 min 5 s`.
#[must_use]
pub fn milliseconds(duration: f64) -> String {
    if duration < 99.95 {
        format!("{duration:.1} ms")
    } else if duration < 999.5 {
        format!("{duration:.0} ms")
    } else if duration < 9_995.0 {
        format!("{:.2} s", duration / 1000.0)
    } else if duration < 59_950.0 {
        format!("{:.1} s", duration / 1000.0)
    } else {
        let span = SignedDuration::try_from_secs_f64(duration / 1000.0);
        span.map_or_else(|_| "for ever".to_owned(), self::span)
    }
}

/// A span of time by its two largest units: `15 min`, `1 h 30 min`, `3 days`.
#[must_use]
pub fn span(span: SignedDuration) -> String {
    const UNITS: [(i64, &str, &str); 4] = [
        (86_400, "day", "days"),
        (3_600, "h", "h"),
        (60, "min", "min"),
        (1, "s", "s"),
    ];
    let mut rest = span.as_secs().max(0);
    if rest == 0 {
        return format!("{} ms", span.as_millis().max(0));
    }
    let mut parts: Vec<String> = Vec::new();
    for (seconds, one, many) in UNITS {
        let amount = rest / seconds;
        if amount == 0 && parts.is_empty() {
            continue;
        }
        rest %= seconds;
        if amount > 0 {
            parts.push(format!("{amount} {}", if amount == 1 { one } else { many }));
        }
        if parts.len() == 2 || rest == 0 || amount == 0 {
            break;
        }
    }
    parts.join(" ")
}

/// How a value differs from the one before: `+12%`, `−5%`, `5.6×`; `=` where they are the same to a
/// thousandth, `new` where there was none before.
#[must_use]
pub fn change(now: f64, before: f64) -> String {
    if before <= 0.0 {
        return if now > 0.0 { "new" } else { "=" }.to_owned();
    }
    let ratio = now / before;
    if ratio >= 100.0 {
        format!("{ratio:.0}×")
    } else if ratio >= 3.0 {
        format!("{ratio:.1}×")
    } else {
        let percent = (ratio - 1.0) * 100.0;
        if percent.abs() < 0.1 {
            "=".to_owned()
        } else if percent.abs() < 9.95 {
            format!("{percent:+.1}%").replace('-', "−")
        } else {
            format!("{percent:+.0}%").replace('-', "−")
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::{change, count, counted, milliseconds, share, span};

    #[test]
    fn counts_have_separators() {
        let texts = [0, 999, 1_000, 1_234_567, u64::MAX].map(count);
        assert_eq!(
            texts,
            [
                "0",
                "999",
                "1,000",
                "1,234,567",
                "18,446,744,073,709,551,615"
            ]
        );
        assert_eq!(counted(1, "entry", "entries"), "1 entry");
        assert_eq!(counted(0, "entry", "entries"), "0 entries");
    }

    #[test]
    fn a_share_never_claims_none_or_all_falsely() {
        let shares = [0.0, 0.000_01, 0.001, 0.529, 0.999_99, 1.0].map(share);
        assert_eq!(shares, ["0%", "<0.1%", "0.1%", "52.9%", ">99.9%", "100%"]);
    }

    #[test]
    fn durations_have_the_unit_that_fits() {
        let texts = [
            0.04, 9.74, 99.94, 217.3, 999.4, 1_250.0, 12_340.0, 125_000.0,
        ]
        .map(milliseconds);
        assert_eq!(
            texts,
            [
                "0.0 ms",
                "9.7 ms",
                "99.9 ms",
                "217 ms",
                "999 ms",
                "1.25 s",
                "12.3 s",
                "2 min 5 s"
            ]
        );
    }

    #[test]
    fn spans_have_their_two_largest_units() {
        let spans = [
            0, 1, 59, 60, 61, 900, 5_400, 86_400, 90_000, 259_200, 86_460,
        ]
        .map(|seconds| span(SignedDuration::from_secs(seconds)));
        assert_eq!(
            spans,
            [
                "0 ms",
                "1 s",
                "59 s",
                "1 min",
                "1 min 1 s",
                "15 min",
                "1 h 30 min",
                "1 day",
                "1 day 1 h",
                "3 days",
                "1 day"
            ]
        );
        assert_eq!(span(SignedDuration::from_millis(250)), "250 ms");
    }

    #[test]
    fn changes_are_in_percent_or_times() {
        for (now, before, text) in [
            (112.0, 100.0, "+12%"),
            (95.0, 100.0, "−5.0%"),
            (560.0, 100.0, "5.6×"),
            (100.0, 100.0, "="),
            (5.0, 0.0, "new"),
            (0.0, 0.0, "="),
            (0.0, 5.0, "−100%"),
            (20_000.0, 100.0, "200×"),
        ] {
            assert_eq!(change(now, before), text);
        }
    }
}
