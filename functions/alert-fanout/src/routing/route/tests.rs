//! Every alert has a route, and its sender chooses no address.

use serde_json::{Value, json};
use shared::{
    env::{Settings, names},
    model::alert::AlertType,
};

use super::{Address, ConfiguredChannels, RouteTarget, Routes, SlackAccess};
use crate::{
    notice::{Notice, Phrase},
    tolerant::TolerantSettings,
};

const TOPIC: &str = "arn:aws:sns:ap-northeast-2:123456789012:team";

fn configured() -> ConfiguredChannels {
    ConfiguredChannels {
        slack: Some(SlackAccess::Token {
            channel: Some("C1".to_owned()),
        }),
        mail: Some(vec!["team@example.com".to_owned()]),
        topic: Some(TOPIC.to_owned()),
    }
}

fn routes(json: &Value, configured: &ConfiguredChannels) -> Routes {
    let text = json.to_string();
    let settings = Settings::from_pairs([(names::ALERT_ROUTES, text.as_str())]);
    let mut settings = TolerantSettings::of(&settings);
    let routes = Routes::read(&mut settings, configured);
    assert_eq!(settings.report(), "");
    routes
}

fn notice(kind: AlertType, source: &str, channels: &Value) -> Notice {
    let mut notice = Notice::new(source, Phrase::Untitled);
    notice.kind = kind;
    notice.service = Some("gm-tool".to_owned());
    notice.channels = serde_json::from_value(channels.clone()).ok();
    notice
}

/// Short names of targets.
fn names_of(targets: &[RouteTarget]) -> Vec<String> {
    let name = |target: &RouteTarget| match &target.address {
        Address::Slack(channel) => format!("slack:{channel}"),
        Address::Mail(recipients) => recipients.join("+"),
        Address::Topic(_) => "sns".to_owned(),
    };
    targets.iter().map(name).collect()
}

#[test]
fn without_routes_everything_goes_everywhere() {
    let routes = routes(&json!([]), &configured());
    let way = routes.of(&notice(AlertType::Info, "text", &Value::Null));
    assert_eq!(
        names_of(&way.targets),
        ["slack:C1", "team@example.com", "sns"]
    );
    assert!(way.fallbacks.is_empty() && !way.unwanted);
}

fn some_routes() -> Routes {
    let written = json!([
        { "types": ["critical"], "slackChannel": "C2", "recipients": ["boss@example.com"] },
        { "sources": ["cloudwatch", "aws.*"], "services": ["gm-*"], "channels": ["slack"] },
        { "types": ["info"], "channels": ["sns"], "recipients": ["info@example.com"] },
    ]);
    routes(&written, &configured())
}

#[test]
fn the_first_route_that_a_notice_is_as_decides() {
    let routes = some_routes();
    for (kind, source, expected) in [
        (
            AlertType::Critical,
            "aws.ecs",
            vec!["slack:C2", "boss@example.com", "sns"],
        ),
        (AlertType::Info, "aws.ecs", vec!["slack:C1"]),
        (AlertType::Info, "text", vec!["sns"]),
        (
            AlertType::Error,
            "text",
            vec!["slack:C1", "team@example.com", "sns"],
        ),
    ] {
        let way = routes.of(&notice(kind, source, &Value::Null));
        assert_eq!(names_of(&way.targets), expected, "{kind:?} {source}");
    }
    let mut of_nobody = notice(AlertType::Error, "aws.ecs", &Value::Null);
    of_nobody.service = None;
    assert_eq!(routes.of(&of_nobody).targets.len(), 3);
}

#[test]
fn a_sender_chooses_among_channels_and_never_an_address() {
    let routes = some_routes();
    let all = vec!["slack:C1", "team@example.com", "sns"];
    for (channels, expected) in [
        (json!({ "slack": true }), vec!["slack:C1"]),
        (
            json!({ "slack": "C999", "email": { "to": "evil@example.com" } }),
            vec!["slack:C1", "team@example.com"],
        ),
        (json!({ "slack": false }), vec!["team@example.com", "sns"]),
        (
            json!({ "slack": false, "email": true }),
            vec!["team@example.com"],
        ),
        (json!({ "slack": null }), all.clone()),
        (json!({}), all),
    ] {
        let way = routes.of(&notice(AlertType::Error, "text", &channels));
        assert_eq!(names_of(&way.targets), expected, "{channels}");
        assert!(!way.unwanted);
    }
}

#[test]
fn what_is_asked_for_has_the_address_of_its_route() {
    let way = some_routes().of(&notice(AlertType::Info, "text", &json!({ "email": true })));
    assert_eq!(names_of(&way.targets), ["info@example.com"]);
}

#[test]
fn an_alert_whose_sender_refuses_every_channel_is_unwanted() {
    let channels = json!({ "slack": false, "email": false, "sns": false });
    let way = some_routes().of(&notice(AlertType::Error, "text", &channels));
    assert!(way.unwanted && way.targets.is_empty());
}

#[test]
fn no_alert_is_swallowed_because_what_it_asks_for_does_not_exist() {
    let configured = ConfiguredChannels {
        topic: None,
        ..configured()
    };
    let written = json!([{ "channels": ["slack"] }]);
    let routes = routes(&written, &configured);
    let targets = |channels: &Value| {
        let way = routes.of(&notice(AlertType::Error, "text", channels));
        assert!(!way.unwanted);
        names_of(&way.targets)
    };
    assert_eq!(targets(&json!({ "sns": true })), ["slack:C1"]);
    // It refuses the only channel of its route, and not the others.
    assert_eq!(targets(&json!({ "slack": false })), ["team@example.com"]);
}

#[test]
fn unused_targets_are_the_fallbacks() {
    let way = some_routes().of(&notice(AlertType::Info, "aws.ecs", &Value::Null));
    assert_eq!(names_of(&way.targets), ["slack:C1"]);
    assert_eq!(names_of(&way.fallbacks), ["team@example.com", "sns"]);
    let critical = some_routes().of(&notice(AlertType::Critical, "text", &Value::Null));
    assert_eq!(
        names_of(&critical.fallbacks),
        ["slack:C1", "team@example.com"]
    );
}

#[test]
fn many_recipients_are_several_mails_and_every_target_has_its_id() {
    let recipients: Vec<String> = (0..120)
        .map(|number| format!("a{number}@example.com"))
        .collect();
    let configured = ConfiguredChannels {
        mail: Some([recipients.clone(), recipients].concat()),
        ..configured()
    };
    let routes = routes(
        &json!([{ "types": ["critical"], "slackChannel": "C2" }]),
        &configured,
    );
    let targets = routes.targets();
    assert_eq!(targets.len(), 1 + 3 + 1 + 1);
    let ids: std::collections::BTreeSet<String> = targets.iter().map(RouteTarget::id).collect();
    assert_eq!(ids.len(), targets.len(), "{ids:?}");
    assert!(ids.contains("slack/C2") && ids.contains(&format!("sns/{TOPIC}")));
    assert!(!ids.iter().any(|id| id.contains("@example.com")));
}

#[test]
fn all_invalid_routes_are_reported_at_once() {
    let written = json!([
        { "typos": ["critical"] },
        { "types": ["fatal"] },
        { "types": [], "channels": [] },
        { "channels": ["pager"] },
        { "channels": ["sns", "email"] },
        { "slackChannel": "C2", "recipients": ["nobody", "a@example.com"] },
    ]);
    let text = written.to_string();
    let settings = Settings::from_pairs([(names::ALERT_ROUTES, text.as_str())]);
    let mut settings = TolerantSettings::of(&settings);
    let configured = ConfiguredChannels {
        slack: Some(SlackAccess::Webhook),
        mail: Some(Vec::new()),
        topic: None,
    };
    Routes::read(&mut settings, &configured);
    let error = settings.report();
    for words in [
        "entry 1: \"typos\" does not exist",
        "entry 2: there is no value \"fatal\"",
        "entry 3: \"types\" is empty; leave it out; entry 3: \"channels\" is empty",
        "entry 4: there is no value \"pager\"",
        "entry 5: \"sns\" needs SNS_TOPIC_ARN; entry 5: \"email\" needs",
        "entry 6: \"slackChannel\" needs SLACK_TOKEN: a webhook has its own channel; entry 6: \"nobody\"",
    ] {
        assert!(error.contains(words), "{words} is not in {error}");
    }
    let settings = Settings::from_pairs([(names::ALERT_ROUTES, "everything")]);
    let mut settings = TolerantSettings::of(&settings);
    Routes::read(&mut settings, &configured);
    let error = settings.report();
    assert!(
        error.contains("must be a JSON array: ") && error.contains("right would be [{\"types\""),
        "{error}"
    );
}
