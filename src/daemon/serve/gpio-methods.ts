import { setTimeout as pause } from 'node:timers/promises';
import type { MadePress } from '../../gpio/press-watch.ts';
import { gpioPressSchema, gpioTestSchema } from '../../protocol/frames.ts';
import type { GpioPressed } from '../../protocol/gpio-record.ts';
import type { Refusal } from '../../protocol/problem.ts';
import { notification, type Reply } from './lines.ts';
import { type Method, refused, taking, viewOnly } from './method.ts';
import type { Peer } from './peer.ts';
import type { ServePort } from './serve-port.ts';

const testKey = 'gpio test';
/** For how long what a press asks for is waited for after the button is let go. In ms. */
const answerMs = 3_000;
/** So often who holds a button is told that it is down. In ms. */
const stillHeldMs = 1_000;

/** What can be asked of the panel. What touches it is refused to those who may only look. */
export function gpioMethods({ gpio }: ServePort): readonly (readonly [string, Method])[] {
  const press = taking(gpioPressSchema, async (wish, peer): Promise<Reply> => {
    const { holdMs } = wish;
    const pressed = gpio.press(wish.line, holdMs);
    if ('reason' in pressed) return refused(pressed);
    const { line, name, cameOfIt } = pressed;
    if (!wish.wait) return { result: { line, name, holdMs } };
    const end = await heldBy(peer, pressed, holdMs);
    if (end === null || end === 'late') {
      const result: GpioPressed = { line, name, holdMs, over: end === null, came: cameOfIt() };
      return { result };
    }
    const message = `${name} (${line}) was pressed, and refused: ${end.message}`;
    return refused({ ...end, message });
  });
  const test = taking(gpioTestSchema, (_, peer): Reply => {
    peer.drop(testKey);
    const began = gpio.test(peer.identity.actor, (event) =>
      peer.outbox.offer(notification('gpio.test', event)),
    );
    if ('reason' in began) return refused(began);
    peer.keep(testKey, began.end);
    return { result: gpio.list(), after: began.begin };
  });
  return [
    ['gpio.list', () => ({ result: gpio.list() })],
    ['gpio.press', (params, peer) => (peer.role === 'view' ? viewOnly : press(params, peer))],
    ['gpio.test', (params, peer) => (peer.role === 'view' ? viewOnly : test(params, peer))],
  ];
}

/**
 * Waits until a press is over. Who waits for it holds it: the finger is up when that one is gone, which is found out by telling it
 * now and then that the button is still down. A client that only closed its own direction is not gone.
 */
async function heldBy(
  peer: Peer,
  { line, over, letGo }: MadePress,
  holdMs: number,
): Promise<Refusal | 'late' | null> {
  const key = `gpio press ${line}`;
  peer.keep(key, letGo);
  const held = notification('gpio.press', { line });
  const telling = setInterval(() => peer.outbox.offer(held), stillHeldMs);
  try {
    const late = pause<'late'>(holdMs + answerMs, 'late', { ref: false });
    return await Promise.race([over, late]);
  } finally {
    clearInterval(telling);
    peer.drop(key);
  }
}
