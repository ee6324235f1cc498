//! The lines of an import in CHANGELOG.md.

use xtask::review::changes::changelog::extended;

const ENTRY: &str = "<!-- About. -->\n\nAPI description: x.\n\n### Breaking\n\n- `a` is gone.\n\n\
                     ### Added\n\n- `b` is new.\n- `c` is new.\n";

fn extend(changelog: &str) -> (String, usize) {
    extended(changelog, ENTRY).unwrap()
}

#[test]
fn lines_are_added_to_the_unreleased_section() {
    let (text, added) = extend("# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n### Added\n\n- All.\n");
    assert_eq!(
        text,
        "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- `a` is gone.\n\n### Added\n\n- `b` is \
         new.\n- `c` is new.\n\n## 0.1.0\n\n### Added\n\n- All.\n"
    );
    assert_eq!(added, 3);
    assert_eq!(
        extend(&text),
        (text.clone(), 0),
        "running it twice adds nothing"
    );
}

#[test]
fn hand_written_lines_are_kept() {
    let (text, added) = extend(
        "## Unreleased\n\nSoon.\n\n### Added\n\n- By hand,\n  on two lines.\n- `c` is new.\n\n\
         ### Fixed\n\n- A bug.\n",
    );
    assert_eq!(
        text,
        "## Unreleased\n\nSoon.\n\n### Breaking\n\n- `a` is gone.\n\n### Added\n\n- By hand,\n  on \
         two lines.\n- `c` is new.\n- `b` is new.\n\n### Fixed\n\n- A bug.\n"
    );
    assert_eq!(added, 2);
}

#[test]
fn a_new_section_is_inserted_before_hand_written_ones() {
    let (text, _) = extend("## Unreleased\n\n### Fixed\n\n- A bug.\n\n## 0.1.0\n");
    let titles: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
    assert_eq!(
        titles,
        [
            "## Unreleased",
            "### Breaking",
            "### Added",
            "### Fixed",
            "## 0.1.0"
        ]
    );
}

#[test]
fn a_changelog_without_an_unreleased_section_is_rejected() {
    for changelog in ["", "# Changelog\n\n## 0.1.0\n", "See ## Unreleased\n"] {
        assert!(extended(changelog, ENTRY).is_err(), "{changelog}");
    }
}
