import { nearest } from '../protocol/nearest.ts';
import type { Refusal } from '../protocol/problem.ts';
import type { ButtonConfig } from './bindings.ts';
import type { Lines } from './lines.ts';

/** The button on this line, or with this name. */
export function findButton(
  buttons: readonly ButtonConfig[],
  which: string,
): ButtonConfig | undefined {
  return buttons.find(({ line }) => line === which) ?? buttons.find(({ name }) => name === which);
}

/** Why a button that is not there cannot be pressed, and which are there. */
export function noSuchButton(buttons: readonly ButtonConfig[], which: string): Refusal {
  const isLine = /^GPIO\d+$/.test(which);
  const bare = findButton(buttons, `GPIO${which.replace(/^gpio/, '')}`);
  if (bare !== undefined) {
    const message = `lines are written as GPIO and their number, not "${which}"`;
    return { reason: 'no-such-line', message, remedy: `Did you mean ${bare.line} (${bare.name})?` };
  }
  const message = isLine ? `there is no button on ${which}` : `there is no button "${which}"`;
  const near = isLine
    ? null
    : nearest(
        which,
        buttons.map(({ name }) => name),
      );
  if (near !== null) return { reason: 'no-such-line', message, remedy: `Did you mean ${near}?` };
  const all = buttons.map(({ line, name }) => `${name} (${line})`).join(', ');
  const remedy = all === '' ? 'This rig has LEDs only.' : `There are: ${all}.`;
  return { reason: 'no-such-line', message, remedy };
}

/** Why the buttons that there are cannot be pressed by a command. */
export function notSimulated(lines: Lines | null): Refusal {
  const message =
    lines === null
      ? 'no simulated line is open'
      : `the lines are real ones (${lines.backend}): only a finger can press them`;
  const remedy =
    'With `backend: simulated` under `gpio:` in rig.yaml buttons are pressed by a command.';
  return { reason: 'not-simulated', message, remedy };
}
