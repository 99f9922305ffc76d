//! Settings in a secret of AWS Secrets Manager, so that no password or token is in the configuration of a
//! function, where everyone who can see the function sees it.
//!
//! The value of the secret is a JSON object of settings by their names, such as
//! `{"ELASTICSEARCH_PASSWORD": "…", "SLACK_TOKEN": "xoxb-…"}`. It is read once, before the other
//! settings are, and only where `SETTINGS_SECRET_ARN` is set. What is wrong with it is a problem like
//! that of any other setting, reported together with those; its content is never shown.

use std::fmt;

use aws_config::{Region, SdkConfig};
use aws_sdk_secretsmanager::{Client, error::ProvideErrorMetadata as _};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::{
    aws,
    deadline::Deadline,
    env::{Settings, names},
    secret::Secret,
};

const NO_ARN: &str = "must be the ARN of a secret, such as \
                      arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:bongsu-AbCdEf";

/// Adds the settings of the secret that `SETTINGS_SECRET_ARN` names, if it is set.
pub async fn read(settings: &mut Settings, deadline: Deadline) {
    // Without a secret no AWS configuration is needed.
    if named(settings).is_some() {
        read_with(&aws::config().await, settings, deadline).await;
    }
}

/// As [`read`], with the configuration of the client.
pub async fn read_with(config: &SdkConfig, settings: &mut Settings, deadline: Deadline) {
    let Some((arn, region)) = named(settings) else {
        return;
    };
    let config = config.to_builder().region(region).build();
    match fetch(&config, &arn, deadline).await {
        Ok(secret) => merge(settings, &secret),
        Err(reason) => settings.refuse(names::SETTINGS_SECRET_ARN, &reason),
    }
}

/// The text of a secret, or why it cannot be read.
async fn fetch(config: &SdkConfig, arn: &str, deadline: Deadline) -> Result<Secret, String> {
    let request = Client::new(config).get_secret_value().secret_id(arn);
    let Some(answer) = aws::before(deadline, request.send()).await else {
        return Err("AWS Secrets Manager did not answer in time".to_owned());
    };
    let answer = answer.map_err(|error| {
        let code = error.code().unwrap_or_default();
        let reason = aws::reason(code, error.message(), std::error::Error::source(&error));
        let advice = if aws::is_forbidden(code) {
            "; allow the function secretsmanager:GetSecretValue on it"
        } else {
            ""
        };
        format!("cannot be read: {reason}{advice}")
    })?;
    let text = answer.secret_string();
    let text = text.ok_or("holds bytes; it must hold a JSON object of settings by their names")?;
    Ok(Secret::new(text))
}

/// The secret that the settings name, and its region. An invalid ARN is a problem.
fn named(settings: &mut Settings) -> Option<(String, Region)> {
    let arn = settings.text(names::SETTINGS_SECRET_ARN)?.to_owned();
    let Some(region) = region(&arn) else {
        settings.refuse(names::SETTINGS_SECRET_ARN, NO_ARN);
        return None;
    };
    let region = Region::new(region.to_owned());
    Some((arn, region))
}

/// The region of a secret.
fn region(arn: &str) -> Option<&str> {
    let parts: Vec<&str> = arn.splitn(7, ':').collect();
    match parts[..] {
        [
            "arn",
            partition,
            "secretsmanager",
            region,
            account,
            "secret",
            name,
        ] if [partition, region, account, name]
            .iter()
            .all(|part| !part.is_empty()) =>
        {
            Some(region)
        }
        _ => None,
    }
}

/// The members of a JSON object in order, repeated ones repeatedly.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

/// Adds the settings of a secret, or its problems.
fn merge(settings: &mut Settings, secret: &Secret) {
    let members: Members = match serde_json::from_str(secret.expose()) {
        Ok(members) => members,
        // The message of the error itself may contain a part of the value.
        Err(error) => {
            let reason = format!(
                "its value must be a JSON object of settings by their names; it is none from line \
                 {}, column {} on",
                error.line(),
                error.column()
            );
            settings.refuse(names::SETTINGS_SECRET_ARN, &reason);
            return;
        }
    };
    for (name, value) in members.0 {
        match checked(settings, &name, value) {
            Ok(value) => settings.set(&name, value.expose()),
            Err(reason) => {
                let reason = format!("in the secret of {}: {reason}", names::SETTINGS_SECRET_ARN);
                settings.refuse_unshown(&name, &reason);
            }
        }
    }
}

/// The value of a setting in the secret, if it is allowed there.
fn checked(settings: &Settings, name: &str, value: Value) -> Result<Secret, String> {
    if !names::ALL.contains(&name) {
        return Err(match names::nearly(name) {
            Some(meant) => format!("is no setting; did you mean {meant}?"),
            None => "is no setting".to_owned(),
        });
    }
    if !names::may_be_secret(name) {
        return Err("is not secret; set it in the environment".to_owned());
    }
    if settings.text(name).is_some() {
        return Err("is set twice; set it there, or in the environment".to_owned());
    }
    match value {
        Value::String(text) => Ok(Secret::new(text)),
        _ => Err("must be a text".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(environment: &[(&str, &str)], secret: &str) -> Settings {
        let mut settings = Settings::from_pairs(environment.iter().copied());
        merge(&mut settings, &Secret::new(secret));
        settings
    }

    #[test]
    fn what_a_secret_holds_is_a_setting_like_those_of_the_environment() {
        let settings = merged(
            &[
                (names::ELASTICSEARCH_USERNAME, "elastic"),
                (names::SLACK_TOKEN, " "),
            ],
            r#"{"ELASTICSEARCH_PASSWORD": "비밀 hunter2", "SLACK_TOKEN": "xoxb-1"}"#,
        );
        let secret = |name| {
            settings
                .secret(name)
                .map(|secret| secret.expose().to_owned())
        };
        assert_eq!(
            secret(names::ELASTICSEARCH_PASSWORD).as_deref(),
            Some("비밀 hunter2")
        );
        assert_eq!(secret(names::SLACK_TOKEN).as_deref(), Some("xoxb-1"));
        assert_eq!(
            settings.text(names::ELASTICSEARCH_USERNAME),
            Some("elastic")
        );
        assert_eq!(settings.finish(), Ok(()));
    }

    #[test]
    fn a_proxy_with_a_password_may_be_in_the_secret() {
        let secret = r#"{"HTTPS_PROXY": "http://user:hunter2@proxy:3128"}"#;
        // The template sets it to nothing.
        let settings = merged(&[(names::HTTPS_PROXY, "")], secret);
        let proxy = settings.text(names::HTTPS_PROXY);
        assert_eq!(proxy, Some("http://user:hunter2@proxy:3128"));
        let shown = settings.shown(names::HTTPS_PROXY);
        assert_eq!(shown.as_deref(), Some("http://***@proxy:3128"));
        assert_eq!(settings.finish(), Ok(()));
    }

    #[test]
    fn every_problem_has_its_name_and_never_its_value() {
        let settings = merged(
            &[(names::SLACK_TOKEN, "xoxb-of-the-environment")],
            r#"{"SLACK_TOKEN": "hunter2", "ELASTICSEARCH_PASWORD": "hunter2", "OTHER": "hunter2",
                "LOG_LEVEL": "hunter2", "SMTP_URL": ["hunter2"],
                "SLACK_WEBHOOK_URL": "https://first", "SLACK_WEBHOOK_URL": "hunter2"}"#,
        );
        let error = settings.finish().expect_err("all are wrong").to_string();
        assert_eq!(
            error,
            "6 settings are wrong:\n  \
             SLACK_TOKEN=***: in the secret of SETTINGS_SECRET_ARN: is set twice; set it there, or \
             in the environment\n  \
             ELASTICSEARCH_PASWORD=***: in the secret of SETTINGS_SECRET_ARN: is no setting; did \
             you mean ELASTICSEARCH_PASSWORD?\n  \
             OTHER=***: in the secret of SETTINGS_SECRET_ARN: is no setting\n  \
             LOG_LEVEL=***: in the secret of SETTINGS_SECRET_ARN: is not secret; set it in the \
             environment\n  \
             SMTP_URL=***: in the secret of SETTINGS_SECRET_ARN: must be a text\n  \
             SLACK_WEBHOOK_URL=***: in the secret of SETTINGS_SECRET_ARN: is set twice; set it \
             there, or in the environment"
        );
    }

    #[test]
    fn a_secret_that_is_no_object_is_reported_without_its_content() {
        for secret in [
            "hunter2",
            "\"hunter2\"",
            r#"{"a": hunter2}"#,
            "[\"hunter2\"]",
            "",
        ] {
            let arn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:bongsu-AbCdEf";
            let settings = merged(&[(names::SETTINGS_SECRET_ARN, arn)], secret);
            let error = settings.finish().expect_err("no object").to_string();
            assert!(error.contains("must be a JSON object"), "{error}");
            assert!(error.contains(arn), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn only_the_arn_of_a_secret_names_one() {
        let arn = "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:team/bongsu-AbCdEf";
        assert_eq!(region(arn), Some("cn-north-1"));
        for arn in [
            "bongsu",
            "",
            "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:",
            "arn:aws:ssm:ap-northeast-2:123456789012:parameter/bongsu",
            "arn:aws:secretsmanager::123456789012:secret:bongsu",
        ] {
            assert_eq!(region(arn), None, "{arn}");
        }
    }
}
