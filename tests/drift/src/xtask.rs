//! The command line of xtask under another name: cargo tells a test only where the programs of its
//! own package are.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::cli::main()
}
