//! Numbers and addresses as people write them, and what only looks like them.

use super::*;

fn found(text: &str) -> Vec<(&str, super::super::search::MarkKind<'_>)> {
    let mut search = SecretSearch::new(text, &[]);
    let all = PersonalData {
        emails: true,
        cards: true,
        residents: true,
        phones: true,
    };
    all.find(&mut search);
    search
        .found
        .iter()
        .map(|found| (search.text.slice(found.start, found.end), found.mark))
        .collect()
}

#[test]
fn numbers_of_persons_are_found_in_the_forms_that_people_write() {
    for (text, expected, rule) in [
        (
            "paid with 4111 1111 1111 1111, order",
            "4111 1111 1111 1111",
            "card",
        ),
        ("4111-1111-1111-1111", "4111-1111-1111-1111", "card"),
        ("card=4111111111111111", "4111111111111111", "card"),
        ("amex 3782 822463 10005.", "3782 822463 10005", "card"),
        (
            "번호 900101-1234568 입니다",
            "900101-1234568",
            "resident-number",
        ),
        ("9001011234568", "9001011234568", "resident-number"),
        (
            "주민등록번호: 900101-1234567",
            "900101-1234567",
            "resident-number",
        ),
        (
            "born later: 210101-3123456",
            "210101-3123456",
            "resident-number",
        ),
        ("전화 010-1234-5678로", "010-1234-5678", "phone"),
        ("phone=01012345678", "01012345678", "phone"),
        ("call 010.1234.5678 now", "010.1234.5678", "phone"),
        ("tel +82-10-1234-5678", "+82-10-1234-5678", "phone"),
        ("tel +821012345678", "+821012345678", "phone"),
        ("대표 02-123-4567", "02-123-4567", "phone"),
        ("대표 (02) 123-4567", "(02) 123-4567", "phone"),
        (
            "mail gm-001@gm.example.com.",
            "gm-001@gm.example.com",
            "email",
        ),
    ] {
        assert_eq!(
            found(text),
            [(expected, super::super::search::MarkKind::Rule(rule))],
            "{text}"
        );
    }
}

#[test]
fn other_numbers_are_none_of_them() {
    for text in [
        "order 4111111111111112",
        "1795480255638",
        "2026-11-24 00:31:24.114",
        "2026-11-24T00:31:24+09:00",
        "10.0.27.51 - - 200 1234",
        "900101-1234567",
        "909901-1234568",
        "trace 0123456789012",
        "id 5555-12",
        "v01012345678",
        "user@host",
        "@handle",
        "3.14159265358979",
        "1700000000000",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}
