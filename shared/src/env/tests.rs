//! Tests of reading settings.

use super::{FileLine, SettingOrigin, Settings, names};

#[test]
fn all_wrong_settings_are_reported_at_once_and_secrets_are_not_shown() {
    let mut settings = Settings::from_pairs([
        (names::ANALYSIS_WINDOW_MINUTES, "soon"),
        (names::REDACT_EMAILS, "perhaps"),
        ("ELASTICSEARCH_PASWORD", "hunter2"),
    ]);
    settings.number(names::ANALYSIS_WINDOW_MINUTES, 15, 1, 1440);
    settings.switch(names::REDACT_EMAILS, false);
    settings.refuse(names::ELASTICSEARCH_URL, "set it to the cluster's address");
    let error = settings.finish().expect_err("three problems and a typo");
    assert_eq!(
        error.to_string(),
        "4 settings are wrong:\n  \
         ANALYSIS_WINDOW_MINUTES=soon: must be a whole number from 1 to 1440\n  \
         REDACT_EMAILS=perhaps: must be true or false\n  \
         ELASTICSEARCH_URL is not set: set it to the cluster's address\n  \
         ELASTICSEARCH_PASWORD=***: is no setting; did you mean ELASTICSEARCH_PASSWORD?"
    );
}

#[test]
fn no_message_has_the_credentials_of_a_url_or_of_a_misspelt_setting() {
    let url = "https://user:hunter2@search.example.com:9200/es";
    let mut settings = Settings::from_pairs([
        ("ELASTICSEARCH_ULR", url),
        ("SLACK_TOKENS_", "xoxb-hunter2"),
        ("ELASTICSEARCH_API_KYE", "hunter2"),
        (names::KIBANA_URL, url),
    ]);
    for url in [
        url,
        "https://user:hunter2/a@b@search.example.com:9200/es",
        "user:hunter2@search.example.com:9200/es",
        "ops@example.com",
        "https://hooks.slack.com/services/T0/B0/hunter2",
        "https://search.example.com/es?token=hunter2",
        "https://search.example.com/es?token=hunter2@x",
    ] {
        settings.set(names::KIBANA_URL, url);
        settings.refuse(names::KIBANA_URL, "is wrong");
    }
    let error = settings.finish().expect_err("wrong").to_string();
    assert!(!error.contains("hunter2"), "{error}");
    assert!(error.contains("did you mean ELASTICSEARCH_URL?"), "{error}");
    for shown in [
        "KIBANA_URL=https://***@search.example.com:9200/es: is wrong",
        "KIBANA_URL=***@search.example.com:9200/es: is wrong",
        "KIBANA_URL=ops@example.com: is wrong",
        "KIBANA_URL=https://search.example.com/es?***: is wrong",
    ] {
        assert!(error.contains(shown), "{error}");
    }
}

#[test]
fn a_secret_in_the_wrong_setting_is_not_shown() {
    for (name, value) in [
        (names::ELASTICSEARCH_USERNAME, "elastic:hunter2"),
        (names::ELASTICSEARCH_CA, "MIIEvQIBADANBgkqhkiG9hunter2"),
        (
            names::ELASTICSEARCH_CA,
            "-----BEGIN PRIVATE KEY-----hunter2",
        ),
        (names::ELASTICSEARCH_URL, "http://h/?key=hunter2"),
    ] {
        let settings = Settings::from_pairs([(name, value)]);
        let shown = settings.shown(name).expect("a value");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let settings = Settings::from_pairs([(names::ELASTICSEARCH_CA, "/etc/ca.pem")]);
    assert_eq!(
        settings.shown(names::ELASTICSEARCH_CA).as_deref(),
        Some("/etc/ca.pem")
    );
}

#[test]
fn an_option_wins_and_a_setting_that_is_read_twice_is_wrong_once() {
    let mut settings = Settings::from_pairs([(names::REDACT_EMAILS, "true")]);
    settings.set(names::REDACT_EMAILS, "perhaps");
    settings.switch(names::REDACT_EMAILS, false);
    settings.switch(names::REDACT_EMAILS, false);
    let error = settings.finish().expect_err("wrong");
    assert_eq!(error.problems().len(), 1, "{error}");
    assert_eq!(error.problems()[0].value.as_deref(), Some("perhaps"));
}

#[test]
fn the_environment_wins_over_the_file_and_an_option_over_both() {
    let line = |line| FileLine {
        file: "bongsu.toml".to_owned(),
        line: Some(line),
    };
    let mut settings = Settings::from_pairs([
        (names::SERVICE_NAME, "shop"),
        (names::ENVIRONMENT, " "),
        (names::REDACT_EMAILS, "true"),
    ]);
    settings.set(names::REDACT_EMAILS, "false");
    for (number, name) in [
        (1, names::SERVICE_NAME),
        (2, names::ENVIRONMENT),
        (3, names::REDACT_EMAILS),
        (4, names::SLACK_TOKEN),
    ] {
        settings.set_from_file(name, "hunter2", line(number));
    }
    assert_eq!(settings.text(names::SERVICE_NAME), Some("shop"));
    assert_eq!(
        settings.text(names::ENVIRONMENT),
        Some("hunter2"),
        "a blank variable counts as not set"
    );
    assert_eq!(settings.text(names::REDACT_EMAILS), Some("false"));
    let origins = [
        names::SERVICE_NAME,
        names::REDACT_EMAILS,
        names::SLACK_TOKEN,
    ];
    let origins = origins.map(|name| settings.origin(name).cloned());
    assert_eq!(
        origins,
        [
            Some(SettingOrigin::Environment),
            Some(SettingOrigin::Option),
            Some(SettingOrigin::File(line(4)))
        ]
    );
    assert_eq!(settings.shown(names::SLACK_TOKEN).as_deref(), Some("***"));
}

#[test]
fn a_problem_of_the_file_states_its_line_and_no_secret() {
    let place = |line| FileLine {
        file: "bongsu.toml".to_owned(),
        line,
    };
    let mut settings = Settings::from_pairs([]);
    settings.refuse_in_file(place(None), None, "cannot be read");
    settings.refuse_in_file(place(Some(2)), Some("SERVICE"), "is no setting");
    settings.set_from_file(names::SMTP_URL, "hunter2", place(Some(3)));
    settings.refuse(names::SMTP_URL, "must be a URL");
    let error = settings.finish().expect_err("wrong").to_string();
    assert_eq!(
        error,
        "3 settings are wrong:\n  \
         bongsu.toml: cannot be read\n  \
         bongsu.toml:2: SERVICE: is no setting\n  \
         bongsu.toml:3: SMTP_URL=***: must be a URL"
    );
}

#[test]
fn a_blank_setting_counts_as_not_set() {
    let mut settings = Settings::from_pairs([(names::SERVICE_NAME, "  ")]);
    assert_eq!(settings.text(names::SERVICE_NAME), None);
    assert_eq!(settings.number(names::LOG_RETENTION_DAYS, 30, 0, 3650), 30);
    assert!(settings.list(names::REDACT_KEYS).is_empty());
    assert_eq!(settings.finish(), Ok(()));
}
