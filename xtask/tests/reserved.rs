//! The tables of names that emitted code cannot give to something else are what the sources use.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, Macro, UseTree, Visibility};
use xtask::emit::reserved::{CALL_METHODS, CLIENT_METHODS, FEATURES, PRELUDE, RESOURCE_METHODS};

type Names = BTreeSet<String>;

fn names<const N: usize>(table: [&str; N]) -> Names {
    table.into_iter().map(str::to_owned).collect()
}

/// The Rust files in a folder of the workspace.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(folder),
    ];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

fn parsed(files: impl IntoIterator<Item = PathBuf>) -> Vec<syn::File> {
    let parsed = files.into_iter().map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        syn::parse_file(&text).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
    });
    parsed.collect()
}

/// The hand-written files of `clerk-api`.
fn runtime() -> Vec<syn::File> {
    let is_emitted = |path: &PathBuf| path.iter().any(|step| step == "generated");
    parsed(
        files("clerk-api/src")
            .into_iter()
            .filter(|path| !is_emitted(path)),
    )
}

/// The macros that a file defines, by name. Two may have one name, in different builds.
fn macros(files: &[syn::File]) -> BTreeMap<String, Vec<TokenStream>> {
    let mut macros: BTreeMap<String, Vec<TokenStream>> = BTreeMap::new();
    for item in files.iter().flat_map(|file| &file.items) {
        if let Item::Macro(item) = item
            && let Some(name) = &item.ident
        {
            let tokens = item.mac.tokens.clone();
            macros.entry(name.to_string()).or_default().push(tokens);
        }
    }
    macros
}

/// The functions in tokens, without those of traits.
fn functions(tokens: TokenStream, found: &mut Names) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut of_trait = false;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(word) if word == "impl" => of_trait = false,
            TokenTree::Ident(word) if word == "for" => of_trait = true,
            TokenTree::Ident(word) if word == "fn" => {
                if let Some(TokenTree::Ident(name)) = tokens.get(index + 1) {
                    found.insert(name.to_string());
                }
            }
            TokenTree::Group(group) if group.delimiter() != Delimiter::Brace || !of_trait => {
                functions(group.stream(), found);
            }
            _ => {}
        }
    }
}

#[test]
fn the_methods_of_calls() {
    let macros = macros(&runtime());
    let mut found = Names::new();
    for name in ["operation", "operation_blocking", "call_options"] {
        for tokens in &macros[name] {
            functions(tokens.clone(), &mut found);
        }
    }
    assert_eq!(found, names(CALL_METHODS));
}

#[test]
fn the_methods_of_clients() {
    let mut found = Names::new();
    for item in runtime().iter().flat_map(|file| &file.items) {
        match item {
            Item::Impl(block) if block.trait_.is_none() && is_named(&block.self_ty, "Clerk") => {
                found.extend(block.items.iter().filter_map(|item| match item {
                    ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
                    _ => None,
                }));
            }
            Item::Struct(client) if client.ident == "Clerk" => {
                found.extend(cloned(&client.attrs));
            }
            _ => {}
        }
    }
    assert_eq!(found, names(CLIENT_METHODS));
}

#[test]
fn the_features_of_the_crate() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clerk-api/Cargo.toml");
    let manifest: toml_edit::DocumentMut = fs::read_to_string(manifest).unwrap().parse().unwrap();
    let features = manifest["features"].as_table().unwrap();
    let default = features["default"].as_array().unwrap();
    let of_resources: Names = default
        .iter()
        .filter_map(|name| name.as_str())
        .map(str::to_owned)
        .collect();
    let all: Names = features.iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(&all - &of_resources, names(FEATURES));
}

#[test]
fn the_methods_of_resources() {
    for file in parsed(files("clerk-api/src/generated/resources")) {
        let mut found = Names::new();
        for item in &file.items {
            match item {
                Item::Struct(resource) => found.extend(cloned(&resource.attrs)),
                Item::Impl(block) => {
                    found.extend(block.items.iter().filter_map(|item| match item {
                        ImplItem::Fn(method) if !is_public(&method.vis) => {
                            Some(method.sig.ident.to_string())
                        }
                        _ => None,
                    }));
                    assert_eq!(found, names(RESOURCE_METHODS));
                    break;
                }
                _ => {}
            }
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_named(ty: &syn::Type, name: &str) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.is_ident(name))
}

/// `clone`, if it is derived.
fn cloned(attributes: &[Attribute]) -> Option<String> {
    let mut derives = attributes.iter().filter(|it| it.path().is_ident("derive"));
    let clones = derives.any(|derive| {
        let tokens = derive.meta.require_list().unwrap().tokens.clone();
        tokens.into_iter().any(|token| token.to_string() == "Clone")
    });
    clones.then(|| "clone".to_owned())
}

#[test]
fn the_types_that_emitted_files_use() {
    let mut checked = 0;
    for folder in [
        "clerk-api/src/generated/resources",
        "clerk-api/src/generated/models",
        "clerk-auth/src/webhook/generated/models",
    ] {
        let used = Used::by(folder);
        checked += used.len();
        // Another description can make the emitters use more of them.
        let prelude = names(PRELUDE);
        let unknown: Vec<&String> = used.difference(&prelude).collect();
        assert!(unknown.is_empty(), "{folder}: {unknown:?}");
    }
    assert!(checked > 10, "only {checked} types were found");
}

/// The types that files use without a path.
#[derive(Default)]
struct Used {
    types: Names,
    defined: Names,
    imported: Names,
    /// Macros that are used.
    invoked: Names,
}

impl Used {
    /// Those that emitted files use, also in macros of the runtime, and neither define nor import.
    fn by(folder: &str) -> Names {
        let mut used = Self::default();
        for file in parsed(files(folder)) {
            used.visit_file(&file);
        }
        let macros = macros(&runtime());
        let mut open: Vec<String> = used.invoked.iter().cloned().collect();
        while let Some(name) = open.pop() {
            for tokens in macros.get(&name).into_iter().flatten() {
                let before = used.invoked.clone();
                used.tokens(tokens.clone(), &|name| macros.contains_key(name));
                open.extend(used.invoked.difference(&before).cloned());
            }
        }
        // What they import comes from a table that the emitter itself uses.
        used.types.retain(|name| {
            !used.defined.contains(name) && !used.imported.contains(name) && name != "Self"
        });
        used.types
    }

    /// The types in the definition of a macro.
    fn tokens(&mut self, tokens: TokenStream, is_ours: &dyn Fn(&str) -> bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let at = |index: Option<usize>| index.and_then(|index| tokens.get(index));
        let is =
            |index: Option<usize>, text: &str| at(index).is_some_and(|it| it.to_string() == text);
        for (index, token) in tokens.iter().enumerate() {
            let before = |steps| index.checked_sub(steps);
            match token {
                TokenTree::Ident(name) if is(Some(index + 1), "!") => {
                    self.invoked.insert(name.to_string());
                }
                // A fragment, the end of a path, a member of a trait, or the variant of every enum.
                TokenTree::Ident(_)
                    if is(before(1), "$")
                        || is(before(1), ":") && is(before(2), ":")
                        || is(before(1), "type") => {}
                TokenTree::Ident(name) if name == "Unknown" => {}
                TokenTree::Ident(name) if is_type(&name.to_string()) => {
                    self.types.insert(name.to_string());
                }
                // An attribute, or what our macros get, which is not a type.
                TokenTree::Group(_) if is(before(1), "#") => {}
                TokenTree::Group(_)
                    if is(before(1), "!")
                        && at(before(2)).is_some_and(|it| is_ours(&it.to_string())) => {}
                TokenTree::Group(group) => self.tokens(group.stream(), is_ours),
                _ => {}
            }
        }
    }
}

/// Whether a name is that of a type, and not of a constant, a type parameter or something else.
fn is_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
}

impl<'a> Visit<'a> for Used {
    fn visit_attribute(&mut self, _: &Attribute) {}

    fn visit_path(&mut self, path: &syn::Path) {
        if let (None, Some(first)) = (path.leading_colon, path.segments.first())
            && is_type(&first.ident.to_string())
        {
            self.types.insert(first.ident.to_string());
        }
        visit::visit_path(self, path);
    }

    fn visit_item(&mut self, item: &Item) {
        match item {
            Item::Struct(item) => self.defined.insert(item.ident.to_string()),
            Item::Enum(item) => self.defined.insert(item.ident.to_string()),
            _ => false,
        };
        visit::visit_item(self, item);
    }

    fn visit_use_tree(&mut self, tree: &UseTree) {
        if let UseTree::Name(name) = tree {
            self.imported.insert(name.ident.to_string());
        }
        visit::visit_use_tree(self, tree);
    }

    /// What an emitted file passes to a macro: the names of types, and what an operation responds.
    fn visit_macro(&mut self, invocation: &Macro) {
        if let Some(name) = invocation.path.segments.last() {
            self.invoked.insert(name.ident.to_string());
        }
        let mut tokens = invocation.tokens.clone().into_iter().peekable();
        let mut arrow = false;
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(word) if word == "struct" || word == "enum" => {
                    self.defined
                        .extend(tokens.next().map(|name| name.to_string()));
                }
                TokenTree::Punct(sign) if sign.as_char() == '>' && arrow => {
                    let is_body = |token: &TokenTree| {
                        matches!(token, TokenTree::Group(group)
                                 if group.delimiter() == Delimiter::Brace)
                    };
                    let mut response = TokenStream::new();
                    while let Some(token) = tokens.next_if(|token| !is_body(token)) {
                        response.extend([token]);
                    }
                    self.visit_type(&syn::parse2(response).unwrap());
                }
                TokenTree::Punct(sign) => arrow = sign.as_char() == '-',
                _ => arrow = false,
            }
        }
    }
}
