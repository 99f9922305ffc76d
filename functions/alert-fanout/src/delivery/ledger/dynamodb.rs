//! The ledger in a table of Amazon DynamoDB: partition key `key` (a text), and `expiresAt` as its
//! time to live.
//!
//! - An expired item may be there for days until DynamoDB deletes it
//!   (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html>), so
//!   that every condition looks at the exact moment too, which is `until`, in nanoseconds since 1970.
//! - Each write has a new random version. If the response of a write is lost and the SDK retries, the
//!   condition fails on the item of the first try, which the version identifies.
//! - A list is a partition of the index `byList` (partition key `list`, sort key `key`), which only has
//!   the items that are in a list. An index lags behind its table by moments.
//! - A call has a few seconds: a table that cannot be reached must not eat the time that alerts need.

use std::{
    collections::{BTreeSet, HashMap},
    error::Error,
    time::Duration,
};

use async_trait::async_trait;
use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::{
    Client,
    config::Builder,
    error::{ProvideErrorMetadata, SdkError},
    operation::{delete_item::DeleteItemError, put_item::PutItemError},
    types::{AttributeValue, KeysAndAttributes, ReturnValuesOnConditionCheckFailure},
};
use jiff::Timestamp;
use shared::{
    aws,
    deadline::Deadline,
    ledger::{Document, Entry, Ledger, LedgerError, Put, Version, check_key},
    retry::{self, Backoff},
};

use super::version::new_version;

/// How long a call may take, with all its tries. DynamoDB answers within milliseconds.
const BUDGET: Duration = Duration::from_secs(4);
/// How long one try may take.
const ATTEMPT: Duration = Duration::from_millis(1_500);
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(1);
/// How often a call is tried in all.
const TRIES: u32 = 4;
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_millis(500);
/// The waits before keys are asked for that a call left unprocessed.
const UNPROCESSED: Backoff = Backoff {
    first: Duration::from_millis(50),
    most: LONGEST_WAIT,
    tries: 6,
};
/// The largest item is 400 KB with the names of its attributes:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>.
const LARGEST_BODY: usize = 390 * 1_024;

/// The most keys of one call:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html>.
const MOST_KEYS: usize = 100;

const KEY: &str = "key";
const LIST: &str = "list";
const BY_LIST: &str = "byList";
const VERSION: &str = "version";
const BODY: &str = "body";
/// When it expires, exactly.
const UNTIL: &str = "until";
/// When DynamoDB may delete it: never earlier, in whole seconds since 1970.
const EXPIRES_AT: &str = "expiresAt";

type Item = HashMap<String, AttributeValue>;

/// A table of DynamoDB.
#[derive(Clone, Debug)]
pub struct DynamoDbLedger {
    client: Client,
    table: String,
}

impl DynamoDbLedger {
    /// The ledger in a table that is there.
    #[must_use]
    pub fn new(config: &SdkConfig, table: &str) -> Self {
        let retries = RetryConfig::standard()
            .with_max_attempts(TRIES)
            .with_initial_backoff(Duration::from_millis(50))
            .with_max_backoff(LONGEST_WAIT);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_attempt_timeout(ATTEMPT)
            .operation_timeout(BUDGET)
            .build();
        let config = Builder::from(config)
            .retry_config(retries)
            .timeout_config(timeouts)
            .build();
        Self {
            client: Client::from_conf(config),
            table: table.to_owned(),
        }
    }

    fn refused(&self, reason: impl Into<String>) -> LedgerError {
        LedgerError::Refused {
            location: self.location(),
            reason: reason.into(),
        }
    }

    /// The error of a failed call; `None`: there was no response in time.
    fn error<E>(&self, error: Option<&SdkError<E>>) -> LedgerError
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let location = self.location();
        let Some(error) = error else {
            let reason = "no answer in time".to_owned();
            return LedgerError::Unavailable { location, reason };
        };
        let code = error.code().unwrap_or_default();
        let reason = aws::reason(code, error.message(), error.source());
        match code {
            "ResourceNotFoundException" => self.refused(format!(
                "{reason}; make the table, with the partition key `{KEY}` of the type String, or \
                 correct ALERT_LEDGER_TABLE"
            )),
            _ if aws::is_forbidden(code) => self.refused(format!(
                "{reason}; allow dynamodb:BatchGetItem, dynamodb:PutItem and dynamodb:DeleteItem on it, \
                 and dynamodb:Query on its index `{BY_LIST}`"
            )),
            // What the service itself says of the request does not change by itself.
            _ if error.as_service_error().is_some()
                && !aws::is_transient(code)
                && code != "ProvisionedThroughputExceededException"
                && !code.is_empty() =>
            {
                self.refused(reason)
            }
            _ => LedgerError::Unavailable { location, reason },
        }
    }

    fn foreign(&self, name: &str) -> LedgerError {
        self.refused(format!(
            "it holds an item whose {name} is not of this function's making"
        ))
    }

    /// Reads at most [`MOST_KEYS`] keys. DynamoDB may answer for some of them only.
    async fn read(
        &self,
        keys: &[&str],
        now: Timestamp,
        deadline: Deadline,
        found: &mut HashMap<String, Entry>,
    ) -> Result<(), LedgerError> {
        let key = |key: &&str| Item::from([(KEY.to_owned(), AttributeValue::S((*key).to_owned()))]);
        let wanted = KeysAndAttributes::builder()
            .set_keys(Some(keys.iter().map(key).collect()))
            .consistent_read(true)
            .build();
        let wanted = wanted.map_err(|error| self.refused(error.to_string()))?;
        let mut wanted = Some(HashMap::from([(self.table.clone(), wanted)]));
        let mut tried = 0;
        while let Some(request) = wanted.take() {
            let call = self
                .client
                .batch_get_item()
                .set_request_items(Some(request));
            let answer = match aws::before(deadline, call.send()).await {
                Some(Ok(answer)) => answer,
                Some(Err(error)) => return Err(self.error(Some(&error))),
                None => return Err(self.error::<PutItemError>(None)),
            };
            // The table is named as it was asked for, or by its name alone.
            for item in answer.responses().into_iter().flatten().flat_map(|it| it.1) {
                let key = item.get(KEY).and_then(|key| key.as_s().ok());
                let key = key.ok_or_else(|| self.foreign(KEY))?;
                if let Some(entry) = self.entry(item, now)? {
                    found.insert(key.clone(), entry);
                }
            }
            wanted = answer
                .unprocessed_keys()
                .filter(|left| !left.is_empty())
                .cloned();
            tried += 1;
            if wanted.is_some() {
                match UNPROCESSED.wait(tried, retry::chance(), None) {
                    Some(wait) if deadline.allows(wait) => tokio::time::sleep(wait).await,
                    _ => return Err(self.error::<PutItemError>(None)),
                }
            }
        }
        Ok(())
    }

    /// The entry of an item, unless it has expired.
    fn entry(&self, item: &Item, now: Timestamp) -> Result<Option<Entry>, LedgerError> {
        let foreign = |name: &str| self.foreign(name);
        let text = |name| item.get(name).and_then(|value| value.as_s().ok());
        let until = item.get(UNTIL).and_then(|value| value.as_n().ok());
        let until = until.and_then(|until| until.parse::<i128>().ok());
        if until.ok_or_else(|| foreign(UNTIL))? <= now.as_nanosecond() {
            return Ok(None);
        }
        let body = text(BODY).and_then(|body| serde_json::from_str(body).ok());
        Ok(Some(Entry {
            body: body.ok_or_else(|| foreign(BODY))?,
            version: Version(text(VERSION).ok_or_else(|| foreign(VERSION))?.clone()),
        }))
    }
}

#[async_trait]
impl Ledger for DynamoDbLedger {
    async fn get_many(
        &self,
        keys: &[String],
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Vec<Option<Entry>>, LedgerError> {
        let mut left: BTreeSet<&str> = BTreeSet::new();
        for key in keys {
            check_key(key, &self.location())?;
            left.insert(key);
        }
        let left: Vec<&str> = left.into_iter().collect();
        let mut found: HashMap<String, Entry> = HashMap::new();
        for part in left.chunks(MOST_KEYS) {
            self.read(part, now, deadline, &mut found).await?;
        }
        Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
    }

    async fn list(
        &self,
        list: &str,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Vec<(String, Entry)>, LedgerError> {
        check_key(list, &self.location())?;
        let mut entries = Vec::new();
        let mut from = None;
        loop {
            let request = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(BY_LIST)
                .key_condition_expression("#list = :list")
                .expression_attribute_names("#list", LIST)
                .expression_attribute_values(":list", AttributeValue::S(list.to_owned()))
                .set_exclusive_start_key(from);
            let answer = match aws::before(deadline, request.send()).await {
                Some(Ok(answer)) => answer,
                Some(Err(error)) => return Err(self.error(Some(&error))),
                None => return Err(self.error::<PutItemError>(None)),
            };
            for item in answer.items() {
                let key = item.get(KEY).and_then(|key| key.as_s().ok());
                let key = key.ok_or_else(|| self.foreign(KEY))?;
                if let Some(entry) = self.entry(item, now)? {
                    entries.push((key.clone(), entry));
                }
            }
            from = answer.last_evaluated_key().cloned();
            if from.is_none() {
                return Ok(entries);
            }
        }
    }

    async fn put(
        &self,
        key: &str,
        document: &Document,
        seen: Option<Version>,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Put, LedgerError> {
        check_key(key, &self.location())?;
        let body = document.body.to_string();
        if body.len() > LARGEST_BODY {
            return Err(self.refused(format!("an entry of {} bytes is too large", body.len())));
        }
        let version = new_version();
        let text = AttributeValue::S;
        let mut request = self
            .client
            .put_item()
            .table_name(&self.table)
            .item(KEY, text(key.to_owned()))
            .item(VERSION, text(version.clone()))
            .item(BODY, text(body))
            .item(UNTIL, number(document.expires.as_nanosecond()))
            .item(EXPIRES_AT, number(rounded_up(document.expires)))
            .expression_attribute_names("#until", UNTIL)
            .expression_attribute_values(":now", number(now.as_nanosecond()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        if let Some(list) = &document.list {
            check_key(list, &self.location())?;
            request = request.item(LIST, text(list.clone()));
        }
        let request = match seen {
            None => request
                .condition_expression("attribute_not_exists(#key) OR #until <= :now")
                .expression_attribute_names("#key", KEY),
            Some(Version(seen)) => request
                .condition_expression("#version = :seen AND #until > :now")
                .expression_attribute_names("#version", VERSION)
                .expression_attribute_values(":seen", text(seen)),
        };
        match aws::before(deadline, request.send()).await {
            Some(Ok(_)) => Ok(Put::Stored(Version(version))),
            Some(Err(error)) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    let there = match failed.item() {
                        Some(item) => self.entry(item, now)?,
                        None => None,
                    };
                    match there {
                        // An earlier try of this very call, whose answer was lost.
                        Some(entry) if entry.version.0 == version => Ok(Put::Stored(entry.version)),
                        there => Ok(Put::Changed(there)),
                    }
                }
                _ => Err(self.error(Some(&error))),
            },
            None => Err(self.error::<PutItemError>(None)),
        }
    }

    async fn remove(
        &self,
        key: &str,
        seen: Version,
        deadline: Deadline,
    ) -> Result<(), LedgerError> {
        check_key(key, &self.location())?;
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key(KEY, AttributeValue::S(key.to_owned()))
            .condition_expression("#version = :seen")
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(":seen", AttributeValue::S(seen.0));
        match aws::before(deadline, request.send()).await {
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) => match error.as_service_error() {
                Some(DeleteItemError::ConditionalCheckFailedException(_)) => Ok(()),
                _ => Err(self.error(Some(&error))),
            },
            None => Err(self.error::<DeleteItemError>(None)),
        }
    }

    fn location(&self) -> String {
        format!("table {} of DynamoDB", self.table)
    }
}

fn number(number: impl Into<i128>) -> AttributeValue {
    AttributeValue::N(number.into().to_string())
}

/// The first whole second that is not before an instant.
fn rounded_up(instant: Timestamp) -> i64 {
    let second = instant.as_second();
    let is_after = Timestamp::from_second(second).is_ok_and(|whole| whole < instant);
    second + i64::from(is_after)
}

#[cfg(test)]
mod tests {
    use super::rounded_up;

    #[test]
    fn an_item_is_never_deleted_before_its_time() {
        for (instant, second) in [
            ("1970-01-01T00:00:01Z", 1),
            ("1970-01-01T00:00:01.000000001Z", 2),
            ("1969-12-31T23:59:58.5Z", -1),
            ("1969-12-31T23:59:59.5Z", 0),
        ] {
            let instant = instant.parse().expect("an instant");
            assert_eq!(rounded_up(instant), second, "{instant}");
        }
    }
}
