//! From the path of a request to the route that it took, so that requests can be counted by route.
//!
//! A route is a function of its path alone: the same event has the same route in every process,
//! and when it is tried again. So only what a segment looks like counts here. Segments that look
//! like words and are values all the same (user names, slugs) are merged by `log-analysis`, which
//! sees all of a window's routes.

use std::borrow::Cow;

/// The methods of HTTP.
pub(crate) const METHODS: [&str; 9] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT",
];
/// What stands in a route for a segment with a number or a random id.
const ID: &str = "{id}";
/// What stands in a route for a segment that holds free text.
pub(crate) const VALUE: &str = "{value}";
/// What stands in a route for the name of a file.
const FILE: &str = "{file}";
/// A longer segment, in characters, is a value, not the name of a resource.
const LONGEST_NAME: usize = 40;
/// More segments than this, and the rest is a value: a route is shown to people.
const MOST_SEGMENTS: usize = 16;

/// Ends of files that are served as they are. Their names change with every build.
const ASSETS: &[&str] = &[
    "js", "mjs", "css", "map", "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico", "woff",
    "woff2", "ttf", "otf", "eot", "mp3", "mp4", "webm", "ogg", "wasm",
];
/// Ends of files that are up- and downloaded. Their names are the users'.
const DOCUMENTS: &[&str] = &[
    "pdf", "zip", "gz", "tgz", "tar", "7z", "rar", "csv", "tsv", "xls", "xlsx", "doc", "docx",
    "ppt", "pptx", "hwp", "hwpx", "txt", "md", "log", "json", "jsonl", "xml", "yaml", "yml", "apk",
    "ipa", "exe", "msi", "dmg", "deb", "rpm", "jar", "bin", "dat", "heic", "tif", "tiff", "bmp",
    "avi", "mov", "wav", "parquet",
];
/// Files that every site has.
const WELL_KNOWN: &[&str] = &[
    "favicon.ico",
    "robots.txt",
    "sitemap.xml",
    "manifest.json",
    "ads.txt",
    "security.txt",
    "openapi.json",
    "swagger.json",
    "openapi.yaml",
    "index.html",
    "health.json",
];
/// Korean words that name a resource. All others may be names of people and searched words, and are values;
/// several words joined by hyphens are treated as in English.
const KOREAN_NAMES: &[&str] = &[
    "공지사항",
    "공지",
    "목록",
    "검색",
    "로그인",
    "로그아웃",
    "회원가입",
    "회원",
    "게시판",
    "게시글",
    "상품",
    "주문",
    "결제",
    "장바구니",
    "이벤트",
    "고객센터",
    "설정",
    "관리",
    "관리자",
    "마이페이지",
    "통계",
    "댓글",
    "뉴스",
    "소개",
    "문의",
    "이용약관",
    "다운로드",
    "업로드",
    "쿠폰",
    "배송",
    "리뷰",
    "아이템",
    "길드",
    "랭킹",
    "우편",
    "상점",
    "플레이어",
    "사용자",
    "유저",
    "캐릭터",
    "인벤토리",
    "완료",
    "실패",
    "취소",
    "환불",
    "조회",
    "등록",
    "수정",
    "삭제",
    "내역",
    "상세",
    "확인",
    "인증",
    "약관",
    "메인",
    "카테고리",
    "브랜드",
    "프로필",
    "알림",
    "메시지",
    "채팅",
    "친구",
    "신고",
    "출석",
    "보상",
    "퀘스트",
    "추천",
    "인기",
    "신규",
    "최신",
    "전체",
];

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

/// The route of a path, such as `/api/players/{id}`: numbers and random ids become `{id}`, e-mail
/// addresses, long texts and foreign words `{value}`, names of files `{file}`. Parameters behind a
/// semicolon (`;jsessionid=…`) and a slash at the end are dropped.
///
/// Versions (`v1`) and words that end in one digit (`oauth2`) are names.
#[must_use]
pub fn route(path: &str) -> String {
    let mut route = String::with_capacity(path.len() + 8);
    let has_parameters = memchr::memchr2(b';', b'%', path.as_bytes()).is_some();
    for (number, segment) in path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .enumerate()
    {
        let segment = if has_parameters {
            without_parameters(segment)
        } else {
            segment
        };
        if segment.is_empty() {
            continue;
        }
        route.push('/');
        if number >= MOST_SEGMENTS {
            route.push_str(VALUE);
            break;
        }
        match masked(segment) {
            Some(mask) => route.push_str(mask),
            None => push_name(segment, &mut route),
        }
    }
    if route.is_empty() {
        route.push('/');
    }
    route
}

/// A segment without what servers of Java append to it: `;jsessionid=0a1b`, also encoded.
fn without_parameters(segment: &str) -> &str {
    let segment = segment.split(';').next().unwrap_or(segment);
    match memchr::memmem::find(segment.as_bytes(), b"%3B")
        .or_else(|| memchr::memmem::find(segment.as_bytes(), b"%3b"))
    {
        Some(end) => segment.get(..end).unwrap_or(segment),
        None => segment,
    }
}

/// A segment that is a name, decoded: routes are shown to people.
fn push_name(segment: &str, route: &mut String) {
    match decoded(segment) {
        Some(name) => route.push_str(&name),
        None => route.push_str(segment),
    }
}

/// What stands for a segment in the route; `None` for a name.
fn masked(segment: &str) -> Option<&'static str> {
    // Nearly all segments end here.
    if segment.len() < 16 && segment.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    if segment.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(ID);
    }
    // A route that was given as one, such as Express's `/players/:id`.
    if let Some(given) = given(segment) {
        return Some(given);
    }
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-' || byte == b'_';
    if segment.len() <= LONGEST_NAME && segment.bytes().all(is_plain) {
        return masked_word(segment);
    }
    if segment.contains('%') || !segment.is_ascii() {
        return masked_foreign(segment);
    }
    if segment.contains('@') {
        // `@alice` is a user's page.
        return Some(VALUE);
    }
    if let Some((_, end)) = segment
        .rsplit_once('.')
        .filter(|(stem, _)| !stem.is_empty())
    {
        let end = end.to_ascii_lowercase();
        if WELL_KNOWN.contains(&segment) {
            return None;
        }
        if ASSETS.contains(&end.as_str()) || DOCUMENTS.contains(&end.as_str()) {
            return Some(FILE);
        }
    }
    if segment.len() > LONGEST_NAME {
        return Some(if is_random(segment) { ID } else { VALUE });
    }
    if segment.bytes().any(|byte| byte.is_ascii_digit()) {
        return match () {
            () if is_numbered_name(segment) => None,
            () if is_slug(segment) => Some(VALUE),
            () => Some(ID),
        };
    }
    masked_word(segment)
}

/// The parameter that a segment is in the route's own form, whichever framework wrote it.
fn given(segment: &str) -> Option<&'static str> {
    match segment {
        VALUE => Some(VALUE),
        FILE => Some(FILE),
        _ => segment.starts_with([':', '{', '<']).then_some(ID),
    }
}

/// Letters, `-` and `_`: a name, unless it is a long slug or hexadecimal.
fn masked_word(segment: &str) -> Option<&'static str> {
    if segment.len() >= 16 && segment.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(ID);
    }
    if is_slug(segment) {
        return Some(VALUE);
    }
    is_base64(segment).then_some(ID)
}

/// At least five words: the title of an article. Names of resources have four at most.
fn is_slug(segment: &str) -> bool {
    let words = segment.split(['-', '_']);
    words.clone().count() >= 5
        && words
            .filter(|word| word.chars().any(char::is_alphabetic))
            .count()
            >= 4
        && !is_uuid(segment)
}

fn is_uuid(segment: &str) -> bool {
    segment.len() == 36 && segment.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// Letters of both cases without any order, as tokens are encoded: the case changes at least every
/// third letter. `getPlayerInventory` changes it less often.
fn is_base64(segment: &str) -> bool {
    if segment.len() < 16 {
        return false;
    }
    let bytes = segment.as_bytes();
    let changes = bytes
        .windows(2)
        .filter(|pair| match pair {
            [a, b] => a.is_ascii_lowercase() && b.is_ascii_uppercase(),
            _ => false,
        })
        .count();
    changes * 5 >= bytes.len()
}

/// Whether a long segment has no words in it: digits throughout, or the look of base64.
fn is_random(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    digits * 8 >= segment.len() || is_base64(segment)
}

/// What is not ASCII, or is encoded. A word of a short list is a name, and so are a few words joined by hyphens;
/// all else is a value.
fn masked_foreign(segment: &str) -> Option<&'static str> {
    let Some(text) = decoded(segment) else {
        return Some(VALUE);
    };
    if text.is_ascii() {
        let is_simple = text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.@".contains(&b));
        return if is_simple {
            masked(&text)
        } else {
            Some(VALUE)
        };
    }
    if KOREAN_NAMES.contains(&text.as_ref()) || is_compound_name(&text) {
        return None;
    }
    let is_file = text.rsplit_once('.').is_some_and(|(_, end)| {
        let end = end.to_ascii_lowercase();
        ASSETS.contains(&end.as_str()) || DOCUMENTS.contains(&end.as_str())
    });
    Some(if is_file { FILE } else { VALUE })
}

/// A few words of letters of any script, joined by hyphens: `아주-긴-경로`.
fn is_compound_name(text: &str) -> bool {
    let is_joint = |letter: char| letter == '-' || letter == '_';
    text.contains(is_joint)
        && text.chars().count() <= LONGEST_NAME
        && text
            .chars()
            .all(|letter| is_joint(letter) || letter.is_alphabetic())
        && !is_slug(text)
}

/// A segment with its percent encoding undone; `None` where that gives no text, or a `/` or
/// control characters.
fn decoded(segment: &str) -> Option<Cow<'_, str>> {
    if !segment.contains('%') {
        return Some(Cow::Borrowed(segment));
    }
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    let text = String::from_utf8(bytes).ok()?;
    let is_segment = !text.contains(['/', '%']) && !text.contains(char::is_control);
    is_segment.then_some(Cow::Owned(text))
}

/// `v1`, `v2.1`, `oauth2`, `s3`: names that hold a digit. One digit after at least one letter, or a
/// version number.
fn is_numbered_name(segment: &str) -> bool {
    let version = segment.strip_prefix(['v', 'V']).is_some_and(|number| {
        !number.is_empty()
            && number.len() <= 5
            && number
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    });
    let word = segment.trim_end_matches(|last: char| last.is_ascii_digit());
    let one_digit = segment.len() == word.len() + 1;
    version || (one_digit && !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests;
