import { sayVerdict } from '../protocol/file-words.ts';
import { clockTime } from '../protocol/local-time.ts';
import type { Manifest, ManifestFile, ManifestTrial } from '../protocol/manifest.ts';
import { withoutOwner } from '../protocol/rig-words.ts';
import { sanitize } from '../protocol/sanitize.ts';
import type { RigRecord, SessionRecord } from '../protocol/snapshot.ts';
import { sayCount, sayDuration, saySize } from '../protocol/units.ts';

/** What became of a trial that is over, as its manifest says. */
export type TrialReport = {
  readonly number: number;
  readonly outcome: ManifestTrial['outcome'];
  /** From go to stop, pauses included. */
  readonly durationMs: number;
  readonly files: number;
  readonly bytes: number;
  /** Who recorded nothing when, and which files are not in order: a sentence each. */
  readonly missing: readonly string[];
};

/** Reads what a session on this machine says of one of its trials; null where that cannot be read, or is not over. */
async function reportOf({ path }: SessionRecord, number: number): Promise<TrialReport | null> {
  const { showSession } = await import('../daemon/recordings/sessions.ts');
  try {
    const found = await showSession('/', path);
    return found === null ? null : reportIn(found.manifest, number);
  } catch {
    return null; // this user may not read it, or the disk is gone: the trial is stopped all the same
  }
}

/** Of a rig that was stopped since it was looked at: what became of the trial that it recorded then. */
export async function reportOfStopped({ trial, session }: RigRecord): Promise<TrialReport | null> {
  return trial === null || session === null ? null : await reportOf(session, trial.number);
}

/** What a manifest says of one of its trials. Null when there is no such trial, or it is not closed. */
export function reportIn(manifest: Manifest, number: number): TrialReport | null {
  const trial = manifest.trials.find((one) => one.number === number);
  if (trial === undefined || trial.stoppedAt === null) return null;
  const files = filesOf(trial);
  return {
    number,
    outcome: trial.outcome,
    durationMs: Date.parse(trial.stoppedAt) - Date.parse(trial.startedAt),
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    missing: [
      ...absentees(manifest, trial),
      ...gapsIn(manifest, trial),
      ...badFiles(files),
      ...fileless(manifest, trial),
    ],
  };
}

/** `12 min, 3 files, 300 MB`, and whether something is missing. */
export function sayReport({ outcome, durationMs, files, bytes }: TrialReport): string {
  const words = [sayDuration(durationMs), sayCount(files, 'file'), saySize(bytes)];
  return [...words, ...(outcome === 'complete' ? [] : [`NOT complete (${outcome})`])].join(', ');
}

function filesOf(trial: ManifestTrial): ManifestFile[] {
  return trial.segments
    .flatMap((segment) => Object.values(segment.modules))
    .flatMap((entry) => entry.files);
}

/** Those without whom it began and who never came. */
function absentees({ problems }: Manifest, trial: ManifestTrial): string[] {
  const came = new Set(trial.segments.flatMap((segment) => Object.keys(segment.modules)));
  return problems
    .filter(({ code, at }) => code === 'not-armed' && at === trial.startedAt)
    .flatMap(({ module }) => (module === null || came.has(module) ? [] : [module]))
    .map((module) => `${module} recorded nothing: it was not ready when the trial began`);
}

/** Pauses are no gaps: nobody was to record. */
function gapsIn({ gaps }: Manifest, trial: ManifestTrial): string[] {
  const { startedAt, stoppedAt } = trial;
  return gaps.flatMap(({ from, to, module, cause }) => {
    if (module === null || stoppedAt === null || from > stoppedAt) return [];
    if ((to ?? stoppedAt) <= startedAt) return [];
    // One that ended between the command and the instant that it named was missing from that on.
    const sinceMs = Math.max(Date.parse(from), Date.parse(startedAt));
    const lastedMs = Date.parse(to ?? stoppedAt) - sinceMs;
    const since = new Date(sinceMs).toISOString();
    return [
      `${module} recorded nothing for ${sayDuration(lastedMs)} from ${clockTime(since)}: ${sanitize(whyOf(module, cause))}`,
    ];
  });
}

// Who recorded nothing was said already.
function whyOf(module: string, cause: string): string {
  const [, why] = /^recorded nothing: (.*)$/s.exec(withoutOwner(module, cause)) ?? [];
  return why ?? cause;
}

function badFiles(files: readonly ManifestFile[]): string[] {
  return files
    .filter(({ verdict }) => verdict !== 'ok' && verdict !== 'open')
    .map((file) => sanitize(`${file.path} is ${sayVerdict(file)}`));
}

/** Those who recorded and left no file at all. */
function fileless({ problems }: Manifest, { segments, stoppedAt }: ManifestTrial): string[] {
  const hasFiles = (module: string | null) =>
    segments.some((one) => module !== null && (one.modules[module]?.files.length ?? 0) > 0);
  return problems
    .filter(({ code, at, module }) => code === 'verdict' && at === stoppedAt && !hasFiles(module))
    .map(({ message }) => sanitize(message));
}
