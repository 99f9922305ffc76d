//! From an unpacked message to the log store, in parts: while one is sent, the next one is parsed. What
//! the store refuses becomes a dead letter.

use shared::{
    invocation::Invocation,
    log_store::{Rejection, StoreError},
    model::service::ServiceName,
};

use crate::{
    Context, IngestStats,
    config::Config,
    document::DocumentBuilder,
    error::IngestError,
    letters,
    parts::{DocumentPart, PartBuilder, overlapped},
    read::{
        decode::{Batch, DecodeError, SubscriptionMessage, Unpacked},
        joined, separated,
    },
    read_batch::{KnownEntries, ReadBatch},
};

/// Stores the log events of one message of CloudWatch Logs.
pub(crate) async fn message(
    unpacked: Result<Unpacked, DecodeError>,
    context: &Context,
    invocation: &Invocation,
) -> (Result<(), IngestError>, IngestStats) {
    let mut stats = IngestStats::default();
    let unpacked = match unpacked {
        Ok(unpacked) => unpacked,
        Err(error) => return (Err(error.into()), stats),
    };
    stats.bytes = unpacked.length() as u64;
    match unpacked.message() {
        Err(error) => (Err(error.into()), stats),
        Ok(SubscriptionMessage::Control) => {
            tracing::debug!("CloudWatch Logs checked that this function can be reached");
            (Ok(()), stats)
        }
        Ok(SubscriptionMessage::Data(batch)) => {
            stats.events = batch.events.len() as u64;
            stats.newest = batch.events.iter().map(|event| event.timestamp).max();
            let (result, of_batch) =
                store_batch(batch, KnownEntries::default(), context, invocation).await;
            stats.report = of_batch.report;
            stats.retries = of_batch.retries;
            (result, stats)
        }
    }
}

/// Stores log events that were read already.
pub(crate) async fn read_batch(
    batch: ReadBatch<'_>,
    context: &Context,
    invocation: &Invocation,
) -> (Result<(), IngestError>, IngestStats) {
    let (batch, known) = batch.split();
    store_batch(batch, known, context, invocation).await
}

async fn store_batch<'a>(
    mut batch: Batch<'a>,
    known: KnownEntries<'a>,
    context: &Context,
    invocation: &Invocation,
) -> (Result<(), IngestError>, IngestStats) {
    let mut stats = IngestStats::default();
    let received = batch.events.len() as u64;
    if context.config.is_own(&batch.log_group) {
        stats.report.received = received;
        stats.report.filtered = received;
        context.loop_reported.call_once(|| {
            tracing::warn!(
                logGroup = batch.log_group.as_ref(),
                "this function is subscribed to a log group of Bongsu itself; its events are not \
                 stored, since each would cause another; remove the subscription filter"
            );
        });
        return (Ok(()), stats);
    }
    batch.events = joined(batch.events);
    let pieces = received - batch.events.len() as u64;
    batch.events = separated(batch.events);
    let entries = known.of(&batch.events);
    stats.report.received = pieces;
    stats.report.joined = pieces;
    let service = service(&batch, &context.config);
    let builder = DocumentBuilder::new(
        &batch,
        &service,
        &context.config,
        &context.reader,
        &context.redactor,
        invocation.now,
    );
    let until = invocation.deadline.with_time_to_store();
    let store = (context.store.as_ref(), &service);
    let mut parts = PartBuilder::new(&batch.events, entries, builder, store, until);
    let result = overlapped(
        async || parts.next().await,
        async |part| {
            let mut of_part = IngestStats::default();
            let result = store_part(part, &service, context, invocation, &mut of_part).await;
            stats.merge(&of_part);
            result
        },
    )
    .await;
    if result.is_err() {
        return (result, stats);
    }
    let report = &stats.report;
    tracing::info!(
        logGroup = batch.log_group.as_ref(),
        received = report.received,
        indexed = report.indexed,
        duplicates = report.duplicates,
        joined = report.joined,
        filtered = report.filtered,
        deadLettered = report.dead_lettered,
        withoutLevel = report.without_level,
        withoutTime = report.without_time,
        unrecognised = report.unrecognised,
        redactions = report.redactions,
        "stored the log events of {service}"
    );
    (Ok(()), stats)
}

/// The service of a batch: what the settings say, else that of its log group.
fn service(batch: &Batch<'_>, config: &Config) -> ServiceName {
    let configured = config.service.clone();
    configured.unwrap_or_else(|| service_of_group(&batch.log_group))
}

/// The first parts of log groups' names that say what runs the service, and do not name it.
const ORIGINS: [&str; 6] = ["ecs", "eks", "ec2", "fargate", "docker", "k8s"];

/// The service of a log group: its name without its origin, so that `/ecs/prod/api` and
/// `/ecs/staging/api` do not share an index.
fn service_of_group(log_group: &str) -> ServiceName {
    let parts: Vec<&str> = log_group.split('/').filter(|it| !it.is_empty()).collect();
    let origin = match parts[..] {
        // `/aws/lambda/api`.
        ["aws", _, _, ..] => 2,
        [first, _, ..] if ORIGINS.contains(&first) => 1,
        _ => 0,
    };
    ServiceName::from_text(&parts.get(origin..).unwrap_or_default().join("-"))
}

/// Stores one part of the events. `stats` has what was done, also after a failure.
async fn store_part(
    part: DocumentPart<'_, '_, '_>,
    service: &ServiceName,
    context: &Context,
    invocation: &Invocation,
    stats: &mut IngestStats,
) -> Result<(), IngestError> {
    let DocumentPart {
        mut documents,
        events,
        mut report,
        failure,
    } = part;
    let outcome = documents
        .store(invocation.deadline)
        .await
        .inspect_err(|error| note_interrupted(error, stats))?;
    stats.retries = outcome.retries;
    report.indexed = outcome.created;
    report.duplicates = outcome.duplicates;
    // What is stored counts, even if the dead letters cannot be.
    let rejected = outcome.rejected.len() as u64;
    report.received = report.received.saturating_sub(rejected);
    stats.report = report;
    let mut letters = Vec::with_capacity(outcome.rejected.len());
    for Rejection { position, reason } in &outcome.rejected {
        let document = documents.document(*position)?;
        if let Some(event) = events.get(*position) {
            letters.push(letters::of_event(
                &document,
                event,
                reason,
                &context.redactor,
            )?);
        }
    }
    if let Some(first) = letters.first() {
        tracing::warn!(
            events = letters.len(),
            firstReason = first.reason,
            "the log store refused events of {service}; they are kept as dead letters"
        );
        context
            .store
            .dead_letter(service, &letters, invocation.deadline)
            .await?;
    }
    stats.report.dead_lettered = letters.len() as u64;
    stats.report.received += stats.report.dead_lettered;
    failure.map_or(Ok(()), Err)
}

/// Counts what a failed call of the store did before it failed.
fn note_interrupted(error: &StoreError, stats: &mut IngestStats) {
    if let StoreError::Interrupted {
        created,
        duplicates,
        retries,
        ..
    } = error
    {
        stats.retries = *retries;
        stats.report.indexed = *created;
        stats.report.duplicates = *duplicates;
        stats.report.received = created + duplicates;
    }
}

#[cfg(test)]
mod tests {
    use super::service_of_group;

    #[test]
    fn log_groups_with_the_same_last_part_are_different_services() {
        for (group, service) in [
            ("/ecs/gm-tool", "gm-tool"),
            ("/ecs/gm-tool/", "gm-tool"),
            ("/ecs/prod/api", "prod-api"),
            ("/ecs/staging/api", "staging-api"),
            ("/prod/api", "prod-api"),
            ("/staging/api", "staging-api"),
            ("/aws/lambda/api", "api"),
            (
                "/aws/rds/instance/games/postgresql",
                "instance-games-postgresql",
            ),
            ("gm-tool", "gm-tool"),
            ("/ecs", "ecs"),
            ("/aws/ecs", "aws-ecs"),
            ("/", "unknown"),
        ] {
            assert_eq!(service_of_group(group).as_str(), service, "{group}");
        }
    }
}
