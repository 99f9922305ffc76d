//! The services of the benchmark: a table. A further service is a row.

use crate::incident::IncidentKind;

/// A route of a service.
#[derive(Clone, Copy, Debug, Default)]
pub struct RouteProfile {
    /// The HTTP method.
    pub method: &'static str,
    /// The route, with `{id}` where a number stands.
    pub route: &'static str,
    /// Its share of the requests; all of a service add up to about 1.
    pub share: f64,
    /// The median of its durations, in milliseconds.
    pub median: f64,
}

const fn route(method: &'static str, route: &'static str, share: f64, median: f64) -> RouteProfile {
    RouteProfile {
        method,
        route,
        share,
        median,
    }
}

/// An error that occurs on every day and means nothing.
#[derive(Clone, Copy, Debug)]
pub struct KnownError {
    /// Its message; `{}` is a number.
    pub message: &'static str,
    /// How often it occurs in an hour.
    pub per_hour: f64,
}

/// A service.
#[derive(Clone, Copy, Debug)]
pub struct ServiceProfile {
    /// Its name.
    pub name: &'static str,
    /// Its requests per second at the busiest hour of a weekday.
    pub peak: f64,
    /// Its rate at the quietest hour, as a share of the peak.
    pub night: f64,
    /// The busiest hour.
    pub peak_hour: f64,
    /// The factor of its rate on weekends.
    pub weekend: f64,
    /// How much its rate grows in a day.
    pub growth: f64,
    /// The share of requests that fail without an incident.
    pub failing: f64,
    /// Roughly how many users it has.
    pub users: u32,
    /// Its routes.
    pub routes: &'static [RouteProfile],
    /// Errors that it always has.
    pub known_errors: &'static [KnownError],
    /// How many errors its nightly batch logs in five minutes from four o'clock on.
    pub batch_errors: u64,
    /// The incidents that its traffic suffices to see.
    pub incidents: &'static [IncidentKind],
    /// The hours of a day at which or soon after which an incident begins: while there is traffic, and
    /// far enough apart for the longest one.
    pub incident_hours: &'static [i64],
}

/// The services.
pub const SERVICES: [ServiceProfile; 3] = [
    ServiceProfile {
        name: "shop",
        peak: 0.6,
        night: 0.1,
        peak_hour: 15.0,
        weekend: 1.3,
        growth: 0.01,
        failing: 0.01,
        users: 400,
        routes: &[
            route("GET", "/api/items", 0.28, 8.0),
            route("GET", "/api/items/{id}", 0.26, 12.0),
            route("GET", "/api/carts/{id}", 0.16, 18.0),
            route("POST", "/api/orders", 0.12, 60.0),
            route("POST", "/api/payments", 0.08, 140.0),
            route("GET", "/api/recommendations", 0.07, 90.0),
            route("GET", "/api/reports/revenue", 0.03, 350.0),
        ],
        known_errors: &[
            KnownError {
                message: "coupon {} is expired, using none",
                per_hour: 2.0,
            },
            KnownError {
                message: "mail to customer {} bounced",
                per_hour: 0.7,
            },
        ],
        batch_errors: 20,
        incidents: &IncidentKind::ALL,
        incident_hours: &[10, 17],
    },
    ServiceProfile {
        name: "game",
        peak: 0.3,
        night: 0.08,
        peak_hour: 21.0,
        weekend: 1.6,
        growth: 0.02,
        failing: 0.012,
        users: 120,
        routes: &[
            route("GET", "/api/players/{id}", 0.4, 14.0),
            route("GET", "/api/players/{id}/inventory", 0.22, 22.0),
            route("POST", "/api/matches", 0.2, 45.0),
            route("POST", "/api/mail/send", 0.12, 55.0),
            route("GET", "/api/ranking", 0.06, 160.0),
        ],
        known_errors: &[KnownError {
            message: "replay {} is too short to keep",
            per_hour: 1.5,
        }],
        batch_errors: 12,
        incidents: &[
            IncidentKind::TotalFailure,
            IncidentKind::PartialFailure,
            IncidentKind::RouteFails,
            IncidentKind::RouteSlow,
            IncidentKind::SlowCreep,
            IncidentKind::TrafficDrop,
            IncidentKind::TrafficSurge,
            IncidentKind::Silence,
            IncidentKind::NewError,
            IncidentKind::KnownErrorSurge,
            IncidentKind::UserFlood,
            IncidentKind::RouteStops,
            IncidentKind::ShortSpike,
        ],
        incident_hours: &[13, 19],
    },
    // About twelve requests in a quarter of an hour of a working day, none at night.
    ServiceProfile {
        name: "backoffice",
        peak: 0.014,
        night: 0.0,
        peak_hour: 14.0,
        weekend: 0.15,
        growth: 0.0,
        failing: 0.02,
        users: 9,
        routes: &[
            route("GET", "/admin/orders/{id}", 0.5, 120.0),
            route("GET", "/admin/customers/{id}", 0.3, 160.0),
            route("POST", "/admin/refunds", 0.2, 300.0),
        ],
        known_errors: &[KnownError {
            message: "session {} has ended",
            per_hour: 0.5,
        }],
        batch_errors: 6,
        incidents: &[
            IncidentKind::TotalFailure,
            IncidentKind::NewError,
            IncidentKind::PartialFailure,
        ],
        incident_hours: &[12],
    },
];
