//! `surface.txt`: one line for each public item of the generated code, read from its syntax trees.
//!
//! Every change of the crate's interface changes this file, so a review can start here. The impact
//! of a change is not determined here.
//!
//! A type is recorded with the traits that it implements and with the whole condition under which
//! it exists: of its module and of itself. A field, variant or method has only the conditions that
//! its type does not have.

mod macros;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::Parse;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Fields, FnArg, ImplItem, Item, ItemImpl, ItemMacro, Meta, ReceiverKind, Signature,
    Token, Type, Visibility,
};

use self::macros::{Call, Enum};
use crate::support::error::{Error, Result};
use crate::support::line::text;

/// The first line. It states what the lines contain: records of different forms are not compared.
pub const FORM: &str = "# Public items, form 2";

/// All lines, sorted.
pub fn surface(trees: &BTreeMap<PathBuf, syn::File>) -> Result<String> {
    let gates = module_gates(trees);
    let mut types = BTreeMap::new();
    for (path, tree) in trees {
        let module = Module::new(path, &gates);
        for item in &tree.items {
            module.types(item, &mut types)?;
        }
    }
    let mut lines = BTreeSet::new();
    for (path, tree) in trees {
        let module = Module::new(path, &gates);
        for item in &tree.items {
            module.item(item, &types, &mut lines)?;
        }
    }
    let mut text = format!("{FORM}\n");
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}

/// Conditions that all apply, as in `cfg`.
type Gate = BTreeSet<String>;

/// What is recorded of a type besides its members.
#[derive(Default)]
struct Known {
    gate: Gate,
    traits: BTreeSet<String>,
}

/// The types of all modules, by path.
type Types = BTreeMap<String, Known>;

/// The conditions of the modules that have some, by their files' paths without an ending.
fn module_gates(trees: &BTreeMap<PathBuf, syn::File>) -> BTreeMap<PathBuf, Gate> {
    let mut gates = BTreeMap::new();
    for (path, tree) in trees {
        let folder = path.parent().unwrap_or(Path::new(""));
        for item in &tree.items {
            if let Item::Mod(item) = item {
                gates.insert(folder.join(item.ident.to_string()), gate(&item.attrs));
            }
        }
    }
    gates
}

struct Module {
    /// The path by which users refer to its items: models are re-exported flat.
    path: String,
    gate: Gate,
}

impl Module {
    fn new(file: &Path, gates: &BTreeMap<PathBuf, Gate>) -> Self {
        let mut module = file.with_extension("");
        if module.ends_with("mod") {
            module.pop();
        }
        let gate = module.ancestors().filter_map(|module| gates.get(module));
        let gate = gate.flatten().cloned().collect();
        let parts: Vec<String> = module
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        let path = match parts.first() {
            Some(first) if first == "models" => first.clone(),
            _ => parts.join("::"),
        };
        Self { path, gate }
    }

    /// The module's conditions with those of an item in it.
    fn with(&self, attributes: &[Attribute]) -> Gate {
        self.gate.union(&gate(attributes)).cloned().collect()
    }

    /// Adds the types that an item defines, and the traits that it implements.
    fn types(&self, item: &Item, types: &mut Types) -> Result<()> {
        let mut define = |name: &syn::Ident, attributes: &[Attribute]| {
            let known = types.entry(self.within(name)).or_default();
            known.gate = self.with(attributes);
            known.traits.extend(derives(attributes));
        };
        match item {
            Item::Struct(item) => define(&item.ident, &item.attrs),
            Item::Enum(item) => define(&item.ident, &item.attrs),
            Item::Macro(item) => match macro_name(item).as_str() {
                "operation" => {
                    let call: Call = self.parse(item.mac.tokens.clone())?;
                    define(&call.builder, &[&item.attrs[..], &call.attributes].concat());
                }
                "open_enum" | "tagged_union" => {
                    let inner: Enum = self.parse(item.mac.tokens.clone())?;
                    define(&inner.name, &[&item.attrs[..], &inner.attributes].concat());
                }
                "decodable" => {
                    if let Some(TokenTree::Ident(name)) = item.mac.tokens.clone().into_iter().next()
                    {
                        let known = types.entry(self.within(name)).or_default();
                        let traits = ["Deserialize", "Serialize"].map(str::to_owned);
                        known.traits.extend(traits);
                    }
                }
                _ => {}
            },
            Item::Impl(item) => {
                if let Some((path, _)) = &item.trait_ {
                    let known = types.entry(self.owner(&item.self_ty)).or_default();
                    let name = path.segments.last().map(|last| last.ident.to_string());
                    known.traits.extend(name);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn item(&self, item: &Item, types: &Types, lines: &mut BTreeSet<String>) -> Result<()> {
        match item {
            Item::Struct(item) if is_public(&item.vis) => {
                let path = self.type_line(&item.ident, "struct", &item.attrs, types, lines);
                self.fields(&path, &item.fields, lines);
            }
            Item::Const(item) if is_public(&item.vis) => {
                let path = self.within(&item.ident);
                let notes = notes(&item.attrs, &self.with(&item.attrs));
                lines.insert(format!("{path}: const {}{notes}", text(&item.ty)));
            }
            Item::Mod(item) if is_public(&item.vis) => {
                let path = self.within(&item.ident);
                let notes = notes(&item.attrs, &self.with(&item.attrs));
                lines.insert(format!("{path}: mod{notes}"));
            }
            Item::Type(item) if is_public(&item.vis) => {
                let path = self.within(&item.ident);
                let notes = notes(&item.attrs, &self.with(&item.attrs));
                lines.insert(format!("{path}: type = {}{notes}", text(&item.ty)));
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let path = self.type_line(&item.ident, "enum", &item.attrs, types, lines);
                lines.extend(
                    item.variants
                        .iter()
                        .map(|variant| variant_line(&path, variant)),
                );
            }
            Item::Impl(item) if item.trait_.is_none() => self.methods(item, types, lines),
            Item::Macro(item) => self.runtime_macro(item, types, lines)?,
            _ => {}
        }
        Ok(())
    }

    fn within(&self, name: impl std::fmt::Display) -> String {
        if self.path.is_empty() {
            name.to_string()
        } else {
            format!("{}::{name}", self.path)
        }
    }

    /// Adds the line of a type. Returns its path.
    fn type_line(
        &self,
        name: &syn::Ident,
        form: &str,
        attributes: &[Attribute],
        types: &Types,
        lines: &mut BTreeSet<String>,
    ) -> String {
        let path = self.within(name);
        let traits = types.get(&path).map(|known| &known.traits);
        let traits: Vec<&str> = traits.into_iter().flatten().map(String::as_str).collect();
        let traits = match traits.as_slice() {
            [] => String::new(),
            traits => format!(", impls {}", traits.join(" + ")),
        };
        let (deprecated, gate) = (deprecated(attributes), condition(&self.with(attributes)));
        lines.insert(format!("{path}: {form}{deprecated}{traits}{gate}"));
        path
    }

    fn fields(&self, path: &str, fields: &Fields, lines: &mut BTreeSet<String>) {
        for field in fields {
            if let (true, Some(name)) = (is_public(&field.vis), &field.ident) {
                let notes = notes(&field.attrs, &gate(&field.attrs));
                lines.insert(format!("{path}.{name}: {}{notes}", text(&field.ty)));
            }
        }
    }

    fn methods(&self, item: &ItemImpl, types: &Types, lines: &mut BTreeSet<String>) {
        let owner = self.owner(&item.self_ty);
        let none = Gate::new();
        let known = types.get(&owner).map_or(&none, |known| &known.gate);
        let here = self.with(&item.attrs);
        for item in &item.items {
            if let ImplItem::Fn(method) = item
                && is_public(&method.vis)
            {
                let signature = signature(&method.sig);
                let whole: Gate = here.union(&gate(&method.attrs)).cloned().collect();
                let own = whole.difference(known).cloned().collect();
                let notes = notes(&method.attrs, &own);
                lines.insert(format!("{owner}::{}{signature}{notes}", method.sig.ident));
            }
        }
    }

    /// `crate::blocking::Clerk` is `blocking::Clerk`; `Users<C>` is `resources::users::Users`.
    fn owner(&self, ty: &Type) -> String {
        let mut ty = ty.clone();
        if let Type::Path(path) = &mut ty
            && let Some(last) = path.path.segments.last_mut()
        {
            last.arguments = syn::PathArguments::None;
        }
        let name = text(&ty);
        match name.strip_prefix("crate::") {
            Some(path) => path.to_owned(),
            None => self.within(name),
        }
    }

    /// The items that the runtime's macros generate from their input.
    fn runtime_macro(
        &self,
        item: &ItemMacro,
        types: &Types,
        lines: &mut BTreeSet<String>,
    ) -> Result<()> {
        let tokens = item.mac.tokens.clone();
        match macro_name(item).as_str() {
            "operation" => {
                let call: Call = self.parse(tokens)?;
                let attributes = [&item.attrs[..], &call.attributes].concat();
                let path = self.type_line(&call.builder, "struct", &attributes, types, lines);
                let stream = if call.paged { ", stream" } else { "" };
                let gate = condition(&self.with(&item.attrs));
                lines.insert(format!(
                    "{path}: call -> {}{stream}{gate}",
                    text(&call.result)
                ));
            }
            name @ ("open_enum" | "tagged_union") => {
                let inner: Enum = self.parse(tokens)?;
                let form = match (name, &inner.tag) {
                    ("tagged_union", Some(tag)) => format!("union by {:?}", tag.value()),
                    ("tagged_union", None) => "union".to_owned(),
                    _ => "open enum".to_owned(),
                };
                let attributes = [&item.attrs[..], &inner.attributes].concat();
                let path = self.type_line(&inner.name, &form, &attributes, types, lines);
                lines.extend(
                    inner
                        .variants
                        .iter()
                        .map(|variant| variant_line(&path, variant)),
                );
            }
            _ => {}
        }
        Ok(())
    }

    fn parse<T: Parse>(&self, tokens: TokenStream) -> Result<T> {
        syn::parse2(tokens).map_err(|fault| {
            Error::new(
                format!("generated module `{}`", self.path),
                format!("the call of a runtime macro cannot be read: {fault}"),
                "update `xtask::record::surface` to the macro's new form",
            )
        })
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// `(&self, user_id: impl Into<String>) -> Get<C>`, without what callers do not see.
fn signature(signature: &Signature) -> String {
    let mut inputs = signature.inputs.clone();
    inputs.pop_punct();
    for input in &mut inputs {
        match input {
            FnArg::Receiver(receiver) => {
                if matches!(receiver.kind, ReceiverKind::Value) {
                    receiver.mutability = None;
                }
            }
            FnArg::Typed(argument) => argument.attrs.clear(),
        }
    }
    let output = match &signature.output {
        syn::ReturnType::Default => String::new(),
        output => format!(" {}", text(output)),
    };
    format!("({}){output}", text(&inputs))
}

fn macro_name(item: &ItemMacro) -> String {
    let last = item.mac.path.segments.last();
    last.map(|last| last.ident.to_string()).unwrap_or_default()
}

/// What matters to a reviewer besides the item itself.
fn notes(attributes: &[Attribute], gate: &Gate) -> String {
    format!("{}{}", deprecated(attributes), condition(gate))
}

fn deprecated(attributes: &[Attribute]) -> &'static str {
    let mut attributes = attributes.iter();
    match attributes.any(|attribute| attribute.path().is_ident("deprecated")) {
        true => ", deprecated",
        false => "",
    }
}

fn condition(gate: &Gate) -> String {
    let all: Vec<&str> = gate.iter().map(String::as_str).collect();
    match all.as_slice() {
        [] => String::new(),
        [one] => format!(", if {one}"),
        all => format!(", if all({})", all.join(", ")),
    }
}

fn gate(attributes: &[Attribute]) -> Gate {
    let cfg = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::List(list) if list.path.is_ident("cfg") => Some(text(&list.tokens)),
            _ => None,
        });
    cfg.collect()
}

/// The names of derived traits.
fn derives(attributes: &[Attribute]) -> Vec<String> {
    let derives = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"));
    let parse = Punctuated::<syn::Path, Token![,]>::parse_terminated;
    let paths = derives.filter_map(|attribute| attribute.parse_args_with(parse).ok());
    let names = paths
        .flatten()
        .filter_map(|path| path.segments.last().cloned());
    names.map(|last| last.ident.to_string()).collect()
}

fn variant_line(path: &str, variant: &syn::Variant) -> String {
    let name = &variant.ident;
    let payload = match &variant.fields {
        Fields::Unit => String::new(),
        fields => text(fields),
    };
    let value = match &variant.discriminant {
        Some((_, value)) => format!(" = {}", text(value)),
        None => String::new(),
    };
    format!("{path}::{name}{payload}: variant{value}")
}
