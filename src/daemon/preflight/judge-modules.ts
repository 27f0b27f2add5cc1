import { sayPhase } from '../../protocol/module-words.ts';
import type { PreflightCheck } from '../../protocol/preflight.ts';
import { withoutOwner } from '../../protocol/rig-words.ts';
import type { ModuleRecord, Snapshot } from '../../protocol/snapshot.ts';
import { sayAgo } from '../../protocol/units.ts';

/** How long each module has said nothing, in ms; modules without a channel to speak on are not in it. */
export type Silences = Readonly<Record<string, number | null>>;

type Policy = 'refuse' | 'start-without';

/** A line for each module, and one for a rig that has nothing to record with. */
export function judgeModules(
  modules: Snapshot['modules'],
  silences: Silences,
  onMissingModule: Policy,
): readonly PreflightCheck[] {
  const all = Object.entries(modules);
  const checks = all.map(([name, module]) =>
    judgeModule(name, module, silences[name] ?? null, onMissingModule),
  );
  if (all.some(([, { desired }]) => desired === 'on')) return checks;
  const message = 'no module is switched on: there is nothing to record';
  return [
    ...checks,
    { about: 'modules', level: 'blocker', message, remedy: 'rigdeck enable <module>' },
  ];
}

function judgeModule(
  name: string,
  module: ModuleRecord,
  silentMs: number | null,
  onMissingModule: Policy,
): PreflightCheck {
  const { is, message, remedy } = lookAt(name, module, silentMs);
  const isNeeded = module.required && onMissingModule === 'refuse';
  const level = { ok: 'ok', note: 'warning', missing: isNeeded ? 'blocker' : 'warning' } as const;
  const aside = is === 'ok' || module.required ? '' : ' (not required)';
  return { about: name, level: level[is], message: message + aside, remedy };
}

type Looked = {
  /** `missing`: it would not be in a recording that begins now. */
  readonly is: 'ok' | 'note' | 'missing';
  readonly message: string;
  readonly remedy: string | null;
};

function lookAt(name: string, module: ModuleRecord, silentMs: number | null): Looked {
  const { state, phase, problem, health } = module;
  if (module.desired === 'off') return switchedOff(name, module.required);
  switch (state) {
    case 'starting':
    case 'stopping': {
      const remedy = 'Wait for it: rigdeck wait ready --timeout 60';
      const what = phase === null ? state : sayPhase(phase);
      return { is: 'missing', message: `not ready yet: ${what}`, remedy };
    }
    case 'error':
    case 'crashed':
      return withProblem(name, 'missing', problem, state, `rigdeck retry ${name}`);
    default:
      if (health === 'unresponsive' || health === 'stalled') {
        return withProblem(name, 'missing', problem, health, `rigdeck restart ${name}`);
      }
      if (problem !== null) return withProblem(name, 'note', problem, '', null);
      return { is: 'ok', message: `${sayState(state)}${sayHeard(silentMs)}`, remedy: null };
  }
}

/** Somebody's wish: it is warned of where it makes a recording less than it should be. */
function switchedOff(name: string, required: boolean): Looked {
  const message = 'switched off';
  if (!required) return { is: 'ok', message, remedy: null };
  return { is: 'note', message, remedy: `rigdeck enable ${name}` };
}

// Whose it is stands before each check.
function withProblem(
  name: string,
  is: Looked['is'],
  problem: ModuleRecord['problem'],
  words: string,
  remedy: string | null,
): Looked {
  const message = withoutOwner(name, problem?.message ?? words);
  return { is, message, remedy: problem?.remedy ?? remedy };
}

function sayState(state: ModuleRecord['state']): string {
  return state === 'idle' ? 'ready' : state;
}

function sayHeard(silentMs: number | null): string {
  return silentMs === null ? '' : `, heard ${sayAgo(silentMs)}`;
}
