//! `bongsu config`: shows the settings, and where each comes from.

use std::path::Path;

use shared::env::{SettingOrigin, Settings, described, names};

use crate::{
    cli, config_file,
    error::CommandError,
    output,
    report::{
        style::Paint,
        table::{CellValue, Column, table},
        width::wrapped,
    },
    session,
};

/// Runs the command.
///
/// # Errors
///
/// If the configuration file or a setting of the output is invalid.
pub fn run(
    arguments: &cli::ConfigArguments,
    file: Option<&Path>,
    store: Option<&Path>,
    mut settings: Settings,
) -> Result<(), CommandError> {
    if let Some(store) = store {
        settings.set(names::BONGSU_STORE, &store.to_string_lossy());
    }
    let rows = rows(&settings, arguments.all);
    let (style, ()) = session::without_store(settings, |_| ())?;
    if arguments.json {
        let mut text = String::new();
        for SettingRow { name, value, from } in rows {
            let line = serde_json::json!({"name": name, "value": value, "from": from});
            text.extend([&line.to_string(), "\n"]);
        }
        return output::print(&text);
    }
    let cells = rows.iter().map(|row| {
        let value = CellValue::new(row.value.as_deref().unwrap_or("not set"));
        vec![
            CellValue::new(row.name).painted(Paint::Name),
            value.painted_if(row.from == DEFAULT, Paint::Aside),
            CellValue::new(&row.from),
        ]
    });
    let columns = [
        Column::Word("setting"),
        Column::Text("value", 3),
        Column::Text("from", 2),
    ];
    let mut text = if rows.is_empty() {
        "Nothing is set; all settings have their defaults (--all shows them).\n".to_owned()
    } else {
        table(style, &columns, cells.collect())
    };
    let line = wrapped(&file_line(file), usize::from(style.width)).join("\n");
    text.extend(["\n", line.as_str(), "\n"]);
    output::print(&text)
}

/// The origin of a default.
const DEFAULT: &str = "default";

/// A setting to show.
#[derive(Debug, PartialEq, Eq)]
struct SettingRow {
    name: &'static str,
    /// The value, or the default; `None` if there is no default.
    value: Option<String>,
    from: String,
}

fn rows(settings: &Settings, with_defaults: bool) -> Vec<SettingRow> {
    let mut rows = Vec::new();
    for setting in described::settings() {
        let name = setting.name;
        let from = match settings.origin(name) {
            Some(SettingOrigin::Option) => "option".to_owned(),
            Some(SettingOrigin::Environment) => "environment".to_owned(),
            Some(SettingOrigin::File(place)) => place.to_string(),
            None if with_defaults => DEFAULT.to_owned(),
            None => continue,
        };
        let default = || {
            let text = setting.default.replace('`', "");
            Some(text).filter(|text| text != "none" && text != "not set")
        };
        rows.push(SettingRow {
            name,
            value: settings.shown(name).or_else(default),
            from,
        });
    }
    rows
}

/// Names the file that was read, or those that were looked for.
fn file_line(option: Option<&Path>) -> String {
    if let Some(path) = config_file::chosen(option) {
        return format!("Configuration file: {}", path.display());
    }
    let searched = config_file::searched();
    let searched: Vec<String> = searched
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    format!("No configuration file: {}", searched.join(", "))
}

#[cfg(test)]
mod tests {
    use shared::env::{Settings, names};

    use super::{SettingRow, rows};
    use crate::config_file;

    fn settings() -> Settings {
        let mut settings = Settings::from_pairs([
            (names::SERVICE_NAME, "shop"),
            (names::ELASTICSEARCH_URL, "https://me:hunter2@example.com"),
        ]);
        let text = "SLACK_TOKEN = 'hunter2'\nSERVICE_NAME = 'other'\nLOG_LEVEL = 'warn'\n";
        config_file::add(text, "bongsu.toml", &mut settings);
        settings.set(names::BONGSU_STORE, "x.sqlite");
        settings
    }

    #[test]
    fn each_setting_that_is_set_states_its_origin_and_no_secret() {
        let row = |name, value: &str, from: &str| SettingRow {
            name,
            value: Some(value.to_owned()),
            from: from.to_owned(),
        };
        assert_eq!(
            rows(&settings(), false),
            [
                row(names::SERVICE_NAME, "shop", "environment"),
                row(
                    names::ELASTICSEARCH_URL,
                    "https://***@example.com",
                    "environment"
                ),
                row(names::BONGSU_STORE, "x.sqlite", "option"),
                row(names::SLACK_TOKEN, "***", "bongsu.toml:1"),
                row(names::LOG_LEVEL, "warn", "bongsu.toml:3"),
            ]
        );
    }

    #[test]
    fn with_defaults_every_setting_is_shown_once() {
        let rows = rows(&settings(), true);
        let shown: Vec<&str> = rows.iter().map(|row| row.name).collect();
        assert_eq!(shown, names::ALL);
        let window = rows
            .iter()
            .find(|row| row.name == names::ANALYSIS_WINDOW_MINUTES);
        let window = window.expect("a row");
        assert_eq!(
            (window.value.as_deref(), window.from.as_str()),
            (Some("15"), "default")
        );
    }
}
