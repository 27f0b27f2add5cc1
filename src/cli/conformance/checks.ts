import { setTimeout as pause } from 'node:timers/promises';
import type { ManifestFile } from '../../protocol/manifest.ts';
import type { ModuleRecord } from '../../protocol/snapshot.ts';
import { sayCount, sayDuration } from '../../protocol/units.ts';
import type { TestRig } from './test-rig.ts';

/** One thing that every module has to do. `run` gives what was measured, in words; throws what is wrong. */
export type Check = {
  readonly name: string;
  /** Where this fails, nothing else can be asked of the module. */
  readonly isGround?: true;
  /** Why it is not for this module; null when it is. */
  skip?(rig: TestRig): string | null;
  run(rig: TestRig, limits: Limits): Promise<string>;
};

export type Limits = {
  /** Until it says that it is ready. */
  readonly startMs: number;
  /** Between two signs on disk that it records. */
  readonly evidenceMs: number;
  /** Until its files are finished. */
  readonly stopMs: number;
};

const waitMs = 30_000;
/** What a module may still write after it said that it paused: its buffers. Then nothing for as long again. */
const settleMs = 1_500;
/**
 * How long after the common instant a first sample is no sign of a slow module but of one that ignores the instant. A camera begins
 * with a key frame, of which there is one a second.
 */
const latestStartMs = 1_200;
const earliestStartMs = -10;
const floodLines = 500;

/** In this order; a module that fails one is put to the next all the same, where it can be. */
export const checks: readonly Check[] = [
  { name: 'is ready in time', isGround: true, run: isReady },
  { name: 'arms, and records at the common instant', isGround: true, run: recordsAtTheInstant },
  { name: 'its files grow on the disk', run: grows },
  { name: 'pause really pauses, and it goes on', skip: cannotPause, run: pauses },
  { name: 'outlives its daemon, and records on', run: outlives },
  { name: 'ignores what it does not know', run: ignores },
  { name: 'stands a flood of commands', run: standsFlood },
  { name: 'stop finishes its files', run: stops },
  { name: 'records again, and overwrites nothing', run: recordsAgain },
  { name: 'SIGTERM finishes its files', run: endsInOrder },
  { name: 'quits when it is asked to', run: quits },
];

async function isReady(rig: TestRig, { startMs }: Limits): Promise<string> {
  const ends: ModuleRecord[] = [];
  const isOver = (module: ModuleRecord) => {
    // It is tried again and again, and would most likely end as often.
    if (hasEnded(module)) ends.push(module);
    return ends.length > 0 || module.state === 'idle';
  };
  await rig.until('ready', isOver, startMs);
  const [end] = ends;
  if (end !== undefined) throw new Error(end.problem?.message ?? 'it ended before it was ready');
  const { can, version, startedAt, stateSince } = rig.module();
  const readyMs = Date.parse(stateSince) - Date.parse(startedAt ?? stateSince);
  const what = can.length === 0 ? 'nothing more' : can.join(', ');
  return `${say(readyMs)}; version ${version ?? 'not said'}, can ${what}`;
}

/** By itself: one that is ended because it took too long has had its time. */
function hasEnded({ problem, pid }: ModuleRecord): boolean {
  const code = problem?.code;
  return (
    pid === null && (code === 'exited' || code === 'cannot-start' || code === 'bad-configuration')
  );
}

async function recordsAtTheInstant(rig: TestRig): Promise<string> {
  await rig.wish({ kind: 'record.start', waitMs });
  const trial = (await rig.manifest()).trials[0];
  const first = trial?.segments[0]?.modules[rig.name]?.firstSampleMonoNs ?? null;
  if (trial === undefined || first === null) {
    return 'it says no firstSampleMonoNs: the start skew will be unknown';
  }
  const lateMs = Number(BigInt(first) - BigInt(trial.goMonoNs)) / 1e6;
  if (lateMs < earliestStartMs) throw new Error(`it began ${-lateMs} ms before the instant`);
  if (lateMs > latestStartMs)
    throw new Error(`its first sample came ${lateMs} ms after the instant`);
  return `first sample ${lateMs.toFixed(1)} ms after it`;
}

async function grows(rig: TestRig, { evidenceMs }: Limits): Promise<string> {
  const beganMs = performance.now();
  await rig.grows(3, evidenceMs * 3);
  return `three times in ${took(beganMs)}`;
}

function cannotPause(rig: TestRig): string | null {
  return rig.module().can.includes('pause') ? null : 'it does not say that it can';
}

async function pauses(rig: TestRig, { evidenceMs }: Limits): Promise<string> {
  await rig.wish({ kind: 'record.pause', waitMs });
  await pause(settleMs);
  const before = await rig.bytes();
  await pause(settleMs);
  const more = (await rig.bytes()) - before;
  await rig.wish({ kind: 'record.resume', waitMs });
  if (more > 0) throw new Error(`it said that it paused, and wrote ${more} bytes more`);
  await rig.grows(1, evidenceMs);
  return 'nothing was written meanwhile';
}

async function outlives(rig: TestRig, { evidenceMs }: Limits): Promise<string> {
  const { pid } = rig.module();
  rig.killDaemon();
  await rig.grows(1, evidenceMs);
  await rig.start();
  await rig.until('recording', ({ state }) => state === 'recording', waitMs);
  if (rig.module().pid !== pid) throw new Error('it ended with its daemon, and was started again');
  await rig.grows(1, evidenceMs);
  return 'the same process, the same file';
}

/** Lines that no module of today knows: they are to be passed over, and the recording goes on. */
async function ignores(rig: TestRig, { evidenceMs }: Limits): Promise<string> {
  const strange = [
    '',
    '{"do":"dance","id":900001}',
    '{"do":"mark","id":900002,"text":"a field more","atMonoNs":"0","colour":"blue"}',
    '{"is":"nothing"}',
    '[1,2,3]',
    'no JSON at all',
    '{"do":',
  ];
  await rig.tellRaw(strange.map((line) => `${line}\n`).join(''));
  return sameProcessRecords(rig, evidenceMs);
}

async function standsFlood(rig: TestRig, { evidenceMs }: Limits): Promise<string> {
  const lines = Array.from(
    { length: floodLines },
    (_, index) => `{"do":"ping","id":${910_000 + index}}\n`,
  );
  await rig.tellRaw(lines.join(''));
  return `${floodLines} pings; ${await sameProcessRecords(rig, evidenceMs)}`;
}

async function sameProcessRecords(rig: TestRig, evidenceMs: number): Promise<string> {
  const { pid, run } = rig.module();
  await rig.grows(2, evidenceMs * 2);
  const after = rig.module();
  if (after.pid !== pid || after.run !== run) throw new Error('it ended of it');
  return 'it records on';
}

async function stops(rig: TestRig, { stopMs }: Limits): Promise<string> {
  const beganMs = performance.now();
  await rig.wish({ kind: 'record.stop', waitMs: stopMs });
  await rig.until('idle', ({ state }) => state === 'idle', stopMs);
  const files = await filesOfLastTrial(rig);
  return `${took(beganMs)}; ${sayFiles(files)}`;
}

async function recordsAgain(rig: TestRig, { evidenceMs, stopMs }: Limits): Promise<string> {
  const before = await rig.files();
  await rig.wish({ kind: 'record.start', waitMs });
  await rig.grows(2, evidenceMs * 2);
  await rig.wish({ kind: 'record.stop', waitMs: stopMs });
  const after = await rig.files();
  for (const [path, bytes] of before) {
    if (after.get(path) !== bytes) throw new Error(`it changed ${path}, which was finished`);
  }
  return sayFiles(await filesOfLastTrial(rig));
}

async function endsInOrder(rig: TestRig, { evidenceMs, stopMs }: Limits): Promise<string> {
  await rig.wish({ kind: 'record.start', waitMs });
  await rig.grows(2, evidenceMs * 2);
  const { pid, run } = rig.module();
  if (pid === null) throw new Error('it has no process');
  const beganMs = performance.now();
  process.kill(pid, 'SIGTERM');
  await rig.until('its end', (module) => module.pid !== pid, stopMs);
  const words = `${took(beganMs)}`;
  await rig.until('its next run', (module) => module.run > run && module.pid !== null, waitMs);
  await rig.until('recording again', ({ state }) => state === 'recording', waitMs);
  await rig.wish({ kind: 'record.stop', waitMs: stopMs });
  return `${words}; ${sayFiles(await filesOfLastTrial(rig))}`;
}

async function quits(rig: TestRig, { stopMs }: Limits): Promise<string> {
  const beganMs = performance.now();
  await rig.wish({ kind: 'module.disable', module: rig.name, waitMs: stopMs });
  return took(beganMs);
}

async function filesOfLastTrial(rig: TestRig): Promise<readonly ManifestFile[]> {
  const trial = (await rig.manifest()).trials.at(-1);
  const files = trial?.segments.flatMap(({ modules }) => modules[rig.name]?.files ?? []) ?? [];
  if (files.length === 0) throw new Error('it left no file');
  const wrong = files.filter(({ verdict }) => verdict !== 'ok');
  const [first] = wrong;
  if (first !== undefined) throw new Error(`${first.path} is ${first.verdict}`);
  return files;
}

function sayFiles(files: readonly ManifestFile[]): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `${sayCount(files.length, 'file')}, ${bytes} bytes, in order`;
}

function took(beganMs: number): string {
  return say(performance.now() - beganMs);
}

function say(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : sayDuration(ms);
}
