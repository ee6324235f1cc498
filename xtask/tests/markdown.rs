//! Values of upstream in Markdown: an independent parser must read them back as code, unchanged.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use xtask::support::markdown::{block, code, sentence};

/// Values that would leave their place or have an effect on GitHub.
const HOSTILE: [&str; 22] = [
    "`@team` closes #1 <img src=x>",
    "``` @team",
    "`",
    "``",
    "` `",
    "``` `` `",
    "@team",
    "closes #1, GH-2, owner/repo#3",
    "<img src=x onerror=y>",
    "<!-- ",
    "-->",
    "![x](http://example.com/x.png)",
    "[x](http://example.com)",
    "www.example.com http://example.com a@example.com",
    "| a | b |",
    "**a** _b_ ~c~ \\",
    "- [ ] task",
    "# heading",
    "&amp; &#64;team",
    " padded ",
    "~~~",
    ":tada:",
];

fn events(markdown: &str) -> Vec<Event<'_>> {
    Parser::new_ext(markdown, Options::all()).collect()
}

#[test]
fn a_value_is_one_piece_of_code_with_the_same_text() {
    for value in HOSTILE {
        let line = format!("- [ ] before {} after\n", code(value));
        let mut codes = Vec::new();
        let mut texts = String::new();
        for event in events(&line) {
            match event {
                Event::Code(text) => codes.push(text.into_string()),
                Event::Text(text) => texts.push_str(&text),
                Event::TaskListMarker(_) => {}
                Event::Start(Tag::Item | Tag::List(_))
                | Event::End(TagEnd::Item | TagEnd::List(_)) => {}
                other => panic!("{value}: {other:?} in {line}"),
            }
        }
        assert_eq!(codes, [value]);
        assert_eq!(texts, "before  after", "{value}");
    }
}

#[test]
fn a_block_is_one_piece_of_code_with_the_same_lines() {
    let all = HOSTILE.join("\n");
    for value in HOSTILE
        .into_iter()
        .chain([all.as_str(), "a\n\n    b\n```\n@team"])
    {
        let markdown = format!("Before.\n\n{}\nAfter @x.\n", block("text", value));
        let mut inside = None;
        for event in events(&markdown) {
            match (event, &mut inside) {
                (Event::Start(Tag::CodeBlock(_)), None) => inside = Some(String::new()),
                (Event::Text(text), Some(inside)) => inside.push_str(&text),
                (Event::End(TagEnd::CodeBlock), Some(_)) => break,
                _ => {}
            }
        }
        assert_eq!(inside.unwrap(), format!("{value}\n"));
    }
}

#[test]
fn line_breaks_and_invisible_characters_are_escapes() {
    assert_eq!(code("a\nb\r\tc"), "`a\\nb\\r\\tc`");
    assert_eq!(
        code("\u{202e}a\u{2066}\u{200b}\u{feff}\u{2028}\u{0}\u{1b}[31m"),
        "`\\u{202e}a\\u{2066}\\u{200b}\\u{feff}\\u{2028}\\0\\u{1b}[31m`"
    );
    assert_eq!(code("it's \"é\" \\d"), "`it's \"é\" \\d`");
    assert_eq!(
        block("text", "a\u{202e}\r\nb\tc"),
        "```text\na\\u{202e}\\r\nb\tc\n```\n"
    );
    assert_eq!(code(""), "` `");
}

#[test]
fn the_words_of_a_sentence_are_text_and_everything_else_is_code() {
    assert_eq!(
        sentence("new operation `CreateX` (2026-05-12): the limit is 3, not 1.5."),
        "new operation `CreateX` (2026-05-12): the limit is 3, not 1.5."
    );
    assert_eq!(
        sentence("under [features],\nuse x_y"),
        "under `[features],` use `x_y`"
    );
    assert_eq!(
        sentence("`User.`@team` is #1` has no text"),
        "``User.`@team` is #1`` has no text"
    );
    let of_a_value = |value: &&str| {
        let sentences = [
            "new value `{}` of the enum",
            "`User.{}` has no text",
            "{}",
            "is {}",
        ];
        sentences.map(|sentence| sentence.replace("{}", value))
    };
    for value in HOSTILE.iter().flat_map(of_a_value) {
        let written = format!("{}\n", sentence(&value));
        for event in events(&written) {
            match event {
                Event::Code(_) | Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                Event::Text(text) => {
                    let is_plain = |letter: char| {
                        letter.is_ascii_alphanumeric() || " ,.:;()/-'\"".contains(letter)
                    };
                    assert!(text.chars().all(is_plain), "{value}: {text} in {written}");
                    for effect in ["GH-", "www.", "://"] {
                        assert!(!text.contains(effect), "{value}: {text}");
                    }
                }
                other => panic!("{value}: {other:?} in {written}"),
            }
        }
    }
}
