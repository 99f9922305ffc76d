//! The signs between a name and its value.

use super::super::scan::TextBytes;

/// A sign between a name and a value.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct PairSign {
    /// Where the value begins.
    pub(super) value: usize,
    pub(super) is_colon: bool,
    /// Whether there are blanks beside it.
    pub(super) is_spaced: bool,
    /// Whether it is percent-encoded.
    pub(super) is_encoded: bool,
}

/// Signs as they are written: longer ones first. `::`, `==` and the like are none.
const SIGNS: [(&str, SignMeaning); 16] = [
    ("=>", SignMeaning::Equals),
    ("==", SignMeaning::None),
    ("=~", SignMeaning::None),
    ("=", SignMeaning::Equals),
    (":=", SignMeaning::Equals),
    ("::", SignMeaning::None),
    ("://", SignMeaning::None),
    (":", SignMeaning::Colon),
    ("\u{ff1a}", SignMeaning::Colon),
    ("->", SignMeaning::Equals),
    ("\u{2192}", SignMeaning::Equals),
    ("%3D", SignMeaning::Encoded),
    ("%3A", SignMeaning::Encoded),
    ("\\u003d", SignMeaning::Equals),
    ("&#61;", SignMeaning::Equals),
    ("&#x3D;", SignMeaning::Equals),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SignMeaning {
    None,
    Equals,
    Colon,
    Encoded,
}

/// The sign that stands after a name.
pub(super) fn sign_at(text: TextBytes<'_>, after: usize, is_quoted: bool) -> Option<PairSign> {
    // `["password"]=>`, `[password] => `.
    let bracket = usize::from(text.get(after) == b']');
    let from = after + bracket;
    let at = if is_quoted {
        text.skip_space(from)
    } else {
        text.skip_blanks(from)
    };
    let (sign, meaning) = SIGNS.iter().find(|(sign, _)| text.has(at, sign))?;
    if *meaning == SignMeaning::None || (bracket > 0 && *meaning == SignMeaning::Colon) {
        return None;
    }
    let end = at + sign.len();
    let mut value = text.skip_blanks(end);
    if matches!(text.get(value), b'\n' | b'\r') {
        let next = text.skip_space(value);
        // Pretty-printed, or PHP's dump.
        if is_quoted && (text.quote_at(next).is_some() || bracket > 0) {
            value = next;
        }
    }
    Some(PairSign {
        value,
        is_colon: *meaning == SignMeaning::Colon,
        is_spaced: value > end || at > from,
        is_encoded: *meaning == SignMeaning::Encoded,
    })
}

impl PairSign {
    /// The sign of a value that stands beside its name without one.
    pub(super) fn none(value: usize) -> Self {
        Self {
            value,
            is_colon: false,
            is_spaced: true,
            is_encoded: false,
        }
    }
}
