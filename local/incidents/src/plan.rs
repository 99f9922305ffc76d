//! When a service has which incidents.

use crate::{
    calendar::{Calendar, DAY_MINUTES},
    incident::{IncidentKind, LabelledIncident},
    profile::ServiceProfile,
    random::Random,
};

/// The first day with incidents. The days before are history.
pub const FIRST_DAY: u32 = 2;

/// How many minutes after its hour an incident begins at most.
const LATEST: u64 = 90;

/// The incidents of a service. They take turns, so that all kinds occur equally often.
#[must_use]
pub fn plan(
    profile: &ServiceProfile,
    calendar: &Calendar,
    random: &mut Random,
) -> Vec<LabelledIncident> {
    let mut kinds = Vec::new();
    let mut incidents = Vec::new();
    for day in FIRST_DAY..calendar.days() {
        // What is unusual about a holiday must not be hidden by incidents.
        if calendar.is_holiday(day) || (profile.weekend < 0.5 && calendar.is_weekend(day)) {
            continue;
        }
        for hour in profile.incident_hours {
            if kinds.is_empty() {
                kinds = profile.incidents.to_vec();
                random.shuffle(&mut kinds);
            }
            let Some(kind) = kinds.pop() else {
                continue;
            };
            let late = i64::try_from(random.below(LATEST)).unwrap_or_default();
            let first = i64::from(day) * DAY_MINUTES + hour * 60 + late;
            incidents.push(LabelledIncident {
                kind,
                first,
                end: first + kind.minutes(random),
                route: route(kind, profile, random),
            });
        }
    }
    incidents
}

/// A route that an incident of a kind may hit.
fn route(kind: IncidentKind, profile: &ServiceProfile, random: &mut Random) -> usize {
    let routes = profile.routes.iter().enumerate();
    let routes: Vec<usize> = routes
        .filter(|(_, route)| route.share >= kind.route_share())
        .map(|(position, _)| position)
        .collect();
    let choice = usize::try_from(random.below(routes.len() as u64)).unwrap_or_default();
    routes.get(choice).copied().unwrap_or_default()
}
