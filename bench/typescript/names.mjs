// Prints, for identifiers of TypeScript files, what the compiler says they are: one JSON object a
// line, `{file, start, name, kind, path}`. `kind` is "local" (declared in the file), "outside"
// or "nothing". Called by agreement_typescript.py with the files and their places as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [folder, list] = process.argv.slice(2);
const ts = createRequire(path.join(folder, "package.json"))("typescript");
const wanted = JSON.parse(readFileSync(list, "utf8"));

const program = ts.createProgram(Object.keys(wanted), {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  jsx: ts.JsxEmit.ReactJSX,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: ["node"],
  typeRoots: [path.join(folder, "node_modules/@types")],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
});
const checker = program.getTypeChecker();

function identifierAt(node, start) {
  if (ts.isIdentifier(node) && node.getStart() === start) return node;
  return ts.forEachChild(node, (child) =>
    child.getStart() <= start && start < child.end ? identifierAt(child, start) : undefined,
  );
}

function resolved(node) {
  let symbol = checker.getSymbolAtLocation(node);
  if (ts.isShorthandPropertyAssignment(node.parent)) {
    symbol = checker.getShorthandAssignmentValueSymbol(node.parent);
  }
  while (symbol && symbol.flags & ts.SymbolFlags.Alias) {
    const next = checker.getAliasedSymbol(symbol);
    if (next === symbol) break;
    symbol = next;
  }
  return symbol;
}

for (const [file, starts] of Object.entries(wanted)) {
  const source = program.getSourceFile(file);
  for (const start of starts) {
    const node = identifierAt(source, start);
    const symbol = node && resolved(node);
    const declared = symbol?.declarations?.[0]?.getSourceFile();
    const answer = { file, start, name: node?.text ?? "", kind: "nothing", path: "" };
    if (symbol && declared) {
      answer.kind = declared === source ? "local" : "outside";
      answer.path = checker.getFullyQualifiedName(symbol);
      answer.from = declared.fileName;
    }
    console.log(JSON.stringify(answer));
  }
}
