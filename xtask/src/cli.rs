//! The command line: which stage runs on what, and how its answer is said.
//!
//! Results go to standard output, faults to standard error. The process ends with 0 when all is
//! well, 1 on a fault or, with `--check`, a difference, and 2 when the command line itself is wrong.
//! `diff` says with its status what it found, so its faults are 3.

mod diff;

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::changes::{changelog, pins};
use crate::error::{Error, Findings, Result};
use crate::replay::{Outcome, Version};
use crate::{follow, import, measure, output, panics, pipeline, replay, surface};

/// The toolchain that turns a description of Clerk's Backend API into the crate `clerk-api`.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    /// The workspace to work in, instead of the one that this tool was built from
    #[arg(long, value_name = "DIR", global = true)]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the facts of an upstream document to spec/<version>.yaml and note it in the lock
    Import {
        /// An OpenAPI 3.0 document
        file: PathBuf,
        /// Go on comparing with the state in spec/previous: the import before was not merged yet
        #[arg(long)]
        keep_previous: bool,
    },
    /// Write everything that is generated (clerk-api, generated and the calls of the tests) from spec
    Regenerate {
        /// Write nothing, and tell what would change
        #[arg(long)]
        check: bool,
        /// An imported API version, instead of the lock's current one
        #[arg(long, value_name = "VERSION")]
        version: Option<String>,
    },
    /// Tell what changed between two descriptions, on the wire and for callers of the crate
    #[command(after_help = diff::HELP)]
    Diff(diff::Arguments),
    /// Import, generate and compare successive descriptions in a copy of the workspace
    Replay {
        /// A folder with a file for each of them, in the order of their names
        folder: PathBuf,
    },
    /// Import and generate from the newest documents of a checkout of upstream's repository
    Follow {
        /// The checkout, with the folders `bapi` and `webhooks`
        folder: PathBuf,
        /// Where the text of a pull request is written
        #[arg(long, value_name = "FILE")]
        report: PathBuf,
    },
    /// Fail if public items of a crate broke since a revision and its version does not say so
    Surface {
        /// A git revision: the last release, or what a branch is merged into
        base: String,
    },
    /// Add what the newest import changed to the unreleased section of CHANGELOG.md
    Changelog,
    /// Compare the cost of the toolchain and the crate with stock progenitor's
    Measure,
    /// What `measure` runs for the comparison
    #[command(name = measure::STOCK_COMMAND, hide = true)]
    StockProgenitor,
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help goes to standard output and is no fault.
            let _ = error.print();
            let asks_for_diff = env::args_os().any(|argument| argument == "diff");
            return match (error.use_stderr(), asks_for_diff) {
                (false, _) => ExitCode::SUCCESS,
                (true, true) => ExitCode::from(diff::FAULT),
                (true, false) => ExitCode::from(2),
            };
        }
    };
    match guarded(|| run(&arguments)) {
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
        Command::Regenerate { check, version } => regenerate(&root, version.as_deref(), *check),
        Command::Diff(arguments) => Ok(diff::run(&root, arguments)?),
        Command::Replay { folder } => Ok(run_replay(&root, folder)?),
        Command::Follow { folder, report } => Ok(run_follow(&root, folder, report)?),
        Command::Surface { base } => check_surface(&root, base),
        Command::Changelog => Ok(extend_changelog(&root)?),
        Command::Measure => Ok(measure::run(&root).map(|()| ExitCode::SUCCESS)?),
        Command::StockProgenitor => Ok(measure::stock::run(&root).map(|()| ExitCode::SUCCESS)?),
    }
}

/// Where the workspace is: as told, or where cargo runs this package, or where it was built.
fn root(arguments: &Arguments) -> Result<PathBuf, Findings> {
    let packages = [
        env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from),
        Some(PathBuf::from(env!("CARGO_MANIFEST_DIR"))),
    ];
    let candidates: Vec<PathBuf> = match &arguments.root {
        Some(root) => vec![root.clone()],
        None => packages
            .iter()
            .flatten()
            .filter_map(|package| package.parent().map(Path::to_path_buf))
            .collect(),
    };
    let named = candidates.last().cloned().unwrap_or_default();
    candidates
        .into_iter()
        .find(|root| root.join("spec").is_dir())
        .ok_or_else(|| {
            Error::new(
                named.display().to_string(),
                "this is no workspace of the toolchain: it has no folder `spec`",
                "name its folder with `--root DIR`",
            )
            .into()
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
        say("kept the state before it in spec/previous, for generated/CHANGES.md");
    }
    for line in pins::advice(root, &imported.renames)? {
        say(&line);
    }
    Ok(ExitCode::SUCCESS)
}

fn run_replay(root: &Path, folder: &Path) -> Result<ExitCode> {
    let versions = replay::replay(root, folder)?;
    say(replay::table(&versions).trim_end());
    let is_refused = |version: &Version| matches!(version.outcome, Outcome::Refused(_));
    Ok(if versions.iter().any(is_refused) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Says one word, for scripts; what people read is in the report.
fn run_follow(root: &Path, folder: &Path, report: &Path) -> Result<ExitCode> {
    let followed = follow::follow(root, folder)?;
    output::write_file(report, &followed.report)?;
    say(followed.state.word());
    Ok(ExitCode::SUCCESS)
}

fn check_surface(root: &Path, base: &str) -> Result<ExitCode, Findings> {
    let surface = surface::check(root, base)?;
    say(surface.report.trim_end());
    surface.findings.into_result()?;
    Ok(ExitCode::SUCCESS)
}

fn extend_changelog(root: &Path) -> Result<ExitCode> {
    match changelog::extend(root)? {
        0 => say("CHANGELOG.md says all of it"),
        1 => say("1 line is new in CHANGELOG.md"),
        added => say(&format!("{added} lines are new in CHANGELOG.md")),
    }
    Ok(ExitCode::SUCCESS)
}

fn regenerate(root: &Path, version: Option<&str>, check: bool) -> Result<ExitCode, Findings> {
    let files = pipeline::run(root, version)?;
    if check {
        let differences = output::check(root, &files)?;
        if differences.is_empty() {
            say(&format!("{} files are up to date", files.len()));
            return Ok(ExitCode::SUCCESS);
        }
        say(&differences.to_string());
        return Ok(ExitCode::FAILURE);
    }
    let changes = output::write(root, &files)?;
    say(&changes.to_string());
    Ok(ExitCode::SUCCESS)
}

/// Turns a panic, which is always a defect of ours or of a library, into one fault.
fn guarded<T>(work: impl FnOnce() -> Result<T, Findings>) -> Result<T, Findings> {
    panics::catch(work).unwrap_or_else(|message| {
        Err(Error::defect(
            "xtask",
            format!("the toolchain stopped at a defect of its own: {message}"),
            "report it with the input that led here",
        )
        .into())
    })
}

/// `path` as seen from `root`.
fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string()
}

fn say(text: &str) {
    // Who closes the pipe has read enough.
    let _ = writeln!(io::stdout(), "{text}");
}

/// Prints faults in the form that rustc gives its errors.
fn complain(findings: &Findings, command: &Command) {
    for error in findings.iter() {
        eprintln!("error: {error}\n");
    }
    if findings.len() > 1 {
        let untouched = match command {
            Command::Regenerate { .. } => "; nothing was written",
            _ => "",
        };
        eprintln!("error: {} faults{untouched}", findings.len());
    }
}
