//! The names under which logging libraries write the same few things. One table for all of them:
//! the forms differ in their names and in what they nest, not in what they mean.

/// What a key can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Level,
    Message,
    Time,
    Service,
    Environment,
    CorrelationId,
    UserId,
    Method,
    Target,
    StatusCode,
    /// In milliseconds.
    Duration,
    /// In nanoseconds: ECS.
    Nanoseconds,
}

/// Where a key stands, as far as that changes what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// In the line's object.
    Line,
    /// In an object of things of the service's own, where `level` may be a player's: only ids and
    /// the request are taken from it.
    Metadata,
    /// In the `fields` of Rust's tracing.
    Fields,
    /// In an object that stands for a part of a dotted name (ECS, pino-http).
    Log,
    Service,
    Http,
    Request,
    Response,
    Url,
    Event,
    User,
    Trace,
}

/// What a key means; of two keys with the same meaning, the one with the lower rank counts.
pub(super) fn role(scope: Scope, key: &str) -> Option<(Role, u8)> {
    match scope {
        Scope::Line => own(key).or_else(|| anywhere(key)),
        Scope::Fields if key == "message" => Some((Role::Message, 4)),
        Scope::Metadata | Scope::Fields => anywhere(key).map(later),
        Scope::Log if key == "level" => Some((Role::Level, 3)),
        Scope::Service => match key {
            "name" => Some((Role::Service, 3)),
            "environment" => Some((Role::Environment, 3)),
            _ => None,
        },
        Scope::Request => match key {
            "method" => Some((Role::Method, 5)),
            "path" => Some((Role::Target, 6)),
            "originalUrl" => Some((Role::Target, 7)),
            "url" | "uri" => Some((Role::Target, 8)),
            "id" => Some((Role::CorrelationId, 11)),
            _ => None,
        },
        Scope::Response => match key {
            "statusCode" | "status_code" | "status" => Some((Role::StatusCode, 5)),
            _ => None,
        },
        Scope::Url => match key {
            "path" => Some((Role::Target, 9)),
            "original" | "full" => Some((Role::Target, 10)),
            _ => None,
        },
        Scope::Event if key == "duration" => Some((Role::Nanoseconds, 3)),
        Scope::User if key == "id" => Some((Role::UserId, 4)),
        Scope::Trace if key == "id" => Some((Role::CorrelationId, 14)),
        Scope::Log | Scope::Http | Scope::Event | Scope::User | Scope::Trace => None,
    }
}

fn later((role, rank): (Role, u8)) -> (Role, u8) {
    (role, rank + 100)
}

/// What only the line's own object says of the line.
fn own(key: &str) -> Option<(Role, u8)> {
    Some(match key {
        "level" => (Role::Level, 0),
        "severity" | "levelname" => (Role::Level, 1),
        "log.level" | "loglevel" | "logLevel" | "log_level" | "lvl" => (Role::Level, 2),
        "message" => (Role::Message, 0),
        "msg" => (Role::Message, 1),
        // structlog; what a container runtime wraps a line into.
        "event" => (Role::Message, 2),
        "log" => (Role::Message, 3),
        "timestamp" => (Role::Time, 0),
        "@timestamp" => (Role::Time, 1),
        "time" => (Role::Time, 2),
        "asctime" => (Role::Time, 3),
        "ts" => (Role::Time, 4),
        "datetime" => (Role::Time, 5),
        "service" => (Role::Service, 0),
        "service.name" | "serviceName" | "service_name" => (Role::Service, 1),
        "environment" => (Role::Environment, 0),
        "service.environment" => (Role::Environment, 1),
        "env" => (Role::Environment, 2),
        _ => return None,
    })
}

/// What is meant wherever it stands.
fn anywhere(key: &str) -> Option<(Role, u8)> {
    Some(match key {
        "correlationId" => (Role::CorrelationId, 0),
        "correlation_id" | "correlation-id" => (Role::CorrelationId, 1),
        "requestId" => (Role::CorrelationId, 2),
        "request_id" | "request-id" | "reqId" | "x-request-id" => (Role::CorrelationId, 3),
        "AWSRequestId" | "awsRequestId" | "aws_request_id" => (Role::CorrelationId, 10),
        "traceId" | "trace_id" | "trace.id" => (Role::CorrelationId, 13),
        "userId" => (Role::UserId, 0),
        "user_id" | "user-id" => (Role::UserId, 1),
        "user.id" => (Role::UserId, 2),
        "method" => (Role::Method, 0),
        "http.request.method" | "http.method" => (Role::Method, 1),
        "httpMethod" | "http_method" | "requestMethod" => (Role::Method, 2),
        "path" => (Role::Target, 0),
        "url.path" | "http.target" => (Role::Target, 1),
        "url" | "uri" | "originalUrl" => (Role::Target, 2),
        "requestPath" | "request_path" | "requestUrl" => (Role::Target, 3),
        "url.original" | "url.full" | "http.url" => (Role::Target, 4),
        "statusCode" => (Role::StatusCode, 0),
        "status_code" => (Role::StatusCode, 1),
        "http.response.status_code" | "http.status_code" => (Role::StatusCode, 2),
        "status" | "responseStatus" => (Role::StatusCode, 3),
        "duration" => (Role::Duration, 0),
        "durationMs" | "duration_ms" => (Role::Duration, 1),
        "responseTime" | "response_time" | "responseTimeMs" => (Role::Duration, 2),
        "elapsedMs" | "elapsed_ms" | "latencyMs" | "latency_ms" => (Role::Duration, 3),
        "event.duration" => (Role::Nanoseconds, 2),
        _ => return None,
    })
}

/// The scope that an object under a key opens, if anything is taken from it.
pub(super) fn opens(scope: Scope, key: &str) -> Option<Scope> {
    match (scope, key) {
        (Scope::Line, "metadata" | "meta" | "context" | "extra" | "data") => Some(Scope::Metadata),
        (Scope::Line, "fields") => Some(Scope::Fields),
        (Scope::Line, "log") => Some(Scope::Log),
        (Scope::Line, "service") => Some(Scope::Service),
        (Scope::Line, "event") => Some(Scope::Event),
        (Scope::Line, "trace") => Some(Scope::Trace),
        (Scope::Line | Scope::Metadata | Scope::Fields, "http" | "httpRequest") => {
            Some(Scope::Http)
        }
        (Scope::Line | Scope::Metadata | Scope::Fields | Scope::Http, "req" | "request") => {
            Some(Scope::Request)
        }
        (Scope::Line | Scope::Metadata | Scope::Fields | Scope::Http, "res" | "response") => {
            Some(Scope::Response)
        }
        (Scope::Line | Scope::Metadata, "url") => Some(Scope::Url),
        (Scope::Line | Scope::Metadata, "user") => Some(Scope::User),
        _ => None,
    }
}
