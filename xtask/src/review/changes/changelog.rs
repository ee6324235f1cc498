//! `cargo xtask changelog`: adds what the newest import changed to the unreleased section of
//! CHANGELOG.md.
//!
//! Lines that are already there are kept, so running it twice adds nothing. A line that was edited
//! in the meantime is added again.

use std::path::Path;

use super::{ENTRY, entry};
use crate::input::load;
use crate::support::error::{Error, Result};
use crate::support::output::{self, RECORDS};

const CHANGELOG: &str = "CHANGELOG.md";
const UNRELEASED: &str = "## Unreleased";

/// Adds the lines of the generated entry to the changelog. Returns how many were new.
pub fn extend(root: &Path) -> Result<usize> {
    let entry = load::text(&root.join(RECORDS).join(ENTRY))?;
    let path = root.join(CHANGELOG);
    let (text, added) = extended(&load::text(&path)?, &entry)?;
    output::write_file(&path, &text)?;
    Ok(added)
}

/// The changelog with the lines of an entry that it lacks, and how many these are.
pub fn extended(changelog: &str, entry: &str) -> Result<(String, usize)> {
    let (before, unreleased, after) = split(changelog).ok_or_else(|| {
        Error::new(
            CHANGELOG,
            format!("missing the line `{UNRELEASED}`"),
            "add it above the newest version",
        )
    })?;
    let mut unreleased = Section::all(unreleased);
    let mut added = 0;
    // The text before the first heading describes the file; it is not a change.
    for news in Section::all(entry).into_iter().skip(1) {
        let section = Section::find(&mut unreleased, news.title);
        for line in news.lines.into_iter().filter(|line| !line.is_empty()) {
            if !section.lines.contains(&line) {
                section.lines.push(line);
                added += 1;
            }
        }
    }
    if added == 0 {
        return Ok((changelog.to_owned(), 0));
    }
    let sections: Vec<String> = unreleased.iter().filter_map(Section::written).collect();
    let text = format!("{before}{UNRELEASED}\n\n{}\n{after}", sections.join("\n"));
    Ok((text.trim_end().to_owned() + "\n", added))
}

/// The text before the unreleased section, the section, and the text after it.
fn split(changelog: &str) -> Option<(&str, &str, &str)> {
    let start = if changelog.starts_with(UNRELEASED) {
        0
    } else {
        changelog.find(&format!("\n{UNRELEASED}\n"))? + 1
    };
    let (before, rest) = changelog.split_at(start);
    let rest = rest.strip_prefix(UNRELEASED)?;
    let end = rest.find("\n## ").map_or(rest.len(), |end| end + 1);
    let (unreleased, after) = rest.split_at(end);
    Some((before, unreleased, after))
}

/// A third-level heading and the text below it.
struct Section<'a> {
    /// Empty for the text before the first heading.
    title: &'a str,
    lines: Vec<&'a str>,
}

impl<'a> Section<'a> {
    /// The sections of a text; the first one has no heading.
    fn all(text: &'a str) -> Vec<Self> {
        let mut sections = vec![Self {
            title: "",
            lines: Vec::new(),
        }];
        for line in text.lines() {
            match (line.strip_prefix("### "), sections.last_mut()) {
                (None, Some(section)) => section.lines.push(line),
                (title, _) => sections.push(Self {
                    title: title.unwrap_or_default().trim(),
                    lines: Vec::new(),
                }),
            }
        }
        for section in &mut sections {
            while section.lines.last().is_some_and(|line| line.is_empty()) {
                section.lines.pop();
            }
        }
        sections
    }

    /// The section with this title, inserted in its place if it is missing.
    fn find<'b>(sections: &'b mut Vec<Self>, title: &'a str) -> &'b mut Self {
        let rank_of = |title: &str| {
            let mut titles = entry::TITLES.iter();
            // Sections that are only written by hand come last.
            titles.position(|known| *known == title)
        };
        let index = sections.iter().position(|section| section.title == title);
        let index = index.unwrap_or_else(|| {
            let rank = rank_of(title);
            let later = sections.iter().skip(1).position(|section| {
                rank_of(section.title).is_none_or(|other| rank.is_some_and(|rank| rank < other))
            });
            let index = later.map_or(sections.len(), |later| later + 1);
            let lines = Vec::new();
            sections.insert(index, Self { title, lines });
            index
        });
        &mut sections[index]
    }

    /// `None` if the section is empty.
    fn written(&self) -> Option<String> {
        let lines = self.lines.join("\n");
        let lines = lines.trim_matches('\n');
        match (self.title, lines) {
            ("", "") => None,
            ("", lines) => Some(format!("{lines}\n")),
            (title, lines) => Some(format!("### {title}\n\n{lines}\n")),
        }
    }
}
