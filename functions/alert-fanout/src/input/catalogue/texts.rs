//! Plain texts: those that AWS's services write as lines of `Key='value'` or `Key: value`, and those
//! that begin with a tag such as `[CRITICAL]` or `RESOLVED:`.

use serde_json::{Map, Value};
use shared::model::alert::{AlertStatus, AlertType};

use super::{
    Advice, Any, Has, Is, NOTHING, Sender, SeverityRule, Text, Word, of_rows,
    severity::{self, of_text},
};
use crate::notice::{Fact, FactName, Notice, Phrase};

pub(super) const ROWS: &[Sender] = &[
    Sender {
        conditions: &[
            Has("/StackName"),
            Is("/ResourceType", &["AWS::CloudFormation::Stack"]),
        ],
        title: &["CloudFormation {/StackName}: {/ResourceStatus}"],
        ..CLOUDFORMATION
    },
    CLOUDFORMATION,
    NAGIOS,
    super::checks::ZABBIX,
    // https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.sns.html
    Sender {
        source: "aws.elasticbeanstalk",
        conditions: &[
            Has("/Environment"),
            Has("/Message"),
            Any(&["/Application", "/Environment URL"]),
        ],
        severity: &[
            Text(
                "/Message",
                &[
                    ("to severe", super::CRITICAL),
                    ("to degraded", super::ERROR),
                    ("to warning", super::WARNING),
                    ("to ok", super::INFO),
                ],
            ),
            Word("/Message"),
        ],
        title: &["Elastic Beanstalk {/Environment}: {/Message}"],
        at: &["/Timestamp"],
        given: &[("application", "/Application"), ("requestId", "/RequestId")],
        ..NOTHING
    },
];

/// Nagios and its relatives write mails of lines:
/// <https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/notifications.html>.
const NAGIOS: Sender = Sender {
    source: "nagios",
    conditions: &[Has("/Notification Type"), Has("/State")],
    severity: &[
        SeverityRule::Value("/State", &[("DOWN", super::CRITICAL), ("UP", super::INFO)]),
        Word("/State"),
    ],
    status: &[(
        "/Notification Type",
        &["PROBLEM", "ACKNOWLEDGEMENT"],
        &["RECOVERY"],
    )],
    title: &[
        "{/Service} on {/Host}: {/State} ¦ {/Host} {/Service}: {/State|state}",
        "{/Host}: {/State}",
        "{/State}",
    ],
    message: &["/Additional Info", "/Info"],
    given: &[("address", "/Address")],
    alarm: &["/Service", "/Host"],
    key: &["nagios/{/Host}/{/Service}", "nagios/{/Host}"],
    advice: Advice::ReadMetric,
    ..NOTHING
};

/// An event of a stack:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-notifications.html>.
const CLOUDFORMATION: Sender = Sender {
    source: "aws.cloudformation",
    conditions: &[Has("/StackName"), Has("/ResourceStatus")],
    severity: &[Word("/ResourceStatus")],
    title: &["CloudFormation {/StackName}: {/LogicalResourceId} {/ResourceStatus}"],
    message: &["/ResourceStatusReason"],
    at: &["/Timestamp"],
    given: &[
        ("stack", "/StackId"),
        ("resourceType", "/ResourceType"),
        ("reason", "/ResourceStatusReason"),
    ],
    advice: Advice::CheckDeployment,
    ..NOTHING
};

/// The notice of a text of which every line has a key, if the catalogue has its sender.
pub(in crate::input) fn of_lines(text: &str) -> Option<Notice> {
    let mut object = Map::new();
    for line in text.lines().take(MOST_LINES) {
        let Some((key, value)) = line.split_once(['=', ':']) else {
            continue;
        };
        let value = value.trim().trim_matches('\'');
        object
            .entry(key.trim())
            .or_insert_with(|| Value::String(value.to_owned()));
    }
    of_rows(ROWS.iter(), &Value::Object(object))
}

/// The most lines that are read for keys.
const MOST_LINES: usize = 50;

/// AWS Backup writes sentences: <https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-notifications.html>.
pub(in crate::input) fn read_backup(notice: &mut Notice, text: &str) {
    let sentence = text.split_inclusive(". ").next().unwrap_or_default().trim();
    let resource = text.split_once("Resource ARN").and_then(|(_, rest)| {
        let rest = rest.trim_start_matches([' ', ':']);
        let arn = rest.split_whitespace().next()?.trim_end_matches(['.', ',']);
        (!arn.is_empty()).then_some(arn)
    });
    notice.title = Phrase::Text(match resource {
        Some(arn) => format!("Backup {}: {sentence}", super::arn::name(arn)),
        None => sentence.to_owned(),
    });
    if let Some(arn) = resource {
        notice.facts.push(Fact::code(FactName::Resource, arn));
    }
    "aws.backup".clone_into(&mut notice.source);
    match of_text(sentence) {
        Some(kind) => notice.kind = kind,
        None => super::unknown_severity(notice, None),
    }
    let advice = if notice.kind == AlertType::Info {
        Advice::WatchOn
    } else {
        Advice::RepeatBackup
    };
    notice.advice.push(Phrase::Advice(advice));
}

/// Reads how bad a sentence is. One without a clear word stays a warning.
pub(in crate::input) fn read_sentence(notice: &mut Notice) {
    let Phrase::Text(title) = &notice.title else {
        return;
    };
    let text = format!("{title}\n{}", notice.message);
    if let Some(kind) = severity::of_sentence(&text) {
        notice.kind = kind;
    }
}

/// Words that begin and end what a tag is about.
const FIRING: [&str; 5] = ["FIRING", "PROBLEM", "TRIGGERED", "ALARM", "ALERT"];
const OVER: [&str; 7] = [
    "RESOLVED",
    "RECOVERED",
    "RECOVERY",
    "OK",
    "CLOSED",
    "CLEARED",
    "FIXED",
];

/// The same in Korean, where an ending may follow: 해소됨.
const FIRING_IN_KOREAN: [&str; 2] = ["발생", "경보"];
const OVER_IN_KOREAN: [&str; 5] = ["해소", "해제", "복구", "해결", "정상"];

/// Reads the tags before a title, and takes away those that were understood.
/// Returns whether there were any.
pub(in crate::input) fn read_tags(notice: &mut Notice) -> bool {
    let Phrase::Text(title) = &notice.title else {
        return false;
    };
    let sign = sign(title);
    let (mut kind, mut status) = sign.map_or((None, None), |(_, kind, status)| (kind, status));
    let mut rest = title.as_str();
    while let Some((tag, after)) = tag(rest) {
        let word = tag.split(|letter: char| !letter.is_alphabetic()).next();
        let word = word.unwrap_or_default().to_uppercase();
        let begins = |words: &[&str]| words.iter().any(|begin| word.starts_with(begin));
        if OVER.contains(&word.as_str()) || begins(&OVER_IN_KOREAN) {
            status = status.or(Some(AlertStatus::Resolved));
        } else if FIRING.contains(&word.as_str()) || begins(&FIRING_IN_KOREAN) {
            status = status.or(Some(AlertStatus::Firing));
        } else if let Some(severity) = severity::of_text(tag) {
            kind = kind.max(Some(severity));
        } else {
            break;
        }
        rest = after;
    }
    if let Some((after, ..)) = sign
        && rest.len() == title.len()
    {
        rest = after;
    }
    if rest.len() == title.len() || !super::json::says_something(rest) {
        return false;
    }
    notice.kind = match (kind, status) {
        (Some(kind), _) => kind,
        (None, Some(AlertStatus::Resolved)) => AlertType::Info,
        (None, _) => AlertType::Error,
    };
    notice.status = status;
    let title = rest.to_owned();
    if status.is_some() {
        notice.dedup_key = Some(format!("text/{title}"));
    }
    notice.title = Phrase::Text(title);
    true
}

/// Signs before a text, and what they say.
const SIGNS: &[(&str, Option<AlertType>, Option<AlertStatus>)] = &[
    ("🔴", Some(AlertType::Error), Some(AlertStatus::Firing)),
    ("🚨", Some(AlertType::Error), None),
    ("🔥", Some(AlertType::Error), None),
    ("❌", Some(AlertType::Error), None),
    ("🟠", Some(AlertType::Warning), Some(AlertStatus::Firing)),
    ("🟡", Some(AlertType::Warning), Some(AlertStatus::Firing)),
    ("⚠", Some(AlertType::Warning), None),
    ("🟢", None, Some(AlertStatus::Resolved)),
    ("✅", None, Some(AlertStatus::Resolved)),
    (
        ":red_circle:",
        Some(AlertType::Error),
        Some(AlertStatus::Firing),
    ),
    (":rotating_light:", Some(AlertType::Error), None),
    (":fire:", Some(AlertType::Error), None),
    (":x:", Some(AlertType::Error), None),
    (":warning:", Some(AlertType::Warning), None),
    (":large_green_circle:", None, Some(AlertStatus::Resolved)),
    (":white_check_mark:", None, Some(AlertStatus::Resolved)),
];

/// What the sign before a text says, and the text after it.
fn sign(text: &str) -> Option<(&str, Option<AlertType>, Option<AlertStatus>)> {
    let (sign, kind, status) = SIGNS.iter().find(|(sign, ..)| text.starts_with(sign))?;
    let rest = text.strip_prefix(sign)?;
    let rest =
        rest.trim_start_matches(|letter: char| letter == '\u{fe0f}' || letter.is_whitespace());
    Some((rest, *kind, *status))
}

/// A tag before a text, and the rest: `[FIRING:2] rest`, `CRITICAL: rest`, `P0 - rest`, also after signs
/// such as `🚨`, `:rotating_light:` and `*`.
fn tag(text: &str) -> Option<(&str, &str)> {
    let text = without_signs(text);
    if let Some(rest) = text.strip_prefix('[') {
        let (tag, rest) = rest.split_once(']')?;
        return Some((tag, rest.trim_start_matches([':', '-', '*', ' '])));
    }
    let end = text.find(|letter: char| !letter.is_alphanumeric())?;
    let (tag, rest) = text.split_at_checked(end)?;
    let bold = rest.trim_start_matches('*');
    let rest = if bold.len() < rest.len() && bold.starts_with(' ') {
        bold
    } else {
        let separators = [":", "：", " - ", " – ", " | "];
        separators.iter().find_map(|it| bold.strip_prefix(it))?
    };
    let rest = rest.trim_start_matches(['*', ' ']);
    (!tag.is_empty()).then_some((tag, rest))
}

/// A text without what decorates its beginning.
fn without_signs(text: &str) -> &str {
    let mut text = text;
    loop {
        text = text.trim_start_matches(|letter: char| {
            !letter.is_alphanumeric() && !matches!(letter, '[' | ':' | '(' | '<' | '"' | '#' | '@')
        });
        // `:rotating_light:`
        let sign = text.strip_prefix(':').and_then(|rest| rest.split_once(':'));
        match sign {
            Some((name, rest)) if is_sign(name) => text = rest,
            _ => return text,
        }
    }
}

fn is_sign(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+".contains(&byte);
    !name.is_empty() && name.bytes().all(fits)
}
