import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runHook } from '../../../src/daemon/hooks/run-hook.ts';
import type { HookEvent } from '../../../src/protocol/hook-event.ts';
import { until } from '../../support/until.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rig-hook-'));
  file = join(folder, 'rig.yaml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const event: HookEvent = {
  version: 1,
  event: 'module.crashed',
  at: '2026-11-22T14:02:10.000Z',
  epoch: 'e',
  seq: 7,
  actor: 'health',
  cause: 'exited',
  module: 'cam',
  message: 'cam ended with SIGSEGV.',
  subject: { state: 'crashed' },
  rig: {
    name: 'r',
    status: 'degraded',
    state: 'recording',
    desired: 'recording',
    session: null,
    trial: null,
  },
  modules: { cam: { state: 'crashed', health: 'unknown' } },
};

function run(command: readonly string[], timeoutMs = 30_000, over = new AbortController()) {
  return runHook({ command, timeoutMs }, event, file, over.signal);
}

test('a hook reads its event as one line of JSON, in the folder of rig.yaml', async () => {
  const { fault, output } = await run([
    'sh',
    '-c',
    'cat >told.json; echo "$RIGDECK_EVENT $RIGDECK_EVENT_MODULE"; printf "\\033[2J"',
  ]);
  expect(fault).toBeNull();
  const told = readFileSync(join(folder, 'told.json'), 'utf8');
  expect(told.endsWith('}\n')).toBe(true);
  expect(JSON.parse(told)).toEqual(event);
  expect(output).toBe('module.crashed cam\n␛[2J');
});

test.each([
  [['sh', '-c', 'echo no >&2; exit 3'], 'it ended with exit code 3'],
  [['sh', '-c', 'kill -KILL $$'], 'it was ended by SIGKILL'],
  [['/nowhere/at-all'], 'there is no such program'],
  [['./rig.yaml'], 'it may not be executed'],
  [['true'], null],
])('a hook %j: %s', async (command, fault) => {
  writeFileSync(file, 'version: 1\n');
  expect((await run(command)).fault).toBe(fault);
});

test('a hook that takes too long is ended with all that it started, even one that ignores SIGTERM', async () => {
  const script = 'trap "" TERM; sleep 1000 & echo $! >child; wait; sleep 1000';
  const { fault } = await run(['sh', '-c', script], 300);
  expect(fault).toBe('it took longer than 0.3 s');
  const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
  await until('nothing of it is left', () => !existsSync(`/proc/${child}`));
});

test('a hook that prints without end is not kept in memory', async () => {
  const { fault, output } = await run(['sh', '-c', 'yes | head -c 3000000']);
  expect(fault).toBeNull();
  expect(output.length).toBeLessThanOrEqual(4_000);
});

test('a hook still runs when the daemon ends: it is ended too', async () => {
  const over = new AbortController();
  const running = run(['sh', '-c', 'echo $$ >pid; exec sleep 1000'], 30_000, over);
  await until('it runs', () => existsSync(join(folder, 'pid')));
  over.abort();
  expect((await running).fault).toBe('the daemon ended');
});
