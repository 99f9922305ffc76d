//! The settings of Slack.

use shared::{
    env::{Settings, names},
    private_url::is_private,
    secret::Secret,
};
use url::Url;

/// Where Slack's methods are.
const API: &str = "https://slack.com/api/";

/// What is wrong with an address that everybody on the way can read.
const OPEN: &str = "must be an https: address, unless it is on this machine";

/// How Slack is reached.
#[derive(Clone, Debug)]
pub enum SlackConfig {
    /// By the token of an app.
    Bot {
        /// The token.
        token: Secret,
        /// The channel where no route says another; `None` where routes say all of them.
        channel: Option<String>,
        /// Where the methods are: an address that ends with a slash.
        api: Url,
    },
    /// By an incoming webhook, whose channel is its own.
    Webhook {
        /// Its address, which is the permission to use it.
        url: Secret,
    },
}

impl SlackConfig {
    /// Reads `SLACK_TOKEN`, `SLACK_CHANNEL`, `SLACK_WEBHOOK_URL` and `SLACK_API_URL`; what is wrong
    /// with them stays in `settings`. `None` when Slack is not set, or wrongly.
    pub fn read(settings: &mut Settings) -> Option<Self> {
        let api = api(settings);
        let channel = channel(settings);
        let token = token(settings);
        let webhook = webhook(settings);
        let is_set = |settings: &Settings, name| settings.text(name).is_some();
        let has_token = is_set(settings, names::SLACK_TOKEN);
        let has_channel = is_set(settings, names::SLACK_CHANNEL);
        if has_token && is_set(settings, names::SLACK_WEBHOOK_URL) {
            let reason = "set either this or SLACK_TOKEN: the token can do more";
            settings.refuse(names::SLACK_WEBHOOK_URL, reason);
            return None;
        }
        if has_channel && !has_token {
            let reason = "is of no use without SLACK_TOKEN: a webhook has a channel of its own";
            settings.refuse(names::SLACK_CHANNEL, reason);
        }
        if has_token && !has_channel && !is_set(settings, names::ALERT_ROUTES) {
            let reason = "set the Slack channel of alerts, by its id or name";
            settings.refuse(names::SLACK_CHANNEL, reason);
            return None;
        }
        match (token, webhook) {
            (Some(token), _) => Some(Self::Bot {
                token,
                channel,
                api: api?,
            }),
            (None, Some(url)) => Some(Self::Webhook { url }),
            (None, None) => None,
        }
    }
}

fn api(settings: &mut Settings) -> Option<Url> {
    let text = settings.text(names::SLACK_API_URL).unwrap_or(API);
    // Methods are joined to it.
    let text = format!("{}/", text.trim_end_matches('/'));
    let reason = match text.parse::<Url>() {
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            "must be an address alone, without ? and #".to_owned()
        }
        Ok(url) if is_private(&url) => return Some(url),
        Ok(_) => OPEN.to_owned(),
        Err(error) => format!("must be a URL such as {API}: {error}"),
    };
    settings.refuse(names::SLACK_API_URL, &reason);
    None
}

fn channel(settings: &mut Settings) -> Option<String> {
    let channel = settings.text(names::SLACK_CHANNEL)?.to_owned();
    if channel.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        let reason = "must be the id of a channel, such as C0123456789, or its name";
        settings.refuse(names::SLACK_CHANNEL, reason);
        return None;
    }
    Some(channel)
}

fn token(settings: &mut Settings) -> Option<Secret> {
    let token = settings.secret(names::SLACK_TOKEN)?;
    if token.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some(token);
    }
    settings.refuse(names::SLACK_TOKEN, "must be a token, such as xoxb-…");
    None
}

fn webhook(settings: &mut Settings) -> Option<Secret> {
    let url = settings.secret(names::SLACK_WEBHOOK_URL)?;
    let reason = match url.expose().parse::<Url>() {
        Ok(parsed) if is_private(&parsed) => return Some(url),
        Ok(_) => OPEN,
        // What the parser says may quote the address.
        Err(_) => "must be the address of an incoming webhook: https://hooks.slack.com/services/…",
    };
    settings.refuse(names::SLACK_WEBHOOK_URL, reason);
    None
}

#[cfg(test)]
mod tests {
    use shared::env::Settings;

    use super::SlackConfig;

    fn read(pairs: &[(&str, &str)]) -> (Option<SlackConfig>, String) {
        let mut settings = Settings::from_pairs(pairs.iter().copied());
        let config = SlackConfig::read(&mut settings);
        let problems = settings.finish().err().map(|error| error.to_string());
        (config, problems.unwrap_or_default())
    }

    const TOKEN: (&str, &str) = ("SLACK_TOKEN", "xoxb-hunter2");
    const CHANNEL: (&str, &str) = ("SLACK_CHANNEL", "#운영-alerts");
    const WEBHOOK: (&str, &str) = (
        "SLACK_WEBHOOK_URL",
        "https://hooks.slack.com/services/T/B/hunter2",
    );

    #[test]
    fn nothing_is_no_slack_and_no_problem() {
        let (config, problems) = read(&[]);
        assert!(config.is_none());
        assert_eq!(problems, "");
    }

    #[test]
    fn a_token_has_a_channel_or_routes() {
        let (config, problems) = read(&[TOKEN, CHANNEL]);
        assert_eq!(problems, "");
        let Some(SlackConfig::Bot { channel, api, .. }) = config else {
            panic!("{config:?}");
        };
        assert_eq!(channel.as_deref(), Some("#운영-alerts"));
        assert_eq!(api.as_str(), "https://slack.com/api/");
        let (config, problems) = read(&[TOKEN, ("ALERT_ROUTES", "[]")]);
        assert_eq!(problems, "");
        assert!(matches!(
            config,
            Some(SlackConfig::Bot { channel: None, .. })
        ));
        let (config, problems) = read(&[TOKEN]);
        assert!(config.is_none());
        assert!(problems.contains("SLACK_CHANNEL is not set"), "{problems}");
    }

    #[test]
    fn the_address_of_the_methods_ends_with_a_slash() {
        for url in ["http://127.0.0.1:99/api", "http://127.0.0.1:99/api/"] {
            let (config, problems) = read(&[TOKEN, CHANNEL, ("SLACK_API_URL", url)]);
            assert_eq!(problems, "");
            let Some(SlackConfig::Bot { api, .. }) = config else {
                panic!("{config:?}");
            };
            assert_eq!(api.as_str(), "http://127.0.0.1:99/api/");
        }
    }

    #[test]
    fn all_problems_are_reported_without_secrets() {
        let (config, problems) = read(&[
            ("SLACK_TOKEN", "xoxb-hunter2 x"),
            ("SLACK_CHANNEL", "two words"),
            ("SLACK_WEBHOOK_URL", "http://hooks.slack.com/hunter2"),
            ("SLACK_API_URL", "http://slack.com/api/"),
        ]);
        assert!(config.is_none());
        for word in [
            "SLACK_TOKEN=***: must be a token",
            "SLACK_CHANNEL=two words: must be the id",
            "SLACK_WEBHOOK_URL=***: must be an https:",
            "SLACK_WEBHOOK_URL=***: set either",
            "SLACK_API_URL=http://slack.com/api/: must be an https:",
        ] {
            assert!(problems.contains(word), "{word}\n{problems}");
        }
        assert!(!problems.contains("hunter2"), "{problems}");
        let (config, problems) = read(&[("SLACK_WEBHOOK_URL", "hunter2")]);
        assert!(config.is_none());
        assert!(problems.contains("must be the address"), "{problems}");
        assert!(!problems.contains("hunter2"), "{problems}");
    }

    #[test]
    fn a_webhook_has_a_channel_of_its_own() {
        let (config, problems) = read(&[WEBHOOK]);
        assert_eq!(problems, "");
        assert!(!format!("{config:?}").contains("hunter2"));
        assert!(matches!(config, Some(SlackConfig::Webhook { .. })));
        let (_, problems) = read(&[WEBHOOK, CHANNEL]);
        assert!(problems.contains("without SLACK_TOKEN"), "{problems}");
        let (_, problems) = read(&[CHANNEL]);
        assert!(problems.contains("without SLACK_TOKEN"), "{problems}");
    }
}
