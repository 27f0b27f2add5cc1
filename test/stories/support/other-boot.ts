import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../../src/protocol/canonical.ts';
import type { StoryRig } from './rig.ts';

const otherBoot = 'c0ffee00-0000-4000-8000-000000000000';
const inJson = /("bootId": ?")[^"]*/g;

/** All dark at once; then the machine is another boot, and its run dir was in memory and is empty, or was kept on a disk. */
export async function cutPower(rig: StoryRig, runDir: 'lost' | 'kept' = 'lost'): Promise<void> {
  await rig.cutPower();
  for (const name of readdirSync(rig.runDir)) {
    const path = join(rig.runDir, name);
    const record = join(path, 'run.json');
    if (runDir === 'lost') rmSync(path, { recursive: true });
    else if (existsSync(record)) {
      writeFileSync(record, readFileSync(record, 'utf8').replace(inJson, `$1${otherBoot}`));
    }
  }
  for (const name of ['runtime-state.json', 'running_modules.json']) {
    const path = join(rig.stateDir, name);
    if (!existsSync(path)) continue; // nothing was recorded yet, and counters may wait
    const text = readFileSync(path, 'utf8').replace(inJson, `$1${otherBoot}`);
    const { data, version } = JSON.parse(text);
    const checksum = createHash('sha256').update(canonicalJson(data)).digest('hex');
    writeFileSync(path, JSON.stringify({ version, checksum, data }));
  }
}
