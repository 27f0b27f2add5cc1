import { isInTrial } from '../../protocol/in-trial.ts';
import type { Intent } from '../../protocol/intent.ts';
import { waitingStart } from '../../protocol/scheduled-words.ts';
import type { Situation } from '../situation.ts';
import type { Wish } from '../wishes.ts';
import { back, type Deed, type WishDeed } from './deeds.ts';

/** What is recorded is answered when it has come true; the daemon's own deadlines come long before this one. */
const waitMs = 600_000;

/** A new trial; an empty label is none. */
export function record(now: Situation, label: string | null): Deed {
  const words = label?.trim() ?? '';
  const intent: Intent = {
    kind: 'record.start',
    waitMs,
    ...expected(now),
    label: words === '' ? null : words,
  };
  return submit(intent, 'asked to record', 'recording', { of: 'rig', until: 'recording' });
}

export function stop(now: Situation): Deed {
  const trial = trialWords(now);
  const intent: Intent = { kind: 'record.stop', waitMs, ...expected(now) };
  const wish = { of: 'rig', until: 'idle' } as const;
  if (isOnlySet(now)) {
    return submit(intent, 'asked to call the start off', 'the start is called off', wish);
  }
  const isPartial = now.snapshot?.rig.trial?.partial === true;
  const done = isPartial ? ' and NOT complete: what is missing stands under S' : '';
  return submit(intent, `asked to stop ${trial}`, `${trial} is stopped${done}`, wish);
}

export function stopWord(now: Situation): string {
  return isOnlySet(now) ? 'call the start off' : `stop ${trialWords(now)}`;
}

function isOnlySet({ snapshot }: Situation): boolean {
  return snapshot !== null && waitingStart(snapshot.rig) !== null;
}

export function pause(now: Situation): Deed {
  const trial = trialWords(now);
  if (now.snapshot?.rig.state === 'paused') {
    const intent: Intent = { kind: 'record.resume', waitMs, ...expected(now) };
    const wish = { of: 'rig', until: 'recording' } as const;
    return submit(intent, `asked to go on with ${trial}`, `${trial} goes on`, wish);
  }
  const intent: Intent = { kind: 'record.pause', waitMs, ...expected(now) };
  const wish = { of: 'rig', until: 'paused' } as const;
  return submit(intent, `asked to pause ${trial}`, `${trial} is paused`, wish);
}

export function pauseWord({ snapshot }: Situation): string {
  return snapshot?.rig.state === 'paused' ? 'go on' : 'pause';
}

/** What `e` would do, by what the sender sees. */
export function toggleWord({ module }: Situation): string {
  return module?.desired === 'on' ? 'disable' : 'enable';
}

export function toggle(now: Situation): Deed {
  const { name, module } = now;
  if (name === null || module === null) return back;
  const wish = { of: 'module', module: name, run: module.run } as const;
  if (module.desired === 'on') {
    const intent: Intent = { kind: 'module.disable', module: name, ...expected(now) };
    const until = { ...wish, until: 'off' } as const;
    const deed = submit(intent, `asked to disable ${name}`, `${name} is off`, until);
    return delayed(now, deed, `${name} stops`, `${name} was not disabled`);
  }
  const intent: Intent = { kind: 'module.enable', module: name, ...expected(now) };
  return submit(intent, `asked to enable ${name}`, `${name} is on`, { ...wish, until: 'on' });
}

export function restart(now: Situation): Deed {
  const { name, module } = now;
  if (name === null || module === null) return back;
  const wish = { of: 'module', module: name, until: 'again', run: module.run } as const;
  const intent: Intent = { kind: 'module.restart', module: name };
  const deed = submit(intent, `asked to restart ${name}`, `${name} is restarted`, wish);
  return delayed(now, deed, `${name} restarts, with a gap,`, `${name} was not restarted`);
}

/** What would take a module out of a running recording can be taken back for a moment; anything else is sent at once. */
function delayed(now: Situation, deed: WishDeed, what: string, not: string): Deed {
  const { name, module, snapshot } = now;
  const trial = snapshot?.rig.trial ?? null;
  if (name === null || module === null || snapshot === null || trial === null) return deed;
  if (!isInTrial(snapshot, module)) return deed;
  const meant = { module: name, epoch: snapshot.epoch, trial: trial.number, run: module.run };
  return { kind: 'delay', deed, what, not, ...meant };
}

export function retry({ name, module }: Situation): Deed {
  if (name === null || module === null) return back;
  const wish = { of: 'module', module: name, until: 'again', run: module.run } as const;
  const intent: Intent = { kind: 'module.retry', module: name };
  return submit(intent, `asked to try ${name} again`, `${name} runs again`, wish);
}

export function acknowledge({ problem }: Situation): Deed {
  if (problem === null) return back;
  const {
    of,
    problem: { code },
  } = problem;
  const whose = `the problem of ${of ?? 'the rig'}`;
  const intent: Intent = { kind: 'problem.acknowledge', module: of, code };
  return submit(intent, `asked to acknowledge ${whose}`, `seen: ${whose}`, null);
}

export function acknowledgeAll(): Deed {
  const intent: Intent = { kind: 'problem.acknowledge' };
  return submit(intent, 'asked to acknowledge all problems', 'seen: all problems', null);
}

/** @param wish null for what is done once it is answered */
export function submit(intent: Intent, asked: string, done: string, wish: Wish | null): WishDeed {
  return { kind: 'submit', intent, asked, done, wish };
}

// With it a press that was meant for another state than the present one is refused as stale.
function expected({ snapshot }: Situation): Pick<Intent, 'expect'> {
  return snapshot === null ? {} : { expect: { epoch: snapshot.epoch, seq: snapshot.seq } };
}

function trialWords({ snapshot }: Situation): string {
  const trial = snapshot?.rig.trial ?? null;
  return trial === null ? 'the recording' : `trial ${trial.number}`;
}
