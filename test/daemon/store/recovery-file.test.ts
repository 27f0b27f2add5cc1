import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Disk, realDisk } from '../../../src/daemon/store/durable-file.ts';
import {
  nextRecovery,
  recordingWish,
  recoveryFile,
} from '../../../src/daemon/store/recovery-file.ts';
import type { RunningModules } from '../../../src/protocol/saved.ts';
import { until } from '../../support/until.ts';

type Wish = 'on' | 'off';
const running = (
  recording: RunningModules['recording'],
  modules: Record<string, Wish>,
): RunningModules => ({
  recording,
  modules: Object.fromEntries(
    Object.entries(modules).map(([name, desired]) => [name, { desired }]),
  ),
  start: null,
  scheduled: null,
});
const nobody: ReadonlySet<string> = new Set();

/** What may stand in the file while a recovery is pending. */
function allowed(before: Wish, present: Wish | undefined, byPerson: boolean): readonly Wish[] {
  if (byPerson) return [present ?? before];
  return before === 'on' ? ['on'] : ['on', 'off'];
}

describe('what recovery goes by', () => {
  test('nothing is written before anything is wanted', () => {
    expect(nextRecovery(null, running('idle', { a: 'off' }), false, nobody)).toBeNull();
    expect(nextRecovery(null, running('idle', { a: 'on' }), false, nobody)).not.toBeNull();
  });

  test('after the recovery it is the present set, also where that says less', () => {
    const present = running('idle', { a: 'off' });
    expect(nextRecovery(running('recording', { a: 'on', b: 'on' }), present, false, nobody)).toBe(
      present,
    );
  });

  test('while it is pending, a module that is not up yet or left the configuration is still wanted', () => {
    const before = running('recording', { a: 'on', b: 'on', c: 'off' });
    const present = running('idle', { a: 'off', c: 'off', d: 'on' });
    expect(nextRecovery(before, present, true, nobody)).toEqual(
      running('recording', { a: 'on', b: 'on', c: 'off', d: 'on' }),
    );
  });

  test('a person who switches off during the recovery is heard, for that module and for the recording', () => {
    const before = running('recording', { a: 'on', b: 'on' });
    const present = running('idle', { a: 'off', b: 'off' });
    expect(nextRecovery(before, present, true, new Set(['a', recordingWish]))).toEqual(
      running('idle', { a: 'off', b: 'on' }),
    );
    expect(
      nextRecovery(before, running('paused', { a: 'on', b: 'on' }), true, nobody)?.recording,
    ).toBe('recording');
  });

  test('never less than before while pending, whatever happens', () => {
    const wish = fc.constantFrom<Wish>('on', 'off');
    const set = fc
      .tuple(
        fc.constantFrom('idle' as const, 'paused' as const, 'recording' as const),
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), wish),
      )
      .map(([recording, modules]) => running(recording, modules));
    const users = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd', recordingWish));
    const order = ['idle', 'paused', 'recording'];
    fc.assert(
      fc.property(set, set, users, (before, present, wished) => {
        const next = nextRecovery(before, present, true, new Set(wished));
        for (const [name, { desired }] of Object.entries(before.modules)) {
          const said = present.modules[name]?.desired;
          expect(allowed(desired, said, wished.includes(name))).toContain(
            next?.modules[name]?.desired,
          );
        }
        const { recording } = wished.includes(recordingWish) ? present : before;
        expect(order.slice(order.indexOf(recording))).toContain(next?.recording);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-recovery-'));
  path = join(folder, 'running_modules.json');
});
afterEach(() => rm(folder, { recursive: true }));
const file = (disk?: Disk, told: (string | null)[] = []) =>
  recoveryFile(folder, (fault) => told.push(fault?.message ?? null), disk);

test('follows the wishes by itself; of many quick ones the newest is on disk', async () => {
  const kept = file();
  for (let n = 0; n < 50; n += 1) kept.keep(running('idle', { [`m${n}`]: 'on' }));
  await until('the file', () => existsSync(path));
  expect(await kept.flush()).toBeNull();
  expect((await file().read()).data).toEqual(running('idle', { m49: 'on' }));
});

test('is not written again when it says so already, by this daemon or an earlier one', async () => {
  const first = file();
  first.keep(running('recording', { a: 'on' }));
  await first.flush();
  const { ino } = await stat(path);
  first.keep(running('recording', { a: 'on' }));
  await first.flush();
  const second = file();
  await second.read();
  second.keep(running('recording', { a: 'on' }));
  await second.flush();
  expect((await stat(path)).ino).toBe(ino);
  expect(await readdir(folder)).toEqual(['running_modules.json']);
});

test('is gone with both generations after a controlled stop, and comes again', async () => {
  const kept = file();
  for (const wish of ['on', 'off'] as const) {
    kept.keep(running('idle', { a: wish }));
    await kept.flush();
  }
  expect(await kept.forget()).toBeNull();
  expect(await readdir(folder)).toEqual([]);
  kept.keep(running('idle', { a: 'off' }));
  await kept.flush();
  expect((await file().read()).data).toEqual(running('idle', { a: 'off' }));
});

test('a power cut while it is forgotten never brings an older generation back', async () => {
  for (let n = 1; n <= 4; n += 1) {
    const kept = file();
    kept.keep(running('idle', { a: 'on', older: 'on' }));
    await kept.flush();
    kept.keep(running('idle', { a: 'off' }));
    await kept.flush();
    let operations = 0;
    const cut =
      <A extends readonly unknown[]>(operation: (...args: A) => Promise<void>) =>
      (...args: A) => {
        operations += 1;
        return operations >= n ? Promise.reject(new Error('cut')) : operation(...args);
      };
    const dying = file({
      ...realDisk,
      remove: cut(realDisk.remove),
      syncFolder: cut(realDisk.syncFolder),
    });
    await dying.read();
    await dying.forget();
    dying.stop();
    const { data, from } = await file().read();
    expect(data === null || (from === 'current' && data.modules['a']?.desired === 'off')).toBe(
      true,
    );
    await rm(path, { force: true });
    await rm(`${path}.previous`, { force: true });
  }
});

test('a disk that fails is told once, tried again by itself, and told when it works', async () => {
  const told: (string | null)[] = [];
  let isBroken = true;
  const disk: Disk = {
    ...realDisk,
    stage: (to, text) =>
      isBroken ? Promise.reject(new Error('EIO: broken')) : realDisk.stage(to, text),
  };
  const kept = file(disk, told);
  kept.keep(running('idle', { a: 'on' }));
  expect((await kept.flush())?.message).toMatch(/broken/);
  await kept.flush();
  expect(told).toEqual([expect.stringMatching(/broken/)]);
  isBroken = false;
  await until('the next try', () => told.length === 2);
  expect(told[1]).toBeNull();
  expect((await file().read()).data).toEqual(running('idle', { a: 'on' }));
});

test('without a state dir nothing is kept', async () => {
  const kept = recoveryFile(null, () => undefined);
  kept.keep(running('idle', { a: 'on' }));
  expect(await kept.flush()).toBeNull();
  expect(await kept.forget()).toBeNull();
  expect((await kept.read()).from).toBe('none');
});

test('a folder that is in its way is set aside', async () => {
  await writeFile(path, '');
  const { damaged } = await file().read();
  expect(damaged).toHaveLength(1);
});
