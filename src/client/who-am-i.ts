import { readlinkSync } from 'node:fs';
import { userInfo } from 'node:os';

export type Identity = {
  readonly user: string | null;
  /** `pts/2`, `tty1`. Null where no terminal is on standard input or error. */
  readonly tty: string | null;
  readonly ssh: boolean;
};

/** Who this client says it is: the person behind sudo rather than root, its terminal, and whether it came over SSH. */
export function whoAmI(env: Readonly<Record<string, string | undefined>> = process.env): Identity {
  const { SUDO_USER, USER, LOGNAME, SSH_CONNECTION } = env;
  const user = [SUDO_USER, USER, LOGNAME].find((name) => name) ?? ownName();
  return {
    user: user ?? (process.getuid === undefined ? null : `uid ${process.getuid()}`),
    tty: terminalOf(0) ?? terminalOf(2),
    ssh: SSH_CONNECTION !== undefined,
  };
}

// A service and a container may have no USER.
function ownName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null; // a user id without an entry
  }
}

function terminalOf(descriptor: number): string | null {
  try {
    const path = readlinkSync(`/proc/self/fd/${descriptor}`);
    return /^\/dev\/((?:pts\/|tty)\w+)$/.exec(path)?.[1] ?? null;
  } catch {
    return null; // closed, or no /proc: then nobody can say
  }
}
