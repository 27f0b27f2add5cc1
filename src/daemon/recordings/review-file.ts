import { resolve } from 'node:path';
import type { ManifestFile, ManifestTrial } from '../../protocol/manifest.ts';
import { askFfprobe } from './ffprobe.ts';
import { noteLacking } from './lacking.ts';
import type { SessionStore, StoreOutlet } from './session-store.ts';
import { filesOf, judgeFile, timesOf, verdictFault } from './verdicts.ts';

/**
 * A second opinion on a file that was found to be in order: that of ffprobe, where it is installed. What it cannot open is bad,
 * and of a format that is not known here it tells the length. A trial that lacks something by that is partial.
 *
 * @returns the number of its trial when it is not in order; null when it is
 */
export async function reviewFile(
  store: SessionStore,
  outlet: StoreOutlet,
  file: ManifestFile,
): Promise<number | null> {
  if (file.verdict !== 'ok') return null;
  const path = resolve(store.path, file.path);
  const opinion = await askFfprobe(path);
  const place = placeOf(store, file);
  const facts = await timesOf(path).catch(() => null);
  if (opinion === null || place === null || facts === null || facts.bytes !== file.bytes)
    return null;
  const { durationMs, fault } = opinion;
  const look = { state: 'whole', durationMs, note: null } as const;
  const { verdict, note } =
    fault === null
      ? judgeFile(store.manifest, place, file, facts, look)
      : ({ verdict: 'bad', note: `ffprobe: ${fault}` } as const);
  if (verdict === 'ok') return null;
  file.verdict = verdict;
  if (note !== null) file.note = note;
  const { trial, module } = place;
  outlet.fault(verdictFault(trial.number, [{ module, file }], []));
  if (trial.stoppedAt !== null && trial.outcome === 'complete')
    lackNow(store, trial, trial.stoppedAt);
  store.changed();
  await store.writeReadme();
  return trial.number;
}

function lackNow({ manifest }: SessionStore, trial: ManifestTrial, stoppedAt: string): void {
  if (noteLacking(manifest, trial.number, stoppedAt)) trial.outcome = 'partial';
}

function placeOf({ manifest }: SessionStore, file: ManifestFile) {
  for (const trial of manifest.trials) {
    const found = filesOf(trial).find((one) => one.file === file);
    if (found !== undefined) return { trial, segment: found.segment, module: found.module };
  }
  return null;
}
