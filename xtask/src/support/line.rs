//! Tokens as one line of text, spaced as in source code: for the surface record, and for the input
//! of macros, which prettyplease does not format.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// `impl Into<String>`, where the tokens' own text would be `impl Into < String >`.
pub fn text(item: &impl ToTokens) -> String {
    let mut line = Line::default();
    line.tokens(item.to_token_stream());
    line.text
}

#[derive(Default)]
struct Line {
    text: String,
    /// What precedes the next token.
    last: Last,
    /// Incomplete punctuation: `-` of `->`.
    pending: String,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    #[default]
    Nothing,
    Word,
    /// Punctuation that is followed by a space.
    Separator,
}

impl Line {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(word) => self.word(&word.to_string()),
                TokenTree::Literal(word) => self.word(&word.to_string()),
                TokenTree::Group(group) => self.group(group.delimiter(), group.stream()),
                TokenTree::Punct(punct) => {
                    self.pending.push(punct.as_char());
                    let lifetime = punct.as_char() == '\'';
                    if punct.spacing() == Spacing::Alone || lifetime || self.is_whole() {
                        self.punctuation();
                    }
                }
            }
        }
    }

    /// `>>` ends two lists of arguments: it is never one token here.
    fn is_whole(&self) -> bool {
        matches!(self.pending.as_str(), "<" | ">" | "&" | "," | "->" | "::")
    }

    fn word(&mut self, word: &str) {
        if self.last != Last::Nothing {
            self.text.push(' ');
        }
        self.text.push_str(word);
        self.last = Last::Word;
    }

    fn punctuation(&mut self) {
        let text = std::mem::take(&mut self.pending);
        let (before, after) = match text.as_str() {
            "," | ":" | ";" => (false, true),
            "->" | "=" | "+" | "=>" => (true, true),
            _ => (false, false),
        };
        if (before && !self.text.is_empty()) || (self.last == Last::Separator && !after) {
            self.text.push(' ');
        }
        self.text.push_str(&text);
        self.last = if after {
            Last::Separator
        } else {
            Last::Nothing
        };
    }

    fn group(&mut self, delimiter: Delimiter, content: TokenStream) {
        let (open, close) = match delimiter {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{ ", " }"),
            Delimiter::None => ("", ""),
        };
        let is_call = delimiter == Delimiter::Parenthesis && self.last == Last::Word;
        if self.last != Last::Nothing && !is_call {
            self.text.push(' ');
        }
        self.text.push_str(open);
        self.last = Last::Nothing;
        self.tokens(content);
        // The trailing comma of a list that was broken over lines.
        if self.text.ends_with(',') {
            self.text.pop();
        }
        self.text.push_str(close);
        self.last = Last::Word;
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn tokens_are_spaced_as_in_source_code() {
        for (tokens, expected) in [
            (quote! { impl Into<String> }, "impl Into<String>"),
            (quote! { Vec<Vec<models::User>> }, "Vec<Vec<models::User>>"),
            (
                quote! { (&self, user_id: impl Into<String>,) -> Get<C> },
                "(&self, user_id: impl Into<String>) -> Get<C>",
            ),
            (
                quote! { (mut self, value: bool) -> Self },
                "(mut self, value: bool) -> Self",
            ),
            (
                quote! { impl IntoIterator<Item = (impl Into<String>, bool)> },
                "impl IntoIterator<Item = (impl Into<String>, bool)>",
            ),
            (
                quote! { &'static [&'static str] },
                "&'static [&'static str]",
            ),
            (quote! { () -> () }, "() -> ()"),
            (
                quote! { crate::types::Timestamp },
                "crate::types::Timestamp",
            ),
            (quote! { impl A + 'static }, "impl A + 'static"),
            (
                quote! { List -> Page<User>, page { items: Some("data"), limit: 500 } },
                "List -> Page<User>, page { items: Some(\"data\"), limit: 500 }",
            ),
        ] {
            assert_eq!(text(&tokens), expected);
        }
    }
}
