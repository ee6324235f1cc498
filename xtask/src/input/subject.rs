//! The two descriptions, of the API and of webhooks: the same files in different folders.

use super::docs::Docs;
use super::folder::{File, Folder};
use super::lock::Lock;
use super::names::Names;
use crate::support::error::{Findings, Result};

/// What a description describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Api,
    Webhooks,
}

impl Subject {
    /// The folder of its files, relative to a workspace.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Api => "spec",
            Self::Webhooks => "spec/webhooks",
        }
    }

    /// The file of the description of `version`.
    pub fn description(self, version: &str) -> String {
        format!("{}/{version}.yaml", self.folder())
    }

    pub fn names(self) -> String {
        format!("{}/names.yaml", self.folder())
    }

    pub fn overlays(self) -> String {
        format!("{}/overlays", self.folder())
    }

    pub fn docs(self) -> String {
        format!("{}/docs", self.folder())
    }

    /// The version to generate from.
    pub fn version(self, lock: &Lock) -> Result<&str> {
        match self {
            Self::Api => lock.current(),
            Self::Webhooks => lock.current_webhooks(),
        }
    }
}

/// How closely pins and documentation must match a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// As required for the current version: none missing, none unused.
    Exact,
    /// For other versions: an older one does not use some, and a newer one lacks some.
    Loose,
    /// For other states of a version, which cannot limit a correction: those that match nothing are
    /// left out too.
    Replayed,
}

/// A description with everything that is written for it by hand.
#[derive(Debug)]
pub struct Description {
    pub subject: Subject,
    pub version: String,
    pub fit: Fit,
    /// As imported.
    pub document: File,
    /// The overlays in the order of their names.
    pub overlays: Vec<File>,
    pub names: Names,
    pub docs: Docs,
    /// Whether the document could be read.
    pub is_readable: bool,
    /// Whether all overlays could be read. What one of them corrects would be reported again
    /// without it.
    pub has_all_overlays: bool,
}

impl Description {
    pub fn read(
        folder: Folder<'_>,
        subject: Subject,
        version: &str,
        fit: Fit,
        findings: &mut Findings,
    ) -> Self {
        let document = findings.keep(folder.yaml(&subject.description(version)));
        let names = Names::read(folder, &subject.names(), findings);
        let docs = Docs::read(folder, &subject.docs(), findings);
        let (overlays, has_all_overlays) = overlays(folder, subject, findings);
        Self {
            is_readable: document.is_some(),
            has_all_overlays,
            subject,
            version: version.to_owned(),
            fit,
            document: document.unwrap_or_default(),
            overlays,
            names,
            docs,
        }
    }
}

/// The overlays that can be read, in the order of their names, and whether these are all.
pub fn overlays(
    folder: Folder<'_>,
    subject: Subject,
    findings: &mut Findings,
) -> (Vec<File>, bool) {
    // A description without corrections has no such folder.
    if !folder.has(&subject.overlays()) {
        return (Vec::new(), true);
    }
    let Some(paths) = findings.keep(folder.list(&subject.overlays())) else {
        return (Vec::new(), false);
    };
    let files: Vec<File> = paths
        .iter()
        .filter_map(|path| findings.keep(folder.yaml(path)))
        .collect();
    let are_all = files.len() == paths.len();
    (files, are_all)
}
