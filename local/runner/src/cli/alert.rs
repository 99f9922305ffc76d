//! The arguments of `alert`.

use clap::Args;
use shared::model::alert::AlertType;

use super::value;

/// The arguments of `alert`.
#[derive(Debug, Args)]
#[command(after_help = "\
Local stand-ins for unconfigured channels: without SLACK_TOKEN, SLACK_WEBHOOK_URL or SMTP_URL, alerts
are written to the outbox, a directory with a page that shows them. Alerts with the same --key belong
together: a later one updates the first message, and one with --resolved resolves it.

Examples:
  bongsu alert --type error --title 'Payments fail' --message 'The card company does not answer.'
  bongsu alert --type warning --title 'Queue is long' --key queue --service shop -m jobs=1200
  bongsu alert --type warning --title 'Queue is short again' --key queue --resolved
  ALERT_LANGUAGE=ko bongsu alert --type critical --title '결제 오류' --dry-run")]
pub struct AlertArguments {
    /// The severity.
    #[arg(long = "type", value_name = "TYPE", value_parser = value::alert_type())]
    pub kind: AlertType,
    /// The title, in one line.
    #[arg(long, value_name = "TEXT")]
    pub title: String,
    /// The message.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub message: String,
    /// The affected service.
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,
    /// A further fact; may be repeated.
    #[arg(short, long = "metadata", value_name = "NAME=VALUE", value_parser = value::pair)]
    pub metadata: Vec<(String, String)>,
    /// A link, such as runbook=URL; may be repeated.
    #[arg(long = "link", value_name = "NAME=URL", value_parser = value::pair)]
    pub links: Vec<(String, String)>,
    /// The key that alerts about the same problem share.
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// Resolve the alert with this key.
    #[arg(long, requires = "key")]
    pub resolved: bool,
    /// Show the messages, and send nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Print the result as JSON.
    #[arg(long)]
    pub json: bool,
}
