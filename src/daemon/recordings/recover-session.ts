import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { sayVerdict } from '../../protocol/file-words.ts';
import type { Manifest, ManifestFile } from '../../protocol/manifest.ts';
import type { ManifestEvent } from '../../protocol/manifest-schema.ts';
import { sayCount } from '../../protocol/units.ts';
import { isSystemError } from '../errno.ts';
import { sayDisk } from '../host/room.ts';
import { waitingFiles } from './checksums.ts';
import { openTrials } from './close-trial.ts';
import { checkContainer } from './containers/check-container.ts';
import type { Mend } from './containers/container.ts';
import { EventLog } from './event-log.ts';
import { sha256Of } from './file-sums.ts';
import { noteLacking } from './lacking.ts';
import { filesIn, takeEvent, trialOf } from './manifest-notes.ts';
import { mendFile } from './mend-file.ts';
import { findNeverGone, type NeverGone, takeBack } from './never-gone.ts';
import { readManifest, reopenManifest, takeMissed } from './read-manifest.ts';
import { readmeText } from './readme-text.ts';
import { claimFiles, lastWrittenMs, modulesOnDisk } from './recorded-files.ts';
import { replaceFile } from './replace-file.ts';
import { sessionFiles } from './session-folder.ts';
import { manifestText } from './session-store.ts';
import { whyEmpty } from './side-files.ts';
import { gapsOfBlanks } from './told-empty.ts';
import { takeUpUnlisted } from './unlisted.ts';
import { filesOf, giveVerdicts, isFinished, type Place } from './verdicts.ts';
import { verifyFiles } from './verify-session.ts';

/** A sentence each: what was done, or would be, and what is left that cannot be mended. Neither where all is in order. */
export type Recovered = { readonly did: readonly string[]; readonly left: readonly string[] };

/** A session without a daemon: its manifest in memory, and the events that are still to be written. */
type Bench = {
  readonly path: string;
  readonly manifest: Manifest;
  readonly events: EventLog;
  readonly isDry: boolean;
  readonly did: string[];
  readonly left: string[];
  /** Paths of files that were made whole or removed, or would be. */
  readonly mended: Set<string>;
  add(event: ManifestEvent): void;
};

/**
 * Repairs what a power cut left of a session: mends torn files, keeping what it takes off them, closes trials and the session,
 * makes missing checksums. Nothing that holds anything is deleted, and done twice it finds nothing to do. Nobody else may write to the session.
 *
 * @param path absolute path of the session folder
 * @param isDry only says what it would do
 * @throws what the disk says, or an Error when it is no session
 */
export async function recoverSession(path: string, isDry: boolean): Promise<Recovered> {
  // Asked for first: to write the end is to write to it.
  const lastMs = (await stat(join(path, sessionFiles.events)).catch(() => null))?.mtimeMs ?? 0;
  const read = isDry ? await reopenDry(path) : await reopenManifest(path);
  if (read === null) throw new Error(`${path} is no session`);
  const bench = benchOf(path, read.manifest, isDry);
  if (read.damaged !== null) {
    bench.did.push(`session.json was damaged (${read.damaged}): made again from events.jsonl`);
  }
  if (read.wasBehind) bench.did.push('session.json did not know yet what events.jsonl tells');
  await tidy(bench);
  for (const { number } of read.manifest.trials) await mendTrial(bench, number);
  await giveLateVerdicts(bench);
  for (const number of openTrials(read.manifest)) await closeOpen(bench, number);
  await noteKnown(bench);
  endSession(bench, lastMs);
  await sumUp(bench);
  if (!isDry && bench.did.length > 0) await save(bench);
  // What was only said to be mended is torn still.
  const trusted = isDry ? bench.mended : new Set<string>();
  const { faults } = await verifyFiles(path, read.manifest, trusted);
  return { did: bench.did, left: [...bench.left, ...faults] };
}

async function reopenDry(path: string) {
  const read = await readManifest(path);
  if (read === null) return null;
  const wasBehind = read.damaged === null && (await takeMissed(path, read.manifest));
  return { ...read, wasBehind };
}

/** Of trials whose end reached the events, and whose verdicts did not reach the manifest. */
async function giveLateVerdicts({ path, manifest, did, add }: Bench): Promise<void> {
  for (const trial of manifest.trials) {
    const isOpen = filesOf(trial).some(({ file }) => file.verdict === 'open');
    if (trial.stoppedAt === null || !isOpen) continue;
    await giveVerdicts(path, manifest, trial.number);
    for (const gap of gapsOfBlanks(manifest, trial.number)) add(gap);
    did.push(`trial ${trial.number}: its files are looked at`);
  }
}

/** Starts that never went, and trials of which only files tell. */
async function tidy(bench: Bench): Promise<void> {
  const { path, manifest, isDry, did } = bench;
  for (const one of await findNeverGone(path, manifest)) {
    if (!isDry) await takeBack(path, one);
    did.push(`trial ${one.trial} was armed and never went: ${sayEmpty(one)}`);
    for (const file of one.files) bench.mended.add(relative(path, file));
  }
  for (const trial of await takeUpUnlisted(bench, 'anything')) {
    did.push(`trial ${trial}: no word of it was on disk, its files are taken up`);
  }
}

function sayEmpty({ files }: NeverGone): string {
  const what = sayCount(files.length, 'file that holds nothing is', 'files that hold nothing are');
  return `${what} removed`;
}

function benchOf(path: string, manifest: Manifest, isDry: boolean): Bench {
  const events = new EventLog(join(path, sessionFiles.events));
  return {
    path,
    manifest,
    events,
    isDry,
    did: [],
    left: [],
    mended: new Set(),
    add: (event) => {
      takeEvent(manifest, event, path);
      events.add(event, new Date().toISOString());
    },
  };
}

async function mendTrial(bench: Bench, number: number): Promise<void> {
  for (const module of await modulesOnDisk(bench.path, number)) {
    await claimFiles(bench.path, bench.manifest, number, module);
  }
  const trial = trialOf(bench.manifest, number);
  for (const { segment, module, file } of trial === undefined ? [] : filesOf(trial)) {
    if (trial !== undefined) await mendOne(bench, { trial, segment, module }, file);
  }
}

async function mendOne(bench: Bench, place: Place, file: ManifestFile): Promise<void> {
  const path = resolve(bench.path, file.path);
  const facts = await stat(path).catch(() => null);
  if (facts === null || !facts.isFile() || facts.size === 0) return;
  const look = await checkContainer(path, isFinished(place)).catch(() => null);
  if (look?.mend === undefined) return; // what cannot be read is left, and said to be so
  const kept = bench.isDry ? null : await mendFile(path, look.mend).catch(asCannot);
  if (kept instanceof Cannot) return void bench.left.push(`${file.path}: ${kept.message}`);
  const beside = kept === null ? '' : `, kept as ${kept}`;
  bench.did.push(`${file.path}: ${look.note}; ${look.mend.words}${beside}`);
  bench.mended.add(file.path);
  const lost = facts.size < file.bytes ? `it had ${file.bytes} bytes when it was finished; ` : '';
  file.bytes = sizeAfter(look.mend, facts.size);
  file.sha256 = null;
  // What is made whole again is not all there was.
  file.verdict = file.bytes === 0 ? 'empty' : lost === '' ? 'repaired' : 'short';
  file.note = `${lost}${look.note}; ${look.mend.words}${beside}`;
  if (bench.isDry && lost !== '') bench.left.push(`${file.path} is ${sayVerdict(file)}`);
}

/** What the disk says of a file that can be read and not be mended. Others are mended all the same. */
class Cannot extends Error {}

function asCannot(error: unknown): Cannot {
  if (!isSystemError(error)) throw error;
  return new Cannot(`it cannot be mended: ${sayDisk(error)[0]}`);
}

function sizeAfter({ cutAt }: Mend, bytes: number): number {
  return cutAt === null ? bytes : Math.min(cutAt, bytes);
}

/** It ended with its last byte. */
async function closeOpen(bench: Bench, number: number): Promise<void> {
  const { path, manifest } = bench;
  const trial = trialOf(manifest, number);
  if (trial === undefined) return;
  const lastMs = (await lastWrittenMs(path, trial, 'everything')) ?? Date.parse(trial.startedAt);
  const at = new Date(lastMs).toISOString();
  await giveVerdicts(path, manifest, number);
  noteLacking(manifest, number, at);
  bench.add({ is: 'trial-closed', trial: number, outcome: 'interrupted', at });
  for (const gap of gapsOfBlanks(manifest, number)) bench.add(gap);
  bench.did.push(`trial ${number} was open: closed as interrupted, with its last byte at ${at}`);
}

/** Files that hold nothing beside others that do are as they were left: nothing mends them, and nobody need be told for ever. */
async function noteKnown({ path, manifest, isDry, did, mended }: Bench): Promise<void> {
  const told = whyEmpty(manifest);
  for (const file of filesIn(manifest.trials)) {
    const why = told.get(file.path);
    if (why?.isUnknown !== true) continue;
    const facts = await stat(resolve(path, file.path)).catch(() => null);
    if (facts?.size !== file.bytes) continue;
    if (!isDry) file.known = new Date().toISOString();
    did.push(`${file.path} is ${sayVerdict(file)}: taken down as known; ${why.words}`);
    mended.add(file.path);
  }
}

function endSession({ manifest, did, add }: Bench, eventsMs: number): void {
  if (manifest.session.endedAt !== null) return;
  const times = manifest.trials.map((trial) => Date.parse(trial.stoppedAt ?? trial.startedAt));
  const lastMs = Math.max(Date.parse(manifest.session.startedAt), eventsMs, ...times);
  add({ is: 'session-ended', at: new Date(lastMs).toISOString() });
  did.push(`session ${manifest.session.id} was open: it is ended`);
}

async function sumUp({ path, manifest, isDry, did, left }: Bench): Promise<void> {
  let made = 0;
  for (const file of waitingFiles(manifest)) {
    const sha256 = isDry ? '' : await sha256Of(resolve(path, file.path)).catch(() => null);
    if (sha256 === null) left.push(`${file.path}: it cannot be read, and has no checksum`);
    else made += 1;
    if (sha256 !== null && !isDry) file.sha256 = sha256;
  }
  if (made > 0) did.push(`${sayCount(made, 'checksum')} made`);
}

async function save({ path, manifest, events }: Bench): Promise<void> {
  await events.save();
  await replaceFile(join(path, sessionFiles.manifest), manifestText(manifest));
  await replaceFile(join(path, sessionFiles.readme), readmeText(manifest));
}
