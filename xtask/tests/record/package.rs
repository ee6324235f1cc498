//! The versions of packages.

use semver::Version;
use xtask::record::package::{are_incompatible, incompatible, version_of};

fn parse(text: &str) -> Version {
    text.parse().unwrap()
}

#[test]
fn the_first_number_that_is_not_zero_is_the_promise() {
    for (version, next) in [
        ("1.2.3", "2.0.0"),
        ("0.2.3+a", "0.3.0+a"),
        ("0.0.3", "0.0.4"),
    ] {
        assert_eq!(incompatible(&parse(version)), parse(next));
        assert!(are_incompatible(&parse(next), &parse(version)));
    }
    for (one, other) in [
        ("1.2.3", "1.9.0"),
        ("0.2.3", "0.2.4"),
        ("0.2.3+a", "0.2.3+b"),
    ] {
        assert!(!are_incompatible(&parse(one), &parse(other)));
        assert!(!are_incompatible(&parse(other), &parse(one)));
    }
    assert!(are_incompatible(
        &parse("0.2.0-alpha.2"),
        &parse("0.2.0-alpha.1")
    ));
}

#[test]
fn only_the_version_of_the_package_is_read() {
    let manifest =
        "[workspace]\nversion = \"9.9.9\"\n[package]\nname = \"a\"\nversion = \"1.2.3+x\"\n";
    assert_eq!(version_of("a", manifest).unwrap(), parse("1.2.3+x"));
    for text in [
        "[package]\nname = \"a\"\n[lib]\nversion = \"1.2.3\"\n",
        "[package]\nversion = \"1.2\"\n",
        "[package]\nversion = 1\n",
        "package = \n",
    ] {
        assert!(version_of("a", text).is_err(), "{text}");
    }
}
