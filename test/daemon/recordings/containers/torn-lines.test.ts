import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ContainerLook } from '../../../../src/daemon/recordings/containers/container.ts';
import { lookAtCsv } from '../../../../src/daemon/recordings/containers/csv.ts';
import { lookAtJsonLines } from '../../../../src/daemon/recordings/containers/jsonl.ts';
import { mendFile } from '../../../../src/daemon/recordings/mend-file.ts';
import { createPrng } from '../../../support/prng.ts';
import { folder, sourceOf } from './media.ts';

const rows = Array.from({ length: 40 }, (_, n) => [n, 5_000_000_000 + n * 50_000_000, n / 7]);
const csv = `n,monoNs,value\n${rows.map((row) => `${row.join(',')}\n`).join('')}`;
const jsonl = rows
  .map(([n, monoNs, value]) => `${JSON.stringify({ n, monoNs, value })}\n`)
  .join('');

const asCsv = (text: string, isFinished = false) =>
  lookAtCsv(sourceOf(Buffer.from(text)), isFinished);
const asJsonLines = (text: string) => lookAtJsonLines(sourceOf(Buffer.from(text)));

test('a table says how long it is by its monoNs, in whatever column it is, and whatever its rows are divided by', async () => {
  const seen = { state: 'whole', durationMs: 1_950, note: null, firstMonoNs: '5000000000' };
  expect(await asCsv(csv)).toEqual(seen);
  for (const delimiter of [';', '\t']) {
    expect(await asCsv(csv.replaceAll(',', delimiter))).toMatchObject({ durationMs: 1_950 });
  }
  expect(await asCsv(csv.replaceAll('\n', '\r\n'))).toMatchObject({
    state: 'whole',
    durationMs: 1_950,
  });
  expect(await asCsv('when,what\n12:00,"a, b"\n12:01,"c"\n')).toMatchObject({
    state: 'whole',
    durationMs: null,
  });
  expect(await asCsv(`# a comment\n${csv}# the end\n`)).toMatchObject({ state: 'whole' });
  expect(await asJsonLines(jsonl)).toEqual(seen);
});

test.each([
  ['csv', csv, asCsv],
  ['jsonl', jsonl, asJsonLines],
] as const)(
  'a %s file that is cut at any byte is made whole again up to its last whole line, and nothing is lost',
  async (kind, text, look) => {
    const into = await folder();
    const bytes = Buffer.from(text);
    for (let place = 1; place < bytes.length; place += 1) {
      const cut = bytes.subarray(0, place);
      const seen: ContainerLook = await look(cut.toString());
      const end = cut.lastIndexOf(0x0a) + 1;
      const isOpenObject = kind === 'jsonl' && cut.at(-1) === 0x7d;
      if (end === place || isOpenObject) {
        expect(seen.state, `at ${place}`).toMatch(/whole|empty/);
        continue;
      }
      expect(seen, `at ${place}`).toMatchObject({ state: 'torn', mend: { cutAt: end } });
      if (place % 97 !== 0 || seen.mend === undefined) continue;
      const path = join(into, `${place}.${kind}`);
      await writeFile(path, cut);
      expect(await mendFile(path, seen.mend)).toBe(`${place}.${kind}.torn`);
      expect(await readFile(path)).toEqual(cut.subarray(0, end));
      expect(await readFile(`${path}.torn`)).toEqual(cut.subarray(end));
    }
  },
);

test('large tables that are cut anywhere are made whole up to the last line end', async () => {
  const roll = createPrng(77);
  const many = Array.from(
    { length: 9_000 },
    (_, n) => `${n},${n * 1_000_000},${'x'.repeat(n % 31)}\n`,
  );
  const bytes = Buffer.from(`n,monoNs,text\n${many.join('')}`);
  for (let n = 0; n < 200; n += 1) {
    const cut = bytes.subarray(0, roll.int(20, bytes.length - 1));
    const end = cut.lastIndexOf(0x0a) + 1;
    const seen = await lookAtCsv(sourceOf(cut), false);
    if (end === cut.length) expect(seen.state).toBe('whole');
    else expect(seen.mend?.cutAt).toBe(end);
  }
});

test('a torn end of zeros, as a power cut leaves it, is found behind the last whole line', async () => {
  const zeros = Buffer.concat([Buffer.from(csv), Buffer.alloc(300_000)]);
  const seen = await lookAtCsv(sourceOf(zeros), true);
  expect(seen).toMatchObject({ state: 'torn', mend: { cutAt: csv.length } });
  const lines = Buffer.concat([Buffer.from(jsonl), Buffer.alloc(300_000)]);
  expect(await lookAtJsonLines(sourceOf(lines))).toMatchObject({ mend: { cutAt: jsonl.length } });
});

test('a last row without a line end is whole only where its writer ended in order', async () => {
  const open = `${csv}40,7000000000,0.5`;
  expect(await asCsv(open, true)).toMatchObject({ state: 'whole' });
  expect(await asCsv(open, false)).toMatchObject({ state: 'torn' });
  expect(await asCsv(`${csv}40,70`, true)).toMatchObject({ state: 'torn' });
});

test('a last row with fewer cells is torn where all others have as many as the heading, and no fault elsewhere', async () => {
  const torn = await asCsv(`${csv}40,70\n`);
  expect(torn).toMatchObject({ state: 'torn', mend: { cutAt: csv.length } });
  expect(await asCsv('a,b\n1\n1,2,3\n1\n')).toMatchObject({ state: 'whole' });
  expect(await asCsv('a,b\n"one\nand two",2\n"three\nand four",4\n')).toMatchObject({
    state: 'whole',
  });
});

test('a heading without rows is empty, and a last line that is no JSON is torn', async () => {
  expect(await asCsv('n,monoNs,value\n')).toMatchObject({ state: 'empty' });
  expect(await asCsv('n,monoNs,value', true)).toMatchObject({ state: 'empty' });
  expect(await asJsonLines(`${jsonl}{"n":4\n`)).toMatchObject({
    state: 'torn',
    mend: { cutAt: jsonl.length },
  });
  expect(await asJsonLines('not JSON\n{"n":4}\n')).toMatchObject({ state: 'bad' });
});
