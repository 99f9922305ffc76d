//! The formats of lines of text. The first byte of a line selects the forms that may fit, and a
//! marker each of them must hold; only then is one tried. JSON has a table of its own ([`json`]).

pub(super) mod json;

mod access;
mod applications;
mod aws;
mod consoles;
mod containers;
mod databases;
mod frameworks;
mod lambda;
mod logfmt;
mod platform;
mod proxies;
mod request_text;
mod syslog;
mod text;

use super::{LineReader, entry::ParsedEntry};

pub(super) use containers::parts as cri_parts;
pub(super) use databases::is_postgres_detail;
pub(super) use logfmt::parse as logfmt;
pub(super) use text::parse as text;

/// Reads a line, or finds that it has another format.
type ReadForm = for<'a> fn(&LineReader, &'a str, usize) -> Option<ParsedEntry<'a>>;

/// A format of text.
struct TextForm {
    /// The bytes that a line of it begins with.
    first: &'static [u8],
    /// A text that the beginning of a line of it holds; empty if there is none.
    marker: &'static str,
    read: ReadForm,
}

const fn form(first: &'static [u8], marker: &'static str, read: ReadForm) -> TextForm {
    TextForm {
        first,
        marker,
        read,
    }
}

const DIGITS: &[u8] = b"0123456789";
/// What the name or address of a client begins with.
const HOST: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:-_";
/// What the names of months and weekdays begin with.
const MONTHS: &[u8] = b"JFMASONDTW";
/// The letters of levels: debug, info, warning, error, fatal, any, verbose.
const LEVELS: &[u8] = b"DIWEFAVT";

/// How much of a line is searched for a marker.
const SEARCHED: usize = 512;

/// The forms, in the order in which those with the same first byte are tried.
#[rustfmt::skip]
static FORMS: &[TextForm] = &[
    form(b"SERI", "", platform::parse_line),
    form(DIGITS, " Task timed out after ", platform::parse_line),
    form(b"0123456789[", "\t", lambda::parse),
    form(DIGITS, " std", containers::cri),
    form(DIGITS, "\t", aws::cloudfront),
    form(DIGITS, " eni-", aws::vpc_flow),
    form(DIGITS, " \"", aws::classic_load_balancer),
    form(b"hwg", ":", aws::load_balancer),
    form(b"(", ") ", aws::api_gateway_execution),
    form(HOST, " REST.", aws::s3),
    form(HOST, "] \"", access::common),
    form(b"[", "] \"", access::bracketed),
    form(DIGITS, "] ", proxies::haproxy),
    form(DIGITS, " - ", proxies::iis),
    form(DIGITS, "/", proxies::squid),
    form(b"#", ": ", databases::mysql_slow),
    form(b"[", "[GIN] ", frameworks::gin),
    form(b"[", "[Nest] ", frameworks::nest),
    form(b"IWEDC", " - \"", frameworks::uvicorn),
    form(b"GPDHOTC-<", " /", request_text::line),
    form(b"SC", " ", frameworks::rails),
    form(b"[", "[pid: ", frameworks::uwsgi),
    form(b"[", "]", frameworks::tagged),
    form(LEVELS, ", [", frameworks::ruby),
    form(b"tdiwfc", ": ", frameworks::dotnet),
    form(b"ISWEFD", "] ", applications::klog),
    form(b"[", "]Log", applications::unreal),
    form(b"[", "PHP ", applications::php),
    form(DIGITS, ":", applications::logcat),
    form(DIGITS, "M ", consoles::zerolog),
    form(b"TDIWEFP", "[", consoles::logrus),
    form(MONTHS, "\n", applications::jul),
    form(b"<", ">", syslog::with_priority),
    form(MONTHS, ":", syslog::bsd),
    form(DIGITS, ": ", syslog::iso),
    form(b"0123456789[", ":", databases::redis),
    form(DIGITS, ":  ", databases::postgres),
    form(DIGITS, " UTC,\"", databases::postgres_csv),
    form(DIGITS, "[MY-", databases::mysql),
    form(DIGITS, "#", databases::nginx_error),
    form(DIGITS, " --- [", frameworks::spring),
    form(DIGITS, " ", databases::mongodb),
];

/// The forms by the first byte of a line.
#[derive(Debug)]
pub(super) struct FormIndex(Vec<Vec<u8>>);

impl FormIndex {
    pub(super) fn new() -> Self {
        let positions = |byte: u8| {
            let forms = FORMS.iter().zip(0_u8..);
            let fitting = forms.filter(|(form, _)| form.first.contains(&byte));
            fitting.map(|(_, position)| position).collect()
        };
        Self((0..=u8::MAX).map(positions).collect())
    }

    /// Reads a line whose form is in the table.
    pub(super) fn read<'a>(
        &self,
        reader: &LineReader,
        line: &'a str,
        nested: usize,
    ) -> Option<ParsedEntry<'a>> {
        let first = line.bytes().next()?;
        let start = line.as_bytes();
        let start = start.get(..SEARCHED).unwrap_or(start);
        self.0.get(usize::from(first))?.iter().find_map(|position| {
            let form = FORMS.get(usize::from(*position))?;
            let marker = form.marker.as_bytes();
            let holds = marker.is_empty() || memchr::memmem::find(start, marker).is_some();
            holds.then(|| (form.read)(reader, line, nested)).flatten()
        })
    }
}
