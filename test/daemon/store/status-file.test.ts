import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StatusWriter } from '../../../src/daemon/store/status-file.ts';
import type { StatusFile } from '../../../src/protocol/snapshot.ts';
import { snapshotWith } from '../../support/sample-rig.ts';
import { until } from '../../support/until.ts';

const status = (seq: number): StatusFile => ({
  ...snapshotWith({}, {}, { seq }),
  daemon: { pid: 1, startTicks: '1', bootId: 'b' },
});

test('status.json is written on change, at most once a second, whole at every moment, and says when the daemon ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rig-status-'));
  const path = join(folder, 'status.json');
  const read = async (): Promise<StatusFile> => JSON.parse(await readFile(path, 'utf8'));
  let seq = 1;
  let taken = 0;
  const writer = new StatusWriter(
    folder,
    () => {
      taken += 1;
      return status(seq);
    },
    () => undefined,
  );
  const beganMs = performance.now();
  writer.changed();
  await until('the first', async () => (await readdir(folder)).includes('status.json'));
  const endMs = performance.now() + 1_200;
  while (performance.now() < endMs) {
    seq += 1;
    writer.changed();
    expect((await read()).version).toBe(1);
  }
  const seconds = (performance.now() - beganMs) / 1_000;
  expect(taken).toBeGreaterThanOrEqual(2);
  expect(taken).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  await writer.close('pi (rigdeck down)', []);
  expect(await read()).toMatchObject({ seq, stopped: true, stoppedBy: 'pi (rigdeck down)' });
  expect(await readdir(folder)).toEqual(['status.json']);
  await rm(folder, { recursive: true });
});

test('a run dir that is gone is told, and told again when it is back', async () => {
  const told: (string | null)[] = [];
  const folder = join(tmpdir(), `rig-status-gone-${process.pid}`);
  const writer = new StatusWriter(
    folder,
    () => status(1),
    (fault) => told.push(fault?.code ?? null),
  );
  await writer.close(null, []);
  expect(told).toEqual(['run-folder']);
});
