//! Which addresses become links.

use url::Url;

/// The longest address, in characters: Slack's limit of a link,
/// <https://docs.slack.dev/reference/block-kit/block-elements/button-element/>.
const LONGEST: usize = 3_000;

/// An address of the web as it can stand in a link anywhere: ASCII, without blanks, angle brackets,
/// quotation marks, backticks or bars. `None` for every other kind of address, which would let a
/// text from outside run something. A name and a password are taken out of it: they are secrets, or
/// there to make the address look like another one's.
pub(super) fn web(text: &str) -> Option<String> {
    let mut url = Url::parse(text.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    let mut address = String::new();
    for character in url.as_str().chars() {
        match character {
            '|' => address.push_str("%7C"),
            '`' => address.push_str("%60"),
            '<' => address.push_str("%3C"),
            '>' => address.push_str("%3E"),
            '"' => address.push_str("%22"),
            character => address.push(character),
        }
    }
    (address.is_ascii() && address.len() <= LONGEST).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::web;

    #[test]
    fn an_address_of_the_web_stays_as_it_is() {
        let console = "https://ap-northeast-2.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-2#logsV2:logs-insights$3FqueryDetail$3D~(end~0~source~(~'*2fecs*2fgm-tool))";
        assert_eq!(web(console).as_deref(), Some(console));
    }

    #[test]
    fn nothing_in_an_address_can_end_a_link() {
        let address = web("https://example.com/a|b<c>\"d`e?f=<g>|h`#<i>|\"j`").expect("an address");
        assert!(
            !address.contains(['|', '<', '>', '"', '`', ' ']),
            "{address}"
        );
        assert_eq!(
            web("https://example.com/결제 오류").as_deref(),
            Some("https://example.com/%EA%B2%B0%EC%A0%9C%20%EC%98%A4%EB%A5%98")
        );
    }

    #[test]
    fn what_is_no_address_of_the_web_is_no_link() {
        for text in [
            "",
            "javascript:alert(1)",
            " java\nscript:alert(1)",
            "data:text/html,<script>",
            "file:///etc/passwd",
            "mailto:a@example.com",
            "//example.com",
            "https://",
        ] {
            assert_eq!(web(text), None, "{text}");
        }
        assert_eq!(
            web(&format!("https://example.com/{}", "a".repeat(3_000))),
            None
        );
    }

    #[test]
    fn a_name_and_a_password_are_taken_out() {
        assert_eq!(
            web("https://slack.com:secret@example.com/").as_deref(),
            Some("https://example.com/")
        );
    }
}
