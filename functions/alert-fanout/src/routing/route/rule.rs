//! One route: its conditions and its targets.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::{alerts::sns, env::names, model::alert::AlertType};

use super::{
    ChannelKind, ConfiguredChannels, RouteTarget, SlackAccess, mails,
    mention::Mentions,
    only,
    repeat::{self, Repeat},
    slack, topic,
};
use crate::{
    notice::{FaultKind, Notice, SettingFault},
    routing::{
        conditions::{Conditions, Globs},
        json_setting,
    },
    tolerant::TolerantSettings,
};

const EXAMPLE: &str = "{\"types\": [\"critical\"], \"sources\": [\"cloudwatch\", \"aws.*\"], \
                       \"services\": [\"gm-*\"], \"environments\": [\"prod\"], \
                       \"channels\": [\"slack\", \"email\"], \
                       \"slackChannel\": \"C0123456789\", \
                       \"recipients\": [\"ops@example.com\"], \
                       \"mentions\": {\"critical\": \"@here\"}, \"repeat\": \"30m\"}";

/// A route in the settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RuleSetting {
    types: Option<Vec<AlertType>>,
    #[serde(alias = "source")]
    sources: Option<Globs>,
    #[serde(alias = "service")]
    services: Option<Globs>,
    #[serde(alias = "environment")]
    environments: Option<Globs>,
    #[serde(alias = "account")]
    accounts: Option<Globs>,
    #[serde(alias = "region")]
    regions: Option<Globs>,
    #[serde(alias = "alarm")]
    alarms: Option<Globs>,
    #[serde(default)]
    tags: BTreeMap<String, Globs>,
    channels: Option<Vec<ChannelKind>>,
    slack_channel: Option<String>,
    recipients: Option<Vec<String>>,
    topic: Option<String>,
    #[serde(default)]
    mentions: Mentions,
    repeat: Option<String>,
}

/// A route.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RoutingRule {
    conditions: Conditions,
    /// The targets of matching notices.
    pub(super) targets: Vec<RouteTarget>,
    /// Targets that are only used if the sender asks for their kind of channel.
    on_request: Vec<RouteTarget>,
    /// Whom it mentions on Slack.
    pub(super) mentions: Mentions,
    /// When it repeats what nobody acknowledged, if not after `ALERT_REPEAT_MINUTES`.
    pub(super) repeat: Option<Repeat>,
}

/// Reads the routes; problems stay in `settings`.
pub(super) fn read(
    settings: &mut TolerantSettings<'_>,
    configured: &ConfiguredChannels,
    default: &[RouteTarget],
) -> Vec<RoutingRule> {
    let written = json_setting::read(
        settings,
        names::ALERT_ROUTES,
        EXAMPLE,
        |route: &RuleSetting| route.faults(configured, default),
    );
    written
        .into_iter()
        .map(|route| route.rule(default))
        .collect()
}

impl RuleSetting {
    /// What is wrong with it.
    fn faults(
        &self,
        configured: &ConfiguredChannels,
        default: &[RouteTarget],
    ) -> Vec<SettingFault> {
        let mut faults = self.conditions().faults();
        if self.recipients.as_ref().is_some_and(Vec::is_empty) {
            faults.push(SettingFault::new(FaultKind::EmptyList, "recipients"));
        }
        if self.channels.as_ref().is_some_and(Vec::is_empty) {
            faults.push(SettingFault::of(FaultKind::NoChannels));
        }
        faults.extend(self.slack_fault(configured));
        faults.extend(self.mail_fault(configured));
        if let Some(topic) = &self.topic
            && sns::region(topic).is_err()
        {
            faults.push(wrong(FaultKind::NotATopic, topic));
        }
        if !self.mentions.are_empty() && configured.slack.is_none() {
            faults.push(SettingFault::of(FaultKind::MentionsNeedSlack));
        }
        faults.extend(self.repeat.as_deref().and_then(|it| repeat::read(it).err()));
        for kind in self.channels.iter().flatten() {
            if self.of_kind(*kind, default).is_empty() {
                faults.push(SettingFault::of(missing(*kind)));
            }
        }
        faults
    }

    fn slack_fault(&self, configured: &ConfiguredChannels) -> Option<SettingFault> {
        let channel = self.slack_channel.as_ref()?;
        match &configured.slack {
            None => Some(SettingFault::of(FaultKind::ChannelNeedsToken)),
            Some(SlackAccess::Webhook) => Some(SettingFault::of(FaultKind::ChannelBesideWebhook)),
            Some(SlackAccess::Token { .. }) => {
                let is_plain = |letter: char| !letter.is_whitespace() && !letter.is_control();
                let is_name = !channel.is_empty() && channel.chars().all(is_plain);
                (!is_name).then(|| wrong(FaultKind::NotASlackChannel, channel))
            }
        }
    }

    fn mail_fault(&self, configured: &ConfiguredChannels) -> Option<SettingFault> {
        let recipients = self.recipients.as_ref()?;
        if configured.mail.is_none() {
            return Some(SettingFault::of(FaultKind::RecipientsNeedSender));
        }
        let invalid = recipients.iter().find(|address| !is_address(address))?;
        Some(wrong(FaultKind::NotAnAddress, invalid))
    }

    fn conditions(&self) -> Conditions {
        Conditions {
            types: self.types.clone(),
            titles: None,
            sources: self.sources.clone(),
            services: self.services.clone(),
            environments: self.environments.clone(),
            accounts: self.accounts.clone(),
            regions: self.regions.clone(),
            alarms: self.alarms.clone(),
            dedup_keys: None,
            tags: self.tags.clone(),
        }
    }

    /// The targets of a kind: those that it names itself, or the configured ones.
    fn of_kind(&self, kind: ChannelKind, default: &[RouteTarget]) -> Vec<RouteTarget> {
        let own = match kind {
            ChannelKind::Slack => self.slack_channel.clone().map(slack).into_iter().collect(),
            ChannelKind::Email => mails(self.recipients.as_deref().unwrap_or_default()),
            ChannelKind::Sns => self.topic.clone().map(topic).into_iter().collect(),
        };
        if own.is_empty() {
            only(default, |other| other == kind)
        } else {
            own
        }
    }

    fn rule(self, default: &[RouteTarget]) -> RoutingRule {
        let is_used = |kind: &ChannelKind| {
            let channels = self.channels.as_ref();
            channels.is_none_or(|channels| channels.contains(kind))
        };
        let of_kinds = |is_wanted: &dyn Fn(&ChannelKind) -> bool| -> Vec<RouteTarget> {
            let kinds = ChannelKind::ALL.into_iter().filter(is_wanted);
            kinds.flat_map(|kind| self.of_kind(kind, default)).collect()
        };
        RoutingRule {
            targets: of_kinds(&is_used),
            on_request: of_kinds(&|kind| !is_used(kind)),
            conditions: self.conditions(),
            repeat: self.repeat.as_deref().and_then(|it| repeat::read(it).ok()),
            mentions: self.mentions,
        }
    }
}

/// The settings that a kind of channel needs.
fn missing(kind: ChannelKind) -> FaultKind {
    match kind {
        ChannelKind::Slack => FaultKind::SlackMissing,
        ChannelKind::Email => FaultKind::EmailMissing,
        ChannelKind::Sns => FaultKind::SnsMissing,
    }
}

/// A value that is wrong.
fn wrong(kind: FaultKind, value: &str) -> SettingFault {
    SettingFault::new(kind, &format!("{value:?}"))
}

/// A minimal check: the text is one mail address.
fn is_address(text: &str) -> bool {
    let is_plain = |letter: char| {
        !letter.is_whitespace() && !letter.is_control() && !",;<>\"()".contains(letter)
    };
    let parts = text.rsplit_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && text.chars().all(is_plain)
}

impl RoutingRule {
    /// True if a notice meets all conditions.
    pub(super) fn is_about(&self, notice: &Notice) -> bool {
        self.conditions.hold_for(notice)
    }

    /// Its targets of a kind, used or on request.
    pub(super) fn of_kind(&self, kind: ChannelKind) -> Vec<RouteTarget> {
        let all: Vec<RouteTarget> = self.all().cloned().collect();
        only(&all, |other| other == kind)
    }

    /// Every target that it names.
    pub(super) fn all(&self) -> impl Iterator<Item = &RouteTarget> {
        self.targets.iter().chain(&self.on_request)
    }
}
