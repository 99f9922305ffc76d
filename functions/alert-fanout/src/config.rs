//! The settings of alert-fanout. Each part reads its own; here they come together.

use jiff::SignedDuration;
use shared::{
    alerts::sns,
    env::{Settings, names},
};

use crate::{
    channel::{mail::MailConfig, slack::SlackConfig},
    links::Places,
    noise::{QuietHours, Silences},
    render::Style,
    route::{self, Configured, Routes},
};

/// The settings that say where alerts go. One of them has to be there.
const DESTINATIONS: [&str; 4] = [
    names::SLACK_TOKEN,
    names::SLACK_WEBHOOK_URL,
    names::ALERT_EMAIL_SENDER,
    names::SNS_TOPIC_ARN,
];

/// Where an outbox has alerts from and to, if nothing is said.
const OUTBOX_CHANNEL: &str = "#alerts";
/// See [`OUTBOX_CHANNEL`].
const OUTBOX_RECIPIENT: &str = "team@localhost";

/// What alert-fanout can be told.
#[derive(Clone, Debug)]
pub struct Config {
    /// For how long a repeating alert is one, since it was last told anew.
    pub window: SignedDuration,
    /// Whether graphs are sent with alerts.
    pub graphs: bool,
    /// The table of the ledger.
    pub table: Option<String>,
    /// How the team reads alerts.
    pub style: Style,
    /// Where the team looks.
    pub places: Places,
    /// Where alerts go.
    pub routes: Routes,
    /// What is not told for a while.
    pub silences: Silences,
    /// What can wait, and when.
    pub quiet_hours: QuietHours,
    /// How Slack is reached.
    pub slack: Option<SlackConfig>,
    /// How mail is sent.
    pub mail: Option<MailConfig>,
    /// The topic that alerts are passed on to.
    pub topic: Option<String>,
}

impl Config {
    /// Reads the settings; what is wrong with them stays in `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        let is_set = |name: &&str| settings.text(name).is_some();
        if !DESTINATIONS.iter().any(is_set) {
            let reason = format!(
                "nobody would be told: set one of {} (with ALERT_EMAIL_RECIPIENTS for mail)",
                DESTINATIONS.join(", ")
            );
            settings.refuse(names::SLACK_TOKEN, &reason);
        }
        Self::assemble(settings, false)
    }

    /// Reads the settings for one machine, where an outbox stands in for a Slack and a mail server
    /// that are not set; what is wrong with them stays in `settings`.
    pub fn with_outbox(settings: &mut Settings) -> Self {
        Self::assemble(settings, true)
    }

    fn assemble(settings: &mut Settings, outbox: bool) -> Self {
        let minutes = settings.number(names::ALERT_DEDUP_MINUTES, 240, 1, 10_080);
        let style = Style::read(settings);
        let slack = SlackConfig::read(settings);
        let mail = MailConfig::read(settings);
        let topic = sns::topic(settings);
        let mut configured = configured(slack.as_ref(), mail.as_ref(), topic.as_deref());
        if outbox {
            configured.slack.get_or_insert_with(|| route::Slack::Token {
                channel: Some(OUTBOX_CHANNEL.to_owned()),
            });
            let recipients = configured.mail.get_or_insert_default();
            if recipients.is_empty() {
                recipients.push(OUTBOX_RECIPIENT.to_owned());
            }
        }
        Self {
            window: SignedDuration::from_mins(i64::try_from(minutes).unwrap_or(i64::MAX)),
            graphs: settings.switch(names::ALERT_GRAPHS, true),
            table: table(settings),
            places: Places::read(settings),
            routes: Routes::read(settings, &configured),
            silences: Silences::read(settings),
            quiet_hours: QuietHours::read(settings, &style.zone),
            style,
            slack,
            mail,
            topic,
        }
    }
}

fn configured(
    slack: Option<&SlackConfig>,
    mail: Option<&MailConfig>,
    topic: Option<&str>,
) -> Configured {
    Configured {
        slack: slack.map(|slack| match slack {
            SlackConfig::Bot { channel, .. } => route::Slack::Token {
                channel: channel.clone(),
            },
            SlackConfig::Webhook { .. } => route::Slack::Webhook,
        }),
        mail: mail.map(|mail| mail.recipients.iter().map(ToString::to_string).collect()),
        topic: topic.map(str::to_owned),
    }
}

fn table(settings: &mut Settings) -> Option<String> {
    let table = settings.text(names::ALERT_LEDGER_TABLE)?.to_owned();
    if !is_table(&table) {
        settings.refuse(
            names::ALERT_LEDGER_TABLE,
            "must be the name of a table, 3 to 255 letters, digits, `_`, `-` and `.`, or its ARN",
        );
    }
    Some(table)
}

/// Whether a text can be a table's name or ARN:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html>.
fn is_table(text: &str) -> bool {
    let name = match text.strip_prefix("arn:") {
        Some(arn) => arn.split_once(":table/").map_or("", |(_, name)| name),
        None => text,
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (3..=255).contains(&name.len()) && name.bytes().all(fits)
}

#[cfg(test)]
mod tests;
