import type { Intent } from '../protocol/intent.ts';
import type { ButtonConfig, Deed } from './bindings.ts';
import type { PanelPort } from './panel-port.ts';

/** A start is refused only when a module has not armed in its own time. */
const startWaitMs = 600_000;

/**
 * Does what a press asks for.
 *
 * @param answer shows the finger what became of it, where the rig itself does not
 */
export function doDeed(
  deed: Deed,
  button: ButtonConfig,
  { rig, preflight, event, mistake }: PanelPort,
  answer: (is: 'refused' | 'ready') => void,
): void {
  const actor = `button ${button.line} (${button.name})`;
  switch (deed.is) {
    case 'refused':
      event('press-refused', `${actor}: ${deed.message} ${deed.remedy}`);
      return answer('refused');
    case 'preflight':
      preflight().then(
        ({ verdict }) => answer(verdict === 'blocked' ? 'refused' : 'ready'),
        mistake,
      );
      return;
    default: {
      const { downMs: monoMs, meantMs } = deed;
      const settled = rig.submit(waited(deed.intent), { actor, monoMs, meantMs });
      settled.then((verdict) => {
        // Who stopped a start knows that it was stopped.
        if (!verdict.ok && verdict.refusal.reason !== 'called-off') answer('refused');
      }, mistake);
    }
  }
}

/** Whether a start comes true is known only when every module has armed. */
function waited(intent: Intent): Intent {
  return intent.kind === 'record.start' ? { ...intent, waitMs: startWaitMs } : intent;
}
