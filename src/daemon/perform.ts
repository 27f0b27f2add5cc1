import { assertNever } from '../core/assert.ts';
import type { Effect } from '../core/effect.ts';
import type { Input } from '../core/input.ts';
import type { LogLevel } from '../protocol/vocabulary.ts';
import { wordsOf } from '../protocol/words-of.ts';
import type { Preferences } from './config/preferences.ts';
import type { ModuleFolder } from './recordings/module-folder.ts';
import type { Recordings } from './recordings/recordings.ts';
import { StartRefused } from './recordings/start-on-disk.ts';
import type { Runs } from './runs/runs.ts';

/** What the effects of the core need. */
export type Hands = {
  readonly runs: Runs;
  readonly recordings: Recordings;
  readonly preferences: Preferences;
  input(input: Input, actor: string, cause: string): void;
  event(name: string, module: string | null, message: string): void;
  takeConfig(): void;
  setLogLevel(module: string | null, level: LogLevel): void;
  shutDown(what: 'daemon' | 'rig', actor: string): void;
};

/** Does what the core asks for. Nothing here decides anything, and nothing here waits. */
export function perform(effect: Exclude<Effect, { readonly type: 'answer' }>, hands: Hands): void {
  const { runs, recordings } = hands;
  switch (effect.type) {
    case 'spawn':
      return runs.spawn(effect.module, effect.run, effect.restarts);
    case 'tell':
      return tell(effect, hands);
    case 'arm':
      return arm(effect, hands);
    case 'split':
      return split(effect, hands);
    case 'signal':
      return runs.signal(effect.module, effect.run, effect.signal);
    case 'remember-wish':
      return hands.preferences.remember(effect.module, effect.enabled);
    case 'journal':
      return hands.event(effect.name, effect.module, effect.message);
    case 'take-config':
      return hands.takeConfig();
    case 'log-level':
      return hands.setLogLevel(effect.module, effect.level);
    case 'shut-down':
      return hands.shutDown(effect.what, effect.actor);
    default:
      return record(effect, recordings);
  }
}

type RecordingEffect = Extract<
  Effect,
  { readonly type: `${string}-session` | `${string}-trial` | 'note' }
>;

function record(effect: RecordingEffect, recordings: Recordings): void {
  switch (effect.type) {
    case 'open-session':
      return recordings.openSession(effect.ask, effect.name);
    case 'end-session':
      return recordings.endSession(effect.ask);
    case 'prepare-trial':
      return recordings.prepareTrial(effect.ask, effect.label);
    case 'secure-trial':
      return recordings.secureTrial(effect.ask);
    case 'discard-trial':
      return recordings.discardTrial(effect.trial, effect.files);
    case 'close-trial':
      return recordings.closeTrial(effect);
    case 'note':
      return recordings.note(effect.note);
    default:
      return assertNever(effect);
  }
}

/** What a module is to be told and must wait for the disk, so that nothing overtakes it. One map a rig. */
const behind = new WeakMap<Runs, Map<string, Promise<void>>>();

/** Commands reach a module in the order in which they were given: a `stop` behind its `arm`, whatever the disk takes. */
function inOrder(runs: Runs, module: string, isSlow: boolean, work: () => unknown): void {
  const queues = behind.get(runs) ?? new Map<string, Promise<void>>();
  behind.set(runs, queues);
  const before = queues.get(module);
  if (before === undefined && !isSlow) {
    work();
    return;
  }
  const told: Promise<void> = (before ?? Promise.resolve())
    .then(async () => void (await work()))
    .finally(() => {
      if (queues.get(module) === told) queues.delete(module);
    });
  queues.set(module, told);
}

/** The word of the trial is there before data are: no crash leaves files that nobody lists. */
function tell(effect: Extract<Effect, { readonly type: 'tell' }>, hands: Hands): void {
  const { runs, recordings } = hands;
  const { module, run, command } = effect;
  const noted = command.do === 'record' ? recordings.noted(aheadMs(command.atMonoNs)) : null;
  const work = () => runs.tell(module, run, command);
  inOrder(runs, module, noted !== null, () => (noted === null ? work() : noted.then(work)));
}

function aheadMs(atMonoNs: string): number {
  return Number(BigInt(atMonoNs) - process.hrtime.bigint()) / 1e6;
}

/** The folder first, then the command: a module never has to make its own. */
function arm(effect: Extract<Effect, { readonly type: 'arm' }>, hands: Hands): void {
  const { module, run, trial, segment } = effect;
  inFolder(effect, hands, ({ dir, prefix, session }) =>
    hands.runs.tell(module, run, { do: 'arm', dir, prefix, session, trial, segment }),
  );
}

/** As with the go, the word of the segment is on disk before the first file of it is. */
function split(effect: Extract<Effect, { readonly type: 'split' }>, hands: Hands): void {
  const { module, run, segment, atMonoNs } = effect;
  inFolder(effect, hands, async ({ dir, prefix }) => {
    await hands.recordings.noted();
    hands.runs.tell(module, run, { do: 'split', dir, prefix, segment, atMonoNs });
  });
}

/**
 * The folder is asked for at once, so that what the core asks of the disk behind it finds it made; the module is told in its turn.
 * What the disk says against it is told as an error of the module.
 */
function inFolder(
  { module, run, trial, segment }: Extract<Effect, { readonly type: 'arm' | 'split' }>,
  { runs, recordings, input }: Hands,
  tell: (folder: ModuleFolder) => void | Promise<void>,
): void {
  const asked = Promise.allSettled([recordings.moduleFolder(module, trial, segment)]);
  inOrder(runs, module, true, async () => {
    const [folder] = await asked;
    if (folder.status === 'fulfilled') return tell(folder.value);
    const error: unknown = folder.reason;
    if (error instanceof StartRefused) return;
    const message = wordsOf(error);
    const said = { is: 'error', code: 'folder', message, remedy: null, recoverable: true } as const;
    input({ type: 'said', module, run, said }, `module ${module}`, 'no folder');
  });
}
