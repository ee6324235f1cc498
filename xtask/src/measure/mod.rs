//! `cargo xtask measure`: the cost of the toolchain and the crate, compared with stock progenitor's
//! Builder output for the same document, in one run on one machine.
//!
//! The limits are on ratios, because ratios are comparable between machines and seconds are not.
//! Rounds alternate, so that a slow phase of the machine affects both sides. Everything runs in
//! processes of its own; files for the comparison are in `target/measure`.

mod cost;
mod scratch;
pub mod stock;
mod table;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::support::error::{Error, Result};
use cost::{Cost, median};
use table::Row;

/// The subcommand that runs [`stock::command::run`].
pub const STOCK_COMMAND: &str = "stock-progenitor";

const PIPELINE_ROUNDS: usize = 7;
const CHECK_ROUNDS: usize = 3;

const PIPELINE_LIMIT: f64 = 0.75;
const CHECK_LIMIT: f64 = 0.271;
const ONE_RESOURCE_LIMIT: f64 = 0.112;
const LINES_LIMIT: usize = 25_000;

const CRATE: &str = "clerk-api";

/// Measures, prints a table, and fails if a limit is exceeded.
pub fn run(root: &Path) -> Result<()> {
    let mut rows = vec![pipeline(root)?];
    let scratch = scratch::prepare(root)?;
    rows.extend(checks(root, &scratch)?);
    rows.push(lines(root, &scratch)?);
    table::print(&rows);
    let exceeded: Vec<&str> = rows
        .iter()
        .filter(|row| row.is_exceeded())
        .map(|row| row.name.as_str())
        .collect();
    if exceeded.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        "cargo xtask measure",
        format!("above the limit: {}", exceeded.join(", ")),
        "find what grew since the last measurement, or change the limit and give a reason",
    ))
}

/// The whole pipeline, compared with stock progenitor generating and printing.
fn pipeline(root: &Path) -> Result<Row> {
    eprintln!("building the toolchain");
    finish(cargo(root).args(["build", "--release", "--package", "xtask"]))?;
    eprintln!("running the pipeline and stock progenitor, {PIPELINE_ROUNDS} rounds");
    let tool = target(root).join(format!("release/xtask{}", std::env::consts::EXE_SUFFIX));
    let mut ours = Vec::new();
    let mut stock = Vec::new();
    for _ in 0..PIPELINE_ROUNDS {
        ours.push(Cost::of(|| {
            finish(
                Command::new(&tool)
                    .current_dir(root)
                    .args(["regenerate", "--check"]),
            )
        })?);
        stock.push(Cost::of(|| {
            finish(Command::new(&tool).current_dir(root).arg(STOCK_COMMAND))
        })?);
    }
    Ok(Row::ratio(
        "regenerate (release)",
        median(ours),
        median(stock),
        PIPELINE_LIMIT,
    ))
}

/// `cargo check` with warm dependencies, with all resources and with one.
fn checks(root: &Path, scratch: &Path) -> Result<Vec<Row>> {
    let source = root.join(CRATE).join("src/lib.rs");
    let whole = || check(root, &["--package", CRATE]);
    let one = || {
        check(
            root,
            &[
                "--package",
                CRATE,
                "--no-default-features",
                "--features",
                "users",
            ],
        )
    };
    let stock = || check_stock(root, scratch);
    let stock_source = scratch.join("src/lib.rs");
    // The first round of each only warms the dependencies.
    eprintln!("checking the dependencies of both crates");
    whole()?;
    one()?;
    stock()?;
    eprintln!("checking both crates, {CHECK_ROUNDS} rounds");
    let (mut whole_costs, mut one_costs, mut stock_costs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..CHECK_ROUNDS {
        touch(&source)?;
        whole_costs.push(Cost::of(whole)?);
        touch(&source)?;
        one_costs.push(Cost::of(one)?);
        touch(&stock_source)?;
        stock_costs.push(Cost::of(stock)?);
    }
    let stock = median(stock_costs);
    Ok(vec![
        Row::ratio(
            "cargo check, all resources",
            median(whole_costs),
            stock,
            CHECK_LIMIT,
        ),
        Row::ratio(
            "cargo check, `users` alone",
            median(one_costs),
            stock,
            ONE_RESOURCE_LIMIT,
        ),
    ])
}

fn lines(root: &Path, scratch: &Path) -> Result<Row> {
    let ours = count_lines(&root.join(crate::support::output::CLIENT))?;
    let stock = count_lines(&scratch.join("src"))?;
    Ok(Row::count(
        "lines of generated Rust",
        ours,
        stock,
        LINES_LIMIT,
    ))
}

fn check(folder: &Path, arguments: &[&str]) -> Result<()> {
    finish(checking(folder).args(arguments))
}

fn check_stock(root: &Path, scratch: &Path) -> Result<()> {
    finish(checking(scratch).env("CARGO_TARGET_DIR", target(root)))
}

fn checking(folder: &Path) -> Command {
    let mut command = cargo(folder);
    command
        .env("CARGO_INCREMENTAL", "0")
        .args(["check", "--quiet", "--lib"]);
    command
}

fn cargo(folder: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}

fn target(root: &Path) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    }
}

/// Runs a command to its end; its output is only shown if it fails.
fn finish(command: &mut Command) -> Result<()> {
    let location = format!("{command:?}");
    let output = command.output().map_err(|fault| {
        Error::new(
            &location,
            format!("the program cannot be started: {fault}"),
            "check that it is installed",
        )
    })?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let last: Vec<&str> = text.lines().rev().take(20).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    Err(Error::new(
        location,
        format!("the command failed: {}\n{}", output.status, last.join("\n")),
        "run it by itself and fix what it reports (`cargo xtask regenerate` if files differ)",
    ))
}

/// Makes cargo consider a file changed.
fn touch(path: &Path) -> Result<()> {
    let touched = fs::File::options()
        .append(true)
        .open(path)
        .and_then(|file| file.set_modified(SystemTime::now()));
    touched.map_err(|fault| unusable(path, &fault))
}

/// The lines of Rust in a folder.
fn count_lines(folder: &Path) -> Result<usize> {
    let mut lines = 0;
    for entry in fs::read_dir(folder).map_err(|fault| unusable(folder, &fault))? {
        let path = entry.map_err(|fault| unusable(folder, &fault))?.path();
        if path.is_dir() {
            lines += count_lines(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).map_err(|fault| unusable(&path, &fault))?;
            lines += text.lines().count();
        }
    }
    Ok(lines)
}

fn unusable(path: &Path, fault: &std::io::Error) -> Error {
    Error::new(
        path.display().to_string(),
        fault.to_string(),
        "run `cargo xtask regenerate`, and make the path readable and writable",
    )
}
