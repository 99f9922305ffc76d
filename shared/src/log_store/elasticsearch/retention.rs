//! Makes a cluster delete old indices: by ILM where it has that (Elasticsearch), by ISM
//! where it has that (OpenSearch), else not at all. The policies are values; which of the two a
//! cluster has is found by asking.

use bytes::Bytes;
use elasticsearch::ilm::{IlmGetLifecycleParts, IlmPutLifecycleParts};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    connection::Connection, index_name::IndexKind, missing_feature, product::ClusterProduct,
    request::ClusterRequest, response::Answer,
};
use crate::{deadline::Deadline, log_store::StoreError};

/// The name of the policy.
pub(super) const POLICY: &str = "bongsu-retention";

/// What deletes old indices on a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retention {
    /// Nothing: the cluster has no such feature, or `LOG_RETENTION_DAYS` is 0.
    #[default]
    None,
    /// Elasticsearch's index lifecycle management.
    Ilm {
        /// After how many days.
        days: u64,
    },
    /// OpenSearch's index state management. It applies a changed policy to new indices; those that
    /// are there keep the one they began with.
    Ism {
        /// After how many days.
        days: u64,
    },
}

impl Retention {
    /// The name of the feature.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ilm { .. } => "ilm",
            Self::Ism { .. } => "ism",
        }
    }

    /// The feature with this name.
    pub(super) fn named(name: &str, days: u64) -> Option<Self> {
        let all = [Self::None, Self::Ilm { days }, Self::Ism { days }];
        all.into_iter().find(|it| it.name() == name)
    }
}

/// The lifecycle policy:
/// <https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-ilm-put-lifecycle>.
/// `days` 0 keeps indices, those that carry the policy already too.
pub(super) fn ilm_policy(days: u64) -> Value {
    let mut phases = json!({ "hot": { "min_age": "0ms", "actions": {} } });
    if let (1.., Some(phases)) = (days, phases.as_object_mut()) {
        phases.insert(
            "delete".to_owned(),
            json!({ "min_age": format!("{days}d"), "actions": { "delete": {} } }),
        );
    }
    json!({ "policy": { "_meta": { "managed_by": "bongsu" }, "phases": phases } })
}

/// The state management policy, for `days` of at least 1:
/// <https://docs.opensearch.org/latest/im-plugin/ism/policies/>.
pub(super) fn ism_policy(days: u64) -> Value {
    let patterns: Vec<String> = IndexKind::ALL
        .iter()
        .flat_map(|kind| kind.patterns())
        .collect();
    json!({ "policy": {
        "description": format!("Bongsu: deletes indices after {days} days"),
        "default_state": "kept",
        "states": [
            {
                "name": "kept",
                "actions": [],
                "transitions": [{
                    "state_name": "deleted",
                    "conditions": { "min_index_age": format!("{days}d") }
                }]
            },
            { "name": "deleted", "actions": [{ "delete": {} }], "transitions": [] }
        ],
        "ism_template": [{ "index_patterns": patterns, "priority": 500 }]
    } })
}

/// Puts the policy on the cluster, by the feature that it has. The likely one comes first.
pub(super) async fn ensure(
    connection: &Connection,
    days: u64,
    product: ClusterProduct,
    deadline: Deadline,
) -> Result<Retention, StoreError> {
    if days == 0 {
        return keep(connection, product, deadline).await;
    }
    let [ilm, ism] = [Retention::Ilm { days }, Retention::Ism { days }];
    let order = match product {
        ClusterProduct::Elasticsearch => [ilm, ism],
        ClusterProduct::Other => [ism, ilm],
    };
    for retention in order {
        let is_there = match retention {
            Retention::Ism { .. } => put_ism(connection, days, deadline).await?,
            _ => put_ilm(connection, days, deadline).await?,
        };
        if is_there {
            return Ok(retention);
        }
    }
    Ok(Retention::None)
}

/// Takes the deletion out of a policy of an earlier setting. Where there is none, or where the
/// credentials do not suffice to look, there is nothing of ours to change.
async fn keep(
    connection: &Connection,
    product: ClusterProduct,
    deadline: Deadline,
) -> Result<Retention, StoreError> {
    if product == ClusterProduct::Other {
        return Ok(Retention::None);
    }
    let path = IlmGetLifecycleParts::Policy(POLICY).url();
    let found = connection
        .send(&ClusterRequest::new(Method::GET, &path), deadline)
        .await?;
    if found.is_success() {
        put_ilm(connection, 0, deadline).await?;
    }
    Ok(Retention::None)
}

/// Whether the cluster has ILM, and so has the policy now.
async fn put_ilm(
    connection: &Connection,
    days: u64,
    deadline: Deadline,
) -> Result<bool, StoreError> {
    let path = IlmPutLifecycleParts::Policy(POLICY).url();
    let body = Bytes::from(ilm_policy(days).to_string());
    let answer = connection
        .send(
            &ClusterRequest::new(Method::PUT, &path).json(body),
            deadline,
        )
        .await?;
    accepted(connection, &answer)
}

/// Whether the cluster has ISM, and so has the policy now.
async fn put_ism(
    connection: &Connection,
    days: u64,
    deadline: Deadline,
) -> Result<bool, StoreError> {
    let path = format!("_plugins/_ism/policies/{POLICY}");
    let policy = ism_policy(days);
    let put = async |query: Vec<(&'static str, String)>| {
        let request = ClusterRequest::new(Method::PUT, &path)
            .json(Bytes::from(policy.to_string()))
            .query(&query);
        connection.send(&request, deadline).await
    };
    let answer = put(Vec::new()).await?;
    if answer.status != 409 {
        return accepted(connection, &answer);
    }
    // There is one: it is replaced if it says something else.
    let found = connection
        .send(&ClusterRequest::new(Method::GET, &path), deadline)
        .await?;
    let query = match ism_version(&found, &policy) {
        IsmVersion::Same => return Ok(true),
        IsmVersion::Other(query) => query,
        IsmVersion::None => Vec::new(),
    };
    let answer = put(query).await?;
    // Another process put it between our look and our write.
    if answer.status == 409 {
        return Ok(true);
    }
    accepted(connection, &answer)
}

/// The policy that is there already.
#[derive(Debug, PartialEq)]
enum IsmVersion {
    /// There is none.
    None,
    /// It says the same.
    Same,
    /// It says something else; these parameters replace it.
    Other(Vec<(&'static str, String)>),
}

fn ism_version(found: &Answer, wanted: &Value) -> IsmVersion {
    #[derive(Deserialize)]
    struct StoredPolicy {
        #[serde(rename = "_seq_no")]
        sequence_number: i64,
        #[serde(rename = "_primary_term")]
        primary_term: i64,
        policy: Value,
    }
    if !found.is_success() {
        return IsmVersion::None;
    }
    // The cluster adds fields of its own to a policy; ours says its days in its description.
    let description = |policy: &Value| policy.get("description").cloned();
    match serde_json::from_slice::<StoredPolicy>(&found.body) {
        Ok(found) if description(&found.policy) == wanted.get("policy").and_then(description) => {
            IsmVersion::Same
        }
        Ok(found) => IsmVersion::Other(vec![
            ("if_seq_no", found.sequence_number.to_string()),
            ("if_primary_term", found.primary_term.to_string()),
        ]),
        Err(_) => IsmVersion::None,
    }
}

/// Whether the cluster took a policy; false where it has no such feature.
fn accepted(connection: &Connection, answer: &Answer) -> Result<bool, StoreError> {
    let advice = format!(
        "allow it to manage lifecycle policies (Elasticsearch: manage_ilm; OpenSearch: \
         index_management_full_access), or set LOG_RETENTION_DAYS=0 (what was asked: {POLICY})"
    );
    if answer.is_success() {
        Ok(true)
    } else if missing_feature::is_absent(answer) {
        Ok(false)
    } else {
        Err(connection.failure(answer, &advice))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::json;

    use super::{Answer, IsmVersion, ilm_policy, ism_policy, ism_version};

    fn answer(status: u16, body: &serde_json::Value) -> Answer {
        Answer {
            status,
            retry_after: None,
            hint: None,
            is_elasticsearch: false,
            body: Bytes::from(body.to_string()),
        }
    }

    #[test]
    fn the_policies_are_what_was_agreed() {
        insta::assert_json_snapshot!([ilm_policy(30), ilm_policy(0), ism_policy(30)]);
    }

    #[test]
    fn a_state_management_policy_is_replaced_only_where_it_differs() {
        let wanted = ism_policy(30);
        let found = |days| {
            answer(
                200,
                &json!({ "_id": "x", "_seq_no": 7, "_primary_term": 1, "policy": ism_policy(days)["policy"] }),
            )
        };
        assert_eq!(ism_version(&found(30), &wanted), IsmVersion::Same);
        assert_eq!(
            ism_version(&found(7), &wanted),
            IsmVersion::Other(vec![
                ("if_seq_no", "7".to_owned()),
                ("if_primary_term", "1".to_owned())
            ])
        );
        assert_eq!(
            ism_version(&answer(404, &json!({})), &wanted),
            IsmVersion::None
        );
    }
}
