import { readFileSync, renameSync } from 'node:fs';
import {
  chmod,
  chown,
  link,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/daemon/config/load-config.ts';
import { Preferences } from '../../../src/daemon/config/preferences.ts';
import { writeAllEnabled } from '../../../src/daemon/config/write-enabled.ts';
import { mountSmallDisk, noSmallDisk } from '../store/small-disk.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-wish-'));
  file = join(folder, 'rig.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

const head = 'version: 1\nmodules:\n';
const text = `${head}  mic:\n    command: [x]\n    enabled: true\n`;

/** Writes the preference of one module. */
async function writeEnabled(path: string, module: string, enabled: boolean) {
  const { changed, hopeless, fault } = await writeAllEnabled(path, new Map([[module, enabled]]));
  const first = fault ?? hopeless[0];
  return first === undefined
    ? ({ ok: true, changed } as const)
    : ({ ok: false, fault: first } as const);
}

describe('the file', () => {
  test('keeps its owner, mode, link and byte order mark, and nothing is left beside it', async () => {
    const target = join(folder, 'real.yaml');
    await writeFile(target, `\ufeff${text}`);
    await chmod(target, 0o640);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(target, 1234, 4321);
    await symlink('real.yaml', file);
    expect(await writeEnabled(file, 'mic', false)).toEqual({ ok: true, changed: true });
    expect(await readFile(target, 'utf8')).toBe(`\ufeff${text.replace('true', 'false')}`);
    const { mode, uid, gid } = await stat(target);
    expect(mode & 0o7777).toBe(0o640);
    if (isRoot) expect([uid, gid]).toEqual([1234, 4321]);
    expect((await readdir(folder)).sort()).toEqual(['real.yaml', 'rig.yaml']);
  });

  test('is not touched when it says so already', async () => {
    await writeFile(file, text);
    const { mtimeMs, ino } = await stat(file);
    expect(await writeEnabled(file, 'mic', true)).toEqual({ ok: true, changed: false });
    expect(await stat(file)).toMatchObject({ mtimeMs, ino });
  });

  test('is not touched when it has errors, is gone, has hard links or does not know the module', async () => {
    const message = async () => {
      const result = await writeEnabled(file, 'mic', false);
      return result.ok ? 'written' : `${result.fault.code}: ${result.fault.message}`;
    };
    expect(await message()).toMatch(/^preference: .*ENOENT/);
    await writeFile(file, `${text}nonsense: 1\n`);
    expect(await message()).toMatch(/^preference: .*has errors/);
    expect(await readFile(file, 'utf8')).toBe(`${text}nonsense: 1\n`);
    await writeFile(file, text.replace('mic', 'cam'));
    expect(await message()).toMatch(/no module mic/);
    await writeFile(file, text);
    await link(file, join(folder, 'other'));
    expect(await message()).toMatch(/hard links/);
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});

describe('a file in trouble', () => {
  test.skipIf(noSmallDisk !== null)(
    `is whole on a full and on a read-only disk${noSmallDisk ? ` (${noSmallDisk})` : ''}`,
    async () => {
      const disk = mountSmallDisk();
      try {
        const long = `${text}${'# words\n'.repeat(2_000)}`;
        const there = join(disk.path, 'rig.yaml');
        await writeFile(there, long);
        for (const free of [0, 4_096, 8_192]) {
          disk.fill(free);
          const result = await writeEnabled(there, 'mic', false);
          expect(result.ok ? '' : result.fault.message).toMatch(/disk is full/);
          expect(await readFile(there, 'utf8')).toBe(long);
        }
        disk.setReadOnly('ro');
        const result = await writeEnabled(there, 'mic', false);
        expect(result.ok ? '' : result.fault.message).toMatch(/disk is read-only/);
        disk.setReadOnly('rw');
        disk.free();
        expect(await writeEnabled(there, 'mic', false)).toEqual({ ok: true, changed: true });
        expect((await readdir(disk.path)).sort()).toEqual(['ballast', 'rig.yaml']);
      } finally {
        disk.remove();
      }
    },
  );

  test('an editor that saves at the same time loses nothing', async () => {
    await writeFile(file, text);
    const edits = Array.from({ length: 30 }, (_, i) => `# edit ${i}\n`);
    let isEditing = true;
    const editor = async () => {
      for (const edit of edits) {
        const now = await readFile(file, 'utf8');
        await writeFile(`${file}~`, now + edit);
        // A person's editor asks before it writes over what changed on disk; here it begins again.
        if (readFileSync(file, 'utf8') === now) renameSync(`${file}~`, file);
        else edits.push(edit);
      }
      isEditing = false;
    };
    const daemon = async () => {
      for (let wish = false; isEditing; wish = !wish) await writeEnabled(file, 'mic', wish);
    };
    await Promise.all([editor(), daemon()]);
    const end = await readFile(file, 'utf8');
    for (const edit of edits) expect(end).toContain(edit);
    expect(end.length).toBeLessThan(text.length + 30 * 12);
    expect((await loadConfig(file)).ok).toBe(true);
  });
});

test('wishes that follow quickly are written once, the newest of each module, and tried again after a failure', async () => {
  const told: (string | null)[] = [];
  const preferences = new Preferences(file, (fault) => told.push(fault?.code ?? null));
  preferences.remember('a', false);
  preferences.remember('mic', true);
  preferences.remember('mic', false);
  expect(await preferences.flush()).toBe(false);
  expect(told).toEqual(['preference']);
  await writeFile(file, `${head}  mic: { command: [x] }\n  a: { command: [x] }\n`);
  preferences.remember('a', true);
  expect(await preferences.flush()).toBe(true);
  expect(await readFile(file, 'utf8')).toBe(
    `${head}  mic: { command: [x], enabled: false }\n  a: { command: [x] }\n`,
  );
  expect(told).toEqual(['preference', null]);
  preferences.stop();
});
