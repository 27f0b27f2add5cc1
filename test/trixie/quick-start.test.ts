import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { whyNot } from '../cli/packed.ts';
import { everyLine } from '../stories/support/quick-start-page.ts';
import { filesOf, manifestOf, sessions } from '../stories/support/recorded.ts';
import { patiently, until } from '../support/until.ts';
import { firstTrial } from '../terminal/first-trial.ts';
import { hasTmux } from '../terminal/tmux.ts';
import { whyNoRoot } from './fresh-root.ts';
import type { Meanwhile, Shell, Typed } from './shell.ts';
import { type TwoComputers, twoComputers } from './two-computers.ts';

/** Each line has a deadline of its own; all of them together take long where much else runs. */
const slowly = patiently(1_800_000);
const isOnComputer = (line: string) => /^(npm|scp) /.test(line);
/** Until npm has installed, apt has fetched. */
const withinMs = (line: string) => (/^sudo (apt|npm) /.test(line) ? 400_000 : 90_000);

/** What somebody does besides typing the line. */
const meanwhile: readonly (readonly [RegExp, Meanwhile])[] = [
  [
    /^sudo apt install /,
    async (tmux) => {
      await tmux.shows(/\[Y\/n\] *$/m, 60_000);
      tmux.type('y\n');
    },
  ],
  [
    /^nano /,
    async (tmux) => {
      await tmux.shows(/GNU nano[\s\S]*\^X/);
      tmux.press('C-x');
    },
  ],
  [/^rigdeck$/, (tmux) => firstTrial(tmux, 'host')],
];

function type(shell: Shell | null, line: string): Promise<Typed> {
  if (shell === null) throw new Error(`nobody is logged in who could type ${line}`);
  const besides = meanwhile.find(([which]) => which.test(line))?.[1];
  return shell.does(line, withinMs(line), besides);
}

/** Pulls the plug once something of the trial is on the disk, and plugs it in again. */
async function pullThePlug(both: TwoComputers): Promise<void> {
  const session = sessions(both.onDisk('home/pi/recordings')).at(-1) ?? '';
  await until('rows are on the disk', () => rowsIn(session) > 2, 30_000);
  await both.cutPower();
  await both.powerOn();
}

function rowsIn(session: string): number {
  const [file] = filesOf(session, 'host').filter((path) => path.endsWith('.csv'));
  return file === undefined ? 0 : readFileSync(file, 'utf8').split('\n').length;
}

/** Types the whole page. @returns what the rig answered to each line; or why a line cannot be typed here */
async function followed(both: TwoComputers): Promise<ReadonlyMap<string, Typed> | string> {
  const answers = new Map<string, Typed>();
  let shell: Shell | null = null;
  for (const line of everyLine) {
    if (line.startsWith('ssh ')) {
      shell = await both.logIn(line);
      continue;
    }
    const { code, text } = isOnComputer(line)
      ? await both.onComputer(line)
      : await type(shell, line);
    answers.set(line, { code, text });
    const offline = whyOffline(line, { code, text });
    if (offline !== null) return offline;
    // Much may bite on the machine that lends its kernel.
    if (line !== 'rigdeck doctor') expect({ line, code, text }).toMatchObject({ line, code: 0 });
    if (line.startsWith('rigdeck record start')) await pullThePlug(both);
  }
  return answers;
}

/** Null where that is not what is wrong. */
function whyOffline(line: string, { code, text }: Typed): string | null {
  if (/\bnpm /.test(line) && code !== 0) return whyNot({ code, stderr: text }) ?? null;
  const isDeaf = /^(W|E|Err:\d+).*(fetch|resolve|connect)/im.test(text);
  return line.startsWith('sudo apt ') && isDeaf ? 'apt cannot reach its mirror' : null;
}

test.skipIf(whyNoRoot !== null || !hasTmux)(
  'the quick start, word for word, in a fresh Debian trixie: from nothing to a recording that survived a power cut',
  { timeout: slowly },
  async (context) => {
    const both = await twoComputers();
    const answers = await followed(both);
    if (typeof answers === 'string') return context.skip(answers);
    both.keepPackages();
    const said = (line: string) => answers.get(line)?.text ?? '';
    expect(said('rigdeck --version')).toMatch(/^\d+\.\d+\.\d+$/m);
    expect(said('rigdeck doctor')).toMatch(/^\d+ checks: \d+ failed/m);
    expect(said('rigdeck doctor')).not.toMatch(/^\s+at |node:internal|ERR_/m);
    expect(said('rigdeck service')).toContain('enabled, and runs');
    expect(said('rigdeck status')).toMatch(/◉ REC.* trial 1 "plug pulled"/);
    expect(said('rigdeck sessions show')).toContain('the rig lost power or was started again');
    expect(said('rigdeck sessions verify')).toContain('session 0002 rec is in order');

    const [first = '', second = '', ...others] = sessions(join(both.checkout, 'recordings'));
    expect(others).toEqual([]);
    expect(manifestOf(first).trials).toMatchObject([{ outcome: 'complete' }]);
    expect(manifestOf(first).markers).toHaveLength(1);
    expect(manifestOf(second).trials).toMatchObject([
      { outcome: 'partial', segments: [{ reason: 'start' }, { reason: 'power-loss' }] },
    ]);
  },
);
