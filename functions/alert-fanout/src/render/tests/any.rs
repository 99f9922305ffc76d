//! Whatever arrives: what is sent is inside the limits, and nothing panics.

use jiff::{Timestamp, tz::TimeZone};
use proptest::{collection::vec, option, prelude::*, sample::select};
use shared::model::alert::{AlertStatus, AlertType};

use super::{limits, samples};
use crate::{
    episode::Episode,
    language::Language,
    notice::{
        AlertLink, Comparison, Fact, FactName, FactValue, LinkName, Notice, Phrase, Quantity,
    },
    render::{Content, DetailLevel, Locale, mail, slack, sns},
};

/// Text in any script, with what is special somewhere, and sometimes very long.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[가-힣 ]{0,40}",
        "[\\u{590}-\\u{6ff} ]{0,40}",
        "[\\u{1f300}-\\u{1faff}\\u{200d}\\u{fe0f}]{0,40}",
        "[<>&\"'`*_~|!@#\\[\\](){}: \\r\\n\\t]{0,40}",
        "https?://[a-z.]{1,20}/[ -~]{0,60}",
        "[\\u{0}-\\u{20}\\u{7f}-\\u{a0}\\u{2000}-\\u{206f}]{0,20}",
        select(
            &[
                "<!channel>",
                "<@U1>",
                "</td><script>",
                "\r\nBcc: a@b.c",
                "```",
                "<https://a|b>"
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    (
        vec(piece, 0..4),
        prop_oneof![19 => Just(1), 1 => 1..2_000_usize],
    )
        .prop_map(|(pieces, times)| pieces.concat().repeat(times))
        .prop_map(|text| text.chars().take(60_000).collect())
}

fn time() -> impl Strategy<Value = Timestamp> {
    let (least, most) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    prop_oneof![1_700_000_000..1_800_000_000_i64, least..most]
        .prop_map(|second| Timestamp::from_second(second).expect("a time"))
}

fn value() -> impl Strategy<Value = FactValue> {
    prop_oneof![
        text().prop_map(FactValue::Text),
        text().prop_map(FactValue::Code),
        (any::<f64>(), option::of(text()))
            .prop_map(|(value, unit)| FactValue::Quantity(Quantity { value, unit })),
        time().prop_map(FactValue::Time),
    ]
}

fn name() -> impl Strategy<Value = FactName> {
    prop_oneof![
        text().prop_map(FactName::Given),
        select(
            &[
                FactName::Value,
                FactName::Threshold,
                FactName::Limit(Comparison::Above),
                FactName::Environment,
                FactName::Account,
                FactName::Region,
                FactName::Example,
                FactName::Reason,
            ][..]
        ),
    ]
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    let fact = (name(), value()).prop_map(|(name, value)| Fact { name, value });
    prop_oneof![3 => vec(fact.boxed(), 0..8), 1 => {
        (name(), value(), 0..100_usize)
            .prop_map(|(name, value, count)| vec![Fact { name, value }; count])
    }]
}

fn links() -> impl Strategy<Value = Vec<AlertLink>> {
    let link = || {
        let url = prop_oneof![text(), "https://[a-z]{1,10}\\.example/[ -~가-힣]{0,400}"];
        (text(), url, 1..15_usize).prop_map(|(name, url, times)| AlertLink {
            name: LinkName::Given(name),
            url: format!("{url}{}", url.repeat(times)),
        })
    };
    prop_oneof![4 => vec(link(), 0..6), 1 => vec(link(), 0..100)]
}

prop_compose! {
    fn notice()(
        kind in select(&[AlertType::Info, AlertType::Warning, AlertType::Error, AlertType::Critical][..]),
        status in option::of(select(&[AlertStatus::Firing, AlertStatus::Resolved][..])),
        (title, message, source) in (text(), text(), text()),
        service in option::of(text()),
        occurred_at in option::of(time()),
        since in option::of(time()),
        facts in facts(),
        advice in vec(text().prop_map(Phrase::Text), 0..20),
        links in links(),
    ) -> Notice {
        Notice {
            kind, status, title: Phrase::Text(title), message, source, service, occurred_at, since,
            facts, advice, links, ..samples::bare("", "").notice
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whatever_arrives_is_sent_inside_the_limits(
        notice in notice(),
        (count, first, last) in (any::<u64>(), time(), time()),
        resolved in option::of(time()),
        instead_of in option::of(text()),
        picture in option::of(text()),
        language in select(&[Language::English, Language::Korean][..]),
        zone in select(&["Asia/Seoul", "America/New_York", "UTC"][..]),
    ) {
        let episode = Episode { count, first, last, resolved };
        let content = Content {
            instead_of: instead_of.as_deref(),
            ..Content::new(&notice, &episode)
        };
        let style = Locale { language, zone: TimeZone::get(zone).expect("a zone") };
        for detail in [DetailLevel::Full, DetailLevel::Plain] {
            for message in [slack::message(content, &style, detail), slack::reply(content, &style, detail)] {
                prop_assert_eq!(limits::slack(&message), Ok(()));
            }
        }
        let mail = mail::mail(content, &style, picture.as_deref());
        prop_assert_eq!(limits::mail(&mail), Ok(()));
        prop_assert_eq!(limits::sns(&sns::sns(content, &style)), Ok(()));
    }
}

#[test]
fn the_longest_of_everything_is_sent_inside_the_limits() {
    for character in ["&", "\"", "가", "👩\u{200d}💻", "<", "`*", "a "] {
        let long = character.repeat(2_000);
        let mut sample = samples::bare(&long, &long.repeat(30));
        let notice = &mut sample.notice;
        notice.service = Some(long.clone());
        notice.source.clone_from(&long);
        let names = [
            FactName::Value,
            FactName::Threshold,
            FactName::Environment,
            FactName::Account,
            FactName::Example,
        ];
        let given = (0..100).map(|_| FactName::Given(long.clone()));
        notice.facts = names
            .into_iter()
            .chain(given)
            .enumerate()
            .map(|(index, name)| {
                let short = long.chars().take(40).collect();
                let value = FactValue::Text(if index % 2 == 0 { long.clone() } else { short });
                Fact { name, value }
            })
            .collect();
        notice.advice = vec![Phrase::Text(long.clone()); 50];
        notice.links = (0..100)
            .map(|index| AlertLink {
                name: LinkName::Given(long.clone()),
                url: format!("https://example.com/{index}?{}", "&a".repeat(1_000)),
            })
            .collect();
        sample.episode.count = u64::MAX;
        for style in [super::english(), super::korean()] {
            for detail in [DetailLevel::Full, DetailLevel::Plain] {
                let message = slack::message(sample.content(), &style, detail);
                assert_eq!(limits::slack(&message), Ok(()), "{character}");
            }
            let mail = mail::mail(sample.content(), &style, Some(&long));
            assert_eq!(limits::mail(&mail), Ok(()), "{character}");
            assert_eq!(limits::sns(&sns::sns(sample.content(), &style)), Ok(()));
        }
    }
}
