//! The arguments of `search`.

#![expect(
    clippy::doc_markdown,
    reason = "the documentation of an argument is its help text, which is not Markdown"
)]

use clap::Args;
use shared::model::{level::Level, service::ServiceName};

use super::{WindowArguments, value};

/// The arguments of `search`.
#[derive(Debug, Args)]
#[command(after_help = "\
The query language, the same for every store; case never matters:
  timeout 결제            messages that contain both, also inside of words
  \"connection pool\"      messages that contain exactly this
  time*out               with anything between
  /time(d )?out/         a regular expression
  -debug                 not this
  a OR b, (a OR b) c     alternatives
  level:error            the level; level:>=warn for it and above
  status:5xx             the status; status:404, status:>=400
  duration:>500ms        the duration; ns, us, ms, s, m, h
  route:/api/*           the whole field; also path, method, user, service, environment, correlation,
                         stream, group, format, pattern
  orderId:ORD-*          a metadata key, nested ones with dots: err.code:ECONNRESET
  user:*                 entries that have the field

On a terminal, entries are shown as in a log; in a pipe, each is a line of time, level and message,
separated by tabs.

Examples:
  bongsu search 결제 실패
  bongsu search 'level:>=error -healthcheck' --last 1h
  bongsu search 'status:5xx route:/api/*' --service gm-tool-sample --limit 5
  bongsu search '\"connection pool\" OR /time(d )?out/' -C 3
  bongsu search level:error --from yesterday -c
  bongsu search level:error --follow

Exit code: 1 if nothing is found.")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct SearchArguments {
    /// The query. Quote it for the shell where it has quotes, stars, parentheses, < or >, or begins with
    /// a minus sign.
    #[arg(value_name = "QUERY")]
    pub text: Vec<String>,
    /// The window; all entries if left out.
    #[command(flatten)]
    pub when: WindowArguments,
    /// The lowest level.
    #[arg(long, value_name = "LEVEL", value_parser = value::LevelParser)]
    pub level: Option<Level>,
    /// Only requests of this route.
    #[arg(long, value_name = "ROUTE")]
    pub route: Option<String>,
    /// Only entries of this user.
    #[arg(long, value_name = "ID")]
    pub user: Option<String>,
    /// Only entries with this correlation id.
    #[arg(long, value_name = "ID")]
    pub correlation_id: Option<String>,
    /// The service. [default: the query's, SERVICE_NAME, or else local]
    #[arg(long, value_name = "NAME")]
    pub service: Option<ServiceName>,
    /// The most entries to show: the newest ones.
    #[arg(long, value_name = "NUMBER", default_value_t = 50,
          value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub limit: u16,
    /// Show so many entries of the same log stream before and after each one.
    #[arg(short = 'C', long, value_name = "NUMBER",
          value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pub context: Option<u16>,
    /// Show the entries that the query does not match.
    #[arg(short = 'v', long)]
    pub invert: bool,
    /// Print only the number of entries, of all and not of --limit.
    #[arg(short = 'c', long, conflicts_with_all = ["context", "follow", "json"])]
    pub count: bool,
    /// Go on with new entries as they are stored, until Ctrl-C.
    #[arg(short = 'f', long, conflicts_with_all = ["context", "to"])]
    pub follow: bool,
    /// Print each entry as one line of JSON.
    #[arg(long)]
    pub json: bool,
}
