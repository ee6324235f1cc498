//! Reads the texts of a folder, and reports every entry that is malformed.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{ALIASES, SELF_EXPLAINING};
use crate::input::folder::{File, Folder};
use crate::support::edit::PLACEHOLDER;
use crate::support::error::{Error, Findings, Result};

/// The texts of a folder.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// The folder, for errors.
    pub(super) folder: String,
    /// By key: `users`, `users.list`, `users.list.limit`, `User`, `User.id`, `*.limit`, `@id`. For
    /// `=id`, a name that needs no text, and for `~users.list`, additional search terms, one a line.
    pub(super) texts: BTreeMap<String, Text>,
    /// Whether some files could not be read, so that texts may be missing only for that reason.
    pub(super) is_incomplete: bool,
}

#[derive(Debug)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) file: String,
    /// The keys in the file; none if it cannot be removed by itself.
    pub(super) path: Vec<String>,
}

impl Texts {
    pub(super) fn read(workspace: Folder<'_>, folder: &str, findings: &mut Findings) -> Self {
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
        for (reason, list) in self.entries(&file.document, file, "", findings) {
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
        for (resource, operations) in self.entries(&file.document, file, "", findings) {
            for (operation, list) in self.entries(operations, file, resource, findings) {
                let key = format!("{resource}.{operation}");
                if let Some(names) = findings.keep(names(&key, list, file)) {
                    let path = [resource.as_str(), operation];
                    self.insert(format!("~{key}"), &names.join("\n"), file, &path, findings);
                }
            }
        }
    }

    fn common(&mut self, file: &File, prefix: &str, findings: &mut Findings) {
        for (name, text) in self.entries(&file.document, file, "", findings) {
            self.add(format!("{prefix}{name}"), text, file, &[name], findings);
        }
    }

    fn resource(&mut self, file: &File, findings: &mut Findings) {
        let resource = file.stem();
        for (key, value) in self.entries(&file.document, file, "", findings) {
            match key.as_str() {
                "about" => self.add(resource.to_owned(), value, file, &["about"], findings),
                "operations" => {
                    for (operation, value) in self.entries(value, file, key, findings) {
                        let location = format!("{resource}.{operation}");
                        let path = [key.as_str(), operation];
                        self.described(&location, value, "parameters", file, &path, findings);
                    }
                }
                other => {
                    self.is_incomplete = true;
                    findings.push(unknown_key(file, other, "`about` and `operations`"));
                }
            }
        }
    }

    fn models(&mut self, file: &File, findings: &mut Findings) {
        for (model, value) in self.entries(&file.document, file, "", findings) {
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
        for (key, value) in self.entries(value, file, location, findings) {
            if key == "text" {
                self.add(
                    location.to_owned(),
                    value,
                    file,
                    &[path, &[key]].concat(),
                    findings,
                );
            } else if key == members {
                for (name, text) in self.entries(value, file, location, findings) {
                    let path = [path, &[key, name]].concat();
                    self.add(format!("{location}.{name}"), text, file, &path, findings);
                }
            } else {
                self.is_incomplete = true;
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
                        format!("the text of `{}`", name_of(&key)),
                        "describe it in our own words, in place of the placeholder",
                    ));
                }
                self.insert(key, text, file, path, findings);
            }
            None => {
                findings.report(
                    &file.path,
                    format!("`{}` is not a text", name_of(&key)),
                    "write a sentence",
                );
                // Reported once is enough.
                self.insert(key, "", file, path, findings);
            }
        }
    }

    /// The members of a mapping; none, after reporting it, if it is something else.
    fn entries<'a>(
        &mut self,
        value: &'a Value,
        file: &File,
        location: &str,
        findings: &mut Findings,
    ) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
        if !value.is_object() {
            self.is_incomplete = true;
            findings.report(
                format!("{} {location}", file.path).trim_end(),
                "expected a mapping",
                "write `name: text`",
            );
        }
        value.as_object().into_iter().flat_map(Map::iter)
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
            let name = name_of(&key);
            let twice = if key.starts_with('=') {
                "listed"
            } else {
                "described"
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

/// What a key stands for, without the mark of its kind.
pub(super) fn name_of(key: &str) -> &str {
    key.trim_start_matches(['*', '@', '=', '~'])
        .trim_start_matches('.')
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
