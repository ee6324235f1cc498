//! Overlays: what each kind of action does, and which overlays are rejected.

#[path = "../support/mod.rs"]
mod support;

mod actions;
mod rejections;
mod versions;
mod workspace;

use serde_json::Value;
use support::data;
use xtask::correct::overlay::apply;
use xtask::input::load;
use xtask::support::error::{Error, Findings};

const VERSION: &str = "2031-04-01";

fn document() -> Value {
    load::yaml(&data("overlay/document.yaml")).unwrap()
}

/// An overlay document around some actions.
fn overlay(actions: &str) -> String {
    format!("overlay: 1.0.0\ninfo:\n  title: Test\n  version: 1.0.0\nactions:\n{actions}")
}

/// The document after the overlay of this text.
fn applied_text(version: &str, text: &str) -> Result<Value, Findings> {
    let overlay = load::parse("overlay", text)?;
    Findings::gather(|findings| {
        let mut document = document();
        apply(&overlay, version, &mut document, findings);
        document
    })
}

fn applied_to(version: &str, actions: &str) -> Result<Value, Findings> {
    applied_text(version, &overlay(actions))
}

fn applied(actions: &str) -> Result<Value, Findings> {
    applied_to(VERSION, actions)
}

/// The only fault of an overlay.
#[track_caller]
fn rejected_text(text: &str) -> Error {
    let findings = applied_text(VERSION, text).unwrap_err();
    assert_eq!(findings.len(), 1, "{findings}");
    findings.into()
}

#[track_caller]
fn rejected(actions: &str) -> Error {
    rejected_text(&overlay(actions))
}
