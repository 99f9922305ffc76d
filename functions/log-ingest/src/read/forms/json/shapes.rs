//! What the table of keys cannot say of a format: values in lists, levels that follow from other
//! fields.

use std::borrow::Cow;

use shared::model::level::Level;

use crate::{
    json::{self, Json, Members},
    metadata::LineMetadata,
    read::{
        LineReader, client,
        duration::DurationUnit,
        entry::{ParsedEntry, StatedLevel, is_method, is_target, status_code},
        fields::FieldRole,
        forms::platform,
        level,
    },
};

/// Completes the entry of a line with these members.
pub(super) type Adjust = for<'a> fn(&LineReader, &mut ParsedEntry<'a>, &Members<'a>, usize);

/// A member by its name, as it is written.
pub(super) fn member<'a>(members: &Members<'a>, name: &str) -> Option<Json<'a>> {
    let mut members = members.iter();
    members
        .find(|(key, _)| key == name)
        .map(|(_, value)| *value)
}

/// The members of an object by its name.
pub(super) fn members_of<'a>(members: &Members<'a>, name: &str) -> Option<Members<'a>> {
    json::members(member(members, name)?.get())
}

pub(super) fn text<'a>(members: &Members<'a>, name: &str) -> Option<Cow<'a, str>> {
    member(members, name)?.scalar()
}

pub(super) fn imply(entry: &mut ParsedEntry<'_>, level: Level) {
    entry.level = Some(StatedLevel::implied(level));
}

/// The entry with the worst level; of several, the first.
pub(super) fn worst<'a>(entries: impl Iterator<Item = ParsedEntry<'a>>) -> Option<ParsedEntry<'a>> {
    let severity = |entry: &ParsedEntry<'_>| entry.level.as_ref().and_then(|stated| stated.level);
    entries.reduce(|worst, entry| {
        if severity(&entry) > severity(&worst) {
            entry
        } else {
            worst
        }
    })
}

/// The Lambda platform's JSON, and the lines of extensions and of the function in it.
pub(super) fn platform<'a>(
    reader: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    nested: usize,
) {
    platform::read_record(reader, entry, members, nested);
}

/// `CloudTrail` states no level: a call that failed is an error.
pub(super) fn cloudtrail<'a>(
    _: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    _: usize,
) {
    let code = text(members, "errorCode");
    let source = text(members, "eventSource").unwrap_or_default();
    let name = text(members, "eventName").unwrap_or_default();
    let call = [
        source.as_ref(),
        name.as_ref(),
        code.as_deref().unwrap_or_default(),
    ];
    let call: Vec<&str> = call.into_iter().filter(|part| !part.is_empty()).collect();
    entry.message = Cow::Owned(call.join(" "));
    imply(
        entry,
        if code.is_some() {
            Level::Error
        } else {
            Level::Info
        },
    );
    entry.correlation_id = text(members, "requestID").or(entry.correlation_id.take());
    let identity = members_of(members, "userIdentity");
    if let Some(identity) = identity {
        let names = ["userName", "arn", "principalId"];
        entry.user_id = names.iter().find_map(|name| text(&identity, name));
    }
}

/// `{"Records": [{"eventName": …}, …]}`: the call that failed, if one did, else the first.
pub(super) fn cloudtrail_records<'a>(
    reader: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    nested: usize,
) {
    let records = member(members, "Records").and_then(|records| json::elements(records.get()));
    let records = records.unwrap_or_default();
    let entries = records.iter().filter_map(|record| {
        let members = json::members(record.get())?;
        member(&members, "eventName")?;
        let mut entry = super::object(reader, record.get(), nested.checked_sub(1)?)?;
        cloudtrail(reader, &mut entry, &members, nested);
        Some(entry)
    });
    let Some(first) = worst(entries) else {
        return;
    };
    entry.level = first.level;
    entry.timestamp = first.timestamp;
    entry.correlation_id = first.correlation_id;
    entry.user_id = first.user_id;
    entry.message = first.message;
    if records.len() > 1 {
        entry.remark(format!("the line holds {} records", records.len()));
    }
}

/// WAF states no level: a request that it blocks deserves a look.
pub(super) fn waf<'a>(
    _: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    _: usize,
) {
    let action = text(members, "action").unwrap_or_default();
    let is_allowed = matches!(action.as_ref(), "ALLOW" | "COUNT");
    imply(entry, if is_allowed { Level::Info } else { Level::Warn });
    let rule = text(members, "terminatingRuleId").unwrap_or_default();
    entry.message = Cow::Owned(format!("{action} by {rule}"));
}

/// The DNS resolver's query logs: a server failure is an error of whoever answers.
pub(super) fn resolver<'a>(
    _: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    _: usize,
) {
    let code = text(members, "rcode").unwrap_or_default();
    imply(
        entry,
        match code.as_ref() {
            "NOERROR" | "NXDOMAIN" => Level::Info,
            _ => Level::Warn,
        },
    );
    let name = text(members, "query_name").unwrap_or_default();
    let kind = text(members, "query_type").unwrap_or_default();
    entry.message = Cow::Owned(format!("{kind} {name} {code}"));
}

/// Events of EventBridge, ECS' above all: a task that stopped with a reason or an exit code.
pub(super) fn eventbridge<'a>(
    _: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    _: usize,
) {
    let kind = text(members, "detail-type").unwrap_or_default();
    let detail = members_of(members, "detail");
    let detail = detail.unwrap_or_default();
    let first = |names: &[&str]| names.iter().find_map(|name| text(&detail, name));
    let kind_of = first(&["eventType"]).unwrap_or_default();
    let state = first(&["lastStatus", "state", "eventName"]);
    let reason = first(&["stoppedReason", "reason", "errorCode", "errorMessage"]);
    let codes = member(&detail, "containers").and_then(|list| json::elements(list.get()));
    let has_failed = codes.unwrap_or_default().iter().any(|container| {
        let members = json::members(container.get());
        let code = members.and_then(|members| text(&members, "exitCode"));
        code.is_some_and(|code| code != "0")
    });
    let is_scaling = reason
        .as_deref()
        .is_some_and(|reason| reason.contains("Scaling activity") || reason.contains("deployment"));
    let has_reason = first(&["stoppedReason", "errorCode"]).is_some();
    let level = match kind_of.as_ref() {
        "ERROR" => Level::Error,
        "WARN" => Level::Warn,
        _ if has_failed || first(&["errorCode"]).is_some() => Level::Error,
        _ if has_reason && !is_scaling => Level::Warn,
        _ => Level::Info,
    };
    imply(entry, level);
    let parts = [Some(kind), state, reason];
    let parts: Vec<_> = parts.iter().flatten().map(AsRef::as_ref).collect();
    entry.message = Cow::Owned(parts.join(": "));
}

/// API Gateway's `routeKey`, `GET /players/{id}`, where the line has no path.
pub(super) fn route_key<'a>(
    _: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    _: usize,
) {
    let key = text(members, "routeKey").unwrap_or_default();
    if let Some((method, path)) = key.split_once(' ') {
        let request = &mut entry.request;
        if request.method.is_none() && is_method(method) {
            request.method = Some(Cow::Owned(method.to_owned()));
        }
        if request.target.is_none() && is_target(path) {
            request.target = Some(Cow::Owned(path.to_owned()));
        }
    }
}

/// `MongoDB`'s structured log: the level is a letter, or `D1` to `D5`.
pub(super) fn mongodb<'a>(
    _: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    _: usize,
) {
    if let Some(letter) = text(members, "s") {
        let word = letter.trim_end_matches(|last: char| last.is_ascii_digit());
        entry.level = Some(StatedLevel::of(level::of_word(word), letter.clone()));
    }
}

/// Serilog's compact form leaves the level out where it is Information.
pub(super) fn serilog<'a>(
    _: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    _: usize,
) {
    if entry.level.is_none() && member(members, "@l").is_none() {
        imply(entry, Level::Info);
    }
}

/// OTLP's attributes are a list: `[{"key": "url.path", "value": {"stringValue": "/x"}}]`.
pub(super) fn otlp_record<'a>(
    reader: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    _: usize,
) {
    // A record of a batch carries its resource.
    let resource = members_of(members, "resource");
    let of_resource = resource.map(|resource| attributes(&resource));
    let own = attributes(members).into_iter();
    for (name, value) in own.chain(of_resource.unwrap_or_default()) {
        let Some(key) = reader.keys.find("", &name) else {
            continue;
        };
        for meaning in key.meanings(false) {
            take(entry, meaning.role, value.clone());
        }
    }
}

/// An attribute in the place of what the record does not say itself.
fn take<'a>(entry: &mut ParsedEntry<'a>, role: FieldRole, value: Cow<'a, str>) {
    let request = &mut entry.request;
    let place = match role {
        FieldRole::Method if is_method(&value) => &mut request.method,
        FieldRole::Target if is_target(&value) => &mut request.target,
        FieldRole::CorrelationId => &mut entry.correlation_id,
        FieldRole::UserId => &mut entry.user_id,
        FieldRole::Service => &mut entry.service,
        FieldRole::Environment => &mut entry.environment,
        FieldRole::Client => {
            request.client = request.client.or(client::address(&value));
            return;
        }
        FieldRole::StatusCode => {
            request.status_code = request.status_code.or(status_code(&value));
            return;
        }
        FieldRole::Duration(unit)
            if unit != DurationUnit::Unstated && request.duration.is_none() =>
        {
            request.took(&value, unit);
            return;
        }
        _ => return,
    };
    if place.is_none() {
        *place = Some(value);
    }
}

fn attributes<'a>(members: &Members<'a>) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
    let list = member(members, "attributes").and_then(|list| json::elements(list.get()));
    let pair = |attribute: &Json<'a>| {
        let members = json::members(attribute.get())?;
        let value = json::members(member(&members, "value")?.get())?;
        let (_, value) = value.first()?;
        Some((text(&members, "key")?, value.scalar()?))
    };
    list.unwrap_or_default().iter().filter_map(pair).collect()
}

/// A batch of OTLP: `resourceLogs` of `scopeLogs` of `logRecords`. The worst record speaks for it.
pub(super) fn otlp_batch<'a>(
    reader: &LineReader,
    entry: &mut ParsedEntry<'a>,
    members: &Members<'a>,
    nested: usize,
) {
    let Some(below) = nested.checked_sub(1) else {
        return;
    };
    let mut entries = Vec::new();
    for resource in lists(members, &["resourceLogs"]) {
        let of_resource = members_of(&resource, "resource");
        let of_resource = of_resource.unwrap_or_default();
        for scope in lists(&resource, &["scopeLogs", "instrumentationLibraryLogs"]) {
            let records = member(&scope, "logRecords").and_then(|list| json::elements(list.get()));
            for record in records.unwrap_or_default() {
                if let Some(mut entry) = super::object(reader, record.get(), below) {
                    otlp_record(reader, &mut entry, &of_resource, nested);
                    entries.push(entry);
                }
            }
        }
    }
    let count = entries.len();
    if let Some(first) = worst(entries.into_iter()) {
        let format = entry.format.clone();
        *entry = first;
        entry.format = format;
        entry.metadata = LineMetadata::default();
        entry.imply_level();
    }
    if count > 1 {
        entry.remark(format!("the line holds {count} records"));
    }
}

/// The objects in the first of these lists that is there.
fn lists<'a>(members: &Members<'a>, names: &[&str]) -> Vec<Members<'a>> {
    let list = names.iter().find_map(|name| member(members, name));
    let list = list.and_then(|list| json::elements(list.get()));
    let objects = list.unwrap_or_default();
    objects
        .iter()
        .filter_map(|object| json::members(object.get()))
        .collect()
}
