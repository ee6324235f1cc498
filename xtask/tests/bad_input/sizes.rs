//! Documents that are small to write and large to read.

use std::time::{Duration, Instant};

use crate::{import_rejects, regenerate_rejects};

#[test]
fn alias_bombs_are_rejected_quickly() {
    // A gigabyte of text, if written out.
    let scalar = format!(
        "a: &a '{}'\nb: [{}]\n",
        "x".repeat(1 << 20),
        "*a, ".repeat(1_024)
    );
    // Two to the power of sixty lists.
    let mut lists = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..60 {
        lists.push_str(&format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1));
    }
    let mut mappings = "a0: &a0 {x: y}\n".to_owned();
    for level in 1..60 {
        mappings.push_str(&format!(
            "a{level}: &a{level} {{l: *a{0}, r: *a{0}}}\n",
            level - 1
        ));
    }
    for bomb in [&scalar, &lists, &mappings] {
        let start = Instant::now();
        import_rejects(
            bomb,
            &[
                "incoming.yaml",
                "aliases expand the document to more than 8 times",
            ],
        );
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{:?}",
            start.elapsed()
        );
    }
    import_rejects("a: &a [*a]\n", &["incoming.yaml:1", "nested too deeply"]);
    regenerate_rejects(
        |workspace| workspace.write("spec/overlays/99-bomb.yaml", &lists),
        &["99-bomb.yaml:1", "aliases expand the document"],
    );
}

#[test]
fn deep_and_large_documents_are_rejected_quickly() {
    let start = Instant::now();
    import_rejects(
        &("[".repeat(4 << 20) + "\n"),
        &["1000 brackets are open at once"],
    );
    import_rejects(
        &("a: ".to_owned() + &"[".repeat(900) + "\n"),
        &["nested too deeply"],
    );
    import_rejects(&("- ".repeat(100_000) + "\n"), &["nested too deeply"]);
    import_rejects(&(" ".repeat(9 << 20) + "\n"), &["larger than 8 MB"]);
    let chain: String = (0..100_000)
        .map(|link| {
            format!(
                "  A{link}: {{$ref: '#/components/schemas/A{}'}}\n",
                link + 1
            )
        })
        .collect();
    let text = format!(
        "openapi: 3.0.3\ninfo: {{version: '2031-04-01'}}\npaths: {{}}\n\
         components:\n schemas:\n{chain}  A100000: {{}}\n"
    );
    import_rejects(&text, &["references in a chain"]);
    assert!(
        start.elapsed() < Duration::from_secs(120),
        "{:?}",
        start.elapsed()
    );
}
