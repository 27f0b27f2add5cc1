import type { ModuleDetail, ModuleOption } from '../../protocol/module-detail.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { formatFault } from './config-fault.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';
import { readConfigText } from './read-text.ts';

type Options = Readonly<Record<string, unknown>>;
/** What rig.yaml says now: null where the module is not in it any more. */
type Now = { readonly options: Options | null } | { readonly trouble: string };

const maxOptions = 100;
const valueLength = 200;

/**
 * How a module is set up, and where rig.yaml differs from that by now. The file is read anew; nothing of it comes into force.
 *
 * @param options whether they may be told: there may be passwords in them
 * @returns null when there is no such module
 */
export async function moduleDetail(
  loaded: LoadedConfig,
  module: string,
  options: 'told' | 'kept-back',
): Promise<ModuleDetail | null> {
  const own = Object.hasOwn(loaded.modules, module) ? loaded.modules[module] : undefined;
  if (own === undefined) return null;
  const { command, protocol } = own.run;
  const now = await optionsNow(loaded, module);
  return {
    version: 1,
    module,
    command: command.slice(0, maxOptions).map((word) => sanitize(word, valueLength)),
    protocol,
    evidence: loaded.config.modules[module]?.evidence ?? 'files',
    options: options === 'told' ? optionsOf(own.run.options, now) : null,
    configTrouble: 'trouble' in now ? sanitize(now.trouble, 2 * valueLength) : null,
  };
}

async function optionsNow(loaded: LoadedConfig, module: string): Promise<Now> {
  const read = await readConfigText(loaded.file);
  if (read.ok && read.read.text === loaded.text) {
    return { options: loaded.modules[module]?.run.options ?? null };
  }
  const result = await loadConfig(loaded.file);
  if (result.ok) return { options: result.loaded.modules[module]?.run.options ?? null };
  const [first] = result.faults;
  return { trouble: first === undefined ? 'it has faults' : formatFault(first) };
}

function optionsOf(running: Options, now: Now): ModuleOption[] {
  const next = 'trouble' in now ? running : (now.options ?? {});
  const names = [...new Set([...Object.keys(running), ...Object.keys(next)])].sort();
  return names.slice(0, maxOptions).map((name): ModuleOption => {
    const value = valueIn(running, name);
    const later = valueIn(next, name);
    const about = { name: sanitize(name, 64), value: shown(value) };
    return value === later ? about : { ...about, now: shown(later) };
  });
}

function valueIn(options: Options, name: string): string | null {
  return Object.hasOwn(options, name) ? (JSON.stringify(options[name]) ?? null) : null;
}

function shown(value: string | null): string | null {
  return value === null ? null : sanitize(value, valueLength);
}
