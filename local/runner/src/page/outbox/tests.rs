//! The page as a whole: its groups, its structure and its colours.

use std::{collections::BTreeSet, time::Duration};

use alert_fanout::{channel::slack::SlackApi as _, language::Language, render::Locale};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use shared::deadline::Deadline;

use super::{STYLE, page, write};
use crate::outbox::{MessageVersion, Outbox, StoredMail, StoredMessage};

fn style(language: Language) -> Locale {
    let zone = TimeZone::get("Asia/Seoul").expect("a zone");
    Locale { language, zone }
}

#[tokio::test]
async fn the_page_shows_messages_with_replies_and_earlier_versions() {
    let directory = tempfile::tempdir().expect("a directory");
    let outbox = Outbox::open(directory.path()).expect("opened");
    let deadline = Deadline::after(Duration::from_secs(5));
    let call = async |method: &str, arguments: Value| -> Value {
        let answer = outbox.call(method, &arguments, deadline).await;
        serde_json::from_str(&answer.expect("answered").body).expect("JSON")
    };
    let posted = call(
        "chat.postMessage",
        json!({"channel": "#ops", "text": "결제 오류"}),
    )
    .await;
    let ts = posted["ts"].as_str().expect("a ts");
    let change = json!({"channel": "#ops", "ts": ts, "text": "해소 &lt;b&gt;"});
    assert_eq!(call("chat.update", change).await["ok"], true);
    let reply = json!({"channel": "#ops", "text": "12분 만에", "thread_ts": ts});
    assert_eq!(call("chat.postMessage", reply).await["ok"], true);
    let lost = json!({"channel": "#ops", "ts": "1.1", "text": "x"});
    assert_eq!(
        call("chat.update", lost).await["error"],
        "message_not_found"
    );

    let path = write(&outbox, &style(Language::English)).expect("written");
    let page = std::fs::read_to_string(path).expect("a page");
    for text in ["결제 오류", "해소 &lt;b&gt;", "12분 만에", "changed 1 time"] {
        assert!(page.contains(text), "{text}\n{page}");
    }
}

fn message(ts: &str, incident: Option<&str>, thread_ts: Option<&str>) -> StoredMessage {
    StoredMessage {
        channel: "#alerts".to_owned(),
        ts: ts.to_owned(),
        thread_ts: thread_ts.map(str::to_owned),
        versions: vec![MessageVersion {
            at: "2026-11-24T00:33:24Z".parse().expect("a time"),
            body: json!({"text": format!(":x: *<{ts}>* 결제"), "attachments": [{"color": "#d02f2f", "blocks": [
                {"type": "section", "block_id": incident, "text": {"type": "mrkdwn", "text": "*값* 91%"}},
                {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "확인"}}]},
            ]}]}),
        }],
    }
}

fn mail(file: &str, incident: Option<&str>) -> StoredMail {
    StoredMail {
        file: file.to_owned(),
        at: "2026-11-24T00:35:00Z".parse().expect("a time"),
        incident: incident.map(str::to_owned),
        incidents: Vec::new(),
        to: vec!["team@example.com".to_owned()],
        subject: format!("[심각] {file}"),
        html:
            "<html><head><style>.a{}</style></head><body class=\"page\"><h1>결제</h1></body></html>"
                .to_owned(),
        text: "결제".to_owned(),
    }
}

fn pages() -> Vec<String> {
    let messages = [
        message("1.0", Some("a"), None),
        message("2.0", None, Some("1.0")),
        message("3.0", Some("b"), None),
        message("4.0", None, None),
    ];
    let mails = [mail("one.eml", Some("a")), mail("two.eml", Some("c"))];
    let languages = [Language::English, Language::Korean];
    let full = languages.map(|language| page(&messages, &mails, &style(language)));
    let empty = languages.map(|language| page(&[], &[], &style(language)));
    full.into_iter().chain(empty).collect()
}

#[test]
fn messages_and_mails_of_an_incident_stand_together() {
    let page = &pages()[0];
    let incidents: Vec<&str> = page.split("<article").skip(1).collect();
    assert_eq!(incidents.len(), 4);
    let of_a = incidents
        .iter()
        .find(|html| html.contains("1.0"))
        .expect("an incident");
    for text in ["one.eml", "class=\"thread\"", "2 Slack messages, 1 e-mail"] {
        assert!(of_a.contains(text), "{text} {of_a}");
    }
    assert!(!of_a.contains("two.eml"));
}

/// The id of a listed incident.
fn id(number: u8) -> String {
    format!("{number:016x}")
}

#[test]
fn mails_about_incidents_of_a_list_stand_beside_it() {
    let mut list = message("1.0", Some("list"), None);
    let ids = [id(1), id(2), id(3)].join(" ");
    let blocks = list.versions[0].body.pointer_mut("/attachments/0/blocks");
    let blocks = blocks.and_then(Value::as_array_mut).expect("blocks");
    blocks
        .push(json!({"type": "section", "block_id": ids, "text": {"type": "mrkdwn", "text": "x"}}));
    let messages = [list, message("2.0", Some(&id(2)), None)];
    let mut batch = mail("batch.eml", Some("other"));
    batch.incidents = vec![id(3), id(4)];
    let mut apart = mail("apart.eml", Some("others"));
    apart.incidents = vec![id(5), id(6)];
    // Long after the list.
    let mut later = mail("later.eml", Some(&id(1)));
    later.at = "2026-11-26T00:35:00Z".parse().expect("a time");
    let mails = [
        batch,
        mail("end.eml", Some(&id(1))),
        mail("alone.eml", Some(&id(2))),
        apart,
        mail("part.eml", Some(&id(6))),
        later,
    ];
    let page = page(&messages, &mails, &style(Language::English));
    let files = |html: &str| {
        let all = mails.iter().map(|mail| mail.file.clone());
        all.filter(|file| html.contains(file.as_str()))
            .collect::<Vec<_>>()
    };
    let mut found: Vec<Vec<String>> = page.split("<article").skip(1).map(files).collect();
    found.sort();
    let expected = [
        vec!["alone.eml"],
        vec!["apart.eml", "part.eml"],
        vec!["batch.eml", "end.eml"],
        vec!["later.eml"],
    ];
    // In the order of the mails.
    let mut expected: Vec<Vec<String>> = expected
        .iter()
        .map(|files| files.iter().map(|file| (*file).to_owned()).collect())
        .collect();
    expected.sort();
    assert_eq!(found, expected, "{page}");
}

#[test]
fn the_page_has_no_english_of_ours_in_korean() {
    let page = &pages()[1];
    for word in [
        "Outbox",
        "E-mail",
        "Nothing",
        "message",
        "incident ",
        "Times",
        "as text",
        "changed",
        "UTC",
    ] {
        let visible = visible(page);
        assert!(!visible.contains(word), "{word} {visible}");
    }
    assert!(page.contains("<html lang=\"ko\">"));
    assert!(page.contains("2026-11-24 09:33:24(KST)"), "{page}");
}

/// The text of a page without tags and style sheets.
fn visible(page: &str) -> String {
    let body = page.split_once("</style>").expect("a sheet").1;
    let mut text = String::new();
    let mut is_tag = false;
    for letter in body.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => is_tag = false,
            _ if !is_tag => text.push(letter),
            _ => {}
        }
    }
    text
}

/// What an accessibility checker such as axe looks at, as far as it can be read from the text of the
/// page: language, title, one `main`, one `h1` outside mails, headings without gaps, unique ids, and
/// labels that exist.
#[test]
fn the_structure_of_the_page_is_accessible() {
    for page in pages() {
        assert!(page.contains("<html lang=\"") && page.contains("<title>"));
        assert!(!page.contains("maximum-scale") && !page.contains("user-scalable"));
        for tag in ["<main>", "<header>", "</main>"] {
            assert_eq!(page.matches(tag).count(), 1, "{tag}");
        }
        let without_mails: String = page
            .split("<template")
            .map(|part| {
                part.split_once("</template>")
                    .map_or(part, |(_, rest)| rest)
            })
            .collect();
        let levels: Vec<u32> = without_mails
            .match_indices("<h")
            .filter_map(|(at, _)| without_mails.get(at + 2..)?.chars().next()?.to_digit(10))
            .collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
        assert_eq!(levels[0], 1);
        assert!(
            levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
            "{levels:?}"
        );
        let ids: Vec<&str> = values(&page, " id=\"");
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len(), "{ids:?}");
        for label in values(&page, "aria-labelledby=\"") {
            assert!(unique.contains(label), "{label}");
        }
        assert!(!page.contains("<a class=\"button\"") || page.contains("href=\"https"));
    }
}

fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    page.split(attribute)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

/// Relative luminance: <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>.
fn luminance(color: &str) -> f64 {
    let digits = color.trim_start_matches('#');
    let digits = if digits.len() == 3 {
        digits.chars().flat_map(|digit| [digit, digit]).collect()
    } else {
        digits.to_owned()
    };
    let channel = |at: usize| {
        let value =
            u8::from_str_radix(digits.get(at..at + 2).expect("digits"), 16).expect("a colour");
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

/// Every colour of a text has a contrast of 4.5 to each background that it stands on, by day and by
/// night: <https://www.w3.org/TR/WCAG22/#contrast-minimum>.
#[test]
fn every_text_has_enough_contrast() {
    let schemes: Vec<&str> = STYLE
        .split(":root{")
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect();
    assert_eq!(schemes.len(), 2);
    assert!(!STYLE.contains("opacity"), "it would lower the contrast");
    for scheme in schemes {
        let color = |name: &str| {
            let value = scheme.split(&format!("--{name}:")).nth(1).expect(name);
            luminance(value.split(';').next().expect("a colour"))
        };
        for (text, grounds) in [
            ("ink", ["page", "card", "code", "warn"].as_slice()),
            ("dim", &["page", "card"]),
            ("link", &["page", "card"]),
        ] {
            for ground in grounds {
                let (one, other) = (color(text), color(ground));
                let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
                assert!(contrast >= 4.5, "{text} on {ground}: {contrast}");
            }
        }
    }
}
