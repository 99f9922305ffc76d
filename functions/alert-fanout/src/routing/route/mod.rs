//! Routes. The first matching route wins. A sender may ask for kinds of channels, but never for an
//! address.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use shared::{hex, model::alert::Channels};

use crate::{notice::Notice, tolerant::TolerantSettings};

mod channel_override;
mod mention;
mod repeat;
mod rule;

#[cfg(test)]
mod tests;

pub use repeat::Repeat;
use rule::RoutingRule;

/// The most recipients of one mail:
/// <https://docs.aws.amazon.com/ses/latest/dg/quotas.html>.
const MOST_RECIPIENTS: usize = 50;

/// A kind of channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChannelKind {
    /// Slack.
    Slack,
    /// Mail.
    Email,
    /// A topic of SNS.
    Sns,
}

impl ChannelKind {
    /// Every kind, in the order of delivery.
    pub const ALL: [Self; 3] = [Self::Slack, Self::Email, Self::Sns];

    /// Its name, as routes write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Email => "email",
            Self::Sns => "sns",
        }
    }
}

/// A destination of notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTarget {
    /// The kind of channel.
    pub kind: ChannelKind,
    /// The address.
    pub address: Address,
}

/// The address of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A channel of Slack, by its id or name; empty for an incoming webhook, which has one of its own.
    Slack(String),
    /// The recipients of one mail: 1 to 50.
    Mail(Vec<String>),
    /// A topic of SNS, by its ARN.
    Topic(String),
}

impl RouteTarget {
    /// Its display name. It does not show mail addresses.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.address {
            Address::Slack(channel) if channel.is_empty() => "Slack".to_owned(),
            Address::Slack(channel) => format!("Slack {channel}"),
            Address::Mail(_) => "e-mail".to_owned(),
            Address::Topic(topic) => {
                let name = topic.rsplit(':').next().unwrap_or_default();
                format!("SNS {name}")
            }
        }
    }

    /// Its id, stable across restarts; [`name_of`] reads it. Mail recipients are in it as a hash.
    #[must_use]
    pub fn id(&self) -> String {
        match &self.address {
            Address::Slack(channel) => format!("slack/{channel}"),
            Address::Topic(topic) => format!("sns/{topic}"),
            Address::Mail(recipients) => {
                let digest = Sha256::digest(recipients.join(","));
                format!("email/{}", hex::text(digest.iter().take(8)))
            }
        }
    }
}

/// The name of a target by its id, as [`RouteTarget::name`] gives it.
#[must_use]
pub fn name_of(id: &str) -> String {
    let (kind, address) = id.split_once('/').unwrap_or(("", id));
    match kind {
        "slack" => format!("Slack {address}").trim_end().to_owned(),
        "email" => "e-mail".to_owned(),
        "sns" => format!("SNS {}", address.rsplit(':').next().unwrap_or_default()),
        _ => id.to_owned(),
    }
}

/// The configured channels, and their addresses if no route gives others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfiguredChannels {
    /// Slack.
    pub slack: Option<SlackAccess>,
    /// The default recipients of mail, may be empty; `None` if mail is not configured.
    pub mail: Option<Vec<String>>,
    /// The topic of SNS.
    pub topic: Option<String>,
}

/// The access to Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlackAccess {
    /// By a token, which may write to any channel.
    Token {
        /// The channel where no route says another.
        channel: Option<String>,
    },
    /// By an incoming webhook, which has its own channel.
    Webhook,
}

/// All routes.
#[derive(Clone, Debug, PartialEq)]
pub struct Routes {
    rules: Vec<RoutingRule>,
    /// The targets of notices without a matching route.
    default: Vec<RouteTarget>,
}

/// Where one notice goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routed {
    /// The targets.
    pub targets: Vec<RouteTarget>,
    /// Fallbacks for targets that fail permanently, the first choice first. None is among the targets.
    pub fallbacks: Vec<RouteTarget>,
    /// True if its sender refuses every channel.
    pub unwanted: bool,
}

impl Routes {
    /// Reads the settings; problems stay in `settings`.
    pub fn read(settings: &mut TolerantSettings<'_>, configured: &ConfiguredChannels) -> Self {
        let default = defaults(configured);
        Self {
            rules: rule::read(settings, configured, &default),
            default,
        }
    }

    /// Every target of any route, each once.
    #[must_use]
    pub fn targets(&self) -> Vec<RouteTarget> {
        let mut targets: Vec<RouteTarget> = Vec::new();
        let of_rules = self.rules.iter().flat_map(RoutingRule::all);
        for target in self.default.iter().chain(of_rules) {
            if !targets.contains(target) {
                targets.push(target.clone());
            }
        }
        targets
    }

    /// Whom the route of a notice mentions on Slack, in mrkdwn. A resolution mentions nobody.
    #[must_use]
    pub fn mentions(&self, notice: &Notice) -> Vec<String> {
        let rule = self.rules.iter().find(|rule| rule.is_about(notice));
        let rule = rule.filter(|_| !notice.is_over());
        rule.map_or_else(Vec::new, |rule| rule.mentions.of(notice.kind).to_vec())
    }

    /// When the route of a notice repeats it, if the route says so.
    #[must_use]
    pub fn repeat(&self, notice: &Notice) -> Option<Repeat> {
        let rule = self.rules.iter().find(|rule| rule.is_about(notice));
        rule.and_then(|rule| rule.repeat)
    }

    /// Where a notice goes.
    #[must_use]
    pub fn of(&self, notice: &Notice) -> Routed {
        let rule = self.rules.iter().find(|rule| rule.is_about(notice));
        let usual = rule.map_or(&self.default, |rule| &rule.targets);
        let none = Channels::default();
        let wanted_channels =
            channel_override::ChannelOverride::read(notice.channels.as_ref().unwrap_or(&none));
        // The address of the route, or the configured one.
        let of_kind = |kind: ChannelKind| -> Vec<RouteTarget> {
            let of_rule = rule.map(|rule| rule.of_kind(kind));
            let of_rule = of_rule.filter(|targets| !targets.is_empty());
            of_rule.unwrap_or_else(|| only(&self.default, |other| other == kind))
        };
        let targets = if wanted_channels.wants_some() {
            let wanted = ChannelKind::ALL
                .into_iter()
                .filter(|kind| wanted_channels.wants(*kind));
            let wanted: Vec<RouteTarget> = wanted.flat_map(of_kind).collect();
            // No wanted channel is configured: another one is better than none.
            if wanted.is_empty() {
                usual.clone()
            } else {
                wanted
            }
        } else {
            let left = only(usual, |kind| !wanted_channels.refuses(kind));
            if left.is_empty() {
                let others = ChannelKind::ALL
                    .into_iter()
                    .filter(|kind| !wanted_channels.refuses(*kind));
                others.flat_map(of_kind).collect()
            } else {
                left
            }
        };
        let is_free = |target: &&RouteTarget| !targets.contains(target);
        Routed {
            fallbacks: self.default.iter().filter(is_free).cloned().collect(),
            unwanted: targets.is_empty() && !usual.is_empty(),
            targets,
        }
    }
}

fn only(targets: &[RouteTarget], is_wanted: impl Fn(ChannelKind) -> bool) -> Vec<RouteTarget> {
    let wanted = targets.iter().filter(|target| is_wanted(target.kind));
    wanted.cloned().collect()
}

fn defaults(configured: &ConfiguredChannels) -> Vec<RouteTarget> {
    let mut targets = Vec::new();
    let channel = match &configured.slack {
        Some(SlackAccess::Token { channel }) => channel.clone(),
        Some(SlackAccess::Webhook) => Some(String::new()),
        None => None,
    };
    targets.extend(channel.map(slack));
    let recipients = configured.mail.as_deref().unwrap_or_default();
    targets.extend(mails(recipients));
    targets.extend(configured.topic.clone().map(topic));
    targets
}

fn topic(arn: String) -> RouteTarget {
    RouteTarget {
        kind: ChannelKind::Sns,
        address: Address::Topic(arn),
    }
}

fn slack(channel: String) -> RouteTarget {
    RouteTarget {
        kind: ChannelKind::Slack,
        address: Address::Slack(channel),
    }
}

/// Mail targets for all recipients, each once, within the limit of one mail.
fn mails(recipients: &[String]) -> Vec<RouteTarget> {
    let mut once: Vec<String> = Vec::with_capacity(recipients.len());
    for recipient in recipients {
        if !once.contains(recipient) {
            once.push(recipient.clone());
        }
    }
    once.chunks(MOST_RECIPIENTS)
        .map(|group| RouteTarget {
            kind: ChannelKind::Email,
            address: Address::Mail(group.to_vec()),
        })
        .collect()
}
