//! The settings of deliveries. Channels, routes and silences read their own.

use std::time::Duration;

use jiff::SignedDuration;
use shared::env::{Settings, names};

use crate::{accounts::AccountAliases, links::Places};

/// The settings of deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How long repetitions update the same message, since its last new message.
    pub window: SignedDuration,
    /// How many new incidents a target is sent a message each for, within a minute; more share messages.
    pub storm_limit: usize,
    /// After how long a fallback replaces an unreachable target.
    pub fallback_after: SignedDuration,
    /// After how long an unacknowledged critical alert is repeated; `None`: never.
    pub repeat_after: Option<SignedDuration>,
    /// After how long an incident is closed that nobody reported; `None`: never.
    pub close_after: Option<SignedDuration>,
    /// The pace of calls.
    pub pacing: Pacing,
    /// True to send graphs with alerts.
    pub graphs: bool,
    /// The targets of links.
    pub places: Places,
    /// The names of AWS accounts. An invalid one disables only itself, so that [`crate::Setup`] reads
    /// them.
    pub accounts: AccountAliases,
}

impl Config {
    /// Reads the settings; problems stay in `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        let minutes = settings.number(names::ALERT_DEDUP_MINUTES, 240, 1, 10_080);
        let storm_limit = settings.number(names::ALERT_STORM_LIMIT, 5, 1, 100);
        let fallback = settings.number(names::ALERT_FALLBACK_MINUTES, 10, 1, 1_440);
        let repeat = settings.number(names::ALERT_REPEAT_MINUTES, 60, 0, 10_080);
        let close = settings.number(names::ALERT_CLOSE_DAYS, 7, 0, 60);
        if settings
            .text(names::ALERT_LEDGER_TABLE)
            .is_some_and(|table| !is_table(table))
        {
            settings.refuse(
                names::ALERT_LEDGER_TABLE,
                "must be the name of a table, 3 to 255 letters, digits, `_`, `-` and `.`, or its ARN",
            );
        }
        Self {
            window: self::minutes(minutes),
            storm_limit: usize::try_from(storm_limit).unwrap_or(usize::MAX),
            fallback_after: self::minutes(fallback),
            repeat_after: (repeat > 0).then(|| self::minutes(repeat)),
            close_after: (close > 0).then(|| self::minutes(close * 24 * 60)),
            pacing: Pacing::default(),
            graphs: settings.switch(names::ALERT_GRAPHS, true),
            places: Places::read(settings),
            accounts: AccountAliases::default(),
        }
    }
}

fn minutes(minutes: u64) -> SignedDuration {
    SignedDuration::from_mins(i64::try_from(minutes).unwrap_or(i64::MAX))
}

/// The pace of calls to channels. Only tests change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pacing {
    /// Divides every time between calls.
    pub speed: u32,
}

/// The time between two lists of a channel that can update them, and of one that cannot.
const BETWEEN_LISTS: (SignedDuration, SignedDuration) =
    (SignedDuration::from_secs(5), SignedDuration::from_secs(20));

impl Default for Pacing {
    fn default() -> Self {
        Self { speed: 1 }
    }
}

impl Pacing {
    /// The least time between two calls of a channel that asks for `pace`.
    #[must_use]
    pub fn call(self, pace: Duration) -> Duration {
        pace / self.speed.max(1)
    }

    /// The least time between two lists of incidents.
    #[must_use]
    pub fn between_lists(self, can_update: bool) -> SignedDuration {
        let time = if can_update {
            BETWEEN_LISTS.0
        } else {
            BETWEEN_LISTS.1
        };
        time / i32::try_from(self.speed.max(1)).unwrap_or(i32::MAX)
    }
}

/// Whether a text can be a table's name or ARN:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html>.
fn is_table(text: &str) -> bool {
    let name = match text.strip_prefix("arn:") {
        Some(arn) => arn.split_once(":table/").map_or("", |(_, name)| name),
        None => text,
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (3..=255).contains(&name.len()) && name.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use shared::env::{Settings, names};

    use super::{Config, Pacing};
    use crate::{accounts::AccountAliases, links::Places};

    #[test]
    fn unset_settings_have_their_defaults() {
        let mut settings = Settings::from_pairs([]);
        let config = Config::read(&mut settings);
        let expected = Config {
            window: SignedDuration::from_hours(4),
            storm_limit: 5,
            fallback_after: SignedDuration::from_mins(10),
            repeat_after: Some(SignedDuration::from_hours(1)),
            close_after: Some(SignedDuration::from_hours(7 * 24)),
            pacing: Pacing::default(),
            graphs: true,
            places: Places::default(),
            accounts: AccountAliases::default(),
        };
        assert_eq!(config, expected);
        assert_eq!(settings.finish(), Ok(()));
    }

    #[test]
    fn all_problems_are_reported_at_once() {
        let mut settings = Settings::from_pairs([
            (names::ALERT_DEDUP_MINUTES, "0"),
            (names::ALERT_LEDGER_TABLE, "a table"),
            (names::ALERT_GRAPHS, "perhaps"),
        ]);
        Config::read(&mut settings);
        let error = settings.finish().expect_err("wrong").to_string();
        for words in [
            "3 settings are wrong",
            "ALERT_DEDUP_MINUTES=0: must be a whole number from 1 to 10080",
            "ALERT_LEDGER_TABLE=a table: must be the name of a table",
            "ALERT_GRAPHS=perhaps: must be true or false",
        ] {
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_table_is_named_by_its_name_or_its_arn() {
        for (table, right) in [
            ("bongsu-alerts", true),
            (
                "arn:aws:dynamodb:ap-northeast-2:123456789012:table/alerts",
                true,
            ),
            ("arn:aws:sns:ap-northeast-2:123456789012:alerts", false),
            ("a", false),
            ("알림 표", false),
        ] {
            let mut settings = Settings::from_pairs([(names::ALERT_LEDGER_TABLE, table)]);
            Config::read(&mut settings);
            assert_eq!(settings.finish().is_ok(), right, "{table}");
        }
    }
}
