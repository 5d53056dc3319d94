/** The data directory: secrets are made once, for their owner only, and kept. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigError } from "../../../src/util/config-error.ts";
import {
  adminTokenPath,
  databasePath,
  openDataDir,
  ownSecrets,
} from "../../../src/runtime/node/data-dir.ts";
import { createSealer } from "../../../src/util/encryption.ts";

const NONE = { adminToken: undefined, encryptionKey: undefined };
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

test("secrets are made on first start, each in a file for its owner only", () => {
  const { adminToken, encryptionKey } = ownSecrets(dataDir, NONE);
  expect(adminToken).toMatch(/^[0-9a-f]{64}$/);
  expect(() => createSealer(encryptionKey)).not.toThrow();
  expect(readFileSync(adminTokenPath(dataDir), "utf8")).toBe(`${adminToken}\n`);
  const files = readdirSync(dataDir).toSorted();
  expect(files).toEqual(["admin-token", "encryption-key"]);
  expect(files.map((file) => modeOf(join(dataDir, file)))).toEqual([0o600, 0o600]);
});

test("secrets are kept over restarts, and are others in another directory", () => {
  const first = ownSecrets(dataDir, NONE);
  expect(ownSecrets(dataDir, NONE)).toEqual(first);
  const other = join(root, "other");
  openDataDir(other);
  const others = ownSecrets(other, NONE);
  expect(others.adminToken).not.toBe(first.adminToken);
  expect(others.encryptionKey).not.toBe(first.encryptionKey);
});

test("given secrets win over kept ones and are never written", () => {
  const given = { adminToken: "given-admin-token", encryptionKey: "given-key" };
  expect(ownSecrets(dataDir, given)).toEqual(given);
  expect(readdirSync(dataDir)).toEqual([]);
  const kept = ownSecrets(dataDir, NONE);
  expect(ownSecrets(dataDir, { ...NONE, adminToken: given.adminToken })).toEqual({
    adminToken: given.adminToken,
    encryptionKey: kept.encryptionKey,
  });
});

test("a file that was left empty is no secret", () => {
  writeFileSync(adminTokenPath(dataDir), "\n");
  expect(() => ownSecrets(dataDir, NONE)).toThrow(ConfigError);
  expect(() => ownSecrets(dataDir, NONE)).toThrow(/admin-token is empty: remove it/);
});

test("what else can be wrong with a file is not hidden", () => {
  expect(() => ownSecrets(join(root, "missing"), NONE)).toThrow(/ENOENT/);
});

test("the database is in it too", () => {
  expect(databasePath(dataDir)).toBe(join(dataDir, "gateway.db"));
});
