//! The metrics that Bongsu's functions publish about themselves, by name: in the namespace
//! [`crate::emf::NAMESPACE`], with the dimensions [`crate::emf::DIMENSIONS`]. Alarms watch them and
//! graphs draw them, and one that differs in a letter watches nothing.
//!
//! They are published with every run, those that failed included.

use crate::env::{Settings, names};

/// The default of `DASHBOARD_FUNCTION_PREFIX`.
pub const DEFAULT_FUNCTION_PREFIX: &str = "bongsu-";

/// The prefix of the names of Bongsu's functions, which identifies the stack.
#[must_use]
pub fn function_prefix(settings: &Settings) -> String {
    let prefix = settings.text(names::DASHBOARD_FUNCTION_PREFIX);
    prefix.unwrap_or(DEFAULT_FUNCTION_PREFIX).to_owned()
}

/// How many log events arrived; those of a run that failed count with each try. Unit: Count.
pub const EVENTS_RECEIVED: &str = "EventsReceived";
/// How many log events were stored. Unit: Count.
pub const EVENTS_INDEXED: &str = "EventsIndexed";
/// How many were there already. Unit: Count.
pub const EVENTS_DUPLICATE: &str = "EventsDuplicate";
/// How many were not wanted, by a setting. Unit: Count.
pub const EVENTS_FILTERED: &str = "EventsFiltered";
/// How many the log store refused, which are kept as dead letters. Unit: Count.
pub const EVENTS_DEAD_LETTERED: &str = "EventsDeadLettered";
/// How many log events have a level that could not be read. Unit: Count.
pub const EVENTS_WITHOUT_LEVEL: &str = "EventsWithoutLevel";
/// How many log events have no plausible time of their own. Unit: Count.
pub const EVENTS_WITHOUT_TIME: &str = "EventsWithoutTime";
/// How many log events are in no known format. Unit: Count.
pub const EVENTS_UNRECOGNISED: &str = "EventsUnrecognised";
/// How many messages of CloudWatch Logs could not be dealt with; each has many events. A record of a
/// batch that fails is in no metric of Lambda's. Unit: Count.
pub const MESSAGES_FAILED: &str = "MessagesFailed";
/// How long the messages were, unpacked. Unit: Bytes.
pub const BYTES_RECEIVED: &str = "BytesReceived";
/// How often the log store was asked again, since it could not answer or take everything. Unit: Count.
pub const RETRIES: &str = "Retries";
/// How long the run took. Unit: Milliseconds.
pub const DURATION: &str = "Duration";
/// How long after it happened the newest event of a message was dealt with; of several messages, the
/// longest time. Events that are replayed have none. Unit: Milliseconds.
pub const INGESTION_LAG: &str = "IngestionLag";

/// How many metrics CloudWatch was asked for, which AWS bills. Unit: Count.
pub const METRICS_REQUESTED: &str = "MetricsRequested";

/// How many notices arrived. Unit: Count.
pub const ALERTS_RECEIVED: &str = "AlertsReceived";
/// How many messages a channel took. Unit: Count.
pub const ALERTS_DELIVERED: &str = "AlertsDelivered";
/// How many messages were changed. Unit: Count.
pub const ALERTS_UPDATED: &str = "AlertsUpdated";
/// How many were held by a silence, by quiet hours or as repetitions. Unit: Count.
pub const ALERTS_HELD: &str = "AlertsHeld";
/// How many could not be delivered. Unit: Count.
pub const ALERTS_FAILED: &str = "AlertsFailed";
/// How many went to another channel than they should have. Unit: Count.
pub const ALERT_FALLBACKS: &str = "AlertFallbacks";
/// How many channels do not accept alerts. Unit: Count.
pub const CHANNELS_FAILING: &str = "ChannelsFailing";
/// Each sweep counts one: without them nothing is repeated or released. Unit: Count.
pub const ALERT_SWEEPS: &str = "AlertSweeps";
/// How often the ledger did not answer. Unit: Count.
pub const LEDGER_FAILURES: &str = "LedgerFailures";

/// What `log-ingest` publishes, the lag only where there were events.
pub const LOG_INGEST: [&str; 13] = [
    EVENTS_RECEIVED,
    EVENTS_INDEXED,
    EVENTS_DUPLICATE,
    EVENTS_FILTERED,
    EVENTS_DEAD_LETTERED,
    EVENTS_WITHOUT_LEVEL,
    EVENTS_WITHOUT_TIME,
    EVENTS_UNRECOGNISED,
    MESSAGES_FAILED,
    BYTES_RECEIVED,
    RETRIES,
    DURATION,
    INGESTION_LAG,
];

/// What `metric-collection` publishes.
pub const METRIC_COLLECTION: [&str; 1] = [METRICS_REQUESTED];

/// What `alert-fanout` publishes, the sweeps only with a sweep.
pub const ALERT_FANOUT: [&str; 9] = [
    ALERTS_RECEIVED,
    ALERTS_DELIVERED,
    ALERTS_UPDATED,
    ALERTS_HELD,
    ALERTS_FAILED,
    ALERT_FALLBACKS,
    CHANNELS_FAILING,
    ALERT_SWEEPS,
    LEDGER_FAILURES,
];

/// What each function publishes, by its name, which is the value of the dimension.
pub const ALL: [(&str, &[&str]); 3] = [
    ("log-ingest", &LOG_INGEST),
    ("metric-collection", &METRIC_COLLECTION),
    ("alert-fanout", &ALERT_FANOUT),
];
