import type { Intent } from '../protocol/intent.ts';
import type { Preflight } from '../protocol/preflight.ts';
import type { Refusal } from '../protocol/problem.ts';
import type { Verdict } from '../protocol/rig.ts';
import type { ButtonConfig, Deed } from './bindings.ts';
import type { PanelPort } from './panel-port.ts';

/** A start is refused only when a module has not armed in its own time. */
const startWaitMs = 600_000;

/** What became of a press. `light` shows it to the finger, where the rig itself does not. */
export type DeedEnd = {
  readonly light: 'refused' | 'ready' | 'warned' | null;
  readonly refusal: Refusal | null;
  /** What is to be said besides that it was done, or null. */
  readonly came: string | null;
};

/** Does what a press asks for, and tells once what became of it. */
export function doDeed(
  deed: Deed,
  button: ButtonConfig,
  { rig, preflight, event, mistake }: PanelPort,
  answer: (end: DeedEnd) => void,
): void {
  const actor = `button ${button.line} (${button.name})`;
  // What is asked of the rig has its entry in the history by itself.
  const tellRefused = ({ message, remedy }: Pick<Refusal, 'message' | 'remedy'>) =>
    event('press-refused', `${actor}: ${message} ${remedy}`);
  switch (deed.is) {
    case 'refused':
      tellRefused(deed);
      return answer(no({ reason: 'press-refused', message: deed.message, remedy: deed.remedy }));
    case 'preflight':
      preflight().then(({ verdict }) => {
        if (verdict === 'blocked') tellRefused(blocked);
        answer(preflightEnds[verdict]);
      }, mistake);
      return;
    default: {
      const { downMs: monoMs, meantMs } = deed;
      const settled = rig.submit(waited(deed.intent), { actor, monoMs, meantMs });
      settled.then((verdict) => {
        if (verdict.ok) return answer({ light: null, refusal: null, came: sayDone(verdict) });
        const { refusal } = verdict;
        // Who stopped a start knows that it was stopped.
        answer(
          refusal.reason === 'called-off' ? { light: null, refusal, came: null } : no(refusal),
        );
      }, mistake);
    }
  }
}

const blocked: Refusal = {
  reason: 'press-refused',
  message: 'The preflight is blocked.',
  remedy: 'See `rigdeck preflight`.',
};

const preflightEnds: Readonly<Record<Preflight['verdict'], DeedEnd>> = {
  ready: { light: 'ready', refusal: null, came: 'ready' },
  warnings: { light: 'warned', refusal: null, came: 'ready, with warnings' },
  blocked: no(blocked),
};

function no(refusal: Refusal): DeedEnd {
  return { light: 'refused', refusal, came: null };
}

function sayDone({ outcome, partly }: Extract<Verdict, { readonly ok: true }>): string | null {
  return outcome === 'unchanged' ? 'it was so already' : (partly ?? null);
}

/** Whether a start comes true is known only when every module has armed. */
function waited(intent: Intent): Intent {
  return intent.kind === 'record.start' ? { ...intent, waitMs: startWaitMs } : intent;
}
