//! The pattern of a request line such as `GET /api/players/42 500`, and of targets within messages.

use std::borrow::Cow;

use shared::model::log::Request;

use crate::route;

/// Segments that are no item, though they follow the name of a collection: `/users/search`.
const ACTIONS: &[&str] = &[
    "me",
    "self",
    "current",
    "search",
    "login",
    "logout",
    "signin",
    "signout",
    "signup",
    "register",
    "new",
    "create",
    "edit",
    "update",
    "delete",
    "remove",
    "add",
    "list",
    "all",
    "count",
    "counts",
    "stats",
    "statistics",
    "summary",
    "export",
    "import",
    "upload",
    "download",
    "batch",
    "bulk",
    "invite",
    "verify",
    "confirm",
    "activate",
    "deactivate",
    "reset",
    "password",
    "token",
    "refresh",
    "session",
    "auth",
    "authorize",
    "validate",
    "check",
    "exists",
    "lookup",
    "query",
    "filter",
    "find",
    "top",
    "latest",
    "recent",
    "popular",
    "trending",
    "random",
    "active",
    "inactive",
    "pending",
    "online",
    "archived",
    "history",
    "status",
    "health",
    "info",
    "config",
    "schema",
    "metadata",
    "settings",
    "profile",
    "permissions",
    "roles",
    "groups",
    "default",
    "preview",
    "draft",
    "publish",
    "cancel",
    "approve",
    "reject",
    "submit",
    "ban",
    "unban",
    "block",
    "unblock",
    "grant",
    "revoke",
    "inventory",
    "mail",
    "message",
    "notify",
    "report",
    "sync",
    "start",
    "stop",
    "retry",
];

/// Names of collections of people: whatever follows them, except an action, is one of them.
const PEOPLE: &[&str] = &[
    "user",
    "users",
    "u",
    "player",
    "players",
    "member",
    "members",
    "account",
    "accounts",
    "profile",
    "profiles",
    "customers",
];

/// `METHOD path`, `METHOD path status` and nothing else.
pub(super) fn line(line: &str, request: Option<&Request>) -> Option<String> {
    // Most messages end here.
    let blank = memchr::memchr(b' ', line.as_bytes()).filter(|blank| *blank <= 7)?;
    let (method, rest) = line.split_at_checked(blank)?;
    let rest = rest.get(1..)?;
    if !rest.starts_with('/') || !route::METHODS.contains(&method) {
        return None;
    }
    let (target, status) = match memchr::memchr(b' ', rest.as_bytes()) {
        Some(blank) => (rest.get(..blank)?, rest.get(blank + 1..)),
        None => (rest, None),
    };
    let is_status = |word: &str| word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit());
    if status.is_some_and(|word| !is_status(word)) {
        return None;
    }
    let path = route::path(target);
    let route = request
        .filter(|request| request.path.as_deref() == Some(path))
        .and_then(|request| request.route.as_deref())
        .map_or_else(|| Cow::Owned(route::route(path)), Cow::Borrowed);
    let route = without_items(&route);
    Some(match status {
        Some(status) => [method, " ", &route, " ", status].concat(),
        None => [method, " ", &route].concat(),
    })
}

/// The route of a target within a message.
pub(super) fn route(target: &str) -> String {
    without_items(&route::route(route::path(target))).into_owned()
}

/// Whether a segment of a route may be a collection of people, by its first letter and length.
fn has_people(route: &str) -> bool {
    route.as_bytes().split(|byte| *byte == b'/').any(|segment| {
        matches!(
            (segment.first(), segment.len()),
            (Some(b'u'), 1 | 4 | 5)
                | (Some(b'p'), 6..=8)
                | (Some(b'm'), 6 | 7)
                | (Some(b'a'), 7 | 8)
                | (Some(b'c'), 9)
        )
    })
}

/// The route with each segment that follows a collection of people masked. A pattern has to stand
/// for all of them at once: no later step merges patterns as one merges routes.
fn without_items(route: &str) -> Cow<'_, str> {
    let is_item = |collection: &str, segment: &str| {
        collection.starts_with(['u', 'p', 'm', 'a', 'c'])
            && PEOPLE.contains(&collection)
            && !segment.starts_with('{')
            && !ACTIONS.contains(&segment)
    };
    if !has_people(route) {
        return Cow::Borrowed(route);
    }
    let segments = || route.split('/');
    let mut before = "";
    let has_item =
        segments().any(|segment| is_item(std::mem::replace(&mut before, segment), segment));
    if !has_item {
        return Cow::Borrowed(route);
    }
    let mut masked = String::with_capacity(route.len());
    let mut before = "";
    for (number, segment) in segments().enumerate() {
        if number > 0 {
            masked.push('/');
        }
        let is_item = is_item(before, segment);
        masked.push_str(if is_item { route::VALUE } else { segment });
        before = segment;
    }
    Cow::Owned(masked)
}
