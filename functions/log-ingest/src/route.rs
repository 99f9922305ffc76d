//! From the path of a request to the route that it took, so that requests can be counted by route.

/// The methods of HTTP.
pub(crate) const METHODS: [&str; 9] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT",
];
/// What stands in a route for a segment that names one thing among many.
const ID: &str = "{id}";
/// A longer segment is a value, not the name of a resource.
const LONGEST_NAME: usize = 40;

/// The path of a request target: without scheme and host, query and fragment.
#[must_use]
pub fn path(target: &str) -> &str {
    let end = memchr::memchr2(b'?', b'#', target.as_bytes()).unwrap_or(target.len());
    let target = target.get(..end).unwrap_or(target);
    if target.starts_with('/') {
        return target;
    }
    match target.split_once("://") {
        Some((_, after)) => after
            .find('/')
            .and_then(|start| after.get(start..))
            .unwrap_or("/"),
        None => target,
    }
}

/// The route of a path: each segment that is an id becomes `{id}`, a slash at the end is dropped.
///
/// A segment is an id if it holds a digit, a character outside of ASCII, `%` or `@`, or is longer
/// than 40 characters; versions (`v1`) and words that end in one digit (`oauth2`) are none.
#[must_use]
pub fn route(path: &str) -> String {
    let mut route = String::with_capacity(path.len() + 1);
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        route.push('/');
        route.push_str(if is_id(segment) { ID } else { segment });
    }
    if route.is_empty() {
        route.push('/');
    }
    route
}

fn is_id(segment: &str) -> bool {
    // A route that was given as one, such as Express's `/players/:id`.
    if segment.starts_with(':') || segment.starts_with('{') {
        return true;
    }
    let foreign = |byte: u8| !byte.is_ascii() || matches!(byte, b'%' | b'@');
    if segment.len() > LONGEST_NAME || segment.bytes().any(foreign) {
        return true;
    }
    segment.bytes().any(|byte| byte.is_ascii_digit()) && !is_numbered_name(segment)
}

/// `v1`, `v2.1`, `oauth2`, `s3`: names that hold a digit. One digit after at least one letter, or a
/// version number.
fn is_numbered_name(segment: &str) -> bool {
    let version = segment.strip_prefix(['v', 'V']).is_some_and(|number| {
        number.len() <= 5
            && number
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    });
    let word = segment.trim_end_matches(|last: char| last.is_ascii_digit());
    let one_digit = segment.len() == word.len() + 1;
    version || (one_digit && !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{path, route};

    #[test]
    fn ids_of_every_kind_become_one_route() {
        for (path, expected) in [
            ("/api/players/42", "/api/players/{id}"),
            ("/api/players/42/inventory/", "/api/players/{id}/inventory"),
            ("/users/gm-027", "/users/{id}"),
            ("/o/353c935e-50f1-4920-b916-53b107064da6", "/o/{id}"),
            ("/players/홍길동", "/players/{id}"),
            ("/players/%ED%99%8D", "/players/{id}"),
            ("/mail/a@b.kr", "/mail/{id}"),
            ("/api/v1/items", "/api/v1/items"),
            ("/oauth2/token", "/oauth2/token"),
            ("/players/:id", "/players/{id}"),
            ("/health", "/health"),
            ("/", "/"),
            ("", "/"),
            ("//a//b", "/a/b"),
        ] {
            assert_eq!(route(path), expected, "{path}");
        }
    }

    #[test]
    fn a_path_is_what_lies_between_host_and_query() {
        for (target, expected) in [
            ("/api/logs/search?q=270", "/api/logs/search"),
            ("https://host:1/a/b?x#y", "/a/b"),
            ("https://host", "/"),
            ("/a#b?c", "/a"),
            ("/redirect?to=https://host/x", "/redirect"),
        ] {
            assert_eq!(path(target), expected, "{target}");
        }
    }

    proptest! {
        #[test]
        fn a_route_is_its_own_route_and_never_longer_than_its_segments_allow(path in any::<String>()) {
            let once = route(&path);
            prop_assert_eq!(route(&once), once.clone());
            prop_assert!(once.starts_with('/'));
        }
    }
}
