//! The content of a message, in the order in which an on-call engineer needs it: event, place, severity,
//! time, next steps, links, then everything else. Its texts are in the team's language, without invisible
//! characters; they are not yet escaped or cut.

use jiff::{SignedDuration, Timestamp};

use super::{
    Content, Locale,
    escape::{markdown, plain, slack},
    handling,
    labels::Labels,
    listed::{self, SummaryIncident},
    more::{SummaryLink, links},
    origin, time,
    tone::Tone,
    value::{BETWEEN, value_of},
};
use crate::notice::{Comparison, Fact, FactName, FactValue, Markup, Notice};

/// The content of a message.
#[derive(Debug)]
pub(super) struct MessageSummary {
    /// The severity.
    pub(super) tone: Tone,
    /// The word for that.
    pub(super) word: &'static str,
    /// The words of the layout.
    pub(super) labels: &'static Labels,
    /// The id of the incident.
    pub(super) incident: String,
    /// The title. Never empty.
    pub(super) title: String,
    /// The environment, the account and the region, where the title does not name them. May be empty.
    pub(super) origin_mark: String,
    /// Whom to mention on Slack, in mrkdwn. May be empty.
    pub(super) mentions: String,
    /// In what the title, the advice and the message are written.
    pub(super) markup: Markup,
    /// The service, where the title does not name it.
    pub(super) service: Option<String>,
    /// The service and its environment. May be empty.
    pub(super) location: String,
    /// The measured value.
    pub(super) value: Option<String>,
    /// The threshold.
    pub(super) threshold: Option<String>,
    /// Begin, duration and count. Never empty.
    pub(super) timing: String,
    /// The resolution and the duration.
    pub(super) over: Option<String>,
    /// The number of occurrences, if more than one.
    pub(super) count: Option<u64>,
    /// Next steps.
    pub(super) advice: Vec<String>,
    /// Links with safe addresses.
    pub(super) links: Vec<SummaryLink>,
    /// Other facts.
    pub(super) rows: Vec<SummaryFact>,
    /// One real example.
    pub(super) example: Option<String>,
    /// The text of the sender. May be empty.
    pub(super) message: String,
    /// The sender, the account and the region.
    pub(super) origin: String,
    /// What the team did about it.
    pub(super) handling: Vec<String>,
    /// True if somebody acknowledged it, or all of a list.
    pub(super) is_acknowledged: bool,
    /// The ids of the incidents that buttons are about.
    pub(super) handled: Vec<String>,
    /// True to show the buttons.
    pub(super) has_buttons: bool,
    /// The channel that failed.
    pub(super) instead: Option<String>,
    /// Why it comes now, or what changed.
    pub(super) remark: Option<String>,
    /// The title of the message that it replies to.
    pub(super) first_title: Option<String>,
    /// The incidents that it lists.
    pub(super) incidents: Vec<SummaryIncident>,
}

/// A fact.
#[derive(Debug)]
pub(super) struct SummaryFact {
    /// What it is.
    pub(super) name: String,
    /// Its value; may have lines. Never empty.
    pub(super) value: String,
    /// Whether it is shown letter by letter.
    pub(super) is_code: bool,
}

impl SummaryFact {
    /// Whether two of its kind have room beside each other.
    pub(super) fn is_short(&self) -> bool {
        self.value.chars().count() <= 40 && !self.value.contains('\n')
    }
}

impl MessageSummary {
    /// Puts in order what is sent, as text.
    pub(super) fn of(content: Content<'_>, style: &Locale) -> Self {
        let mut summary = Self::for_slack(content, style);
        if summary.markup == Markup::Slack {
            summary.markup = Markup::Plain;
            summary.title = markdown::text(&summary.title);
            summary.message = markdown::text(&summary.message);
            for advice in &mut summary.advice {
                *advice = markdown::text(advice);
            }
        }
        summary
    }

    /// Puts in order what is sent, with the markup that Slack understands.
    pub(super) fn for_slack(content: Content<'_>, style: &Locale) -> Self {
        let Content {
            notice, episode, ..
        } = content;
        let language = style.language;
        let labels = Labels::of(language);
        let is_over = notice.is_over() || episode.resolved.is_some();
        let tone = if is_over {
            Tone::Over
        } else {
            Tone::Bad(notice.kind)
        };
        let statements = notice.statements.iter();
        let statements: Vec<String> = statements.map(|it| language.phrase(it)).collect();
        let message = plain::lines(&[statements.join("\n"), notice.message.clone()].join("\n"));
        let title = [
            plain::line(&language.phrase(&notice.title)),
            first_line(&message),
        ]
        .into_iter()
        .find(|title| !title.is_empty())
        .unwrap_or_else(|| labels.untitled.to_owned());
        let service = notice.service.as_deref().map(plain::line);
        let one = |name: &FactName| find(notice, name).map(|fact| plain::line(&value(fact, style)));
        let over = is_over.then(|| {
            let length = EpisodeSpan::of(content).length(style);
            labels.over(length.as_deref())
        });
        let mut summary = Self {
            incident: notice.incident_id(),
            tone,
            origin_mark: origin::mark(notice, &title),
            mentions: if is_over {
                String::new()
            } else {
                notice.mentions.join(" ")
            },
            word: tone.word(language),
            markup: notice.markup,
            labels,
            location: joined([service.clone(), one(&FactName::Environment)]),
            service: service.filter(|service| {
                !service.is_empty() && !title.to_lowercase().contains(&service.to_lowercase())
            }),
            value: one(&FactName::Value),
            threshold: threshold(notice, style),
            timing: timing(content, style, over.as_deref()),
            over,
            count: Some(episode.count).filter(|count| *count > 1),
            advice: notice
                .advice
                .iter()
                .map(|phrase| plain::line(&language.phrase(phrase)))
                .filter(|advice| !advice.is_empty())
                .collect(),
            links: links(notice, style),
            rows: notice
                .facts
                .iter()
                .filter(|fact| !has_its_own_field(fact, notice))
                .filter_map(|fact| row(fact, style))
                .collect(),
            example: find(notice, &FactName::Example)
                .map(|fact| plain::lines(&value(fact, style)))
                .filter(|example| !example.is_empty()),
            origin: joined([
                Some(plain::line(&notice.source)),
                one(&FactName::Account),
                one(&FactName::Region),
            ]),
            handling: handling::lines(content, style),
            is_acknowledged: handling::is_acknowledged(content),
            handled: handling::incidents(content),
            has_buttons: notice.handling.has_buttons && !is_over,
            instead: content
                .instead_of
                .map(|channel| plain::line(language.channel(channel))),
            remark: content
                .remark
                .map(|remark| listed::remark(remark, style))
                .filter(|remark| !remark.is_empty()),
            first_title: content
                .first_title
                .map(|title| plain::line(&language.phrase(title)))
                .filter(|title| !title.is_empty()),
            incidents: listed::incidents(content, style),
            message,
            title,
        };
        // A message often begins with its title.
        if let Some(rest) = summary.message.strip_prefix(&summary.title)
            && (rest.is_empty() || rest.starts_with('\n'))
        {
            summary.message = rest.trim_start_matches('\n').to_owned();
        }
        summary
    }

    /// A text for Slack, in the markup that it has.
    pub(super) fn mrkdwn(&self, text: &str, most: usize) -> String {
        match self.markup {
            Markup::Plain => slack::text(text, most),
            Markup::Slack => markdown::mrkdwn(text, most),
        }
    }

    /// The first lines below the title: where, how bad, since when.
    pub(super) fn first_lines(&self) -> Vec<String> {
        [
            self.location.clone(),
            self.measure().unwrap_or_default(),
            self.timing.clone(),
            self.remark.clone().unwrap_or_default(),
        ]
        .into_iter()
        .filter(|line| !line.is_empty())
        .collect()
    }

    /// The measured value and its threshold.
    pub(super) fn measure(&self) -> Option<String> {
        let value = self.value.as_ref()?;
        Some(match self.against() {
            Some(against) => format!("{value} ({against})"),
            None => value.clone(),
        })
    }

    /// What the value was measured against.
    pub(super) fn against(&self) -> Option<String> {
        let threshold = self.threshold.as_ref()?;
        Some(format!("{} {threshold}", self.labels.threshold))
    }
}

/// When something began and when it was last seen, or ended.
struct EpisodeSpan {
    start: Timestamp,
    end: Timestamp,
}

impl EpisodeSpan {
    fn of(content: Content<'_>) -> Self {
        let Content {
            notice, episode, ..
        } = content;
        let start = notice
            .since
            .map_or(episode.first, |since| since.min(episode.first));
        let over = notice.is_over().then_some(notice.occurred_at).flatten();
        let end = episode.resolved.or(over).unwrap_or(episode.last);
        Self {
            start,
            end: end.max(start),
        }
    }

    /// How long it was, if it was.
    fn length(&self, style: &Locale) -> Option<String> {
        let length = self.end.duration_since(self.start);
        (length >= SignedDuration::from_secs(1)).then(|| style.language.duration(length))
    }
}

fn timing(content: Content<'_>, style: &Locale, over: Option<&str>) -> String {
    let Content {
        notice, episode, ..
    } = content;
    let labels = Labels::of(style.language);
    let span = EpisodeSpan::of(content);
    let length = span.length(style);
    let start = time::moment(span.start, style);
    let is_repeated = episode.count > 1;
    let times = is_repeated.then(|| labels.times(episode.count));
    if let Some(over) = over {
        let span = match length {
            Some(_) => labels.span(&start, &time::beside(span.end, span.start, &style.zone)),
            None => start,
        };
        return joined([Some(over.to_owned()), Some(span), times]);
    }
    let goes_on = notice.status.is_some() || notice.since.is_some() || is_repeated;
    if !goes_on {
        return start;
    }
    let last =
        is_repeated.then(|| labels.last(&time::beside(episode.last, span.start, &style.zone)));
    joined([Some(labels.since(&start, length.as_deref())), times, last])
}

/// True for facts that have a field of their own in the summary.
fn has_its_own_field(fact: &Fact, notice: &Notice) -> bool {
    match fact.name {
        FactName::Value
        | FactName::Environment
        | FactName::Account
        | FactName::Region
        | FactName::Example => is_first(fact, notice),
        // Without a value there is nothing that it stands beside.
        FactName::Threshold | FactName::Limit(_) => {
            let is_shown = limit(notice).is_some_and(|limit| std::ptr::eq(limit, fact));
            is_shown && find(notice, &FactName::Value).is_some()
        }
        _ => false,
    }
}

fn is_first(fact: &Fact, notice: &Notice) -> bool {
    find(notice, &fact.name).is_some_and(|first| std::ptr::eq(first, fact))
}

fn find<'a>(notice: &'a Notice, name: &FactName) -> Option<&'a Fact> {
    notice.facts.iter().find(|fact| fact.name == *name)
}

/// The first threshold, of whichever kind.
fn limit(notice: &Notice) -> Option<&Fact> {
    let is_limit = |name: &FactName| matches!(name, FactName::Threshold | FactName::Limit(_));
    notice.facts.iter().find(|fact| is_limit(&fact.name))
}

/// The threshold and the side of it on which the trouble lies: `> 80%`.
fn threshold(notice: &Notice, style: &Locale) -> Option<String> {
    let limit = limit(notice)?;
    let value = plain::line(&value(limit, style));
    let sign = match limit.name {
        FactName::Limit(Comparison::Above) => "> ",
        FactName::Limit(Comparison::AtLeast) => "≥ ",
        FactName::Limit(Comparison::Below) => "< ",
        FactName::Limit(Comparison::AtMost) => "≤ ",
        _ => "",
    };
    (!value.is_empty()).then(|| format!("{sign}{value}"))
}

fn row(fact: &Fact, style: &Locale) -> Option<SummaryFact> {
    let value = plain::lines(&value(fact, style));
    (!value.trim().is_empty()).then(|| SummaryFact {
        name: plain::line(&style.language.fact_name(&fact.name)),
        value,
        is_code: matches!(fact.value, FactValue::Code(_)),
    })
}

fn value(fact: &Fact, style: &Locale) -> String {
    value_of(&fact.value, style)
}

fn first_line(message: &str) -> String {
    plain::line(message.lines().next().unwrap_or_default())
}

fn joined<const COUNT: usize>(parts: [Option<String>; COUNT]) -> String {
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(BETWEEN)
}
