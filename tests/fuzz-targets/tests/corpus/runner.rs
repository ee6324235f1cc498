//! Runs a target on many inputs, one by one, within limits of time and memory.

use std::any::Any;
use std::env;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use fuzz_targets::Target;
use fuzz_targets::mutation::{Choices, bytewise, structurally};
use serde_json::Value;

/// The time limit for one input; a slow one takes a thousandth of it.
const PATIENCE: Duration = Duration::from_secs(30);

/// The memory limit of the whole process.
const MOST_MEMORY_IN_MIB: usize = 1_500;

const DEFAULT_SEED: u64 = 20_310_401;
const DEFAULT_RUNS: u64 = 2_000;

/// All entries of the target's corpus.
pub(crate) fn corpus(target: Target) {
    let entries = entries(target);
    assert!(entries.len() >= 10, "only {} entries", entries.len());
    watch(
        target.name,
        entries.into_iter().map(move |entry| {
            (entry.name, entry.bytes.clone(), move || {
                (target.run)(&entry.bytes)
            })
        }),
    );
}

/// Mutations of entries of the target's corpus: of the JSON or YAML value, if an entry has one, and
/// of its bytes.
pub(crate) fn mutations(target: Target) {
    let entries = entries(target);
    let seed = seed();
    let inputs = (0..runs()).map(move |run| {
        let mut choices = Choices::Seed(seed ^ run.wrapping_mul(0x2545_F491_4F6C_DD1D));
        let entry = &entries[choices.below(entries.len())];
        let bytes = mutated(&entry.bytes, &mut choices);
        let name = format!("seed {seed}, run {run}, from {}", entry.name);
        (name, bytes.clone(), move || (target.run)(&bytes))
    });
    watch(target.name, inputs);
}

fn mutated(bytes: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let mut bytes = match value(bytes) {
        Some((before, mut value)) if choices.below(3) > 0 => {
            for _ in 0..=choices.below(4) {
                structurally(&mut value, choices);
            }
            [before, value.to_string().into_bytes(), vec![b'\n']].concat()
        }
        _ => bytes.to_vec(),
    };
    if choices.below(3) == 0 {
        for _ in 0..=choices.below(4) {
            bytewise(&mut bytes, choices);
        }
    }
    bytes
}

/// The value at the end of an entry, with the text before it: the status line of an error, the
/// document of an overlay.
fn value(bytes: &[u8]) -> Option<(Vec<u8>, Value)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let starts = [
        Some(0),
        text.find("\n---\n").map(|at| at + 5),
        text.find('\n').map(|at| at + 1),
    ];
    starts.into_iter().flatten().find_map(|start| {
        let (before, after) = text.split_at(start);
        let value = serde_json::from_str(after)
            .ok()
            .or_else(|| xtask::input::load::parse("entry", after).ok())?;
        Some((before.as_bytes().to_vec(), value))
    })
}

pub(crate) struct Entry {
    name: String,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) fn entries(target: Target) -> Vec<Entry> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target.name);
    let mut entries: Vec<Entry> = fs::read_dir(&folder)
        .expect("the corpus exists")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default();
            Entry {
                name: name.to_string_lossy().into_owned(),
                bytes: fs::read(&path).expect("a readable entry"),
            }
        })
        .collect();
    entries.sort_by(|left, right| left.name.cmp(&right.name));
    entries
}

/// Runs each input with a time limit. An input is its name, the bytes to keep if it fails, and the
/// work.
pub(crate) fn watch<W: FnOnce()>(
    name: &'static str,
    inputs: impl Iterator<Item = (String, Vec<u8>, W)> + Send + 'static,
) {
    enum Report {
        Starts(String),
        Ends(Result<(), Box<dyn Any + Send>>),
    }
    let kept = kept(name);
    let (reports, inbox) = channel();
    let worker = thread::spawn({
        let kept = kept.clone();
        move || {
            for (name, bytes, work) in inputs {
                // Before the work: a stack overflow leaves nothing else behind.
                fs::write(&kept, bytes).expect("the input can be kept");
                let _ = reports.send(Report::Starts(name));
                let result = panic::catch_unwind(AssertUnwindSafe(work));
                let failed = result.is_err();
                let _ = reports.send(Report::Ends(result));
                if failed {
                    return;
                }
            }
        }
    });
    let mut running = String::new();
    loop {
        match inbox.recv_timeout(PATIENCE) {
            Ok(Report::Starts(name)) => running = name,
            Ok(Report::Ends(Ok(()))) => {
                let memory = peak_memory_in_mib().unwrap_or_default();
                assert!(
                    memory < MOST_MEMORY_IN_MIB,
                    "{running}: {memory} MiB; the input is {}",
                    kept.display()
                );
            }
            Ok(Report::Ends(Err(panic))) => {
                eprintln!("{running} panicked; the input is {}", kept.display());
                panic::resume_unwind(panic);
            }
            Err(RecvTimeoutError::Timeout) => {
                panic!("{running} did not end; the input is {}", kept.display());
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    worker.join().expect("the worker ended");
}

/// The file of the input that is running, or ran last.
fn kept(name: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let folder = workspace.expect("a workspace").join("target/fuzz-targets");
    fs::create_dir_all(&folder).expect("a folder for inputs");
    let test = thread::current().name().unwrap_or(name).replace("::", "-");
    folder.join(test)
}

/// `None` if the system does not report it.
fn peak_memory_in_mib() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: usize = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes / 1024)
}

pub(crate) fn seed() -> u64 {
    number("CLERK_FUZZ_SEED").unwrap_or(DEFAULT_SEED)
}

pub(crate) fn runs() -> u64 {
    number("CLERK_FUZZ_RUNS").unwrap_or(DEFAULT_RUNS)
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable}={text} is not a number")),
    )
}
