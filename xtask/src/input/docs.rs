//! `spec/docs/`: our own texts for resources, operations, models and fields.
//!
//! A text is looked up from the most specific location to the most general: the operation or model
//! itself, then the files of texts that apply everywhere. A self-explanatory name needs no text: it
//! is listed in `self-explaining.yaml` with a reason, and becomes a phrase. The texts are those of
//! the current version, in which nothing may be missing; an older version may have names without a
//! text.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::input::load;
use crate::support::error::{Error, Findings, Result};
use crate::support::naming::phrase;

const FOLDER: &str = "spec/docs";
const SELF_EXPLAINING: &str = "self-explaining.yaml";
const ALIASES: &str = "aliases.yaml";

/// All texts, and which of them have been used.
#[derive(Debug, Default)]
pub struct Docs {
    /// By key: `users`, `users.list`, `users.list.limit`, `User`, `User.id`, `*.limit`, `@id`.
    texts: BTreeMap<String, String>,
    used: RefCell<BTreeSet<String>>,
    /// Names of parameters and fields that need no text.
    self_explaining: BTreeSet<String>,
    /// Additional search terms of operations, by key: `~users.list`.
    aliases: BTreeMap<String, Vec<String>>,
    /// Items without a required text, with the file that should contain it.
    missing: RefCell<BTreeMap<String, String>>,
    /// Where models and fields without a text here are looked up.
    shared: Option<Box<Docs>>,
    /// Whether everything must have a text.
    strict: bool,
    /// The folder of the texts, for errors.
    folder: String,
}

impl Docs {
    /// Reads the texts of the workspace at `root`. Unless `strict`, an item without a text is
    /// described by its name.
    pub fn read(root: &Path, strict: bool) -> Result<Self> {
        Self::read_folder(root, FOLDER, strict)
    }

    /// Reads the texts of another description, from a folder in the workspace.
    pub fn read_folder(root: &Path, folder: &str, strict: bool) -> Result<Self> {
        let mut docs = Self {
            strict,
            folder: folder.to_owned(),
            ..Self::default()
        };
        let folder = root.join(folder);
        docs.read_self_explaining(&folder.join(SELF_EXPLAINING))?;
        docs.read_aliases(&folder.join(ALIASES))?;
        docs.read_common(&folder.join("parameters.yaml"), "*.")?;
        docs.read_common(&folder.join("fields.yaml"), "@")?;
        for path in yaml_files(&folder.join("resources"))? {
            docs.read_resource(&path)?;
        }
        for path in yaml_files(&folder.join("models"))? {
            docs.read_models(&path)?;
        }
        Ok(docs)
    }

    /// The text of a resource.
    pub fn resource(&self, resource: &str) -> Result<String> {
        self.required(resource, resource, "about")
    }

    /// The text of an operation.
    pub fn operation(&self, resource: &str, operation: &str) -> Result<String> {
        self.required(&format!("{resource}.{operation}"), operation, "operations")
    }

    /// The additional search terms of an operation.
    pub fn aliases(&self, resource: &str, operation: &str) -> Vec<String> {
        let key = format!("~{resource}.{operation}");
        let aliases = self.aliases.get(&key).cloned().unwrap_or_default();
        self.used.borrow_mut().insert(key);
        aliases
    }

    /// Adds texts that are used for models and fields without their own: both descriptions have a
    /// `User`.
    #[must_use]
    pub fn with_shared(self, shared: Self) -> Self {
        Self {
            shared: Some(Box::new(shared)),
            ..self
        }
    }

    /// The text of a parameter or body field.
    pub fn parameter(&self, resource: &str, operation: &str, parameter: &str) -> String {
        let key = format!("{resource}.{operation}.{parameter}");
        self.text(&key)
            .or_else(|| self.text(&format!("*.{parameter}")))
            .unwrap_or_else(|| {
                let file = format!("resources/{resource}.yaml");
                self.explained(parameter, key, &file)
            })
    }

    /// The text of a model.
    pub fn model(&self, model: &str) -> String {
        self.shared_text(model).unwrap_or_else(|| {
            self.note_missing(model.to_owned(), "models");
            named(model)
        })
    }

    /// The text of a field of a model.
    pub fn field(&self, model: &str, field: &str) -> String {
        let key = format!("{model}.{field}");
        self.shared_text(&key)
            .or_else(|| self.shared_text(&format!("@{field}")))
            .unwrap_or_else(|| self.explained(field, key, "models"))
    }

    /// Fails if a required text is missing.
    pub fn check_complete(&self) -> Result<(), Findings> {
        let mut findings = Findings::new();
        for (key, file) in self.missing.borrow().iter() {
            findings.report(
                format!("{}/{file}", self.folder),
                format!("`{key}` has no text"),
                format!(
                    "describe it there in our own words; for a parameter or field with the same \
                     meaning everywhere, in {0}/parameters.yaml or {0}/fields.yaml; or list a \
                     self-explanatory name in {0}/{SELF_EXPLAINING}",
                    self.folder
                ),
            );
        }
        findings.into_result()
    }

    /// Fails if a text describes something that the description does not contain.
    pub fn check_all_used(&self) -> Result<()> {
        let used = self.used.borrow();
        let stale: Vec<&str> = self
            .texts
            .keys()
            .chain(&self.self_explaining)
            .chain(self.aliases.keys())
            .map(String::as_str)
            .filter(|key| !used.contains(*key))
            .collect();
        if stale.is_empty() {
            return Ok(());
        }
        Err(Error::new(
            self.folder.as_str(),
            format!(
                "texts without a counterpart in the description: {}",
                stale.join(", ")
            ),
            "correct the name or delete the text (`*.` is parameters.yaml, `@` is fields.yaml, \
             `=` is self-explaining.yaml, `~` is aliases.yaml)",
        ))
    }

    fn text(&self, key: &str) -> Option<String> {
        let text = self.texts.get(key)?;
        self.used.borrow_mut().insert(key.to_owned());
        Some(text.clone())
    }

    fn shared_text(&self, key: &str) -> Option<String> {
        let shared = || self.shared.as_ref()?.text(key);
        self.text(key).or_else(shared)
    }

    /// The phrase for a parameter or field without a text, made from its name.
    fn explained(&self, name: &str, key: String, file: &str) -> String {
        let listed = format!("={name}");
        let is_shared = |shared: &Self| shared.self_explaining.contains(&listed);
        if self.self_explaining.contains(&listed) {
            self.used.borrow_mut().insert(listed);
        } else if !self.shared.as_deref().is_some_and(is_shared) {
            self.note_missing(key, file);
        }
        named(name)
    }

    fn note_missing(&self, key: String, file: &str) {
        if self.strict {
            self.missing.borrow_mut().insert(key, file.to_owned());
        }
    }

    fn required(&self, key: &str, name: &str, section: &str) -> Result<String> {
        match self.text(key) {
            Some(text) => Ok(text),
            None if !self.strict => Ok(named(name)),
            None => {
                let resource = key.split('.').next().unwrap_or(key);
                Err(Error::new(
                    format!("{}/resources/{resource}.yaml", self.folder),
                    format!("`{key}` has no text"),
                    format!("describe it there in our own words, under `{section}`"),
                ))
            }
        }
    }

    /// Lists of names, by the reason why they need no text.
    fn read_self_explaining(&mut self, path: &Path) -> Result<()> {
        if !path.exists() {
            return Ok(());
        }
        let document = load::yaml(path)?;
        for (reason, list) in entries(&document, path, "")? {
            for name in names(reason, list, path)? {
                if !self.self_explaining.insert(format!("={name}")) {
                    return Err(Error::new(
                        path.display().to_string(),
                        format!("`{name}` is listed twice"),
                        "remove one of them",
                    ));
                }
            }
        }
        Ok(())
    }

    /// Lists of aliases by resource and operation.
    fn read_aliases(&mut self, path: &Path) -> Result<()> {
        if !path.exists() {
            return Ok(());
        }
        let document = load::yaml(path)?;
        for (resource, operations) in entries(&document, path, "")? {
            for (operation, list) in entries(operations, path, resource)? {
                let key = format!("{resource}.{operation}");
                let list = names(&key, list, path)?;
                self.aliases.insert(
                    format!("~{key}"),
                    list.into_iter().map(str::to_owned).collect(),
                );
            }
        }
        Ok(())
    }

    fn read_common(&mut self, path: &Path, prefix: &str) -> Result<()> {
        let document = load::yaml(path)?;
        for (name, text) in entries(&document, path, "")? {
            self.add(format!("{prefix}{name}"), text, path)?;
        }
        Ok(())
    }

    fn read_resource(&mut self, path: &Path) -> Result<()> {
        let document = load::yaml(path)?;
        let resource = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for (key, value) in entries(&document, path, "")? {
            match key.as_str() {
                "about" => self.add(resource.clone(), value, path)?,
                "operations" => {
                    for (operation, value) in entries(value, path, key)? {
                        let location = format!("{resource}.{operation}");
                        self.read_described(&location, value, "parameters", path)?;
                    }
                }
                other => return Err(unknown_key(path, other, "`about` and `operations`")),
            }
        }
        Ok(())
    }

    fn read_models(&mut self, path: &Path) -> Result<()> {
        let document = load::yaml(path)?;
        for (model, value) in entries(&document, path, "")? {
            self.read_described(model, value, "fields", path)?;
        }
        Ok(())
    }

    /// A mapping with `text` and, under `members`, texts by name.
    fn read_described(
        &mut self,
        location: &str,
        value: &Value,
        members: &str,
        path: &Path,
    ) -> Result<()> {
        for (key, value) in entries(value, path, location)? {
            if key == "text" {
                self.add(location.to_owned(), value, path)?;
            } else if key == members {
                for (name, text) in entries(value, path, location)? {
                    self.add(format!("{location}.{name}"), text, path)?;
                }
            } else {
                return Err(unknown_key(path, key, &format!("`text` and `{members}`")));
            }
        }
        Ok(())
    }

    fn add(&mut self, key: String, text: &Value, path: &Path) -> Result<()> {
        let Some(text) = text.as_str().map(str::trim).filter(|text| !text.is_empty()) else {
            return Err(Error::new(
                path.display().to_string(),
                format!("`{key}` is not a text"),
                "write a sentence",
            ));
        };
        if self.texts.insert(key.clone(), text.to_owned()).is_some() {
            return Err(Error::new(
                path.display().to_string(),
                format!("`{key}` is described twice"),
                "remove one of the texts",
            ));
        }
        Ok(())
    }
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

fn entries<'a>(
    value: &'a Value,
    path: &Path,
    location: &str,
) -> Result<&'a serde_json::Map<String, Value>> {
    value.as_object().ok_or_else(|| {
        Error::new(
            format!("{} {location}", path.display())
                .trim_end()
                .to_owned(),
            "expected a mapping",
            "write `name: text`",
        )
    })
}

/// A list of names under a key.
fn names<'a>(key: &str, list: &'a Value, path: &Path) -> Result<Vec<&'a str>> {
    let names = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
    names.filter(|names| !names.is_empty()).ok_or_else(|| {
        Error::new(
            path.display().to_string(),
            format!("`{key}` is not a list of names"),
            format!("write `{key}: [name, name]`"),
        )
    })
}

fn unknown_key(path: &Path, key: &str, known: &str) -> Error {
    Error::new(
        path.display().to_string(),
        format!("unknown key `{key}`"),
        format!("use {known}"),
    )
}

fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        Error::new(
            folder.display().to_string(),
            error.to_string(),
            "make the folder readable",
        )
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
