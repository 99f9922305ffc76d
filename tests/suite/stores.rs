//! The contract suite of the log store on real servers.

use bongsu_tests::servers::Server;
use shared::log_store::{LogStore, elasticsearch::ElasticsearchStore};

use crate::documents::{soon, store};

/// A prepared store on a server, or `None` if tests with servers are skipped.
async fn prepared(server: Option<&Server>) -> Option<Box<dyn LogStore>> {
    let store: ElasticsearchStore = store(&server?.settings());
    store.prepare(soon()).await.expect("prepared");
    Some(Box::new(store))
}

mod elasticsearch {
    use bongsu_tests::servers;
    use shared::log_store::LogStore;

    async fn open() -> Option<Box<dyn LogStore>> {
        super::prepared(servers::elasticsearch()).await
    }

    shared_tests::log_store_suite!(open);
}

mod opensearch {
    use bongsu_tests::servers;
    use shared::log_store::LogStore;

    async fn open() -> Option<Box<dyn LogStore>> {
        super::prepared(servers::opensearch()).await
    }

    shared_tests::log_store_suite!(open);
}
