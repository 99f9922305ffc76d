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

/// The route with each segment that follows a collection of people masked. A pattern has to stand
/// for all of them at once: no later step merges patterns as one merges routes.
fn without_items(route: &str) -> Cow<'_, str> {
    let mut before: &[u8] = b"";
    let mut segments = route.as_bytes().split(|byte| *byte == b'/');
    if !segments.any(|segment| is_item(std::mem::replace(&mut before, segment), segment)) {
        return Cow::Borrowed(route);
    }
    let mut masked = String::with_capacity(route.len());
    let mut before = "";
    for (number, segment) in route.split('/').enumerate() {
        if number > 0 {
            masked.push('/');
        }
        let is_item = is_item(before.as_bytes(), segment.as_bytes());
        masked.push_str(if is_item { route::VALUE } else { segment });
        before = segment;
    }
    Cow::Owned(masked)
}

/// Whether a segment is one of the people that the segment before it collects.
fn is_item(collection: &[u8], segment: &[u8]) -> bool {
    let is = |names: &[&str], name: &[u8]| names.iter().any(|known| known.as_bytes() == name);
    !segment.starts_with(b"{")
        && matches!(collection, [b'u' | b'p' | b'm' | b'a' | b'c', ..])
        && is(PEOPLE, collection)
        && !is(ACTIONS, segment)
}
