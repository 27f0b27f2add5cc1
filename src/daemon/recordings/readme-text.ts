import type { Manifest, ManifestFile, ManifestTrial } from '../../protocol/manifest.ts';
import { withOwner } from '../../protocol/rig-words.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { sayCount, saySize } from '../../protocol/units.ts';

/** Beyond this a folder listing says more than a text. */
const maxFilesNamed = 200;

/** `README.txt`: what was recorded, when, which files and which gaps, for whoever finds the card. */
export function readmeText(manifest: Manifest): string {
  const { rig, session, trials, gaps, markers, problems } = manifest;
  const lines = [
    `Recording "${sanitize(session.name)}" (session ${session.id}) of the rig ${sanitize(rig)}`,
    '',
    `Began   ${session.startedAt}${manifest.clock.synchronized === false ? ' (the clock of the rig was not set)' : ''}`,
    `Ended   ${session.endedAt ?? 'not yet, or the power went'}`,
    `Times are UTC. session.json has everything for programs, events.jsonl how it happened.`,
    '',
    ...trials.flatMap(trialLines),
    ...(trials.length === 0 ? ['Nothing was recorded yet.', ''] : []),
    ...section('Gaps', gaps, (gap) => {
      return `${gap.from} to ${gap.to ?? '(open)'}  ${withOwner(gap.module ?? 'all', gap.cause)}`;
    }),
    ...section('Markers', markers, (marker) => {
      return `${marker.at}  trial ${marker.trial ?? '-'}  ${marker.text ?? '(no words)'}`;
    }),
    ...section('Problems', problems, (problem) => `${problem.at}  ${problem.message}`),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

const outcomeWords = {
  complete: 'complete',
  partial: 'PARTIAL: something is missing',
  interrupted: 'INTERRUPTED: its end was not written down, it ends with its last byte',
} as const;

function trialLines(trial: ManifestTrial): string[] {
  const label = trial.label === null ? '' : ` "${sanitize(trial.label)}"`;
  const ended = trial.stoppedAt === null ? 'not ended' : outcomeWords[trial.outcome];
  const outcome = trial.recovered ? `${ended}; read from its files` : ended;
  const files = trial.segments.flatMap((segment) =>
    Object.values(segment.modules).flatMap((entry) => entry.files),
  );
  const named = files.slice(0, maxFilesNamed).map((file) => {
    const size = file.verdict === 'open' ? '' : `  ${saySize(file.bytes)}`;
    return `  ${sanitize(file.path, 4_096)}${size}${verdictWords(file)}`;
  });
  const more = files.length - named.length;
  return [
    `Trial ${trial.number}${label}: ${trial.startedAt} to ${trial.stoppedAt ?? '...'}, ${outcome}`,
    ...named,
    ...(more > 0 ? [`  and ${sayCount(more, 'more file')} (named in session.json)`] : []),
    '',
  ];
}

function verdictWords({ verdict, note }: ManifestFile): string {
  const isPlain = verdict === 'ok' || verdict === 'open';
  const word = isPlain ? '' : `  ${verdict.toUpperCase()}`;
  return note === undefined ? word : `${word}  (${sanitize(note)})`;
}

function section<T>(title: string, items: readonly T[], say: (item: T) => string): string[] {
  if (items.length === 0) return [];
  return [`${title}:`, ...items.map((item) => `  ${sanitize(say(item))}`), ''];
}
