import type { Level } from './lines.ts';
import type { Fault, PressEvent, PressSettings } from './press-events.ts';

/**
 * What the finger does on a proven contact.
 *
 * `barred`: the contact is closed and that is no press (it was so at the start, or its edges were lost) · `up` · `down`: pressed,
 * and the hold counts · `held`: the hold was told · `between`: clicked once, a second click may follow · `again`: pressed a second
 * time · `switch`: a latching switch, whose positions are told as they come · `faulty`: ignored until it is quiet.
 *
 * `press` and `release` are proven edges; `found` is a proven level whose edge nobody saw; `gap`: edges were lost for so long that
 * a whole press may hide among them; `due`: the deadline of the present phase; `chatter`: no level is proven any more.
 */
export type Finger =
  | { readonly name: 'barred'; readonly stuckAtMs: number }
  | { readonly name: 'up' }
  | { readonly name: 'down'; readonly downMs: number }
  | { readonly name: 'held'; readonly downMs: number }
  | { readonly name: 'between'; readonly downMs: number; readonly upMs: number }
  | {
      readonly name: 'again';
      readonly first: { readonly downMs: number; readonly upMs: number };
      readonly downMs: number;
    }
  | { readonly name: 'switch' }
  | { readonly name: 'faulty'; readonly fault: Fault };

export type FingerEvent =
  | { readonly type: 'press'; readonly edgeMs: number; readonly edges: number }
  | { readonly type: 'release'; readonly edgeMs: number; readonly edges: number }
  | { readonly type: 'found'; readonly level: Level; readonly edgeMs: number }
  | { readonly type: 'gap' }
  | { readonly type: 'due' }
  | { readonly type: 'chatter' };

type Name = Finger['name'];
type In<N extends Name> = Extract<Finger, { readonly name: N }>;
type On<E extends FingerEvent['type']> = Extract<FingerEvent, { readonly type: E }>;
type Context = { readonly settings: PressSettings; readonly nowMs: number };
type Moved = { readonly finger: Finger; readonly told: readonly PressEvent[] };
type Do<N extends Name, E extends FingerEvent['type']> = (
  finger: In<N>,
  event: On<E>,
  context: Context,
) => Moved;
type Table = {
  readonly [N in Name]: { readonly [E in FingerEvent['type']]: Do<N, E> | 'ignore' };
};

/** How long after a release a second press makes a double click. */
const doubleWindowMs = 400;
/** Nobody holds a button for so much longer than it takes: it is stuck. */
const stuckMs = 30_000;
/** A button that is down at the start has a finger on it, or is wired the wrong way round: told sooner. */
export const stuckAtStartMs = 5_000;

// biome-ignore format: read as a table
const fingerTable: Table = {
  //         press            release             found               gap               due            chatter
  barred:  { press: 'ignore', release: rise,      found: follow,      gap: 'ignore',    due: jam,      chatter: fail },
  up:      { press: down,     release: 'ignore',  found: follow,      gap: 'ignore',    due: 'ignore', chatter: fail },
  down:    { press: 'ignore', release: click,     found: drop,        gap: drop,        due: hold,     chatter: fail },
  held:    { press: 'ignore', release: letGo,     found: drop,        gap: drop,        due: jam,      chatter: fail },
  between: { press: downAgain, release: 'ignore', found: clickAfter,  gap: clickAfter,  due: clickAfter, chatter: fail },
  again:   { press: 'ignore', release: double,    found: clickAndDrop, gap: clickAndDrop, due: holdAgain, chatter: fail },
  switch:  { press: flip,     release: flip,      found: flipFound,   gap: 'ignore',    due: 'ignore', chatter: fail },
  faulty:  { press: 'ignore', release: 'ignore',  found: 'ignore',    gap: 'ignore',    due: recover,  chatter: 'ignore' },
};

/** Moves the finger by one event. */
export function moveFinger(finger: Finger, event: FingerEvent, context: Context): Moved {
  const cell = fingerTable[finger.name][event.type] as Do<Name, FingerEvent['type']> | 'ignore';
  if (cell === 'ignore') return { finger, told: [] };
  return cell(finger as never, event as never, context);
}

/** When the present phase is over; null when only the finger ends it. */
export function fingerDueMs(finger: Finger, settings: PressSettings): number | null {
  switch (finger.name) {
    case 'barred':
      return finger.stuckAtMs;
    case 'down':
    case 'again':
      return holdAt(finger.downMs, settings) ?? finger.downMs + stuckMs;
    case 'held':
      return (holdAt(finger.downMs, settings) ?? finger.downMs) + stuckMs;
    case 'between':
      return finger.upMs + doubleWindowMs;
    default:
      return null;
  }
}

function holdAt(downMs: number, settings: PressSettings): number | null {
  if (settings.kind === 'switch' || settings.holdMs === null) return null;
  return downMs + settings.holdMs;
}

const up: Finger = { name: 'up' };

function rise(): Moved {
  return { finger: up, told: [] };
}

/** Nobody saw how it came about, so it is no press and no click. */
function follow(_: Finger, event: On<'found'>, context: Context): Moved {
  return { finger: event.level === 0 ? up : barred(context), told: [] };
}

function barred({ nowMs }: Context): Finger {
  return { name: 'barred', stuckAtMs: nowMs + stuckMs };
}

/** What is down now was not seen to come down, or may have been up meanwhile: it is no press until it was released. */
function drop(
  { name, downMs }: In<'down'> | In<'held'> | In<'again'>,
  event: On<'found'> | On<'gap'> | On<'release'>,
  context: Context,
): Moved {
  const isUp = event.type === 'release' || (event.type === 'found' && event.level === 0);
  const told: PressEvent = { is: 'dropped', downMs, held: name === 'held', atMs: context.nowMs };
  return { finger: isUp ? up : barred(context), told: [told] };
}

/** Released after its deadline, which nobody has seen it reach: a click or a hold, who knows. */
function isInDoubt(
  finger: In<'down'> | In<'again'>,
  { edgeMs }: On<'release'>,
  { settings }: Context,
): boolean {
  const dueMs = fingerDueMs(finger, settings);
  return dueMs !== null && edgeMs >= dueMs;
}

function down(_: Finger, event: On<'press'>, context: Context): Moved {
  const downMs = event.edgeMs;
  return { finger: { name: 'down', downMs }, told: [pressed(event, context)] };
}

function pressed({ edgeMs, edges }: On<'press'>, { settings, nowMs }: Context): PressEvent {
  const holdAtMs = holdAt(edgeMs, settings);
  return { is: 'pressed', downMs: edgeMs, holdAtMs, edges, atMs: nowMs };
}

function click(finger: In<'down'>, event: On<'release'>, context: Context): Moved {
  if (isInDoubt(finger, event, context)) return drop(finger, event, context);
  const { downMs } = finger;
  const upMs = event.edgeMs;
  const up = released(finger, event, context);
  if (context.settings.kind === 'push' && context.settings.double) {
    return { finger: { name: 'between', downMs, upMs }, told: [up] };
  }
  const told: PressEvent = { is: 'click', downMs, meantMs: upMs, atMs: context.nowMs };
  return { finger: { name: 'up' }, told: [up, told] };
}

function released(
  finger: In<'down'> | In<'held'> | In<'again'>,
  { edgeMs, edges }: On<'release'>,
  { settings, nowMs }: Context,
): PressEvent {
  const { downMs } = finger;
  const early = finger.name !== 'held' && holdAt(downMs, settings) !== null;
  return { is: 'released', downMs, upMs: edgeMs, early, edges, atMs: nowMs };
}

function letGo(finger: In<'held'>, event: On<'release'>, context: Context): Moved {
  return { finger: up, told: [released(finger, event, context)] };
}

/** The deadline of a press is its hold; where none is bound, nobody presses for so long. */
function hold(finger: In<'down'> | In<'again'>, event: On<'due'>, context: Context): Moved {
  const { downMs } = finger;
  const meantMs = holdAt(downMs, context.settings);
  if (meantMs === null) return jam(finger, event, context);
  const told: PressEvent = { is: 'hold', downMs, meantMs, atMs: context.nowMs };
  return { finger: { name: 'held', downMs }, told: [told] };
}

function clickAfter(
  { downMs, upMs }: { readonly downMs: number; readonly upMs: number },
  event: FingerEvent,
  context: Context,
): Moved {
  const told: PressEvent = { is: 'click', downMs, meantMs: upMs, atMs: context.nowMs };
  const isDown = event.type === 'found' && event.level === 1;
  return { finger: isDown ? barred(context) : up, told: [told] };
}

function downAgain(finger: In<'between'>, event: On<'press'>, context: Context): Moved {
  const { downMs, upMs } = finger;
  // Its edge may lie behind the window where the line was not quiet in between.
  if (event.edgeMs > upMs + doubleWindowMs) {
    const once = clickAfter(finger, event, context);
    const next = down(up, event, context);
    return { finger: next.finger, told: [...once.told, ...next.told] };
  }
  return {
    finger: { name: 'again', first: { downMs, upMs }, downMs: event.edgeMs },
    told: [pressed(event, context)],
  };
}

function double(finger: In<'again'>, event: On<'release'>, context: Context): Moved {
  if (isInDoubt(finger, event, context)) return clickAndDrop(finger, event, context);
  const { downMs } = finger.first;
  const told: PressEvent = { is: 'double', downMs, meantMs: event.edgeMs, atMs: context.nowMs };
  return { finger: up, told: [released(finger, event, context), told] };
}

/** Two presses, two meanings: the first was a click, the second is a hold. */
function holdAgain(finger: In<'again'>, event: On<'due'>, context: Context): Moved {
  const once = clickAfter(finger.first, event, context);
  const next = hold(finger, event, context);
  return { finger: next.finger, told: [...once.told, ...next.told] };
}

function clickAndDrop(
  finger: In<'again'>,
  event: On<'gap'> | On<'found'> | On<'release'>,
  context: Context,
): Moved {
  const once = clickAfter(finger.first, event, context);
  const next = drop(finger, event, context);
  return { finger: next.finger, told: [...once.told, ...next.told] };
}

function flip(_: Finger, event: On<'press'> | On<'release'>, { nowMs }: Context): Moved {
  const level = event.type === 'press' ? 1 : 0;
  const told: PressEvent = { is: 'switched', level, meantMs: event.edgeMs, atMs: nowMs };
  return { finger: { name: 'switch' }, told: [told] };
}

function flipFound(_: Finger, { level, edgeMs }: On<'found'>, { nowMs }: Context): Moved {
  const told: PressEvent = { is: 'switched', level, meantMs: edgeMs, atMs: nowMs };
  return { finger: { name: 'switch' }, told: [told] };
}

function jam(_: Finger, _event: FingerEvent, { nowMs }: Context): Moved {
  const told: PressEvent = { is: 'faulty', fault: 'stuck', atMs: nowMs };
  return { finger: { name: 'faulty', fault: 'stuck' }, told: [told] };
}

function fail(_: Finger, _event: FingerEvent, { nowMs }: Context): Moved {
  const told: PressEvent = { is: 'faulty', fault: 'chattering', atMs: nowMs };
  return { finger: { name: 'faulty', fault: 'chattering' }, told: [told] };
}

/** Where a switch ended is taken as it is: what a broken contact says must not stop a recording. */
function recover({ fault }: In<'faulty'>, _: FingerEvent, { settings, nowMs }: Context): Moved {
  const told: PressEvent = { is: 'well', fault, atMs: nowMs };
  return { finger: settings.kind === 'switch' ? { name: 'switch' } : up, told: [told] };
}
