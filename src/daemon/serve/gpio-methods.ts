import { gpioPressSchema, gpioTestSchema } from '../../protocol/frames.ts';
import type { Refusal } from '../../protocol/problem.ts';
import { rpcCodes } from '../../protocol/rpc.ts';
import { fault, notification, type Reply } from './lines.ts';
import { type Method, taking, viewOnly } from './method.ts';
import type { ServePort } from './serve-port.ts';

const testKey = 'gpio test';

/** What can be asked of the panel. What touches it is refused to those who may only look. */
export function gpioMethods({ gpio }: ServePort): readonly (readonly [string, Method])[] {
  const press = taking(gpioPressSchema, ({ line, holdMs }): Reply => {
    const refusal = gpio.press(line, holdMs);
    return refusal === null ? { result: { line, holdMs } } : refused(refusal);
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

function refused({ reason, message, remedy }: Refusal): Reply {
  return fault(rpcCodes.refused, message, { reason, remedy });
}
