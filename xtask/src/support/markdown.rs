//! Texts that contain values from upstream, as Markdown that GitHub shows as they are.
//!
//! A value could mention people, refer to issues, contain links, HTML or the end of a code block.
//! Inside code, none of that has an effect; so every value is written as code.

use std::fmt::Write;

/// The text as code within a line. Line breaks and invisible characters are written as escapes.
pub fn code(text: &str) -> String {
    let text = visible(text, |_| false);
    let fence = "`".repeat(longest_run(&text) + 1);
    // Without the spaces, a backtick at either end would belong to the fence. GitHub removes them.
    // A code span cannot be empty, and its spaces are kept if it contains nothing else.
    let is_blank = text.trim_matches(' ').is_empty();
    let touches = |end: char| text.starts_with(end) || text.ends_with(end);
    if !is_blank && (touches('`') || touches(' ')) {
        format!("{fence} {text} {fence}")
    } else if text.is_empty() {
        "` `".to_owned()
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// The text as a code block, with line breaks as they are. `language` is for colours: `diff`, `text`.
pub fn block(language: &str, text: &str) -> String {
    let text = visible(text, |character| matches!(character, '\n' | '\t'));
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    format!(
        "{fence}{language}\n{}\n{fence}\n",
        text.trim_end_matches('\n')
    )
}

/// One of our sentences. Its quoted values (`` `users.list` ``) are written as code, and so is every
/// other word that is more than letters, digits and punctuation: a value may contain the quote.
pub fn sentence(text: &str) -> String {
    let mut sentence = Sentence::default();
    for (index, piece) in text.split('`').enumerate() {
        if index % 2 == 1 {
            sentence.code(piece);
            continue;
        }
        for (index, word) in piece.split([' ', '\n']).enumerate() {
            if index > 0 {
                sentence.text(" ");
            }
            if is_plain(word) {
                sentence.text(word);
            } else {
                sentence.code(word);
            }
        }
    }
    sentence.text(" ");
    sentence.written.trim_end().to_owned()
}

#[derive(Default)]
struct Sentence {
    written: String,
    /// Code at the end that is not written yet, because more may belong to it.
    open: Option<String>,
}

impl Sentence {
    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(open) = self.open.take() {
            self.written.push_str(&code(&open));
        }
        self.written.push_str(text);
    }

    /// Two pieces of code that touch are one value that contains the quote.
    fn code(&mut self, text: &str) {
        match &mut self.open {
            Some(open) => {
                open.push('`');
                open.push_str(text);
            }
            None => self.open = Some(text.to_owned()),
        }
    }
}

/// Whether the word has no meaning for GitHub, and no character that Markdown reads.
fn is_plain(word: &str) -> bool {
    let core = word
        .trim_start_matches(['(', '"'])
        .trim_end_matches([')', '"', ',', '.', ':', ';', '?']);
    let is_name = core.starts_with(|character: char| character.is_ascii_alphabetic())
        && core
            .chars()
            .all(|character| character.is_ascii_alphabetic() || "-'/".contains(character));
    // `2026-05-12`, but not `GH-12`.
    let is_number = core.starts_with(|character: char| character.is_ascii_digit())
        && core
            .chars()
            .all(|character| character.is_ascii_digit() || ".,-".contains(character));
    is_name || is_number || core.is_empty()
}

/// Control characters, those that change the direction of text, and other invisible ones become
/// escapes: `\u{202e}`.
fn visible(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut visible = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            // `escape_debug` would escape them as in a literal.
            '"' | '\'' | '\\' => visible.push(character),
            _ if is_kept(character) => visible.push(character),
            _ => {
                let _ = write!(visible, "{}", character.escape_debug());
            }
        }
    }
    visible
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`').map(str::len);
    runs.max().unwrap_or_default()
}
