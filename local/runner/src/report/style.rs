//! How text may look: with colours or without, and how wide.

/// The look of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether colours are wanted.
    pub colours: bool,
    /// How many columns there are.
    pub width: u16,
}

/// What a part of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// The heading of a section.
    Heading,
    /// Less important than the rest.
    Aside,
    /// Good news.
    Good,
    /// Something to look at.
    Notice,
    /// Bad news.
    Bad,
    /// A name that can be used in a command.
    Name,
}

impl Style {
    /// The text in the colours of what it is. The text must hold no escape sequence.
    #[must_use]
    pub fn paint(self, paint: Paint, text: &str) -> String {
        if !self.colours || text.is_empty() {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Heading => "1",
            Paint::Aside => "2",
            Paint::Good => "32",
            Paint::Notice => "33",
            Paint::Bad => "1;31",
            Paint::Name => "36",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
