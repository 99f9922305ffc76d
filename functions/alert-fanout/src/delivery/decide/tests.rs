//! What is done about a notice after everything that can have been told before.

use jiff::{SignedDuration, Timestamp};
use shared::model::alert::{
    AlertStatus,
    AlertType::{self, Critical, Error, Info, Warning},
};

use super::{
    super::state::{Event, Opening, State, Told},
    Act, Decision, decide,
};
use crate::{
    episode::{Episode, MessageRef},
    report::Reason,
};

const WINDOW: SignedDuration = SignedDuration::from_hours(4);

/// A minute of the day.
fn at(minute: i64) -> Timestamp {
    let start: Timestamp = "2026-11-24T10:00:00Z".parse().expect("an instant");
    start + SignedDuration::from_mins(minute)
}

fn place() -> MessageRef {
    MessageRef::Slack {
        channel: "C1".to_owned(),
        ts: "1.0".to_owned(),
    }
}

fn event(kind: AlertType, minute: i64) -> Event {
    Event {
        identity: "new".to_owned(),
        kind,
        status: Some(AlertStatus::Firing),
        at: at(minute),
        never_began: false,
    }
}

fn end(minute: i64) -> Event {
    Event {
        status: Some(AlertStatus::Resolved),
        ..event(Warning, minute)
    }
}

/// A warning of minute 0 that was told then, and that was over at `resolved`.
fn told(place: Option<MessageRef>, resolved: Option<i64>) -> State {
    State {
        told: Some(Told {
            episode: Episode {
                resolved: resolved.map(at),
                ..Episode::once(at(0))
            },
            kind: Warning,
            at: at(0),
            place,
        }),
        opening: None,
        folded: vec!["old".to_owned()],
    }
}

/// What is decided at a minute where messages can be changed, where they can be answered alone, and
/// where neither can be.
fn decided(resolved: Option<i64>, event: &Event, minute: i64) -> [Decision; 3] {
    [(Some(place()), true), (Some(place()), false), (None, false)].map(|(place, can_update)| {
        let state = told(place, resolved);
        decide(Some(&state), event, can_update, WINDOW, at(minute))
    })
}

fn tell(act: Act) -> Decision {
    Decision::Tell(act)
}

fn anew() -> [Decision; 3] {
    [
        tell(Act::UpdateAndReply(place())),
        tell(Act::Reply(place())),
        tell(Act::Post),
    ]
}

fn in_place(reason: Reason) -> [Decision; 3] {
    [
        tell(Act::Update(place())),
        Decision::Hold(reason),
        Decision::Hold(reason),
    ]
}

fn posted() -> [Decision; 3] {
    [(); 3].map(|()| tell(Act::Post))
}

fn held(reason: Reason) -> [Decision; 3] {
    [(); 3].map(|()| Decision::Hold(reason))
}

#[test]
fn what_nobody_was_told_of_is_posted_an_end_too() {
    for event in [event(Info, 0), event(Critical, 0), end(0)] {
        for state in [None, Some(State::default())] {
            let decision = decide(state.as_ref(), &event, true, WINDOW, at(0));
            assert_eq!(decision, tell(Act::Post), "{event:?}");
        }
    }
}

#[test]
fn a_repetition_changes_the_message_or_is_held_until_the_window_is_over() {
    for minute in [0, 1, 240] {
        let decision = decided(None, &event(Warning, minute), minute);
        assert_eq!(decision, in_place(Reason::Repeated), "{minute}");
    }
    assert_eq!(decided(None, &event(Warning, 241), 241), posted());
    // What gets better is no news either.
    assert_eq!(
        decided(None, &event(Info, 1), 1),
        in_place(Reason::Repeated)
    );
}

#[test]
fn what_became_worse_and_what_is_critical_is_told_every_time() {
    assert_eq!(decided(None, &event(Error, 1), 1), anew());
    assert_eq!(decided(None, &event(Critical, 1), 1), anew());
    let mut state = told(Some(place()), None);
    state.told.as_mut().expect("told").kind = Critical;
    let decision = decide(Some(&state), &event(Critical, 1), true, WINDOW, at(1));
    assert_eq!(decision, tell(Act::UpdateAndReply(place())));
    let decision = decide(Some(&state), &event(Error, 1), true, WINDOW, at(1));
    assert_eq!(decision, tell(Act::Update(place())));
}

#[test]
fn an_end_is_told_once_however_late_it_comes() {
    assert_eq!(decided(None, &end(1), 1), anew());
    assert_eq!(decided(None, &end(100_000), 100_000), anew());
    assert_eq!(decided(Some(1), &end(2), 2), held(Reason::ResolvedBefore));
}

#[test]
fn the_end_of_what_never_began_is_held_unless_something_was_told_of_it() {
    let end = Event {
        never_began: true,
        ..end(1)
    };
    let decision = decide(None, &end, true, WINDOW, at(1));
    assert_eq!(decision, Decision::Hold(Reason::NeverBegan));
    assert_eq!(decided(None, &end, 1), anew());
    assert_eq!(decided(Some(0), &end, 1), held(Reason::ResolvedBefore));
}

#[test]
fn an_end_from_before_the_last_repetition_ends_nothing() {
    assert_eq!(decided(None, &end(-1), 1), held(Reason::Late));
    assert_eq!(decided(None, &end(0), 1), anew());
}

#[test]
fn what_begins_after_the_end_is_posted_and_what_began_before_it_is_late() {
    assert_eq!(decided(Some(5), &event(Warning, 5), 6), posted());
    assert_eq!(decided(Some(5), &event(Warning, 6), 6), posted());
    let late = event(Error, 4);
    assert_eq!(decided(Some(5), &late, 6), in_place(Reason::Late));
    assert_eq!(decided(Some(5), &event(Critical, 4), 6), anew());
    // Its end was told, but never that it began.
    let mut state = told(Some(place()), Some(5));
    state.told.as_mut().expect("told").episode.count = 0;
    let decision = decide(Some(&state), &late, true, WINDOW, at(6));
    assert_eq!(decision, tell(Act::UpdateAndReply(place())));
}

#[test]
fn what_was_folded_in_before_is_not_told_again() {
    let state = told(Some(place()), None);
    for event in [event(Critical, 500), end(1)] {
        let event = Event {
            identity: "old".to_owned(),
            ..event
        };
        let decision = decide(Some(&state), &event, true, WINDOW, at(500));
        assert_eq!(decision, Decision::AlreadyTold);
    }
}

#[test]
fn a_message_that_is_on_its_way_is_waited_for_until_its_lease_ends() {
    let opening = Opening {
        by: "another run".to_owned(),
        until: at(1),
    };
    let state = State {
        opening: Some(opening),
        ..State::default()
    };
    for event in [event(Critical, 0), end(0)] {
        let decided = |minute| decide(Some(&state), &event, true, WINDOW, at(minute));
        assert_eq!(decided(0), Decision::Wait);
        assert_eq!(decided(1), tell(Act::Post));
    }
}
