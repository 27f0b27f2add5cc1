import type { Config } from '../protocol/config.ts';
import type { Intent } from '../protocol/intent.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import type { ModuleState, RigDesired, RigState } from '../protocol/vocabulary.ts';
import type { PressEvent, PressSettings } from './press-events.ts';

/** A button of rig.yaml. */
export type ButtonConfig = NonNullable<Config['gpio']>['buttons'][number];

/**
 * What a press asks for.
 *
 * `downMs` is when the finger came down: what a marker is stamped with. `meantMs` is the instant that made the press what it is:
 * what its age is judged by. Both CLOCK_MONOTONIC in ms.
 */
export type Deed =
  | {
      readonly is: 'intent';
      readonly intent: Intent;
      readonly downMs: number;
      readonly meantMs: number;
    }
  | { readonly is: 'preflight' }
  /** The light says no; the words are for the log. */
  | { readonly is: 'refused'; readonly message: string; readonly remedy: string };

/** How to read the line of a button. */
export function pressSettings(button: ButtonConfig): PressSettings {
  const debounceMs = button.debounce;
  if (button.level !== undefined) return { kind: 'switch', debounceMs };
  const holdMs = button.hold?.after ?? null;
  return { kind: 'push', debounceMs, double: button.double !== undefined, holdMs };
}

/** What a press of this button is bound to, in the words of rig.yaml; null where that is nothing. */
export function actionOf(button: ButtonConfig, event: PressEvent): string | null {
  switch (event.is) {
    case 'click':
    case 'double':
      return button[event.is] ?? null;
    case 'hold':
      return button.hold?.do ?? null;
    case 'switched':
      return event.level === 1 ? 'record.start' : 'record.stop';
    default:
      return null;
  }
}

/** What a press of this button asks for now; null where nothing is bound to it. */
export function deedOf(button: ButtonConfig, event: PressEvent, snapshot: Snapshot): Deed | null {
  switch (event.is) {
    case 'click':
    case 'double': {
      const action = button[event.is];
      if (action === undefined) return null;
      const given = { gesture: event.is, allowed: button.allowDangerousClick, button: button.name };
      return timed(act(action, given, snapshot), event);
    }
    case 'hold': {
      if (button.hold === undefined) return null;
      const given = { gesture: event.is, allowed: true, button: button.name };
      return timed(act(button.hold.do, given, snapshot), event);
    }
    case 'switched': {
      const kind = event.level === 1 ? 'record.start' : 'record.stop';
      // It stands there still: however late that is heard, it is meant.
      return timed({ kind }, { downMs: event.meantMs, meantMs: event.atMs });
    }
    case 'dropped':
      return event.held ? null : inDoubt;
    default:
      return null;
  }
}

type Given = {
  readonly gesture: 'click' | 'double' | 'hold';
  /** A hold, or the configuration says in so many words that a click may do harm. */
  readonly allowed: boolean;
  readonly button: string;
};
type Refused = Extract<Deed, { readonly is: 'refused' }>;
type Act = Intent | Refused | 'preflight';

function timed(
  act: Act,
  { downMs, meantMs }: { readonly downMs: number; readonly meantMs: number },
): Deed {
  if (act === 'preflight') return { is: 'preflight' };
  return 'is' in act ? act : { is: 'intent', intent: act, downMs, meantMs };
}

function act(action: string, given: Given, snapshot: Snapshot): Act {
  const module = /^module\.(.+)\.toggle$/.exec(action)?.[1];
  if (module !== undefined) return toggleModule(module, given, snapshot);
  switch (action) {
    case 'record.toggle':
      return toggleRecord(snapshot);
    case 'record.stop':
    case 'rig.shutdown':
      return given.allowed ? { kind: action } : needsHold(action, given);
    case 'record.start':
    case 'record.pause':
    case 'record.resume':
    case 'mark':
    case 'problem.acknowledge':
      return { kind: action };
    case 'preflight':
      return 'preflight';
    default:
      return refuse(`There is no action ${action}.`, 'Look at rig.yaml: rigdeck config check');
  }
}

/** The configuration is refused for it, so this only stands against a configuration that nobody checked. */
function needsHold(action: string, { gesture, button }: Given): Refused {
  return refuse(
    `The button ${button} does ${action} on a hold only, not on a ${gesture}.`,
    'Bind it to a hold, or set allowDangerousClick: true.',
  );
}

type RecordToggle = 'record.start' | 'record.stop' | Refused;

const inDoubt = refuse(
  'Nobody knows how long it was pressed: the machine was too busy to see.',
  'Press again.',
);

const finishing = refuse(
  'The files of the last recording are just being finished.',
  'Press again when the light flashes shortly every two seconds.',
);

/**
 * What a toggle means, by wish and by what the rig does. It goes by the wish, so that a start that is under way, or tried again, is
 * called off. While a recording is finished nothing is started: who presses twice in a hurry meant to stop.
 */
// biome-ignore format: read as a table
export const recordToggle: Readonly<Record<RigDesired, Readonly<Record<RigState, RecordToggle>>>> = {
  //           idle                  arming                 recording                 paused                 stopping
  idle:      { idle: 'record.start', arming: finishing,     recording: 'record.stop', paused: 'record.stop', stopping: finishing },
  recording: { idle: 'record.stop',  arming: 'record.stop', recording: 'record.stop', paused: 'record.stop', stopping: 'record.stop' },
  paused:    { idle: 'record.stop',  arming: 'record.stop', recording: 'record.stop', paused: 'record.stop', stopping: 'record.stop' },
};

function toggleRecord({ rig }: Snapshot): Act {
  const kind = recordToggle[rig.desired][rig.state];
  return typeof kind === 'string' ? { kind } : kind;
}

/** `with a hold`: off where the configuration or a hold allows it, as it ends what the module records. */
type ModuleToggle = 'module.enable' | 'module.disable' | 'with a hold';

/** What a toggle means, by wish and by what the module does. It turns the wish around: a module that failed is switched off by it. */
// biome-ignore format: read as a table
export const moduleToggle: Readonly<Record<'off' | 'on', Readonly<Record<ModuleState, ModuleToggle>>>> = {
  off: { disabled: 'module.enable',  starting: 'module.enable',  idle: 'module.enable',  recording: 'module.enable', paused: 'module.enable', stopping: 'module.enable',  error: 'module.enable',  crashed: 'module.enable' },
  on:  { disabled: 'module.disable', starting: 'module.disable', idle: 'module.disable', recording: 'with a hold',   paused: 'with a hold',   stopping: 'module.disable', error: 'module.disable', crashed: 'module.disable' },
};

function toggleModule(name: string, given: Given, { modules }: Snapshot): Act {
  const module = Object.hasOwn(modules, name) ? modules[name] : undefined;
  if (module === undefined) {
    return refuse(
      `There is no module ${name} any more.`,
      'What buttons do is taken over from rig.yaml when a daemon begins.',
    );
  }
  const toggle = moduleToggle[module.desired][module.state];
  if (toggle !== 'with a hold') return { kind: toggle, module: name };
  if (given.allowed) return { kind: 'module.disable', module: name };
  return refuse(
    `${name} records, and a ${given.gesture} does not switch off what records.`,
    'Stop the recording first, bind it to a hold, or set allowDangerousClick: true.',
  );
}

function refuse(message: string, remedy: string): Refused {
  return { is: 'refused', message, remedy };
}
