//! Everything that the settings name, made ready once, before the first event.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use aws_config::SdkConfig;
use jiff::{Timestamp, tz::TimeZone};
use shared::{
    alerts::sns,
    aws,
    deadline::Deadline,
    env::{Settings, names},
    ledger::{Ledger, LedgerError, OpenFile},
};

use crate::{
    Config, Context,
    channel::{
        Channel,
        http::Http,
        mail::{MailConfig, MailTransport, Mailer, mailbox, ses::Ses, smtp::Smtp},
        slack::{Slack, SlackConfig, SlackHttp},
        topic::Topic,
        webhook::Webhook,
    },
    delivery::Draw,
    dynamodb::DynamoDbLedger,
    noise::{QuietHours, Silences},
    notice::Graph,
    picture::{Picture, Pictures},
    plan::{RoutedPlan, Target},
    render::Style,
    route::{self, Address, Configured, Routes},
};

/// What the settings say.
#[derive(Debug)]
pub struct Setup {
    config: Config,
    style: Style,
    slack: Option<SlackConfig>,
    mail: Option<MailConfig>,
    routes: Routes,
    silences: Silences,
    quiet_hours: QuietHours,
}

/// Where the ledger is.
#[derive(Clone, Debug)]
pub enum LedgerPlace {
    /// In a table of DynamoDB.
    Table(String),
    /// In the file of an embedded store.
    File(PathBuf, OpenFile),
}

impl LedgerPlace {
    /// Reads where the ledger is: the table of `ALERT_LEDGER_TABLE`; where none is set and the
    /// function links the embedded store, the file that `BONGSU_STORE` names. `None` when there is no
    /// place, which is noted in `settings`.
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

    /// Opens it. A table is asked for the first time when something is delivered: that it does not
    /// answer keeps no alert back.
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

/// Why something that the settings name cannot be made ready.
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

impl Setup {
    /// Reads the settings; what is wrong with them stays in `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        let style = Style::read(settings);
        let slack = SlackConfig::read(settings);
        let mail = MailConfig::read(settings);
        let configured = Configured {
            slack: slack.as_ref().map(|slack| match slack {
                SlackConfig::Bot { channel, .. } => route::Slack::Token {
                    channel: channel.clone(),
                },
                SlackConfig::Webhook { .. } => route::Slack::Webhook,
            }),
            mail: mail.as_ref().map(|mail| {
                let recipients = mail.recipients.iter();
                recipients.map(ToString::to_string).collect()
            }),
            topic: topic(settings),
        };
        let routes = Routes::read(settings, &configured);
        let has_tried = [
            names::SLACK_TOKEN,
            names::SLACK_WEBHOOK_URL,
            names::ALERT_EMAIL_SENDER,
            names::ALERT_EMAIL_RECIPIENTS,
            names::SNS_TOPIC_ARN,
            names::ALERT_ROUTES,
        ]
        .iter()
        .any(|name| settings.text(name).is_some());
        if routes.targets().is_empty() && !has_tried {
            let reason = "nobody would be told: set it with SLACK_CHANNEL, or SLACK_WEBHOOK_URL, or \
                          ALERT_EMAIL_SENDER with ALERT_EMAIL_RECIPIENTS, or SNS_TOPIC_ARN";
            settings.refuse(names::SLACK_TOKEN, reason);
        }
        Self {
            config: Config::read(settings),
            silences: Silences::read(settings),
            quiet_hours: QuietHours::read(settings, &style.zone),
            style,
            slack,
            mail,
            routes,
        }
    }

    /// The context of a ledger that is ready.
    ///
    /// # Errors
    ///
    /// When something that the settings name cannot be made ready.
    pub fn context(self, ledger: Arc<dyn Ledger>, aws: &SdkConfig) -> Result<Context, SetupError> {
        let http = Http::new()?;
        let mail = self.transport(aws)?;
        let mut targets = BTreeMap::new();
        for target in self.routes.targets() {
            let id = target.id();
            let channel = self.channel(&target, &http, mail.as_ref(), aws)?;
            let name = name(&target);
            targets.insert(id.clone(), Target { id, name, channel });
        }
        let painter = Painter {
            pictures: Pictures::new(aws),
            zone: self.style.zone,
        };
        let plan = RoutedPlan {
            routes: self.routes,
            silences: self.silences,
            quiet_hours: self.quiet_hours,
            targets,
        };
        let draw: Arc<dyn Draw> = Arc::new(painter);
        Ok(Context::new(
            ledger,
            Arc::new(plan),
            Some(draw),
            self.config,
        ))
    }

    fn transport(&self, aws: &SdkConfig) -> Result<Option<Arc<dyn MailTransport>>, SetupError> {
        let Some(mail) = &self.mail else {
            return Ok(None);
        };
        Ok(Some(match &mail.server {
            Some(server) => Arc::new(Smtp::new(server.clone()).map_err(SetupError::Mail)?),
            None => Arc::new(Ses::new(aws)),
        }))
    }

    /// What sends to a target.
    fn channel(
        &self,
        target: &route::Target,
        http: &Http,
        mail: Option<&Arc<dyn MailTransport>>,
        aws: &SdkConfig,
    ) -> Result<Arc<dyn Channel>, SetupError> {
        let style = self.style.clone();
        let wrong = |reason: &str| SetupError::Target {
            target: target.id(),
            reason: reason.to_owned(),
        };
        Ok(match &target.address {
            Address::Slack(channel) => match &self.slack {
                Some(SlackConfig::Bot { token, api, .. }) => {
                    let api = SlackHttp::new(http.clone(), api.clone(), token.clone());
                    Arc::new(Slack::new(Arc::new(api), channel.clone(), style))
                }
                Some(SlackConfig::Webhook { url }) => {
                    Arc::new(Webhook::new(http.clone(), url.clone(), style))
                }
                None => return Err(wrong("Slack is not configured")),
            },
            Address::Mail(recipients) => {
                let (Some(transport), Some(mail)) = (mail, &self.mail) else {
                    return Err(wrong("mail is not configured"));
                };
                let recipients: Result<Vec<_>, _> =
                    recipients.iter().map(|it| mailbox(it)).collect();
                let recipients = recipients.map_err(|reason| wrong(&reason))?;
                let transport = Arc::clone(transport);
                Arc::new(Mailer::new(
                    transport,
                    mail.sender.clone(),
                    recipients,
                    style,
                ))
            }
            Address::Topic(topic) => {
                let region = sns::region(topic).map_err(|error| wrong(&error.to_string()))?;
                let client = aws_sdk_sns::Client::new(&aws::in_region(aws, region));
                Arc::new(Topic::new(client, topic.clone(), style))
            }
        })
    }
}

fn topic(settings: &mut Settings) -> Option<String> {
    let topic = settings.text(names::SNS_TOPIC_ARN)?.to_owned();
    if let Err(error) = sns::region(&topic) {
        settings.refuse(names::SNS_TOPIC_ARN, &error.to_string());
        return None;
    }
    Some(topic)
}

/// The name of a target for people. Who gets a mail is nobody's business in a log.
fn name(target: &route::Target) -> String {
    match &target.address {
        Address::Slack(channel) if channel.is_empty() => "Slack".to_owned(),
        Address::Slack(channel) => format!("Slack {channel}"),
        Address::Mail(_) => "e-mail".to_owned(),
        Address::Topic(topic) => {
            let name = topic.rsplit(':').next().unwrap_or_default();
            format!("SNS {name}")
        }
    }
}

/// Draws in the time zone of the team.
#[derive(Debug)]
struct Painter {
    pictures: Pictures,
    zone: TimeZone,
}

#[async_trait]
impl Draw for Painter {
    async fn draw(
        &self,
        graph: &Graph,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Picture, String> {
        self.pictures.draw(graph, &self.zone, now, deadline).await
    }
}

#[cfg(test)]
mod tests;
