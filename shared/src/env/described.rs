//! What the comments of `names.rs` say about each setting: for docs/settings.md and `bongsu config`.

/// A setting, as its comment describes it. Texts are Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingDescription {
    /// The section of the page.
    pub section: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub meaning: String,
    /// Its default.
    pub default: String,
}

/// Every setting, in the order of `names::ALL`.
#[must_use]
pub fn settings() -> Vec<SettingDescription> {
    described(include_str!("names.rs"))
}

fn described(source: &'static str) -> Vec<SettingDescription> {
    let mut found = Vec::new();
    let mut section = "";
    let mut comment = String::new();
    for line in source.lines() {
        if let Some(title) = line.strip_prefix("// # ") {
            section = title;
        } else if let Some(text) = line.strip_prefix("/// ") {
            comment.push_str(text);
            comment.push(' ');
        } else if let Some((name, _)) = line
            .strip_prefix("pub const ")
            .and_then(|rest| rest.split_once(": &str = "))
        {
            let (meaning, default) = comment.split_once("Default: ").unwrap_or((&comment, ""));
            found.push(SettingDescription {
                section,
                name,
                meaning: meaning.trim().to_owned(),
                default: default.trim().trim_end_matches('.').to_owned(),
            });
            comment.clear();
        } else {
            comment.clear();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{SettingDescription, described, settings};
    use crate::env::names;

    #[test]
    fn a_comment_is_split_into_meaning_and_default() {
        let source =
            "// # Store\n\n/// The URL,\n/// whole. Default: `a.b`.\npub const A: &str = \"A\";\n";
        let expected = SettingDescription {
            section: "Store",
            name: "A",
            meaning: "The URL, whole.".to_owned(),
            default: "`a.b`".to_owned(),
        };
        assert_eq!(described(source), [expected]);
    }

    #[test]
    fn every_setting_has_a_meaning_and_a_default() {
        let all = settings();
        let found: Vec<&str> = all.iter().map(|setting| setting.name).collect();
        assert_eq!(found, names::ALL);
        for setting in all {
            assert!(!setting.meaning.is_empty(), "{}", setting.name);
            assert!(!setting.default.is_empty(), "{}", setting.name);
        }
    }
}
