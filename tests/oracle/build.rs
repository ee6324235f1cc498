//! Generates stock progenitor's client and the table of its calls, from the same description as
//! `clerk-api`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use xtask::measure::stock::oracle;
use xtask::pipeline;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../..");
    println!("cargo::rerun-if-changed={}", root.join("spec").display());
    let described = pipeline::describe(&root, None).map_err(|findings| {
        let errors: Vec<String> = findings.iter().map(ToString::to_string).collect();
        errors.join("\n")
    })?;
    let oracle = oracle::emit(&described).map_err(|error| error.to_string())?;
    let folder = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(folder.join("client.rs"), oracle.client)?;
    fs::write(folder.join("calls.rs"), oracle.calls)?;
    fs::write(folder.join("samples.json"), oracle.samples.to_string())?;
    fs::write(
        folder.join("left_out.json"),
        serde_json::to_string(&oracle.left_out)?,
    )?;
    Ok(())
}
