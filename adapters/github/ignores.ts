/** GitHub's events that are left alone on purpose, each with its reason. Data only. */

const NOT_A_DEPLOY = "Talk and planning, not a deploy.";
const HOUSEKEEPING = "Housekeeping of the account, not a deploy.";
const ONLY_ASKS = "Only asks for something; what comes of it has events of its own.";

export const ignores: Readonly<Record<string, string>> = {
  check_run:
    "One of many checks of a commit; check_suite, workflow_job and deployment_status sum them up.",
  deployment_protection_rule:
    "Addressed to a protection app; deployment_review tells of approvals.",
  push: "What a push sets off is told by workflow_run and deployment.",
  repository_dispatch: ONLY_ASKS,
  workflow_dispatch: ONLY_ASKS,
  merge_group: "The merge queue's checks are told by workflow_run.",
  create: "A new branch or tag is not a deploy.",
  delete: "A deleted branch or tag is not a deploy.",
  commit_comment: NOT_A_DEPLOY,
  "discussion*": NOT_A_DEPLOY,
  gollum: "A wiki edit is not a deploy.",
  "issue*": NOT_A_DEPLOY,
  label: NOT_A_DEPLOY,
  milestone: NOT_A_DEPLOY,
  "project*": NOT_A_DEPLOY,
  "pull_request_review*":
    "Talk about a pull request; asking for a review and merging are told by pull_request.",
  sub_issues: NOT_A_DEPLOY,
  fork: "Interest in the repository, not a deploy.",
  star: "Interest in the repository, not a deploy.",
  watch: "Interest in the repository, not a deploy.",
  "branch_protection_*": HOUSEKEEPING,
  "custom_property*": HOUSEKEEPING,
  deploy_key: HOUSEKEEPING,
  github_app_authorization: HOUSEKEEPING,
  "installation*": HOUSEKEEPING,
  marketplace_purchase: HOUSEKEEPING,
  "member*": HOUSEKEEPING,
  meta: "The webhook itself was deleted.",
  "org*": HOUSEKEEPING,
  personal_access_token_request: HOUSEKEEPING,
  public: HOUSEKEEPING,
  "repository*": HOUSEKEEPING,
  "sponsorship*": HOUSEKEEPING,
  "team*": HOUSEKEEPING,
  package: "Packages are told by the release or workflow that publishes them.",
  registry_package: "Packages are told by the release or workflow that publishes them.",
  secret_scanning_alert_location:
    "A further place of an alert that secret_scanning_alert has told.",
  secret_scanning_scan: "A finished scan; what it found comes as secret_scanning_alert.",
  security_advisory:
    "Published for everyone; dependabot_alert tells whether it touches the repository.",
  security_and_analysis: HOUSEKEEPING,
};
