//! Addresses of log entries in Kibana and OpenSearch Dashboards: the errors of a service, in a span of
//! time. Entries lie in `logs-<service>-*`.

use jiff::Timestamp;
use shared::model::service::ServiceName;
use url::Url;

use super::encode::{percent, rison};

/// Kibana, by a query in ES|QL: it names the indices itself, where any other query needs the id of a
/// data view, which only Kibana knows. Kibana 8.14 and later.
/// <https://www.elastic.co/docs/explore-analyze/query-filter/languages/esql-kibana>
pub(super) fn kibana(base: &Url, service: &ServiceName, from: Timestamp, to: Timestamp) -> String {
    let query = format!(
        "FROM logs-{service}-* | WHERE level IN (\"error\", \"fatal\") | SORT @timestamp DESC | LIMIT 500"
    );
    let state = format!("(dataSource:(type:esql),query:(esql:{}))", rison(&query));
    let global = format!("({})", span(from, to));
    format!(
        "{base}app/discover#/?_g={}&_a={}",
        percent(&global),
        percent(&state)
    )
}

/// OpenSearch Dashboards 2.10 and later. `indexPattern` is the id of a saved index pattern: where
/// none has this one, the default pattern is opened, and the query still asks for the service's
/// indices alone.
pub(super) fn opensearch(
    base: &Url,
    service: &ServiceName,
    from: Timestamp,
    to: Timestamp,
) -> String {
    let query = format!("_index:logs-{service}-* and level:(error or fatal)");
    let state = format!(
        "(discover:(columns:!(level,message),isDirty:!f,sort:!(!('@timestamp',desc))),\
         metadata:(indexPattern:{},view:discover))",
        rison(&format!("logs-{service}-*"))
    );
    let global = format!(
        "(filters:!(),refreshInterval:(pause:!t,value:0),{})",
        span(from, to)
    );
    let query = format!(
        "(filters:!(),query:(language:kuery,query:{}))",
        rison(&query)
    );
    format!(
        "{base}app/data-explorer/discover#?_a={}&_g={}&_q={}",
        percent(&state),
        percent(&global),
        percent(&query)
    )
}

fn span(from: Timestamp, to: Timestamp) -> String {
    let [from, to] = [from, to].map(|time| rison(&format!("{time:.3}")));
    format!("time:(from:{from},to:{to})")
}
