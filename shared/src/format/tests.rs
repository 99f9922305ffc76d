//! One value has one text, in every place; and no rounding makes it another value.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::{
    ENGLISH, KOREAN, bytes, change, compact, count, counted, duration, duration_in, milliseconds,
    number, percent, quantity, quantity_in, share, whole_percent,
};

#[test]
fn numbers_have_three_digits_or_all_before_the_point() {
    for (value, text) in [
        (0.0, "0"),
        (-0.0, "0"),
        (999.0, "999"),
        (1_234_567.0, "1,234,567"),
        (-1_234.0, "-1,234"),
        (2.5, "2.5"),
        (0.125, "0.125"),
        (0.012_345, "0.0123"),
        (99.96, "100"),
        (999.96, "1,000"),
        (12_345.6, "12,346"),
        (-0.000_000_1, "-1.00e-7"),
        (1e300, "1.00e300"),
    ] {
        assert_eq!(number(value), text, "{value}");
    }
}

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
fn an_axis_has_short_numbers() {
    for (value, text) in [
        (0.0, "0"),
        (0.25, "0.25"),
        (42.46, "42.5"),
        (1_234.0, "1,234"),
        (9_999.7, "10k"),
        (12_345.0, "12.3k"),
        (999_999.0, "1M"),
        (4e6, "4M"),
        (2.5e9, "2.5G"),
    ] {
        assert_eq!(compact(value), text, "{value}");
    }
}

#[test]
fn a_share_never_claims_none_or_all_falsely() {
    for (value, text) in [
        (0.0, "0%"),
        (0.000_04, "0.004%"),
        (0.000_000_1, "<0.0001%"),
        (0.001, "0.1%"),
        (0.045, "4.5%"),
        (0.29, "29%"),
        (0.528_7, "52.9%"),
        (0.999_5, "99.95%"),
        (0.999_99, "99.999%"),
        (0.999_999_999_9, ">99.9999%"),
        (1.0, "100%"),
        (2.5, "250%"),
    ] {
        assert_eq!(share(value), text, "{value}");
    }
    assert_eq!(percent(91.25), "91.25%");
    assert_eq!(percent(-0.000_1), "-0.0001%");
    let whole = [0.0, 0.004, 0.622, 0.995, 1.0].map(whole_percent);
    assert_eq!(whole, ["0%", "<1%", "62%", ">99%", "100%"]);
}

#[test]
fn bytes_are_counted_in_1024_and_rounded_before_the_unit_is_chosen() {
    for (value, text) in [
        (0.0, "0 B"),
        (512.0, "512 B"),
        (1_023.0, "1,023 B"),
        (1_536.0, "1.5 KiB"),
        (1_048_575.0, "1 MiB"),
        (950_000_000.0, "906 MiB"),
        (3.3e9, "3.07 GiB"),
        (-1_536.0, "-1.5 KiB"),
        (1e30, "888,178,419,700,125 PiB"),
    ] {
        assert_eq!(bytes(value), text, "{value}");
    }
}

#[test]
fn durations_have_the_unit_that_fits() {
    for (value, text) in [
        (0.0, "0 ms"),
        (0.04, "0.04 ms"),
        (217.3, "217 ms"),
        (999.4, "999 ms"),
        (999.6, "1 s"),
        (1_250.0, "1.25 s"),
        (12_340.0, "12.3 s"),
        (59_949.0, "59.9 s"),
        (59_950.0, "1 min"),
        (125_000.0, "2 min 5 s"),
        (3_599_600.0, "59 min"),
        (3_900_000.0, "1 h 5 min"),
        (86_399_000.0, "23 h 59 min"),
        (-61_000.0, "-1 min 1 s"),
    ] {
        assert_eq!(milliseconds(value), text, "{value}");
    }
}

#[test]
fn long_durations_have_their_two_largest_units_in_every_language() {
    for (seconds, english, korean) in [
        (1, "1 s", "1초"),
        (60, "1 min", "1분"),
        (61, "1 min 1 s", "1분 1초"),
        (599, "9 min 59 s", "9분 59초"),
        (754, "12 min", "12분"),
        (5_400, "1 h 30 min", "1시간 30분"),
        (86_460, "1 day", "1일"),
        (90_000, "1 day 1 h", "1일 1시간"),
        (86_400 * 3 + 3_600, "3 days 1 h", "3일 1시간"),
    ] {
        let length = SignedDuration::from_secs(seconds);
        assert_eq!(duration(length), english);
        assert_eq!(duration_in(&KOREAN, length), korean);
    }
    assert_eq!(duration(SignedDuration::from_millis(250)), "250 ms");
    assert!(!duration(SignedDuration::MIN).is_empty());
}

#[test]
fn changes_are_in_percent_or_times() {
    for (now, before, text) in [
        (112.0, 100.0, "+12%"),
        (95.0, 100.0, "−5%"),
        (299.6, 100.0, "3×"),
        (560.0, 100.0, "5.6×"),
        (100.0, 100.0, "="),
        (5.0, 0.0, "new"),
        (0.0, 0.0, "="),
        (0.0, 5.0, "−100%"),
        (20_000.0, 100.0, "200×"),
        (1.0, 1e-320, "new"),
    ] {
        assert_eq!(change(now, before), text);
    }
}

#[test]
fn a_quantity_is_shown_by_its_unit() {
    for (value, unit, text) in [
        (91.3, "Percent", "91.3%"),
        (0.052, "ratio", "5.2%"),
        (12.0, "ms", "12 ms"),
        (0.25, "Seconds", "250 ms"),
        (250.0, "Microseconds", "0.25 ms"),
        (72.0, "Seconds", "1 min 12 s"),
        (950_000_000.0, "bytes", "906 MiB"),
        (2_097_152.0, "Bytes/Second", "2 MiB/s"),
        (512.0, "Megabytes", "512 MB"),
        (12.0, "Megabits/Second", "12 Mbit/s"),
        (1_234_567.0, "Count", "1,234,567"),
        (2.5, "operations/second", "2.5/s"),
        (1.5, "vCPU", "1.5 vCPU"),
        (12_345.6, "", "12,346"),
    ] {
        assert_eq!(quantity(value, unit), text, "{value} {unit}");
    }
    assert_eq!(quantity_in(&KOREAN, 72.0, "Seconds"), "1분 12초");
    assert_eq!(quantity_in(&KOREAN, 1.5, "Seconds"), "1.5초");
}

#[test]
fn a_value_that_is_not_finite_is_no_number() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for format in [
            number,
            compact,
            share,
            percent,
            whole_percent,
            bytes,
            milliseconds,
        ] {
            assert_eq!(format(value), ENGLISH.no_value);
        }
        assert_eq!(change(value, 1.0), ENGLISH.no_value);
        assert_eq!(quantity_in(&KOREAN, value, "Percent"), "값 없음");
    }
    assert_eq!(
        milliseconds(f64::MAX),
        format!("{} days", number(f64::MAX / 86_400_000.0))
    );
}

/// The value that a text of [`number`], [`bytes`], [`share`], [`milliseconds`] or [`compact`] shows.
fn shown(text: &str) -> f64 {
    const UNITS: [(&str, f64); 17] = [
        ("", 1.0),
        ("%", 1.0),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("B", 1.0),
        ("KiB", 1024.0),
        ("MiB", 1_048_576.0),
        ("GiB", 1_073_741_824.0),
        ("TiB", 1_099_511_627_776.0),
        ("PiB", 1_125_899_906_842_624.0),
        ("ms", 1.0),
        ("s", 1e3),
        ("min", 6e4),
        ("h", 3.6e6),
        ("day", 8.64e7),
        ("days", 8.64e7),
    ];
    let (sign, text) = text
        .strip_prefix('-')
        .map_or((1.0, text), |text| (-1.0, text));
    let text = text.replace(',', "").replace(['<', '>'], "");
    let mut words = text.split(' ').peekable();
    let mut sum = 0.0;
    while let Some(word) = words.next() {
        // `1.00e-7` is a number, `12.3k` a number and a unit.
        let (value, unit) = match (word.parse::<f64>(), words.next()) {
            (Ok(value), unit) => (value, unit.unwrap_or_default()),
            (Err(_), _) => {
                let unit =
                    word.trim_start_matches(|c: char| c.is_ascii_digit() || ".e+-".contains(c));
                (word.trim_end_matches(unit).parse().expect("a number"), unit)
            }
        };
        let factor = UNITS.iter().find(|(name, _)| *name == unit);
        sum += value * factor.unwrap_or_else(|| panic!("the unit {unit}")).1;
    }
    sign * sum
}

/// Values of every size, and many near the places where units and digits change.
fn value() -> impl Strategy<Value = f64> {
    let edges = prop::sample::select(vec![
        0.001,
        0.1,
        1.0,
        10.0,
        100.0,
        1e3,
        1024.0,
        1e4,
        59_950.0,
        60_000.0,
        1e6,
        1_048_576.0,
        3_600_000.0,
        86_400_000.0,
        1e9,
    ]);
    prop_oneof![
        (-1e18..1e18_f64),
        (0.0..2_000.0_f64),
        (edges, 0.99..1.01_f64).prop_map(|(edge, factor)| edge * factor),
        any::<f64>().prop_filter("finite and not extreme", |value| value.abs() < 1e200),
    ]
}

proptest! {
    #[test]
    fn a_larger_value_never_looks_smaller(one in value(), other in value(), near in 0.0..1.1_f64) {
        for other in [other, one * near] {
            let (less, more) = if one <= other { (one, other) } else { (other, one) };
            for format in [number, compact, percent, bytes, milliseconds] {
                let (small, large) = (format(less), format(more));
                prop_assert!(
                    shown(&small) <= shown(&large) * if shown(&large) < 0.0 { 1.0 - 1e-12 } else { 1.0 + 1e-12 },
                    "{less} is {small} and {more} is {large}"
                );
            }
        }
    }

    #[test]
    fn a_shown_value_is_near_the_real_one(value in value()) {
        // A duration leaves out what its second unit cannot show: up to one minute of ten.
        for (format, most) in [
            (number as fn(f64) -> String, 0.01),
            (compact, 0.01),
            (bytes, 0.01),
            (milliseconds, 0.1),
        ] {
            let text = format(value);
            let off = (shown(&text) - value).abs();
            prop_assert!(off <= value.abs() * most, "{value} is {text}");
        }
    }

    #[test]
    fn rounding_never_fills_a_unit(value in value()) {
        let text = milliseconds(value.abs());
        for word in [" ms", " s", " min", " h"].iter().zip([1_000.0, 60.0, 60.0, 24.0]) {
            let (unit, full) = word;
            let amount = text.split(unit).next().and_then(|rest| rest.rsplit(' ').next());
            if text.contains(unit) && let Some(amount) = amount {
                prop_assert!(amount.parse::<f64>().expect("a number") < full, "{text}");
            }
        }
        let text = bytes(value.abs());
        prop_assert!(text.ends_with(" PiB") || !text.starts_with("1,024"), "{text}");
    }

    #[test]
    fn every_value_has_a_short_text(value in any::<f64>(), unit in "\\PC{0,30}") {
        for wording in [&ENGLISH, &KOREAN] {
            let text = quantity_in(wording, value, &unit);
            prop_assert!((1..=80).contains(&text.chars().count()), "{text}");
            prop_assert!(value.is_finite() || text == wording.no_value, "{text}");
        }
    }
}
