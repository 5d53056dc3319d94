/**
 * The library's type declarations: those that its entries lead to, and a summary of them, a line a
 * declaration or member. `npm run public-types` records it; what stands there must not go or
 * change, for programs are compiled against it.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Of the package's exports, by the names of their files in `src/library/`. */
export const ENTRIES = {
  ".": "gateway",
  "./worker": "worker",
  "./adapters": "adapters",
  "./adapter": "adapter",
  "./verify": "verify",
} as const;

const ROOT = join(import.meta.dirname, "..", "..", "..");
const LIBRARY = join("src", "library");
const RELATIVE_IMPORT = /(?<=(?:from |import\()")(\.{1,2}\/[^"]+)\.ts(?=")/g;

/**
 * Text by path from the root, of the entries and all that they lead to; imports name `.js` files.
 */
export function declarationsOf(entries: readonly string[]): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "types-"));
  try {
    const compiler = join(ROOT, "node_modules", ".bin", "tsc");
    execFileSync(compiler, ["-p", LIBRARY, "--outDir", folder], { cwd: ROOT, stdio: "inherit" });
    const found = new Map<string, string>();
    const visit = (path: string): void => {
      if (found.has(path)) return;
      const text = readFileSync(join(folder, path), "utf8");
      found.set(path, text.replaceAll(RELATIVE_IMPORT, "$1.js"));
      for (const [, target = ""] of text.matchAll(RELATIVE_IMPORT))
        visit(join(dirname(path), `${target}.d.ts`));
    };
    for (const name of entries) visit(join(LIBRARY, `${name}.d.ts`));
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function writeTypes(folder: string, entries: readonly string[]): void {
  for (const [path, text] of declarationsOf(entries)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

export const RECORD = join(ROOT, "test", "library", "public-types.txt");

/**
 * What the entries export and what that is made of: sorted, without comments, members of interfaces
 * on their own lines.
 */
export function summaryOf(declarations: ReadonlyMap<string, string>): string[] {
  const statements = [...declarations].flatMap(([path, text]) =>
    statementsIn(text.replaceAll(/\/\*[\s\S]*?\*\//g, "")).map((it) => ({ path, text: it })),
  );
  const isOfEntry = ({ path }: { path: string }) => path.startsWith(LIBRARY);
  const exported = statements.filter(({ text }) => text.startsWith("export "));
  const known = new Set(exported.filter(isOfEntry));
  for (const { text } of known) {
    const names = new Set(text.match(/[A-Za-z_$][\w$]*/g));
    const everything = / \* from ".*\/(.+)\.js"/.exec(text)?.[1];
    for (const it of exported) {
      const isWhole = everything !== undefined && it.path.endsWith(`/${everything}.d.ts`);
      if (isWhole || names.has(nameOf(it.text))) known.add(it);
    }
  }
  const lines = [...known].flatMap((it) =>
    isOfEntry(it) ? linesOf(it.text).map((line) => `${it.path}: ${line}`) : linesOf(it.text),
  );
  return [...new Set(lines)].filter((line) => !/^export (\*|\{|type \{)/.test(line)).toSorted();
}

const nameOf = (statement: string): string =>
  /^export (?:declare )?(?:abstract )?(?:const|function|class|interface|type) ([\w$]+)/.exec(
    statement,
  )?.[1] ?? "";

const BLOCK = /^\s*export (declare )?(abstract )?(interface|class) /;

/** Each collapsed to one line; they end at a semicolon or closing brace outside of all braces. */
function statementsIn(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? "";
    if ("{([".includes(sign)) depth += 1;
    if ("})]".includes(sign)) depth -= 1;
    const isBlock = sign === "}" && BLOCK.test(text.slice(start, at));
    const isEnd = sign === ";" || isBlock;
    if (depth > 0 || !isEnd) continue;
    found.push(text.slice(start, at + 1));
    start = at + 1;
  }
  return found.map((it) => it.replaceAll(/\s+/g, " ").trim()).filter((it) => it !== ";");
}

function linesOf(statement: string): string[] {
  const [, head, members] =
    /^(export (?:declare )?(?:abstract )?(?:interface|class) [^{]+)\{(.*)\}$/.exec(statement) ?? [];
  if (head === undefined || members === undefined) {
    const [, name = ""] = /^export declare const ([\w$]+): z\./.exec(statement) ?? [];
    // A schema's fields.
    if (name !== "") return statement.split("; ").map((field) => `${name} → ${field}`);
    return [statement];
  }
  return [head.trim(), ...statementsIn(members).map((member) => `${head.trim()} → ${member}`)];
}

if (import.meta.main) {
  const lines = summaryOf(declarationsOf(Object.values(ENTRIES)));
  writeFileSync(RECORD, `${lines.join("\n")}\n`);
}
