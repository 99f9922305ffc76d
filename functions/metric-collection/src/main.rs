//! The Lambda function metric-collection.

use std::{process::ExitCode, sync::Arc};

use anyhow::Context as _;
use metric_collection::{Config, Context, cloudwatch::CloudWatchSource, handle};
use shared::{
    alerts::{AlertPublisher, LogPublisher, sns::SnsPublisher},
    deadline::Deadline,
    env::Settings,
    log_store::{OpenFile, StorePlace},
};

/// Opens the embedded store, where this binary links it.
#[cfg(feature = "embedded")]
const OPEN_FILE: Option<OpenFile> =
    Some(|path| Ok(Arc::new(embedded_store::EmbeddedStore::open(path)?)));
#[cfg(not(feature = "embedded"))]
const OPEN_FILE: Option<OpenFile> = None;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::runtime::run("metric-collection", prepare, handle).await
}

async fn prepare(mut settings: Settings, deadline: Deadline) -> anyhow::Result<Context> {
    let config = Config::read(&mut settings);
    let plan = config.plan(&mut settings);
    let place = StorePlace::read(&mut settings, OPEN_FILE);
    settings.finish()?;
    let place = place.context("no log store is configured")?;
    let aws = shared::aws::config().await;
    let publisher: Arc<dyn AlertPublisher> = match &config.topic {
        Some(topic) => Arc::new(SnsPublisher::new(&aws, topic)?),
        None => Arc::new(LogPublisher),
    };
    let source = Arc::new(CloudWatchSource::new(&aws, plan).await);
    let store = place.open(deadline).await?;
    Ok(Context::new(store, source, publisher, config))
}
