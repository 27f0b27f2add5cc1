import { isDeepStrictEqual } from 'node:util';
import type { ConfigOffer, OfferedModule } from '../../core/spec.ts';
import type { Config, ModuleConfig } from '../../protocol/config.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { sayChanges } from '../runs/say-changes.ts';
import type { LoadedConfig } from './load-config.ts';
import type { ResolvedModule } from './resolve-modules.ts';
import { rigSpec } from './rig-spec.ts';

const maxWordsLength = 200;

/** Settings of a module that its process does not see. */
const inPlace = [
  'required',
  'group',
  'after',
  'startTimeout',
  'armTimeout',
  'stopTimeout',
  'evidence',
  'evidenceTimeout',
  'onStall',
  'limits',
  'restart',
] as const satisfies readonly (keyof ModuleConfig)[];

/** Settings of the rig that only a new daemon takes over: whole rooms are built on them. */
const forNextDaemon = [
  'name',
  'recordings',
  'requireMount',
  'minFree',
] as const satisfies readonly (keyof Config['rig'])[];

/**
 * A rig.yaml as it is offered to the core, held against the one in force.
 *
 * @param runOf the number of the newest run of a module, whoever started it; 0 for none
 */
export function offerOf(
  before: LoadedConfig,
  after: LoadedConfig,
  runOf: (module: string) => number,
): ConfigOffer {
  const modules = Object.entries(after.modules).map(([name, module]): [string, OfferedModule] => {
    const about = { enabled: module.enabled, run: runOf(name) };
    const was = Object.hasOwn(before.modules, name) ? before.modules[name] : undefined;
    if (was === undefined) return [name, { ...about, anew: [], inPlace: [] }];
    const anew = processChanges(was, module).map((words) => sanitize(words, maxWordsLength));
    const [old, now] = [before.config.modules[name], after.config.modules[name]];
    return [name, { ...about, anew, inPlace: inPlace.filter((key) => isOther(old, now, key)) }];
  });
  const hooks = isDeepStrictEqual(before.hooks, after.hooks) ? [] : ['hooks'];
  const isPower = isDeepStrictEqual(before.shutdownCommand, after.shutdownCommand);
  return {
    file: after.file,
    spec: rigSpec(after),
    modules: Object.fromEntries(modules),
    settings: [...hooks, ...(isPower ? [] : ['rig.shutdownCommand'])],
    waiting: waitingOf(before, after),
  };
}

/** What is in force when that offer is taken: all of the file but what waits for the next daemon. */
export function inForce(before: LoadedConfig, after: LoadedConfig): LoadedConfig {
  const { rig, gpio, kiosk } = before.config;
  const kept = Object.fromEntries(forNextDaemon.map((key) => [key, rig[key]]));
  return {
    ...after,
    config: { ...after.config, rig: { ...after.config.rig, ...kept }, gpio, kiosk },
    recordings: before.recordings,
  };
}

/** Settings of the rig that do not hold at once. */
export function waitingOf(before: LoadedConfig, after: LoadedConfig): string[] {
  const [old, now] = [before.config, after.config];
  const isMoved = before.recordings !== after.recordings;
  const rig = forNextDaemon.filter((key) =>
    key === 'recordings' ? isMoved : old.rig[key] !== now.rig[key],
  );
  const parts = (['gpio', 'kiosk'] as const).filter((key) => isOther(old, now, key));
  return [...rig.map((key) => `rig.${key}`), ...parts];
}

function isOther<T extends object>(a: T | undefined, b: T | undefined, key: keyof T): boolean {
  return !isDeepStrictEqual(a?.[key], b?.[key]);
}

/** What a process is started with. */
function processChanges({ run: before }: ResolvedModule, { run: after }: ResolvedModule): string[] {
  const protocol = before.protocol === after.protocol ? [] : ['protocol'];
  const stopSignal = signalOf(before) === signalOf(after) ? [] : ['stopSignal'];
  return [...sayChanges(before, after), ...protocol, ...stopSignal];
}

function signalOf(run: ResolvedModule['run']): string | null {
  return run.protocol === 'none' ? run.stopSignal : null;
}
