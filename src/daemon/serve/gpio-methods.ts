import { setTimeout as pause } from 'node:timers/promises';
import { gpioPressSchema, gpioTestSchema } from '../../protocol/frames.ts';
import type { GpioPressed } from '../../protocol/gpio-record.ts';
import { notification, type Reply } from './lines.ts';
import { type Method, refused, taking, viewOnly } from './method.ts';
import type { ServePort } from './serve-port.ts';

const testKey = 'gpio test';
/** For how long what a press asks for is waited for after the button is let go. In ms. */
const answerMs = 3_000;

/** What can be asked of the panel. What touches it is refused to those who may only look. */
export function gpioMethods({ gpio }: ServePort): readonly (readonly [string, Method])[] {
  const press = taking(gpioPressSchema, async ({ line: which, holdMs, wait }): Promise<Reply> => {
    const pressed = gpio.press(which, holdMs);
    if ('reason' in pressed) return refused(pressed);
    const { line, name, over, cameOfIt } = pressed;
    if (!wait) return { result: { line, name, holdMs } };
    const late = pause<'late'>(holdMs + answerMs, 'late', { ref: false });
    const end = await Promise.race([over, late]);
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
