import { type AppliedConfig, sayApplied } from '../../protocol/applied-config.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Verdict } from '../../protocol/rig.ts';
import type { Context } from '../context.ts';
import { insist, withDaemon } from '../daemon-link.ts';
import { note, print, printJson } from '../output.ts';

/** A module may take its time to end and to be ready again: 30 seconds each by default. */
const waitMs = 90_000;

type Options = { readonly dryRun?: true; readonly wait: boolean };

/**
 * Has the daemon take over its rig.yaml as it is by now, and says what that did.
 *
 * @returns 0, or 7 when a module does not run with its new options or does not end
 * @throws CommandFailure exit 2 for a file with faults, 5 where it touches what is recorded, 6 when modules take too long
 */
export async function applyConfig(context: Context, { dryRun, wait }: Options): Promise<ExitCode> {
  const verdict = await withDaemon(context, 'config apply', (connection) =>
    insist(connection, {
      kind: 'config.apply',
      ...(dryRun && { dryRun }),
      ...(wait && !dryRun && { waitMs }),
    }),
  );
  const { outcome, seq, applied, partly = null } = verdict;
  if (context.json) {
    printJson({ version: 1, outcome, seq, dryRun: dryRun === true, partly, ...applied });
  } else tell(verdict, dryRun === true);
  return partly === null ? exitCodes.done : exitCodes.partly;
}

function tell({ outcome, applied, partly }: Extract<Verdict, { ok: true }>, dryRun: boolean): void {
  if (applied !== undefined) print(`${heading(applied, outcome, dryRun)}: ${applied.file}`);
  for (const line of sayApplied(applied, 'told')) print(line);
  if (partly !== undefined) note(`! ${partly}`);
}

function heading(applied: AppliedConfig, outcome: string, dryRun: boolean): string {
  const { added, changed, removed, settings, waiting } = applied;
  const isSame = [added, changed, removed, settings, waiting].every((some) => some.length === 0);
  if (isSame) return 'nothing to take over';
  if (dryRun) return 'would be taken over';
  return outcome === 'accepted' ? 'taken over, and under way' : 'taken over';
}
