//! An e-mail in the page, at its full height. Its HTML stands in a shadow root, which keeps its style
//! sheet and the page's apart; a frame would need a script to know its height.

use alert_fanout::render::{Locale, time};

use super::words::PageWords;
use crate::outbox::StoredMail;
use shared::html::escape;

/// A mail.
pub(super) fn article(mail: &StoredMail, style: &Locale) -> String {
    let words = PageWords::of(style.language);
    format!(
        "<div class=\"message\"><p class=\"head\"><b>{}</b><span>{} · {} · \
         <a href=\"mail/{file}\">{file}</a></span></p><div class=\"mail\">{}</div>\
         <details><summary>{}</summary><pre>{}</pre></details></div>",
        escape(&mail.subject),
        escape(&words.to(&mail.to.join(", "))),
        escape(&time::moment(mail.at, style)),
        shown(mail),
        words.as_text,
        escape(&mail.text),
        file = escape(&mail.file),
    )
}

/// The HTML part. Only a page in the form that alert-fanout writes becomes part of this page; any other
/// is shown in a sandboxed frame.
fn shown(mail: &StoredMail) -> String {
    match parts(&mail.html) {
        Some((sheet, body)) => format!(
            "<template shadowrootmode=\"open\"><style>{sheet}</style>\
             <div class=\"page\">{body}</div></template>"
        ),
        None => format!(
            "<iframe sandbox title=\"{}\" srcdoc=\"{}\"></iframe>",
            escape(&mail.subject),
            escape(&mail.html)
        ),
    }
}

/// The style sheet and the body of a page that alert-fanout wrote, without its `main`: the page of the outbox
/// has one.
fn parts(html: &str) -> Option<(&str, &str)> {
    let (_, rest) = html.split_once("<style>")?;
    let (sheet, rest) = rest.split_once("</style>")?;
    let (_, rest) = rest.split_once("<body class=\"page\"")?;
    let (_, rest) = rest.split_once('>')?;
    let (body, rest) = rest.split_once("</body>")?;
    let inner = body.trim().strip_prefix("<main>");
    let body = inner
        .and_then(|it| it.strip_suffix("</main>"))
        .unwrap_or(body);
    let is_whole = rest.trim() == "</html>";
    let lower = body.to_ascii_lowercase();
    let is_harmless = [
        "<script",
        "<template",
        "</template",
        "<iframe",
        "<form",
        "<body",
        "<main",
    ]
    .iter()
    .all(|tag| !lower.contains(tag));
    (is_whole && is_harmless).then_some((sheet, body))
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn only_the_form_of_our_mails_becomes_part_of_the_page() {
        let page = |body: &str| {
            format!(
                "<html><head><style>.a{{}}</style></head>\n<body class=\"page\" style=\"x\">{body}</body>\n</html>\n"
            )
        };
        for body in ["<p>a</p>", "\n<main><p>a</p></main>\n"] {
            assert_eq!(parts(&page(body)), Some((".a{}", "<p>a</p>")), "{body}");
        }
        for body in ["<SCRIPT>", "</template>x", "<iframe src=x>", "</body><p>"] {
            assert_eq!(parts(&page(body)), None, "{body}");
        }
        assert_eq!(parts("<p>a</p>"), None);
    }
}
