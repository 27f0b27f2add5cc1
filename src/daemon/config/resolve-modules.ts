import type { ModuleSpec } from '../../core/spec.ts';
import type { ModuleConfig } from '../../protocol/config.ts';
import type { BundledModule } from './bundled-modules.ts';
import { absolutePath, type PathBase } from './owner-home.ts';

/** How a module is run. Paths are absolute; `{dir}` and its like in `command` and `env` are still to be filled in. */
type ResolvedRun = {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, unknown>>;
} & (
  | { readonly protocol: 'rigdeck/1' }
  | { readonly protocol: 'none'; readonly stopSignal: StopSignal }
);
type StopSignal = NonNullable<ModuleConfig['record']>['stopSignal'];

export type ResolvedModule = {
  readonly spec: ModuleSpec;
  readonly run: ResolvedRun;
  readonly enabled: boolean;
};

/** A module of a checked configuration, ready for the core (`spec`) and for whoever starts it (`run`). */
export function resolveModule(
  module: ModuleConfig,
  bundled: readonly BundledModule[],
  base: PathBase,
): ResolvedModule {
  return {
    spec: specOf(module),
    run: runOf(module, bundled, base),
    enabled: module.enabled,
  };
}

function specOf(module: ModuleConfig): ModuleSpec {
  return {
    protocol: module.protocol ?? 'rigdeck/1',
    required: module.required,
    group: module.group,
    after: module.after,
    startMs: module.startTimeout,
    armMs: module.armTimeout,
    stopMs: module.stopTimeout,
    evidenceMs: module.evidenceTimeout,
    onStall: module.onStall,
    restart: module.restart,
  };
}

function runOf(
  module: ModuleConfig,
  bundled: readonly BundledModule[],
  base: PathBase,
): ResolvedRun {
  const common = {
    cwd: absolutePath(module.cwd ?? '.', base),
    env: module.env,
    options: module.options,
  };
  if (module.record !== undefined) {
    const { command, stopSignal } = module.record;
    return { ...common, protocol: 'none', command: withPaths(command, base), stopSignal };
  }
  const own = bundled.find((one) => one.name === module.use);
  return {
    ...common,
    protocol: 'rigdeck/1',
    options: { ...own?.options, ...module.options },
    command: own?.command ?? withPaths(module.command ?? [], base),
  };
}

/**
 * Relative paths are of the file's folder whatever `cwd` says: a program with a slash in its name, and words that begin with
 * `./`, `../` or `~/`. All others are the program's own business.
 */
export function withPaths(command: readonly string[], base: PathBase): string[] {
  return command.map((word, index) => {
    const isPath = /^(\.{1,2}|~)\//.test(word) || (index === 0 && word.includes('/'));
    return isPath ? absolutePath(word, base) : word;
  });
}
