import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { loadKernel } from '../../gpio/backends/kernel.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { packageFolder } from '../config/bundled-modules.ts';
import type { MachineFiles } from '../host/machine-files.ts';
import { type Answer, type Check, ok, warn } from './check.ts';

/** The native parts, which may be left out: whether they load, as a daemon would load them, and what brings them. */
export const optionalParts: readonly Check[] = [
  {
    id: 'koffi',
    looks: 'the optional part that asks the kernel for GPIO lines',
    bites: 'without it buttons and LEDs go through sysfs: no bias, no time stamps of the kernel',
    look: async () => {
      try {
        await loadKernel();
        return ok('koffi is there');
      } catch (error) {
        return absent('koffi', error, npmLine('install', 'koffi'), npmLine('rebuild', 'koffi'));
      }
    },
  },
  {
    id: 'onoff',
    looks: 'the optional part for GPIO over sysfs',
    bites: 'with neither of the two there are no buttons and LEDs',
    look: ({ files }) => {
      try {
        createRequire(join(packageFolder() ?? '.', 'package.json'))('onoff');
        return ok('onoff is there');
      } catch (error) {
        // It is built on the machine, and what was built for another Node does not load. Its native part is epoll.
        const before = compilerLine(files);
        const lines = [npmLine('install', 'onoff'), npmLine('rebuild', 'epoll')] as const;
        return absent('onoff', error, before + lines[0], before + lines[1]);
      }
    },
  },
];

/** The two usual reasons need no more words than that. */
function absent(name: string, error: unknown, install: string, rebuild: string): Answer {
  const text = wordsOf(error);
  if (
    new RegExp(`Cannot find (package|module) '${name}'|\\b${name}, .* is not installed$`).test(text)
  )
    return warn(`${name} is not installed`, install);
  if (text.includes('NODE_MODULE_VERSION'))
    return warn(`${name} was built for another version of Node`, rebuild);
  return warn(`${name} does not load: ${text.split('\n')[0]}`, rebuild);
}

/**
 * What to type so that npm brings a part, or builds it again. The part is put beside Rigdeck, not into it: Node looks for it there, too, the
 * file that Rigdeck was installed from is not needed, and the next update of Rigdeck leaves it where it is.
 */
function npmLine(verb: 'install' | 'rebuild', name: string): string {
  const folder = packageFolder() ?? '.';
  const { flag, prefix, writes } = placeOf(folder);
  const part = verb === 'install' ? `${name}@${majorOf(name, folder)}` : name;
  return `${isWritable(writes) ? '' : 'sudo '}npm ${verb} ${flag}--prefix ${asWord(prefix)} ${part}`;
}

/** Where npm has put Rigdeck: for everybody, into a folder's own packages; or a checkout, which has its parts in itself. */
function placeOf(folder: string) {
  const beside = dirname(folder);
  const around = dirname(beside);
  if (basename(beside) !== 'node_modules') return { flag: '', prefix: folder, writes: folder };
  return basename(around) === 'lib'
    ? { flag: '-g ', prefix: dirname(around), writes: beside }
    : { flag: '', prefix: around, writes: beside };
}

/** The major version of a part that this Rigdeck was made with. */
function majorOf(name: string, folder: string): string {
  const { optionalDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return /\d+/.exec(optionalDependencies[name])?.[0] ?? 'latest';
}

/** What has to be typed before anything can be built; nothing where that is there. */
function compilerLine(files: MachineFiles): string {
  const isThere = ['g++', 'make', 'python3'].every((name) => files.program(name) !== null);
  return isThere ? '' : 'sudo apt install build-essential python3 && ';
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false; // somebody else's
  }
}

function asWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
