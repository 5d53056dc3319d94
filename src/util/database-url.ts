/**
 * The address of a Postgres server, which may name several hosts: nothing that `URL` can parse
 * then. Pure.
 */

interface Parts {
  /** User and password with the `@` after them; empty where there are none. */
  readonly user: string;
  /** As they stand there: `db-1:5432,db-2`; empty where none is named. */
  readonly hosts: string;
  /** From the first slash or question mark on. */
  readonly rest: string;
}

/** The hosts without user and password. */
export const hostsOf = (url: string): string => partsOf(url).hosts;

/**
 * Whether postgres.js can read it, and nothing of a password would be taken for another part: one
 * with a `/`, `?`, `#`, or (before several hosts) an `@` that is not percent-encoded.
 * https://github.com/porsager/postgres#multi-host-connections---high-availability-ha
 */
export function isDatabaseUrl(url: string): boolean {
  const { user, hosts, rest } = partsOf(url);
  const all = hosts.split(",");
  const isPasswordCut = rest.split("?", 1)[0]?.includes("@") === true;
  const isAmbiguous = all.length > 1 && user.indexOf("@") < user.length - 1;
  return (
    /^postgres(ql)?:\/\//.test(url) &&
    !isPasswordCut &&
    !isAmbiguous &&
    isDecodable(user) &&
    all.every((host) => URL.canParse(`postgres://${user}${host}${rest}`))
  );
}

function partsOf(url: string): Parts {
  const [, authority = "", rest = ""] = /^\w+:\/\/([^/?#]*)(.*)$/s.exec(url) ?? [];
  const userEnd = authority.lastIndexOf("@") + 1;
  return { user: authority.slice(0, userEnd), hosts: authority.slice(userEnd), rest };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
