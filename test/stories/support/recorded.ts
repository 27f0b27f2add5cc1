import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../../src/protocol/manifest.ts';
import { manifestSchema } from '../../../src/protocol/manifest-schema.ts';

/** What is on disk of a rig's recordings, read as somebody reads it who finds the card. */

/** Absolute paths of the session folders, oldest first. */
export function sessions(recordings: string): string[] {
  return readdirSync(recordings)
    .filter((name) => /^\d{4}_/.test(name))
    .sort()
    .map((name) => join(recordings, name));
}

export function theSession(recordings: string): string {
  const [only, second] = sessions(recordings);
  if (only === undefined || second !== undefined)
    throw new Error('there is not exactly one session');
  return only;
}

/** @throws when it is not valid, which it must be from second 0 on */
export function manifestOf(session: string): Manifest {
  return manifestSchema.parse(JSON.parse(readFileSync(join(session, 'session.json'), 'utf8')));
}

/** Absolute paths of the files of a module, in the order of trial and segment. */
export function filesOf(session: string, module: string): string[] {
  const folder = join(session, module);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((trial) => readdirSync(join(folder, trial)).map((file) => join(folder, trial, file)))
    .filter((path) => statSync(path).isFile())
    .sort();
}

/** The numbers of the rows of a demo sensor's file. @throws when a row is torn */
export function rowsIn(file: string): number[] {
  const [head, ...rows] = readFileSync(file, 'utf8').split('\n');
  if (head !== 'n,monoNs,value' || rows.pop() !== '') throw new Error(`${file} is torn`);
  return rows.map((row) => {
    if (!/^\d+,\d+,-?\d+\.\d+$/.test(row)) throw new Error(`a row of ${file} is torn: ${row}`);
    return Number.parseInt(row, 10);
  });
}

/** All rows that a module has recorded in a session, in the order of its files. */
export function rowsOf(session: string, module: string): number[] {
  return filesOf(session, module).flatMap(rowsIn);
}

/** The numbers from the first to the last of these rows: equal to them when none is lost and none is doubled. */
export function unbroken(rows: readonly number[]): number[] {
  const [first = 1] = rows;
  return Array.from({ length: rows.length }, (_, index) => first + index);
}
