//! Each kind of incident changes the entries.

use super::{EntryKind, FLOODER, SimulatedEntry, Simulation};
use crate::{
    calendar::{Calendar, DAY_MINUTES},
    incident::{IncidentKind, LabelledIncident},
    profile::SERVICES,
    random::Random,
};

/// The entries of an hour from ten o'clock on the third day.
fn hour(kind: Option<IncidentKind>) -> Vec<SimulatedEntry> {
    let first = 2 * DAY_MINUTES + 600;
    let incidents = kind.map(|kind| LabelledIncident {
        kind,
        first,
        end: first + 60,
        route: 1,
    });
    let random = Random::new(1, "test");
    let incidents = incidents.into_iter().collect();
    let mut simulation = Simulation::new(SERVICES[0], Calendar::new(4), incidents, random);
    (first..first + 60)
        .flat_map(|minute| simulation.minute(minute))
        .collect()
}

fn requests(entries: &[SimulatedEntry], of: impl Fn(usize, bool, f64) -> bool) -> usize {
    let fits = |entry: &&SimulatedEntry| match entry.kind {
        EntryKind::Request {
            route,
            failed,
            duration,
            ..
        } => of(route, failed, duration),
        EntryKind::Error(_) => false,
    };
    entries.iter().filter(fits).count()
}

#[test]
fn the_same_seed_gives_the_same_entries() {
    assert_eq!(hour(None), hour(None));
    assert!(hour(None).len() > 500);
}

#[test]
fn each_kind_of_incident_changes_what_it_says() {
    let usual = hour(None);
    let all = |entries: &[_]| requests(entries, |_, _, _| true) as f64;
    let share = |entries: &[_], of: fn(usize, bool, f64) -> bool| {
        requests(entries, of) as f64 / all(entries)
    };
    let failed = |entries: &[_]| share(entries, |_, failed, _| failed);
    assert!(failed(&usual) < 0.03);
    for (kind, least, most) in [
        (IncidentKind::TotalFailure, 0.9, 1.0),
        (IncidentKind::PartialFailure, 0.2, 0.32),
        (IncidentKind::SlightFailure, 0.04, 0.09),
        (IncidentKind::RouteFails, 0.15, 0.3),
        (IncidentKind::ShortSpike, 0.9, 1.0),
    ] {
        let failed = failed(&hour(Some(kind)));
        assert!((least..=most).contains(&failed), "{kind}: {failed}");
    }
    for (kind, least, most) in [
        (IncidentKind::TrafficDrop, 0.1, 0.15),
        (IncidentKind::TrafficSurge, 3.6, 4.4),
        (IncidentKind::Silence, 0.0, 0.0),
        (IncidentKind::RouteStops, 0.65, 0.85),
        (IncidentKind::UserFlood, 2.0, 2.5),
    ] {
        let ratio = all(&hour(Some(kind))) / all(&usual);
        assert!((least..=most).contains(&ratio), "{kind}: {ratio}");
    }
    let slow = |entries: &[_]| share(entries, |route, _, duration| route == 1 && duration > 30.0);
    assert!(slow(&usual) < 0.02);
    assert!(slow(&hour(Some(IncidentKind::RouteSlow))) > 0.15);
    let flood = hour(Some(IncidentKind::UserFlood));
    let flooder = flood.iter().filter(|entry| entry.user == Some(FLOODER));
    assert!(flooder.count() * 2 > flood.len());
}
