import type { Problem } from '../protocol/problem.ts';
import type { Snapshot } from '../protocol/snapshot.ts';

/** A problem and whose it is; null is the rig. */
export type OwnedProblem = { readonly of: string | null; readonly problem: Problem };

/**
 * Everything that is wrong, in the order in which it is shown: what nobody has acknowledged first, and there that of the
 * selected module first.
 */
export function problemsOf(
  { rig, modules }: Pick<Snapshot, 'rig' | 'modules'>,
  selected: string | null = null,
): OwnedProblem[] {
  const ofModules = Object.entries(modules).flatMap(([of, { problem }]) =>
    problem === null ? [] : [{ of, problem }],
  );
  const own = ofModules.filter(({ of }) => of === selected);
  const others = ofModules.filter(({ of }) => of !== selected);
  const all: OwnedProblem[] = [
    ...own,
    ...rig.problems.map((problem) => ({ of: null, problem })),
    ...others,
  ];
  return [...all.filter(isNew), ...all.filter((one) => !isNew(one))];
}

/** Whether nobody has acknowledged it. */
export function isNew({ problem }: OwnedProblem): boolean {
  return problem.acknowledged !== true;
}

/** What names a problem as long as it lasts. */
export function problemKey({ of, problem }: OwnedProblem): string {
  return `${of ?? ''} ${problem.code}`;
}
