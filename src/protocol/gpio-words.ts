import type { ButtonDeeds, GpioLine } from './gpio-record.ts';
import { rhythmWords } from './rhythm.ts';

/** `click record.start, hold 2 s record.stop`. */
export function sayDeeds({ click, double, hold, level }: ButtonDeeds): string {
  const parts = [
    ...(click === null ? [] : [`click ${click}`]),
    ...(double === null ? [] : [`double ${double}`]),
    ...(hold === null ? [] : [`hold ${hold.afterMs / 1_000} s ${hold.action}`]),
    ...(level === null ? [] : [`switch ${level}`]),
  ];
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** How a line stands: pressed, lit, the rhythm of an LED; or what is wrong with it. */
export function sayNow({
  kind,
  level,
  state,
  rhythm,
}: Pick<GpioLine, 'kind' | 'level' | 'state' | 'rhythm'>): string {
  if (!['ok', 'opening', 'unopened'].includes(state)) return state;
  if (rhythm !== undefined) return rhythmWords[rhythm].looks;
  if (level === null) return '-';
  if (kind === 'button') return level === 1 ? 'pressed' : 'up';
  return level === 1 ? 'lit' : 'dark';
}

/** `button record`, `LED status`. */
export function sayWhat({
  kind,
  name,
}: {
  readonly kind: 'button' | 'led';
  readonly name: string;
}): string {
  return `${kind === 'led' ? 'LED' : kind} ${name}`;
}
