//! The Markdown of text widgets as HTML. No HTML passes: a dashboard may have been written by anybody.

use std::fmt::Write as _;

use shared::html::escape;

/// As much of Markdown as text widgets use: headings, lists, links, `code`, bold. No HTML passes.
#[must_use]
pub(super) fn markdown(text: &str) -> String {
    let mut html = String::new();
    let mut in_list = false;
    for line in text.lines() {
        let line = line.trim();
        let item = line.strip_prefix("* ").or_else(|| line.strip_prefix("- "));
        if item.is_some() != in_list {
            html.push_str(if in_list { "</ul>" } else { "<ul>" });
            in_list = !in_list;
        }
        let hashes = line
            .chars()
            .take_while(|character| *character == '#')
            .count();
        let heading = line.trim_start_matches('#').strip_prefix(' ');
        // Writing to a string cannot fail.
        let _ = match (item, heading) {
            (Some(item), _) => write!(html, "<li>{}</li>", inline(item)),
            (None, Some(heading)) if (1..=6).contains(&hashes) => {
                write!(html, "<h{hashes}>{}</h{hashes}>", inline(heading))
            }
            _ if line.is_empty() => Ok(()),
            _ => write!(html, "<p>{}</p>", inline(line)),
        };
    }
    if in_list {
        html.push_str("</ul>");
    }
    html
}

/// Links, code and bold within a line.
fn inline(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(['[', '`', '*']) {
        let Some((before, from)) = rest.split_at_checked(start) else {
            break;
        };
        html.push_str(&escape(before));
        let (piece, after) = link(from)
            .or_else(|| spanned(from, "`", "code"))
            .or_else(|| spanned(from, "**", "strong"))
            .unwrap_or_else(|| {
                let (first, after) = from.split_at_checked(1).unwrap_or((from, ""));
                (first.to_owned(), after)
            });
        html.push_str(&piece);
        rest = after;
    }
    html.push_str(&escape(rest));
    html
}

/// `[text](address)`, where the address is one of the web, or a place on the console's own page.
fn link(text: &str) -> Option<(String, &str)> {
    let (label, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (address, rest) = rest.split_once(')')?;
    let label = escape(label);
    let is_web = ["https://", "http://"]
        .iter()
        .any(|scheme| address.starts_with(scheme));
    let piece = if is_web {
        format!(
            "<a href=\"{}\" rel=\"noreferrer\">{label}</a>",
            escape(address)
        )
    } else {
        label
    };
    Some((piece, rest))
}

fn spanned<'a>(text: &'a str, mark: &str, tag: &str) -> Option<(String, &'a str)> {
    let (inner, rest) = text.strip_prefix(mark)?.split_once(mark)?;
    (!inner.is_empty()).then(|| (format!("<{tag}>{}</{tag}>", escape(inner)), rest))
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn nothing_that_is_written_becomes_html() {
        let html =
            markdown("# <b>[x](javascript:alert(1))\n[y](https://a/\"onclick=\"z) `<i>` **<u>**");
        for bad in ["<b>", "javascript", "\"onclick", "<i>", "<u>"] {
            assert!(!html.contains(bad), "{html}");
        }
    }

    #[test]
    fn markdown_is_what_text_widgets_use() {
        assert_eq!(
            markdown(
                "## 머리 · [Logs](https://a.example/x?y#z)\n\n* **one** and `two`\n* [three\nend*"
            ),
            "<h2>머리 · <a href=\"https://a.example/x?y#z\" rel=\"noreferrer\">Logs</a></h2>\
             <ul><li><strong>one</strong> and <code>two</code></li><li>[three</li></ul><p>end*</p>"
        );
    }
}
