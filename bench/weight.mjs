/** How much of the program is loaded. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { withRig } from './support/rig.mjs';

export const title = 'What is loaded';
export const about =
  'Files of the bundle that a process had loaded when it ended, of all that ship. `rigdeck status` must load no schemas, no YAML, no screen.';

export function run({ program }) {
  return withRig(program, { a: { use: 'demo-sensor' } }, async (rig) => {
    const coverage = (name) => {
      const folder = join(rig.folder, `loaded-${name}`);
      mkdirSync(folder);
      return folder;
    };
    const daemon = coverage('daemon');
    rig.launch({ NODE_V8_COVERAGE: daemon });
    (await rig.connect()).close();
    await pause(3_000);
    const status = coverage('status');
    const env = { ...rig.environment, NODE_V8_COVERAGE: status };
    spawnSync(process.execPath, [program, 'status'], { env });
    const ended = new Promise((resolve) => rig.daemon.once('exit', resolve));
    rig.daemon.kill('SIGTERM');
    await ended;
    const shipped = readdirSync(dirname(program))
      .filter((name) => name.endsWith('.js'))
      .map((name) => join(dirname(program), name));
    return [
      weigh('`rigdeck status`', loadedIn(status)),
      weigh('the daemon', loadedIn(daemon)),
      weigh('everything that ships', shipped),
    ];
  });
}

/** Scripts of the bundle that V8 tells of in its coverage (node(1), NODE_V8_COVERAGE). */
function loadedIn(folder) {
  const urls = readdirSync(folder).flatMap((name) =>
    JSON.parse(readFileSync(join(folder, name), 'utf8')).result.map(({ url }) => url),
  );
  return [...new Set(urls)]
    .filter((url) => url.startsWith('file:') && url.includes('/dist/'))
    .map((url) => new URL(url).pathname);
}

function weigh(what, files) {
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  return { what, unit: 'kB', samples: [bytes / 1_000], words: `${files.length} files` };
}
