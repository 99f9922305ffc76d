//! The private members of JSON web keys (RFC 7517, 7518): `{"kty": "EC", "d": "…"}`. Their names are
//! letters that mean anything elsewhere, so that only an object with a key type has them.

use std::cell::Cell;

use super::{scan::TextBytes, search::SecretSearch};

/// The member that makes a JSON web key of an object.
const KEY_TYPE: &str = "kty";

/// The members that only the owner of a key may have: RFC 7518, sections 6.2.2, 6.3.2
/// and 6.4.1.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "k", "oth"];

/// Whether a member says that its object is a JSON web key.
#[must_use]
pub fn is_key_type(member: &str) -> bool {
    member == KEY_TYPE
}

/// Whether a member of a JSON web key is private.
#[must_use]
pub fn is_private_member(member: &str) -> bool {
    PRIVATE.contains(&member)
}

/// Notes the private members of the object around a key type that stands between two positions.
pub(super) fn private_members(search: &mut SecretSearch<'_, '_>, start: usize, end: usize) {
    let text = search.text;
    if start < search.keys_until || text.quote_before(start).is_none() {
        return;
    }
    let depth = Cell::new(0_usize);
    let open = text.run_back(start, start - search.keys_until, |byte| match byte {
        b'}' => {
            depth.set(depth.get() + 1);
            true
        }
        b'{' => depth.replace(depth.get().saturating_sub(1)) > 0,
        byte => byte != b'\n',
    });
    search.keys_until = end;
    if text.before(open) != b'{' {
        return;
    }
    let mut depth = 0_usize;
    let mut at = open;
    while at < text.len() {
        let Some(quote) = text.quote_at(at) else {
            match text.get(at) {
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 0 => break,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            at += 1;
            continue;
        };
        let (inner, after) = text.quoted(&quote);
        let is_private = depth == 0 && is_private_member(text.slice(quote.end, inner));
        at = after.max(at + 1);
        if is_private && let Some((start, end)) = value_after(text, after) {
            search.mark_key(start, end);
            at = text.quote_at(end).map_or(end, |close| close.end);
        }
    }
    search.keys_until = at.max(end);
}

/// The text, or the list of further primes, that belongs to a member's name.
fn value_after(text: TextBytes<'_>, after: usize) -> Option<(usize, usize)> {
    let colon = text.skip_space(after);
    let sign = match text.get(colon) {
        b':' => colon + 1,
        b'=' if text.get(colon + 1) == b'>' => colon + 2,
        _ => return None,
    };
    let at = text.skip_space(sign);
    if text.get(at) == b'[' {
        return Some((at, text.balanced(at)));
    }
    let open = text.quote_at(at)?;
    Some((open.end, text.quoted(&open).0))
}
