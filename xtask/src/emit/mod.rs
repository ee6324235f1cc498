//! Rust and its samples, from the normal form and the intermediate representation.

pub mod calls;
pub mod documentation;
mod imports;
pub mod models;
pub mod operations;
pub mod print;
pub mod reserved;
pub mod response_models;
pub mod samples;
pub mod types;
pub mod webhooks;

use proc_macro2::{Span, TokenStream};
use syn::parse::Parse;
use syn::{Ident, Item, ItemMacro, Macro, MacroDelimiter, Path, Token, token};

use crate::support::error::{Error, Result};

/// The items or the file that tokens stand for; `what` names them in errors.
fn parsed<T: Parse>(what: &str, tokens: TokenStream) -> Result<T> {
    syn::parse2(tokens).map_err(|fault| {
        Error::defect(
            format!("generated Rust: {what}"),
            format!("the emitted tokens do not parse: {fault}"),
            "fix the emitter of these tokens",
        )
    })
}

/// The call of a macro of the runtime, with braces. Its input is kept as it is, not parsed.
fn invocation(name: &str, tokens: TokenStream) -> Item {
    let span = Span::call_site();
    let mut path = Path::from(Ident::new("crate", span));
    path.segments.push(Ident::new(name, span).into());
    Item::Macro(ItemMacro {
        attrs: Vec::new(),
        ident: None,
        mac: Macro {
            path,
            bang_token: <Token![!]>::default(),
            delimiter: MacroDelimiter::Brace(token::Brace::default()),
            tokens,
        },
        semi_token: None,
    })
}
