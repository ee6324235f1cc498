//! `surface.txt`: one line for each public item of the generated code, read from its syntax trees.
//!
//! Every change of the crate's interface changes this file, so a review can start here. The impact
//! of a change is not determined here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{
    Attribute, Fields, FnArg, ImplItem, Item, ItemImpl, ItemMacro, LitStr, Meta, ReceiverKind,
    Signature, Token, Type, Visibility,
};

use crate::support::error::{Error, Result};
use crate::support::line::text;

/// All lines, sorted.
pub fn surface(trees: &BTreeMap<PathBuf, syn::File>) -> Result<String> {
    let mut lines = BTreeSet::new();
    for (path, tree) in trees {
        let module = Module {
            path: module_path(path),
        };
        for item in &tree.items {
            module.item(item, &mut lines)?;
        }
    }
    let mut text = String::new();
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}

/// The path by which users refer to the items of a file: models are re-exported flat.
fn module_path(path: &Path) -> String {
    let mut parts: Vec<String> = path
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    if parts.first().is_some_and(|first| first == "models") {
        parts.truncate(1);
    }
    parts.join("::")
}

struct Module {
    path: String,
}

impl Module {
    fn item(&self, item: &Item, lines: &mut BTreeSet<String>) -> Result<()> {
        match item {
            Item::Struct(item) if is_public(&item.vis) => {
                let path = self.within(&item.ident);
                lines.insert(format!("{path}: struct{}", notes(&item.attrs)));
                self.fields(&path, &item.fields, lines);
            }
            Item::Const(item) if is_public(&item.vis) => {
                let path = self.within(&item.ident);
                lines.insert(format!("{path}: const {}", text(&item.ty)));
            }
            Item::Mod(item) if is_public(&item.vis) => {
                let path = self.within(&item.ident);
                lines.insert(format!("{path}: mod{}", notes(&item.attrs)));
            }
            Item::Type(item) if is_public(&item.vis) => {
                let path = self.within(&item.ident);
                lines.insert(format!("{path}: type = {}", text(&item.ty)));
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let path = self.within(&item.ident);
                lines.insert(format!("{path}: enum{}", notes(&item.attrs)));
                for variant in &item.variants {
                    lines.insert(variant_line(&path, variant));
                }
            }
            Item::Impl(item) if item.trait_.is_none() => self.methods(item, lines),
            Item::Macro(item) => self.runtime_macro(item, lines)?,
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

    fn fields(&self, path: &str, fields: &Fields, lines: &mut BTreeSet<String>) {
        for field in fields {
            if let (true, Some(name)) = (is_public(&field.vis), &field.ident) {
                let notes = notes(&field.attrs);
                lines.insert(format!("{path}.{name}: {}{notes}", text(&field.ty)));
            }
        }
    }

    fn methods(&self, item: &ItemImpl, lines: &mut BTreeSet<String>) {
        let owner = self.owner(&item.self_ty);
        for item in &item.items {
            if let ImplItem::Fn(method) = item
                && is_public(&method.vis)
            {
                let signature = signature(&method.sig);
                let notes = notes(&method.attrs);
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
    fn runtime_macro(&self, item: &ItemMacro, lines: &mut BTreeSet<String>) -> Result<()> {
        let name = item.mac.path.segments.last().map(|last| &last.ident);
        let tokens = item.mac.tokens.clone();
        let attributes = |inner: &[Attribute]| [&item.attrs, inner].concat();
        match name.map(ToString::to_string).as_deref() {
            Some("operation") => {
                let call: Call = self.parse(tokens)?;
                let path = self.within(&call.builder);
                let stream = if call.paged { ", stream" } else { "" };
                let notes = notes(&attributes(&call.attributes));
                lines.insert(format!("{path}: struct{notes}"));
                lines.insert(format!("{path}: call -> {}{stream}", text(&call.result)));
            }
            Some("open_enum") => {
                let item: Enum = self.parse(tokens)?;
                let path = self.within(&item.name);
                let notes = notes(&attributes(&item.attributes));
                lines.insert(format!("{path}: open enum{notes}"));
                item.variants(&path, lines);
            }
            Some("tagged_union") => {
                let item: Enum = self.parse(tokens)?;
                let path = self.within(&item.name);
                let tag = item.tag.as_ref().map(LitStr::value).unwrap_or_default();
                let notes = notes(&attributes(&item.attributes));
                lines.insert(format!("{path}: union by {tag:?}{notes}"));
                item.variants(&path, lines);
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

/// The attributes that matter to a reviewer.
fn notes(attributes: &[Attribute]) -> String {
    let mut notes = String::new();
    for attribute in attributes {
        match &attribute.meta {
            Meta::List(list) if list.path.is_ident("cfg") => {
                notes.push_str(&format!(", if {}", text(&list.tokens)));
            }
            meta if meta.path().is_ident("deprecated") => notes.push_str(", deprecated"),
            _ => {}
        }
    }
    notes
}

/// The input of `operation!`.
struct Call {
    attributes: Vec<Attribute>,
    builder: syn::Ident,
    result: Type,
    paged: bool,
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<Token![struct]>()?;
        let builder = input.parse()?;
        input.parse::<Token![->]>()?;
        let result = input.parse()?;
        let content;
        syn::braced!(content in input);
        // The facts themselves belong to the runtime and are in operations.json.
        let facts: TokenStream = content.parse()?;
        let is_page = |token| matches!(token, TokenTree::Ident(name) if name == "page");
        Ok(Self {
            attributes,
            builder,
            result,
            paged: facts.into_iter().any(is_page),
        })
    }
}

/// The input of `open_enum!` and `tagged_union!`.
struct Enum {
    attributes: Vec<Attribute>,
    name: syn::Ident,
    tag: Option<LitStr>,
    variants: Vec<syn::Variant>,
}

impl Parse for Enum {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<Token![enum]>()?;
        let name = input.parse()?;
        let tag = if input.peek(syn::Ident) {
            // `by`
            input.parse::<syn::Ident>()?;
            Some(input.parse()?)
        } else {
            None
        };
        let content;
        syn::braced!(content in input);
        let variants = content.parse_terminated(syn::Variant::parse, Token![,])?;
        Ok(Self {
            attributes,
            name,
            tag,
            variants: variants.into_iter().collect(),
        })
    }
}

impl Enum {
    fn variants(&self, path: &str, lines: &mut BTreeSet<String>) {
        for variant in &self.variants {
            lines.insert(variant_line(path, variant));
        }
    }
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
