//! The difference between two notices of the same incident.

use crate::notice::{Fact, FactChange, FactName, Notice, Phrase};

/// The most changes that a message names.
const MOST: usize = 6;

/// What is new.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NoticeChange {
    /// Nothing that a message shows.
    None,
    /// Values of facts.
    Facts(Vec<FactChange>),
    /// The text, or the title.
    Content,
}

/// What the second notice says that the first one does not. Numbers in the text of a measured alert are
/// also facts, so that only texts of others count as content.
pub(super) fn between(before: &Notice, after: &Notice) -> NoticeChange {
    let is_measured = after.facts.iter().any(|fact| fact.name == FactName::Value)
        || matches!(
            after.title,
            Phrase::AlarmFiring { .. } | Phrase::Reached { .. }
        );
    let is_new_text = before.message.trim() != after.message.trim()
        || before.title != after.title
        || before.statements != after.statements;
    if is_new_text && !is_measured {
        return NoticeChange::Content;
    }
    let mut changes = Vec::new();
    for fact in &after.facts {
        let old = find(before, &fact.name);
        if old.is_none_or(|old| old.value != fact.value) {
            changes.push(FactChange {
                name: fact.name.clone(),
                before: old.map(|old| old.value.clone()),
                after: Some(fact.value.clone()),
            });
        }
    }
    for fact in &before.facts {
        if find(after, &fact.name).is_none() {
            changes.push(FactChange {
                name: fact.name.clone(),
                before: Some(fact.value.clone()),
                after: None,
            });
        }
    }
    changes.truncate(MOST);
    if changes.is_empty() {
        NoticeChange::None
    } else {
        NoticeChange::Facts(changes)
    }
}

fn find<'a>(notice: &'a Notice, name: &FactName) -> Option<&'a Fact> {
    notice.facts.iter().find(|fact| fact.name == *name)
}

#[cfg(test)]
mod tests {
    use super::{NoticeChange, between};
    use crate::notice::{Fact, FactName, Notice, Phrase};

    fn notice(message: &str, count: f64) -> Notice {
        Notice {
            message: message.to_owned(),
            facts: vec![Fact::number(FactName::Count, count, None)],
            ..Notice::new("aws.health", Phrase::Text("RDS".to_owned()))
        }
    }

    #[test]
    fn a_new_text_is_content_and_a_new_number_is_a_fact() {
        let before = notice("Investigating.", 1.0);
        assert_eq!(between(&before, &before), NoticeChange::None);
        assert_eq!(
            between(&before, &notice("Fixed.", 1.0)),
            NoticeChange::Content
        );
        let NoticeChange::Facts(facts) = between(&before, &notice("Investigating.", 7.0)) else {
            panic!("a fact changed");
        };
        assert_eq!(facts.len(), 1);
        assert_eq!(facts[0].name, FactName::Count);
    }

    #[test]
    fn the_text_of_a_measured_alert_repeats_its_facts() {
        let mut before = notice("CPU is at 85%", 1.0);
        before.facts = vec![Fact::number(FactName::Value, 85.0, Some("Percent"))];
        let mut after = notice("CPU is at 91%", 1.0);
        after.facts = vec![Fact::number(FactName::Value, 91.0, Some("Percent"))];
        assert!(matches!(between(&before, &after), NoticeChange::Facts(_)));
    }
}
