//! Failed requests and errors by their correlation id.

use std::collections::HashMap;

use shared::log_store::facts::causes::{CauseFacts, CorrelatedFailures, causes};

use crate::{clock, counted_document::CountedDocument, failure::Failure};

/// The groups of a window. Only failures are in them, so that they are small while all is well.
#[derive(Debug, Default)]
pub(crate) struct Correlations(HashMap<String, CorrelatedFailures>);

impl Correlations {
    pub(crate) fn add(&mut self, document: &CountedDocument<'_>) -> Result<(), Failure> {
        let is_request = document.is_request();
        let counts = if is_request {
            document.failed()
        } else {
            document.level.is_error()
        };
        if !counts {
            return Ok(());
        }
        let Some(id) = document.correlation()? else {
            return Ok(());
        };
        if !self.0.contains_key(id) {
            self.0.insert(id.to_owned(), CorrelatedFailures::default());
        }
        let Some(group) = self.0.get_mut(id) else {
            return Ok(());
        };
        if is_request {
            group.failed_requests += 1;
            group.users.extend(document.user.map(str::to_owned));
            group.endpoints.extend(document.endpoint.map(str::to_owned));
        } else {
            group.patterns.extend(document.pattern.map(str::to_owned));
            let time = clock::instant(document.time).ok();
            group.first_error = [group.first_error, time].into_iter().flatten().min();
        }
        Ok(())
    }

    pub(crate) fn causes(self) -> Vec<CauseFacts> {
        causes(self.0.into_values())
    }
}
