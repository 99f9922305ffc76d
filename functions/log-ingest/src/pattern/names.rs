//! The words around names of people and things: those that announce a name, those that follow it,
//! and those that stand in its place and are none.

use super::table::{has, has_any_case};

/// Words after which a name follows.
pub(super) const BEFORE_NAME: &[&str] = &[
    "user",
    "users",
    "username",
    "login",
    "player",
    "member",
    "customer",
    "account",
    "character",
    "owner",
    "principal",
    "guild",
    "플레이어",
    "사용자",
    "유저",
    "회원",
    "고객",
    "계정",
    "캐릭터",
    "관리자",
    "길드",
    "운영자",
    "닉네임",
];

/// Words after which a random id follows, which may consist of letters.
pub(super) const BEFORE_ID: &[&str] = &[
    "token", "session", "nonce", "ticket", "hash", "key", "id", "digest", "cookie",
];

/// Words before `user` after which a name is certain: `for user root`.
pub(super) const ANNOUNCING: &[&str] = &[
    "for", "of", "by", "from", "as", "invalid", "unknown", "illegal", "new", "to", "with", "no",
    "against", "existing",
];

/// Words after a name: `user alice is`.
pub(super) const AFTER_NAME: &[&str] = &[
    "not", "is", "was", "has", "had", "does", "did", "cannot", "can't", "could", "couldn't",
    "already", "from", "on", "at", "in", "to", "by", "with", "and", "tried", "because", "left",
    "doesn't", "isn't", "hasn't", "wasn't", "will", "would", "may", "must", "exceeded", "failed",
    "via", "using", "again", "to", "does",
];

/// Words after `user` and its like that are no name.
const NO_NAME: &[&str] = &[
    "not",
    "is",
    "was",
    "has",
    "had",
    "have",
    "are",
    "were",
    "be",
    "been",
    "does",
    "did",
    "do",
    "cannot",
    "can",
    "could",
    "will",
    "would",
    "should",
    "must",
    "may",
    "and",
    "or",
    "of",
    "for",
    "from",
    "in",
    "on",
    "at",
    "to",
    "with",
    "without",
    "by",
    "as",
    "via",
    "who",
    "that",
    "which",
    "than",
    "but",
    "if",
    "when",
    "while",
    "before",
    "after",
    "already",
    "no",
    "so",
    "the",
    "a",
    "an",
    "this",
    "name",
    "names",
    "id",
    "ids",
    "account",
    "accounts",
    "data",
    "profile",
    "info",
    "session",
    "sessions",
    "service",
    "server",
    "role",
    "roles",
    "group",
    "groups",
    "agent",
    "pool",
    "input",
    "request",
    "requests",
    "record",
    "records",
    "table",
    "list",
    "cache",
    "token",
    "tokens",
    "password",
    "login",
    "logout",
    "lookup",
    "query",
    "search",
    "index",
    "limit",
    "quota",
    "state",
    "status",
    "type",
    "store",
    "store's",
    "database",
    "db",
    "api",
    "error",
    "errors",
    "event",
    "events",
    "object",
    "model",
    "manager",
    "handler",
    "field",
    "key",
    "file",
    "directory",
    "home",
    "space",
    "mode",
    "defined",
    "interface",
    "update",
    "refresh",
    "exists",
    "failed",
    "left",
];

/// Ends of words that are no name.
const NO_NAME_ENDS: &[&str] = &[
    "tion", "sion", "ment", "ness", "ance", "ence", "ship", "able", "ible", "ing", "ity", "ted",
];

/// The first syllables of Korean family names, by how common they are.
const FAMILY_NAMES: &str = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민나진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모";

/// Particles that Korean adds to a name.
const PARTICLES: &str = "이가은는을를의에와과님씨도";

/// Korean words of three syllables that look like a name after `사용자` and are none.
const NO_KOREAN_NAME: &[&str] = &[
    "이메일",
    "인증서",
    "정보가",
    "정보를",
    "정보의",
    "이름이",
    "이름을",
    "계정이",
    "인증을",
    "인증이",
    "조회가",
    "조회를",
    "정지를",
    "정지가",
    "제재를",
    "주문을",
    "주문이",
    "이용권",
    "오류가",
    "문의를",
    "전화번",
    "주소를",
];

/// Whether a word is no name, though it stands where one could.
pub(super) fn is_common(word: &str) -> bool {
    has_any_case(NO_NAME, word)
        || (word.len() >= 6 && NO_NAME_ENDS.iter().any(|end| word.ends_with(end)))
        || has(NO_KOREAN_NAME, word)
}

/// A family name and two syllables, perhaps with a particle.
pub(super) fn is_korean_name(word: &str) -> bool {
    let count = word.chars().count();
    let has_particle = || {
        word.chars()
            .next_back()
            .is_some_and(|last| PARTICLES.contains(last))
    };
    word.chars().all(|c| ('가'..='힣').contains(&c))
        && word
            .chars()
            .next()
            .is_some_and(|first| FAMILY_NAMES.contains(first))
        && (count == 3 || (count == 4 && has_particle()))
}
