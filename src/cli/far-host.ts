import { farHost } from '../protocol/names.ts';
import { speakTo } from '../protocol/typed-command.ts';
import { usageFailure } from './failure.ts';

/** A command line that is meant for another machine. */
type Far = { readonly host: string; readonly words: readonly string[] };

/**
 * What `--host NAME` asks for. It may stand anywhere before `--`.
 *
 * @param words what stands behind the name of the program
 * @returns null where the command is meant for this machine
 */
export function farCommand(words: readonly string[]): (() => Promise<number>) | null {
  const end = words.indexOf('--');
  const options = end === -1 ? words : words.slice(0, end);
  if (!options.some((word) => word === '--host' || word.startsWith('--host='))) return null;
  return async () => (await import('./commands/over-ssh.ts')).overSsh(takeHost(words));
}

/**
 * Takes `--host NAME` out of the words; the others stay as they are.
 *
 * @throws CommandFailure exit 2 for a name that is none, or that `ssh` would take for an option
 */
export function takeHost(words: readonly string[]): Far {
  const hosts: string[] = [];
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') {
      rest.push(...words.slice(at));
      break;
    }
    if (word === '--host') hosts.push(words[++at] ?? '');
    else if (word.startsWith('--host=')) hosts.push(word.slice('--host='.length));
    else rest.push(word);
  }
  const [host = '', ...more] = hosts;
  if (more.length > 0) throw usageFailure('--host is given more than once');
  checkName(host);
  return { host, words: rest };
}

/** As `ssh` takes it: `field-rig-03`, `pi@10.0.0.7`, `ssh://pi@rig:2222`, or a name of ~/.ssh/config. */
const hostName = /^[\w@.:%[\]/+][\w@.:%[\]/+-]*$/;

function checkName(host: string): void {
  const remedy = 'For example: rigdeck --host pi@field-rig-03 status';
  if (host === '') throw usageFailure('--host needs the name of a machine', remedy);
  if (hostName.test(host) && !/@-/.test(host)) return;
  throw usageFailure(`"${host}" is no name of a machine`, remedy);
}

/** Hears from the environment that this command was called over `--host`. What it starts is not: a daemon stays when that is over. */
export function hearFarHost(env: NodeJS.ProcessEnv): void {
  const name = env[farHost];
  delete env[farHost];
  if (name !== undefined && hostName.test(name)) speakTo(name);
}
