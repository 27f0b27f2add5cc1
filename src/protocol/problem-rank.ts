import type { Problem, ProblemCode } from './problem.ts';

/** Data do not land, or are in danger. */
const losing: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'stalled',
  'unflushed',
  'taken',
  'no-record',
  'nothing-records',
  'not-mounted',
  'read-only',
  'disk-fails',
  'low-space',
  'recordings-folder',
]);
/** Worth knowing, and nothing is wrong with the rig. */
const notices: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['config-changed', 'options-old']);

/** Whether a problem is only worth knowing, and nothing is wrong with the rig. */
export function isNotice({ code }: Pick<Problem, 'code'>): boolean {
  return notices.has(code);
}

/**
 * How much a problem matters: the smallest number is shown first, everywhere.
 *
 * What costs data comes first, then what else is wrong, then what is only worth knowing; what somebody has seen comes last.
 *
 * @param isRequired whether recordings are incomplete without the module that has it; true for the rig's own
 */
export function rankOfProblem(problem: Problem, isRequired: boolean): number {
  const rank = losing.has(problem.code) ? 0 : isNotice(problem) ? 3 : 1;
  return rank + (isRequired ? 0 : 1) + (problem.acknowledged === true ? 10 : 0);
}
