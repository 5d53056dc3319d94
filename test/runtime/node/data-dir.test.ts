/** The data directory: secrets are made once, for their owner only, and kept. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigError } from "../../../src/util/config-error.ts";
import {
  adminTokenPath,
  databasePath,
  encryptionKeyPath,
  keptAdminToken,
  keptEncryptionKey,
  makeEncryptionKey,
  openDataDir,
} from "../../../src/runtime/node/data-dir.ts";
import { createSealer } from "../../../src/util/encryption.ts";

let root: string;
let dataDir: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "data-dir-"));
  dataDir = join(root, "var", "gateway");
  openDataDir(dataDir);
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const modeOf = (path: string) => statSync(path).mode & 0o777;

test("is made with all above it, for its owner only, and may be there already", () => {
  expect(modeOf(dataDir)).toBe(0o700);
  expect(() => openDataDir(dataDir)).not.toThrow();
});

test("the admin token is made on first start, in a file for its owner only, and kept", () => {
  const token = keptAdminToken(dataDir);
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  expect(readFileSync(adminTokenPath(dataDir), "utf8")).toBe(`${token}\n`);
  expect(modeOf(adminTokenPath(dataDir))).toBe(0o600);
  expect(keptAdminToken(dataDir)).toBe(token);
  const other = join(root, "other");
  openDataDir(other);
  expect(keptAdminToken(other)).not.toBe(token);
});

test.each([
  ["empty", "\n", /admin-token is empty: remove it/],
  ["two lines", "one-line-of-a-token\nanother", /admin-token must be letters, digits/],
])("a file that is %s is no admin token", (_name, text, sentence) => {
  writeFileSync(adminTokenPath(dataDir), text);
  expect(() => keptAdminToken(dataDir)).toThrow(ConfigError);
  expect(() => keptAdminToken(dataDir)).toThrow(sentence);
});

test("an encryption key is made when it is asked for, and kept for its owner only", () => {
  expect(keptEncryptionKey(dataDir)).toBeUndefined();
  const key = makeEncryptionKey(dataDir);
  expect(() => createSealer(key)).not.toThrow();
  expect(keptEncryptionKey(dataDir)).toBe(key);
  expect(modeOf(encryptionKeyPath(dataDir))).toBe(0o600);
});

test("an encryption key whose file was emptied is none", () => {
  writeFileSync(encryptionKeyPath(dataDir), "\n");
  expect(keptEncryptionKey(dataDir)).toBeUndefined();
});

test("what else can be wrong with a file is not hidden", () => {
  expect(() => keptAdminToken(join(root, "missing"))).toThrow(/ENOENT/);
  mkdirSync(encryptionKeyPath(dataDir));
  expect(() => keptEncryptionKey(dataDir)).toThrow(/EISDIR/);
});

test("the database is in it too", () => {
  expect(databasePath(dataDir)).toBe(join(dataDir, "gateway.db"));
});
