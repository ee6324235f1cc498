//! The code that distinguishes events: `EventKind`, and `EventData` with the model of each kind.

use quote::{format_ident, quote};
use syn::File;

use super::Event;
use crate::emit::{documentation, parsed};
use crate::support::error::Result;

/// The limit on the size of variants.
const INDENT: usize = 4;

/// `mod.rs`, which declares the models, and `kinds.rs`.
pub(super) fn emit(events: &[Event]) -> Result<[File; 2]> {
    let root = documentation::inner_attributes(
        "The kinds and models of webhook events, from the description of webhooks.",
    );
    let root = quote! {
        #(#root)*
        mod kinds;
        pub mod models;

        pub use kinds::{EventData, EventKind};
        pub(super) use kinds::decode;
    };
    Ok([
        parsed("the kinds of webhook events", root)?,
        parsed("the kinds of webhook events", kinds(events))?,
    ])
}

fn kinds(events: &[Event]) -> proc_macro2::TokenStream {
    let inner = documentation::inner_attributes("The kinds of events, and the data of each.");
    let names: Vec<_> = events
        .iter()
        .map(|event| format_ident!("{}", event.name))
        .collect();
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    let models: Vec<_> = events
        .iter()
        .map(|event| format_ident!("{}", event.model))
        .collect();
    let docs: Vec<_> = events
        .iter()
        .map(|event| documentation::attributes(&event.docs, INDENT))
        .collect();
    let kind_docs = documentation::attributes(
        "The kinds of events. Clerk adds new ones without notice, so a `match` needs a `_` arm.",
        0,
    );
    let data_docs = documentation::attributes(
        "The data of an event, by its kind. It is serialized as the JSON of that data.",
        0,
    );
    let unknown_docs = documentation::attributes(
        "The data of a kind that this crate does not know, or data that does not fit its kind.",
        0,
    );
    let debug_docs = documentation::attributes(
        "The JSON of unknown data may contain a token, so it is not printed.",
        0,
    );
    let decode_docs = documentation::attributes("Reads the data of an event of this kind.", 0);
    quote! {
        #(#inner)*

        use serde_json::Value;
        use super::models;
        use clerk_api::models::{ModelError, from_value};

        crate::open_enum! {
            #(#kind_docs)*
            pub enum EventKind {
                #(#(#docs)* #names = #kinds,)*
            }
        }

        #(#data_docs)*
        #[derive(Clone, PartialEq, serde::Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum EventData {
            #(#(#docs)* #names(Box<models::#models>),)*
            #(#unknown_docs)*
            Unknown(Value),
        }

        #(#debug_docs)*
        impl std::fmt::Debug for EventData {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    #(Self::#names(data) => formatter.debug_tuple(stringify!(#names)).field(data).finish(),)*
                    Self::Unknown(_) => formatter.write_str("Unknown([not printed])"),
                }
            }
        }

        #(#decode_docs)*
        pub(in super::super) fn decode(kind: &EventKind, data: &Value) -> Result<EventData, ModelError> {
            Ok(match kind {
                #(EventKind::#names => EventData::#names(Box::new(from_value(data)?)),)*
                _ => EventData::Unknown(data.clone()),
            })
        }
    }
}
