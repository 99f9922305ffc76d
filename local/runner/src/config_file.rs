//! The configuration file `bongsu.toml`: settings by the names of the environment variables.
//!
//! A value is a string, a number or a boolean. An array of strings is a comma-separated list. Other arrays
//! and tables are the JSON of the setting. The first of these files is read: the one of `--config`,
//! `bongsu.toml` in the working directory, and `bongsu.toml` in the user's configuration directory.

use std::{
    io,
    path::{Path, PathBuf},
};

use directories::ProjectDirs;
use serde_json::{Map, Number, Value};
use shared::{
    env::{FileLine, Settings, names},
    similar,
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The name of the file.
pub const NAME: &str = "bongsu.toml";

/// Settings that a file cannot set, each with the reason.
const NOT_IN_A_FILE: [(&str, &str); 3] = [
    (
        names::AWS_REGION,
        "the AWS SDK reads it from the environment, or the region of ~/.aws/config",
    ),
    (
        names::SETTINGS_SECRET_ARN,
        "functions read it; `bongsu` does not",
    ),
    (names::AWS_LAMBDA_LOG_GROUP_NAME, "Lambda sets it"),
];

/// The file that is read, if there is one.
#[must_use]
pub fn chosen(option: Option<&Path>) -> Option<PathBuf> {
    let exists = |path: &PathBuf| path.exists();
    option
        .map(Path::to_owned)
        .or_else(|| searched().into_iter().find(exists))
}

/// The files that are looked for without `--config`, the first one first.
#[must_use]
pub fn searched() -> Vec<PathBuf> {
    let user = ProjectDirs::from("", "", "bongsu");
    let user = user.map(|directories| directories.config_dir().join(NAME));
    [PathBuf::from(NAME)].into_iter().chain(user).collect()
}

/// Adds the settings of the chosen file. Problems are collected in `settings`.
pub fn load(option: Option<&Path>, settings: &mut Settings) {
    let Some(path) = chosen(option) else {
        return;
    };
    let file = path.display().to_string();
    match std::fs::read_to_string(&path) {
        Ok(text) => add(&text, &file, settings),
        Err(error) => {
            let reason = match error.kind() {
                io::ErrorKind::NotFound => "there is no such file".to_owned(),
                io::ErrorKind::InvalidData => "it is not valid UTF-8".to_owned(),
                _ => format!("it cannot be read: {error}"),
            };
            settings.refuse_in_file(FileLine { file, line: None }, None, &reason);
        }
    }
}

/// The secrets of the chosen file, if other users may read it.
#[must_use]
pub fn exposed_secrets(option: Option<&Path>, settings: &Settings) -> Option<String> {
    let path = chosen(option).filter(|path| others_may_read(path))?;
    let is_in_file = |name: &&str| {
        let origin = settings.origin(name);
        names::is_secret(name) && matches!(origin, Some(shared::env::SettingOrigin::File(_)))
    };
    let secrets: Vec<&str> = names::ALL.into_iter().filter(is_in_file).collect();
    (!secrets.is_empty()).then(|| {
        let path = path.display();
        format!(
            "warning: other users may read {} in {path}; chmod 600 {path} protects it\n",
            secrets.join(", ")
        )
    })
}

/// True for a file that its group or everybody has rights to, where the system has such rights.
fn others_may_read(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let facts = std::fs::metadata(path);
        facts.is_ok_and(|facts| facts.is_file() && facts.permissions().mode() % 0o100 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Adds the settings of a file's text.
pub fn add(text: &str, file: &str, settings: &mut Settings) {
    let place = |byte: usize| FileLine {
        file: file.to_owned(),
        line: Some(line(text, byte)),
    };
    let (table, faults) = DeTable::parse_recoverable(text);
    let mut problems: Vec<(usize, Option<&str>, String)> = faults
        .iter()
        .map(|fault| {
            let byte = fault.span().map_or(0, |span| span.start);
            (byte, None, fault.message().to_owned())
        })
        .collect();
    // After a fault of the syntax, other values may have been read wrongly.
    let is_sound = problems.is_empty();
    let table = table.get_ref();
    for (key, value) in table {
        let (name, byte) = (key.get_ref().as_ref(), key.span().start);
        match setting(name, value) {
            Ok(value) if is_sound => settings.set_from_file(name, &value, place(byte)),
            Ok(_) => {}
            Err(reason) => problems.push((byte, Some(name), reason)),
        }
    }
    problems.sort_by_key(|(byte, ..)| *byte);
    for (byte, name, reason) in problems {
        let name = name.map(shared::printable::printable);
        settings.refuse_in_file(place(byte), name.as_deref(), &reason);
    }
}

/// The line of a byte, counted from 1.
fn line(text: &str, byte: usize) -> usize {
    let before = text.as_bytes().get(..byte).unwrap_or(text.as_bytes());
    before.split(|byte| *byte == b'\n').count()
}

/// The text of a setting.
fn setting(name: &str, value: &Spanned<DeValue<'_>>) -> Result<String, String> {
    if let Some((_, reason)) = NOT_IN_A_FILE.iter().find(|(other, _)| *other == name) {
        return Err(format!("cannot be set in this file: {reason}"));
    }
    if !names::ALL.contains(&name) {
        return Err(match similar::nearest(name, names::ALL) {
            Some(meant) => format!("is no setting; did you mean {meant}?"),
            None if value.get_ref().is_table() => {
                "is no setting; settings stand at the top, outside of tables".to_owned()
            }
            None => "is no setting; `bongsu config --all` lists them".to_owned(),
        });
    }
    let value = json(value.get_ref())?;
    Ok(match value {
        Value::String(text) => text,
        Value::Array(parts) if parts.iter().all(is_entry) => {
            let parts = parts.iter().filter_map(Value::as_str);
            parts.collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    })
}

/// True for a text that can be an entry of a comma-separated list.
fn is_entry(part: &Value) -> bool {
    part.as_str().is_some_and(|text| !text.contains(','))
}

/// A value as JSON. Dates become strings.
fn json(value: &DeValue<'_>) -> Result<Value, String> {
    Ok(match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(switch) => Value::Bool(*switch),
        DeValue::Datetime(time) => Value::String(time.to_string()),
        DeValue::Integer(number) => {
            let parsed = i64::from_str_radix(number.as_str(), number.radix());
            let parsed = parsed.map_err(|_| "has a number that is too large")?;
            Value::Number(parsed.into())
        }
        DeValue::Float(number) => {
            let parsed = number.as_str().parse().ok().and_then(Number::from_f64);
            Value::Number(parsed.ok_or("has a number that is not finite")?)
        }
        DeValue::Array(parts) => {
            let parts = parts.iter().map(|part| json(part.get_ref()));
            Value::Array(parts.collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => {
            let mut map = Map::new();
            for (key, value) in table {
                map.insert(key.get_ref().to_string(), json(value.get_ref())?);
            }
            Value::Object(map)
        }
    })
}

#[cfg(test)]
mod tests {
    use shared::env::{Settings, names};

    use super::add;

    fn read(text: &str) -> Settings {
        let mut settings = Settings::from_pairs([]);
        add(text, "bongsu.toml", &mut settings);
        settings
    }

    #[test]
    fn values_are_texts_numbers_booleans_lists_and_json() {
        let settings = read(
            r#"
            SERVICE_NAME = "결제"
            ANALYSIS_WINDOW_MINUTES = 0x1e
            REDACT_EMAILS = true
            REDACT_KEYS = ["pin", "otp"]
            REDACT_RULES = [{ name = "order", pattern = 'ORD-\d{4,6}' }]

            [ANALYSIS_THRESHOLDS]
            errorRate = { warning = 0.5, critical = 1 }
            "#,
        );
        for (name, value) in [
            (names::SERVICE_NAME, "결제"),
            (names::ANALYSIS_WINDOW_MINUTES, "30"),
            (names::REDACT_EMAILS, "true"),
            (names::REDACT_KEYS, "pin,otp"),
            (
                names::REDACT_RULES,
                r#"[{"name":"order","pattern":"ORD-\\d{4,6}"}]"#,
            ),
            (
                names::ANALYSIS_THRESHOLDS,
                r#"{"errorRate":{"warning":0.5,"critical":1}}"#,
            ),
        ] {
            let text = settings.text(name).expect(name);
            if value.starts_with(['{', '[']) {
                let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
                assert_eq!(json(text), json(value), "{name}");
            } else {
                assert_eq!(text, value, "{name}");
            }
        }
        settings.finish().expect("valid");
    }

    #[test]
    fn all_problems_are_reported_with_line_name_and_reason_and_without_values() {
        let settings = read(
            "SERVICE_NAME = 'shop'\n\
             service_nmae = 'hunter2'\n\
             AWS_REGION = 'hunter2'\n\
             \n\
             [store]\n\
             url = 'hunter2'\n",
        );
        let error = settings.finish().expect_err("wrong").to_string();
        insta::assert_snapshot!(error);
        let settings = read("SLACK_TOKEN = 'hunter2\nSERVICE_NAME = shop\n\nLOG_LEVLE = 'warn'\n");
        let error = settings.finish().expect_err("wrong").to_string();
        assert!(!error.contains("hunter2"), "{error}");
        for part in [
            "bongsu.toml:1: ",
            "bongsu.toml:2: ",
            "bongsu.toml:4: LOG_LEVLE: ",
        ] {
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_name_that_is_given_twice_is_a_problem() {
        let settings = read("SERVICE_NAME = 'a'\nSERVICE_NAME = 'b'\n");
        let error = settings.finish().expect_err("wrong").to_string();
        assert!(error.contains("bongsu.toml:2: duplicate key"), "{error}");
    }
}
