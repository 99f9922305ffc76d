//! The names of AWS accounts, from the settings, and where the function runs: what a title shows of a
//! notice's origin.

use std::collections::BTreeMap;

use shared::env::names;

use crate::{
    notice::{EntryFault, Fact, FactName, FaultKind, Notice, SettingFault},
    tolerant::TolerantSettings,
};

/// The names of AWS accounts by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountAliases(BTreeMap<String, String>);

impl AccountAliases {
    /// Reads `123456789012=prod, 210987654321=staging`; problems stay in `settings`.
    pub fn read(settings: &mut TolerantSettings<'_>) -> Self {
        let mut aliases = BTreeMap::new();
        let mut wrong = Vec::new();
        for entry in settings.list(names::ACCOUNT_ALIASES) {
            match entry
                .split_once('=')
                .map(|(id, name)| (id.trim(), name.trim()))
            {
                Some((id, name)) if is_account(id) && is_name(name) => {
                    aliases.insert(id.to_owned(), name.to_owned());
                }
                _ => wrong.push(entry),
            }
        }
        if let Some(first) = wrong.first() {
            let fault = SettingFault::new(FaultKind::NotAnAlias, &format!("{first:?}"));
            settings.refuse(names::ACCOUNT_ALIASES, vec![EntryFault::whole(fault)]);
        }
        Self(aliases)
    }

    /// Names the account of a notice, and sets what its title shows. `topic` is the ARN of the topic that
    /// it came through: its account and region are the usual ones.
    pub fn complete(&self, notice: &mut Notice, topic: Option<&str>, region: Option<&str>) {
        let home: Vec<&str> = topic.map_or_else(Vec::new, |topic| topic.split(':').collect());
        let home_account = home.get(4).copied();
        let home_region = home.get(3).copied().or(region);
        let origin = &mut notice.origin;
        let alias = origin.account.as_ref().and_then(|id| self.0.get(id));
        origin.account_alias = alias.cloned();
        let mut shown: Vec<String> = origin.environment.iter().cloned().collect();
        if let Some(alias) = alias {
            let is_new = shown.iter().all(|other| !other.eq_ignore_ascii_case(alias));
            shown.extend(is_new.then(|| alias.clone()));
        } else if shown.is_empty()
            && let Some(account) = &origin.account
            && home_account.is_some_and(|home| home != account)
        {
            shown.push(account.clone());
        }
        if let Some(region) = &origin.region
            && home_region.is_some_and(|home| home != region)
        {
            shown.push(region.clone());
        }
        origin.shown = shown;
        if let (Some(id), Some(alias)) = (origin.account.as_deref(), alias) {
            let account = Fact::code(FactName::Account, id);
            let named = format!("{alias} ({id})");
            if let Some(fact) = notice.facts.iter_mut().find(|fact| **fact == account) {
                *fact = Fact::text(FactName::Account, &named);
            }
        }
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    let length = text.chars().count();
    (1..=40).contains(&length) && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use shared::env::{Settings, names};

    use super::AccountAliases;
    use crate::{
        notice::{Fact, FactName, FactValue, Notice, Phrase, origin},
        tolerant::TolerantSettings,
    };

    const TOPIC: &str = "arn:aws:sns:ap-northeast-2:123456789012:alerts";

    fn shown(aliases: &str, account: &str, region: &str, environment: Option<&str>) -> Vec<String> {
        let settings = Settings::from_pairs([(names::ACCOUNT_ALIASES, aliases)]);
        let mut settings = TolerantSettings::of(&settings);
        let aliases = AccountAliases::read(&mut settings);
        assert_eq!(settings.report(), "");
        let mut notice = Notice::new("cloudwatch", Phrase::Untitled);
        notice.facts = vec![
            Fact::code(FactName::Account, account),
            Fact::text(FactName::Region, region),
        ];
        notice.origin.environment = environment.map(str::to_owned);
        origin::complete(&mut notice);
        aliases.complete(&mut notice, Some(TOPIC), None);
        notice.origin.shown
    }

    #[test]
    fn the_usual_account_and_region_are_not_shown() {
        assert!(shown("", "123456789012", "ap-northeast-2", None).is_empty());
    }

    #[test]
    fn two_accounts_do_not_look_alike() {
        let aliases = "123456789012=prod, 210987654321=staging";
        let of = |account| shown(aliases, account, "ap-northeast-2", None);
        assert_eq!(of("123456789012"), ["prod"]);
        assert_eq!(of("210987654321"), ["staging"]);
        assert_eq!(of("999999999999"), ["999999999999"]);
    }

    #[test]
    fn another_region_and_the_environment_are_shown() {
        let of = |environment| {
            shown(
                "123456789012=prod",
                "123456789012",
                "us-east-1",
                environment,
            )
        };
        assert_eq!(of(None), ["prod", "us-east-1"]);
        assert_eq!(of(Some("Prod")), ["Prod", "us-east-1"]);
        assert_eq!(of(Some("eu-live")), ["eu-live", "prod", "us-east-1"]);
    }

    #[test]
    fn a_named_account_is_shown_by_its_name() {
        let settings = Settings::from_pairs([(names::ACCOUNT_ALIASES, "123456789012=prod")]);
        let aliases = AccountAliases::read(&mut TolerantSettings::of(&settings));
        let mut notice = Notice::new("cloudwatch", Phrase::Untitled);
        notice.facts = vec![Fact::code(FactName::Account, "123456789012")];
        origin::complete(&mut notice);
        aliases.complete(&mut notice, None, None);
        let expected = FactValue::Text("prod (123456789012)".to_owned());
        assert_eq!(notice.facts[0].value, expected);
    }

    #[test]
    fn an_invalid_alias_is_refused_and_the_others_apply() {
        for wrong in [
            "123=prod",
            "123456789012",
            "123456789012=",
            "prod=123456789012",
        ] {
            let setting = format!("{wrong}, 210987654321=staging");
            let settings = Settings::from_pairs([(names::ACCOUNT_ALIASES, setting.as_str())]);
            let mut settings = TolerantSettings::of(&settings);
            let aliases = AccountAliases::read(&mut settings);
            assert_eq!(aliases.0.len(), 1);
            let error = settings.report();
            assert!(error.contains("123456789012=prod"), "{error}");
        }
    }
}
