import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemRunDir } from '../../protocol/names.ts';
import { version } from '../../protocol/version.ts';
import { isRunning } from '../store/process-identity.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { optionalParts } from './optional-parts.ts';
import type { Patient } from './patient.ts';

/** Node, the parts of Rigdeck, and the daemon that runs. */
export const programChecks: readonly Check[] = [
  {
    id: 'node-version',
    looks: 'the version of Node',
    bites: 'below 20.19 the daemon does not start',
    look: () => {
      const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
      const isEnough = major > 20 || (major === 20 && minor >= 19);
      const words = `Node ${process.versions.node}`;
      return isEnough ? ok(words) : fail(`${words}, and 20.19 is needed`, newNode);
    },
  },
  {
    id: 'node-build',
    looks: 'whether Node was built with a start-up snapshot',
    bites:
      'without it every command and every module in Node starts five times slower (Debian builds it so)',
    look: () => {
      const variables: Readonly<Record<string, unknown>> = { ...process.config.variables };
      return variables['node_use_node_snapshot'] === false
        ? warn(
            `${process.execPath} was built without a start-up snapshot and starts slowly`,
            newNode,
          )
        : ok('built with a start-up snapshot');
    },
  },
  {
    id: 'word-size',
    looks: 'whether programs run with 32 or 64 bits',
    bites: 'for 32 bits there is no Node 24, and a program has 3 GB at most',
    look: () =>
      process.arch === 'arm'
        ? warn(
            '32-bit programs',
            'Install the 64-bit Raspberry Pi OS when you set up the next card.',
          )
        : ok(`64 bits (${process.arch})`),
  },
  ...optionalParts,
  {
    id: 'installs',
    looks: 'how many `rigdeck` programs are installed',
    bites: 'two versions take turns: what you type is not what the service runs',
    look: ({ files, env }) => {
      const folders = [...(env['PATH'] ?? '').split(':'), ...usualFolders(env)];
      const places = folders.map((folder) => files.place(join(folder, 'rigdeck')));
      const found = [...new Set(places.flatMap(realPath))];
      return found.length > 1
        ? warn(
            `${found.length} are installed: ${found.join(', ')}`,
            'Keep one: npm uninstall -g rigdeck, with the npm that installed the other.',
          )
        : ok(found[0] ?? 'none on the path beside this one');
    },
  },
  {
    id: 'daemon',
    looks: 'the process of the daemon, by its identity in status.json',
    bites: 'while it is gone modules record on, but nobody watches them or starts them again',
    look: ({ status, runDir }) => {
      if (status === null) return ok('none has run here yet');
      if (status.stopped === true) return ok('stopped by somebody');
      return isRunning(status.daemon)
        ? ok(`runs (pid ${status.daemon.pid})`)
        : fail(
            `the daemon of ${runDir} is gone without having been stopped`,
            runDir === systemRunDir ? 'sudo systemctl start rigdeck' : 'rigdeck up',
          );
    },
  },
  {
    id: 'daemon-version',
    looks: 'the version of the daemon that runs',
    bites: 'after an upgrade the old one runs on until it is started again',
    look: ({ daemonVersion }) => {
      if (daemonVersion === null) return ok('no daemon answers');
      return daemonVersion === version
        ? ok(`the daemon is ${version}, as this program`)
        : warn(
            `the daemon is ${daemonVersion}, this program ${version}`,
            'sudo systemctl restart rigdeck, or kill -TERM its pid and `rigdeck up`: recordings go on',
          );
    },
  },
];

/** For 32-bit ARM the official builds end with 22. */
const newNode =
  process.arch === 'arm'
    ? 'Install Node 22 from nodejs.org (the archive for linux-armv7l, unpacked below /usr/local).'
    : `Install Node 22 or 24 from nodejs.org (the archive for linux-${process.arch}, unpacked below /usr/local).`;

function usualFolders(env: Patient['env']): string[] {
  const home = env['HOME'] || homedir();
  return ['/usr/bin', '/usr/local/bin', join(home, '.npm-global/bin'), join(home, '.local/bin')];
}

function realPath(path: string): string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return []; // there is none in this folder
  }
}
