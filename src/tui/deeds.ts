import type { Intent } from '../protocol/intent.ts';
import { problemHere } from './reasons.ts';
import { pageOf, type Situation } from './situation.ts';
import { emptyLog, type Screen, type ViewAction } from './view-state.ts';

/** What a key does: to the view, to the rig, or to this program. */
export type Deed =
  | { readonly kind: 'view'; readonly action: ViewAction }
  | {
      readonly kind: 'submit';
      readonly intent: Intent;
      readonly asked: string;
      readonly done: string;
    }
  | { readonly kind: 'leave' };

/** Back to the dashboard. */
export const back: Deed = { kind: 'view', action: { type: 'back' } };

/** Another module is selected, so many rows further. */
export function move({ names }: Situation, by: number): Deed {
  return { kind: 'view', action: { type: 'move', by, names } };
}

export function show(screen: Screen): Deed {
  return { kind: 'view', action: { type: 'show', screen } };
}

export function openLog({ name }: Situation): Deed {
  return name === null ? back : show(emptyLog(name));
}

export function scroll(by: number): Deed {
  return { kind: 'view', action: { type: 'scroll', by } };
}

export function page(now: Situation, pages: number): Deed {
  return scroll(pages * pageOf(now));
}

export function followWord({ screen }: Situation): string {
  return screen.kind === 'log' && screen.bottom === null ? 'stay' : 'follow';
}

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
  return submit(intent, 'asked to record', 'recording');
}

/** The question before a stop. It names the trial that it is about. */
export function askStop({ snapshot }: Situation): Deed {
  if (snapshot === null) return back;
  const trial = snapshot.rig.trial?.number ?? null;
  return show({ kind: 'confirm-stop', epoch: snapshot.epoch, trial });
}

export function stop(now: Situation): Deed {
  const trial = trialWords(now);
  return submit(
    { kind: 'record.stop', waitMs, ...expected(now) },
    `asked to stop ${trial}`,
    `${trial} is stopped`,
  );
}

export function stopWord(now: Situation): string {
  return `stop ${trialWords(now)}`;
}

export function pause(now: Situation): Deed {
  const trial = trialWords(now);
  if (now.snapshot?.rig.state === 'paused') {
    const intent: Intent = { kind: 'record.resume', waitMs, ...expected(now) };
    return submit(intent, `asked to go on with ${trial}`, `${trial} goes on`);
  }
  const intent: Intent = { kind: 'record.pause', waitMs, ...expected(now) };
  return submit(intent, `asked to pause ${trial}`, `${trial} is paused`);
}

export function pauseWord({ snapshot }: Situation): string {
  return snapshot?.rig.state === 'paused' ? 'go on' : 'pause';
}

export function mark(): Deed {
  return submit({ kind: 'mark' }, 'marker sent', 'marked');
}

/** What `e` would do, by what the sender sees. */
export function toggleWord({ module }: Situation): string {
  return module?.desired === 'on' ? 'disable' : 'enable';
}

export function toggle(now: Situation): Deed {
  const { name, module } = now;
  if (name === null || module === null) return back;
  if (module.desired === 'on') {
    const intent: Intent = { kind: 'module.disable', module: name, ...expected(now) };
    return submit(intent, `asked to disable ${name}`, `${name} is off`);
  }
  const intent: Intent = { kind: 'module.enable', module: name, ...expected(now) };
  return submit(intent, `asked to enable ${name}`, `${name} is on`);
}

export function restart({ name }: Situation): Deed {
  if (name === null) return back;
  return submit(
    { kind: 'module.restart', module: name },
    `asked to restart ${name}`,
    `${name} is restarted`,
  );
}

export function retry({ name }: Situation): Deed {
  if (name === null) return back;
  return submit(
    { kind: 'module.retry', module: name },
    `asked to try ${name} again`,
    `${name} is tried again`,
  );
}

export function acknowledge(now: Situation): Deed {
  const problem = problemHere(now);
  if (problem === null) return back;
  const of = problem.module ?? 'the rig';
  const intent: Intent = {
    kind: 'problem.acknowledge',
    module: problem.module,
    code: problem.code,
  };
  return submit(intent, `asked to acknowledge the problem of ${of}`, `acknowledged: ${of}`);
}

function submit(intent: Intent, asked: string, done: string): Deed {
  return { kind: 'submit', intent, asked, done };
}

// With it a press that was meant for another state than the present one is refused as stale.
function expected({ snapshot }: Situation): Pick<Intent, 'expect'> {
  return snapshot === null ? {} : { expect: { epoch: snapshot.epoch, seq: snapshot.seq } };
}

function trialWords({ snapshot }: Situation): string {
  const trial = snapshot?.rig.trial ?? null;
  return trial === null ? 'the recording' : `trial ${trial.number}`;
}
