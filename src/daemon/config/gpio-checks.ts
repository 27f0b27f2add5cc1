import { nearest } from '../../protocol/nearest.ts';
import { buttonComplaints } from './button-checks.ts';
import { type Complaint, quote, type Step } from './config-fault.ts';
import { asList, asMap, type PlainMap } from './plain-value.ts';

/** Two things on one line, two with one name, names of modules that do not exist, and buttons that make no sense. */
export function gpioComplaints(gpio: PlainMap, modules: readonly string[]): Complaint[] {
  const buttons = entriesOf(gpio, 'buttons');
  const leds = entriesOf(gpio, 'leds');
  return [
    ...twice([...buttons, ...leds], 'line'),
    ...twice(buttons, 'name'),
    ...twice(leds, 'name'),
    ...buttons.flatMap(({ path, map }) => [
      ...buttonComplaints(path, map),
      ...moduleComplaints([...path, 'click'], map['click'], modules),
      ...moduleComplaints([...path, 'double'], map['double'], modules),
      ...moduleComplaints([...path, 'hold', 'do'], asMap(map['hold'])['do'], modules),
    ]),
    ...leds.flatMap(({ path, map }) => moduleComplaints([...path, 'shows'], map['shows'], modules)),
  ];
}

type Entry = { readonly path: readonly Step[]; readonly kind: string; readonly map: PlainMap };

function entriesOf(gpio: PlainMap, list: 'buttons' | 'leds'): Entry[] {
  const kind = list === 'buttons' ? 'button' : 'LED';
  return asList(gpio[list]).map((item, index) => ({
    path: ['gpio', list, index],
    kind,
    map: asMap(item),
  }));
}

function twice(entries: readonly Entry[], key: 'line' | 'name'): Complaint[] {
  const first = new Map<unknown, Entry>();
  return entries.flatMap((entry): Complaint[] => {
    const value = entry.map[key];
    if (typeof value !== 'string') return [];
    const before = first.get(value);
    if (before === undefined) {
      first.set(value, entry);
      return [];
    }
    const owner =
      key === 'line' && typeof before.map['name'] === 'string'
        ? `the ${before.kind} ${quote(before.map['name'])}`
        : `another ${before.kind}`;
    const message =
      key === 'line'
        ? `${quote(value)} is already used by ${owner}`
        : `${owner} is already called ${quote(value)}`;
    return [{ path: [...entry.path, key], at: 'value', message, suggestion: null }];
  });
}

/** `module.<name>` and `module.<name>.toggle`. */
function moduleComplaints(
  path: readonly Step[],
  value: unknown,
  modules: readonly string[],
): Complaint[] {
  const name = typeof value === 'string' ? /^module\.([^.]+)(\.toggle)?$/.exec(value)?.[1] : null;
  if (name === null || name === undefined || modules.includes(name)) return [];
  const near = nearest(name, modules);
  const suggestion =
    near === null ? `there are: ${modules.join(', ')}` : String(value).replace(name, near);
  return [{ path, at: 'value', message: `no module ${quote(name)}`, suggestion }];
}
