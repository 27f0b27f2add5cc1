import type { FoundSession } from '../daemon/recordings/sessions.ts';
import type { Manifest } from '../protocol/manifest.ts';
import { sayTrial, withOwner } from '../protocol/rig-words.ts';
import { sanitize } from '../protocol/sanitize.ts';
import { sayTrialRun } from '../protocol/session-words.ts';
import { pad, widthOf, wrap } from '../protocol/text.ts';
import { saySize } from '../protocol/units.ts';

/**
 * A session in words: trials with their files, gaps, markers, problems. Times are UTC, as in the folder's name.
 *
 * @param landed bytes of files that are still open, by path: the manifest has sizes only of those that are closed
 * @param columns what a line may take; Infinity where nobody looks on
 */
export function sessionLines(
  { manifest, path, damaged, later }: FoundSession,
  landed: ReadonlyMap<string, number>,
  columns: number,
): string[] {
  const { session, trials, gaps, markers, problems } = manifest;
  const until = session.endedAt === null ? 'still open' : `until ${clock(session.endedAt)}`;
  const from = session.startedAt.slice(0, 19).replace('T', ' ');
  const lines = [
    `session ${session.id} ${sanitize(session.name)}: ${from}, ${until} (all times are UTC)`,
    `  ${path}`,
    ...(damaged === null ? [] : [`  session.json is damaged: ${sanitize(damaged)}`]),
    ...(damaged !== null || later === undefined ? [] : [`  session.json was ${later}`]),
    ...trials.flatMap((trial) => trialLines(trial, landed)),
    ...gaps.map(
      ({ from, to, module, cause }) =>
        `  gap ${clock(from)} to ${to === null ? 'now' : clock(to)}: ${sanitize(withOwner(module ?? 'all', cause))}`,
    ),
    ...markers.map(
      ({ at, text, actor }) => `  mark ${clock(at)} ${sanitize(text ?? '')} (${sanitize(actor)})`,
    ),
    ...problems.map(
      ({ at, module, message }) =>
        `  problem ${clock(at)} ${sanitize(withOwner(module ?? 'rig', message))}`,
    ),
  ];
  return lines.flatMap((line) => fitted(line, columns));
}

// What goes on in the next line stands a little further in.
function fitted(line: string, columns: number): string[] {
  if (widthOf(line) <= columns) return [line];
  const indent = line.length - line.trimStart().length;
  const step = Math.min(indent, 4) + 2;
  const room = Math.max(8, columns - Math.max(indent, step));
  const [first = '', ...rest] = wrap(line.trimStart(), room);
  return [`${' '.repeat(indent)}${first}`, ...rest.map((more) => `${' '.repeat(step)}${more}`)];
}

function trialLines(
  trial: Manifest['trials'][number],
  landed: ReadonlyMap<string, number>,
): string[] {
  const files = trial.segments.flatMap((segment) =>
    Object.values(segment.modules).flatMap((module) => module.files),
  );
  return [
    `  ${sayTrial(trial)} ${clock(trial.startedAt)}: ${sayTrialRun(trial)}`,
    ...files.flatMap(({ path, bytes, verdict, note }) => [
      `    ${pad(saySize(landed.get(path) ?? bytes), 8, 'right')}  ${pad(verdict, 8)} ${sanitize(path)}`,
      ...(note === undefined ? [] : [`      ${sanitize(note, 1_000)}`]),
    ]),
  ];
}

function clock(at: string): string {
  return at.slice(11, 19);
}
