//! That links lead where they should, and that no name leads them elsewhere.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;
use shared::env::{Settings, names};
use url::Url;

use super::{Places, complete, console, web};
use crate::notice::{AlertLink, GraphSpec, LinkName, Notice, Phrase};

fn places(pairs: &[(&str, &str)]) -> Places {
    let mut settings = Settings::from_pairs(pairs.iter().copied());
    let places = Places::read(&mut settings);
    assert_eq!(settings.finish(), Ok(()));
    places
}

fn about(service: &str) -> Notice {
    let mut notice = Notice::new("cloudwatch", Phrase::Untitled);
    notice.service = Some(service.to_owned());
    let at: Timestamp = "2026-11-24T00:45:07Z".parse().expect("a time");
    notice.occurred_at = Some(at);
    notice
}

const SETTINGS: [(&str, &str); 4] = [
    (names::AWS_REGION, "ap-northeast-2"),
    (names::DASHBOARD_NAME, "gm-tool-production"),
    (names::DASHBOARD_LOG_GROUP, "/ecs/gm-tool"),
    (names::KIBANA_URL, "https://kibana.example.com/base"),
];

fn shown(notice: &Notice) -> String {
    let lines = notice
        .links
        .iter()
        .map(|link| format!("{:?} {}", link.name, link.url));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_link_is_what_the_consoles_write() {
    let mut notice = about("gm-tool");
    notice.graph = Some(GraphSpec {
        region: "ap-northeast-2".to_owned(),
        metrics: json!([["AWS/ECS", "CPUUtilization", "ServiceName", "gm-tool", {"stat": "Average"}]]),
        threshold: Some(80.0),
        title: "높은 CPU".to_owned(),
    });
    complete(&mut notice, &places(&SETTINGS));
    let mut other = about("gm-tool");
    let dashboards = [(
        names::OPENSEARCH_DASHBOARDS_URL,
        "https://search.example.com/_dashboards/",
    )];
    complete(&mut other, &places(&dashboards));
    insta::assert_snapshot!(format!("{}\n{}", shown(&notice), shown(&other)));
}

#[test]
fn the_consoles_of_china_and_govcloud_have_their_own_hosts() {
    for (region, host) in [
        (
            "eu-central-1",
            "https://eu-central-1.console.aws.amazon.com/",
        ),
        ("cn-north-1", "https://console.amazonaws.cn/"),
        ("us-gov-west-1", "https://console.amazonaws-us-gov.com/"),
    ] {
        let url = console::alarm(region, "a b/c");
        let rest = url.strip_prefix(host).expect("the host");
        let expected = format!("cloudwatch/home?region={region}#alarmsV2:alarm/a%20b%2Fc");
        assert_eq!(rest, expected);
    }
}

#[test]
fn a_link_that_its_sender_gave_is_kept() {
    let mut notice = about("gm-tool");
    let given = AlertLink {
        name: LinkName::Logs,
        url: "https://logs.example.com/".to_owned(),
    };
    notice.links.push(given.clone());
    complete(&mut notice, &places(&SETTINGS));
    let logs = notice
        .links
        .iter()
        .filter(|link| link.name == LinkName::Logs);
    assert_eq!(logs.collect::<Vec<_>>(), [&given]);
}

#[test]
fn the_log_group_of_one_service_is_not_that_of_another() {
    let mut settings = SETTINGS.to_vec();
    settings.push((names::SERVICE_NAME, "gm-tool"));
    let places = places(&settings);
    let mut notice = about("payments");
    complete(&mut notice, &places);
    let is_insights = |link: &AlertLink| link.name == LinkName::LogsInsights;
    assert!(!notice.links.iter().any(is_insights));
    let mut notice = about("gm-tool");
    complete(&mut notice, &places);
    assert!(notice.links.iter().any(is_insights));
}

#[test]
fn only_the_web_is_linked() {
    let harmless = "https://wiki.example.com/a%20b?x=1#y";
    assert_eq!(web(harmless).as_deref(), Some(harmless));
    for text in [
        "javascript:alert(1)",
        "data:text/html,x",
        "wiki",
        "https://",
        "https://a b",
        "",
        "file:///x",
    ] {
        assert_eq!(web(text), None, "{text}");
    }
}

#[test]
fn a_base_address_with_more_than_a_path_is_refused() {
    for wrong in [
        "kibana",
        "ftp://kibana",
        "https://user:pass@kibana",
        "https://kibana/?a=b",
    ] {
        let mut settings = Settings::from_pairs([(names::KIBANA_URL, wrong)]);
        Places::read(&mut settings);
        let error = settings.finish().expect_err(wrong);
        assert!(
            error.to_string().contains("https://kibana.example.com"),
            "{error}"
        );
    }
}

proptest! {
    #[test]
    fn no_name_leads_a_link_elsewhere(service in any::<String>(), name in any::<String>()) {
        let places = places(&SETTINGS);
        let mut notice = about(&service);
        notice.graph = Some(GraphSpec {
            region: "ap-northeast-2".to_owned(),
            metrics: json!([[name, service]]),
            threshold: None,
            title: name.clone(),
        });
        complete(&mut notice, &places);
        let alarm = console::alarm("ap-northeast-2", &name);
        let finding = console::finding("ap-northeast-2", &name);
        let urls = notice.links.iter().map(|link| link.url.clone()).chain([alarm, finding]);
        for text in urls {
            let url = Url::parse(&text).expect("an address");
            let host = url.host_str().expect("a host");
            prop_assert!(
                ["ap-northeast-2.console.aws.amazon.com", "kibana.example.com"].contains(&host),
                "{text}"
            );
            prop_assert!(text.is_ascii() && !text.contains(['<', '>', '"', '|', ' ', '\\']), "{text}");
        }
    }
}
