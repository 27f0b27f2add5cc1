/** What one whole process costs. */
import { execFile, execFileSync } from 'node:child_process';

/** The shell tells the time of its children with three digits; Node tells only its own. */
const timed = `TIMEFORMAT='%U %S'; time "$@" >/dev/null 2>/dev/null`;

/** User and system time of a command and all that it waited for, in ms. */
export function cpuMs(command, env) {
  const said = execFileSync('bash', ['-c', `{ ${timed}; } 2>&1`, 'bash', ...command], {
    env,
    encoding: 'utf8',
  });
  const [user, system] = said.trim().split(' ').map(Number);
  return (user + system) * 1_000;
}

/** How long a command takes, in ms. Rejects when it fails. */
export function wallMs([file, ...words], env) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    execFile(file, words, { env }, (error) => {
      if (error === null) resolve(performance.now() - began);
      else reject(error);
    });
  });
}
