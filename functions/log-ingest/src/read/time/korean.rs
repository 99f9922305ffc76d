//! Dates and times in Korean words: `2026년 11월 24일 오전 9시 31분 2초`.

use jiff::civil;

use super::{names, scan::TimeScan};

impl TimeScan<'_> {
    /// `2026년 11월 24일`.
    pub(super) fn korean_date(&mut self) -> Option<civil::Date> {
        let year = self.counted(4, "년")?;
        let month = i8::try_from(self.counted(1, "월")?).ok()?;
        let day = i8::try_from(self.counted(1, "일")?).ok()?;
        civil::Date::new(year, month, day).ok()
    }

    /// `시 31분 2초`, behind the hour. Nothing is read if there is another text.
    pub(super) fn korean_time(
        &mut self,
        hour: i8,
        is_afternoon: Option<bool>,
    ) -> Option<civil::Time> {
        self.word("시")?;
        let hour = names::of_day(hour, is_afternoon);
        self.blanks();
        let mut part = |unit| i8::try_from(self.counted(1, unit).unwrap_or_default()).ok();
        let (minute, second) = (part("분")?, part("초")?);
        civil::Time::new(hour, minute, second, 0).ok()
    }

    /// A number and its unit, and the blanks between it and the next number, but not those between a day
    /// and its time.
    fn counted(&mut self, least: usize, unit: &str) -> Option<i16> {
        let start = self.at;
        let number = self.number(least, least.max(2));
        if number.is_none() || self.word(unit).is_none() {
            self.at = start;
            return None;
        }
        let end = self.at;
        self.blanks();
        if unit == "일" || self.digits() == 0 {
            self.at = end;
        }
        number
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let follows = self.text.get(self.at..)?.starts_with(word);
        follows.then(|| self.at += word.len())
    }
}
