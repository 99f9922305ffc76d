//! The help of the whole command: its commands in groups, and colours as asked for.

use std::{ffi::OsString, fmt::Write as _};

use clap::{ColorChoice, Command, CommandFactory as _, ValueEnum as _, builder::Styles};

use super::Cli;

/// The commands in groups. A test checks that each is in one of them.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "Logs",
        &["ingest", "search", "services", "formats", "dead-letters"],
    ),
    ("Analysis", &["analyze", "backtest"]),
    ("Metrics and dashboards", &["metrics", "dashboard"]),
    ("Alerts", &["alert", "alerts", "silence"]),
    ("Functions", &["invoke"]),
    ("This program", &["config", "completions", "man"]),
];

/// The command line, with grouped help.
#[must_use]
pub fn command() -> Command {
    let command = Cli::command();
    let template = template(&command);
    command.help_template(template)
}

fn template(command: &Command) -> String {
    let styles = Styles::styled();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let mut text = "{about-with-newline}\n{usage-heading} {usage}\n".to_owned();
    for (title, names) in GROUPS {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\n{header}{title}:{header:#}");
        for name in *names {
            let command = command.find_subcommand(name);
            let about = command.and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(text, "  {literal}{name:<12}{literal:#} {about}");
        }
    }
    let _ = writeln!(text, "\n{header}Options:{header:#}");
    text + "{options}{after-help}"
}

/// The value of `--color` before the command line is parsed, so that its own messages follow it.
#[must_use]
pub fn color_choice(arguments: impl IntoIterator<Item = OsString>) -> ColorChoice {
    let mut choice = ColorChoice::Auto;
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let value = match argument.to_str() {
            Some("--") => break,
            Some("--color") => arguments.next(),
            Some(text) => text.strip_prefix("--color=").map(OsString::from),
            None => None,
        };
        let parsed = value.and_then(|value| ColorChoice::from_str(value.to_str()?, true).ok());
        choice = parsed.unwrap_or(choice);
    }
    choice
}

#[cfg(test)]
mod tests {
    use clap::{ColorChoice, Command};

    use super::{GROUPS, color_choice, command};

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn every_command_is_in_one_group_of_the_help() {
        let command = command();
        let grouped: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        for name in command.get_subcommands().map(Command::get_name) {
            let times = grouped.iter().filter(|grouped| **grouped == name).count();
            assert_eq!(times, 1, "{name} is in {times} groups of cli/help.rs");
        }
        for name in grouped {
            assert!(command.find_subcommand(name).is_some(), "no command {name}");
        }
    }

    #[test]
    fn every_command_has_examples_that_name_it() {
        fn check(command: &Command, path: &str, of_parents: &str) {
            for part in command.get_subcommands() {
                let path = format!("{path} {}", part.get_name());
                let help = part.get_after_help().map(ToString::to_string);
                let help = help.unwrap_or_default();
                let examples = help.split_once("Examples:");
                let examples = examples.map_or("", |(_, examples)| examples);
                let examples = format!("{of_parents}{examples}");
                assert!(
                    examples.contains(&path),
                    "no help has an example of `{path}`"
                );
                check(part, &path, &examples);
            }
        }
        check(&command(), "bongsu", "");
    }

    #[test]
    fn the_help_is_grouped_and_fits_eighty_columns() {
        let mut command = command().term_width(80);
        let help = command.render_help().to_string();
        insta::assert_snapshot!(help);
        assert!(
            help.lines().all(|line| line.chars().count() <= 80),
            "{help}"
        );
    }

    #[test]
    fn the_colours_of_messages_are_those_of_the_option() {
        let choice = |words: &[&str]| color_choice(words.iter().map(Into::into));
        assert_eq!(choice(&["bongsu", "--help"]), ColorChoice::Auto);
        assert_eq!(choice(&["bongsu", "--color", "never"]), ColorChoice::Never);
        assert_eq!(choice(&["x", "--color=always", "y"]), ColorChoice::Always);
        assert_eq!(choice(&["x", "--color", "blue"]), ColorChoice::Auto);
        assert_eq!(choice(&["--", "--color=always"]), ColorChoice::Auto);
    }
}
