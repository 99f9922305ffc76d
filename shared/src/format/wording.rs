//! The words that formatted values need, in each language.

/// The words of a language: what stands in place of a missing value, and the units of a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wording {
    /// In place of a value that is not a number.
    pub no_value: &'static str,
    /// After one day.
    pub day: &'static str,
    /// After several days.
    pub days: &'static str,
    /// After hours.
    pub hours: &'static str,
    /// After minutes.
    pub minutes: &'static str,
    /// After seconds.
    pub seconds: &'static str,
}

/// English.
pub const ENGLISH: Wording = Wording {
    no_value: "no value",
    day: " day",
    days: " days",
    hours: " h",
    minutes: " min",
    seconds: " s",
};

/// Korean.
pub const KOREAN: Wording = Wording {
    no_value: "값 없음",
    day: "일",
    days: "일",
    hours: "시간",
    minutes: "분",
    seconds: "초",
};
