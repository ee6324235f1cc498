// Searches the built documentation for what people look for, and expects the right item among the first.
//
//     node tests/documentation/search.mjs target/doc
//
// It runs rustdoc's own search, from the files next to the pages, so the results are those that a visitor of
// docs.rs sees. rustdoc does not document how these files are loaded: a new toolchain may require changes
// here.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const SHOWN = 5;

const folder = path.resolve(process.argv[2] ?? "target/doc");
const phrases = new URL("phrases.txt", import.meta.url);

/** The lines `crate | phrase | item`, or an error that names the line. */
function read(text) {
  const cases = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const parts = line.split("|").map((part) => part.trim());
    if (parts.length !== 3 || parts.includes("")) {
      fail(`line ${index + 1} is not \`crate | phrase | item\``, `--> ${phrases.pathname}`);
    }
    cases.push({ crate: parts[0], phrase: parts[1], item: parts[2] });
  }
  return cases;
}

function fail(...lines) {
  console.error(`error: ${lines.join("\n  ")}`);
  process.exit(1);
}

/** The newest `.js` file in a folder whose name begins with `start`. */
function file(below, start) {
  const names = fs.existsSync(below) ? fs.readdirSync(below) : [];
  const found = names.filter((name) => name.startsWith(start) && name.endsWith(".js"));
  if (found.length === 0) {
    fail(
      `${below} has no file ${start}*.js`,
      "help: build the documentation first: cargo doc --workspace --all-features --no-deps",
    );
  }
  // Several toolchains may have written into one folder.
  const newest = (name) => fs.statSync(path.join(below, name)).mtimeMs;
  found.sort((left, right) => newest(right) - newest(left));
  return path.join(below, found[0]);
}

/** rustdoc's search over the index in the folder. */
async function search() {
  const require = createRequire(import.meta.url);
  // On a page, another script defines these.
  globalThis.nonnull ??= (value) => value;
  globalThis.nonundef ??= (value) => value;
  const { initSearch } = require(file(path.join(folder, "static.files"), "search-"));
  const { Stringdex, RoaringBitmap } = require(file(path.join(folder, "static.files"), "stringdex-"));
  const index = path.join(folder, "search.index");
  // Each file of the index calls one of the functions that the search passes to `loadRoot`.
  let callbacks = {};
  const run = (name) =>
    new Function(...Object.keys(callbacks), fs.readFileSync(name, "utf8"))(...Object.values(callbacks));
  const { docSearch, DocSearch } = await initSearch(Stringdex, RoaringBitmap, {
    loadRoot(given) {
      callbacks = given;
      run(file(index, "root"));
    },
    loadTreeByHash: (hash) => run(path.join(index, `${hash}.js`)),
    loadDataByNameAndHash: (name, hash) => run(path.join(index, name, `${hash}.js`)),
  });
  return async (crate, phrase) => {
    const found = await docSearch.execQuery(DocSearch.parseQuery(phrase), crate, crate);
    const items = [];
    for await (const { item, displayPath } of found.others) {
      items.push(displayPath.replace(/<[^>]*>/g, "") + item.name);
      if (items.length === SHOWN) break;
    }
    return items;
  };
}

const find = await search();
const cases = read(fs.readFileSync(phrases, "utf8"));
let failures = 0;
for (const { crate, phrase, item } of cases) {
  const items = await find(crate, phrase);
  if (items.includes(item)) continue;
  failures += 1;
  console.error(`error: \`${phrase}\` does not find \`${item}\` among the first ${SHOWN} of ${crate}`);
  console.error(`  found: ${items.join(", ") || "nothing"}`);
}
if (failures > 0) {
  console.error("help: add an alias: for an operation in spec/docs/aliases.yaml, otherwise with `#[doc(alias = \"…\")]`;");
  console.error("  for a re-exported type, rustdoc reads it only from the `pub use`");
  process.exit(1);
}
console.log(`${cases.length} phrases find the expected item`);
