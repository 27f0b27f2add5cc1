import * as z from 'zod';
import type {
  FileVerdict,
  Manifest,
  ManifestFile,
  ManifestTrial,
} from '../../protocol/manifest.ts';
import { addProblem, trialOf } from './manifest-notes.ts';

/** A module that left nothing that can be used of a trial. `files` are those it left all the same. */
export type Lacking = {
  readonly module: string;
  readonly required: boolean;
  readonly files: readonly ManifestFile[];
};

/** What one of the manifest's copies of the configuration says of a module, as far as it says anything. */
const configSchema = z.object({
  modules: z.record(
    z.string(),
    z.object({
      required: z.boolean().catch(true),
      evidence: z.enum(['files', 'counters', 'heartbeat']).nullable().catch(null),
      evidenceTimeout: z.number().nullable().catch(null),
    }),
  ),
});
type Expected = z.infer<typeof configSchema>['modules'][string];

const unknownModule: Expected = { required: true, evidence: null, evidenceTimeout: null };

/**
 * What was expected of a module in a trial, by the configuration that was in force last until its end. Of one that this does not name any
 * more an earlier one tells.
 */
export function expectedOf(
  { config, configs = [] }: Manifest,
  { stoppedAt }: Pick<ManifestTrial, 'stoppedAt'>,
  module: string,
): Expected {
  const later = configs.filter(({ at }) => stoppedAt === null || at <= stoppedAt);
  for (const one of [config, ...later.map((each) => each.config)].reverse()) {
    const parsed = configSchema.safeParse(one);
    const modules = parsed.success ? parsed.data.modules : {};
    const known = Object.hasOwn(modules, module) ? modules[module] : undefined;
    if (known !== undefined) return known;
  }
  return unknownModule;
}

/** Verdicts of files that hold what was recorded, or a part of it. */
const usable: readonly FileVerdict[] = ['open', 'ok', 'short', 'repaired'];

/**
 * Modules that recorded in a trial and left no good file. One whose evidence is files must have left some; any other may
 * record without.
 */
export function lackingIn(manifest: Manifest, trialNumber: number): Lacking[] {
  return leftBy(manifest, trialNumber).flatMap(({ evidence, ...left }) => {
    const isGood = left.files.some((file) => usable.includes(file.verdict));
    const mayBeNone = left.files.length === 0 && evidence !== 'files';
    return isGood || mayBeNone ? [] : [left];
  });
}

/** Whether somebody's hand took from a file without whose module the trial is not complete. */
function isRobbed(manifest: Manifest, trialNumber: number): boolean {
  return leftBy(manifest, trialNumber).some(({ required, files }) => {
    return required && files.some((file) => file.taken !== undefined);
  });
}

/** Everybody who recorded in a trial, and what they left. */
function leftBy(manifest: Manifest, trialNumber: number) {
  const trial = trialOf(manifest, trialNumber);
  if (trial === undefined) return [];
  const { segments } = trial;
  const modules = [...new Set(segments.flatMap((segment) => Object.keys(segment.modules)))];
  const expected = modules.map((module) => ({ module, ...expectedOf(manifest, trial, module) }));
  const all = expected.every((one) => !one.required); // then all of them count as required
  return expected.map(({ module, required, evidence }) => {
    const files = segments.flatMap((segment) => segment.modules[module]?.files ?? []);
    return { module, required: required || all, evidence, files };
  });
}

/** Writes down who left no good file. @returns whether the trial is not complete for that, or for what was taken from one */
export function noteLacking(manifest: Manifest, trialNumber: number, at: string): boolean {
  const lacking = lackingIn(manifest, trialNumber);
  for (const { module, files } of lacking) {
    const what = files.map(({ path, verdict }) => `${path} is ${verdict}`).slice(0, 3);
    const why = files.length === 0 ? 'there is none' : what.join(', ');
    const message = `${module} left no good file in trial ${trialNumber}: ${why}`;
    addProblem(manifest, { at, module, code: 'verdict', message });
  }
  return lacking.some((one) => one.required) || isRobbed(manifest, trialNumber);
}
