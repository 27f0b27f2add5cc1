import { hookEvents } from '../../protocol/hook-event.ts';
import { nearest } from '../../protocol/nearest.ts';
import { parseDuration } from '../../protocol/units.ts';
import { type Complaint, quote, type Step } from './config-fault.ts';
import { gpioComplaints } from './gpio-checks.ts';
import { asList, asMap, isPlainMap, type PlainMap, textsIn } from './plain-value.ts';

/** A snapshot of this many modules still fits one line of the socket, with room to spare. */
const maxModules = 200;

/** What no single value shows: references, circles, twice the same. `plain` may be of a wrong shape anywhere. */
export function crossComplaints(plain: unknown, bundled: readonly string[]): Complaint[] {
  const root = asMap(plain);
  const modules = asMap(root['modules']);
  const names = Object.keys(modules);
  if (names.length > maxModules) {
    const message = `${names.length} modules are more than the ${maxModules} that one rig can have`;
    return [{ path: ['modules'], at: 'key', message, suggestion: null }];
  }
  return [
    ...Object.entries(modules).flatMap(([name, module]) => [
      ...programComplaints(['modules', name], module, bundled),
      ...timeComplaints(['modules', name], asMap(module)),
      ...nulComplaints(['modules', name], asMap(module)),
      ...afterComplaints(['modules', name], name, asMap(module), names),
    ]),
    ...circleComplaints(modules),
    ...segmentComplaints(asMap(root['rig'])['segment'], modules),
    ...gpioComplaints(asMap(root['gpio']), names),
    ...hookComplaints(root['hooks']),
  ];
}

/** Exactly one of `use` and `command`; for `protocol: none` neither, but `record`. */
function programComplaints(
  path: readonly Step[],
  module: unknown,
  bundled: readonly string[],
): Complaint[] {
  if (!isPlainMap(module)) return [];
  const has = (key: string) => Object.hasOwn(module, key);
  const at = (key: string, message: string, suggestion: string | null): Complaint[] => [
    { path: [...path, key], at: 'key', message, suggestion },
  ];
  const here = (message: string, suggestion: string): Complaint[] => [
    { path, at: 'key', message, suggestion },
  ];
  if (module['protocol'] === 'none') return noneComplaints(path, module);
  if (has('record')) return at('record', '`record` needs `protocol: none`', 'add `protocol: none`');
  if (has('use') && has('command')) {
    return at('command', 'either `use` or `command`, not both', 'remove one of the two');
  }
  if (has('use')) return bundledComplaints(path, module['use'], bundled);
  if (has('command')) return [];
  return here(
    'expected `use` (a bundled module) or `command` (your own program)',
    'for example `use: system`',
  );
}

function noneComplaints(path: readonly Step[], module: PlainMap): Complaint[] {
  const suggestion = 'put the program under `record: { command: [...] }`';
  const forbidden = ['command', 'use']
    .filter((key) => Object.hasOwn(module, key))
    .map((key): Complaint => {
      const message = `\`protocol: none\` has no \`${key}\``;
      return { path: [...path, key], at: 'key', message, suggestion };
    });
  if (Object.hasOwn(module, 'record')) return forbidden;
  return [
    ...forbidden,
    { path, at: 'key', message: '`protocol: none` needs `record`', suggestion },
  ];
}

function bundledComplaints(
  path: readonly Step[],
  used: unknown,
  bundled: readonly string[],
): Complaint[] {
  if (typeof used !== 'string' || bundled.includes(used)) return [];
  const known = bundled.length === 0 ? 'none is installed' : `there are: ${bundled.join(', ')}`;
  return [
    {
      path: [...path, 'use'],
      at: 'value',
      message: `no bundled module ${quote(used)}`,
      suggestion: nearest(used, bundled) ?? known,
    },
  ];
}

/** A wait of 0 is over before it begins; a first pause of 0 stays 0 however often it is doubled. */
function timeComplaints(path: readonly Step[], module: PlainMap): Complaint[] {
  const waits = ['startTimeout', 'armTimeout', 'stopTimeout', 'evidenceTimeout'];
  const restart = asMap(module['restart']);
  const all = [
    ...waits.map((key) => [[...path, key], module[key]] as const),
    ...['initial', 'max'].map((key) => [[...path, 'restart', key], restart[key]] as const),
  ];
  return all.flatMap(([at, value]) =>
    parseDuration(String(value)) === 0
      ? [{ path: at, at: 'value', message: 'expected more than 0', suggestion: null }]
      : [],
  );
}

/** A new file begins with a header, and that is no evidence: in each there must be time to see that data land. */
function segmentComplaints(segment: unknown, modules: PlainMap): Complaint[] {
  const segmentMs = parseDuration(String(segment ?? 0)) ?? 0;
  const waits = Object.entries(modules).flatMap(([name, module]): [string, number][] => {
    const { evidence = 'files', evidenceTimeout = '5s' } = asMap(module);
    const ms = parseDuration(String(evidenceTimeout)) ?? 0;
    return evidence === 'files' ? [[name, ms]] : [];
  });
  const [longest] = waits.sort(([, a], [, b]) => b - a);
  if (segmentMs === 0 || longest === undefined || segmentMs >= 2 * longest[1]) return [];
  const [name, ms] = longest;
  const message = `expected at least twice the \`evidenceTimeout\` of ${quote(name)}`;
  const suggestion = `${ms / 500}s or more, or 0 for no segments`;
  return [{ path: ['rig', 'segment'], at: 'value', message, suggestion }];
}

/** The kernel ends a word at its first NUL: such an argument cannot be handed to a program. */
function nulComplaints(path: readonly Step[], module: PlainMap): Complaint[] {
  const record = asMap(module['record']);
  const words: readonly (readonly [readonly Step[], unknown])[] = [
    [[...path, 'cwd'], module['cwd']],
    ...textsIn(module['command']).map(([i, text]) => [[...path, 'command', i], text] as const),
    ...textsIn(record['command']).map(
      ([i, text]) => [[...path, 'record', 'command', i], text] as const,
    ),
    ...Object.entries(asMap(module['env'])).map(
      ([key, text]) => [[...path, 'env', key], `${key}${text}`] as const,
    ),
  ];
  return words.flatMap(([at, text]) =>
    typeof text === 'string' && text.includes('\0')
      ? [
          {
            path: at,
            at: 'value',
            message: 'a NUL character cannot be passed on',
            suggestion: null,
          },
        ]
      : [],
  );
}

function afterComplaints(
  path: readonly Step[],
  name: string,
  module: PlainMap,
  names: readonly string[],
): Complaint[] {
  return textsIn(module['after']).flatMap(([index, other]): Complaint[] => {
    const at = [...path, 'after', index];
    if (other === name) {
      const message = `${quote(name)} cannot wait for itself`;
      return [{ path: at, at: 'value', message, suggestion: 'remove it' }];
    }
    if (names.includes(other)) return [];
    const suggestion = nearest(other, names) ?? `there are: ${names.join(', ')}`;
    return [{ path: at, at: 'value', message: `no module ${quote(other)}`, suggestion }];
  });
}

/** One complaint for each circle, at the `after` that closes it. */
function circleComplaints(modules: PlainMap): Complaint[] {
  const found: Complaint[] = [];
  const done = new Set<string>();
  const walk = (name: string, above: readonly string[]): void => {
    if (done.has(name)) return;
    const here = [...above, name];
    for (const [index, other] of textsIn(asMap(modules[name])['after'])) {
      if (other === name || !Object.hasOwn(modules, other)) continue;
      const begin = here.indexOf(other);
      if (begin < 0) {
        walk(other, here);
        continue;
      }
      const circle = [...here.slice(begin), other].join(' -> ');
      const message = `these wait for each other in a circle: ${circle}`;
      const path = ['modules', name, 'after', index];
      found.push({ path, at: 'value', message, suggestion: 'remove one of them' });
    }
    done.add(name);
  };
  for (const name of Object.keys(modules)) walk(name, []);
  return found;
}

function hookComplaints(hooks: unknown): Complaint[] {
  return asList(hooks).flatMap((hook, hookIndex) =>
    textsIn(asMap(hook)['on']).flatMap(([index, event]): Complaint[] => {
      if (hookEvents.includes(event)) return [];
      const path = ['hooks', hookIndex, 'on', index];
      const suggestion = nearest(event, hookEvents) ?? `there are: ${hookEvents.join(', ')}`;
      return [{ path, at: 'value', message: `no event ${quote(event)}`, suggestion }];
    }),
  );
}
