//! The command line: runs the stages and prints their results.
//!
//! Results go to standard output, faults and warnings to standard error. Exit status: 0 on success;
//! 1 on a fault or, with `--check`, a difference; 2 if the command line is invalid. `diff` uses 0 to
//! 2 for its result and 3 for faults.

mod diff;

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;

use clap::{Parser, Subcommand};

use crate::follow::import;
use crate::follow::replay;
use crate::follow::replay::{Outcome, Version};
use crate::follow::upstream;
use crate::input::CLIENT;
use crate::measure;
use crate::pipeline;
use crate::review::changes::{changelog, pins};
use crate::review::surface::versions;
use crate::stub;
use crate::support::error::{Error, Findings, Result};
use crate::support::output;
use crate::support::panics;
use crate::support::timings;

/// Generates the crate `clerk-api` from a description of Clerk's Backend API.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    /// Workspace to work in. Default: the workspace that contains the current folder
    #[arg(long, value_name = "DIR", global = true)]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the facts of an upstream document to spec/<version>.yaml and record it in the lock
    Import {
        /// OpenAPI 3.0 document
        file: PathBuf,
        /// Keep the state in spec/previous to compare with: the previous import is not merged yet
        #[arg(long)]
        keep_previous: bool,
    },
    /// Generate all machine-written files from spec (clerk-api, webhooks, records, test calls)
    Regenerate {
        /// Write nothing; report what would change
        #[arg(long)]
        check: bool,
        /// Imported API version. Default: the lock's current version
        #[arg(long, value_name = "VERSION")]
        version: Option<String>,
        /// Print how long each stage takes
        #[arg(long)]
        timings: bool,
    },
    /// Write what is missing in spec and the manifests: pins, features, placeholders for texts
    Stub,
    /// Compare two descriptions, on the wire and for callers of the crate
    #[command(after_help = diff::HELP)]
    Diff(diff::Arguments),
    /// Import, generate and compare successive descriptions in a copy of the workspace
    Replay {
        /// Folder with one file per description, in the order of their names
        folder: PathBuf,
    },
    /// Import and generate from the newest documents in a checkout of upstream's repository
    Follow {
        /// Checkout with the folders `bapi` and `webhooks`
        folder: PathBuf,
        /// File to write the pull request's text to
        #[arg(long, value_name = "FILE")]
        report: PathBuf,
    },
    /// Fail if public items of a crate broke since a revision without a breaking version bump
    Surface {
        /// Git revision: the last release, or the branch to merge into
        base: String,
    },
    /// Add the changes of the newest import to the unreleased section of CHANGELOG.md
    Changelog,
    /// Compare the cost of the toolchain and the crate with stock progenitor
    Measure,
    /// Run by `measure` for the comparison
    #[command(name = measure::STOCK_COMMAND, hide = true)]
    StockProgenitor,
}

/// Runs the command given on the command line.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // clap prints help to standard output; it is not an error.
            let _ = error.print();
            let asks_for_diff = env::args_os().any(|argument| argument == "diff");
            return match (error.use_stderr(), asks_for_diff) {
                (false, _) => ExitCode::SUCCESS,
                (true, true) => ExitCode::from(diff::FAULT),
                (true, false) => ExitCode::from(2),
            };
        }
    };
    let result = guarded(|| run(&arguments));
    let result = match UNSAID.get() {
        Some(error) => Err(output::unwritable(Path::new("standard output"), error).into()),
        None => result,
    };
    match result {
        Ok(code) => code,
        Err(findings) => {
            complain(&findings, &arguments.command);
            match arguments.command {
                Command::Diff(_) => ExitCode::from(diff::FAULT),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, Findings> {
    let root = root(arguments)?;
    match &arguments.command {
        Command::Import {
            file,
            keep_previous,
        } => import_file(&root, file, *keep_previous),
        Command::Regenerate {
            check,
            version,
            timings,
        } => {
            let regenerate = || regenerate(&root, version.as_deref(), *check);
            if !timings {
                return regenerate();
            }
            let (result, table) = timings::measured(regenerate);
            say(table.trim_end());
            result
        }
        Command::Stub => run_stub(&root),
        Command::Diff(arguments) => Ok(diff::run(&root, arguments)?),
        Command::Replay { folder } => Ok(run_replay(&root, folder)?),
        Command::Follow { folder, report } => Ok(run_follow(&root, folder, report)?),
        Command::Surface { base } => check_surface(&root, base),
        Command::Changelog => Ok(extend_changelog(&root)?),
        Command::Measure => Ok(measure::run(&root).map(|()| ExitCode::SUCCESS)?),
        Command::StockProgenitor => {
            Ok(measure::stock::command::run(&root).map(|()| ExitCode::SUCCESS)?)
        }
    }
}

/// The workspace: `--root`, or the one that contains the current folder.
fn root(arguments: &Arguments) -> Result<PathBuf, Findings> {
    let missing = |folder: &Path, message: &str| -> Findings {
        Error::new(
            folder.display().to_string(),
            message,
            "run the command in a checkout of the workspace, or pass its folder with `--root DIR`",
        )
        .into()
    };
    if let Some(root) = &arguments.root {
        return match root.join("spec").is_dir() {
            true => Ok(root.clone()),
            false => Err(missing(
                root,
                "this is not a workspace of the toolchain: it has no folder `spec`",
            )),
        };
    }
    let current = env::current_dir().map_err(|error| {
        missing(
            Path::new("."),
            &format!("the current folder cannot be determined: {error}"),
        )
    })?;
    let is_workspace =
        |folder: &&Path| folder.join("spec").is_dir() && folder.join(CLIENT).is_file();
    let found = current.ancestors().find(is_workspace);
    found.map(Path::to_path_buf).ok_or_else(|| {
        missing(
            &current,
            "this is not in a workspace of the toolchain, which has `spec` and `clerk-api`",
        )
    })
}

fn import_file(root: &Path, file: &Path, keep_previous: bool) -> Result<ExitCode, Findings> {
    let former = if keep_previous {
        import::Previous::Left
    } else {
        import::Previous::Replaced
    };
    let imported = import::import_with(root, file, former)?;
    let path = shown(root, &imported.path);
    if imported.changed {
        say(&format!("wrote {path} and spec/lock.yaml"));
    } else {
        say(&format!("{path} is up to date"));
    }
    if imported.kept_previous {
        say("kept the previous state in spec/previous, for generated/CHANGES.md");
    }
    warn(&imported.warnings);
    for advice in pins::advice(root, &imported.renames)? {
        eprintln!("warning: {advice}\n");
    }
    Ok(ExitCode::SUCCESS)
}

fn run_replay(root: &Path, folder: &Path) -> Result<ExitCode> {
    let versions = replay::replay(root, folder)?;
    say(replay::table(&versions).trim_end());
    let is_rejected = |version: &Version| matches!(version.outcome, Outcome::Rejected(_));
    Ok(if versions.iter().any(is_rejected) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Prints one word, for scripts; the details are in the report, and on standard error.
fn run_follow(root: &Path, folder: &Path, report: &Path) -> Result<ExitCode> {
    let followed = upstream::follow(root, folder);
    output::write_file(report, &followed.report)?;
    warn(&followed.warnings);
    for error in followed.findings.iter() {
        eprintln!("error: {error}\n");
    }
    say(followed.state.word());
    Ok(match followed.state {
        upstream::State::Failed => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    })
}

fn warn(warnings: &[Error]) {
    for warning in warnings {
        eprintln!("warning: {warning}\n");
    }
    if warnings.len() > 1 {
        eprintln!("warning: {} warnings", warnings.len());
    }
}

fn check_surface(root: &Path, base: &str) -> Result<ExitCode, Findings> {
    let surface = versions::check(root, base)?;
    say(surface.report.trim_end());
    surface.findings.into_result()?;
    Ok(ExitCode::SUCCESS)
}

/// Succeeds if only placeholders are left.
fn run_stub(root: &Path) -> Result<ExitCode, Findings> {
    let stubbed = stub::stub(root)?;
    for line in &stubbed.written {
        say(line);
    }
    let (open, faults) = stubbed.left();
    match stubbed.written.len() {
        0 => say("nothing to write"),
        1 => say("1 edit"),
        edits => say(&format!("{edits} edits")),
    }
    if !open.is_empty() {
        say(&format!("\nplaceholders to replace: {}", open.len()));
        for error in open.iter() {
            say(&format!("{}: {}", error.location, error.message));
        }
    }
    faults.into_result()?;
    Ok(ExitCode::SUCCESS)
}

fn extend_changelog(root: &Path) -> Result<ExitCode> {
    match changelog::extend(root)? {
        0 => say("CHANGELOG.md is up to date"),
        1 => say("added 1 line to CHANGELOG.md"),
        added => say(&format!("added {added} lines to CHANGELOG.md")),
    }
    Ok(ExitCode::SUCCESS)
}

fn regenerate(root: &Path, version: Option<&str>, check: bool) -> Result<ExitCode, Findings> {
    let files = pipeline::run(root, version)?;
    if check {
        let differences = timings::stage("compare", || output::check(root, &files))?;
        if differences.is_empty() {
            say(&format!("{} files are up to date", files.len()));
            return Ok(ExitCode::SUCCESS);
        }
        say(&differences.to_string());
        return Ok(ExitCode::FAILURE);
    }
    let changes = timings::stage("write", || output::write(root, &files))?;
    say(&changes.to_string());
    Ok(ExitCode::SUCCESS)
}

/// Turns a panic, always a bug in the toolchain or a library, into a fault.
fn guarded<T>(work: impl FnOnce() -> Result<T, Findings>) -> Result<T, Findings> {
    panics::catch(work).unwrap_or_else(|message| {
        Err(Error::defect(
            "xtask",
            format!("the toolchain panicked: {message}"),
            "report this as a bug, with the input",
        )
        .into())
    })
}

/// `path` relative to `root`.
fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string()
}

/// The first error of standard output; a command that could not say its result has failed.
static UNSAID: OnceLock<io::Error> = OnceLock::new();

fn say(text: &str) {
    match writeln!(io::stdout(), "{text}") {
        // A reader that has seen enough closes the pipe.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => drop(UNSAID.set(error)),
        _ => {}
    }
}

/// Prints faults as rustc prints errors.
fn complain(findings: &Findings, command: &Command) {
    for error in findings.iter() {
        eprintln!("error: {}\n", error.to_string().trim_end());
    }
    if findings.len() > 1 {
        let untouched = match command {
            Command::Regenerate { .. } => "; nothing was written",
            _ => "",
        };
        eprintln!("error: {} errors{untouched}", findings.len());
    }
}
