//! The parser for the syntax of path-to-regexp 6, according to its documentation.

use std::iter::Peekable;
use std::str::CharIndices;

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Text(String),
    Parameter(Parameter),
}

/// A parameter or group, with the text around it in braces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parameter {
    pub(super) name: Option<String>,
    /// What it matches; `None` if the braces contain only text.
    pub(super) pattern: Option<String>,
    pub(super) prefix: String,
    pub(super) suffix: String,
    pub(super) modifier: Modifier,
}

/// How often a part may occur.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Modifier {
    #[default]
    Once,
    Optional,
    Any,
    Some,
}

impl Modifier {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Once => "",
            Self::Optional => "?",
            Self::Any => "*",
            Self::Some => "+",
        }
    }

    pub(super) fn repeats(self) -> bool {
        matches!(self, Self::Any | Self::Some)
    }
}

/// A parameter without a pattern of its own matches one segment.
const SEGMENT: &str = "[^/#?]+?";
/// The characters that belong to the parameter after them, and are optional with it.
const PREFIXES: [char; 2] = ['.', '/'];

pub(super) fn parse(text: &str) -> Result<Vec<Token>, String> {
    let mut reader = Reader {
        text,
        characters: text.char_indices().peekable(),
    };
    let mut tokens = Vec::new();
    let mut plain = String::new();
    while let Some(&(position, character)) = reader.characters.peek() {
        match character {
            ':' | '(' => {
                let prefix = match plain.pop() {
                    Some(last) if PREFIXES.contains(&last) && !reader.escaped_before(position) => {
                        last.to_string()
                    }
                    Some(last) => {
                        plain.push(last);
                        String::new()
                    }
                    None => String::new(),
                };
                flush(&mut plain, &mut tokens);
                let mut parameter = reader.parameter()?;
                parameter.prefix = prefix;
                parameter.modifier = reader.modifier();
                tokens.push(Token::Parameter(parameter));
            }
            '{' => {
                flush(&mut plain, &mut tokens);
                tokens.push(Token::Parameter(reader.braces()?));
            }
            '}' => return Err(format!("a `}}` at {position} has no `{{`")),
            '*' | '+' | '?' => {
                return Err(format!("a modifier at {position} has nothing to modify"));
            }
            _ => plain.extend(reader.character()?),
        }
    }
    flush(&mut plain, &mut tokens);
    Ok(tokens)
}

fn flush(plain: &mut String, tokens: &mut Vec<Token>) {
    if !plain.is_empty() {
        tokens.push(Token::Text(std::mem::take(plain)));
    }
}

struct Reader<'p> {
    text: &'p str,
    characters: Peekable<CharIndices<'p>>,
}

impl Reader<'_> {
    /// Whether the character before this position was escaped: then it is text and not a prefix.
    fn escaped_before(&self, position: usize) -> bool {
        let mut before = self.text[..position].chars().rev().skip(1);
        before.by_ref().take_while(|one| *one == '\\').count() % 2 == 1
    }

    /// A character, or an escaped one.
    fn character(&mut self) -> Result<Option<char>, String> {
        let Some((position, character)) = self.characters.next() else {
            return Ok(None);
        };
        if character != '\\' {
            return Ok(Some(character));
        }
        match self.characters.next() {
            Some((_, escaped)) => Ok(Some(escaped)),
            None => Err(format!("a backslash at {position} escapes nothing")),
        }
    }

    /// A name, a group, or both.
    fn parameter(&mut self) -> Result<Parameter, String> {
        let name = self.name()?;
        let pattern = self.group()?;
        Ok(Parameter {
            pattern: pattern.or_else(|| name.is_some().then(|| SEGMENT.to_owned())),
            name,
            ..Parameter::default()
        })
    }

    fn name(&mut self) -> Result<Option<String>, String> {
        let Some((position, _)) = self.characters.next_if(|one| one.1 == ':') else {
            return Ok(None);
        };
        let mut name = String::new();
        let is_of_name = |one: &(usize, char)| one.1.is_ascii_alphanumeric() || one.1 == '_';
        while let Some((_, character)) = self.characters.next_if(is_of_name) {
            name.push(character);
        }
        if name.is_empty() {
            return Err(format!("a parameter at {position} has no name"));
        }
        Ok(Some(name))
    }

    fn group(&mut self) -> Result<Option<String>, String> {
        let Some((position, _)) = self.characters.next_if(|one| one.1 == '(') else {
            return Ok(None);
        };
        let mut group = String::new();
        let mut depth = 1;
        while let Some((_, character)) = self.characters.next() {
            match character {
                '\\' => {
                    group.push(character);
                    group.extend(self.characters.next().map(|one| one.1));
                    continue;
                }
                '?' if group.is_empty() => {
                    return Err(format!("a group at {position} begins with `?`"));
                }
                '(' if self.characters.peek().is_none_or(|one| one.1 != '?') => {
                    return Err(format!("a group at {position} contains a capturing group"));
                }
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return if group.is_empty() {
                    Err(format!("a group at {position} is empty"))
                } else {
                    Ok(Some(group))
                };
            }
            group.push(character);
        }
        Err(format!("a group at {position} is not closed"))
    }

    /// `{`, text, an optional parameter, text, `}`, an optional modifier.
    fn braces(&mut self) -> Result<Parameter, String> {
        self.characters.next();
        let prefix = self.plain()?;
        let mut parameter = self.parameter()?;
        parameter.prefix = prefix;
        parameter.suffix = self.plain()?;
        match self.characters.next() {
            Some((_, '}')) => {}
            Some((position, _)) => {
                return Err(format!("expected `}}` at {position}"));
            }
            None => return Err(format!("expected `}}` at {}", self.text.len())),
        }
        parameter.modifier = self.modifier();
        Ok(parameter)
    }

    /// Text up to the next special character.
    fn plain(&mut self) -> Result<String, String> {
        let mut plain = String::new();
        while let Some((_, character)) = self.characters.peek() {
            if matches!(character, ':' | '(' | '{' | '}' | '*' | '+' | '?') {
                break;
            }
            plain.extend(self.character()?);
        }
        Ok(plain)
    }

    fn modifier(&mut self) -> Modifier {
        let is_modifier = |one: &(usize, char)| matches!(one.1, '?' | '*' | '+');
        match self.characters.next_if(is_modifier) {
            Some((_, '?')) => Modifier::Optional,
            Some((_, '*')) => Modifier::Any,
            Some((_, '+')) => Modifier::Some,
            _ => Modifier::Once,
        }
    }
}
