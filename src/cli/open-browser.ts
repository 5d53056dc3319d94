/** Opens a page in the browser of whoever sits before the terminal. */
import { spawn } from "node:child_process";
import { env, platform, stderr, stdin } from "node:process";

/**
 * Whether there is a person with a screen: no pipe, no build server, no Linux without a display.
 */
export const canOpen = (): boolean =>
  stdin.isTTY &&
  stderr.isTTY &&
  !env["CI"] &&
  !env["SSH_CONNECTION"] &&
  (platform !== "linux" || Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"]));

/** Where there is no program that opens it, the address that was printed has to do. */
export function openBrowser(url: string): void {
  const [program, ...args] =
    platform === "darwin"
      ? ["open"]
      : platform === "win32"
        ? ["cmd", "/c", "start", ""]
        : ["xdg-open"];
  if (program === undefined) return;
  const child = spawn(program, [...args, url], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
