//! Runs a target on the input in a file: `cargo run -p fuzz-targets -- normalise FILE`.

use std::process::ExitCode;

use fuzz_targets::TARGETS;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, file] = arguments.as_slice() else {
        return wrong("pass a target and a file");
    };
    let Some(target) = TARGETS.iter().find(|target| target.name == *name) else {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        return wrong(&format!("`{name}` is not one of {}", names.join(", ")));
    };
    match std::fs::read(file) {
        Ok(bytes) => (target.run)(&bytes),
        Err(error) => return wrong(&format!("{file} cannot be read: {error}")),
    }
    ExitCode::SUCCESS
}

fn wrong(what: &str) -> ExitCode {
    eprintln!("{what}");
    ExitCode::from(2)
}
