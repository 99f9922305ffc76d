//! Every command of the documents runs, here or in CI, or says why not.

use bongsu::cli::Cli;
use bongsu_tests::packages;
use clap::Parser as _;

use super::{
    Page, file,
    markdown::Block,
    pages,
    run::{Home, missing},
};

/// Why a command is not run here.
#[derive(Clone, Copy)]
enum Elsewhere {
    /// A script of CI has it, word for word.
    Ci(&'static str),
    /// It cannot be run by a test.
    Because(&'static str),
}
use Elsewhere::{Because, Ci};

const ACCOUNT: &str = "needs an AWS account";
const NESTED: &str = "runs this test itself, or the whole of CI";
const LISTENS: &str = "listens until it is interrupted; `bongsu invoke` runs the same code here";

/// Commands that are not run here, by their beginnings.
const ELSEWHERE: &[(&str, Elsewhere)] = &[
    ("cargo lambda build --release --arm64", Ci(".ci/package")),
    ("cargo lambda build --release --x86-64", Ci(".ci/package")),
    ("cargo test --workspace", Ci(".ci/run")),
    ("cargo test -p", Because(NESTED)),
    (".ci/run", Because(NESTED)),
    (
        "cargo +nightly fuzz run",
        Because("runs for minutes, and needs the nightly toolchain"),
    ),
    (
        "cargo run --release -p bongsu-tests --example proof",
        Because("runs for minutes; a test proves the same with fewer events"),
    ),
    (
        "cargo install --path local/runner",
        Because("builds in release mode for minutes; `cargo run` builds the same package"),
    ),
    (
        "cargo bench -p log-ingest",
        Because("measures for minutes, and numbers of a shared machine prove nothing"),
    ),
    (
        "cargo build --release -p log-ingest",
        Because("builds in release mode for minutes"),
    ),
    (
        "cargo build --release -p bongsu",
        Because("builds in release mode for minutes"),
    ),
    (
        "time target/release/bongsu ingest",
        Because("needs a release build, and a log of a million entries"),
    ),
    (
        "cargo run --release -p log-ingest --example process",
        Because("measures for minutes, and needs a release build"),
    ),
    (
        "valgrind --tool=callgrind",
        Because("counts for minutes, and needs a release build"),
    ),
    (
        "cargo run --release -p embedded-store --example million",
        Because("stores a million entries, and needs a release build"),
    ),
    (
        "cargo run -p bongsu-tests --example analysis",
        Because("stores a million entries in a cluster"),
    ),
    (
        "cargo run -p bongsu --example incidents",
        Because("replays weeks for minutes; a test of `bongsu` replays some days"),
    ),
    ("cargo lambda watch", Because(LISTENS)),
    (
        "cargo lambda invoke",
        Because("needs the function that listens"),
    ),
    (
        "cargo run --release -p log-ingest --example grouping",
        Because("needs labelled logs, which are not part of this repository"),
    ),
    (
        "python3 functions/log-ingest/examples/grouping/drain.py",
        Because("needs labelled logs, which are not part of this repository"),
    ),
    (
        "pip install drain3",
        Because("is for a comparison that needs logs from elsewhere"),
    ),
    (
        "pip install",
        Because("`.ci/tools` installs the same packages in fixed versions"),
    ),
    (
        "export",
        Because("sets up a cluster, or a function that listens"),
    ),
    ("aws secretsmanager create-secret", Because(ACCOUNT)),
    ("aws sns publish", Because(ACCOUNT)),
    ("aws cloudwatch get-dashboard", Because(ACCOUNT)),
    ("aws s3 cp", Because(ACCOUNT)),
    ("aws lambda invoke", Because(ACCOUNT)),
    ("aws sqs receive-message", Because(ACCOUNT)),
    ("aws sqs start-message-move-task", Because(ACCOUNT)),
    ("sam deploy", Because(ACCOUNT)),
];

/// Programs that commands may begin with and that are run.
const RUN: [&str; 5] = [
    "bongsu",
    "cargo run",
    "kubectl",
    "docker logs",
    "journalctl",
];

/// The commands of a block: lines, with those that end in a backslash or a pipe continued. What stands
/// in a here-document is no command.
fn commands(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut continues = false;
    let mut document: Option<&str> = None;
    for line in text.lines() {
        if let Some(end) = document {
            if line == end {
                document = None;
            }
            continue;
        }
        document = line
            .split_once("<<'")
            .and_then(|(_, rest)| rest.split('\'').next());
        let line = line.split("  # ").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        let part = line.trim_end_matches('\\').trim_end();
        match found.last_mut() {
            Some(last) if continues => {
                last.push(' ');
                last.push_str(part);
            }
            _ => found.push(part.to_owned()),
        }
        continues = line.ends_with('\\') || line.ends_with('|');
    }
    found
}

/// A command without the variables that are set for it.
fn without_variables(command: &str) -> &str {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|it| it.is_uppercase() || it == '_');
    let mut rest = command;
    while let Some((_, value)) = rest.split_once('=').filter(|(name, _)| is_name(name)) {
        let quote = value.chars().next().filter(|first| "'\"".contains(*first));
        let after = match quote {
            Some(quote) => value.splitn(3, quote).nth(2),
            None => value.split_once(' ').map(|(_, after)| after),
        };
        rest = after.unwrap_or_default().trim_start();
    }
    rest
}

fn begins_with(command: &str, beginning: &str) -> bool {
    let rest = without_variables(command).strip_prefix(beginning);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '|', '=']))
}

/// The row of [`ELSEWHERE`] that a command belongs to.
fn row(command: &str) -> Option<usize> {
    ELSEWHERE
        .iter()
        .position(|(beginning, _)| begins_with(command, beginning))
}

/// Blocks of commands, of all pages.
fn blocks(pages: &[Page]) -> impl Iterator<Item = (&Page, &Block)> {
    pages.iter().flat_map(|page| {
        let blocks = page.blocks.iter().filter(|block| block.language == "sh");
        blocks.map(move |block| (page, block))
    })
}

#[test]
fn every_command_is_run_or_says_why_not() {
    let pages = pages();
    let mut used = vec![false; ELSEWHERE.len()];
    for (page, block) in blocks(&pages) {
        let commands = commands(&block.text);
        let at = format!("{}:{}", page.path, block.line);
        assert!(!commands.is_empty(), "{at} has no command");
        for command in &commands {
            if let Some(used) = row(command).and_then(|row| used.get_mut(row)) {
                *used = true;
                continue;
            }
            let is_run = RUN.iter().any(|program| begins_with(command, program));
            assert!(is_run, "{at}: neither in RUN nor in ELSEWHERE: {command}");
        }
    }
    for ((beginning, elsewhere), used) in ELSEWHERE.iter().zip(used) {
        assert!(used, "no document has the command `{beginning}`");
        match elsewhere {
            Ci(script) => assert!(
                file(script)
                    .lines()
                    .any(|line| line.trim().ends_with(beginning)),
                "{script} does not run `{beginning}`"
            ),
            Because(reason) => assert!(!reason.is_empty()),
        }
    }
}

#[test]
fn the_commands_of_bongsu_run_and_print_what_the_page_shows() {
    let bongsu = packages::bongsu();
    let mut problems = Vec::new();
    for page in pages() {
        let home = Home::new(&bongsu);
        for block in page.blocks.iter().filter(|block| block.language == "sh") {
            if commands(&block.text)
                .iter()
                .any(|command| row(command).is_some())
            {
                continue;
            }
            let (code, printed) = home.run(&block.text);
            let at = format!("{}:{}", page.path, block.line);
            if code != block.exit {
                problems.push(format!("{at}: exit code {code}\n{printed}"));
            } else if let Some(line) = block
                .output
                .as_deref()
                .and_then(|expected| missing(expected, &printed))
            {
                problems.push(format!("{at}: not printed: {line}\n{printed}"));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n\n"));
}

#[test]
fn commands_of_bongsu_inside_of_sentences_are_understood() {
    for page in pages().iter().filter(|page| page.path != "CHANGELOG.md") {
        for span in page.spans.iter().filter(|span| span.starts_with("bongsu ")) {
            let words = span.split_whitespace();
            let words = words.map(|word| if word == "…" { "x" } else { word });
            let is_sketch = span.contains(['\'', '|', '$']);
            // A command that lacks an argument is a name of a command.
            let error = Cli::try_parse_from(words).err().filter(|_| !is_sketch);
            let unknown = error.filter(|error| {
                use clap::error::ErrorKind::{InvalidSubcommand, UnknownArgument};
                matches!(error.kind(), UnknownArgument | InvalidSubcommand)
            });
            assert!(unknown.is_none(), "{}: `{span}`: {unknown:?}", page.path);
        }
    }
}

#[test]
fn a_block_is_cut_into_commands() {
    let text = "# A comment\ncat > a.log <<'END'\nno command\nEND\nA=1 B='2' bongsu x \\\n  --y  # why\n\
                kubectl logs |\n  bongsu ingest -\n";
    let found = commands(text);
    let expected = [
        "cat > a.log <<'END'",
        "A=1 B='2' bongsu x --y",
        "kubectl logs | bongsu ingest -",
    ];
    assert_eq!(found, expected);
    assert!(begins_with(&found[1], "bongsu"));
    assert!(!begins_with("bongsuo", "bongsu"));
    assert!(begins_with("A=\"$(cat b c)\" B=1 bongsu x", "bongsu"));
}
