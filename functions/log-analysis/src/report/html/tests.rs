//! The page is whole, and no text of a log becomes markup.

use jiff::tz::{TimeZone, offset};
use proptest::prelude::*;

use super::{page, plain, subject};
use crate::report::tests::incident;

fn seoul() -> TimeZone {
    TimeZone::fixed(offset(9))
}

#[test]
fn the_text_part_says_the_same_as_the_first_lines() {
    insta::assert_snapshot!(plain(&incident(""), &seoul()));
}

#[test]
fn the_page_has_the_verdict_the_numbers_and_charts_with_words_beside_them() {
    let page = page(&incident(""), &seoul());
    for words in [
        "CRITICAL, still going",
        "450 of 720 requests failed: 63%, usual 1–3%",
        "60 of 60 users hit",
        "since 09:33:23",
        "one cause explains 445 of 450",
        "GET /api/players/{id}",
        "peak 15 per 2 s; green is usual",
        "aria-label=\"Failed requests in the window before and in the window: peak 15 per 2 s\"",
        "class=\"band\"",
        "<main>",
        "1,500–2,100",
        "80–110 ms",
        "prefers-color-scheme:dark",
        "@media print",
    ] {
        assert!(page.contains(words), "{words}:\n{page}");
    }
    assert!(!page.contains("\"></th>"), "a title without text:\n{page}");
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    assert!(page.len() < 60_000, "{}", page.len());
}

#[test]
fn the_subject_names_the_service_the_verdict_and_the_window() {
    assert_eq!(
        subject(&incident(""), &seoul()),
        "gm-tool: CRITICAL, still going (2026-11-24 09:33:24–09:34:24 +09)"
    );
}

/// The tags and attributes of a page, without its texts.
fn markup(page: &str) -> String {
    let mut markup = String::new();
    let mut rest = page;
    while let Some((_, tag)) = rest.split_once('<') {
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        markup.push_str(tag.split(' ').next().unwrap_or_default());
        markup.push(' ');
        rest = after;
    }
    markup
}

#[test]
fn hostile_texts_stay_texts() {
    let harmless = markup(&page(&incident("x"), &seoul()));
    for name in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' style='x",
        "</td></tr></table>",
        "</style><style>*{display:none}",
        "&lt;b&gt;",
        "<!--",
        "<svg onload=alert(1)>",
    ] {
        let page = page(&incident(name), &seoul());
        assert_eq!(markup(&page), harmless, "{name}");
    }
    let page = page(&incident("\u{202e}\u{1b}[31m\u{0}"), &seoul());
    assert!(!page.contains(['\u{202e}', '\u{1b}', '\u{0}']), "{page}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_text_changes_the_markup(name in "\\PC{0,20}[<>\"'&/\u{202e}]{0,6}\\PC{0,20}") {
        let harmless = markup(&page(&incident("x"), &seoul()));
        prop_assert_eq!(markup(&page(&incident(&name), &seoul())), harmless);
        let plain = plain(&incident(&name), &seoul());
        let has_override = plain.contains('\u{202e}');
        prop_assert!(!has_override, "{plain}");
    }

    #[test]
    fn a_page_fits_a_mail(length in 0_usize..40_000) {
        let page = page(&incident(&"<긴 말>".repeat(length / 4)), &seoul());
        prop_assert!(page.len() < 100_000, "{}", page.len());
    }
}
