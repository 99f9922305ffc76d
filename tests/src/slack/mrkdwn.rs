//! Slack's markup of text: <https://docs.slack.dev/messaging/formatting-message-text>.

/// What is wrong with a marked up text; nothing in it may call anybody.
pub(super) fn problem(text: &str) -> Option<String> {
    let mut rest = text;
    let mut before = '\n';
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        match letter {
            '&' => {
                let entities = ["amp;", "lt;", "gt;"];
                if !entities.iter().any(|entity| after.starts_with(entity)) {
                    return Some(format!("a bare & before {:?}", beginning(after)));
                }
            }
            '<' => {
                let Some((link, rest_of_it)) = after.split_once('>') else {
                    return Some(format!("a bare < before {:?}", beginning(after)));
                };
                if let Some(problem) = problem_of_link(link) {
                    return Some(problem);
                }
                (rest, before) = (rest_of_it, '>');
                continue;
            }
            // At the beginning of a line it is a quotation.
            '>' if before != '\n' => return Some("a bare >".to_owned()),
            _ => {}
        }
        (rest, before) = (after, letter);
    }
    None
}

fn problem_of_link(link: &str) -> Option<String> {
    let (target, words) = link.split_once('|').unwrap_or((link, "-"));
    let known = ["https://", "http://", "mailto:", "!date^"];
    if !known.iter().any(|scheme| target.starts_with(scheme)) {
        return Some(format!("<{}> is no link", beginning(link)));
    }
    if target.contains(char::is_whitespace) && !target.starts_with("!date^") {
        return Some(format!("a link with a blank: {}", beginning(target)));
    }
    if target.chars().count() > 3_000 {
        return Some("a link of more than 3,000 characters".to_owned());
    }
    if words.is_empty() || link.contains(['<', '\n']) {
        return Some(format!("a link that is not shown: {}", beginning(link)));
    }
    None
}

fn beginning(text: &str) -> String {
    text.chars().take(30).collect()
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn what_calls_somebody_or_is_not_escaped_is_a_problem() {
        for wrong in [
            "<!channel> down",
            "<!here|here>",
            "<!subteam^S1>",
            "<@U1>",
            "<#C1>",
            "a < b",
            "a > b",
            "a & b",
            "&nbsp;",
            "<javascript:x|y>",
            "<https://example.com|>",
            "<https://example.com/a b|c>",
        ] {
            assert!(problem(wrong).is_some(), "{wrong}");
        }
        for right in [
            "",
            "결제 *실패* `code`",
            "&lt;!channel&gt; &amp;amp;",
            "<https://example.com/?a=1&b=2|로그> <mailto:a@b.c>",
            "> quoted\n>quoted &gt; 1",
            "<!date^1392734382^{date}|2014>",
        ] {
            assert_eq!(problem(right), None, "{right}");
        }
    }
}
