//! The one shape that routing, the ledger and every channel understand. Every message can be read as a
//! notice.
//!
//! Texts in it are as they came; `render` escapes and cuts them for each channel.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shared::{
    hex,
    model::alert::{AlertStatus, AlertType, Channels},
};

mod failure_reason;
mod handling;
mod listed;
pub mod origin;
mod phrase;
mod quantity;
mod remark;
mod setting_problem;
mod template;

pub use failure_reason::{ChannelFault, FailureReason};
pub use handling::{HandledBy, Handling};
pub use listed::ListedIncident;
pub use origin::NoticeOrigin;
pub use phrase::{Advice, Phrase};
pub use quantity::Quantity;
pub use remark::{FactChange, Remark};
pub use setting_problem::{EntryFault, FaultKind, SettingFault, SettingProblem};

/// A message to deliver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Its severity. A resolution keeps the severity of its incident, if known.
    pub kind: AlertType,
    /// Whether an incident begins or ends; `None` for a single event.
    pub status: Option<AlertStatus>,
    /// One line: what happened, and where.
    pub title: Phrase,
    /// Sentences of ours, before the message of the sender.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Phrase>,
    /// The text, as its sender wrote it; may be empty.
    pub message: String,
    /// In what the title, the message and the advice are written.
    pub markup: Markup,
    /// The sender, for routes and silences: `bongsu`, `cloudwatch`, `aws.ecs`, `chatbot`, `text`,
    /// `json` and so on.
    pub source: String,
    /// The service concerned.
    pub service: Option<String>,
    /// The environment, account, region, alarm and tags.
    pub origin: NoticeOrigin,
    /// When it happened.
    pub occurred_at: Option<Timestamp>,
    /// Since when the incident lasts.
    pub since: Option<Timestamp>,
    /// Other facts, the most important first.
    pub facts: Vec<Fact>,
    /// What to do, the first thing first.
    pub advice: Vec<Phrase>,
    /// Links to more.
    pub links: Vec<AlertLink>,
    /// The metric concerned, for a graph.
    pub graph: Option<GraphSpec>,
    /// Suppresses the first OK of a new alarm: it is only sent if an alert was sent before.
    pub never_began: bool,
    /// The state that an alarm in ALARM was in before, by its sender's own words.
    pub previous_state: Option<PreviousState>,
    /// It says that there are no data: this neither ends an incident nor makes it milder.
    pub is_no_data: bool,
    /// Notices with the same key are about the same trouble.
    pub dedup_key: Option<String>,
    /// The id of the notice, if its sender gives one: two messages with the same identity are one notice.
    /// `None`: the id of the message counts.
    pub identity: Option<String>,
    /// The channels that its sender asks for.
    pub channels: Option<Channels>,
    /// Whom its route mentions on Slack, in mrkdwn: `<!here>`. Never from a sender.
    pub mentions: Vec<String>,
    /// What the team did about its incident.
    pub handling: Handling,
}

/// The largest number of facts of a notice.
pub const MOST_FACTS: usize = 30;

impl Notice {
    /// A notice with only a title: a warning.
    #[must_use]
    pub fn new(source: &str, title: Phrase) -> Self {
        Self {
            kind: AlertType::Warning,
            status: None,
            title,
            statements: Vec::new(),
            message: String::new(),
            markup: Markup::Plain,
            source: source.to_owned(),
            service: None,
            origin: NoticeOrigin::default(),
            occurred_at: None,
            since: None,
            facts: Vec::new(),
            advice: Vec::new(),
            links: Vec::new(),
            graph: None,
            never_began: false,
            previous_state: None,
            is_no_data: false,
            dedup_key: None,
            identity: None,
            channels: None,
            mentions: Vec::new(),
            handling: Handling::default(),
        }
    }

    /// True for a resolution.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.status == Some(AlertStatus::Resolved)
    }

    /// A short id of the incident, in 16 hexadecimal digits: the same for all notices with its key. It reveals
    /// nothing about them.
    #[must_use]
    pub fn incident_id(&self) -> String {
        let key = self.dedup_key.as_ref().or(self.identity.as_ref());
        let digest = match key {
            Some(key) => Sha256::digest(key),
            None => Sha256::digest(format!(
                "{} {:?} {:?}",
                self.source, self.title, self.occurred_at
            )),
        };
        hex::text(digest.iter().take(8))
    }

    /// Cuts the facts to [`MOST_FACTS`] without adjacent duplicates, and notes how many were cut.
    pub fn bound_facts(&mut self) {
        self.facts.dedup();
        if self.facts.len() > MOST_FACTS {
            let kept = MOST_FACTS - 1;
            let more = (self.facts.len() - kept) as f64;
            self.facts.truncate(kept);
            self.facts.push(Fact::number(FactName::More, more, None));
        }
    }
}

/// The state of an alarm before it went to ALARM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PreviousState {
    /// All was well: a new incident begins.
    Ok,
    /// There were no data: an incident may go on.
    NoData,
}

/// In what a text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Markup {
    /// Text: everything in it stands for itself.
    #[default]
    Plain,
    /// Slack's mrkdwn: `*bold*`, `<https://example.com|a link>`.
    Slack,
}

/// A named value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    /// What it is.
    pub name: FactName,
    /// Its value.
    pub value: FactValue,
}

impl Fact {
    /// A fact that is a text.
    #[must_use]
    pub fn text(name: FactName, text: &str) -> Self {
        let value = FactValue::Text(text.to_owned());
        Self { name, value }
    }

    /// A fact that is shown as code.
    #[must_use]
    pub fn code(name: FactName, text: &str) -> Self {
        let value = FactValue::Code(text.to_owned());
        Self { name, value }
    }

    /// A fact that is a number.
    #[must_use]
    pub fn number(name: FactName, value: f64, unit: Option<&str>) -> Self {
        let value = FactValue::Quantity(Quantity::new(value, unit));
        Self { name, value }
    }
}

/// The name of a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FactName {
    /// A name that its sender gave.
    Given(String),
    /// A name of ours, in both languages.
    Named {
        /// In English.
        english: String,
        /// In Korean.
        korean: String,
    },
    /// A measured field: `cpu.usage`.
    Measured(String),
    /// The measured value.
    Value,
    /// The threshold that was crossed.
    Threshold,
    /// The threshold that was crossed, with its direction.
    Limit(Comparison),
    /// The band of expected values of an anomaly alarm.
    Band,
    /// Who did it.
    Actor,
    /// From where: an address, a country, an organization.
    From,
    /// To which port.
    Port,
    /// Which call of an API.
    Call,
    /// The measured field, as its sender names it.
    Field,
    /// The reason that the sender gives.
    Reason,
    /// The metric.
    Metric,
    /// The dimensions of the metric.
    Dimensions,
    /// The period of one datapoint.
    Period,
    /// How many datapoints must cross the threshold, of how many.
    Periods,
    /// The evaluated time window.
    Window,
    /// The value an hour before.
    HourAgo,
    /// The value a day before.
    DayAgo,
    /// The previous and the new state.
    StateChange,
    /// The alarms of a composite alarm that are in ALARM.
    ActiveAlarms,
    /// A severity or state that Bongsu does not know.
    UnknownSeverity,
    /// The rule of a composite alarm.
    Rule,
    /// The AWS account.
    Account,
    /// The AWS region.
    Region,
    /// The resource concerned.
    Resource,
    /// The cluster.
    Cluster,
    /// A container and its exit.
    Container,
    /// The running version: a task definition, a deployment.
    Version,
    /// The state.
    State,
    /// The kind of event.
    EventKind,
    /// The environment of the service.
    Environment,
    /// Number of occurrences.
    Count,
    /// One real example.
    Example,
    /// The pattern of the errors.
    Pattern,
    /// Failed requests of requests.
    FailedRequests,
    /// Users with failed requests of users.
    AffectedUsers,
    /// The error that explains failed requests.
    Cause,
    /// The number of failed requests that it explains.
    FailedByCause,
    /// The value that is usual at this time.
    Usual,
    /// The user concerned.
    User,
    /// The client with the most requests.
    Client,
    /// The affected routes.
    Routes,
    /// What else is unusual.
    Also,
    /// The command that shows the log entries.
    Command,
    /// The id that connects log entries.
    CorrelationId,
    /// The subject of the message, if it differs from the title.
    Subject,
    /// The number of facts that were cut.
    More,
}

/// Which side of a threshold is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Comparison {
    /// Above it.
    Above,
    /// Above it, or at it.
    AtLeast,
    /// Below it.
    Below,
    /// Below it, or at it.
    AtMost,
    /// Outside of a band of expected values.
    Outside,
}

/// The value of a fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FactValue {
    /// A text as it came.
    Text(String),
    /// A text that is shown as code: an id, a pattern, JSON.
    Code(String),
    /// A number with its unit.
    Quantity(Quantity),
    /// Two numbers, the lower one first.
    Range(Quantity, Quantity),
    /// A moment.
    Time(Timestamp),
    /// A span of time.
    Span(Timestamp, Timestamp),
    /// A sentence of ours.
    Phrase(Phrase),
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertLink {
    /// Its label.
    pub name: LinkName,
    /// An `https:` or `http:` address; others are never made or passed on as links.
    pub url: String,
}

/// The label of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LinkName {
    /// A name that its sender gave.
    Given(String),
    /// The runbook.
    Runbook,
    /// The alarm.
    Alarm,
    /// The metric.
    Metric,
    /// The dashboard.
    Dashboard,
    /// The matching entries in Kibana or OpenSearch Dashboards.
    Logs,
    /// The matching entries in CloudWatch Logs Insights.
    LogsInsights,
    /// A page of an AWS console, or of the sender.
    Console,
}

/// The description of a graph that CloudWatch can render.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphSpec {
    /// The region of the metrics.
    pub region: String,
    /// The rows, as in `MetricWidget.metrics`.
    pub metrics: serde_json::Value,
    /// A horizontal line.
    pub threshold: Option<f64>,
    /// The title, and the alternative text.
    pub title: String,
}
