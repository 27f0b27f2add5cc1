import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RecordingNote } from '../../src/core/effect.ts';
import { Preferences } from '../../src/daemon/config/preferences.ts';
import { type Hands, perform } from '../../src/daemon/perform.ts';
import { until } from '../support/until.ts';
import { Shelf, workspace } from './recordings/shelf.ts';
import { makeWorld, spec } from './runs/support.ts';

/** Says ready, and writes down each command with how often the events tell of a trial at that instant. */
const program = `
const fs = require('node:fs');
const [events, heard] = process.argv.slice(2);
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === '') return;
  const told = fs.readFileSync(events, 'utf8').split('"trial-began"').length - 1;
  fs.appendFileSync(heard, JSON.stringify({ do: JSON.parse(line).do, told }) + '\\n');
});
fs.writeSync(3, '{"v":1,"is":"ready","version":"1","can":[]}\\n');`;

const inAMinute = () => String(process.hrtime.bigint() + 60_000_000_000n);

/** Data land at once, or so late that the disk has time until then. */
const instants: readonly [how: string, instant: () => string, told: unknown][] = [
  ['at once is told so when events tell of the trial', () => '5', 1],
  ['in a minute is told so without waiting for the disk', inAMinute, expect.any(Number)],
];

test.each(instants)(
  'a module that is to record %s, and to stop after that',
  async (_, instant, told) => {
    const folder = await workspace();
    const shelf = new Shelf(join(folder, 'recordings'));
    const { trial, session } = await shelf.prepare();
    const heard = join(folder, 'heard.jsonl');
    await writeFile(heard, '');
    await writeFile(join(folder, 'module.cjs'), program);
    const args = [join(folder, 'module.cjs'), join(session.path, 'events.jsonl'), heard];
    const world = makeWorld({ mic: spec([process.execPath, ...args]) }, folder);
    const hands: Hands = {
      runs: world.runs,
      recordings: shelf.recordings,
      preferences: new Preferences(join(folder, 'rig.yaml'), () => {}),
      input: () => {},
      event: () => {},
      takeConfig: () => {},
      setLogLevel: () => {},
      shutDown: () => {},
    };
    perform({ type: 'spawn', module: 'mic', run: 1, restarts: 0 }, hands);
    await until('it is ready', () => world.said('mic').some((said) => said.is === 'ready'));
    const at = new Date().toISOString();
    const about = { label: null, startedAt: at, goMonoNs: '5', modules: ['mic'], without: [] };
    const note: RecordingNote = { is: 'trial-began', trial, ...about };
    perform({ type: 'note', note }, hands);
    const to = { type: 'tell', module: 'mic', run: 1 } as const;
    perform({ ...to, command: { do: 'record', atMonoNs: instant() } }, hands);
    perform({ ...to, command: { do: 'stop' } }, hands);
    const lines = await until('both are heard', async () => {
      const text = (await readFile(heard, 'utf8')).trim().split('\n');
      const words = text.filter((line) => line.includes('"record"') || line.includes('"stop"'));
      return words.length === 2 ? words : null;
    });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { do: 'record', told },
      { do: 'stop', told },
    ]);
    await shelf.recordings.noted();
    expect(await readFile(join(session.path, 'events.jsonl'), 'utf8')).toContain('"trial-began"');
  },
);
