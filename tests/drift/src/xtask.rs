//! The command line of xtask under another name: cargo only tells a test the paths of its own
//! package's binaries.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::cli::main()
}
