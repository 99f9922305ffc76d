//! Which errors explain failed requests: those with the same correlation id. A store groups documents by
//! correlation id; the ranking is the same for every store.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

/// The most causes that a store returns.
pub const MOST_CAUSES: usize = 50;
/// How many words the patterns of a family have: fewer have too little in common, and more are no
/// sentences.
const FAMILY_WORDS: std::ops::RangeInclusive<usize> = 5..=40;

/// An error that explains failed requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseFacts {
    /// The pattern of the error, with `…` for a word in which its patterns differ.
    pub pattern: String,
    /// The patterns of this cause, sorted.
    pub patterns: Vec<String>,
    /// The number of failed requests that share their correlation id with such an error.
    pub failed_requests: u64,
    /// The number of different users of these requests.
    pub users: u64,
    /// The number of different endpoints of these requests.
    pub routes: u64,
    /// The failed requests that each of the patterns explains. A rare one may be absent.
    pub failed_by_pattern: BTreeMap<String, u64>,
    /// The time of the first of the errors.
    pub first_seen: Option<Timestamp>,
}

/// The documents with one correlation id: failed requests, and errors that are no requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorrelatedFailures {
    /// The number of failed requests.
    pub failed_requests: u64,
    /// Their users.
    pub users: BTreeSet<String>,
    /// Their endpoints.
    pub endpoints: BTreeSet<String>,
    /// The patterns of the errors.
    pub patterns: BTreeSet<String>,
    /// The time of the first error.
    pub first_error: Option<Timestamp>,
}

/// Ranks the errors of all correlation ids by the failed requests that they explain (ties: by pattern).
/// A failed request with several errors counts for each of them.
///
/// Patterns that differ in one word, such as the name of a query, are one cause: `pool exhausted while
/// running …`. A word with a digit keeps patterns apart: status 404 is not status 500.
#[must_use]
pub fn causes(groups: impl IntoIterator<Item = CorrelatedFailures>) -> Vec<CauseFacts> {
    let groups: Vec<CorrelatedFailures> = groups
        .into_iter()
        .filter(|group| group.failed_requests > 0)
        .collect();
    let single = ranked(&groups, Some);
    let families = families(single.iter().map(|cause| cause.pattern.as_str()));
    let mut causes = ranked(&groups, |pattern| families.get(pattern).map(String::as_str));
    for cause in &mut causes {
        let members = families
            .iter()
            .filter(|(_, family)| **family == cause.pattern);
        cause.patterns = members.map(|(pattern, _)| pattern.clone()).collect();
        let single = single
            .iter()
            .filter(|single| cause.patterns.contains(&single.pattern));
        cause.failed_by_pattern = single
            .map(|single| (single.pattern.clone(), single.failed_requests))
            .collect();
    }
    causes
}

/// The groups that have an error of one name.
#[derive(Debug, Default)]
struct CauseCounts<'a> {
    failed_requests: u64,
    users: BTreeSet<&'a str>,
    endpoints: BTreeSet<&'a str>,
    first_seen: Option<Timestamp>,
}

impl<'a> CauseCounts<'a> {
    fn add(&mut self, group: &'a CorrelatedFailures) {
        self.failed_requests += group.failed_requests;
        self.users.extend(group.users.iter().map(String::as_str));
        self.endpoints
            .extend(group.endpoints.iter().map(String::as_str));
        let times = [self.first_seen, group.first_error];
        self.first_seen = times.into_iter().flatten().min();
    }
}

/// The causes by their names; patterns without a name are left out.
fn ranked<'a>(
    groups: &'a [CorrelatedFailures],
    name: impl Fn(&'a str) -> Option<&'a str>,
) -> Vec<CauseFacts> {
    let mut causes: BTreeMap<&str, CauseCounts<'_>> = BTreeMap::new();
    for group in groups {
        let names: BTreeSet<&str> = group.patterns.iter().filter_map(|it| name(it)).collect();
        for name in names {
            causes.entry(name).or_default().add(group);
        }
    }
    let mut causes: Vec<CauseFacts> = causes
        .into_iter()
        .map(|(pattern, counts)| CauseFacts {
            pattern: pattern.to_owned(),
            patterns: Vec::new(),
            failed_requests: counts.failed_requests,
            users: counts.users.len() as u64,
            routes: counts.endpoints.len() as u64,
            failed_by_pattern: BTreeMap::new(),
            first_seen: counts.first_seen,
        })
        .collect();
    // The sort is stable, and the map was sorted by name.
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.failed_requests));
    causes.truncate(MOST_CAUSES);
    causes
}

/// The name of each pattern's family: the pattern itself, or what it has in common with others, with `…`
/// for the one word in which they differ.
fn families<'a>(patterns: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
    let patterns: Vec<&str> = patterns.collect();
    let mut members: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for pattern in &patterns {
        let words: Vec<&str> = pattern.split(' ').collect();
        if !FAMILY_WORDS.contains(&words.len()) {
            continue;
        }
        for (position, word) in words.iter().enumerate() {
            if word.is_empty()
                || word.contains(|letter: char| !letter.is_alphabetic() && letter != '_')
            {
                continue;
            }
            let mut family = words.clone();
            if let Some(word) = family.get_mut(position) {
                *word = "…";
            }
            members.entry(family.join(" ")).or_default().push(pattern);
        }
    }
    let mut members: Vec<(String, Vec<&str>)> = members.into_iter().collect();
    members.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
    let mut families: BTreeMap<String, String> = BTreeMap::new();
    for (family, mut members) in members {
        members.retain(|pattern| !families.contains_key(*pattern));
        if members.len() > 1 {
            families.extend(members.iter().map(|it| ((*it).to_owned(), family.clone())));
        }
    }
    for pattern in patterns {
        let family = || pattern.to_owned();
        families.entry(pattern.to_owned()).or_insert_with(family);
    }
    families
}

#[cfg(test)]
mod tests {
    use super::{CauseFacts, CorrelatedFailures, causes};

    fn group(failed_requests: u64, user: &str, patterns: &[&str]) -> CorrelatedFailures {
        CorrelatedFailures {
            failed_requests,
            users: [user.to_owned()].into(),
            endpoints: ["GET /x".to_owned()].into(),
            patterns: patterns.iter().map(|&pattern| pattern.to_owned()).collect(),
            first_error: jiff::Timestamp::from_second(i64::try_from(failed_requests).expect("few"))
                .ok(),
        }
    }

    fn shown(causes: &[CauseFacts]) -> Vec<(&str, u64, usize)> {
        causes
            .iter()
            .map(|cause| {
                (
                    cause.pattern.as_str(),
                    cause.failed_requests,
                    cause.patterns.len(),
                )
            })
            .collect()
    }

    #[test]
    fn patterns_that_differ_in_one_word_are_one_cause() {
        let pool = ["select_player", "list_items", "ban_player"]
            .map(|query| format!("pool exhausted after # ms while running {query}"));
        let [first, second, third] = pool.each_ref().map(String::as_str);
        let found = causes([
            group(2, "a", &[first]),
            group(1, "b", &[second]),
            // Two errors of one cause count once.
            group(1, "a", &[second, third]),
            group(3, "c", &["disk full"]),
            group(0, "d", &[third]),
        ]);
        assert_eq!(
            shown(&found),
            [
                ("pool exhausted after # ms while running …", 4, 3),
                ("disk full", 3, 1)
            ]
        );
        assert_eq!((found[0].users, found[0].routes), (2, 1));
        assert_eq!(found[0].patterns, [third, second, first]);
        let counts: Vec<u64> = found[0].failed_by_pattern.values().copied().collect();
        assert_eq!(counts, [1, 2, 2], "of [third, second, first]");
        let first_seen = found[0].first_seen.expect("a time");
        assert_eq!(first_seen.as_second(), 1);
    }

    #[test]
    fn short_patterns_and_those_that_differ_in_a_number_are_causes_of_their_own() {
        let patterns = [
            "request failed with status 404",
            "request failed with status 500",
            "VM Started",
            "VM Paused",
            "결제 실패",
            "",
        ];
        let found = causes(patterns.map(|pattern| group(1, "a", &[pattern])));
        let mut expected = patterns.map(|pattern| (pattern, 1, 1));
        expected.sort_unstable();
        assert_eq!(shown(&found), expected);
    }
}
