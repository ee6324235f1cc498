//! Phrases that made readers stop do not come back. `phrases.txt` lists them, with what to write instead.

use texts::files;

/// The list itself and the page that explains it, which quote the phrases.
const EXEMPT: [&str; 2] = ["docs/writing.md", "tests/texts/"];

#[test]
fn no_phrase_of_the_list_is_used() {
    let phrases = phrases();
    let mut found = Vec::new();
    for (path, text) in files() {
        if EXEMPT.iter().any(|exempt| path.starts_with(exempt)) {
            continue;
        }
        let prose = Prose::of(&text);
        for (phrase, instead) in &phrases {
            for line in prose.lines_with(phrase) {
                found.push(format!("{path}:{line}: \"{phrase}\"; write: {instead}"));
            }
        }
    }
    assert!(
        found.is_empty(),
        "docs/writing.md explains why these are not written:\n{}",
        found.join("\n")
    );
}

#[test]
fn a_phrase_is_found_across_lines_and_markers_and_only_as_whole_words() {
    let prose = Prose::of("/// One of the\n///   Mend s.\nthemend, the\tmend\n");
    assert_eq!(prose.lines_with("the mend"), [1, 3]);
    assert!(prose.lines_with("the men").is_empty());

    let prose = Prose::of("There is no text here.\n`x` is no text.\n");
    assert_eq!(prose.lines_with("is no text"), [2]);
}

/// The phrases of the list, each with what to write instead.
fn phrases() -> Vec<(String, String)> {
    let lines = include_str!("../phrases.txt").lines();
    lines
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let (phrase, instead) = line.split_once(" => ").expect("`phrase => replacement`");
            assert_eq!(phrase, phrase.to_lowercase(), "phrases are in lower case");
            (phrase.to_owned(), instead.to_owned())
        })
        .collect()
}

/// A text in lower case, with its words separated by single spaces and without the marks of comments.
struct Prose {
    text: String,
    /// Where each line begins in it.
    lines: Vec<usize>,
}

impl Prose {
    fn of(text: &str) -> Self {
        let mut prose = Self {
            text: String::new(),
            lines: Vec::new(),
        };
        for line in text.lines() {
            prose.lines.push(prose.text.len());
            let line = line
                .trim_start()
                .trim_start_matches(['/', '!', '#', '>', '*']);
            for word in line.split_whitespace() {
                prose.text.push_str(&word.to_lowercase());
                prose.text.push(' ');
            }
        }
        prose
    }

    /// The numbers of the lines on which a phrase begins. "There is no …" does not count as "is no …".
    fn lines_with(&self, phrase: &str) -> Vec<usize> {
        let is_edge = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        self.text
            .match_indices(phrase)
            .filter(|(at, _)| {
                is_edge(self.text[..*at].chars().next_back())
                    && !self.text[..*at].ends_with("there ")
                    && is_edge(self.text[at + phrase.len()..].chars().next())
            })
            .map(|(at, _)| self.lines.partition_point(|begin| *begin <= at))
            .collect()
    }
}
