//! The toolchain on any input. Nothing is written, and nothing but the input is read.

use std::sync::LazyLock;

use serde_json::Value;
use xtask::correct::lint;
use xtask::correct::overlay;
use xtask::emit::calls;
use xtask::emit::models;
use xtask::emit::operations;
use xtask::emit::print;
use xtask::follow::import::description_of;
use xtask::input::docs::Docs;
use xtask::input::load;
use xtask::input::names::Names;
use xtask::ir;
use xtask::normalise;
use xtask::support::error::{Error, Findings};

use crate::mutation::{Choices, structurally};

/// The separator between a document and its overlay.
const SEPARATOR: &str = "\n---\n";

/// The version that overlays are applied for.
const VERSION: &str = "2031-04-01";

/// The limit on mutations; more would leave nothing valid.
const MOST_CHANGES: usize = 8;

/// A document that passes the whole pipeline.
pub static SOUND: LazyLock<Value> = LazyLock::new(|| {
    load::parse("sound.yaml", include_str!("../corpus/normalise/sound.yaml"))
        .expect("the valid document is YAML")
});

/// An import returns its errors, or a description whose import is the description itself.
pub fn import(bytes: &[u8]) {
    let Ok(text) = accept(load::utf8("input", bytes.to_vec())) else {
        return;
    };
    let description = match description_of("input", &text) {
        Ok(description) => description,
        Err(findings) => return findings.iter().for_each(says_all),
    };
    let again = description_of("description", &description.text).expect("it was just imported");
    assert_eq!(again.version, description.version);
    assert_eq!(again.text, description.text);
    assert_eq!(again.warnings, []);
}

/// A valid overlay is applied, or rejected.
pub fn overlay(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (document, actions) = text.split_once(SEPARATOR).unwrap_or(("{}", text));
    let (Ok(mut document), Ok(actions)) = (
        accept(load::parse("document", document)),
        accept(load::parse("overlay", actions)),
    ) else {
        return;
    };
    let mut findings = Findings::new();
    overlay::apply(&actions, VERSION, &mut document, &mut findings);
    findings.iter().for_each(says_all);
}

/// A document passes the pipeline, or is rejected. Other bytes are choices of what to break in a
/// valid document.
pub fn normalise(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).ok();
    if let Some(document) = text.and_then(|text| load::parse("document", text).ok()) {
        let _ = pipeline(&document, &Names::default(), &Docs::default());
        return;
    }
    let mut document = SOUND.clone();
    let mut choices = Choices::Bytes(bytes);
    for _ in 0..MOST_CHANGES {
        if choices.is_exhausted() {
            break;
        }
        structurally(&mut document, &mut choices);
    }
    let _ = pipeline(&document, &Names::default(), &Docs::default());
}

/// All stages after the overlays, up to the text of the files. Returns the number of lines.
pub fn pipeline(corrected: &Value, names: &Names, docs: &Docs) -> Result<usize, Findings> {
    let result = emitted(corrected, names, docs);
    if let Err(findings) = &result {
        assert!(!findings.is_empty(), "a failure has findings");
        findings.iter().for_each(says_all);
    }
    result
}

fn emitted(corrected: &Value, names: &Names, docs: &Docs) -> Result<usize, Findings> {
    load::whole(corrected)?;
    let api = Findings::gather(|findings| {
        let has_an_end =
            load::all_references(corrected, findings) && lint::check(corrected, findings);
        has_an_end.then(|| {
            let document = normalise::document(corrected, names, findings);
            ir::build(&document, names, docs, findings)
        })
    })?
    .ok_or_else(Findings::new)?;
    let mut files = operations::emit(&api, &calls::Examples::of(&api, corrected)?)?;
    let models = models::emit(&api)?;
    files.extend(models.into_iter().map(|file| (file.path, file.source)));
    files.extend(calls::emit(&api, corrected)?);
    let preamble = print::preamble(&api.version);
    let mut lines = 0;
    for (_, tree) in files {
        lines += print::source(&preamble, tree)?.lines().count();
    }
    Ok(lines)
}

/// An error must name the location, what is wrong and how to fix it.
fn accept<T>(result: Result<T, Error>) -> Result<T, Error> {
    if let Err(error) = &result {
        says_all(error);
    }
    result
}

fn says_all(error: &Error) {
    let said = [&error.location, &error.message, &error.help];
    assert!(
        said.iter().all(|text| !text.trim().is_empty()),
        "an incomplete error: {error:?}"
    );
    assert!(!error.is_defect(), "a defect: {error}");
}
