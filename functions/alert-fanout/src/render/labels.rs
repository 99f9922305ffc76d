//! The words of the layout, in the team's language.

use crate::language::Language;

/// The words of one language.
#[derive(Debug)]
pub(super) struct Labels {
    /// The language, as HTML names it.
    pub(super) code: &'static str,
    /// Stands where an alert has no title.
    pub(super) untitled: &'static str,
    /// Stands for the severity of what is over.
    pub(super) resolved: &'static str,
    /// Before the advice.
    pub(super) what_to_do: &'static str,
    /// Before the links.
    pub(super) links: &'static str,
    /// Before the facts.
    pub(super) details: &'static str,
    /// Before one real case.
    pub(super) example: &'static str,
    /// Before the text of somebody.
    pub(super) message: &'static str,
    /// Before a threshold.
    pub(super) threshold: &'static str,
    /// The button that acknowledges, and that of a list.
    pub(super) acknowledge: [&'static str; 2],
    /// The button that silences for an hour, and that of a list.
    pub(super) silence_1h: [&'static str; 2],
    /// The button that silences for four hours, and that of a list.
    pub(super) silence_4h: [&'static str; 2],
    /// The button that silences until the next morning, and that of a list.
    pub(super) silence_morning: [&'static str; 2],
    /// On what quiet hours held.
    pub(super) held_by_quiet_hours: &'static str,
    /// On what a silence muted.
    pub(super) held_by_silence: &'static str,
    /// On a repetition.
    pub(super) unacknowledged: &'static str,
    /// On an older message.
    pub(super) superseded: &'static str,
    /// Before a list of incidents.
    pub(super) incidents: &'static str,
    language: Language,
}

const ENGLISH: Labels = Labels {
    code: "en",
    untitled: "Alert",
    resolved: "RESOLVED",
    what_to_do: "What to do",
    links: "Links",
    details: "Details",
    example: "Example",
    message: "Message",
    threshold: "threshold",
    acknowledge: ["Acknowledge", "Acknowledge all"],
    silence_1h: ["Silence for 1 h", "Silence all for 1 h"],
    silence_4h: ["Silence for 4 h", "Silence all for 4 h"],
    silence_morning: [
        "Silence until tomorrow morning",
        "Silence all until tomorrow morning",
    ],
    held_by_quiet_hours: "Held by quiet hours until now; still firing",
    held_by_silence: "Silenced until now; still firing",
    unacknowledged: "Repeated: nobody has acknowledged it",
    superseded: "A newer message about this follows below",
    incidents: "Incidents",
    language: Language::English,
};

const KOREAN: Labels = Labels {
    code: "ko",
    untitled: "알림",
    resolved: "해소",
    what_to_do: "조치 사항",
    links: "바로 가기",
    details: "상세",
    example: "예시",
    message: "내용",
    threshold: "임계값",
    acknowledge: ["확인", "모두 확인"],
    silence_1h: ["1시간 알림 중지", "모두 1시간 알림 중지"],
    silence_4h: ["4시간 알림 중지", "모두 4시간 알림 중지"],
    silence_morning: ["내일 아침까지 알림 중지", "모두 내일 아침까지 알림 중지"],
    held_by_quiet_hours: "방해 금지 시간 동안 보류된 알림이며 계속 발생 중",
    held_by_silence: "음소거가 끝났으며 계속 발생 중",
    unacknowledged: "확인한 사람이 없어 다시 알림",
    superseded: "아래에 이 경보의 새 메시지가 있음",
    incidents: "경보 목록",
    language: Language::Korean,
};

impl Labels {
    /// The words of a language.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Korean => &KOREAN,
        }
    }

    /// The begin, and the duration if known.
    pub(super) fn since(&self, start: &str, length: Option<&str>) -> String {
        match (self.language, length) {
            (Language::English, None) => format!("Since {start}"),
            (Language::English, Some(length)) => format!("Since {start} ({length})"),
            (Language::Korean, None) => format!("{start}부터"),
            // An hour has the counter in its name: 1시간 동안, but 30초간.
            (Language::Korean, Some(length)) if length.ends_with("시간") => {
                format!("{start}부터 {length} 동안 지속")
            }
            (Language::Korean, Some(length)) => format!("{start}부터 {length}간 지속"),
        }
    }

    /// The resolution, and the duration if known.
    pub(super) fn over(&self, length: Option<&str>) -> String {
        match (self.language, length) {
            (Language::English, None) => "Resolved".to_owned(),
            (Language::English, Some(length)) => format!("Resolved after {length}"),
            (Language::Korean, None) => "해소됨".to_owned(),
            (Language::Korean, Some(length)) => format!("{length} 만에 해소"),
        }
    }

    /// A span.
    pub(super) fn span(&self, start: &str, end: &str) -> String {
        match self.language {
            Language::English => format!("{start} – {end}"),
            // The zone stands once, at the end.
            Language::Korean => match start.strip_suffix(')').and_then(|it| it.rsplit_once('(')) {
                Some((start, zone)) => format!("{start} ~ {end} ({zone})"),
                None => format!("{start} ~ {end}"),
            },
        }
    }

    /// The number of occurrences.
    pub(super) fn times(&self, count: u64) -> String {
        match self.language {
            Language::English => format!("{count} times"),
            Language::Korean => format!("{count}회 발생"),
        }
    }

    /// The last occurrence.
    pub(super) fn last(&self, at: &str) -> String {
        match self.language {
            Language::English => format!("last at {at}"),
            Language::Korean => format!("마지막 {at}"),
        }
    }

    /// The number of hidden facts.
    pub(super) fn more(&self, count: usize) -> String {
        match self.language {
            Language::English => format!("{count} more not shown"),
            Language::Korean => format!("외 {count}개 생략"),
        }
    }

    /// An acknowledgement.
    pub(super) fn acknowledged(&self, person: &str, at: &str) -> String {
        match self.language {
            Language::English => format!("Acknowledged by {person}, {at}"),
            Language::Korean => format!("{person} 님이 확인함, {at}"),
        }
    }

    /// An acknowledgement, beside others.
    pub(super) fn acknowledged_by(&self, person: &str) -> String {
        match self.language {
            Language::English => format!("acknowledged by {person}"),
            Language::Korean => format!("{person} 님이 확인함"),
        }
    }

    /// A silence.
    pub(super) fn silenced(&self, person: &str, until: &str) -> String {
        match self.language {
            Language::English => format!("Silenced by {person} until {until}"),
            Language::Korean => format!("{person} 님이 {until}까지 알림 중지"),
        }
    }

    /// The note on an incident that nobody ended.
    pub(super) fn closed_without_end(&self, days: u64) -> String {
        match (self.language, days) {
            (Language::English, 1) => "Closed: no report for 1 day".to_owned(),
            (Language::English, days) => format!("Closed: no report for {days} days"),
            (Language::Korean, days) => format!("{days}일간 보고가 없어 자동 종료"),
        }
    }

    /// The note on an incident that became worse.
    pub(super) fn escalated(&self, from: &str, to: &str) -> String {
        match self.language {
            Language::English => format!("Escalated from {from} to {to}"),
            Language::Korean => format!("{from}에서 {to}{} 격상", toward(to)),
        }
    }

    /// The note on an incident that began and ended several times.
    pub(super) fn flapping(&self, changes: u64, length: &str) -> String {
        match self.language {
            Language::English => format!("{changes} changes in {length}"),
            Language::Korean => format!("{length} 동안 상태 변경 {changes}회"),
        }
    }

    /// The note on a message that replaces one to a failed channel.
    pub(super) fn instead_of(&self, channel: &str) -> String {
        match self.language {
            Language::English => format!("Sent here because {channel} failed"),
            Language::Korean => format!("{channel} 전송 실패로 대신 전송"),
        }
    }
}

/// The particle of a direction: 로 after a vowel or ㄹ, 으로 after another consonant.
fn toward(word: &str) -> &'static str {
    const FIRST_SYLLABLE: u32 = 0xAC00;
    const FINALS: u32 = 28;
    const RIEUL: u32 = 8;
    let last = word.chars().next_back().map_or(FIRST_SYLLABLE, u32::from);
    match last.saturating_sub(FIRST_SYLLABLE) % FINALS {
        0 | RIEUL => "로",
        _ => "으로",
    }
}
