//! Distributes models over files: a model that only one resource reaches goes to that resource's
//! file, the rest to `shared.rs`. Callers see one flat module.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use quote::format_ident;
use syn::{Item, parse_quote};

use super::passes::gates;
use super::{File, Model};
use crate::emit::documentation;
use crate::emit::imports;
use crate::emit::print;
use crate::emit::reserved::{OF_MODELS, PRELUDE};
use crate::ir::Api;
use crate::support::error::{Error, Result};

const SHARED: &str = "shared";

/// A type of the runtime that is exported beside the models.
const MODEL_ERROR: &str = "ModelError";

/// Modules of the models, and crates that they name.
const MODULES: [&str; 5] = ["models", "serde", "serde_json", SHARED, "std"];

/// The files, sorted by path.
pub fn files(api: &Api, models: Vec<Model<'_>>) -> Result<Vec<File>> {
    let mut modules: BTreeMap<&str, Vec<Model<'_>>> = BTreeMap::new();
    for mut model in models {
        check_name(&model.definition.name)?;
        let resources = &model.definition.resources;
        let module = match only(resources) {
            Some(resource) => resource,
            None => {
                if !is_always_there(api, resources) {
                    gates::apply(resources, &mut model.items);
                }
                SHARED
            }
        };
        modules.entry(module).or_default().push(model);
    }
    if let Some(taken) = MODULES
        .iter()
        .find(|taken| api.resources.contains_key(**taken))
    {
        return Err(Error::new(
            format!("resource {taken}"),
            format!("the generated code uses the name `{taken}` for another module"),
            "give the resource another name in an overlay",
        ));
    }
    let mut files = vec![root(&modules)];
    for (module, mut models) in modules {
        models.sort_by(|left, right| left.definition.name.cmp(&right.definition.name));
        files.push(file(module, models));
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn only(resources: &BTreeSet<String>) -> Option<&str> {
    match resources.len() {
        1 => resources.first().map(String::as_str),
        _ => None,
    }
}

/// Reached by every resource, or by the runtime.
fn is_always_there(api: &Api, resources: &BTreeSet<String>) -> bool {
    resources.is_empty() || resources.len() == api.resources.len()
}

fn check_name(name: &str) -> Result<()> {
    if PRELUDE.contains(&name) || OF_MODELS.1.contains(&name) || name == MODEL_ERROR {
        return Err(Error::new(
            format!("#/components/schemas/{name}"),
            "the generated code uses this name for something else",
            "pin another name in spec/names.yaml",
        ));
    }
    Ok(())
}

fn path(module: &str) -> std::path::PathBuf {
    Path::new("models").join(format!("{module}.rs"))
}

/// `models/mod.rs`
fn root(modules: &BTreeMap<&str, Vec<Model<'_>>>) -> File {
    let mut declarations: Vec<Item> = Vec::new();
    let mut exports: Vec<Item> = Vec::new();
    for module in modules.keys() {
        let name = format_ident!("{module}");
        if *module == SHARED {
            declarations.push(parse_quote!(mod #name;));
            exports.push(parse_quote!(pub use #name::*;));
        } else {
            let gate = gates::attribute(&BTreeSet::from([(*module).to_owned()]));
            declarations.push(parse_quote!(#gate mod #name;));
            exports.push(parse_quote!(#gate pub use #name::*;));
        }
    }
    let mut attrs = documentation::inner_attributes(
        "The data of requests and responses.\n\nA type exists if a resource that uses it is enabled: each \
         resource is a feature of the crate.",
    );
    // Not every field needs a text; files may be empty, and their imports unused, if features are
    // off; names and sizes are determined by the API. Deprecations are allowed where the module is
    // declared.
    attrs.push(parse_quote! {
        #![allow(
            missing_docs,
            unreachable_pub,
            unused_imports,
            clippy::large_enum_variant,
            clippy::should_implement_trait,
            clippy::too_many_arguments,
            clippy::wrong_self_convention
        )]
    });
    File {
        path: path("mod"),
        source: print::file(attrs, declarations.into_iter().chain(exports).collect()),
    }
}

fn file(module: &str, models: Vec<Model<'_>>) -> File {
    let about = match module {
        SHARED => "Types that several resources use.".to_owned(),
        module => format!("Types that only `{module}` uses."),
    };
    let mut items = imports(&models);
    items.extend(models.into_iter().flat_map(|model| model.items));
    File {
        path: path(module),
        source: print::file(documentation::inner_attributes(&about), items),
    }
}

fn imports(models: &[Model<'_>]) -> Vec<Item> {
    // Shapes only occur in invocations of the runtime's macros. `SHAPE` is a constant of `Shaped`.
    let items = models.iter().flat_map(|model| &model.items);
    let macros = items.filter(|item| matches!(item, Item::Macro(_)));
    let used = imports::used(macros, &["Shape", "SHAPE"]).into_iter();
    let used: Vec<&str> = used
        .map(|name| if name == "SHAPE" { "Shaped" } else { name })
        .collect();
    let runtime = [(OF_MODELS.0, OF_MODELS.1.to_vec())];
    let mut imports = imports::declarations(&runtime, &used);
    let here: BTreeSet<&str> = models
        .iter()
        .map(|model| model.definition.name.as_str())
        .collect();
    let mut mentioned = models.iter().flat_map(|model| model.definition.mentions());
    if mentioned.any(|name| !here.contains(name)) {
        imports.push(parse_quote!(
            use super::*;
        ));
    }
    imports
}
