//! The decision about a notice, after everything that can have been sent before.

use jiff::{SignedDuration, Timestamp};
use shared::model::alert::{
    AlertStatus,
    AlertType::{self, Critical, Error, Info, Warning},
};

use super::{
    super::state::{EpisodeEvent, EpisodeState, PendingPost, SentEpisode},
    Decision, SendAction, decide,
};
use crate::{
    episode::{Episode, MessageRef},
    report::HoldReason,
};

const WINDOW: SignedDuration = SignedDuration::from_hours(4);

/// A minute of the day.
fn at(minute: i64) -> Timestamp {
    let start: Timestamp = "2026-11-24T10:00:00Z".parse().expect("an instant");
    start + SignedDuration::from_mins(minute)
}

fn message_ref() -> MessageRef {
    MessageRef::Slack {
        channel: "C1".to_owned(),
        ts: "1.0".to_owned(),
    }
}

fn event(kind: AlertType, minute: i64) -> EpisodeEvent {
    EpisodeEvent {
        identity: "new".to_owned(),
        kind,
        status: Some(AlertStatus::Firing),
        at: at(minute),
        previous_state: None,
        is_no_data: false,
        never_began: false,
    }
}

fn end(minute: i64) -> EpisodeEvent {
    EpisodeEvent {
        status: Some(AlertStatus::Resolved),
        ..event(Warning, minute)
    }
}

/// A warning that was sent at minute 0 and resolved at `resolved`.
fn sent(message_ref: Option<MessageRef>, resolved: Option<i64>) -> EpisodeState {
    EpisodeState {
        sent: Some(SentEpisode {
            episode: Episode {
                resolved: resolved.map(at),
                ..Episode::once(at(0))
            },
            kind: Warning,
            at: at(0),
            lost_data: false,
            message_ref,
        }),
        pending: None,
        applied: vec!["old".to_owned()],
    }
}

/// What is decided at a minute where messages can be changed, where they can be answered alone, and
/// where neither can be.
fn decided(resolved: Option<i64>, event: &EpisodeEvent, minute: i64) -> [Decision; 3] {
    [
        (Some(message_ref()), true),
        (Some(message_ref()), false),
        (None, false),
    ]
    .map(|(message_ref, can_update)| {
        let state = sent(message_ref, resolved);
        decide(Some(&state), event, can_update, WINDOW, at(minute))
    })
}

fn send(action: SendAction) -> Decision {
    Decision::Send(action)
}

fn new_message() -> [Decision; 3] {
    [
        send(SendAction::UpdateAndReply(message_ref())),
        send(SendAction::Reply(message_ref())),
        send(SendAction::Post),
    ]
}

fn in_place(reason: HoldReason) -> [Decision; 3] {
    [
        send(SendAction::Update(message_ref())),
        Decision::Hold(reason),
        Decision::Hold(reason),
    ]
}

fn posted() -> [Decision; 3] {
    [(); 3].map(|()| send(SendAction::Post))
}

fn held(reason: HoldReason) -> [Decision; 3] {
    [(); 3].map(|()| Decision::Hold(reason))
}

#[test]
fn the_first_notice_is_posted_even_a_resolution() {
    for event in [event(Info, 0), event(Critical, 0), end(0)] {
        for state in [None, Some(EpisodeState::default())] {
            let decision = decide(state.as_ref(), &event, true, WINDOW, at(0));
            assert_eq!(decision, send(SendAction::Post), "{event:?}");
        }
    }
}

#[test]
fn a_repetition_changes_the_message_or_is_held_until_the_window_is_over() {
    for minute in [0, 1, 240] {
        let decision = decided(None, &event(Warning, minute), minute);
        assert_eq!(decision, in_place(HoldReason::Repeated), "{minute}");
    }
    assert_eq!(decided(None, &event(Warning, 241), 241), posted());
    // What gets better is no news either.
    assert_eq!(
        decided(None, &event(Info, 1), 1),
        in_place(HoldReason::Repeated)
    );
}

#[test]
fn escalations_and_critical_alerts_are_new_messages() {
    assert_eq!(decided(None, &event(Error, 1), 1), new_message());
    assert_eq!(decided(None, &event(Critical, 1), 1), new_message());
    let mut state = sent(Some(message_ref()), None);
    state.sent.as_mut().expect("sent").kind = Critical;
    let decision = decide(Some(&state), &event(Critical, 1), true, WINDOW, at(1));
    assert_eq!(decision, send(SendAction::UpdateAndReply(message_ref())));
    let decision = decide(Some(&state), &event(Error, 1), true, WINDOW, at(1));
    assert_eq!(decision, send(SendAction::Update(message_ref())));
}

#[test]
fn a_resolution_is_sent_once_however_late() {
    assert_eq!(decided(None, &end(1), 1), new_message());
    assert_eq!(decided(None, &end(100_000), 100_000), new_message());
    assert_eq!(
        decided(Some(1), &end(2), 2),
        held(HoldReason::ResolvedBefore)
    );
}

#[test]
fn the_first_ok_of_a_new_alarm_is_held_unless_an_alert_was_sent() {
    let end = EpisodeEvent {
        never_began: true,
        ..end(1)
    };
    let decision = decide(None, &end, true, WINDOW, at(1));
    assert_eq!(decision, Decision::Hold(HoldReason::NeverBegan));
    assert_eq!(decided(None, &end, 1), new_message());
    assert_eq!(decided(Some(0), &end, 1), held(HoldReason::ResolvedBefore));
}

#[test]
fn an_end_from_before_the_last_repetition_ends_nothing() {
    assert_eq!(decided(None, &end(-1), 1), held(HoldReason::Late));
    assert_eq!(decided(None, &end(0), 1), new_message());
}

#[test]
fn what_begins_after_the_end_is_posted_and_what_began_before_it_is_late() {
    assert_eq!(decided(Some(5), &event(Warning, 5), 6), posted());
    assert_eq!(decided(Some(5), &event(Warning, 6), 6), posted());
    let late = event(Error, 4);
    assert_eq!(decided(Some(5), &late, 6), in_place(HoldReason::Late));
    assert_eq!(decided(Some(5), &event(Critical, 4), 6), new_message());
    // Its resolution was sent, but never its beginning.
    let mut state = sent(Some(message_ref()), Some(5));
    state.sent.as_mut().expect("sent").episode.count = 0;
    let decision = decide(Some(&state), &late, true, WINDOW, at(6));
    assert_eq!(decision, send(SendAction::UpdateAndReply(message_ref())));
}

#[test]
fn an_applied_notice_is_not_sent_again() {
    let state = sent(Some(message_ref()), None);
    for event in [event(Critical, 500), end(1)] {
        let event = EpisodeEvent {
            identity: "old".to_owned(),
            ..event
        };
        let decision = decide(Some(&state), &event, true, WINDOW, at(500));
        assert_eq!(decision, Decision::AlreadySent);
    }
}

#[test]
fn a_message_that_is_on_its_way_is_waited_for_until_its_lease_ends() {
    let pending = PendingPost {
        by: "another run".to_owned(),
        until: at(1),
    };
    let state = EpisodeState {
        pending: Some(pending),
        ..EpisodeState::default()
    };
    for event in [event(Critical, 0), end(0)] {
        let decided = |minute| decide(Some(&state), &event, true, WINDOW, at(minute));
        assert_eq!(decided(0), Decision::Wait);
        assert_eq!(decided(1), send(SendAction::Post));
    }
}
