import type { Adopted } from '../core/spec.ts';
import type { Parts } from './parts.ts';
import type { Rigdeck } from './rigdeck.ts';

/** Nobody knows its stopTimeout any more: it gets as long as the most patient configuration would give. In ms. */
const finishMs = 120_000;
const signalMs = 30_000;

/**
 * Ends a run of a module that rig.yaml does not name any more, in order: it is told to finish its files, then asked to end,
 * and killed only when two minutes and both signals did nothing. What it had recorded is written down as ended.
 */
export function endStray(
  { runs, recordings }: Pick<Parts, 'runs' | 'recordings'>,
  rig: Rigdeck,
  module: string,
  run: number,
  living: Adopted,
): void {
  const message = `${module} still runs, but rig.yaml does not name it any more: it finishes its files and ends.`;
  rig.event('stray', module, message);
  const { trial, segment } = living;
  if (living.take !== 'idle' && trial !== null && segment !== null) {
    const at = new Date().toISOString();
    recordings.note({ is: 'left', trial, segment, module, how: 'ended', at });
    rig.fault(null, {
      code: 'stray',
      message,
      remedy: 'If it should go on, name it in rig.yaml again and restart the daemon.',
    });
    runs.tell(module, run, { do: 'stop' });
  }
  runs.tell(module, run, { do: 'quit' });
  setTimeout(() => runs.signal(module, run, 'SIGTERM'), finishMs).unref();
  setTimeout(() => runs.signal(module, run, 'SIGKILL'), finishMs + signalMs).unref();
}
