//! The mock as a process: `clerk-mock --port 4010`.
#![forbid(unsafe_code)]

use std::io::Write;
use std::process::ExitCode;
use std::str::FromStr;

use clerk_mock::{ClerkMock, ClerkMockBuilder, UnknownIds};
use lexopt::prelude::*;

const DEFAULT_PORT: u16 = 4010;

const HELP: &str = "\
A fake Clerk Backend API on loopback. Prints its base URL and runs until it is interrupted.

Usage: clerk-mock [OPTIONS]

Options:
  --port PORT             The port; 0 is any free one. Default: 4010.
  --seed NUMBER           The seed of generated values. Default: 0.
  --secret-key KEY        The only accepted secret key. Default: any sk_test_….
  --make-up-unknown-ids   Make up users and other objects for ids that do not exist, instead of 404.
  -h, --help              Print this help.
  -V, --version           Print the version.
";

const VERSION: &str = concat!("clerk-mock ", env!("CARGO_PKG_VERSION"), "\n");

enum Request {
    Print(&'static str),
    Run(Options),
}

struct Options {
    port: u16,
    builder: ClerkMockBuilder,
}

/// Why the mock does not run, and how to fix it.
struct Failure {
    error: String,
    help: Option<&'static str>,
    code: ExitCode,
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self {
            error: error.to_string(),
            help: Some("run `clerk-mock --help` for the options"),
            code: ExitCode::from(2),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self {
            error: error.to_string(),
            help: None,
            code: ExitCode::FAILURE,
        }
    }
}

fn main() -> ExitCode {
    let result = match arguments() {
        Ok(Request::Run(options)) => run(options),
        Ok(Request::Print(text)) => std::io::stdout()
            .write_all(text.as_bytes())
            .map_err(Failure::from),
        Err(error) => Err(error.into()),
    };
    let Err(Failure { error, help, code }) = result else {
        return ExitCode::SUCCESS;
    };
    let help = help.map_or_else(String::new, |help| format!("  help: {help}\n"));
    // Nothing is left to do if standard error is closed too.
    let _ = std::io::stderr().write_all(format!("error: {error}\n{help}").as_bytes());
    code
}

fn arguments() -> Result<Request, lexopt::Error> {
    let mut port = DEFAULT_PORT;
    let mut builder = ClerkMock::builder();
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        builder = match argument {
            Long("port") => {
                port = number(&mut arguments, "--port", "a number from 0 to 65535")?;
                builder
            }
            Long("seed") => builder.seed(number(
                &mut arguments,
                "--seed",
                "a whole number that is not negative",
            )?),
            Long("secret-key") => builder.secret_key(arguments.value()?.string()?),
            Long("make-up-unknown-ids") => builder.unknown_ids(UnknownIds::MakeUp),
            Short('h') | Long("help") => return Ok(Request::Print(HELP)),
            Short('V') | Long("version") => return Ok(Request::Print(VERSION)),
            other => return Err(other.unexpected()),
        };
    }
    Ok(Request::Run(Options { port, builder }))
}

/// The value of an option that takes a number.
fn number<T: FromStr>(
    arguments: &mut lexopt::Parser,
    option: &str,
    expected: &str,
) -> Result<T, lexopt::Error> {
    let value = arguments.value()?;
    let number = value.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| format!("`{option}` is {value:?}; expected {expected}").into())
}

fn run(options: Options) -> Result<(), Failure> {
    let Options { port, builder } = options;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    // Before the URL is printed: an interrupt right after it must already be handled.
    let interrupted = runtime.spawn(tokio::signal::ctrl_c());
    runtime.block_on(tokio::task::yield_now());
    let mock = builder
        .port(port)
        .start_blocking()
        .map_err(|error| Failure {
            error: format!("cannot listen on 127.0.0.1:{port}: {error}"),
            help: Some("choose another port with `--port PORT`, or any free one with `--port 0`"),
            code: ExitCode::FAILURE,
        })?;
    let mut output = std::io::stdout();
    writeln!(output, "{}", mock.base_url())?;
    output.flush()?;
    Ok(runtime
        .block_on(interrupted)
        .map_err(std::io::Error::from)??)
}
