//! Settings from the environment; the only module that reads it. [`Settings`] keeps every problem until
//! [`Settings::finish`] reports all of them at once.
//!
//! The command line and, for `bongsu`, a configuration file add to the environment: options win over it,
//! and it wins over the file.

use std::{borrow::Cow, collections::BTreeMap, fmt, str::FromStr};

use crate::secret::Secret;

pub mod described;
pub mod names;
#[cfg(test)]
mod tests;

/// The environment at the start of the process, and the problems found so far.
#[derive(Debug)]
pub struct Settings {
    variables: BTreeMap<String, Variable>,
    problems: Vec<Problem>,
}

#[derive(Debug)]
struct Variable {
    value: String,
    origin: SettingOrigin,
}

/// The place that a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingOrigin {
    /// An option of the command line.
    Option,
    /// The environment.
    Environment,
    /// A line of the configuration file.
    File(FileLine),
}

/// A line of a file, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLine {
    /// The file, as messages name it.
    pub file: String,
    /// The line; `None` for the file as a whole.
    pub line: Option<usize>,
}

impl fmt::Display for FileLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}:{line}", self.file),
            None => formatter.write_str(&self.file),
        }
    }
}

/// An invalid setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line of the configuration file that it is in.
    pub place: Option<FileLine>,
    /// The variable's name; empty for a problem of the file itself.
    pub name: String,
    /// Its value for messages: `None` if it is not set, `***` if it is a secret.
    pub value: Option<String>,
    /// The reason, and what is allowed.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(formatter, "{place}: ")?;
        }
        match &self.value {
            Some(value) => write!(formatter, "{}={value}: {}", self.name, self.reason),
            None if self.name.is_empty() => formatter.write_str(&self.reason),
            None if self.place.is_some() => write!(formatter, "{}: {}", self.name, self.reason),
            None => write!(formatter, "{} is not set: {}", self.name, self.reason),
        }
    }
}

/// All invalid settings.
#[derive(Debug, PartialEq, Eq)]
pub struct InvalidSettings(Vec<Problem>);

impl InvalidSettings {
    /// The problems, in the order in which the settings were read.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }
}

impl fmt::Display for InvalidSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => write!(formatter, "1 setting is wrong:")?,
            count => write!(formatter, "{count} settings are wrong:")?,
        }
        self.0
            .iter()
            .try_for_each(|problem| write!(formatter, "\n  {problem}"))
    }
}

impl std::error::Error for InvalidSettings {}

impl Settings {
    /// The environment of this process. A setting that is not UTF-8 is a problem.
    #[must_use]
    pub fn from_process() -> Self {
        let mut settings = Self {
            variables: BTreeMap::new(),
            problems: Vec::new(),
        };
        for (name, value) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            match value.into_string() {
                Ok(value) => {
                    let origin = SettingOrigin::Environment;
                    settings.variables.insert(name, Variable { value, origin });
                }
                Err(value) if names::ALL.contains(&name.as_str()) => {
                    let value = shown(&name, &value.to_string_lossy());
                    settings.problem(&name, Some(value), "is not valid UTF-8");
                }
                Err(_) => {}
            }
        }
        settings
    }

    /// Settings of these variables alone.
    #[must_use]
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let variables = pairs.into_iter().map(|(name, value)| {
            let variable = Variable {
                value: value.to_owned(),
                origin: SettingOrigin::Environment,
            };
            (name.to_owned(), variable)
        });
        Self {
            variables: variables.collect(),
            problems: Vec::new(),
        }
    }

    /// Sets a variable to the value of a command-line option, which wins over the environment.
    pub fn set(&mut self, name: &str, value: &str) {
        let variable = Variable {
            value: value.to_owned(),
            origin: SettingOrigin::Option,
        };
        self.variables.insert(name.to_owned(), variable);
    }

    /// Sets a variable to the value of the configuration file, unless it is set.
    pub fn set_from_file(&mut self, name: &str, value: &str, place: FileLine) {
        if self.text(name).is_none() {
            let variable = Variable {
                value: value.to_owned(),
                origin: SettingOrigin::File(place),
            };
            self.variables.insert(name.to_owned(), variable);
        }
    }

    /// The place that the value of a variable comes from; `None` if it is not set.
    #[must_use]
    pub fn origin(&self, name: &str) -> Option<&SettingOrigin> {
        self.text(name)?;
        self.variables.get(name).map(|variable| &variable.origin)
    }

    /// The value of a variable for people: `***` for a secret, and a URL without user and password.
    #[must_use]
    pub fn shown(&self, name: &str) -> Option<String> {
        self.text(name).map(|value| shown(name, value))
    }

    /// The text of a variable. An empty or blank one counts as not set: templates set variables to
    /// nothing if a parameter is left out.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(|variable| variable.value.trim())
            .filter(|value| !value.is_empty())
    }

    /// A secret.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.text(name).map(Secret::new)
    }

    /// The last part of an ARN, such as `app/front/50dc6c495c0c9188`, which begins with `beginning`. A
    /// text with another beginning is a problem and counts as not set.
    pub fn end_of_arn(&mut self, name: &str, beginning: &str) -> Option<String> {
        let end = self.text(name)?.to_owned();
        if end.starts_with(beginning) {
            return Some(end);
        }
        let reason = format!("must be the end of an ARN, which begins with {beginning:?}");
        self.refuse(name, &reason);
        None
    }

    /// A value that is parsed from text. An invalid one is a problem and counts as not set.
    pub fn parsed<T: FromStr<Err: fmt::Display>>(&mut self, name: &str) -> Option<T> {
        let text = self.text(name)?.to_owned();
        match text.parse() {
            Ok(value) => Some(value),
            Err(reason) => {
                self.refuse(name, &reason.to_string());
                None
            }
        }
    }

    /// A number within bounds, or its default.
    pub fn number(&mut self, name: &str, default: u64, least: u64, most: u64) -> u64 {
        let Some(text) = self.text(name) else {
            return default;
        };
        match text.parse() {
            Ok(number) if (least..=most).contains(&number) => number,
            _ => {
                self.refuse(
                    name,
                    &format!("must be a whole number from {least} to {most}"),
                );
                default
            }
        }
    }

    /// A switch: `true`, `1`, `yes` and `on`, or `false`, `0`, `no` and `off`, in any case.
    pub fn switch(&mut self, name: &str, default: bool) -> bool {
        let Some(text) = self.text(name) else {
            return default;
        };
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => true,
            "false" | "0" | "no" | "off" => false,
            _ => {
                self.refuse(name, "must be true or false");
                default
            }
        }
    }

    /// The entries of a comma-separated list, without blanks; empty if it is not set.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        let entries = self.text(name).unwrap_or_default().split(',');
        entries
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Adds a problem with a variable, with its value (or `***`).
    pub fn refuse(&mut self, name: &str, reason: &str) {
        self.problem(name, self.shown(name), reason);
    }

    /// Adds a problem of the configuration file: with a name, or with the file itself.
    pub fn refuse_in_file(&mut self, place: FileLine, name: Option<&str>, reason: &str) {
        self.add(Problem {
            place: Some(place),
            name: name.unwrap_or_default().to_owned(),
            value: None,
            reason: reason.to_owned(),
        });
    }

    /// Adds a problem with a variable without its value: for one whose value contains a secret although
    /// its name is not that of a secret.
    pub fn refuse_unshown(&mut self, name: &str, reason: &str) {
        self.problem(name, Some("***".to_owned()), reason);
    }

    /// Ends the reading with all problems, misspelt names included.
    ///
    /// # Errors
    ///
    /// If there is any problem.
    pub fn finish(mut self) -> Result<(), InvalidSettings> {
        self.refuse_misspelt_names();
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(InvalidSettings(self.problems))
        }
    }

    /// A setting with a typo in its name would silently be ignored.
    fn refuse_misspelt_names(&mut self) {
        let misspelt: Vec<(String, &str)> = self
            .variables
            .keys()
            .filter(|name| !names::ALL.contains(&name.as_str()))
            .filter_map(|name| Some((name.clone(), names::nearly(name)?)))
            .collect();
        for (name, meant) in misspelt {
            // The value may hold a secret, whatever was meant.
            self.refuse_unshown(&name, &format!("is no setting; did you mean {meant}?"));
        }
    }

    fn problem(&mut self, name: &str, value: Option<String>, reason: &str) {
        let place = match self.origin(name) {
            Some(SettingOrigin::File(place)) => Some(place.clone()),
            _ => None,
        };
        self.add(Problem {
            place,
            name: name.to_owned(),
            value,
            reason: reason.to_owned(),
        });
    }

    fn add(&mut self, problem: Problem) {
        // Two parts of a process can read the same setting.
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

/// How secrets begin that were put into another setting by mistake: tokens and webhooks of Slack.
const SECRET_PREFIXES: [&str; 5] = ["xoxb-", "xoxp-", "xoxe.", "xapp-", "hooks.slack.com/"];

/// A URL without the values of its query, which may be tokens; any other text as it is.
fn without_query(value: &str) -> Cow<'_, str> {
    match value.split_once('?') {
        Some((before, _)) if before.contains("://") => format!("{before}?***").into(),
        _ => value.into(),
    }
}

/// A value for messages: without a secret, and without user and password of a URL, even if they are not
/// encoded or the URL has no scheme.
fn shown(name: &str, value: &str) -> String {
    if names::is_secret(name) || SECRET_PREFIXES.iter().any(|it| value.contains(it)) {
        return "***".to_owned();
    }
    // A user with a password, and a private key: put there by mistake.
    let is_secret = match name {
        names::ELASTICSEARCH_USERNAME => value.contains(':'),
        names::ELASTICSEARCH_CA => value.contains("PRIVATE KEY") || value.starts_with("MI"),
        _ => false,
    };
    if is_secret {
        return "***".to_owned();
    }
    let value = &without_query(value);
    let without_credentials = value.rsplit_once('@').and_then(|(before, host)| {
        let scheme = match before.split_once("://") {
            Some((scheme, _)) => format!("{scheme}://"),
            // Not an e-mail address.
            None => before.contains(':').then(String::new)?,
        };
        Some(format!("{scheme}***@{host}"))
    });
    without_credentials.unwrap_or_else(|| value.clone().into_owned())
}
