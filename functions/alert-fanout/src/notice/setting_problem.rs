//! An invalid setting that is not applied. Each fault has one row with its words in both languages.

use serde::{Deserialize, Serialize, de};

use super::template::{self, Sentence, sentence};
use crate::language::Language;

/// An invalid setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingProblem {
    /// Its name.
    pub name: String,
    /// Its value for messages; `None` if it is not set.
    pub value: Option<String>,
    /// What is wrong.
    pub faults: Vec<EntryFault>,
}

/// A fault of a setting, or of one entry of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryFault {
    /// The entry, counted from 1; `None` for the setting as a whole.
    pub entry: Option<usize>,
    /// What is wrong.
    pub fault: SettingFault,
    /// An entry that is right.
    pub example: Option<String>,
}

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingFault {
    /// The kind.
    pub kind: FaultKind,
    /// The wrong value, or the name of what is wrong; may be empty.
    pub what: String,
}

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// Only the words of the parser are known.
    Parser,
    /// No JSON array, by the words of the parser.
    NotAnArray,
    /// A part is missing.
    MissingField,
    /// A part that does not exist.
    UnknownField,
    /// A value that does not exist.
    UnknownValue,
    /// A list is empty.
    EmptyList,
    /// A pattern is empty.
    EmptyPattern,
    /// A value is no text.
    NotAText,
    /// A silence without conditions.
    NamesNoAlerts,
    /// A silence that ends before it begins.
    EndsBeforeBegin,
    /// A silence without a reason.
    NoReason,
    /// No time of day.
    NotATime,
    /// No time zone, in an entry.
    NotAZone,
    /// Quiet hours without a length.
    NoLength,
    /// Quiet hours for critical alerts.
    QuietCritical,
    /// A route without channels.
    NoChannels,
    /// No ARN of a topic.
    NotATopic,
    /// No channel of Slack.
    NotASlackChannel,
    /// No mail address.
    NotAnAddress,
    /// No mention.
    NotAMention,
    /// No time to repeat after.
    NotARepeat,
    /// Mentions without Slack.
    MentionsNeedSlack,
    /// A channel of Slack without a token.
    ChannelNeedsToken,
    /// A channel of Slack beside a webhook.
    ChannelBesideWebhook,
    /// Recipients without a sender.
    RecipientsNeedSender,
    /// The channel `slack` without Slack.
    SlackMissing,
    /// The channel `email` without mail.
    EmailMissing,
    /// The channel `sns` without a topic.
    SnsMissing,
    /// No account with a name.
    NotAnAlias,
    /// No language.
    NotALanguage,
    /// No time zone, as the only value.
    NotTheZone,
}

/// The words of each kind. `{what}` stands for what is wrong.
#[rustfmt::skip]
const WORDS: &[Sentence<FaultKind>] = &[
    sentence(FaultKind::Parser, "{what}", "읽을 수 없음(원문 “{what}”)"),
    sentence(FaultKind::NotAnArray, "must be a JSON array: {what}", "JSON 배열이어야 함(원문 “{what}”)"),
    sentence(FaultKind::MissingField, "\"{what}\" is missing", "필수 항목 \"{what}\" 누락"),
    sentence(FaultKind::UnknownField, "\"{what}\" does not exist", "없는 항목 \"{what}\""),
    sentence(FaultKind::UnknownValue, "there is no value \"{what}\"", "없는 값 \"{what}\""),
    sentence(FaultKind::EmptyList, "\"{what}\" is empty; leave it out", "\"{what}\" 목록이 비어 있음. 필요 없으면 삭제하세요."),
    sentence(FaultKind::EmptyPattern, "a pattern is empty; \"*\" is anything", "패턴이 비어 있음. 전체는 \"*\"로 지정하세요."),
    sentence(FaultKind::NotAText, "{what} is not a text", "문자열이 아닌 값 \"{what}\""),
    sentence(FaultKind::NamesNoAlerts, "names no alerts; \"title\": \"*\" is all of them", "음소거 대상이 없음. 전체는 \"title\": \"*\"로 지정하세요."),
    sentence(FaultKind::EndsBeforeBegin, "ends before it begins", "종료 시각이 시작 시각보다 빠름"),
    sentence(FaultKind::NoReason, "has no reason", "사유(\"reason\")가 없음"),
    sentence(FaultKind::NotATime, "{what} is no time of day such as 22:00", "{what}: 22:00 형식의 시각이 아님"),
    sentence(FaultKind::NotAZone, "{what} is no time zone such as Asia/Seoul", "{what}: 없는 시간대. 예: Asia/Seoul"),
    sentence(FaultKind::NoLength, "begins and ends at the same time", "시작 시각과 종료 시각이 같음"),
    sentence(FaultKind::QuietCritical, "quiet hours never hold critical alerts; a silence may", "방해 금지 시간에도 심각 알림은 보류하지 않음. 필요하면 음소거를 사용하세요."),
    sentence(FaultKind::NoChannels, "\"channels\" is empty; use ALERT_SILENCES to mute alerts", "\"channels\" 목록이 비어 있음. 알림을 끄려면 ALERT_SILENCES를 사용하세요."),
    sentence(FaultKind::NotATopic, "{what} is no ARN of a topic", "{what}: SNS 토픽 ARN이 아님"),
    sentence(FaultKind::NotASlackChannel, "{what} is no channel of Slack", "{what}: Slack 채널 이름이나 ID가 아님"),
    sentence(FaultKind::NotAnAddress, "{what} is no address of mail", "{what}: 메일 주소가 아님"),
    sentence(FaultKind::NotAMention, "{what} is no mention; use @here, @channel, <!subteam^S0123456789> or <@U0123456789>", "{what}: 멘션 형식이 아님. 예: @here, @channel, <!subteam^S0123456789>, <@U0123456789>"),
    sentence(FaultKind::NotARepeat, "\"repeat\" is {what}; it must be a time from 5m to 7d, such as 30m or 2h, or never", "\"repeat\" 값 {what}: 5m~7d 범위의 시간(예: 30m, 2h)이나 never만 가능"),
    sentence(FaultKind::MentionsNeedSlack, "\"mentions\" need SLACK_TOKEN or SLACK_WEBHOOK_URL", "\"mentions\"에는 SLACK_TOKEN 또는 SLACK_WEBHOOK_URL 설정이 필요함"),
    sentence(FaultKind::ChannelNeedsToken, "\"slackChannel\" needs SLACK_TOKEN", "\"slackChannel\"에는 SLACK_TOKEN 설정이 필요함"),
    sentence(FaultKind::ChannelBesideWebhook, "\"slackChannel\" needs SLACK_TOKEN: a webhook has its own channel", "\"slackChannel\"에는 SLACK_TOKEN 설정이 필요함(웹훅은 채널이 정해져 있음)"),
    sentence(FaultKind::RecipientsNeedSender, "\"recipients\" need ALERT_EMAIL_SENDER", "\"recipients\"에는 ALERT_EMAIL_SENDER 설정이 필요함"),
    sentence(FaultKind::SlackMissing, "\"slack\" needs SLACK_WEBHOOK_URL, or SLACK_TOKEN and a channel", "\"slack\"에는 SLACK_WEBHOOK_URL, 또는 SLACK_TOKEN과 채널 설정이 필요함"),
    sentence(FaultKind::EmailMissing, "\"email\" needs ALERT_EMAIL_SENDER, and recipients", "\"email\"에는 ALERT_EMAIL_SENDER와 수신자 설정이 필요함"),
    sentence(FaultKind::SnsMissing, "\"sns\" needs SNS_TOPIC_ARN", "\"sns\"에는 SNS_TOPIC_ARN 설정이 필요함"),
    sentence(FaultKind::NotAnAlias, "{what} is not an account's id of 12 digits and its name, such as 123456789012=prod", "{what}: 12자리 계정 ID와 이름이 아님. 예: 123456789012=prod"),
    sentence(FaultKind::NotALanguage, "must be en or ko", "en 또는 ko만 가능"),
    sentence(FaultKind::NotTheZone, "must be the name of a time zone, such as Asia/Seoul or UTC", "시간대 이름이어야 함. 예: Asia/Seoul, UTC"),
];

/// What the parser says of a form that is wrong, with the name of the part between backticks:
/// <https://docs.rs/serde/latest/serde/de/trait.Error.html>.
const PARSER: [(&str, FaultKind); 3] = [
    ("missing field `", FaultKind::MissingField),
    ("unknown field `", FaultKind::UnknownField),
    ("unknown variant `", FaultKind::UnknownValue),
];

impl SettingFault {
    /// A fault without a value.
    #[must_use]
    pub fn of(kind: FaultKind) -> Self {
        Self::new(kind, "")
    }

    /// A fault.
    #[must_use]
    pub fn new(kind: FaultKind, what: &str) -> Self {
        Self {
            kind,
            what: what.to_owned(),
        }
    }

    /// The fault as the error of a parser; [`Self::parsed`] reads it.
    #[must_use]
    pub fn into_error<E: de::Error>(self) -> E {
        E::custom(serde_json::to_string(&self).unwrap_or_default())
    }

    /// The fault in the error of a parser.
    #[must_use]
    pub fn parsed(error: &serde_json::Error) -> Self {
        let error = error.to_string();
        if let Ok(fault) = serde_json::from_str(&error) {
            return fault;
        }
        let known = PARSER.iter().find_map(|(beginning, kind)| {
            let (name, _) = error.strip_prefix(beginning)?.split_once('`')?;
            Some(Self::new(*kind, name))
        });
        known.unwrap_or_else(|| Self::new(FaultKind::Parser, &error))
    }

    /// The fault for people.
    #[must_use]
    pub fn in_language(&self, language: Language) -> String {
        let template = template::find(WORDS, self.kind, language);
        template::fill(template.unwrap_or("{what}"), &[("what", &self.what)])
    }
}

impl EntryFault {
    /// A fault of the setting as a whole.
    #[must_use]
    pub fn whole(fault: SettingFault) -> Self {
        Self {
            entry: None,
            fault,
            example: None,
        }
    }

    fn in_language(&self, language: Language) -> String {
        let fault = self.fault.in_language(language);
        let example = self.example.as_deref();
        match language {
            Language::English => {
                let entry = self.entry.map(|entry| format!("entry {entry}: "));
                let example = example.map(|example| format!("; right would be {example}"));
                [
                    entry.unwrap_or_default(),
                    fault,
                    example.unwrap_or_default(),
                ]
                .concat()
            }
            Language::Korean => {
                let entry = self.entry.map(|entry| format!("{entry}번째 항목: "));
                let example = example.map(|example| format!(" (올바른 예: {example})"));
                [
                    entry.unwrap_or_default(),
                    fault,
                    example.unwrap_or_default(),
                ]
                .concat()
            }
        }
    }
}

impl SettingProblem {
    /// What is wrong, without the name and the value.
    #[must_use]
    pub fn reason(&self, language: Language) -> String {
        let faults = self.faults.iter().map(|fault| fault.in_language(language));
        faults.collect::<Vec<_>>().join("; ")
    }

    /// The problem for people.
    #[must_use]
    pub fn in_language(&self, language: Language) -> String {
        let Self { name, value, .. } = self;
        let value = value.as_ref().map(|value| format!("={value}"));
        let reason = self.reason(language);
        format!("{name}{}: {reason}", value.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::{EntryFault, FaultKind, SettingFault, SettingProblem, WORDS};
    use crate::language::Language;

    #[test]
    fn every_fault_has_its_words_in_both_languages() {
        let mut shown = Vec::new();
        for row in WORDS {
            let fault = SettingFault::new(row.about, "\"a\"");
            for language in [Language::English, Language::Korean] {
                shown.push(fault.in_language(language));
            }
        }
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn a_fault_in_korean_has_no_english_besides_names_and_values() {
        // Names of settings and their values, and of products.
        const NAMES: &[&str] = &[
            "JSON",
            "SNS",
            "ARN",
            "ID",
            "Slack",
            "Asia/Seoul",
            "UTC",
            "@here",
            "@channel",
            "<!subteam^S0123456789>",
            "<@U0123456789>",
            "5m~7d",
            "30m",
            "2h",
            "never",
            "en",
            "ko",
            "=prod",
        ];
        for row in WORDS {
            let text = SettingFault::new(row.about, "").in_language(Language::Korean);
            let mut rest = text.clone();
            // Quoted names and values.
            while let Some((before, after)) = rest.split_once('"') {
                let after = after.split_once('"').map_or("", |(_, after)| after);
                rest = format!("{before}{after}");
            }
            for name in shared::env::names::ALL.iter().chain(NAMES) {
                rest = rest.replace(name, "");
            }
            let left: String = rest.chars().filter(char::is_ascii_alphabetic).collect();
            assert_eq!(left, "", "{text}");
        }
    }

    #[test]
    fn a_problem_names_the_setting_the_value_and_the_entry() {
        let problem = SettingProblem {
            name: "ALERT_SILENCES".to_owned(),
            value: Some("[{}]".to_owned()),
            faults: vec![EntryFault {
                entry: Some(1),
                fault: SettingFault::new(FaultKind::MissingField, "until"),
                example: Some("{…}".to_owned()),
            }],
        };
        assert_eq!(
            problem.in_language(Language::English),
            "ALERT_SILENCES=[{}]: entry 1: \"until\" is missing; right would be {…}"
        );
        assert_eq!(
            problem.in_language(Language::Korean),
            "ALERT_SILENCES=[{}]: 1번째 항목: 필수 항목 \"until\" 누락 (올바른 예: {…})"
        );
    }
}
