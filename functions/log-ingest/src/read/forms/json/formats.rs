//! The formats that are JSON objects, recognised by their keys. The first matching row wins.

use std::borrow::Cow;

use FormatShape::{Adjusted, Plain, Wrapper};

use super::{
    servers,
    shapes::{self, Adjust},
};
use crate::read::{
    duration::DurationUnit::{self, Milliseconds, Nanoseconds, Seconds},
    fields::KeyIndex,
    level::LevelScale::{self, Pino, Python, Syslog},
};

/// What else there is to a format.
#[derive(Clone, Copy)]
pub(super) enum FormatShape {
    /// Its keys say everything.
    Plain,
    /// Its message is a line of its own, which is read in turn.
    Wrapper,
    /// Some of it is not in the table of keys.
    Adjusted(Adjust),
}

/// A format that is JSON.
pub(super) struct JsonFormat {
    pub(super) name: &'static str,
    /// `KeyIndex` that a line of the format has, as the table of keys writes them. `level:number`,
    /// `level:word`, `level:lower` and `level:upper` are signs of the level's value.
    has: &'static [&'static str],
    /// Keys that it does not have.
    lacks: &'static [&'static str],
    /// The scale of its numeric levels.
    pub(super) scale: LevelScale,
    /// The unit of durations whose keys state none.
    pub(super) unit: Option<DurationUnit>,
    pub(super) shape: FormatShape,
}

/// A JSON object of no known logger.
pub(super) const OTHER: JsonFormat = row("json", &[], &[], Pino, None, Plain);

const fn row(
    name: &'static str,
    has: &'static [&'static str],
    lacks: &'static [&'static str],
    scale: LevelScale,
    unit: Option<DurationUnit>,
    shape: FormatShape,
) -> JsonFormat {
    JsonFormat {
        name,
        has,
        lacks,
        scale,
        unit,
        shape,
    }
}

const MS: Option<DurationUnit> = Some(Milliseconds);
const NS: Option<DurationUnit> = Some(Nanoseconds);
const S: Option<DurationUnit> = Some(Seconds);

#[rustfmt::skip]
pub(super) static FORMATS: &[JsonFormat] = &[
    // Ours, first since it is the most frequent.
    row("log-entry", &["level:word", "message", "timestamp", "service", "environment"], &["functionrequestid"], Pino, MS, Plain),
    // AWS.
    row("lambda-platform", &["type", "record", "time"], &[], Pino, MS, Adjusted(shapes::platform)),
    row("cloudtrail", &["eventversion", "eventsource", "eventname"], &[], Pino, None, Adjusted(shapes::cloudtrail)),
    // A record in part, as tools that copy some of its members write it.
    row("cloudtrail", &["eventname", "eventtime", "errorcode"], &["message", "msg"], Pino, None, Adjusted(shapes::cloudtrail)),
    row("cloudtrail", &["records"], &["message", "msg"], Pino, None, Adjusted(shapes::cloudtrail_records)),
    row("waf", &["webaclid", "httprequest"], &[], Pino, None, Adjusted(shapes::waf)),
    row("route53-resolver", &["queryname", "querytype", "rcode"], &[], Pino, None, Adjusted(shapes::resolver)),
    row("eventbridge", &["detailtype", "source", "detail"], &[], Pino, None, Adjusted(shapes::eventbridge)),
    row("powertools", &["functionrequestid"], &[], Python, None, Plain),
    row("powertools", &["level:word", "location", "message", "timestamp"], &["environment"], Python, None, Plain),
    row("lambda-json", &["requestid", "timestamp", "message", "level:upper"], &["service", "level:lower"], Pino, MS, Plain),
    row("lambda-json", &["awsrequestid", "timestamp", "message", "level:upper"], &["service", "level:lower"], Pino, MS, Plain),
    row("api-gateway", &["requestid", "routekey", "status"], &["message", "msg"], Pino, MS, Adjusted(shapes::route_key)),
    row("api-gateway", &["requestid", "httpmethod", "status"], &["message", "msg"], Pino, MS, Plain),
    // What `aws logs filter-log-events` prints of an event.
    row("cloudwatch-event", &["ingestiontime", "message", "timestamp"], &["level:word"], Pino, None, Wrapper),
    // Container runtimes and collectors.
    row("docker-json", &["log", "stream", "time"], &["level:word"], Pino, None, Wrapper),
    row("firelens", &["log", "containerid"], &[], Pino, None, Wrapper),
    row("fluent-bit", &["log", "kubernetes"], &[], Pino, None, Wrapper),
    row("fluent-bit", &["log", "stream"], &["level:word", "message"], Pino, None, Wrapper),
    row("fluent-bit", &["message", "kubernetes"], &["level:word"], Pino, None, Wrapper),
    row("journald", &["realtimetimestamp", "message"], &[], Syslog, None, Wrapper),
    row("gelf", &["version", "shortmessage", "host"], &[], Syslog, None, Plain),
    row("otlp", &["resourcelogs"], &[], LevelScale::Otel, None, Adjusted(shapes::otlp_batch)),
    row("otlp", &["timeunixnano"], &[], LevelScale::Otel, None, Adjusted(shapes::otlp_record)),
    row("otlp", &["observedtimeunixnano"], &[], LevelScale::Otel, None, Adjusted(shapes::otlp_record)),
    row("otlp", &["resource", "scope", "body"], &[], LevelScale::Otel, None, Adjusted(shapes::otlp_record)),
    row("otlp", &["severitynumber"], &[], LevelScale::Otel, None, Adjusted(shapes::otlp_record)),
    row("datadog", &["ddsource"], &[], Pino, NS, Plain),
    row("datadog", &["ddtags"], &[], Pino, NS, Plain),
    row("gcp", &["severity", "httprequest"], &[], Pino, None, Plain),
    row("gcp", &["severity", "logname"], &[], Pino, None, Plain),
    row("gcp", &["severity", "logging.googleapis.com/trace"], &[], Pino, None, Plain),
    row("gcp", &["severity", "insertid"], &[], Pino, None, Plain),
    // Servers.
    row("traefik", &["requestmethod", "downstreamstatus"], &[], Pino, NS, Plain),
    row("caddy", &["logger", "request", "status", "ts"], &[], Pino, S, Plain),
    row("caddy", &["logger", "request", "status", "duration"], &[], Pino, S, Plain),
    row("envoy", &["responsecode", "responseflags"], &[], Pino, MS, Plain),
    row("nginx-json", &["status", "requesttime", "requestmethod"], &["message"], Pino, S, Plain),
    row("nginx-json", &["status", "requesttime", "request"], &["message"], Pino, S, Plain),
    row("nginx-json", &["status", "requesttime", "requesturi"], &["message"], Pino, S, Plain),
    row("nginx-json", &["status", "requesttime", "uri"], &["message", "level:word"], Pino, S, Plain),
    row("cloudflare", &["clientrequestmethod", "edgeresponsestatus"], &[], Pino, MS, Plain),
    row("kong", &["latencies", "request", "response", "startedat"], &["level:word"], Pino, MS, Adjusted(servers::kong)),
    row("cloudflare-worker", &["eventtimestampms", "outcome", "scriptname"], &[], Pino, MS, Adjusted(servers::worker)),
    row("echo", &["latencyhuman", "remoteip"], &[], Pino, NS, Plain),
    row("mongodb", &["t", "s", "c", "ctx", "msg"], &[], Pino, MS, Adjusted(shapes::mongodb)),
    // JavaScript.
    row("bunyan", &["v", "level:number", "msg", "pid", "hostname"], &[], Pino, MS, Plain),
    row("pino", &["level:number", "time", "msg"], &[], Pino, MS, Plain),
    row("pino", &["level:number", "time", "pid"], &[], Pino, MS, Plain),
    row("pino", &["level:number", "time", "hostname"], &[], Pino, MS, Plain),
    row("pino", &["level:word", "time", "pid", "hostname"], &[], Pino, MS, Plain),
    row("nestjs", &["context", "pid", "timestamp", "level:word", "message"], &[], Pino, None, Plain),
    // .NET.
    row("serilog-compact", &["@t", "@m"], &[], Pino, MS, Adjusted(shapes::serilog)),
    row("serilog-compact", &["@t", "@mt"], &[], Pino, MS, Adjusted(shapes::serilog)),
    row("serilog-json", &["timestamp", "level:word", "messagetemplate"], &[], Pino, MS, Plain),
    row("dotnet-json", &["eventid", "loglevel", "category"], &[], Pino, MS, Plain),
    // The JVM.
    row("ecs", &["ecs.version"], &[], Pino, None, Plain),
    row("ecs", &["ecs"], &[], Pino, None, Plain),
    row("ecs", &["log.level", "@timestamp"], &[], Pino, None, Plain),
    row("logback", &["@timestamp", "loggername"], &[], Pino, None, Plain),
    row("quarkus", &["loggerclassname", "sequence"], &[], Pino, None, Plain),
    row("log4j2-json", &["instant", "loggername"], &[], Pino, None, Plain),
    row("log4j2-json", &["timemillis", "loggername"], &[], Pino, None, Plain),
    // Python.
    row("loguru", &["text", "record"], &[], Python, None, Plain),
    row("python", &["levelname"], &["channel", "log.level"], Python, None, Plain),
    row("python", &["asctime"], &[], Python, None, Plain),
    row("python", &["levelno"], &[], Python, None, Plain),
    row("python", &["funcname", "lineno"], &[], Python, None, Plain),
    row("structlog", &["logger", "event", "level:word"], &[], Python, None, Plain),
    row("structlog", &["event", "level:word", "timestamp"], &["message", "msg"], Python, None, Plain),
    // PHP, Ruby, Rust, Elixir.
    row("monolog", &["channel", "levelname"], &[], Pino, None, Plain),
    row("lograge", &["controller", "action", "path"], &[], Pino, MS, Plain),
    row("tracing-json", &["fields", "target", "level:word"], &[], Pino, None, Plain),
    row("elixir-json", &["severity", "time", "metadata", "message"], &[], Pino, None, Plain),
    // Go.
    row("zap", &["ts", "msg", "level:word"], &["pid", "hostname", "time"], Pino, S, Plain),
    row("slog", &["time", "level:upper", "msg"], &["level:lower"], Pino, NS, Plain),
    row("logrus", &["time", "level:lower", "msg"], &[], Pino, NS, Plain),
    row("zerolog", &["time", "level:lower", "message"], &["timestamp"], Pino, MS, Plain),
    row("hclog", &["@level", "@message"], &[], Pino, None, Plain),
    // What is left that has our three words.
    row("log-entry", &["level:word", "message", "timestamp"], &[], Pino, MS, Plain),
];

/// The rows with their keys as bits.
#[derive(Debug)]
pub(in crate::read) struct JsonFormats {
    masks: Vec<(u128, u128)>,
    pub(super) number: u128,
    pub(super) word: u128,
    pub(super) lower: u128,
    pub(super) upper: u128,
}

impl JsonFormats {
    /// Gives each key that distinguishes formats a bit.
    pub(in crate::read) fn new(keys: &mut KeyIndex) -> Self {
        let mut names: Vec<&'static str> = Vec::new();
        let mut mask = |wanted: &'static [&'static str]| {
            wanted.iter().fold(0_u128, |mask, name| {
                let known = names.iter().position(|known| known == name);
                let bit = known.unwrap_or_else(|| {
                    names.push(name);
                    names.len() - 1
                });
                mask | (1 << bit)
            })
        };
        let number = mask(&["level:number"]);
        let word = mask(&["level:word"]);
        let lower = mask(&["level:lower"]);
        let upper = mask(&["level:upper"]);
        let masks = FORMATS.iter();
        let masks = masks
            .map(|format| (mask(format.has), mask(format.lacks)))
            .collect();
        for (bit, name) in names.into_iter().enumerate() {
            keys.entry(Cow::Borrowed(name)).signs = 1 << bit;
        }
        Self {
            masks,
            number,
            word,
            lower,
            upper,
        }
    }

    /// The format of a line with these signs.
    pub(super) fn find(&self, signs: u128) -> &'static JsonFormat {
        let mut rows = self.masks.iter().zip(FORMATS);
        let fits = |(has, lacks): &(u128, u128)| signs & has == *has && signs & lacks == 0;
        rows.find(|(masks, _)| fits(masks))
            .map_or(&OTHER, |(_, format)| format)
    }
}
