import type { Manifest, ManifestFile } from '../../protocol/manifest.ts';
import type { PreflightCheck } from '../../protocol/preflight.ts';
import { sayCount } from '../../protocol/units.ts';

const about = 'last session';

/** What became of the newest trial that is closed: who records again should know that the last one went wrong. */
export function judgeLastSession(manifest: Manifest | null): PreflightCheck {
  const trial = manifest?.trials.findLast(({ stoppedAt }) => stoppedAt !== null);
  if (manifest === null) {
    return { about, level: 'ok', message: 'nothing has been recorded yet', remedy: null };
  }
  const { id } = manifest.session;
  if (trial === undefined) {
    return { about, level: 'ok', message: `session ${id}: no trial is over yet`, remedy: null };
  }
  const files = trial.segments.flatMap(({ modules }) =>
    Object.values(modules).flatMap((one) => one.files),
  );
  const wrong = files.filter(isWrong);
  const message = `session ${id}, trial ${trial.number}: ${sayTrial(trial.outcome, files, wrong)}`;
  if (trial.outcome === 'complete' && wrong.length === 0) {
    return { about, level: 'ok', message, remedy: null };
  }
  return { about, level: 'warning', message, remedy: `rigdeck sessions show ${id}` };
}

function isWrong({ verdict, known }: ManifestFile): boolean {
  if (known !== undefined) return false;
  return verdict === 'empty' || verdict === 'short' || verdict === 'bad';
}

function sayTrial(
  outcome: string,
  files: readonly ManifestFile[],
  wrong: readonly ManifestFile[],
): string {
  const count = sayCount(files.length, 'file');
  const [first] = wrong;
  if (first === undefined) return `${outcome}, ${count} in order`;
  const more = wrong.length === 1 ? '' : ` and ${wrong.length - 1} more`;
  return `${outcome}; ${first.path} is ${first.verdict}${more}`;
}
