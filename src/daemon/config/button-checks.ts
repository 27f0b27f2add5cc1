import { parseDuration } from '../../protocol/units.ts';
import { type Complaint, orList, quote, type Step } from './config-fault.ts';
import { asMap, type PlainMap } from './plain-value.ts';

/** What a finger does to a push button. */
const gestures = ['click', 'double', 'hold'] as const;
/** What may not happen by a slip, or by noise on a wire. */
const dangerous = new Set<unknown>(['record.stop', 'rig.shutdown']);
const defaultDebounceMs = 30;
/** A finger that clicks is down for so long: a hold that is shorter happens by a slip, too. */
const leastDangerousHoldMs = 500;
/** Nobody holds a button for longer, and no switch bounces for longer: such a number is a slip of the pen. */
const holdRange = {
  leastMs: 0,
  mostMs: 60_000,
  long: 'a hold is 60 s at most',
  short: '',
  example: '`after: 2s`',
};
const debounceRange = {
  leastMs: 5,
  mostMs: 1_000,
  long: 'the debounce time is 1 s at most',
  short: 'the debounce time is 5 ms at least, or every spike on the wire is a press',
  example: '`debounce: 30ms`',
};

/** What is bound to a button: something, one kind of it, and nothing that does harm by a slip. */
export function buttonComplaints(path: readonly Step[], button: PlainMap): Complaint[] {
  return [
    ...unboundComplaints(path, button),
    ...switchComplaints(path, button),
    ...dangerComplaints(path, button),
    ...holdComplaints(path, button),
    ...shortHoldComplaints(path, button),
    ...rangeComplaints([...path, 'hold', 'after'], asMap(button['hold'])['after'], holdRange),
    ...rangeComplaints([...path, 'debounce'], button['debounce'], debounceRange),
  ];
}

function unboundComplaints(path: readonly Step[], button: PlainMap): Complaint[] {
  const does = [...gestures, 'level'].some((key) => button[key] !== undefined);
  if (does || Object.keys(button).length === 0) return [];
  const suggestion = 'for example `click: mark` or `hold: { after: 2s, do: record.stop }`';
  return [{ path, at: 'value', message: 'this button does nothing', suggestion }];
}

/** A latching switch stays where it is: a click of it there cannot be. */
function switchComplaints(path: readonly Step[], button: PlainMap): Complaint[] {
  if (button['level'] === undefined) return [];
  const both = gestures.filter((gesture) => button[gesture] !== undefined);
  if (both.length === 0) return [];
  const named = orList(both.map((gesture) => `\`${gesture}\``));
  const message = `a latching switch (\`level\`) knows no ${named}`;
  return [{ path: [...path, 'level'], at: 'key', message, suggestion: 'remove one of the two' }];
}

function dangerComplaints(path: readonly Step[], button: PlainMap): Complaint[] {
  if (button['allowDangerousClick'] === true) return [];
  return (['click', 'double'] as const).flatMap((gesture): Complaint[] => {
    const action = button[gesture];
    if (!dangerous.has(action)) return [];
    const message = `${quote(action)} needs a hold: a ${gesture === 'click' ? 'click' : 'double click'} happens by a slip`;
    const suggestion = `write \`hold: { after: 2s, do: ${action} }\`, or allow it with \`allowDangerousClick: true\``;
    return [{ path: [...path, gesture], at: 'value', message, suggestion }];
  });
}

function holdComplaints(path: readonly Step[], button: PlainMap): Complaint[] {
  const after = asMap(button['hold'])['after'];
  const afterMs = parseDuration(String(after));
  const debounce = button['debounce'];
  const debounceMs = debounce === undefined ? defaultDebounceMs : parseDuration(String(debounce));
  if (afterMs === undefined || debounceMs === undefined || afterMs > debounceMs) return [];
  const message = `a hold of ${quote(after)} is not longer than the debounce time of ${debounceMs} ms`;
  const suggestion = 'for example `after: 2s`';
  return [{ path: [...path, 'hold', 'after'], at: 'value', message, suggestion }];
}

function shortHoldComplaints(path: readonly Step[], button: PlainMap): Complaint[] {
  const { after, do: action } = asMap(button['hold']);
  const afterMs = parseDuration(String(after)) ?? leastDangerousHoldMs;
  if (button['allowDangerousClick'] === true || !dangerous.has(action)) return [];
  // One that is not even longer than the debounce time is told as that.
  if (afterMs >= leastDangerousHoldMs || holdComplaints(path, button).length > 0) return [];
  const message = `a hold of ${quote(after)} is as short as a click, and ${quote(action)} needs ${leastDangerousHoldMs} ms at least`;
  const suggestion = 'for example `after: 2s`, or allow it with `allowDangerousClick: true`';
  return [{ path: [...path, 'hold', 'after'], at: 'value', message, suggestion }];
}

function rangeComplaints(
  path: readonly Step[],
  value: unknown,
  { leastMs, mostMs, long, short, example }: typeof holdRange,
): Complaint[] {
  const ms = value === undefined ? undefined : parseDuration(String(value));
  if (ms === undefined || (ms >= leastMs && ms <= mostMs)) return [];
  const words = ms > mostMs ? `too long: ${long}` : `too short: ${short}`;
  const message = `${quote(value)} is ${words}`;
  return [{ path, at: 'value', message, suggestion: `for example ${example}` }];
}
