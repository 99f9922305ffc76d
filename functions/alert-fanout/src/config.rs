//! The settings of deliveries. Channels, routes and silences read their own.

use jiff::SignedDuration;
use shared::env::{Settings, names};

use crate::{accounts::AccountAliases, links::Places};

/// The settings of deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How long repetitions update the same message, since its last new message.
    pub window: SignedDuration,
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
            window: SignedDuration::from_mins(i64::try_from(minutes).unwrap_or(i64::MAX)),
            graphs: settings.switch(names::ALERT_GRAPHS, true),
            places: Places::read(settings),
            accounts: AccountAliases::default(),
        }
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

    use super::Config;
    use crate::{accounts::AccountAliases, links::Places};

    #[test]
    fn unset_settings_have_their_defaults() {
        let mut settings = Settings::from_pairs([]);
        let config = Config::read(&mut settings);
        let expected = Config {
            window: SignedDuration::from_hours(4),
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
