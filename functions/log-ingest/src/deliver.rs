//! From an unpacked message to the log store: in parts of bounded size, with dead letters for what
//! the store refuses.

use shared::{
    invocation::Invocation,
    log_store::{Rejection, StoreError},
    model::service::ServiceName,
};

use crate::{
    Context, IngestStats,
    config::Config,
    document::{Built, DocumentBuilder},
    error::IngestError,
    letters,
    read::{
        decode::{Batch, DecodeError, SubscriptionEvent, SubscriptionMessage, Unpacked},
        joined, separated,
    },
    report::IngestReport,
};

/// How many events are parsed before they are stored, at most: what a payload unpacks to may be
/// a hundred times what memory should hold as documents.
const MOST_EVENTS: usize = 5_000;
/// How many bytes of messages, at most, unless a single message is longer.
const MOST_BYTES: usize = 8 * 1024 * 1024;

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
            let (result, of_batch) = store_batch(batch, context, invocation).await;
            stats.report = of_batch.report;
            stats.retries = of_batch.retries;
            (result, stats)
        }
    }
}

async fn store_batch(
    mut batch: Batch<'_>,
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
    stats.report.received = pieces;
    stats.report.joined = pieces;
    let service = service(&batch, &context.config);
    let mut builder = DocumentBuilder::new(
        &batch,
        &service,
        &context.config,
        &context.reader,
        &context.redactor,
        invocation.now,
    );
    for events in parts(&batch.events) {
        let mut of_part = IngestStats::default();
        let result = store(
            events,
            &mut builder,
            &service,
            context,
            invocation,
            &mut of_part,
        );
        let result = result.await;
        stats.merge(&of_part);
        if result.is_err() {
            return (result, stats);
        }
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

/// The events in parts of bounded size.
fn parts<'e, 'a>(
    events: &'e [SubscriptionEvent<'a>],
) -> impl Iterator<Item = &'e [SubscriptionEvent<'a>]> {
    let mut rest = events;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = |event: &&SubscriptionEvent<'_>| {
            bytes += event.message.len();
            bytes <= MOST_BYTES
        };
        let count = rest
            .iter()
            .take(MOST_EVENTS)
            .take_while(fits)
            .count()
            .max(1);
        let (part, after) = rest.split_at_checked(count)?;
        rest = after;
        Some(part)
    })
}

/// Stores one part of the events. `stats` has what was done, also after a failure.
async fn store(
    events: &[SubscriptionEvent<'_>],
    builder: &mut DocumentBuilder<'_>,
    service: &ServiceName,
    context: &Context,
    invocation: &Invocation,
    stats: &mut IngestStats,
) -> Result<(), IngestError> {
    let mut report = IngestReport {
        received: events.len() as u64,
        ..IngestReport::default()
    };
    let mut documents = Vec::with_capacity(events.len());
    let mut stored = Vec::with_capacity(events.len());
    for event in events {
        match builder.build(event)? {
            Built::Document(document) => {
                report.note(&document);
                documents.push(document);
                stored.push(event);
            }
            Built::Filtered => report.filtered += 1,
        }
    }
    let outcome = context
        .store
        .index(service, &documents, invocation.deadline)
        .await
        .inspect_err(|error| note_interrupted(error, stats))?;
    stats.retries = outcome.retries;
    report.indexed = outcome.created;
    report.duplicates = outcome.duplicates;
    let letters = outcome
        .rejected
        .iter()
        .filter_map(|Rejection { position, reason }| {
            let (document, event) = (documents.get(*position)?, stored.get(*position)?);
            Some(letters::of_event(
                document,
                event,
                reason,
                &context.redactor,
            ))
        })
        .collect::<Result<Vec<_>, _>>()?;
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
    report.dead_lettered = letters.len() as u64;
    stats.report = report;
    Ok(())
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
