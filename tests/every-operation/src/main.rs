//! Makes all calls against a server and prints a line of JSON for each.
//!
//! The ids in the calls are samples, which a stateful server does not know: start the fake Clerk
//! with `cargo run -p clerk-mock -- --make-up-unknown-ids`.
//!
//! Exit status: 0 if every call was sent and its response decoded, 1 if not, 2 if the arguments are
//! invalid.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use clerk_api::transport::ReqwestTransport;
use clerk_api::{Clerk, ClerkBuilder, RetryPolicy, blocking};
use every_operation::recording::{Recording, Requests};
use every_operation::{Answer, Call, calls, report};

/// Call every operation of Clerk's Backend API, with what is required and with everything, and
/// print a line of JSON for each call
#[derive(Debug, Parser)]
#[command(name = "every-operation")]
struct Arguments {
    /// Base URL of the API, as for `Clerk::builder().base_url`: with the version segment if the
    /// server has one (http://127.0.0.1:4010/v1)
    #[arg(long, value_name = "URL")]
    base_url: String,
    /// Only call the operation with this id
    #[arg(long, value_name = "ID")]
    only: Option<String>,
    /// Use the blocking client
    #[arg(long)]
    blocking: bool,
    /// Secret key to send
    #[arg(long, value_name = "KEY", default_value = "sk_test_every_operation")]
    secret_key: String,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // clap prints help to standard output; it is not an error.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let wanted: Vec<&Call> = calls().filter(|call| is_wanted(call, &arguments)).collect();
    if wanted.is_empty() {
        let id = arguments.only.as_deref().unwrap_or_default();
        return misused(&format!(
            "no operation has the id `{id}`; expected an id of the API description, as in \
             GetUserList"
        ));
    }
    let requests = Requests::default();
    let caller = match Caller::new(&arguments, &requests) {
        Ok(caller) => caller,
        Err(error) => return misused(&error.to_string()),
    };
    let mut all_decoded = true;
    for call in wanted {
        let answer = caller.make(call);
        all_decoded &= answer.is_ok();
        let line = report::line(call, requests.take().last(), &answer);
        if writeln!(io::stdout(), "{line}").is_err() {
            // A closed pipe is not an error.
            return ExitCode::FAILURE;
        }
    }
    if all_decoded {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn is_wanted(call: &Call, arguments: &Arguments) -> bool {
    let only = arguments.only.as_deref();
    only.is_none_or(|id| id == call.operation_id)
}

fn misused(why: &str) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::from(2)
}

/// The requested client.
enum Caller {
    Asynchronous(Clerk, tokio::runtime::Runtime),
    Blocking(blocking::Clerk),
}

impl Caller {
    fn new(arguments: &Arguments, requests: &Requests) -> Result<Self, Box<dyn std::error::Error>> {
        let builder = builder(arguments, requests)?;
        if arguments.blocking {
            return Ok(Self::Blocking(builder.build_blocking()?));
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self::Asynchronous(builder.build()?, runtime))
    }

    fn make(&self, call: &Call) -> Answer {
        match self {
            Self::Asynchronous(clerk, runtime) => runtime.block_on(call.run(clerk)),
            Self::Blocking(clerk) => call.run_blocking(clerk),
        }
    }
}

/// Without retries, so that a call is one request; any server is allowed, since its address is
/// explicit.
fn builder(
    arguments: &Arguments,
    requests: &Requests,
) -> Result<ClerkBuilder, Box<dyn std::error::Error>> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .build()?;
    let transport = Recording::new(ReqwestTransport::new(client), requests);
    Ok(Clerk::builder()
        .base_url(&arguments.base_url)
        .allow_http(true)
        .secret_key(arguments.secret_key.as_str())
        .retry(RetryPolicy::none())
        .transport(transport))
}
