//! A reader for the part of Markdown that the documents use: headings, links, fenced blocks, code
//! spans and sentences.

/// A document.
#[derive(Debug)]
pub(super) struct Page {
    /// Its path from the root.
    pub(super) path: String,
    /// The anchors of its headings.
    pub(super) anchors: Vec<String>,
    /// The targets of its links and pictures.
    pub(super) links: Vec<String>,
    /// Its fenced blocks.
    pub(super) blocks: Vec<Block>,
    /// Its code spans.
    pub(super) spans: Vec<String>,
    /// Its sentences, outside of fenced blocks.
    pub(super) sentences: Vec<String>,
}

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The line of its opening, from 1.
    pub(super) line: usize,
    /// Its language.
    pub(super) language: String,
    /// Its text.
    pub(super) text: String,
    /// The `text` block that follows it directly: what the commands of this one print.
    pub(super) output: Option<String>,
    /// The exit code that its commands have: `<!-- exit 1 -->` in the line above, else 0.
    pub(super) exit: i32,
}

impl Page {
    pub(super) fn read(path: &str, text: &str) -> Self {
        let mut page = Self {
            path: path.to_owned(),
            anchors: Vec::new(),
            links: Vec::new(),
            blocks: Vec::new(),
            spans: Vec::new(),
            sentences: Vec::new(),
        };
        let mut prose = String::new();
        let mut exit = 0;
        let mut adjacent = false;
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let trimmed = line.trim_start();
            if let Some(language) = trimmed.strip_prefix("```") {
                let indent = line.len() - trimmed.len();
                let inside = lines.by_ref().map(|(_, line)| line);
                let inside: Vec<&str> = inside
                    .take_while(|line| line.trim() != "```")
                    .map(|line| line.get(indent..).unwrap_or_default())
                    .collect();
                let text = inside.join("\n");
                match page.blocks.last_mut() {
                    Some(last) if adjacent && language == "text" && last.language == "sh" => {
                        last.output = Some(text);
                        adjacent = false;
                    }
                    _ => {
                        page.blocks.push(Block {
                            line: number + 1,
                            language: language.to_owned(),
                            text,
                            output: None,
                            exit,
                        });
                        adjacent = true;
                    }
                }
                exit = 0;
                prose.push('\n');
                continue;
            }
            if let Some(code) = trimmed.strip_prefix("<!-- exit ") {
                let code = code.split(' ').next().and_then(|code| code.parse().ok());
                exit = code.expect("an exit code");
                continue;
            }
            adjacent &= line.is_empty();
            let heading = line.trim_start_matches('#');
            if let Some(title) = heading
                .strip_prefix(' ')
                .filter(|_| heading.len() < line.len())
            {
                page.add_anchor(title);
            }
            prose.push_str(line);
            prose.push('\n');
        }
        page.spans = spans(&prose);
        page.links = links(&without_spans(&prose));
        page.sentences = sentences(&prose);
        page
    }

    /// Anchors as GitHub and mdBook make them.
    fn add_anchor(&mut self, title: &str) {
        let kept = title.chars().filter_map(|letter| match letter {
            ' ' => Some('-'),
            '-' | '_' => Some(letter),
            _ if letter.is_alphanumeric() => Some(letter),
            _ => None,
        });
        let slug: String = kept.flat_map(char::to_lowercase).collect();
        let repeated = (1..1_000)
            .map(|number| format!("{slug}-{number}"))
            .find(|candidate| !self.anchors.contains(candidate));
        let anchor = if self.anchors.contains(&slug) {
            repeated.unwrap_or_default()
        } else {
            slug
        };
        self.anchors.push(anchor);
    }
}

/// The texts between single backticks.
fn spans(prose: &str) -> Vec<String> {
    let lines = prose.lines();
    lines
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

fn without_spans(prose: &str) -> String {
    let lines = prose.lines();
    let kept = lines.map(|line| line.split('`').step_by(2).collect::<String>());
    kept.collect::<Vec<_>>().join("\n")
}

/// The targets of `[…](target)` and of `src` and `srcset` attributes.
fn links(prose: &str) -> Vec<String> {
    let starts = [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"')];
    let mut found = Vec::new();
    for (start, end) in starts {
        let after = prose.split(start).skip(1);
        found.extend(after.filter_map(|rest| rest.split_once(end).map(|(it, _)| it.to_owned())));
    }
    found
}

/// The sentences of a text. A cell of a table, an item of a list and a paragraph end one.
fn sentences(prose: &str) -> Vec<String> {
    let mut texts = vec![String::new()];
    for line in prose.lines() {
        let item = line.trim_start();
        let begins = item.is_empty() || item.starts_with(['-', '#', '|', '>', '<']) || {
            let digits = item.trim_start_matches(|letter: char| letter.is_ascii_digit());
            digits.len() < item.len() && digits.starts_with(". ")
        };
        if begins {
            texts.push(String::new());
        }
        let cells: Vec<&str> = if item.starts_with('|') {
            item.split('|').collect()
        } else {
            vec![item]
        };
        for (number, cell) in cells.into_iter().enumerate() {
            if number > 0 {
                texts.push(String::new());
            }
            if let Some(last) = texts.last_mut() {
                last.push_str(cell);
                last.push(' ');
            }
        }
    }
    let parts = texts.iter().flat_map(|text| text.split_inclusive(". "));
    parts
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

#[test]
fn a_page_is_read() {
    let text = "# A page: 봉수\n\nSee [it](b.md#x) and `code [no](link)`. It never fails.\n\n\
                <!-- exit 1 -->\n```sh\nbongsu x\n```\n\n```text\nout\n```\n\n\
                | a | b once |\n\n## A page 봉수\n\n   ```json\n   {}\n   ```\n\n<img src=\"c.svg\">\n";
    let page = Page::read("a.md", text);
    assert_eq!(page.anchors, ["a-page-봉수", "a-page-봉수-1"]);
    assert_eq!(page.links, ["b.md#x", "c.svg"]);
    assert_eq!(page.spans, ["code [no](link)"]);
    let command = Block {
        line: 6,
        language: "sh".to_owned(),
        text: "bongsu x".to_owned(),
        output: Some("out".to_owned()),
        exit: 1,
    };
    assert_eq!(page.blocks.len(), 2);
    assert_eq!(page.blocks[0], command);
    assert_eq!(page.blocks[1].text, "{}");
    assert!(page.sentences.contains(&"It never fails.".to_owned()));
    assert!(page.sentences.contains(&"b once".to_owned()));
}
