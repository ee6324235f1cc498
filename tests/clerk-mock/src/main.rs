//! A mock as a process: `clerk-mock --port 4010`.
#![forbid(unsafe_code)]

use std::io::Write;
use std::process::ExitCode;

use clerk_mock::{ClerkMock, ClerkMockBuilder, UnknownIds};
use lexopt::prelude::*;

const HELP: &str = "\
A fake Clerk Backend API on loopback. Prints its base URL and runs until it is interrupted.

  clerk-mock [--port PORT] [--seed NUMBER] [--secret-key KEY] [--make-up-unknown-ids]

  --port PORT             the port; 4010 unless given, 0 for any that is free
  --seed NUMBER           what generated values depend on; 0 unless given
  --secret-key KEY        the one key that is let in; any sk_test_… unless given
  --make-up-unknown-ids   users and all else with an id that does not exist are made up, not 404
";

fn main() -> ExitCode {
    let builder = match arguments() {
        Ok(Some(builder)) => builder,
        Ok(None) => return said(&mut std::io::stdout(), HELP, ExitCode::SUCCESS),
        Err(error) => {
            let text = format!("clerk-mock: {error}\n\n{HELP}");
            return said(&mut std::io::stderr(), &text, ExitCode::from(2));
        }
    };
    match run(builder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => said(
            &mut std::io::stderr(),
            &format!("clerk-mock: {error}\n"),
            ExitCode::FAILURE,
        ),
    }
}

/// None if help is wanted.
fn arguments() -> Result<Option<ClerkMockBuilder>, lexopt::Error> {
    let mut builder = ClerkMock::builder().port(4010);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        builder = match argument {
            Long("port") => builder.port(arguments.value()?.parse()?),
            Long("seed") => builder.seed(arguments.value()?.parse()?),
            Long("secret-key") => builder.secret_key(arguments.value()?.string()?),
            Long("make-up-unknown-ids") => builder.unknown_ids(UnknownIds::MakeUp),
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        };
    }
    Ok(Some(builder))
}

fn run(builder: ClerkMockBuilder) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    // Listened for before it is said that all is ready.
    let interrupted = runtime.spawn(tokio::signal::ctrl_c());
    runtime.block_on(tokio::task::yield_now());
    let mock = builder.start_blocking()?;
    let mut output = std::io::stdout();
    writeln!(output, "{}", mock.base_url())?;
    output.flush()?;
    runtime.block_on(interrupted)?
}

fn said(output: &mut dyn Write, text: &str, code: ExitCode) -> ExitCode {
    match output.write_all(text.as_bytes()) {
        Ok(()) => code,
        Err(_) => ExitCode::FAILURE,
    }
}
