#!/usr/bin/env node
/**
 * The package's command. No TypeScript and no static import, so that an older Node gets a sentence
 * and no stack.
 */
const OLDEST = 24;
const [major] = process.versions.node.split(".");
if (Number(major) < OLDEST) {
  process.stderr.write(
    `activitysmith-webhooks needs Node ${OLDEST} or newer; this is ${process.versions.node}.\nnpm brings one: npx -p node@24 -p activitysmith-webhooks activitysmith-webhooks …\n`,
  );
  process.exitCode = 1;
} else {
  await import("./main.js");
}
