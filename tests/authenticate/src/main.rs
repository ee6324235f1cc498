//! Reads one case a line from standard input and writes one outcome a line to standard output, both
//! JSON, in the same order. What cases and outcomes hold is the business of [`case`] and
//! [`outcome`].

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

/// What comes of a case. A case that cannot be read has an outcome too, so that none is missing.
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

/// Each case has an authenticator of its own: what one learns must not change what another says.
async fn authenticate(case: Case) -> Result<Outcome, String> {
    let authenticator = case.options.builder(case.now)?.build();
    let authenticator = authenticator.map_err(|error| error.to_string())?;
    let request = case.request.into_parts()?;
    let state = authenticator.authenticate(&request).await;
    let state = state.map_err(|error| error.to_string())?;
    Ok(Outcome::of(case.name, &state))
}
