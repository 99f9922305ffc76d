//! The configured channels, and the rules by which notices go to them.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use aws_config::{Region, SdkConfig};
use aws_sdk_sns::Client;
use jiff::{Timestamp, tz::TimeZone};
use lettre::message::Mailbox;
use shared::{alerts::sns, deadline::Deadline, secret::Secret};

use crate::{
    Config,
    channel::{
        Channel,
        http::Http,
        mail::{MailTransport, Mailer, mailbox, ses::Ses, smtp::Smtp},
        slack::{Slack, SlackApi, SlackConfig, SlackHttp},
        topic::Topic,
        webhook::Webhook,
    },
    delivery::Draw,
    noise::{QuietHours, Silences},
    notice::{Graph, Notice},
    picture::{Picture, Pictures},
    plan::{Destinations, Plan, Target},
    report::Reason,
    route::{self, Address, Routes},
};

/// How each kind of channel is spoken to.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// Slack.
    pub slack: Option<SlackLine>,
    /// Mail, and from whom it is.
    pub mail: Option<(Arc<dyn MailTransport>, Mailbox)>,
    /// SNS.
    pub aws: Option<SdkConfig>,
}

/// How Slack is spoken to.
#[derive(Clone, Debug)]
pub enum SlackLine {
    /// By its methods.
    Methods(Arc<dyn SlackApi>),
    /// By an incoming webhook.
    Webhook(Http, Secret),
}

/// Why channels cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// There is no HTTP client.
    #[error("there is no HTTP client for Slack")]
    Http(#[from] reqwest::Error),
    /// There is no TLS for mail.
    #[error("there is no TLS for the mail server: {0}")]
    Smtp(String),
    /// A target cannot be reached by what is configured.
    #[error("nothing is configured that reaches {0}")]
    Unreachable(String),
    /// A recipient is no address.
    #[error("{0}")]
    Recipient(String),
}

impl Lines {
    /// The lines to the Slack and the mail server of the settings; no mail without `SMTP_URL`.
    ///
    /// # Errors
    ///
    /// When there is no HTTP client or no TLS.
    pub fn configured(config: &Config) -> Result<Self, LineError> {
        let slack = match &config.slack {
            Some(SlackConfig::Bot { token, api, .. }) => {
                let methods = SlackHttp::new(Http::new()?, api.clone(), token.clone());
                Some(SlackLine::Methods(Arc::new(methods)))
            }
            Some(SlackConfig::Webhook { url }) => {
                Some(SlackLine::Webhook(Http::new()?, url.clone()))
            }
            None => None,
        };
        let server = config.mail.as_ref().and_then(|mail| {
            let server = mail.server.clone()?;
            Some((server, mail.sender.clone()))
        });
        let mail: Option<(Arc<dyn MailTransport>, Mailbox)> = match server {
            Some((server, sender)) => {
                let smtp = Smtp::new(server).map_err(LineError::Smtp)?;
                Some((Arc::new(smtp), sender))
            }
            None => None,
        };
        Ok(Self {
            slack,
            mail,
            aws: None,
        })
    }

    /// The same, with what AWS adds: topics, and SES where no mail server is set.
    #[must_use]
    pub fn on_aws(self, config: &Config, aws: &SdkConfig) -> Self {
        let sender = config.mail.as_ref().map(|mail| mail.sender.clone());
        let ses =
            || -> (Arc<dyn MailTransport>, Option<Mailbox>) { (Arc::new(Ses::new(aws)), sender) };
        let mail = self.mail.or_else(|| {
            let (ses, sender) = ses();
            Some((ses, sender?))
        });
        Self {
            mail,
            aws: Some(aws.clone()),
            ..self
        }
    }
}

/// All targets, and the rules.
#[derive(Debug)]
pub struct Switchboard {
    targets: BTreeMap<String, Target>,
    routes: Routes,
    silences: Silences,
    quiet_hours: QuietHours,
}

impl Switchboard {
    /// Makes every channel that a notice may go to.
    ///
    /// # Errors
    ///
    /// When one of them cannot be made of what is configured.
    pub fn new(config: &Config, lines: &Lines) -> Result<Self, LineError> {
        let mut targets = BTreeMap::new();
        for target in config.routes.targets() {
            let id = target.id();
            let made = Target {
                name: name(&target),
                channel: channel(&target, config, lines)?,
                id: id.clone(),
            };
            targets.insert(id, made);
        }
        Ok(Self {
            targets,
            routes: config.routes.clone(),
            silences: config.silences.clone(),
            quiet_hours: config.quiet_hours.clone(),
        })
    }

    fn made(&self, targets: &[route::Target]) -> Vec<Target> {
        let made = targets.iter().filter_map(|it| self.targets.get(&it.id()));
        made.cloned().collect()
    }
}

impl Plan for Switchboard {
    fn destinations(&self, notice: &Notice, now: Timestamp) -> Destinations {
        let held = if let Some(silence) = self.silences.holds(notice, now) {
            tracing::info!(until = %silence.until, reason = silence.reason, "a silence holds an alert");
            Some(Reason::Silenced)
        } else {
            let is_quiet = self.quiet_hours.holds(notice, now);
            is_quiet.then_some(Reason::QuietHours)
        };
        let routed = self.routes.of(notice);
        Destinations {
            targets: self.made(&routed.targets),
            fallbacks: self.made(&routed.fallbacks),
            held,
        }
    }
}

/// What people call a target.
fn name(target: &route::Target) -> String {
    match &target.address {
        Address::Slack(channel) if channel.is_empty() => "Slack".to_owned(),
        Address::Slack(channel) => format!("Slack {channel}"),
        Address::Topic(arn) => format!("SNS {}", arn.rsplit(':').next().unwrap_or(arn)),
        Address::Mail(recipients) => match recipients.as_slice() {
            [only] => format!("mail to {only}"),
            all => format!("mail to {} people", all.len()),
        },
    }
}

fn channel(
    target: &route::Target,
    config: &Config,
    lines: &Lines,
) -> Result<Arc<dyn Channel>, LineError> {
    let style = config.style.clone();
    let unreachable = || LineError::Unreachable(name(target));
    Ok(match (&target.address, lines) {
        (
            Address::Slack(channel),
            Lines {
                slack: Some(line), ..
            },
        ) => match line {
            SlackLine::Methods(api) => Arc::new(Slack::new(api.clone(), channel.clone(), style)),
            SlackLine::Webhook(http, url) => {
                Arc::new(Webhook::new(http.clone(), url.clone(), style))
            }
        },
        (
            Address::Mail(recipients),
            Lines {
                mail: Some((transport, sender)),
                ..
            },
        ) => {
            let recipients: Result<_, _> = recipients.iter().map(|it| mailbox(it)).collect();
            let recipients = recipients.map_err(LineError::Recipient)?;
            Arc::new(Mailer::new(
                transport.clone(),
                sender.clone(),
                recipients,
                style,
            ))
        }
        (Address::Topic(arn), Lines { aws: Some(aws), .. }) => {
            let region = sns::region(arn).map_err(|_| unreachable())?;
            let region = Region::new(region.to_owned());
            let aws = aws.to_builder().region(region).build();
            Arc::new(Topic::new(Client::new(&aws), arn.clone(), style))
        }
        _ => return Err(unreachable()),
    })
}

/// CloudWatch's pictures, in the team's time.
#[derive(Debug)]
pub struct Artist {
    pictures: Pictures,
    zone: TimeZone,
}

impl Artist {
    /// Pictures with the times of a zone.
    #[must_use]
    pub fn new(pictures: Pictures, zone: TimeZone) -> Self {
        Self { pictures, zone }
    }
}

#[async_trait]
impl Draw for Artist {
    async fn draw(
        &self,
        graph: &Graph,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Picture, String> {
        self.pictures.draw(graph, &self.zone, now, deadline).await
    }
}
