import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { pad } from '../../protocol/text.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { type Check, checks, type Limits } from '../conformance/checks.ts';
import { type Subject, subjectAt } from '../conformance/subject.ts';
import { TestRig } from '../conformance/test-rig.ts';
import type { Context } from '../context.ts';
import { usageFailure } from '../failure.ts';
import { note, print, printJson } from '../output.ts';

type Options = { readonly options?: string; readonly timeout: number };
type Result = {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly words: string;
};

const evidenceMs = 5_000;
const stopMs = 60_000;
const nameWidth = Math.max(...checks.map(({ name }) => name.length)) + 1;

/**
 * Puts a module to the test on a throw-away rig: a real daemon, real commands, real files.
 *
 * @returns 0 when it passed everything that is for it, else 1
 * @throws CommandFailure exit 4 when there is no such module, 2 when it is none
 */
export async function testModule(
  context: Context,
  path: string,
  options: Options,
): Promise<ExitCode> {
  const subject = subjectAt(path, parseOptions(options.options));
  const limits = { startMs: options.timeout, evidenceMs, stopMs };
  if (!context.json) print(`${subject.command.join(' ')}\n`);
  const results = await runChecks(context, subject, limits);
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  const skipped = results.filter(({ outcome }) => outcome === 'skipped').length;
  const passed = results.length - failed - skipped;
  if (context.json) {
    printJson({ version: 1, command: subject.command, passed, failed, skipped, checks: results });
  } else {
    print(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
  return failed === 0 ? exitCodes.done : exitCodes.failed;
}

function parseOptions(text: string | undefined): Subject['options'] {
  if (text === undefined) return {};
  try {
    const options: unknown = JSON.parse(text);
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) {
      return options as Subject['options'];
    }
  } catch {
    // said below, whatever is wrong with it
  }
  throw usageFailure(`--options: ${text} is no JSON object`, `Such as --options '{"rate": 10}'.`);
}

async function runChecks(context: Context, subject: Subject, limits: Limits): Promise<Result[]> {
  const rig = await TestRig.make(context, subject, limits.startMs);
  const results: Result[] = [];
  const interrupted = interruption();
  try {
    await rig.start();
    let missing: string | null = null;
    for (const check of checks) {
      const done = missing === null ? runCheck(check, rig, limits) : skipped(check, missing);
      const result = await Promise.race([done, interrupted]);
      results.push(result);
      if (!context.json) printResult(result);
      if (result.outcome === 'failed' && check.isGround) missing = check.name;
    }
    if (!context.json && results.some(({ outcome }) => outcome === 'failed')) await tellLog(rig);
    return results;
  } finally {
    await rig.remove();
  }
}

/** Fails as soon as somebody wants this to end; the rig is removed all the same. */
function interruption(): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => reject(new Error(`ended by ${signal}`)));
    }
  });
  interrupted.catch(() => undefined); // heard by whatever races with it
  return interrupted;
}

async function runCheck(check: Check, rig: TestRig, limits: Limits): Promise<Result> {
  const { name } = check;
  try {
    const why = check.skip?.(rig) ?? null;
    if (why !== null) return { name, outcome: 'skipped', words: why };
    return { name, outcome: 'passed', words: await check.run(rig, limits) };
  } catch (error) {
    const words = wordsOf(error);
    return { name, outcome: 'failed', words };
  }
}

async function skipped({ name }: Check, missing: string): Promise<Result> {
  return { name, outcome: 'skipped', words: `needs that it ${missing}` };
}

const marks = { passed: 'ok     ', failed: 'FAILED ', skipped: 'skipped' } as const;

function printResult({ name, outcome, words }: Result): void {
  print(`${marks[outcome]} ${pad(name, nameWidth)} ${words}`);
}

/** What it printed last: usually that says why. */
async function tellLog(rig: TestRig): Promise<void> {
  const lines = await rig.log();
  if (lines.length === 0) return;
  note('\nIts last words:');
  for (const line of lines) note(`  ${line}`);
}
