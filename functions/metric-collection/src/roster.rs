//! The services that the last configuration watched, as a record in the store. A service that is
//! removed or renamed is no longer measured; its alarms end by this list.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::{
    alerts::history::LOOKBACK,
    deadline::Deadline,
    log_store::{LogStore, Record, RecordKind, StoreError},
    model::{service::ServiceName, window::Window},
};

/// The id of the record.
const ID: &str = "watched";

/// The list of one deployment. Two deployments that share a store have lists of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster(ServiceName);

impl Roster {
    /// The list of a deployment, by the name of its function.
    #[must_use]
    pub fn of(function: &str) -> Self {
        Self(ServiceName::from_text(&format!("bongsu-{function}")))
    }

    /// The services of the newest list; none if there is no list.
    pub(crate) async fn read(
        &self,
        store: &dyn LogStore,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Vec<ServiceName>, StoreError> {
        let window = Window {
            start: now.saturating_sub(LOOKBACK).unwrap_or(Timestamp::MIN),
            end: now
                .saturating_add(SignedDuration::from_hours(1))
                .unwrap_or(now),
        };
        let kind = RecordKind::Metrics;
        let records = store.records(kind, &self.0, window, 1, deadline).await?;
        let newest = records.last().and_then(|record| record.body.get(ID));
        let names = newest.and_then(Value::as_array).into_iter().flatten();
        let names = names.filter_map(|name| name.as_str()?.parse().ok());
        Ok(names.collect())
    }

    /// Stores a list.
    pub(crate) async fn write(
        &self,
        store: &dyn LogStore,
        services: &[ServiceName],
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        let names: Vec<_> = services.iter().map(ServiceName::as_str).collect();
        let record = Record {
            kind: RecordKind::Metrics,
            service: self.0.clone(),
            id: ID.to_owned(),
            timestamp: now,
            body: json!({ID: names}),
        };
        store.put_record(&record, deadline).await
    }
}
