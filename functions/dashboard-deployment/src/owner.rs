//! The owner of a dashboard. The last widget names the owner, because CloudWatch has no field for it:
//! a line of text for people, with the owner in its link.
//!
//! Invariant: a dashboard without a mark, or with another owner's, is never deleted, and replaced
//! only on explicit request.

use std::fmt;

use serde_json::{Value, json};

/// The prefix of the link's target.
const MARK: &str = "#kept-by=";

/// The owner of a dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner(String);

impl Owner {
    /// The owner for direct invocations and for the runner.
    #[must_use]
    pub fn by_hand() -> Self {
        Self("hand".to_owned())
    }

    /// A resource of a CloudFormation stack: the stack's unique id and the resource's logical id. One
    /// stack may move a dashboard from one resource to another.
    #[must_use]
    pub fn of_stack(stack_id: &str, logical_id: &str) -> Self {
        let plain = |text: &str| -> String {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/".contains(c);
            let plain = |c: char| if is_plain(c) { c } else { '_' };
            text.chars().map(plain).collect()
        };
        Self(format!("{}/{}", plain(stack_id), plain(logical_id)))
    }

    /// The owner that a dashboard's body names.
    #[must_use]
    pub fn of_body(body: &str) -> Option<Self> {
        let body: Value = serde_json::from_str(body).ok()?;
        let widgets = body.get("widgets")?.as_array()?;
        widgets.iter().rev().find_map(|widget| {
            let markdown = widget.get("properties")?.get("markdown")?.as_str()?;
            let (_, marked) = markdown.split_once(MARK)?;
            let (owner, _) = marked.split_once(')')?;
            Some(Self(owner.to_owned()))
        })
    }

    /// True if this owner may replace a dashboard of `other` (`None`: no known owner) without an
    /// explicit request. A resource may take over from another of the same stack, and anyone from a
    /// direct invocation.
    #[must_use]
    pub fn may_replace(&self, other: Option<&Self>) -> bool {
        other.is_some_and(|other| {
            other == self
                || *other == Self::by_hand()
                || self.stack().is_some() && self.stack() == other.stack()
        })
    }

    /// The stack, if the owner is a resource of one.
    fn stack(&self) -> Option<&str> {
        self.0.rsplit_once('/').map(|(stack, _)| stack)
    }

    /// The widget that names the owner, at a row.
    #[must_use]
    pub fn widget(&self, y: u64) -> Value {
        let markdown = format!(
            "[Bongsu]({MARK}{self}) deploys this dashboard. The next deployment overwrites manual \
             changes."
        );
        json!({
            "type": "text",
            "x": 0, "y": y, "width": 24, "height": 1,
            "properties": {"markdown": markdown, "background": "transparent"},
        })
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Owner;

    const STACK: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/bongsu/5e1f-(a)";

    fn body(owner: &Owner) -> String {
        json!({"widgets": [{"type": "metric"}, owner.widget(3)]}).to_string()
    }

    #[test]
    fn a_body_names_its_owner() {
        for owner in [Owner::by_hand(), Owner::of_stack(STACK, "Dashboard")] {
            assert_eq!(Owner::of_body(&body(&owner)), Some(owner));
        }
        for of_nobody in [
            "{}",
            "no JSON",
            r##"{"widgets": [{"properties": {"markdown": "#"}}]}"##,
        ] {
            assert_eq!(Owner::of_body(of_nobody), None);
        }
    }

    #[test]
    fn a_dashboard_of_another_owner_is_not_replaced() {
        let mine = Owner::of_stack(STACK, "Dashboard");
        let renamed = Owner::of_stack(STACK, "Board");
        let theirs = Owner::of_stack("arn:aws:cloudformation:x:1:stack/other/1", "Dashboard");
        let by_hand = Owner::by_hand();
        assert!(mine.may_replace(Some(&mine)));
        assert!(mine.may_replace(Some(&renamed)));
        assert!(mine.may_replace(Some(&by_hand)));
        assert!(by_hand.may_replace(Some(&by_hand)));
        assert!(!mine.may_replace(Some(&theirs)));
        assert!(!mine.may_replace(None));
        assert!(!by_hand.may_replace(Some(&mine)));
    }
}
