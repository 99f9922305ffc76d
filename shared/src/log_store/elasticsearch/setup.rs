//! Prepares a cluster: templates, the policy for old indices, and the users' own component templates.
//!
//! One request reads the templates. Only a difference is written, in parallel. A difference that does not
//! change the mapping is written beside the first documents. A user who may not manage templates gets a
//! warning and no error: documents arrive all the same.

use bytes::Bytes;
use elasticsearch::{
    FieldCapsParts,
    cluster::ClusterPutComponentTemplateParts,
    indices::{IndicesGetIndexTemplateParts, IndicesPutIndexTemplateParts},
};
use reqwest::Method;

use super::{
    connection::Connection,
    index_name::IndexKind,
    missing_feature,
    product::ClusterProduct,
    request::ClusterRequest,
    response,
    retention::{self, Retention},
    template::{self, MetadataType, TemplateVariant},
};
use crate::{deadline::Deadline, log_store::StoreError};

mod fields;
mod overlap;
mod stored;

use stored::{StoredTemplates, TemplateState};

/// What the setup of a cluster found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetupReport {
    /// What deletes old indices.
    pub retention: Retention,
    /// How many templates were written.
    pub written: usize,
    /// Whether something differs and is written beside the first documents.
    pub is_deferred: bool,
    /// What is wrong with the cluster's templates and mappings, and what to do.
    pub warnings: Vec<String>,
}

/// What a cluster has.
#[derive(Debug)]
pub(super) enum FoundSetup {
    /// The templates, of the cluster's product.
    Templates(StoredTemplates, ClusterProduct),
    /// The user may not read them; the cluster's words.
    Unreadable(String),
}

/// The field types for metadata, the most likely one first.
fn metadata_types(product: ClusterProduct) -> [MetadataType; 3] {
    let last = MetadataType::Unindexed;
    match product {
        ClusterProduct::Elasticsearch => [MetadataType::Flattened, MetadataType::FlatObject, last],
        ClusterProduct::Other => [MetadataType::FlatObject, MetadataType::Flattened, last],
    }
}

const MANAGE_TEMPLATES: &str = "allow it to manage index templates (manage_index_templates)";

/// Reads the templates with one request.
pub(super) async fn look(
    connection: &Connection,
    deadline: Deadline,
) -> Result<FoundSetup, StoreError> {
    let query = [("filter_path", stored::FILTER.to_owned())];
    let path = IndicesGetIndexTemplateParts::Name("*").url();
    let request = ClusterRequest::new(Method::GET, &path).query(&query);
    let answer = connection.send(&request, deadline).await?;
    let product = ClusterProduct::of(&answer);
    if answer.is_success() {
        let stored = StoredTemplates::read(&answer.body)
            .map_err(|error| connection.unexpected(format!("no index templates: {error}")))?;
        return Ok(FoundSetup::Templates(stored, product));
    }
    if answer.hint.is_none() && (answer.status == 404 || missing_feature::is_absent(&answer)) {
        return Ok(FoundSetup::Templates(StoredTemplates::default(), product));
    }
    if answer.status == 403 && answer.hint.is_none() {
        return Ok(FoundSetup::Unreadable(response::described(&answer)));
    }
    Err(connection.failure(&answer, MANAGE_TEMPLATES))
}

/// A setup that differs from what is stored.
#[derive(Debug)]
pub(super) struct SetupPlan {
    stored: StoredTemplates,
    product: ClusterProduct,
    days: u64,
}

impl SetupPlan {
    /// The plan, or the retention of a setup that is as it should be.
    pub(super) fn new(
        stored: StoredTemplates,
        product: ClusterProduct,
        days: u64,
    ) -> Result<Self, Retention> {
        let plan = Self {
            stored,
            product,
            days,
        };
        let differs = |state| !matches!(state, TemplateState::Current(_) | TemplateState::Newer);
        if IndexKind::ALL.iter().any(|kind| differs(plan.state(*kind))) {
            return Ok(plan);
        }
        Err(match plan.state(IndexKind::Logs) {
            TemplateState::Current(retention) => retention,
            _ => Retention::None,
        })
    }

    fn state(&self, kind: IndexKind) -> TemplateState {
        self.stored.state(kind, self.days)
    }

    /// Whether documents get the right mapping before the plan is carried out.
    pub(super) fn is_safe_to_defer(&self) -> bool {
        IndexKind::ALL.iter().all(|kind| {
            !matches!(
                self.state(*kind),
                TemplateState::Missing | TemplateState::Older
            )
        })
    }

    /// Writes what differs. What the user may not write is a warning.
    pub(super) async fn write(
        &self,
        connection: &Connection,
        deadline: Deadline,
    ) -> Result<SetupReport, StoreError> {
        let mut report = SetupReport::default();
        let (custom, retention) = tokio::join!(
            self.put_custom_templates(connection, deadline),
            retention::ensure(connection, self.days, self.product, deadline)
        );
        let has_custom = report.allowed(custom)?.unwrap_or_default();
        report.retention = report.allowed(retention)?.unwrap_or_default();
        let variant = TemplateVariant {
            metadata: MetadataType::Flattened,
            retention: report.retention,
            days: self.days,
            has_custom,
        };
        let put = |kind| self.put_template(connection, kind, variant, deadline);
        let [logs, letters, analysis, metrics] = IndexKind::ALL;
        let (logs, letters, analysis, metrics) =
            tokio::join!(put(logs), put(letters), put(analysis), put(metrics));
        for written in [logs, letters, analysis, metrics] {
            report.written += usize::from(report.allowed(written)?.unwrap_or_default());
        }
        Ok(report)
    }

    /// Makes the component templates for the users' own settings where there are none, and returns
    /// whether the cluster has such templates. They are never overwritten: not even two processes that
    /// start at the same time replace one that a user has made in between.
    async fn put_custom_templates(
        &self,
        connection: &Connection,
        deadline: Deadline,
    ) -> Result<bool, StoreError> {
        let put = async |kind| {
            if self.stored.has_custom(kind) {
                return Ok(true);
            }
            let name = template::custom_name(kind);
            let path = ClusterPutComponentTemplateParts::Name(&name).url();
            let body = Bytes::from(template::custom_body().to_string());
            let query = [("create", "true".to_owned())];
            let request = ClusterRequest::new(Method::PUT, &path)
                .query(&query)
                .json(body);
            let answer = connection.send(&request, deadline).await?;
            match answer.status {
                // "component template [bongsu-logs@custom] already exists"
                400 if response::reason(&answer.body).contains("already exists") => Ok(true),
                _ if answer.is_success() => Ok(true),
                _ if missing_feature::is_absent(&answer) => Ok(false),
                _ => Err(connection.failure(&answer, MANAGE_TEMPLATES)),
            }
        };
        let [logs, letters, analysis, metrics] = IndexKind::ALL;
        let (logs, letters, analysis, metrics) =
            tokio::join!(put(logs), put(letters), put(analysis), put(metrics));
        Ok(logs? && letters? && analysis? && metrics?)
    }

    /// Puts one template, if it differs.
    async fn put_template(
        &self,
        connection: &Connection,
        kind: IndexKind,
        variant: TemplateVariant,
        deadline: Deadline,
    ) -> Result<bool, StoreError> {
        if matches!(
            self.state(kind),
            TemplateState::Current(_) | TemplateState::Newer
        ) {
            return Ok(false);
        }
        let name = template::name(kind);
        let path = IndicesPutIndexTemplateParts::Name(&name).url();
        let mut refused = None;
        for metadata in metadata_types(self.product) {
            let variant = TemplateVariant {
                metadata,
                ..variant
            };
            let body = Bytes::from(template::body(kind, variant).to_string());
            let request = ClusterRequest::new(Method::PUT, &path).json(body);
            let answer = connection.send(&request, deadline).await?;
            if answer.is_success() {
                return Ok(true);
            }
            let reason = response::reason(&answer.body);
            // As with a template of a higher priority: the function starts, and says so.
            if answer.status == 400 && reason.contains("same priority") {
                return Err(StoreError::Forbidden {
                    location: connection.location().to_owned(),
                    reason: format!(
                        "the index template {name} cannot be stored: {reason}; lower the priority of \
                         the other template below {}",
                        template::PRIORITY
                    ),
                });
            }
            let is_unknown = missing_feature::is_unknown_type(&answer, metadata.name());
            refused = Some(connection.failure(&answer, MANAGE_TEMPLATES));
            if !is_unknown {
                break;
            }
        }
        refused.map_or(Ok(false), Err)
    }
}

impl SetupReport {
    /// The result of a part; what is forbidden becomes a warning.
    fn allowed<T>(&mut self, part: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
        match part {
            Ok(value) => Ok(Some(value)),
            Err(StoreError::Forbidden { reason, .. }) => {
                self.warn(format!(
                    "the log store cannot be set up: {reason}; documents get the mapping that the \
                     cluster chooses"
                ));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Logs what was found: warnings as such.
    pub(super) fn log(&self) {
        for warning in &self.warnings {
            tracing::warn!("{warning}");
        }
        tracing::debug!(report = ?self, "the log store is prepared");
    }

    /// Adds a warning, once.
    pub(super) fn warn(&mut self, warning: String) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Adds what the templates of others do to ours.
    pub(super) fn warn_of_foreign(&mut self, stored: &StoredTemplates) {
        for warning in stored.overriding() {
            self.warn(warning);
        }
    }

    /// Says that the templates cannot be read.
    pub(super) fn warn_unreadable(&mut self, reason: &str) {
        self.warn(format!(
            "the index templates cannot be checked ({reason}): {MANAGE_TEMPLATES}, or let another user \
             run `bongsu ingest` once and set ELASTICSEARCH_SETUP=never"
        ));
    }

    /// Adds what indices of the last two days cannot hold. That they cannot be looked at is no problem
    /// of the setup.
    pub(super) async fn check_fields(&mut self, connection: &Connection, deadline: Deadline) {
        let now = jiff::Timestamp::now();
        let indices = fields::indices(now);
        let path = FieldCapsParts::Index(&[&indices]).url();
        let query = [
            ("fields", fields::names()),
            ("ignore_unavailable", "true".to_owned()),
            ("allow_no_indices", "true".to_owned()),
        ];
        let request = ClusterRequest::new(Method::GET, &path).query(&query);
        match connection.send_once(&request, deadline).await {
            Ok(answer) if answer.is_success() => {
                for problem in fields::problems(&answer.body, &indices) {
                    self.warn(problem);
                }
            }
            Ok(answer) => tracing::debug!(
                "the mappings cannot be checked: {}",
                response::described(&answer)
            ),
            Err(failure) => {
                tracing::debug!("the mappings cannot be checked: {}", failure.reason);
            }
        }
    }
}
