//! Why a channel does not accept a message: a cause, and the words of the other side. Each cause has one
//! row with its words in both languages; what a server said is only quoted.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::template::{self, Sentence, sentence};
use crate::language::Language;

/// Why a channel does not accept a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "StoredReason")]
pub struct FailureReason {
    /// The cause.
    pub cause: ChannelFault,
    /// The name of the other side: `Slack`, `smtp.example.com`. Empty if the cause does not need it.
    pub server: String,
    /// The words of the other side, or of the library that called it; may be empty.
    pub said: String,
    /// The number of tries.
    pub tries: u32,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChannelFault {
    /// Only the words of the other side are known.
    Other,
    /// Slack refuses the token.
    SlackToken,
    /// Slack knows no such channel, or the app may not see it.
    SlackChannel,
    /// The app is not in the channel.
    SlackNotInChannel,
    /// The channel is archived.
    SlackArchived,
    /// The app lacks a scope, which `said` names.
    SlackScope,
    /// Slack refuses the call with another code.
    SlackCode,
    /// The incoming webhook does not exist any more.
    WebhookGone,
    /// The channel of the incoming webhook does not exist any more.
    WebhookChannel,
    /// An administrator does not let the webhook post.
    WebhookProhibited,
    /// The user that the webhook writes to does not exist any more.
    WebhookUser,
    /// The server answered with another status, which `said` begins with.
    Status,
    /// Too many requests.
    TooManyRequests,
    /// There is no connection.
    Unreachable,
    /// The request was sent and the answer was lost.
    AnswerLost,
    /// There was no answer in time.
    NoAnswer,
    /// The mail server did not confirm that it has the mail.
    NotConfirmed,
    /// The mail server refuses the mail, or the connection to it fails.
    MailServer,
    /// The mail server refuses the recipients.
    Recipients,
    /// The mail cannot be built.
    MailNotBuilt,
    /// AWS refuses the call, or does not answer it.
    Aws,
    /// The message came through the topic that it would be published to.
    SameTopic,
    /// The message came through too many topics.
    ManyTopics,
    /// The time of the invocation is over.
    NoTime,
    /// Another invocation sends to the target.
    OtherRun,
    /// The channel panicked.
    Panic,
}

/// The words of each cause. `{server}` and `{said}` stand for the values; a part in `[` and `]` is left out if
/// nothing was said.
#[rustfmt::skip]
const WORDS: &[Sentence<ChannelFault>] = &[
    sentence(ChannelFault::Other, "{said}", "전송 실패[(원문 “{said}”)]"),
    sentence(ChannelFault::SlackToken, "Slack says {said}: check SLACK_TOKEN", "Slack 토큰을 사용할 수 없음(Slack 응답 “{said}”). SLACK_TOKEN을 확인하세요."),
    sentence(ChannelFault::SlackChannel, "Slack says {said}: check SLACK_CHANNEL and the routes; into a private channel the app must be invited", "Slack 채널을 찾을 수 없음(Slack 응답 “{said}”). SLACK_CHANNEL과 라우팅 설정을 확인하고, 비공개 채널이면 앱을 초대하세요."),
    sentence(ChannelFault::SlackNotInChannel, "Slack says {said}: invite the app into the channel", "앱이 Slack 채널에 참여하지 않음(Slack 응답 “{said}”). 채널에 앱을 초대하세요."),
    sentence(ChannelFault::SlackArchived, "Slack says {said}: take the channel out of the archive, or set another one", "보관된 Slack 채널임(Slack 응답 “{said}”). 채널 보관을 해제하거나 다른 채널로 설정하세요."),
    sentence(ChannelFault::SlackScope, "Slack says missing_scope: give the app the scope {said}", "Slack 앱에 권한이 없음(Slack 응답 “missing_scope”). 앱에 “{said}” 권한을 추가하세요."),
    sentence(ChannelFault::SlackCode, "Slack says {said}", "Slack이 메시지를 거부함(Slack 응답 “{said}”)"),
    sentence(ChannelFault::WebhookGone, "Slack answered {said}; the webhook is not there any more: make a new one and set SLACK_WEBHOOK_URL", "Slack 웹훅이 삭제됨(Slack 응답 “{said}”). 새 웹훅을 만들어 SLACK_WEBHOOK_URL에 설정하세요."),
    sentence(ChannelFault::WebhookChannel, "Slack answered {said}; the channel of the webhook is gone", "Slack 웹훅의 채널이 없어짐(Slack 응답 “{said}”)"),
    sentence(ChannelFault::WebhookProhibited, "Slack answered {said}; an administrator does not let the webhook post there", "관리자가 Slack 웹훅의 게시를 막음(Slack 응답 “{said}”)"),
    sentence(ChannelFault::WebhookUser, "Slack answered {said}; the user that the webhook writes to is gone", "Slack 웹훅의 수신 사용자가 없어짐(Slack 응답 “{said}”)"),
    sentence(ChannelFault::Status, "{server} answered {said}", "{server} 오류 응답[ “{said}”]"),
    sentence(ChannelFault::TooManyRequests, "{server} has had too many requests", "{server} 요청 한도 초과"),
    sentence(ChannelFault::Unreachable, "no way to {server}: {said}", "{server}에 연결할 수 없음[(원문 “{said}”)]"),
    sentence(ChannelFault::AnswerLost, "{server}'s answer was lost: {said}", "{server} 응답이 끊겨 전송 여부를 알 수 없음[(원문 “{said}”)]"),
    sentence(ChannelFault::NoAnswer, "{server} did not answer in time", "{server} 응답 시간 초과"),
    sentence(ChannelFault::NotConfirmed, "{server} did not say that it has the mail", "메일 서버 {server}의 수신 확인이 없음"),
    sentence(ChannelFault::MailServer, "{server}: {said}", "메일 서버 {server} 오류[(원문 “{said}”)]"),
    sentence(ChannelFault::Recipients, "{said}", "메일 서버 {server}에서 수신자를 거부함[(원문 “{said}”)]"),
    sentence(ChannelFault::MailNotBuilt, "the mail cannot be built: {said}", "메일을 만들 수 없음[(원문 “{said}”)]"),
    sentence(ChannelFault::Aws, "{said}", "AWS 호출 실패[(원문 “{said}”)]"),
    sentence(ChannelFault::SameTopic, "it came through {said}", "“{said}” 토픽에서 온 메시지임"),
    sentence(ChannelFault::ManyTopics, "it came through {said} topics", "토픽 {said}개를 거쳐 온 메시지임"),
    sentence(ChannelFault::NoTime, "no time was left to send it", "전송할 시간이 부족함"),
    sentence(ChannelFault::OtherRun, "another run sends to it", "다른 실행이 전송 중"),
    sentence(ChannelFault::Panic, "the channel panicked, see the log", "전송 처리 중 내부 오류 발생. 로그를 확인하세요."),
];

impl FailureReason {
    /// A reason.
    #[must_use]
    pub fn new(cause: ChannelFault, server: &str, said: &str) -> Self {
        Self {
            cause,
            server: server.to_owned(),
            said: said.to_owned(),
            tries: 1,
        }
    }

    /// The reason for people.
    #[must_use]
    pub fn in_language(&self, language: Language) -> String {
        let template = template::find(WORDS, self.cause, language).unwrap_or("{said}");
        let template = match (template.split_once('['), self.said.is_empty()) {
            (Some((before, _)), true) => before.to_owned(),
            _ => template.replace(['[', ']'], ""),
        };
        let values = [
            ("server", self.server.as_str()),
            ("said", self.said.as_str()),
        ];
        let text = template::fill(&template, &values);
        match (language, self.tries) {
            (_, 0 | 1) => text,
            (Language::English, tries) => format!("{text} (tried {tries} times)"),
            (Language::Korean, tries) => format!("{text} ({tries}회 시도)"),
        }
    }
}

impl fmt::Display for FailureReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.in_language(Language::English))
    }
}

impl From<&str> for FailureReason {
    fn from(said: &str) -> Self {
        Self::new(ChannelFault::Other, "", said)
    }
}

/// A reason in the ledger. Version 0.2 stored it as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredReason {
    Text(String),
    #[serde(rename_all = "camelCase")]
    Structured {
        cause: ChannelFault,
        server: String,
        said: String,
        tries: u32,
    },
}

impl From<StoredReason> for FailureReason {
    fn from(stored: StoredReason) -> Self {
        match stored {
            StoredReason::Text(text) => text.as_str().into(),
            StoredReason::Structured {
                cause,
                server,
                said,
                tries,
            } => Self {
                cause,
                server,
                said,
                tries,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ChannelFault, FailureReason, WORDS};
    use crate::language::Language;

    #[test]
    fn every_cause_has_its_words_in_both_languages() {
        let mut shown = Vec::new();
        for row in WORDS {
            let mut reason = FailureReason::new(row.about, "smtp.example.com", "no {said} [x]");
            reason.tries = 2;
            for language in [Language::English, Language::Korean] {
                shown.push(reason.in_language(language));
            }
        }
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn a_reason_in_korean_has_no_english_besides_names_and_quotations() {
        const NAMES: [&str; 6] = [
            "Slack",
            "AWS",
            "SLACK_TOKEN",
            "SLACK_CHANNEL",
            "SLACK_WEBHOOK_URL",
            "smtp.example.com",
        ];
        for row in WORDS {
            for said in ["refused by peer", ""] {
                let reason = FailureReason::new(row.about, "smtp.example.com", said);
                let text = reason.in_language(Language::Korean);
                let unquoted: String = text
                    .split('“')
                    .map(|part| part.rsplit('”').next().unwrap_or_default())
                    .collect();
                // `{said}` of this cause is a number.
                let unquoted = unquoted.replace("refused by peer개", "");
                let is_name =
                    |letter: char| letter.is_ascii_alphanumeric() || "._".contains(letter);
                let words = unquoted.split(|letter| !is_name(letter));
                for word in words.map(|word| word.trim_matches('.')) {
                    assert!(word.is_empty() || NAMES.contains(&word), "{word} in {text}");
                }
            }
        }
    }

    #[test]
    fn a_reason_that_an_earlier_version_stored_is_read() {
        let reason: FailureReason = serde_json::from_str(r#""no way""#).expect("a text");
        assert_eq!(reason, FailureReason::from("no way"));
        let reason = FailureReason::new(ChannelFault::NoAnswer, "a.example", "");
        let json = serde_json::to_string(&reason).expect("JSON");
        let read: FailureReason = serde_json::from_str(&json).expect("a reason");
        assert_eq!(read, reason);
    }
}
