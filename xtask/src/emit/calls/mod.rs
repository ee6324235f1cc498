//! Calls of every operation through the typed API of `clerk-api`, written as its users would write
//! them: each operation once with what is required and once with everything.
//!
//! The values come from [`crate::emit::samples`], the names of setters from [`crate::emit::operations`]. The
//! calls run in `tests/every-operation`, whose hand-written part runs each one async and blocking.

mod examples;
mod structs;
mod values;

use std::path::PathBuf;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;
use syn::parse_quote;

pub use self::examples::Examples;

use self::values::Values;
use crate::emit::operations::members::{Location, Member, Members};
use crate::emit::operations::naming;
use crate::emit::samples::{self, Extent, OperationSamples};
use crate::emit::{imports, parsed};
use crate::ir::{Api, Operation, Resource};
use crate::support::error::{Error, Result};

/// The two calls of an operation: the variant and the suffix of the function's name.
const VARIANTS: [(&str, &str, Extent); 2] = [
    ("Required", "required", Extent::Required),
    ("All", "all", Extent::Everything),
];

/// The files of `tests/every-operation/src/generated/`, by path in that directory.
pub fn emit(api: &Api, corrected: &Value) -> Result<Vec<(PathBuf, syn::File)>> {
    let mut files = vec![(PathBuf::from("mod.rs"), parsed("mod.rs", root(api)?)?)];
    for resource in api.resources.values() {
        let path = format!("{}.rs", resource.module);
        files.push((path.into(), calls(api, resource, corrected)?));
    }
    Ok(files)
}

fn root(api: &Api) -> Result<TokenStream> {
    let modules = api
        .resources
        .values()
        .map(|resource| naming::identifier(&resource.module, &resource.module))
        .collect::<Result<Vec<_>>>()?;
    Ok(quote! {
        #![doc = " The calls of every operation, by resource."]
        use crate::call::Call;
        #(mod #modules;)*
        pub(crate) static CALLS: &[&[Call]] = &[#(#modules::CALLS),*];
    })
}

fn calls(api: &Api, resource: &Resource, corrected: &Value) -> Result<syn::File> {
    let module = naming::identifier(&resource.module, &resource.module)?;
    let mut entries = Vec::new();
    let mut functions = Vec::new();
    for operation in &resource.operations {
        let id = &operation.operation_id;
        let method = operation.name.trim_end_matches('_');
        let mut known: Option<(Ident, String)> = None;
        for (variant, suffix, extent) in VARIANTS {
            let variant = format_ident!("{variant}");
            let (signature, body) = call(api, resource, operation, corrected, extent)?;
            let text = body.to_string();
            // Without optional members both variants are the same function.
            let name = match known.take() {
                Some((name, same)) if same == text => name,
                _ => {
                    let name = format_ident!("{method}_{suffix}");
                    functions.push(quote! { fn #name #signature { #body } });
                    name
                }
            };
            entries.push(quote! { call!(#id, #variant, #module, #name) });
            known = Some((name, text));
        }
    }
    let about = format!(" Calls of the operations of `{}`.", resource.module);
    let functions: syn::File = parsed(&resource.module, quote! { #(#functions)* })?;
    let used = imports::used(&functions.items, &["models", "json", "image"]);
    let import = |name, path: TokenStream| used.contains(&name).then(|| quote! { use #path; });
    let models = import("models", quote! { clerk_api::models });
    let json = import("json", quote! { serde_json::json });
    let image = import("image", quote! { crate::image::image });
    let mut file: syn::File = parse_quote! {
        #![doc = #about]
        #models
        use clerk_api::request::Handle;
        use clerk_api::resources::#module;
        #json
        use crate::call::Call;
        #image
        pub(super) const CALLS: &[Call] = &[#(#entries),*];
    };
    file.items.extend(functions.items);
    Ok(file)
}

/// The signature (without the name) and body of a function that makes a call.
fn call(
    api: &Api,
    resource: &Resource,
    operation: &Operation,
    corrected: &Value,
    extent: Extent,
) -> Result<(TokenStream, TokenStream)> {
    let location = naming::location(resource, operation);
    let module = naming::identifier(&resource.module, &location)?;
    let group = naming::identifier(&resource.type_name, &location)?;
    let builder = naming::identifier(&naming::builder(resource, operation), &location)?;
    let method = operation.method.to_lowercase();
    let ready = Ready {
        samples: &samples::operation(corrected, &operation.path, &method, extent)?,
        extent,
        file: quote! { image() },
    };
    let call = with_members(api, resource, operation, &ready)?;
    Ok((
        quote! { <C: Handle>(#module: &#module::#group<C>) -> #module::#builder<C> },
        quote! { #module #call },
    ))
}

/// The values that a call is made with.
struct Ready<'a> {
    samples: &'a OperationSamples,
    extent: Extent,
    /// The expression for an upload.
    file: TokenStream,
}

/// `.create("name").limit(1)`: the method with its arguments, then the setters.
fn with_members(
    api: &Api,
    resource: &Resource,
    operation: &Operation,
    ready: &Ready<'_>,
) -> Result<TokenStream> {
    let location = naming::location(resource, operation);
    let method = naming::identifier(&operation.name, &location)?;
    let members = Members::of(operation, &location)?;
    let values = Values::new(api);
    let given = |member: &Member| -> Result<TokenStream> {
        if matches!(member.location, Location::File) {
            return Ok(ready.file.clone());
        }
        let sample = sample(ready.samples, member).ok_or_else(|| {
            Error::new(
                format!("{location}, {}", member.field.wire_name),
                "the corrected description lacks this member, but the normal form has it",
                "report this as a bug in the normalise stage",
            )
        })?;
        let given = values.of(member, sample);
        given.map_err(|error| error.within(&member.field.wire_name).within(&location))
    };
    let arguments = members
        .arguments
        .iter()
        .map(given)
        .collect::<Result<Vec<_>>>()?;
    // A required member is an argument, and so is one of several of which one is needed. If a
    // needed member has no sample, the error below reports it.
    let is_set = |member: &&Member| {
        let is_left_out = ready.samples.left_out.contains(&member.field.wire_name);
        let is_wanted = ready.extent == Extent::Everything && !is_left_out;
        is_wanted || sample(ready.samples, member).is_some()
    };
    let setters = members
        .setters
        .iter()
        .filter(is_set)
        .map(|member| {
            let setter = naming::identifier(&member.field.name, &location)?;
            let value = given(member)?;
            Ok(quote! { .#setter(#value) })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(quote! { .#method(#(#arguments),*)#(#setters)* })
}

fn sample<'a>(samples: &'a OperationSamples, member: &Member) -> Option<&'a Value> {
    let parameter = |at: &str| {
        let key = (at.to_owned(), member.field.wire_name.clone());
        samples.parameters.get(&key)
    };
    let body = samples.body.as_ref();
    match member.location {
        Location::Path => parameter("path"),
        Location::Query => parameter("query"),
        Location::Items => body,
        Location::Field | Location::Text | Location::File => body?.get(&member.field.wire_name),
    }
}
