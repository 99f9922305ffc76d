//! The words of the page, in the team's language.

use alert_fanout::language::Language;

/// The words of one language.
#[derive(Debug)]
pub(super) struct PageWords {
    language: Language,
    /// The language, as HTML names it.
    pub(super) code: &'static str,
    /// The title of the page.
    pub(super) outbox: &'static str,
    /// The title of the mails of an incident.
    pub(super) mail: &'static str,
    /// Before the text part of a mail.
    pub(super) as_text: &'static str,
    /// Shown when there is nothing.
    pub(super) nothing: &'static str,
    /// Stands for a message without a text.
    pub(super) untitled: &'static str,
}

const ENGLISH: PageWords = PageWords {
    language: Language::English,
    code: "en",
    outbox: "Outbox",
    mail: "E-mail",
    as_text: "as text",
    nothing: "Nothing yet.",
    untitled: "Message without a text",
};

const KOREAN: PageWords = PageWords {
    language: Language::Korean,
    code: "ko",
    outbox: "보낼 편지함",
    mail: "이메일",
    as_text: "텍스트로 보기",
    nothing: "아직 없습니다.",
    untitled: "내용 없는 메시지",
};

impl PageWords {
    /// The words of a language.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Korean => &KOREAN,
        }
    }

    /// What the page holds.
    pub(super) fn contents(&self, incidents: usize, messages: usize, mails: usize) -> String {
        match self.language {
            Language::English => format!(
                "{}, {} and {} that would be sent.",
                counted(incidents, "incident"),
                counted(messages, "Slack message"),
                counted(mails, "e-mail")
            ),
            Language::Korean => {
                format!("발송 대상: 사건 {incidents}건, 슬랙 메시지 {messages}건, 이메일 {mails}건")
            }
        }
    }

    /// What an incident has.
    pub(super) fn counts(&self, messages: usize, mails: usize) -> String {
        match self.language {
            Language::English => format!(
                "{}, {}",
                counted(messages, "Slack message"),
                counted(mails, "e-mail")
            ),
            Language::Korean => format!("슬랙 메시지 {messages}건, 이메일 {mails}건"),
        }
    }

    /// The zone of the times.
    pub(super) fn times_in(&self, zone: &str) -> String {
        match self.language {
            Language::English => format!("Times are in {zone}."),
            Language::Korean => format!("시간대: {zone}"),
        }
    }

    /// The recipients of a mail.
    pub(super) fn to(&self, recipients: &str) -> String {
        match self.language {
            Language::English => format!("to {recipients}"),
            Language::Korean => format!("받는 사람: {recipients}"),
        }
    }

    /// The number of changes of a message.
    pub(super) fn changes(&self, count: usize) -> String {
        match self.language {
            Language::English => format!("changed {}: earlier versions", counted(count, "time")),
            Language::Korean => format!("{count}회 변경됨: 이전 내용 보기"),
        }
    }
}

fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
