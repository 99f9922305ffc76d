//! The Lambda function dashboard-deployment.

use std::{process::ExitCode, sync::Arc};

use dashboard_deployment::{Config, Context, cloudwatch::CloudWatch, handle};
use shared::{aws, deadline::Deadline, env::Settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::runtime::run("dashboard-deployment", prepare, handle).await
}

/// Never fails: invalid settings are reported to CloudFormation, see [`Context::broken`].
async fn prepare(mut settings: Settings, _: Deadline) -> anyhow::Result<Context> {
    let config = Config::read(&mut settings);
    if let Err(error) = settings.finish() {
        tracing::error!("the settings are invalid: {error}");
        return Ok(Context::broken(&error));
    }
    let target = CloudWatch::new(&aws::config().await);
    Ok(Context::new(Arc::new(target), config))
}
