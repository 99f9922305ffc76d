//! What arrived, in the one shape that routing, the ledger and every channel understand. Whatever
//! the message was, it can be told as a notice.
//!
//! Texts in it come from outside and are as they came: it is for `render` to escape and to cut them
//! for where they go.

use jiff::Timestamp;
use shared::model::alert::{AlertStatus, AlertType, Channels};

mod phrase;
mod quantity;

pub use phrase::{Advice, Phrase};
pub use quantity::Quantity;

/// A message to tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// How bad it is. What is over keeps the severity that it had, where that is known.
    pub kind: AlertType,
    /// Whether it begins or ends; `None` for what simply happened.
    pub status: Option<AlertStatus>,
    /// One line: what, where, how bad.
    pub title: Phrase,
    /// The whole of it, as somebody wrote it; may be empty.
    pub message: String,
    /// In what the title, the message and the advice are written.
    pub markup: Markup,
    /// Who says so, for routes and silences: `bongsu`, `cloudwatch`, `aws.ecs`, `chatbot`, `text`,
    /// `json` and so on.
    pub source: String,
    /// The service that it is about.
    pub service: Option<String>,
    /// When it happened.
    pub occurred_at: Option<Timestamp>,
    /// Since when it has been so.
    pub since: Option<Timestamp>,
    /// What else is known, the most important first.
    pub facts: Vec<Fact>,
    /// What to do, the first thing first.
    pub advice: Vec<Phrase>,
    /// Where to look.
    pub links: Vec<AlertLink>,
    /// The metric that it is about, to draw.
    pub graph: Option<GraphSpec>,
    /// It says that all is well where nothing was ever wrong, as far as its sender knows: an alarm
    /// whose first data are good. Nobody is told, unless something was told of it before.
    pub never_began: bool,
    /// The state that an alarm in ALARM was in before, by its sender's own words.
    pub previous_state: Option<PreviousState>,
    /// It says that there are no data: this neither ends an incident nor makes it milder.
    pub is_no_data: bool,
    /// Notices with the same key are about the same trouble.
    pub dedup_key: Option<String>,
    /// Tells the same notice that was sent twice from another one, where the sender's own words can:
    /// two messages with the same identity are one. `None`: the message's id does.
    pub identity: Option<String>,
    /// Which channels its sender wants.
    pub channels: Option<Channels>,
}

/// The most facts that a notice has: more is not read.
pub const MOST_FACTS: usize = 30;

impl Notice {
    /// A notice of which no more is known than a title: something happened that somebody should look
    /// at.
    #[must_use]
    pub fn new(source: &str, title: Phrase) -> Self {
        Self {
            kind: AlertType::Warning,
            status: None,
            title,
            message: String::new(),
            markup: Markup::Plain,
            source: source.to_owned(),
            service: None,
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
        }
    }

    /// Whether it tells that something is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.status == Some(AlertStatus::Resolved)
    }

    /// Leaves no more facts than [`MOST_FACTS`], none twice in a row, and says how many were left
    /// out.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviousState {
    /// All was well: a new incident begins.
    Ok,
    /// There were no data: an incident may go on.
    NoData,
}

/// In what a text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Markup {
    /// Text: everything in it stands for itself.
    #[default]
    Plain,
    /// Slack's mrkdwn: `*bold*`, `<https://example.com|a link>`.
    Slack,
}

/// One thing that is known.
#[derive(Clone, Debug, PartialEq)]
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

    /// A fact that is shown letter by letter.
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

/// What a fact is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactName {
    /// A name that its sender gave.
    Given(String),
    /// The measured value.
    Value,
    /// The threshold that was crossed.
    Threshold,
    /// The threshold that was crossed, and on which side of it the trouble lies.
    Limit(Comparison),
    /// What was measured, in the words of who measured it.
    Field,
    /// Why, in the words of who noticed.
    Reason,
    /// Which metric.
    Metric,
    /// Of what it is a metric.
    Dimensions,
    /// How long one value is measured.
    Period,
    /// How many values must be beyond the threshold, of how many.
    Periods,
    /// The span of time that was looked at.
    Window,
    /// The state before and now.
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
    /// What is concerned.
    Resource,
    /// The cluster that it runs in.
    Cluster,
    /// A container, and how it ended.
    Container,
    /// What was running: a task definition, a version.
    Version,
    /// The state that it is in.
    State,
    /// What kind of event it is.
    EventKind,
    /// Which environment of the service.
    Environment,
    /// Number of occurrences.
    Count,
    /// One real case of it.
    Example,
    /// What all cases of it have in common.
    Pattern,
    /// What ties the log entries of one case together.
    CorrelationId,
    /// The subject that it was sent with, where that is not its title.
    Subject,
    /// How many more facts there are than are told.
    More,
}

/// On which side of a threshold the trouble lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq)]
pub enum FactValue {
    /// A text as it came.
    Text(String),
    /// A text that is shown letter by letter: an id, a pattern, a piece of JSON.
    Code(String),
    /// A number with its unit.
    Quantity(Quantity),
    /// A moment.
    Time(Timestamp),
    /// A span of time.
    Span(Timestamp, Timestamp),
}

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertLink {
    /// What is there.
    pub name: LinkName,
    /// An `https:` or `http:` address; others are never made or passed on as links.
    pub url: String,
}

/// What is behind a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkName {
    /// A name that its sender gave.
    Given(String),
    /// What to do about it.
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
    /// What AWS has to say about it: a console page.
    Console,
}

/// A picture that CloudWatch can draw.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphSpec {
    /// In which region the metrics are.
    pub region: String,
    /// The rows, as in `MetricWidget.metrics`.
    pub metrics: serde_json::Value,
    /// A horizontal line.
    pub threshold: Option<f64>,
    /// A name for the picture, and its text for those who do not see it.
    pub title: String,
}
