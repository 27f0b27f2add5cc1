import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bootId } from '../../../src/daemon/runs/process-eye.ts';
import { canonicalJson } from '../../../src/protocol/canonical.ts';
import { until } from '../../support/until.ts';
import { storyEnvironment } from './daemon-process.ts';
import type { StoryRig } from './rig.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/upgrade');
const standIn = join(fixtures, 'stand-in.mjs');
/** Counts on in the file of the ordinary program of the kept rigs, as that program did. */
const counts = 'n=$(wc -l <"$0"); while n=$((n+1)); do echo $n >> "$0"; sleep 0.1; done';

/** The versions of Rigdeck of which a rig is kept, as `kill -9` of its daemon left it while it recorded. */
export const keptVersions: readonly string[] = readdirSync(fixtures).filter((name) =>
  statSync(join(fixtures, name)).isDirectory(),
);

/**
 * Lays out a kept rig in the folder of a story: state dir, run dir, recordings and rig.yaml, with the places, the boot and the
 * times of now, as if its daemon had been killed a moment ago. Its modules live on with `liveOn`.
 *
 * @param boot the one in which it was killed; of another than this the run dir, which was in memory, is lost
 */
export function layOut(rig: StoryRig, version: string, boot = bootId()): void {
  const from = join(fixtures, version);
  const fill = filler(rig, from, boot);
  for (const part of ['run', 'state', 'recordings', 'rig.yaml']) {
    for (const path of filesBelow(join(from, part))) {
      const to = join(rig.folder, path.slice(from.length));
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, path.endsWith('said.json') ? filledSaid(path, fill) : fill(read(path)));
    }
  }
  if (boot !== bootId()) rmSync(rig.runDir, { recursive: true });
  for (const path of filesBelow(rig.stateDir)) seal(path);
}

/** Raises the version of a JSON file by one, as a later Rigdeck would have written it. Gives the text. */
export function raiseVersion(path: string, key: 'version' | 'layout' = 'version'): string {
  const text = read(path).replace(new RegExp(`("${key}": ?)1`), (_, name) => `${name}2`);
  writeFileSync(path, text);
  return text;
}

/** Adds to each JSON file, and to each log of lines, what only a later Rigdeck knows. */
export function addUnknown(rig: StoryRig): void {
  for (const path of [rig.runDir, rig.stateDir, rig.recordings].flatMap(filesBelow)) {
    const text = read(path);
    if (/\/(journal\/.*|events\.jsonl)$/.test(path)) {
      writeFileSync(path, `{"is":"mood","type":"mood","of":"rig","at":"now"}\n${text}`);
    } else if (text.startsWith('{') && !path.endsWith('/status')) {
      const { data, ...rest } = JSON.parse(text);
      const more = { ...rest, mood: 'fine', ...(data && { data: { ...data, mood: 'fine' } }) };
      writeFileSync(path, JSON.stringify(more));
      seal(path);
    }
  }
}

/** Gives a saved file of the state dir a checksum that fits. */
function seal(path: string): void {
  const text = read(path);
  if (!text.includes('"checksum"') || !text.includes('"data"')) return;
  const saved = JSON.parse(text);
  const checksum = createHash('sha256').update(canonicalJson(saved.data)).digest('hex');
  writeFileSync(path, JSON.stringify({ ...saved, checksum }));
}

/**
 * Starts a process in the run folder of a module, kept by the keeper of that version, which goes on in the file of the last take:
 * it writes, hears and answers as the module did.
 */
export async function liveOn(rig: StoryRig, version: string, module: string, file: string) {
  const isPlain = module === 'notes';
  const folder = join(rig.runDir, module);
  const program = isPlain ? ['sh', '-c', counts, file] : [process.execPath, standIn, file];
  const keeper = join(fixtures, version, 'keeper.sh');
  const env = { ...storyEnvironment(rig.where), ...identity(rig, module) };
  const words = [keeper, folder, isPlain ? 'plain' : 'spoken', env['PATH'] ?? '', ...program];
  const pid = join(folder, 'pid');
  writeFileSync(pid, ' '.repeat(1_024));
  writeFileSync(join(folder, 'exit'), ' '.repeat(64));
  spawn('sh', words, { cwd: rig.folder, env, stdio: 'ignore', detached: true }).unref();
  await until(`${module} lives`, () => read(pid).includes('\n') && rig.copies(module).length === 1);
}

function identity(rig: StoryRig, module: string): Record<string, string> {
  const { run, protocol } = JSON.parse(read(join(rig.runDir, module, 'run.json')));
  const about = { RIGDECK_MODULE: module, RIGDECK_RUN: String(run), RIGDECK_RUN_DIR: rig.runDir };
  return { ...about, RIGDECK_PROTOCOL: protocol, RIGDECK_STATUS_FD: '3' };
}

type Fill = (text: string) => string;

/** Times of the wall clock and of CLOCK_MONOTONIC are moved alike: they are as long ago as they were then. */
function filler(rig: StoryRig, from: string, boot: string): Fill {
  const { at, rig: then } = JSON.parse(read(join(from, 'run/status.json')));
  const { startedAt, startedMonoMs } = then.trial;
  const keptMonoMs = startedMonoMs + Date.parse(at) - Date.parse(startedAt);
  const wallBy = Date.now() - Date.parse(at);
  const monoBy = Number(process.hrtime.bigint() / 1_000_000n) - keptMonoMs;
  const places: Readonly<Record<string, string>> = {
    FOLDER: rig.folder,
    BOOT: boot,
    NODE: process.execPath,
    MODULES: join(rig.where.program, '../../modules'),
  };
  const moved = (ms: number, by: number) => Math.max(0, ms + by);
  return (text) =>
    text
      .replace(/\{(FOLDER|BOOT|NODE|MODULES)\}/g, (_, name: string) => places[name] ?? '')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (time) =>
        new Date(moved(Date.parse(time), wallBy)).toISOString(),
      )
      .replace(/(onoMs": ?)(\d+)/g, (_, name, ms) => `${name}${moved(Number(ms), monoBy)}`)
      // Beyond 2^53: the last six digits are nanoseconds.
      .replace(/(onoNs": ?")(\d+)(\d{6})/g, (_, name, ms, ns) => {
        return `${name}${moved(Number(ms), monoBy)}${ns}`;
      });
}

/** How far `status` was read is counted in bytes, and they have become others. */
function filledSaid(path: string, fill: Fill): string {
  const said = JSON.parse(fill(read(path)));
  const status = join(dirname(path), 'status');
  const heard = said.offset === 0 ? '' : readFileSync(status).subarray(0, said.offset).toString();
  return JSON.stringify({ ...said, offset: Buffer.byteLength(fill(heard)) });
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}
