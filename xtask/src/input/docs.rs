//! `spec/docs/`: our own texts for resources, operations, models and fields.
//!
//! A text is looked up from the most specific location to the most general: the operation or model
//! itself, then the files of texts that apply everywhere. A self-explanatory name needs no text: it
//! is listed in `self-explaining.yaml` with a reason, and becomes a phrase. The texts are those of
//! the current version, in which nothing may be missing; an older version may have names without a
//! text.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::folder::{File, Folder};
use crate::support::edit::{Change, Edit, PLACEHOLDER};
use crate::support::error::{Error, Findings, Result};
use crate::support::naming::phrase;

const SELF_EXPLAINING: &str = "self-explaining.yaml";
const ALIASES: &str = "aliases.yaml";

/// All texts, and which of them have been used.
#[derive(Debug, Default)]
pub struct Docs {
    own: Rc<Texts>,
    /// Where models and fields without a text here are looked up.
    shared: Rc<Texts>,
    used: RefCell<BTreeSet<String>>,
    /// Items without a text, with the file that should contain it.
    missing: RefCell<BTreeMap<String, Missing>>,
}

/// The texts of a folder.
#[derive(Debug, Default)]
pub struct Texts {
    /// The folder, for errors.
    folder: String,
    /// By key: `users`, `users.list`, `users.list.limit`, `User`, `User.id`, `*.limit`, `@id`. For
    /// `=id`, a name that needs no text, and for `~users.list`, additional search terms, one a line.
    texts: BTreeMap<String, Text>,
    /// Whether some files could not be read, so that texts may be missing only for that reason.
    is_incomplete: bool,
}

#[derive(Debug)]
struct Text {
    text: String,
    file: String,
    /// The keys in the file; none if it cannot be removed by itself.
    path: Vec<String>,
}

#[derive(Debug)]
struct Missing {
    /// The file that should contain it; `None` for models, whose files are only for order.
    file: Option<String>,
    /// The keys in the file under which it belongs.
    path: Vec<String>,
    /// Whether it can be nowhere else.
    is_required: bool,
}

impl Docs {
    /// Reads the texts in a folder of a workspace.
    pub fn read(workspace: Folder<'_>, folder: &str, findings: &mut Findings) -> Self {
        Self {
            own: Rc::new(Texts::read(workspace, folder, findings)),
            ..Self::default()
        }
    }

    /// Uses the texts of another description for models and fields without their own.
    #[must_use]
    pub fn with_shared(self, other: &Self) -> Self {
        Self {
            shared: Rc::clone(&other.own),
            ..self
        }
    }

    /// The text of a resource.
    pub fn resource(&self, resource: &str) -> String {
        self.required(resource, resource, resource, &["about"])
    }

    /// The text of an operation.
    pub fn operation(&self, resource: &str, operation: &str) -> String {
        let key = format!("{resource}.{operation}");
        self.required(
            &key,
            resource,
            operation,
            &["operations", operation, "text"],
        )
    }

    /// The additional search terms of an operation.
    pub fn aliases(&self, resource: &str, operation: &str) -> Vec<String> {
        let aliases = self.text(&format!("~{resource}.{operation}"));
        aliases
            .iter()
            .flat_map(|aliases| aliases.lines())
            .map(str::to_owned)
            .collect()
    }

    /// The text of a parameter or body field.
    pub fn parameter(&self, resource: &str, operation: &str, parameter: &str) -> String {
        let key = format!("{resource}.{operation}.{parameter}");
        self.text(&key)
            .or_else(|| self.text(&format!("*.{parameter}")))
            .unwrap_or_else(|| {
                let path = ["operations", operation, "parameters", parameter];
                self.explained(parameter, key, Some(file_of(resource)), &path)
            })
    }

    /// The text of a model.
    pub fn model(&self, model: &str) -> String {
        self.shared_text(model).unwrap_or_else(|| {
            self.note_missing(model.to_owned(), None, &[model, "text"], false);
            named(model)
        })
    }

    /// The text of a field of a model.
    pub fn field(&self, model: &str, field: &str) -> String {
        let key = format!("{model}.{field}");
        self.shared_text(&key)
            .or_else(|| self.shared_text(&format!("@{field}")))
            .unwrap_or_else(|| self.explained(field, key, None, &[model, "fields", field]))
    }

    /// Reports each item without a text. `facts` has what is known about the item with a key.
    pub fn check_complete(&self, facts: impl Fn(&str) -> Vec<String>, findings: &mut Findings) {
        if self.own.is_incomplete || self.shared.is_incomplete {
            return;
        }
        let folder = &self.own.folder;
        for (key, missing) in self.missing.borrow().iter() {
            let path = missing.path.iter().map(String::as_str);
            let section = missing.path.first().map_or("", String::as_str);
            let help = if missing.is_required {
                format!("describe it there in our own words, under `{section}`")
            } else {
                format!(
                    "describe it there in our own words; for a parameter or field with the same \
                     meaning everywhere, in {folder}/parameters.yaml or {folder}/fields.yaml; or \
                     list a self-explanatory name in {folder}/{SELF_EXPLAINING}",
                )
            };
            let file = missing.file.as_ref().map(|file| format!("{folder}/{file}"));
            let location = file.clone().unwrap_or_else(|| format!("{folder}/models"));
            let change = Change::Add {
                value: format!("{PLACEHOLDER}: describe this in our own words.").into(),
                facts: facts(key),
            };
            let remedy = Edit::yaml(
                file.unwrap_or_else(|| self.file_of_model(section)),
                path,
                change,
            );
            let error = Error::new(location, format!("`{key}` has no text"), help);
            findings.push(error.with_remedy(remedy));
        }
    }

    /// The file with the texts of a model, or of the models with the most similar name.
    fn file_of_model(&self, model: &str) -> String {
        let folder = format!("{}/models/", self.own.folder);
        let shared = |key: &str| {
            let mut ends = model
                .char_indices()
                .map(|(end, _)| end)
                .skip(1)
                .collect::<Vec<_>>();
            ends.push(model.len());
            ends.retain(|end| {
                let is_word = model
                    .get(*end..)
                    .is_none_or(|rest| !rest.starts_with(char::is_lowercase));
                is_word
                    && model
                        .get(..*end)
                        .is_some_and(|start| key.starts_with(start))
            });
            ends.last().copied().unwrap_or(0)
        };
        let texts = self.own.texts.iter();
        let texts = texts.filter(|(_, text)| text.file.starts_with(&folder));
        let best = texts.max_by_key(|(key, _)| shared(key));
        match best.filter(|(key, _)| shared(key) > 0) {
            Some((_, text)) => text.file.clone(),
            None => format!("{folder}other.yaml"),
        }
    }

    /// Reports each text of something that the description does not contain.
    pub fn check_all_used(&self, findings: &mut Findings) {
        let used = self.used.borrow();
        let texts = self.own.texts.iter();
        for (key, text) in texts.filter(|(key, _)| !used.contains(*key)) {
            let shown = key.trim_start_matches(['*', '@', '=', '~']);
            let mut error = Error::new(
                &text.file,
                format!(
                    "the description has no counterpart for `{}`",
                    shown.trim_start_matches('.')
                ),
                "correct the name, or delete the entry",
            );
            if !text.path.is_empty() {
                let path = text.path.iter().map(String::as_str);
                error = error.with_remedy(Edit::yaml(&text.file, path, Change::Remove));
            }
            findings.push(error);
        }
    }

    fn text(&self, key: &str) -> Option<String> {
        let text = self.own.texts.get(key)?;
        self.used.borrow_mut().insert(key.to_owned());
        Some(text.text.clone())
    }

    fn shared_text(&self, key: &str) -> Option<String> {
        let shared = || Some(self.shared.texts.get(key)?.text.clone());
        self.text(key).or_else(shared)
    }

    /// The phrase for a parameter or field without a text, made from its name.
    fn explained(&self, name: &str, key: String, file: Option<String>, path: &[&str]) -> String {
        if self.shared_text(&format!("={name}")).is_none() {
            self.note_missing(key, file, path, false);
        }
        named(name)
    }

    fn required(&self, key: &str, resource: &str, name: &str, path: &[&str]) -> String {
        self.text(key).unwrap_or_else(|| {
            self.note_missing(key.to_owned(), Some(file_of(resource)), path, true);
            named(name)
        })
    }

    fn note_missing(&self, key: String, file: Option<String>, path: &[&str], is_required: bool) {
        let path = path.iter().map(|key| (*key).to_owned()).collect();
        let missing = Missing {
            file,
            path,
            is_required,
        };
        self.missing.borrow_mut().insert(key, missing);
    }
}

impl Texts {
    fn read(workspace: Folder<'_>, folder: &str, findings: &mut Findings) -> Self {
        let mut texts = Self {
            folder: folder.to_owned(),
            ..Self::default()
        };
        let path = |name: &str| format!("{folder}/{name}");
        // These two are optional.
        if workspace.has(&path(SELF_EXPLAINING)) {
            texts.add_file(workspace, &path(SELF_EXPLAINING), findings, Self::listed);
        }
        if workspace.has(&path(ALIASES)) {
            texts.add_file(workspace, &path(ALIASES), findings, Self::aliased);
        }
        texts.add_file(
            workspace,
            &path("parameters.yaml"),
            findings,
            |it, file, findings| {
                it.common(file, "*.", findings);
            },
        );
        texts.add_file(
            workspace,
            &path("fields.yaml"),
            findings,
            |it, file, findings| {
                it.common(file, "@", findings);
            },
        );
        texts.add_folder(workspace, &path("resources"), findings, Self::resource);
        texts.add_folder(workspace, &path("models"), findings, Self::models);
        texts
    }

    fn add_folder(
        &mut self,
        workspace: Folder<'_>,
        folder: &str,
        findings: &mut Findings,
        add: fn(&mut Self, &File, &mut Findings),
    ) {
        let paths = findings.keep(workspace.list(folder));
        self.is_incomplete |= paths.is_none();
        for path in paths.unwrap_or_default() {
            self.add_file(workspace, &path, findings, add);
        }
    }

    fn add_file(
        &mut self,
        workspace: Folder<'_>,
        path: &str,
        findings: &mut Findings,
        add: impl Fn(&mut Self, &File, &mut Findings),
    ) {
        match findings.keep(workspace.yaml(path)) {
            Some(file) => add(self, &file, findings),
            None => self.is_incomplete = true,
        }
    }

    /// Lists of names, by the reason why they need no text.
    fn listed(&mut self, file: &File, findings: &mut Findings) {
        for (reason, list) in entries(&file.document, file, "", findings) {
            for name in findings
                .keep(names(reason, list, file))
                .into_iter()
                .flatten()
            {
                self.insert(format!("={name}"), name, file, &[], findings);
            }
        }
    }

    /// Lists of aliases by resource and operation.
    fn aliased(&mut self, file: &File, findings: &mut Findings) {
        for (resource, operations) in entries(&file.document, file, "", findings) {
            for (operation, list) in entries(operations, file, resource, findings) {
                let key = format!("{resource}.{operation}");
                if let Some(names) = findings.keep(names(&key, list, file)) {
                    let path = [resource.as_str(), operation];
                    self.insert(format!("~{key}"), &names.join("\n"), file, &path, findings);
                }
            }
        }
    }

    fn common(&mut self, file: &File, prefix: &str, findings: &mut Findings) {
        for (name, text) in entries(&file.document, file, "", findings) {
            self.add(format!("{prefix}{name}"), text, file, &[name], findings);
        }
    }

    fn resource(&mut self, file: &File, findings: &mut Findings) {
        let resource = file.stem();
        for (key, value) in entries(&file.document, file, "", findings) {
            match key.as_str() {
                "about" => self.add(resource.to_owned(), value, file, &["about"], findings),
                "operations" => {
                    for (operation, value) in entries(value, file, key, findings) {
                        let location = format!("{resource}.{operation}");
                        let path = [key.as_str(), operation];
                        self.described(&location, value, "parameters", file, &path, findings);
                    }
                }
                other => findings.push(unknown_key(file, other, "`about` and `operations`")),
            }
        }
    }

    fn models(&mut self, file: &File, findings: &mut Findings) {
        for (model, value) in entries(&file.document, file, "", findings) {
            self.described(model, value, "fields", file, &[model], findings);
        }
    }

    /// A mapping with `text` and, under `members`, texts by name.
    fn described(
        &mut self,
        location: &str,
        value: &Value,
        members: &str,
        file: &File,
        path: &[&str],
        findings: &mut Findings,
    ) {
        for (key, value) in entries(value, file, location, findings) {
            if key == "text" {
                self.add(
                    location.to_owned(),
                    value,
                    file,
                    &[path, &[key]].concat(),
                    findings,
                );
            } else if key == members {
                for (name, text) in entries(value, file, location, findings) {
                    let path = [path, &[key, name]].concat();
                    self.add(format!("{location}.{name}"), text, file, &path, findings);
                }
            } else {
                findings.push(unknown_key(file, key, &format!("`text` and `{members}`")));
            }
        }
    }

    fn add(
        &mut self,
        key: String,
        text: &Value,
        file: &File,
        path: &[&str],
        findings: &mut Findings,
    ) {
        match text.as_str().map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => {
                if text.starts_with(PLACEHOLDER) {
                    findings.push(Error::placeholder(
                        &file.path,
                        format!("the text of `{key}`"),
                        "describe it in our own words, in place of the placeholder",
                    ));
                }
                self.insert(key, text, file, path, findings);
            }
            None => {
                findings.report(
                    &file.path,
                    format!("`{key}` is not a text"),
                    "write a sentence",
                );
                // Reported once is enough.
                self.insert(key, "", file, path, findings);
            }
        }
    }

    fn insert(
        &mut self,
        key: String,
        text: &str,
        file: &File,
        path: &[&str],
        findings: &mut Findings,
    ) {
        if let Some(other) = self.texts.get(&key) {
            let (name, twice) = match key.strip_prefix('=') {
                Some(name) => (name, "listed"),
                None => (key.as_str(), "described"),
            };
            findings.report(
                &file.path,
                format!(
                    "`{name}` is {twice} twice; the other entry is in {}",
                    other.file
                ),
                "remove one of them",
            );
            return;
        }
        let text = Text {
            text: text.to_owned(),
            file: file.path.clone(),
            path: path.iter().map(|key| (*key).to_owned()).collect(),
        };
        self.texts.insert(key, text);
    }
}

/// The file with the texts of a resource.
fn file_of(resource: &str) -> String {
    format!("resources/{resource}.yaml")
}

/// The text of a self-explanatory item: its name as a phrase.
fn named(name: &str) -> String {
    let phrase = phrase(name);
    let mut letters = phrase.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

/// The members of a mapping; none, after reporting it, if it is something else.
fn entries<'a>(
    value: &'a Value,
    file: &File,
    location: &str,
    findings: &mut Findings,
) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    if !value.is_object() {
        findings.report(
            format!("{} {location}", file.path).trim_end(),
            "expected a mapping",
            "write `name: text`",
        );
    }
    value.as_object().into_iter().flat_map(Map::iter)
}

/// A list of names under a key.
fn names<'a>(key: &str, list: &'a Value, file: &File) -> Result<Vec<&'a str>> {
    let names = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
    names.filter(|names| !names.is_empty()).ok_or_else(|| {
        Error::new(
            &file.path,
            format!("`{key}` is not a list of names"),
            format!("write `{key}: [name, name]`"),
        )
    })
}

fn unknown_key(file: &File, key: &str, known: &str) -> Error {
    Error::new(
        &file.path,
        format!("unknown key `{key}`"),
        format!("use {known}"),
    )
}
