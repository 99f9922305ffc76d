//! Text for HTML: between tags, and in the values of attributes, which are in quotation marks.

use crate::render::cut;

/// The text, as at most so many bytes of HTML.
pub(crate) fn text(text: &str, most: usize) -> String {
    let mut html = String::with_capacity(text.len());
    for character in cut::fit(text, most, size).chars() {
        match entity(character) {
            Some(entity) => html.push_str(entity),
            None => html.push(character),
        }
    }
    html
}

fn size(character: char) -> usize {
    entity(character).map_or_else(|| character.len_utf8(), str::len)
}

fn entity(character: char) -> Option<&'static str> {
    match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#39;"),
        // Programs for mail differ in whether they keep line breaks.
        '\n' => Some("<br>"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn nothing_can_begin_a_tag_or_end_a_value() {
        assert_eq!(
            text("<script>\"'&\n결제", 100),
            "&lt;script&gt;&quot;&#39;&amp;<br>결제"
        );
    }

    #[test]
    fn an_entity_is_never_cut() {
        assert_eq!(text("a&&b", 9), "a&amp;…");
        assert_eq!(text("a&&b", 12), "a&amp;&amp;b");
    }
}
