import type { Problem } from '../protocol/problem.ts';
import { rankOfProblem } from '../protocol/problem-rank.ts';
import type { Snapshot } from '../protocol/snapshot.ts';

/** A problem and whose it is; null is the rig. */
export type OwnedProblem = { readonly of: string | null; readonly problem: Problem };

/**
 * Everything that is wrong, in the order in which it is shown: what nobody has acknowledged first; there that of the selected module
 * first, and then the worst.
 */
export function problemsOf(
  { rig, modules }: Pick<Snapshot, 'rig' | 'modules'>,
  selected: string | null = null,
): OwnedProblem[] {
  const all: OwnedProblem[] = [
    ...rig.problems.map((problem) => ({ of: null, problem })),
    ...Object.entries(modules).flatMap(([of, { problem }]) =>
      problem === null ? [] : [{ of, problem }],
    ),
  ];
  const rank = ({ of, problem }: OwnedProblem) =>
    rankOfProblem(problem, of === null || modules[of]?.required !== false) -
    (of !== null && of === selected ? 5 : 0);
  return all.sort((a, b) => rank(a) - rank(b));
}

/** Whether nobody has acknowledged it. */
export function isNew({ problem }: OwnedProblem): boolean {
  return problem.acknowledged !== true;
}

/** What names a problem as long as it lasts. */
export function problemKey({ of, problem }: OwnedProblem): string {
  return `${of ?? ''} ${problem.code}`;
}
