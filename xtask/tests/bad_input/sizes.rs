//! Documents that are small to write and large to read.

use std::time::{Duration, Instant};

use crate::{import_is_refused, regenerate_is_refused};

#[test]
fn alias_bombs_are_refused_in_no_time() {
    // A gigabyte of text, had it been written out.
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
        import_is_refused(
            bomb,
            &[
                "incoming.yaml",
                "aliases make the document more than 8 times",
            ],
        );
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{:?}",
            start.elapsed()
        );
    }
    import_is_refused("a: &a [*a]\n", &["incoming.yaml:1", "nest too deeply"]);
    regenerate_is_refused(
        |workspace| workspace.write("spec/overlays/99-bomb.yaml", &lists),
        &["99-bomb.yaml:1", "aliases make the document"],
    );
}

#[test]
fn deep_and_large_documents_are_refused_in_no_time() {
    let start = Instant::now();
    import_is_refused(
        &("[".repeat(4 << 20) + "\n"),
        &["1000 brackets are open at once"],
    );
    import_is_refused(
        &("a: ".to_owned() + &"[".repeat(900) + "\n"),
        &["nest too deeply"],
    );
    import_is_refused(&("- ".repeat(100_000) + "\n"), &["nest too deeply"]);
    import_is_refused(&(" ".repeat(9 << 20) + "\n"), &["larger than 8 MB"]);
    let chain: String = (0..100_000)
        .map(|link| {
            format!(
                "  A{link}: {{$ref: '#/components/schemas/A{}'}}\n",
                link + 1
            )
        })
        .collect();
    let text = format!("openapi: 3.0.3\ncomponents:\n schemas:\n{chain}  A100000: {{}}\n");
    import_is_refused(&text, &["references follow each other"]);
    assert!(
        start.elapsed() < Duration::from_secs(120),
        "{:?}",
        start.elapsed()
    );
}
