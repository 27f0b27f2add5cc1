import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { GpioTestEvent } from '../../protocol/gpio-record.ts';
import { testEndWords } from '../../protocol/gpio-test-words.ts';
import { clean } from '../../protocol/text.ts';
import { toType } from '../../protocol/typed-command.ts';
import { sayCount } from '../../protocol/units.ts';
import { requireConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { runDirOf, withDaemon } from '../daemon-link.ts';
import { CommandFailure } from '../failure.ts';
import { note, print } from '../output.ts';

/**
 * Lights every LED in turn and tells of every press, until Ctrl-C; by the daemon where one holds the lines.
 *
 * @throws CommandFailure exit 5 while the rig records, another tries them out or holds all of them; 4 where there are none; 3 when
 *   the daemon goes away meanwhile
 */
export async function testGpio(context: Context): Promise<ExitCode> {
  const stopped = interruption();
  const tell = teller(context);
  if (await byDaemon(context, stopped, tell)) return exitCodes.done;
  const { config } = await requireConfig(context);
  const { testLines } = await import('../../daemon/panel/test-lines.ts');
  const over = ending(tell);
  let asks = true;
  const end = testLines(config.gpio, runDirOf(context), over.tell, (fault) => {
    if (fault !== null) {
      const { code, message, remedy } = fault;
      return over.fail(new CommandFailure(exitCodeOf(code), code, message, remedy));
    }
    if (asks) note(config.gpio?.backend === 'simulated' ? toType(nothingToPress) : invitation);
    asks = false;
  });
  try {
    await Promise.race([stopped, over.ended]);
  } finally {
    end();
  }
  return exitCodes.done;
}

function exitCodeOf(code: string): ExitCode {
  if (code === 'no-line') return exitCodes.notFound;
  return code === 'busy' ? exitCodes.refused : exitCodes.failed;
}

/** Said once there is something to press. */
const invitation = `Press every button. ${testEndWords}.`;

/** Without a daemon nobody can press a simulated button. */
const nothingToPress = `Simulated buttons are pressed in a rig that runs: \`rigdeck up\`. ${testEndWords}.`;

type Tell = (event: GpioTestEvent) => void;

/** @returns false when there is no daemon */
async function byDaemon(context: Context, stopped: Promise<void>, tell: Tell): Promise<boolean> {
  const over = ending(tell);
  try {
    await withDaemon(context, 'gpio test', async (connection) => {
      let isInvited = false;
      const invite = () => {
        if (!isInvited) note(invitation);
        isInvited = true;
      };
      connection.onNotification((method, params) => {
        if (method !== 'gpio.test') return;
        invite(); // what happens first may be told together with the answer
        over.tell(params as GpioTestEvent);
      });
      await connection.call('gpio.test');
      invite();
      const gone = connection.closed.then(() => {
        throw new CommandFailure(exitCodes.noDaemon, 'daemon-gone', 'the daemon went away');
      });
      await Promise.race([stopped, over.ended, gone]);
      gone.catch(() => undefined); // it is our own end of the line that is closed now
    });
    return true;
  } catch (error) {
    if (error instanceof CommandFailure && error.code === 'no-daemon') return false;
    throw error;
  }
}

/** Tells on, and knows when nothing follows. */
function ending(tell: Tell) {
  let end: () => void = () => undefined;
  let fail: (why: CommandFailure) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return {
    ended,
    fail: (why: CommandFailure) => fail(why),
    tell: (event: GpioTestEvent) => {
      tell(event);
      if (event.is === 'ended') end();
    },
  };
}

function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        if (process.stderr.isTTY) process.stderr.write('\n'); // what comes next has a line of its own
        resolve();
      });
    }
  });
}

function teller({ json }: Context): Tell {
  if (json) return (event) => print(JSON.stringify(event));
  const edges = new Map<string, number>();
  return (event) => print(sayEvent(event, edges));
}

/** @param edges when the line of each button moved last, in ms */
function sayEvent(event: GpioTestEvent, edges: Map<string, number>): string {
  switch (event.is) {
    case 'lit':
      return `LED ${event.led} is lit now`;
    case 'unusable':
      return `${event.kind === 'led' ? 'LED' : 'button'} ${event.name} cannot be used: ${clean(event.words, 400)}`;
    case 'edge': {
      const before = edges.get(event.button);
      edges.set(event.button, event.atMs);
      const since = before === undefined ? '' : `, ${(event.atMs - before).toFixed(1)} ms later`;
      return `  ${event.button}: line ${event.level === 1 ? 'closes' : 'opens'}${since}`;
    }
    case 'pressed':
      return `${event.button} pressed${bounced(event.bounces)}`;
    case 'released':
      return `${event.button} released after ${Math.round(event.heldMs)} ms${bounced(event.bounces)}`;
    case 'switched':
      return `${event.button} switched ${event.level === 1 ? 'on' : 'off'}`;
    case 'meant':
      return `${event.button}: ${gestures[event.gesture]} would do ${event.action ?? 'nothing'}`;
    case 'faulty':
      return `${event.button} ${event.fault === 'stuck' ? 'is stuck' : 'chatters'}: look at its cable`;
    default:
      return `ended: ${clean(event.words)}`;
  }
}

const gestures = {
  click: 'a click',
  double: 'a double click',
  hold: 'a hold',
  switched: 'that',
} as const;

function bounced(bounces: number): string {
  return bounces === 0 ? '' : `, ${sayCount(bounces, 'bounce')}`;
}
