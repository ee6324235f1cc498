//! Texts as doc attributes, wrapped; shared by models and operations.

use std::borrow::Cow;

use proc_macro2::{Ident, Span};
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, MetaNameValue, Token, parse_quote};

/// Columns of a source line.
const WIDTH: usize = 100;

/// One attribute per line: a multi-line attribute would be printed as a block comment. `indent` is
/// the column of the documented item.
pub fn attributes(text: &str, indent: usize) -> Vec<Attribute> {
    lines(text, WIDTH - indent - "/// ".len())
        .into_iter()
        .map(|line| match line.as_str() {
            "" => attribute(""),
            line => attribute(&format!(" {line}")),
        })
        .collect()
}

/// Puts a text before the other attributes of an item.
pub fn document(attributes: &mut Vec<Attribute>, text: &str, indent: usize) {
    attributes.splice(..0, self::attributes(text, indent));
}

/// Made, not parsed: a third of all generated lines are documentation.
fn attribute(line: &str) -> Attribute {
    let span = Span::call_site();
    Attribute {
        pound_token: <Token![#]>::default(),
        style: syn::AttrStyle::Outer,
        bracket_token: syn::token::Bracket::default(),
        meta: Meta::NameValue(MetaNameValue {
            path: Ident::new("doc", span).into(),
            eq_token: <Token![=]>::default(),
            value: Expr::Lit(ExprLit {
                attrs: Vec::new(),
                lit: Lit::Str(LitStr::new(line, span)),
            }),
        }),
    }
}

/// The same for the start of a module.
pub fn inner_attributes(text: &str) -> Vec<Attribute> {
    attributes(text, 0)
        .into_iter()
        .map(|attribute| Attribute {
            style: syn::AttrStyle::Inner(<syn::Token![!]>::default()),
            ..attribute
        })
        .collect()
}

/// The note of a deprecated item: the description gives no reason and no replacement.
pub fn deprecation(deprecated: bool) -> Option<Attribute> {
    deprecated
        .then(|| parse_quote!(#[deprecated = "Clerk's API description marks this as deprecated"]))
}

/// Lines that fit the width; code blocks are kept unchanged.
fn lines(text: &str, width: usize) -> Vec<String> {
    let text = visible(text.trim());
    let mut lines = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        let line = line.trim_end();
        let is_fence = line.trim_start().starts_with("```");
        if in_code || is_fence {
            in_code ^= is_fence;
            lines.push(line.to_owned());
        } else {
            wrap(line, width, &mut lines);
        }
    }
    lines
}

/// Names of the description may contain what the compiler rejects in comments: control characters, and those
/// that change the direction of the text around them.
fn visible(text: &str) -> Cow<'_, str> {
    let is_invisible = |letter: char| {
        (letter.is_control() && letter != '\n')
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(is_invisible) {
        return Cow::Borrowed(text);
    }
    let written = |letter: char| match letter {
        letter if is_invisible(letter) => letter.escape_default().to_string(),
        letter => letter.to_string(),
    };
    Cow::Owned(text.chars().map(written).collect())
}

fn wrap(line: &str, width: usize, lines: &mut Vec<String>) {
    let continuation = if line.starts_with("- ") { "  " } else { "" };
    let mut current = String::new();
    let mut columns = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        if current.is_empty() {
            columns = length;
        } else if columns + 1 + length <= width {
            current.push(' ');
            columns += 1 + length;
        } else {
            lines.push(std::mem::take(&mut current));
            current.push_str(continuation);
            columns = continuation.len() + length;
        }
        current.push_str(word);
    }
    lines.push(current);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_wrapped_and_list_items_continue_below_their_text() {
        assert_eq!(
            lines("one two three\n\n- four five six", 10),
            ["one two", "three", "", "- four", "  five six"]
        );
    }

    #[test]
    fn code_blocks_are_not_wrapped() {
        assert_eq!(
            lines("```\none two three\n```", 5),
            ["```", "one two three", "```"]
        );
    }

    #[test]
    fn characters_that_a_comment_cannot_contain_are_escaped() {
        assert_eq!(
            lines("Sets `a\u{202e}b\rc\u{2066}`.\n\u{7f}é", 80),
            [r"Sets `a\u{202e}b\rc\u{2066}`.", r"\u{7f}é"]
        );
    }

    #[test]
    fn no_text_is_no_attribute() {
        assert!(attributes("  \n", 0).is_empty());
    }
}
