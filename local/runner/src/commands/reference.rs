//! `bongsu completions` and `bongsu man`: the command line described for shells and for readers.

use std::{io::Write as _, path::Path};

use clap::Command;

use crate::{cli, error::CommandError, output};

/// Prints the completions for a shell.
///
/// # Errors
///
/// If they cannot be written.
pub fn completions(arguments: &cli::CompletionsArguments) -> Result<(), CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut cli::command(), "bongsu", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}

/// Prints the manual page of a command, or writes all pages.
///
/// # Errors
///
/// If there is no such command, or pages cannot be written.
pub fn man(arguments: &cli::ManArguments) -> Result<(), CommandError> {
    let mut root = cli::command();
    root.build();
    if let Some(directory) = &arguments.to {
        return write_pages(&root, directory);
    }
    let mut command = &root;
    for name in &arguments.path {
        let unknown = || CommandError::NoCommand {
            name: name.clone(),
            meant: nearest(command, name),
        };
        command = command.find_subcommand(name).ok_or_else(unknown)?;
    }
    let page = page(command.clone()).map_err(CommandError::Output)?;
    output::print(&String::from_utf8_lossy(&page))
}

fn nearest(command: &Command, name: &str) -> Option<String> {
    let known = command.get_subcommands().map(Command::get_name);
    shared::similar::nearest(name, known).map(str::to_owned)
}

/// The page of a command.
fn page(command: Command) -> std::io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    Ok(page)
}

/// Writes `bongsu.1`, `bongsu-ingest.1` and so on.
fn write_pages(root: &Command, directory: &Path) -> Result<(), CommandError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| CommandError::Page { path, source }
    };
    std::fs::create_dir_all(directory).map_err(failed(directory))?;
    let mut waiting = vec![root];
    let mut text = Vec::new();
    while let Some(command) = waiting.pop() {
        let name = command.get_display_name().unwrap_or(command.get_name());
        let path = directory.join(format!("{name}.1"));
        let page = page(command.clone()).map_err(failed(&path))?;
        std::fs::write(&path, page).map_err(failed(&path))?;
        // Writing to memory cannot fail.
        let _ = writeln!(text, "{}", path.display());
        waiting.extend(
            command
                .get_subcommands()
                .filter(|it| it.get_name() != "help"),
        );
    }
    output::print(&String::from_utf8_lossy(&text))
}
