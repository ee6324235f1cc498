//! Stock progenitor's client for the operations that it supports, as a second opinion on what
//! `clerk-api` sends.
//!
//! The client and the table of its calls are generated when this package is built, from the same
//! description as `clerk-api`, but by none of the code that emits `clerk-api`'s operations.

mod calls;
#[allow(warnings, clippy::all)]
mod client {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The result of a call of stock progenitor's client; only the request matters.
pub type Outcome = Result<(), String>;

/// Stock progenitor's client.
#[derive(Debug)]
pub struct Stock {
    client: client::Client,
    samples: Samples,
}

/// Arguments by operation id and variant.
type Samples = BTreeMap<String, BTreeMap<String, Map<String, Value>>>;

impl Stock {
    /// Calls the API at this address.
    pub fn new(base_url: &str) -> Self {
        let samples = include_str!(concat!(env!("OUT_DIR"), "/samples.json"));
        // It only calls loopback addresses, which a proxy of the environment must not serve.
        let http = reqwest::Client::builder().no_proxy().build();
        let http = http.expect("an HTTP client");
        Self {
            client: client::Client::new_with_client(base_url, http),
            samples: serde_json::from_str(samples).expect("the build script wrote it"),
        }
    }

    /// The ids of the operations that it supports.
    pub fn operations() -> impl Iterator<Item = &'static str> {
        calls::CALLS.iter().map(|(id, _)| *id)
    }

    /// The ids of the operations that it does not support, with the reasons.
    pub fn left_out() -> Vec<(String, String)> {
        let left_out = include_str!(concat!(env!("OUT_DIR"), "/left_out.json"));
        serde_json::from_str(left_out).expect("the build script wrote it")
    }

    /// Calls an operation with the samples of a variant (`required`, `all`).
    pub async fn call(&self, operation_id: &str, variant: &str) -> Outcome {
        let (_, call) = calls::CALLS
            .iter()
            .find(|(id, _)| *id == operation_id)
            .ok_or("stock progenitor has no such operation")?;
        let samples = &self.samples[operation_id][variant];
        call(&self.client, &calls::Given::new(samples)).await
    }
}
