/**
 * The gateway as a Worker out of the package: `main` of a wrangler.toml like the one of the
 * repository.
 */
export { default, PreviewObject } from "activitysmith-webhooks/worker";
