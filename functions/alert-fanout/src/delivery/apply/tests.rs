//! What is remembered of an episode.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use shared::model::alert::{
    AlertStatus,
    AlertType::{Critical, Error, Warning},
};

use super::{
    super::state::{EpisodeEvent, EpisodeState, SentEpisode},
    KEPT, SendEffect, apply,
};
use crate::episode::{Episode, MessageRef};

fn at(minute: i64) -> Timestamp {
    let start: Timestamp = "2026-11-24T10:00:00Z".parse().expect("an instant");
    start + SignedDuration::from_mins(minute)
}

fn event(identity: &str, minute: i64) -> EpisodeEvent {
    EpisodeEvent {
        identity: identity.to_owned(),
        kind: Warning,
        status: Some(AlertStatus::Firing),
        at: at(minute),
        previous_state: None,
        is_no_data: false,
        never_began: false,
    }
}

fn end(identity: &str, minute: i64) -> EpisodeEvent {
    EpisodeEvent {
        status: Some(AlertStatus::Resolved),
        ..event(identity, minute)
    }
}

fn new_message(number: u8) -> SendEffect {
    SendEffect {
        new_message: true,
        message_ref: Some(MessageRef::Mail {
            message_id: format!("<{number}>"),
        }),
    }
}

const IN_PLACE: SendEffect = SendEffect {
    new_message: false,
    message_ref: None,
};

/// Everything folded in, one after the other, each at its own minute.
fn applied(events: &[(EpisodeEvent, SendEffect)]) -> EpisodeState {
    let state = events.iter().fold(None, |state, (event, done)| {
        Some(apply(state.as_ref(), event, done, event.at))
    });
    state.expect("an event")
}

fn sent(events: &[(EpisodeEvent, SendEffect)]) -> SentEpisode {
    applied(events).sent.expect("sent")
}

#[test]
fn an_episode_counts_its_notices_and_knows_its_first_its_last_and_its_worst() {
    let critical = EpisodeEvent {
        kind: Critical,
        ..event("c", 10)
    };
    let sent = sent(&[
        (event("a", 0), new_message(1)),
        (critical, IN_PLACE),
        (event("b", 5), IN_PLACE),
        (end("d", 20), IN_PLACE),
    ]);
    let expected = SentEpisode {
        episode: Episode {
            count: 3,
            first: at(0),
            last: at(10),
            resolved: Some(at(20)),
        },
        kind: Critical,
        at: at(0),
        lost_data: false,
        message_ref: new_message(1).message_ref,
    };
    assert_eq!(sent, expected);
}

#[test]
fn the_last_new_message_is_the_reference_and_begins_the_window() {
    let sent = sent(&[
        (event("a", 0), new_message(1)),
        (event("b", 300), new_message(2)),
    ]);
    assert_eq!(
        (sent.at, sent.message_ref),
        (at(300), new_message(2).message_ref)
    );
    assert_eq!((sent.episode.count, sent.episode.first), (2, at(0)));
}

#[test]
fn what_begins_after_the_end_is_a_new_episode() {
    let error = EpisodeEvent {
        kind: Error,
        ..event("a", 0)
    };
    let sent = sent(&[
        (error, new_message(1)),
        (end("b", 5), new_message(2)),
        (event("c", 5), new_message(3)),
    ]);
    assert_eq!(sent.episode, Episode::once(at(5)));
    assert_eq!(
        (sent.kind, sent.message_ref),
        (Warning, new_message(3).message_ref)
    );
}

#[test]
fn an_end_that_nobody_knows_the_beginning_of_counts_nothing() {
    let ended = sent(&[(end("a", 5), new_message(1))]);
    assert_eq!(ended.episode.count, 0);
    assert_eq!(ended.episode.resolved, Some(at(5)));
    // What it ended arrives late.
    let late = sent(&[(end("a", 5), new_message(1)), (event("b", 2), IN_PLACE)]);
    let expected = Episode {
        resolved: Some(at(5)),
        ..Episode::once(at(2))
    };
    assert_eq!(late.episode, expected);
}

#[test]
fn an_end_from_before_the_last_repetition_and_a_second_end_change_nothing() {
    let sent = sent(&[
        (event("a", 0), new_message(1)),
        (event("b", 10), IN_PLACE),
        (end("c", 5), IN_PLACE),
    ]);
    assert_eq!(sent.episode.resolved, None);
    let sent = self::sent(&[
        (event("a", 0), new_message(1)),
        (end("b", 10), IN_PLACE),
        (end("c", 20), IN_PLACE),
    ]);
    assert_eq!(sent.episode.resolved, Some(at(10)));
}

#[test]
fn what_is_stored_comes_back() {
    let state = applied(&[(event("한", 0), new_message(1)), (end("b", 10), IN_PLACE)]);
    let text = serde_json::to_string(&state).expect("JSON");
    assert_eq!(
        serde_json::from_str::<EpisodeState>(&text).expect("a state"),
        state
    );
}

proptest! {
    #[test]
    fn a_notice_counts_once_however_often_it_is_folded_in(
        identities in proptest::collection::vec(0_u8..12, 1..60),
    ) {
        let events: Vec<_> = identities
            .iter()
            .map(|identity| (event(&identity.to_string(), i64::from(*identity)), IN_PLACE))
            .collect();
        let state = applied(&events);
        let different = identities.iter().collect::<std::collections::BTreeSet<_>>().len();
        prop_assert_eq!(state.sent.expect("sent").episode.count, different as u64);
        prop_assert_eq!(state.applied.len(), different);
    }

    #[test]
    fn no_more_identities_are_kept_than_needed(count in 1_usize..200) {
        let events: Vec<_> = (0..count)
            .map(|number| (event(&number.to_string(), 0), IN_PLACE))
            .collect();
        let state = applied(&events);
        prop_assert_eq!(state.applied.len(), count.min(KEPT));
        let newest = (count - 1).to_string();
        prop_assert_eq!(state.applied.last(), Some(&newest));
    }
}
