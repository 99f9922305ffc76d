//! Where a notice comes from: environment, account, region, alarm and tags. Routes and silences match on
//! it, and titles show it, so that production and staging do not look alike.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Fact, FactName, FactValue, Notice};

/// The largest number of tags of a notice.
const MOST_TAGS: usize = 50;

/// Tags that name the environment, in the order of preference.
const ENVIRONMENT_TAGS: [&str; 6] = [
    "environment",
    "env",
    "stage",
    "deployment_environment",
    "deployment.environment",
    "aws:environment",
];

/// Where a notice comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NoticeOrigin {
    /// The environment, as the sender names it: `production`.
    pub environment: Option<String>,
    /// The id of the AWS account.
    pub account: Option<String>,
    /// The name of the account, from the settings.
    pub account_alias: Option<String>,
    /// The AWS region.
    pub region: Option<String>,
    /// The name of the alarm, the alert rule or the monitor.
    pub alarm: Option<String>,
    /// Labels, tags, dimensions and metadata, by name; at most 50.
    pub tags: BTreeMap<String, String>,
    /// What to show before the title: the environment or the account's name, and the region if it is not
    /// the usual one.
    pub shown: Vec<String>,
}

impl NoticeOrigin {
    /// Adds a tag, unless there are enough.
    pub fn add_tag(&mut self, name: &str, value: &str) {
        let (name, value) = (name.trim(), value.trim());
        if !name.is_empty() && self.tags.len() < MOST_TAGS {
            self.tags
                .entry(name.to_owned())
                .or_insert_with(|| value.to_owned());
        }
    }

    /// The value of a tag, by its name in any case.
    #[must_use]
    pub fn tag(&self, name: &str) -> Option<&str> {
        let mut tags = self.tags.iter();
        tags.find(|(tag, _)| tag.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Completes the origin of a notice from its facts and tags.
pub fn complete(notice: &mut Notice) {
    let text = |name: &FactName| {
        let fact = notice.facts.iter().find(|fact| fact.name == *name)?;
        text_of(fact).map(str::to_owned)
    };
    let environment = text(&FactName::Environment);
    let account = text(&FactName::Account);
    let region = text(&FactName::Region);
    let resource = text(&FactName::Resource);
    let origin = &mut notice.origin;
    let tagged = || {
        let mut tags = ENVIRONMENT_TAGS.iter();
        tags.find_map(|name| origin.tag(name)).map(str::to_owned)
    };
    let environment = environment.or_else(tagged);
    origin.environment = origin.environment.take().or(environment);
    origin.account = origin.account.take().or(account);
    origin.region = origin.region.take().or(region);
    // An ARN has both.
    let parts: Vec<&str> = resource
        .iter()
        .filter(|resource| resource.starts_with("arn:"))
        .flat_map(|resource| resource.splitn(6, ':'))
        .collect();
    if let [_, _, _, region, account, _] = parts[..] {
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        origin.account = origin.account.take().or_else(|| known(account));
        origin.region = origin.region.take().or_else(|| known(region));
    }
}

fn text_of(fact: &Fact) -> Option<&str> {
    match &fact.value {
        FactValue::Text(text) | FactValue::Code(text) => {
            let text = text.trim();
            (!text.is_empty()).then_some(text)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Fact, FactName, Notice, complete};
    use crate::notice::Phrase;

    #[test]
    fn the_origin_is_read_from_facts_tags_and_arns() {
        let mut notice = Notice::new("aws.rds", Phrase::Untitled);
        let arn = "arn:aws:rds:ap-northeast-2:123456789012:db:players";
        notice.facts.push(Fact::code(FactName::Resource, arn));
        notice.origin.add_tag("Env", "prod");
        complete(&mut notice);
        let origin = &notice.origin;
        assert_eq!(origin.environment.as_deref(), Some("prod"));
        assert_eq!(origin.account.as_deref(), Some("123456789012"));
        assert_eq!(origin.region.as_deref(), Some("ap-northeast-2"));
        assert_eq!(origin.tag("ENV"), Some("prod"));
    }

    #[test]
    fn a_fact_counts_more_than_an_arn() {
        let mut notice = Notice::new("aws.rds", Phrase::Untitled);
        notice.facts = vec![
            Fact::code(FactName::Resource, "arn:aws:s3:::bucket"),
            Fact::code(FactName::Account, "210987654321"),
            Fact::text(FactName::Environment, "staging"),
        ];
        notice.origin.add_tag("env", "prod");
        complete(&mut notice);
        assert_eq!(notice.origin.environment.as_deref(), Some("staging"));
        assert_eq!(notice.origin.account.as_deref(), Some("210987654321"));
        assert_eq!(notice.origin.region, None);
    }

    #[test]
    fn tags_are_bounded() {
        let mut notice = Notice::new("json", Phrase::Untitled);
        for number in 0..1_000 {
            notice.origin.add_tag(&format!("t{number}"), "v");
        }
        assert_eq!(notice.origin.tags.len(), 50);
    }
}
