//! Reads one case per line from standard input and writes one outcome per line to standard output, both as
//! JSON, in the same order. See [`case`] and [`outcome`] for their members.

mod case;
mod outcome;

use std::io::{self, BufRead, Write};

use case::Case;
use outcome::Outcome;

fn main() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().split(b'\n') {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let outcome = runtime.block_on(run(&line));
        serde_json::to_writer(&mut output, &outcome)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(())
}

/// The outcome of a case. A malformed case has an outcome too, so that none is missing.
async fn run(line: &[u8]) -> Outcome {
    let case: Case = match serde_json::from_slice(line) {
        Ok(case) => case,
        Err(error) => return Outcome::error(None, format!("the case cannot be read: {error}")),
    };
    let name = case.name.clone();
    match authenticate(case).await {
        Ok(outcome) => outcome,
        Err(message) => Outcome::error(name, message),
    }
}

/// Each case has its own authenticator, so that cases do not affect each other.
async fn authenticate(case: Case) -> Result<Outcome, String> {
    let authenticator = case.options.builder(case.now)?.build();
    let authenticator = authenticator.map_err(|error| error.to_string())?;
    let request = case.request.into_parts()?;
    let state = authenticator.authenticate(&request).await;
    let state = state.map_err(|error| error.to_string())?;
    Ok(Outcome::of(case.name, &state))
}
