/** The stories that can be played, without their payloads: those are loaded when one is played. */
export const STORIES = [
  { name: "success", title: "Success", scenes: ["vercel/production-success"] },
  { name: "failure", title: "Failure", scenes: ["vercel/production-failure"] },
  { name: "approval", title: "Needs approval", scenes: ["github/production-approval"] },
  { name: "rollback", title: "Rollback", scenes: ["vercel/production-rollback"] },
  {
    name: "busy",
    title: "A busy day",
    scenes: [
      "vercel/production-success",
      "netlify/production-success",
      "railway/production-failure",
      "github/ci-success",
    ],
  },
] as const;
