//! Edits YAML by lines, so that comments and layout stay as they are.
//!
//! It knows block mappings and lists, which is how the files in `spec` are written. The result of an
//! edit is parsed and compared with the edited value, so a layout that it does not know is an error
//! and never a damaged file.

use serde_json::{Map, Value};

use crate::input::load;
use crate::support::edit::Change;
use crate::support::error::{Error, Result};

/// The columns by which a mapping is indented.
const INDENT: usize = 2;
/// Texts are folded at this column.
const WIDTH: usize = 100;

/// `text` with the change at a path; `file` names it in errors.
pub fn edited(file: &str, text: &str, path: &[String], change: &Change) -> Result<String> {
    let failed = |what: &str| {
        Error::new(
            file,
            format!("`{}` cannot be edited: {what}", path.join(".")),
            "make the edit by hand",
        )
    };
    let mut value = if text.trim().is_empty() {
        Value::Object(Map::new())
    } else {
        load::parse(file, text)?
    };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    edit_lines(&mut lines, path, change).ok_or_else(|| failed("its layout is unusual"))?;
    edit_value(&mut value, path, change).ok_or_else(|| failed("there is no such entry"))?;
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let edited = lines.join(end) + end;
    if load::parse(file, &edited).is_ok_and(|parsed| parsed == value) {
        Ok(edited)
    } else {
        Err(failed("its layout is unusual"))
    }
}

/// A mapping that a removal leaves empty is removed with its key.
fn edit_value(value: &mut Value, path: &[String], change: &Change) -> Option<()> {
    let (key, parents) = path.split_last()?;
    let mut parent = &mut *value;
    for key in parents {
        parent = match parent {
            Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?)?,
            Value::Object(members) => members
                .entry(key.clone())
                .or_insert_with(|| Value::Object(Map::new())),
            _ => return None,
        };
    }
    let mut is_empty = false;
    match (parent, change) {
        (Value::Object(members), Change::Add { value, .. }) if !members.contains_key(key) => {
            members.insert(key.clone(), value.clone());
        }
        (Value::Object(members), Change::Remove) => {
            members.shift_remove(key)?;
            is_empty = members.is_empty();
        }
        (Value::Object(members), Change::Rename(name)) if !members.contains_key(name) => {
            let value = members.shift_remove(key)?;
            members.insert(name.clone(), value);
        }
        (Value::Array(items), Change::Remove) => {
            let index = key.parse().ok().filter(|index| *index < items.len())?;
            items.remove(index);
        }
        _ => return None,
    }
    if is_empty && !parents.is_empty() {
        return edit_value(value, parents, change);
    }
    Some(())
}

/// The lines of a mapping or a list.
#[derive(Clone, Copy)]
struct Block {
    start: usize,
    end: usize,
    /// The column of its entries.
    column: usize,
    /// Whether the first line starts with the mark of the list item that contains it.
    is_item: bool,
}

/// The lines of an entry, and what follows its key on the first of them.
struct Entry {
    start: usize,
    end: usize,
    key: Option<String>,
    value: String,
}

fn edit_lines(lines: &mut Vec<String>, path: &[String], change: &Change) -> Option<()> {
    let mut block = whole(lines);
    let mut path = path;
    // The lines of the entry, and of the entries around it that contain nothing else.
    let mut only: Option<(usize, usize)> = None;
    while let [key, rest @ ..] = path {
        let all = entries(lines, block);
        let found = match key.parse::<usize>() {
            Ok(index) if all.iter().all(|entry| entry.key.is_none()) => all.get(index),
            _ => all.iter().find(|entry| entry.key.as_ref() == Some(key)),
        };
        let Some(entry) = found else {
            let Change::Add { value, facts } = change else {
                return None;
            };
            add(lines, block, &all, path, value, facts);
            return Some(());
        };
        let (start, end) = match only {
            Some(only) if all.len() == 1 => only,
            _ => (entry.start, entry.end),
        };
        only = Some((start, end));
        if rest.is_empty() {
            match change {
                Change::Add { .. } => return None,
                Change::Remove => {
                    lines.drain(start..end);
                    close(lines, start);
                    if lines.iter().all(|line| is_aside(line)) {
                        lines.push("{}".to_owned());
                    }
                }
                Change::Rename(name) => {
                    let line = lines.get_mut(entry.start)?;
                    let renamed = format!(
                        "{}{}: {}",
                        " ".repeat(block.column),
                        scalar(name),
                        entry.value
                    );
                    renamed.trim_end().clone_into(line);
                }
            }
            return Some(());
        }
        block = match (entry.key.is_some(), entry.value.as_str()) {
            (false, _) => Block {
                start: entry.start,
                end: entry.end,
                column: block.column + INDENT,
                is_item: true,
            },
            (true, value) if value.is_empty() || value.starts_with('#') => {
                inside(lines, entry, block.column)?
            }
            (true, flow) => {
                let (start, column) = (entry.start, block.column + INDENT);
                let (before, old) = (lines.len(), entry.end);
                let end = expand(lines, start, old, flow, column)?;
                only = only.map(|(start, end)| (start, end + lines.len() - before));
                Block {
                    start: start + 1,
                    end,
                    column,
                    is_item: false,
                }
            }
        };
        path = rest;
    }
    None
}

/// Removes the empty lines that separated a removed entry from the next one.
fn close(lines: &mut Vec<String>, mut at: usize) {
    let is_empty = |line: Option<&String>| line.is_none_or(|line| line.trim().is_empty());
    if !is_empty(at.checked_sub(1).and_then(|before| lines.get(before))) {
        return;
    }
    while at < lines.len() && is_empty(lines.get(at)) {
        lines.remove(at);
    }
    while lines.len() == at && lines.pop_if(|line| line.trim().is_empty()).is_some() {
        at -= 1;
    }
}

/// The mapping of the document.
fn whole(lines: &mut Vec<String>) -> Block {
    let is_content = |line: &String| !is_aside(line);
    if let Some(start) = lines.iter().position(is_content)
        && lines.get(start).is_some_and(|line| line.trim() == "{}")
    {
        lines.remove(start);
    }
    Block {
        start: 0,
        end: lines.len(),
        column: 0,
        is_item: false,
    }
}

/// The block below a key.
fn inside(lines: &[String], entry: &Entry, column: usize) -> Option<Block> {
    let start = entry.start + 1;
    let first = lines
        .get(start..entry.end)?
        .iter()
        .find(|line| !is_aside(line));
    Some(Block {
        start,
        end: entry.end,
        column: first.map_or(column + INDENT, |line| indent(line)),
        is_item: false,
    })
}

/// Writes a flow mapping as a block. Returns where it ends.
fn expand(
    lines: &mut Vec<String>,
    start: usize,
    end: usize,
    flow: &str,
    column: usize,
) -> Option<usize> {
    let first = lines.get(start)?.strip_suffix(flow)?.trim_end().to_owned();
    let rest = lines.get(start + 1..end)?.join("\n");
    let value = load::parse("", &format!("{flow}\n{rest}")).ok()?;
    let text = match &value {
        Value::Object(members) if members.is_empty() => String::new(),
        value => load::print(value).ok()?,
    };
    let block = text.lines().map(|line| " ".repeat(column) + line);
    let block: Vec<String> = [first].into_iter().chain(block).collect();
    let after = start + block.len();
    lines.splice(start..end, block);
    Some(after)
}

fn entries(lines: &[String], block: Block) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    for index in block.start..block.end {
        let Some(line) = lines.get(index) else { break };
        let is_first = block.is_item && index == block.start;
        if is_aside(line) || (!is_first && indent(line) != block.column) {
            continue;
        }
        let text = line.get(block.column..).unwrap_or_default();
        if let Some(last) = found.last_mut() {
            last.end = index;
        }
        let (key, value) = match text.starts_with("- ") && !is_first {
            true => (None, String::new()),
            false => key_of(text).map_or((None, String::new()), |(key, value)| (Some(key), value)),
        };
        found.push(Entry {
            start: index,
            end: block.end,
            key,
            value,
        });
    }
    for entry in &mut found {
        // Comments and empty lines before the next entry belong to that.
        let belongs = |line: &String| {
            !is_aside(line) || (indent(line) > block.column && !line.trim().is_empty())
        };
        while entry.end > entry.start + 1
            && lines.get(entry.end - 1).is_some_and(|line| !belongs(line))
        {
            entry.end -= 1;
        }
    }
    found
}

/// The key at the start of a line, and the text after it.
fn key_of(text: &str) -> Option<(String, String)> {
    let quote = text
        .chars()
        .next()
        .filter(|first| ['\'', '"'].contains(first));
    let end = match quote {
        Some(quote) => text.get(1..)?.find(&format!("{quote}:"))? + 2,
        None => text
            .find(": ")
            .or_else(|| text.strip_suffix(':').map(str::len))?,
    };
    let (key, rest) = text.split_at_checked(end)?;
    let key = load::parse("", &format!("{key}: 1")).ok()?;
    let key = key.as_object()?.keys().next()?.clone();
    Some((key, rest.strip_prefix(':')?.trim().to_owned()))
}

/// Adds the entry at the rest of a path at the end of a block.
fn add(
    lines: &mut Vec<String>,
    block: Block,
    all: &[Entry],
    path: &[String],
    value: &Value,
    facts: &[String],
) {
    let mut added = Vec::new();
    if let [.., before, last] = all
        && (before.end..last.start)
            .any(|line| lines.get(line).is_some_and(|line| line.trim().is_empty()))
    {
        added.push(String::new());
    }
    let mut column = block.column;
    for (index, key) in path.iter().enumerate() {
        let margin = " ".repeat(column);
        if index + 1 < path.len() {
            added.push(format!("{margin}{}:", scalar(key)));
        } else {
            added.extend(facts.iter().map(|fact| format!("{margin}# {fact}")));
            added.extend(written(&margin, key, value));
        }
        column += INDENT;
    }
    let at = all.last().map_or(block.end, |last| last.end);
    lines.splice(at..at, added);
}

fn written(margin: &str, key: &str, value: &Value) -> Vec<String> {
    let key = scalar(key);
    match value {
        Value::String(text) if text.contains(' ') => {
            let mut lines = vec![format!("{margin}{key}: >-")];
            let margin = format!("{margin}{}", " ".repeat(INDENT));
            let mut line = margin.clone();
            for word in text.split(' ') {
                if line.len() + 1 + word.len() > WIDTH && line.len() > margin.len() {
                    lines.push(std::mem::replace(&mut line, margin.clone()));
                }
                if line.len() > margin.len() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            lines.push(line);
            lines
        }
        Value::String(text) => vec![format!("{margin}{key}: {}", scalar(text))],
        // JSON is YAML.
        value => vec![format!("{margin}{key}: {value}")],
    }
}

/// A key or a short text, quoted if it must be.
fn scalar(text: &str) -> String {
    let printed = load::print(&text).unwrap_or_default();
    match printed.trim_end() {
        line if !line.contains('\n') => line.to_owned(),
        _ => Value::from(text).to_string(),
    }
}

/// Whether a line is empty or a comment.
fn is_aside(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
