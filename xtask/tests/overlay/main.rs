//! Overlays: what each kind of action does, and which overlays are rejected.

#[path = "../support/mod.rs"]
mod support;

mod actions;
mod rejections;
mod versions;
mod workspace;

use serde_json::Value;
use support::data;
use xtask::correct::overlay::{Overlay, apply};
use xtask::input::load;
use xtask::support::error::{Error, Result};

const VERSION: &str = "2031-04-01";

fn document() -> Value {
    load::yaml(&data("overlay/document.yaml")).unwrap()
}

/// An overlay document around some actions.
fn overlay(actions: &str) -> String {
    format!("overlay: 1.0.0\ninfo:\n  title: Test\n  version: 1.0.0\nactions:\n{actions}")
}

fn applied_to(version: &str, actions: &str) -> Result<Value> {
    let overlay = Overlay::read(&load::parse("overlay", &overlay(actions))?)?;
    let mut document = document();
    apply(&overlay, version, &mut document)?;
    Ok(document)
}

fn applied(actions: &str) -> Result<Value> {
    applied_to(VERSION, actions)
}

fn rejected(actions: &str) -> Error {
    applied(actions).unwrap_err()
}
