//! A simulated entry as a document of the log store, with the pattern that `log-ingest` gives its
//! message.

use std::{collections::HashMap, sync::Arc};

use log_ingest::pattern::pattern;
use shared::model::{
    level::Level,
    log::{LogDocument, Request},
};

use crate::{
    profile::ServiceProfile,
    simulation::{EntryKind, SimulatedEntry},
};

/// Makes the documents of a service.
#[derive(Debug)]
pub struct EntryDocuments {
    profile: ServiceProfile,
    service: Arc<str>,
    count: u64,
    /// The patterns of request lines, by route and status.
    request_lines: HashMap<(usize, u16), String>,
}

impl EntryDocuments {
    /// A builder for a service.
    #[must_use]
    pub fn new(profile: ServiceProfile) -> Self {
        Self {
            profile,
            service: profile.name.into(),
            count: 0,
            request_lines: HashMap::new(),
        }
    }

    /// The document of an entry.
    pub fn build(&mut self, entry: SimulatedEntry) -> LogDocument {
        self.count += 1;
        let name = self.profile.name;
        let (level, message, pattern, request) = match entry.kind {
            EntryKind::Error(message) => {
                let pattern = pattern(&message);
                (Level::Error, message, pattern, None)
            }
            EntryKind::Request {
                route,
                id,
                failed,
                duration,
            } => self.request(route, id, failed, duration),
        };
        LogDocument {
            level,
            pattern,
            correlation_id: entry.request.map(|request| format!("{request:016x}")),
            user_id: entry.user.map(|user| format!("user-{user:03}")),
            request,
            ..LogDocument::new(
                self.service.clone(),
                format!("{name}-{}", self.count),
                entry.at,
                message,
            )
        }
    }

    fn request(
        &mut self,
        position: usize,
        id: u64,
        failed: bool,
        duration: f64,
    ) -> (Level, String, String, Option<Request>) {
        let route = self.profile.routes.get(position).copied();
        let route = route.unwrap_or_default();
        let path = route.route.replace("{id}", &id.to_string());
        let (level, status) = if failed {
            (Level::Error, 500)
        } else {
            (Level::Info, 200)
        };
        let message = format!("{} {path} {status}", route.method);
        let line = self.request_lines.entry((position, status));
        let pattern = line.or_insert_with(|| pattern(&message)).clone();
        let request = Request {
            method: Some(route.method.into()),
            path: Some(path),
            route: Some(route.route.to_owned()),
            endpoint: Some(format!("{} {}", route.method, route.route)),
            status_code: Some(status),
            duration: Some(duration),
            client: None,
        };
        (level, message, pattern, Some(request))
    }
}
