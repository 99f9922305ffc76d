//! Builds channels, routes and the ledger from the settings, once, before the first event.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, RwLock},
};

use aws_config::SdkConfig;
use lettre::message::Mailbox;
use shared::{
    alerts::sns,
    aws,
    deadline::Deadline,
    env::{Settings, names},
    ledger::{Ledger, LedgerError, OpenFile},
    secret::Secret,
};

use crate::{
    Config, Context,
    accounts::AccountAliases,
    channel::{
        Channel,
        graph::{GraphRenderer, cloudwatch::CloudWatchGraphs},
        http::Http,
        mail::{MailConfig, MailTransport, Mailer, mailbox, ses::Ses, smtp::Smtp},
        slack::{Slack, SlackApi, SlackConfig, SlackHttp},
        topic::Topic,
        webhook::Webhook,
    },
    delivery::ledger::dynamodb::DynamoDbLedger,
    interaction::Interactions,
    language::Language,
    notice::SettingProblem,
    render::Locale,
    routing::{
        Target,
        configured::ConfiguredRouter,
        mute::{QuietHours, Silences},
        route::{self, Address, ConfiguredChannels, Routes},
    },
    tolerant::{self, TolerantSettings},
};

/// The parsed settings.
#[derive(Debug)]
pub struct Setup {
    config: Config,
    style: Locale,
    slack: Option<SlackConfig>,
    signing_secret: Option<Secret>,
    mail: Option<MailConfig>,
    routes: Routes,
    silences: Silences,
    quiet_hours: QuietHours,
    /// Invalid settings that are not applied.
    problems: Vec<SettingProblem>,
}

/// Local stand-ins for channels that are not configured: the outbox of one machine.
#[derive(Clone, Debug)]
pub struct StandIn {
    /// The stand-in for Slack.
    pub slack: Arc<dyn SlackApi>,
    /// The stand-in for a mail server.
    pub mail: Arc<dyn MailTransport>,
    /// The sender of mails.
    pub sender: Mailbox,
}

/// The default Slack channel of a stand-in.
const STAND_IN_CHANNEL: &str = "#alerts";
/// The default recipient of a stand-in.
const STAND_IN_RECIPIENT: &str = "team@localhost";

/// The location of the ledger.
#[derive(Clone, Debug)]
pub enum LedgerLocation {
    /// In a table of DynamoDB.
    Table(String),
    /// In the file of an embedded store.
    File(PathBuf, OpenFile),
}

impl LedgerLocation {
    /// Reads the location: the table in `ALERT_LEDGER_TABLE`; if unset, and the function links the
    /// embedded store, the file in `BONGSU_STORE`. `None` if neither is set, which is a problem in
    /// `settings`.
    pub fn read(settings: &mut Settings, open_file: Option<OpenFile>) -> Option<Self> {
        if let Some(table) = settings.text(names::ALERT_LEDGER_TABLE) {
            return Some(Self::Table(table.to_owned()));
        }
        if let (Some(file), Some(open)) = (settings.text(names::BONGSU_STORE), open_file) {
            return Some(Self::File(file.into(), open));
        }
        let reason = if open_file.is_some() {
            "set it to a table of DynamoDB, or BONGSU_STORE to the file of an embedded store"
        } else {
            "set it to a table of DynamoDB, which remembers what was delivered"
        };
        settings.refuse(names::ALERT_LEDGER_TABLE, reason);
        None
    }

    /// Opens the ledger. A table is first used by the first delivery: if it does not answer, alerts are
    /// sent anyway.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened.
    pub async fn open(
        self,
        aws: &SdkConfig,
        deadline: Deadline,
    ) -> Result<Arc<dyn Ledger>, LedgerError> {
        match self {
            Self::Table(table) => Ok(Arc::new(DynamoDbLedger::new(aws, &table))),
            Self::File(path, open) => open(path, deadline).await,
        }
    }
}

/// Why the setup failed.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is no HTTP client.
    #[error("there is no HTTP client")]
    Http(#[from] reqwest::Error),
    /// A server of mail cannot be used.
    #[error("mail cannot be sent: {0}")]
    Mail(String),
    /// A route names what nothing can be sent to.
    #[error("nothing can be sent to {target}: {reason}")]
    Target {
        /// The target's id.
        target: String,
        /// Why.
        reason: String,
    },
}

/// The settings that name destinations. At least one must be set.
const DESTINATIONS: [&str; 6] = [
    names::SLACK_TOKEN,
    names::SLACK_WEBHOOK_URL,
    names::ALERT_EMAIL_SENDER,
    names::ALERT_EMAIL_RECIPIENTS,
    names::SNS_TOPIC_ARN,
    names::ALERT_ROUTES,
];

impl Setup {
    /// Reads the settings; problems that prevent a start stay in `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        let setup = Self::assemble(settings, false);
        let has_tried = DESTINATIONS
            .iter()
            .any(|name| settings.text(name).is_some());
        if setup.routes.targets().is_empty() && !has_tried {
            let reason = "no channel is configured: set it with SLACK_CHANNEL, or SLACK_WEBHOOK_URL, or \
                          ALERT_EMAIL_SENDER with ALERT_EMAIL_RECIPIENTS, or SNS_TOPIC_ARN";
            settings.refuse(names::SLACK_TOKEN, reason);
        }
        setup
    }

    /// Reads the settings of one machine, where a [`StandIn`] replaces Slack and the mail server if they
    /// are not configured; problems that prevent a start stay in `settings`.
    pub fn with_stand_in(settings: &mut Settings) -> Self {
        Self::assemble(settings, true)
    }

    fn assemble(settings: &mut Settings, stand_in: bool) -> Self {
        // An invalid one of these disables only itself: alerts are more important.
        let lenient = tolerant::copy(settings);
        let mut tolerant = TolerantSettings::of(&lenient);
        let style = Locale::tolerant(&mut tolerant);
        let slack = SlackConfig::read(settings);
        let signing_secret = settings.secret(names::SLACK_SIGNING_SECRET);
        if signing_secret.is_some() && !matches!(slack, Some(SlackConfig::Bot { .. })) {
            let reason = "needs SLACK_TOKEN: the buttons change the messages that the token sent";
            settings.refuse(names::SLACK_SIGNING_SECRET, reason);
        }
        let accounts = AccountAliases::read(&mut tolerant);
        let mail = MailConfig::read(settings);
        let mut configured = ConfiguredChannels {
            slack: slack.as_ref().map(|slack| match slack {
                SlackConfig::Bot { channel, .. } => route::SlackAccess::Token {
                    channel: channel.clone(),
                },
                SlackConfig::Webhook { .. } => route::SlackAccess::Webhook,
            }),
            mail: mail.as_ref().map(|mail| {
                let recipients = mail.recipients.iter();
                recipients.map(ToString::to_string).collect()
            }),
            topic: sns::topic(settings),
        };
        if stand_in {
            configured
                .slack
                .get_or_insert_with(|| route::SlackAccess::Token {
                    channel: Some(STAND_IN_CHANNEL.to_owned()),
                });
            let recipients = configured.mail.get_or_insert_default();
            if recipients.is_empty() {
                recipients.push(STAND_IN_RECIPIENT.to_owned());
            }
        }
        let routes = Routes::read(&mut tolerant, &configured);
        let silences = Silences::read(&mut tolerant);
        let quiet_hours = QuietHours::read(&mut tolerant, &style.zone);
        let problems = tolerant.problems();
        for problem in &problems {
            let problem = problem.in_language(Language::English);
            tracing::error!("an invalid setting is not applied: {problem}");
        }
        Self {
            config: Config {
                accounts,
                ..Config::read(settings)
            },
            signing_secret,
            silences,
            quiet_hours,
            problems,
            style,
            slack,
            mail,
            routes,
        }
    }

    /// The context on AWS.
    ///
    /// # Errors
    ///
    /// If a channel cannot be built.
    pub fn context(self, ledger: Arc<dyn Ledger>, aws: &SdkConfig) -> Result<Context, SetupError> {
        let pictures = CloudWatchGraphs::new(aws, self.style.zone.clone());
        let channels = ChannelResources {
            http: Http::new()?,
            aws: Some(aws),
            stand_in: None,
        };
        self.assembled(ledger, &channels, Some(Arc::new(pictures)))
    }

    /// The context on one machine. AWS is only needed for a topic; there are no graphs.
    ///
    /// # Errors
    ///
    /// If a channel cannot be built.
    pub fn context_with(
        self,
        ledger: Arc<dyn Ledger>,
        aws: Option<&SdkConfig>,
        stand_in: &StandIn,
    ) -> Result<Context, SetupError> {
        let channels = ChannelResources {
            http: Http::new()?,
            aws,
            stand_in: Some(stand_in),
        };
        self.assembled(ledger, &channels, None)
    }

    fn assembled(
        self,
        ledger: Arc<dyn Ledger>,
        channels: &ChannelResources<'_>,
        draw: Option<Arc<dyn GraphRenderer>>,
    ) -> Result<Context, SetupError> {
        let mail = self.transport(channels)?;
        let mut targets = BTreeMap::new();
        for target in self.routes.targets() {
            let id = target.id();
            let channel = self.channel(&target, channels, mail.as_ref())?;
            let name = target.name();
            targets.insert(id.clone(), Target { id, name, channel });
        }
        let interactions = self.signing_secret.zip(self.slack.as_ref());
        let interactions = interactions.and_then(|(secret, slack)| {
            Interactions::of(secret, slack, &channels.http, &self.style)
        });
        let plan = ConfiguredRouter {
            routes: self.routes,
            silences: self.silences,
            quiet_hours: self.quiet_hours,
            targets,
            decisions: RwLock::default(),
        };
        let context = Context::new(ledger, Arc::new(plan), draw, self.config);
        Ok(context
            .with_setting_problems(self.problems)
            .with_interactions(interactions))
    }

    /// The mail transport and the sender.
    fn transport(&self, channels: &ChannelResources<'_>) -> Result<Option<MailLine>, SetupError> {
        let mail = self.mail.as_ref();
        if let Some(mail) = mail
            && let Some(server) = &mail.server
        {
            let smtp = Smtp::new(server.clone()).map_err(SetupError::Mail)?;
            return Ok(Some((Arc::new(smtp), mail.sender.clone())));
        }
        if let Some(stand_in) = channels.stand_in {
            let sender = mail.map_or(&stand_in.sender, |mail| &mail.sender);
            return Ok(Some((stand_in.mail.clone(), sender.clone())));
        }
        Ok(match (mail, channels.aws) {
            (Some(mail), Some(aws)) => Some((Arc::new(Ses::new(aws)), mail.sender.clone())),
            _ => None,
        })
    }

    /// Builds the channel of a target.
    fn channel(
        &self,
        target: &route::RouteTarget,
        channels: &ChannelResources<'_>,
        mail: Option<&MailLine>,
    ) -> Result<Arc<dyn Channel>, SetupError> {
        let style = self.style.clone();
        let wrong = |reason: &str| SetupError::Target {
            target: target.id(),
            reason: reason.to_owned(),
        };
        let http = &channels.http;
        Ok(match &target.address {
            Address::Slack(channel) => match (&self.slack, channels.stand_in) {
                (Some(SlackConfig::Bot { token, api, .. }), _) => {
                    let api = SlackHttp::new(http.clone(), api.clone(), token.clone());
                    Arc::new(Slack::new(Arc::new(api), channel.clone(), style))
                }
                (Some(SlackConfig::Webhook { url }), _) => {
                    Arc::new(Webhook::new(http.clone(), url.clone(), style))
                }
                (None, Some(stand_in)) => {
                    Arc::new(Slack::new(stand_in.slack.clone(), channel.clone(), style))
                }
                (None, None) => return Err(wrong("Slack is not configured")),
            },
            Address::Mail(recipients) => {
                let (transport, sender) = mail.ok_or_else(|| wrong("mail is not configured"))?;
                let recipients: Result<Vec<_>, _> =
                    recipients.iter().map(|it| mailbox(it)).collect();
                let recipients = recipients.map_err(|reason| wrong(&reason))?;
                Arc::new(Mailer::new(
                    transport.clone(),
                    sender.clone(),
                    recipients,
                    style,
                ))
            }
            Address::Topic(topic) => {
                let aws = channels.aws.ok_or_else(|| wrong("AWS is not configured"))?;
                let region = sns::region(topic).map_err(|error| wrong(&error.to_string()))?;
                let client = aws_sdk_sns::Client::new(&aws::in_region(aws, region));
                Arc::new(Topic::new(client, topic.clone(), style))
            }
        })
    }

    /// Makes all times between calls shorter, for tests against servers that are as fast.
    #[must_use]
    pub fn with_speed(mut self, speed: u32) -> Self {
        self.config.pacing.speed = speed;
        self
    }

    /// True if a target is a topic, which needs AWS.
    #[must_use]
    pub fn has_topic(&self) -> bool {
        let is_topic = |target: &route::RouteTarget| matches!(target.address, Address::Topic(_));
        self.routes.targets().iter().any(is_topic)
    }

    /// The language and time zone of the team.
    #[must_use]
    pub fn style(&self) -> &Locale {
        &self.style
    }
}

/// A mail transport and a sender.
type MailLine = (Arc<dyn MailTransport>, Mailbox);

/// What channels are built from.
struct ChannelResources<'a> {
    http: Http,
    aws: Option<&'a SdkConfig>,
    stand_in: Option<&'a StandIn>,
}

#[cfg(test)]
mod tests;
