//! What masking knows of the world: units, names of days and months, words that announce a name or
//! a code, words that are no name. One row each; the engine is in `mask`, `word` and `context`. The
//! words around names of people are in `names`.

/// Stands for a number, an id, a time or an address.
pub(super) const NUMBER: &str = "#";
/// Stands for free text: a name, a path, a value, text in quotes.
pub(super) const TEXT: &str = "…";

/// Units that stand at a number: sizes, durations, frequencies. Compared exactly.
pub(super) const UNITS: &[&str] = &[
    "B", "b", "kB", "KB", "kb", "Kb", "K", "k", "M", "MB", "Mb", "mb", "G", "g", "GB", "Gb", "gb",
    "TB", "tb", "PB", "KiB", "MiB", "GiB", "TiB", "Ki", "Mi", "Gi", "bps", "kbps", "Mbps", "Gbps",
    "ns", "us", "µs", "μs", "ms", "s", "S", "sec", "secs", "m", "min", "mins", "h", "hr", "hrs",
    "H", "d", "D", "w", "y", "Hz", "kHz", "MHz", "GHz", "px", "pt", "x", "X", "st", "nd", "rd",
    "th", "L", "T", "Z", "f", "F",
];

/// Units of size that stand after a number and a blank. Who prints them chooses them by the number,
/// so that they vary with it.
pub(super) const SIZES: &[&str] = &[
    "B", "KB", "kB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "Kb", "Mb", "Gb", "kbps",
    "Mbps", "Gbps",
];

pub(super) const MONTHS: &[&str] = &[
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
    "January",
    "February",
    "March",
    "April",
    "June",
    "July",
    "August",
    "September",
    "Sept",
    "October",
    "November",
    "December",
];

pub(super) const DAYS: &[&str] = &[
    "Mon",
    "Tue",
    "Wed",
    "Thu",
    "Fri",
    "Sat",
    "Sun",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Tues",
];

/// What stands after a time of day.
pub(super) const AFTER_TIME: &[&str] = &[
    "AM", "PM", "am", "pm", "a.m", "p.m", "UTC", "GMT", "Z", "KST", "JST", "IST", "CET", "CEST",
    "BST", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "MSK",
];

/// What stands before a time of day.
pub(super) const BEFORE_TIME: &[&str] = &["오전", "오후"];

/// Words with a digit that name a technology. Anything else loses its digits.
pub(super) const NAMES_WITH_DIGITS: &[&str] = &[
    "utf8", "utf16", "utf32", "utf8mb4", "ipv4", "ipv6", "http1", "http2", "http3", "h2", "h264",
    "h265", "oauth1", "oauth2", "s3", "ec2", "k8s", "i18n", "l10n", "a11y", "x86", "x64", "amd64",
    "arm64", "aarch64", "win32", "win64", "sha1", "sha224", "sha256", "sha384", "sha512", "md5",
    "base32", "base64", "crc32", "mp3", "mp4", "int8", "int16", "int32", "int64", "uint8",
    "uint16", "uint32", "uint64", "float32", "float64", "log4j", "log4j2", "slf4j", "x509", "ssh2",
    "sqlite3", "p2p", "b2b", "oauth", "e2e",
];

/// Letters before a dash and digits that make an error code of a vendor: `ORA-00942`.
pub(super) const CODE_PREFIXES: &[&str] = &[
    "ORA", "PLS", "TNS", "RMAN", "SP2", "SQL", "SQLSTATE", "MY", "CVE", "CWE", "RFC", "ISO", "UTF",
    "SHA", "TS", "MSB", "NU", "CA", "JBAS", "WFLYCTL", "HHH", "HV", "AADSTS", "TLS",
];

/// Words after which a number is a code that says what happened.
pub(super) const BEFORE_CODE: &[&str] = &[
    "status",
    "statuscode",
    "status_code",
    "code",
    "errcode",
    "errorcode",
    "error_code",
    "err_code",
    "exit",
    "exitcode",
    "exit_code",
    "exited",
    "returncode",
    "retcode",
    "rc",
    "errno",
    "error",
    "err",
    "signal",
    "http",
    "sqlstate",
    "hresult",
    "sqlcode",
    "코드",
    "상태",
    "상태코드",
    "오류코드",
];

/// Words that may stand between such a word and its code.
pub(super) const WITHIN_CODE: &[&str] = &[
    "is", "was", "of", "with", "no", "number", "code", "status", "by",
];

/// Words after which three digits may be an HTTP status code.
pub(super) const BEFORE_STATUS: &[&str] = &[
    "returned",
    "returns",
    "responded",
    "response",
    "answered",
    "replied",
    "respond",
    "failed",
    "응답",
    "반환",
];

/// First words of the reason phrases of HTTP.
pub(super) const REASONS: &[&str] = &[
    "Bad",
    "Not",
    "Internal",
    "Service",
    "Gateway",
    "Forbidden",
    "Unauthorized",
    "Too",
    "Conflict",
    "Gone",
    "Method",
    "Unprocessable",
    "Payload",
];

/// Keys whose value is kept if it is a word: it distinguishes kinds of events.
pub(super) const DISTINGUISHING_KEYS: &[&str] = &[
    "status",
    "state",
    "code",
    "errno",
    "error",
    "err",
    "error_code",
    "errorcode",
    "type",
    "kind",
    "reason",
    "cause",
    "result",
    "outcome",
    "method",
    "op",
    "operation",
    "action",
    "event",
    "eventtype",
    "event_type",
    "phase",
    "step",
    "stage",
    "level",
    "severity",
    "exception",
    "signal",
    "exit",
    "exitcode",
    "errortype",
    "error_type",
    "mode",
    "statuscode",
    "sqlstate",
    "protocol",
];

/// Values that are kept whatever the key: there are two of them.
pub(super) const SWITCHES: &[&str] = &[
    "true", "false", "True", "False", "TRUE", "FALSE", "yes", "no", "on", "off",
];

/// Last labels of host names. Any two letters count as a country behind two other labels.
pub(super) const TOP_LEVELS: &[&str] = &[
    "com",
    "net",
    "org",
    "edu",
    "gov",
    "mil",
    "local",
    "internal",
    "lan",
    "corp",
    "localdomain",
    "kr",
    "arpa",
];

/// Two letters that more often end something else than a host name.
pub(super) const NO_COUNTRIES: &[&str] = &[
    "id", "no", "in", "it", "is", "at", "be", "to", "io", "js", "ts", "py", "rs", "go", "rb", "so",
    "cs", "cc", "md", "sh", "gz", "db", "ui", "up", "on", "of", "or", "by", "ok", "do",
];

/// First labels of the names of packages, which are host names the other way round.
pub(super) const PACKAGES: &[&str] = &[
    "com", "org", "net", "io", "edu", "gov", "kr", "jp", "de", "java", "javax", "jakarta", "sun",
    "android", "kotlin", "scala",
];

/// First lines that say nothing of what failed.
pub(super) const GENERIC: &[&str] = &[
    "error",
    "exception",
    "unhandled error",
    "unhandled exception",
    "uncaught error",
    "uncaught exception",
    "unhandled rejection",
    "unhandledrejection",
    "uncaughtexception",
    "unhandled promise rejection",
    "unexpected error",
    "unexpected exception",
    "an error occurred",
    "an exception occurred",
    "an unexpected error occurred",
    "an unhandled exception has occurred",
    "an unhandled exception occurred",
    "internal error",
    "internal server error",
    "server error",
    "unknown error",
    "failed",
    "failure",
    "fatal",
    "fatal error",
    "panic",
    "request failed",
    "job failed",
    "task failed",
    "something went wrong",
    "오류",
    "오류 발생",
    "예외 발생",
    "에러 발생",
];

/// What starts a first line that says nothing of what failed.
pub(super) const GENERIC_STARTS: &[&str] = &[
    "traceback (most recent call last",
    "exception in thread",
    "goroutine ",
    "panic: ",
    "thread '",
    "an unhandled exception has occurred while executing",
];

pub(super) fn has(table: &[&str], word: &str) -> bool {
    table.contains(&word)
}

/// Whether a table of lower case words has a word, whatever its case.
pub(super) fn has_any_case(table: &[&str], word: &str) -> bool {
    let first = word.as_bytes().first().map(u8::to_ascii_lowercase);
    table.iter().any(|entry| {
        entry.len() == word.len()
            && entry.as_bytes().first().copied() == first
            && entry.eq_ignore_ascii_case(word)
    })
}
