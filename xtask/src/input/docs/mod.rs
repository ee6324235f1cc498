//! `spec/docs/`: our own texts for resources, operations, models and fields.
//!
//! A text is looked up from the most specific location to the most general: the operation or model
//! itself, then the files of texts that apply everywhere. A self-explanatory name needs no text: it
//! is listed in `self-explaining.yaml` with a reason, and becomes a phrase. The texts are those of
//! the current version, in which nothing may be missing; an older version may have names without a
//! text.

mod texts;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use self::texts::{Texts, name_of};
use super::folder::Folder;
use crate::support::edit::{Change, Edit, PLACEHOLDER};
use crate::support::error::{Error, Findings};
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
            let mut error = Error::new(
                &text.file,
                format!("the description has no counterpart for `{}`", name_of(key)),
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
