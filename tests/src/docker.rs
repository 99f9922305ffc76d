//! Starts servers in Docker.

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::{
    process::{self, Process},
    server::{HEALTH, PASSWORD, Product, Server},
};

/// Whether a Docker daemon runs.
pub(crate) fn answers() -> bool {
    let info = Command::new("docker")
        .arg("info")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    info.is_ok_and(|status| status.success())
}

/// Starts a product in a container, which is removed when this process ends.
pub(crate) fn start(product: Product) -> Result<Server> {
    let version = product.version();
    let (image, options) = match product {
        Product::Elasticsearch => (
            format!("docker.elastic.co/elasticsearch/elasticsearch:{version}"),
            vec![
                format!("ELASTIC_PASSWORD={PASSWORD}"),
                "xpack.security.http.ssl.enabled=false".to_owned(),
                "ES_JAVA_OPTS=-Xms512m -Xmx512m".to_owned(),
            ],
        ),
        Product::Opensearch => (
            format!("opensearchproject/opensearch:{version}"),
            vec![
                "DISABLE_SECURITY_PLUGIN=true".to_owned(),
                "DISABLE_INSTALL_DEMO_CONFIG=true".to_owned(),
                "OPENSEARCH_JAVA_OPTS=-Xms512m -Xmx512m".to_owned(),
            ],
        ),
    };
    let port = process::free_port()?;
    let mut command = vec!["docker".to_owned(), "run".to_owned(), "--rm".to_owned()];
    command.push(format!("--publish=127.0.0.1:{port}:9200"));
    let common = [
        "discovery.type=single-node",
        "cluster.max_shards_per_node=10000",
        "cluster.routing.allocation.disk.threshold_enabled=false",
    ];
    let options = options.into_iter().chain(common.map(str::to_owned));
    command.extend(options.map(|option| format!("--env={option}")));
    command.push(image);
    let directory = tempfile::Builder::new().prefix("bongsu-").tempdir()?;
    let process = Process::start(product.name(), directory, &command)?;
    let mut server = Server::new(format!("http://127.0.0.1:{port}"), product.login());
    process.wait_until_ready(&server.url, HEALTH, server.login.as_ref())?;
    server.run_by(process);
    Ok(server)
}
