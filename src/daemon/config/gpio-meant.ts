import { headerPins } from '../../protocol/header-pins.ts';
import { nearest } from '../../protocol/nearest.ts';
import { namePattern } from '../../protocol/vocabulary.ts';
import type { Step } from './config-fault.ts';

const actions = [
  'record.toggle',
  'record.start',
  'record.stop',
  'record.pause',
  'record.resume',
  'mark',
  'rig.shutdown',
  'problem.acknowledge',
  'preflight',
];
const sources = ['rig', 'storage', 'clock', 'clients'];

/** What somebody may have meant who wrote something else under `gpio:`; null where nobody can tell. */
export function gpioMeant([room, , , ...keys]: readonly Step[], found: unknown): string | null {
  const key = keys.at(-1);
  if (room !== 'gpio' || (typeof found !== 'string' && typeof found !== 'number')) return null;
  const text = String(found).trim();
  if (key === 'line') return lineMeant(text);
  if (key === 'hold') return 'write `hold: { after: 2s, do: record.stop }`';
  if (key === 'shows') return sourceMeant(text);
  return key === 'click' || key === 'double' || key === 'do' ? actionMeant(text) : null;
}

/** Numbers of lines and of pins are mixed up by everybody once. */
function lineMeant(text: string): string | null {
  const [, line] = /^(?:gpio|bcm)[ _-]?(\d{1,2})$/i.exec(text) ?? [];
  if (line !== undefined && Number(line) < 54) return `GPIO${Number(line)}`;
  const [, pin] = /^(?:(?:pin|p)[ _-]?)?(\d{1,2})$/i.exec(text) ?? [];
  const carries = pin === undefined ? undefined : headerPins[Number(pin) - 1];
  if (carries === undefined) return 'those of the header are GPIO0 to GPIO27';
  const is = carries.startsWith('GPIO') ? carries : `${carries}, which is no line`;
  return `lines are written as GPIO17; pin ${Number(pin)} of the header is ${is}`;
}

/** What else the same is called. */
const sourceWords: Readonly<Record<string, string>> = {
  disk: 'storage',
  space: 'storage',
  time: 'clock',
  ntp: 'clock',
  users: 'clients',
  ssh: 'clients',
  record: 'rig',
  recording: 'rig',
  status: 'rig',
};

function sourceMeant(text: string): string | null {
  const same = sourceWords[text.toLowerCase()];
  if (same !== undefined) return same;
  return nearest(text, sources) ?? (namePattern.test(text) ? `module.${text}` : null);
}

function actionMeant(text: string): string | null {
  const [, module] = /^module\.([a-z0-9][a-z0-9-]{0,31})$/.exec(text) ?? [];
  if (module !== undefined) return `${text}.toggle`;
  const part = actions.find((action) => action.split('.').includes(text));
  return nearest(text, actions) ?? part ?? null;
}
