import { dirname, resolve } from 'node:path';
import { type Config, type ConfigFault, configSchema } from '../../protocol/config.ts';
import { type BundledModule, bundledModules } from './bundled-modules.ts';
import type { Complaint, Finding } from './config-fault.ts';
import { crossComplaints } from './cross-checks.ts';
import { locate } from './locate.ts';
import { absolutePath, homeOf } from './owner-home.ts';
import { type Parsed, parseYaml, placesIn } from './parse-yaml.ts';
import { withoutEmptyParts } from './plain-value.ts';
import { readConfigText } from './read-text.ts';
import { type ResolvedModule, resolveModule, withPaths } from './resolve-modules.ts';
import { schemaComplaints } from './schema-faults.ts';

/** A checked configuration, and what follows from where its file lies and who owns it. */
export type LoadedConfig = {
  readonly config: Config;
  /** Absolute paths of the file and of its folder. */
  readonly file: string;
  readonly folder: string;
  /** Absolute path of the recordings folder. It may not exist yet. */
  readonly recordings: string;
  readonly modules: Readonly<Record<string, ResolvedModule>>;
  readonly hooks: readonly ResolvedHook[];
  /** What switches the machine off; its path is absolute, or it is looked for in PATH. */
  readonly shutdownCommand: readonly string[];
  /** The file as it was read, without byte order mark. */
  readonly text: string;
};

/** A command to be run on events; its path is absolute. */
export type ResolvedHook = {
  readonly on: readonly string[];
  readonly command: readonly string[];
  readonly timeoutMs: number;
};

export type LoadResult =
  | { readonly ok: true; readonly loaded: LoadedConfig }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** A bad file may have thousands of faults; a person mends the first few and looks again. */
const maxFaults = 100;

/**
 * Reads and checks a rig.yaml.
 *
 * @returns all faults in file order, at most 100; a file that is missing or unreadable is a fault too
 */
export async function loadConfig(file: string): Promise<LoadResult> {
  const result = await readConfigText(file);
  if (!result.ok) return { ok: false, faults: asFaults(file, result.text, [result.finding]) };
  const { text, ownerId } = result.read;
  const bundled = await bundledModules();
  const checked = checkText(
    text,
    bundled.map((one) => one.name),
  );
  if (!checked.ok) return { ok: false, faults: asFaults(file, text, checked.findings) };
  const path = resolve(file);
  const home = await homeOf(ownerId);
  return { ok: true, loaded: { ...resolved(checked.config, path, home, bundled), text } };
}

function resolved(
  config: Config,
  file: string,
  home: string | null,
  bundled: readonly BundledModule[],
): Omit<LoadedConfig, 'text'> {
  const folder = dirname(file);
  const base = { folder, home };
  return {
    config,
    file,
    folder,
    recordings: absolutePath(config.rig.recordings, base),
    modules: Object.fromEntries(
      Object.entries(config.modules).map(([name, module]) => [
        name,
        resolveModule(module, bundled, base),
      ]),
    ),
    hooks: config.hooks.map(({ on, run, timeout }) => {
      return { on, command: withPaths(run, base), timeoutMs: timeout };
    }),
    shutdownCommand: withPaths(config.rig.shutdownCommand, base),
  };
}

export type CheckResult =
  | { readonly ok: true; readonly config: Config; readonly parsed: Parsed }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** Checks the text of a rig.yaml (without byte order mark) against the schema and against itself. */
export function checkText(text: string, bundled: readonly string[]): CheckResult {
  const parsed = parseYaml(text);
  if (parsed.broken) return { ok: false, findings: parsed.findings };
  const shape = shapeFinding(parsed);
  if (shape !== null) return { ok: false, findings: [shape] };
  const plain = withoutEmptyParts(parsed.plain);
  const schema = configSchema.safeParse(plain);
  const bySchema = schema.success ? [] : schemaComplaints(schema.error, plain);
  const findings = [
    ...parsed.findings,
    ...toFindings(parsed, bySchema),
    ...unlessKnown(
      toFindings(parsed, bySchema),
      toFindings(parsed, crossComplaints(plain, bundled)),
    ),
  ];
  if (schema.success && findings.length === 0) return { ok: true, config: schema.data, parsed };
  return { ok: false, findings };
}

function shapeFinding({ document, plain }: Parsed): Finding | null {
  if (plain === null || plain === undefined) {
    const suggestion = 'begin with `version: 1`';
    return { offset: 0, message: 'the file is empty', suggestion };
  }
  if (typeof plain === 'object' && !Array.isArray(plain)) return null;
  const offset = document.contents?.range?.[0] ?? 0;
  const suggestion = 'begin with `version: 1`';
  return { offset, message: 'expected a map with `version`, `rig` and `modules`', suggestion };
}

function toFindings({ document }: Parsed, complaints: readonly Complaint[]): Finding[] {
  return complaints.map(({ path, at, message, suggestion }) => {
    const { key, value } = locate(document, path);
    const isWritten = value?.range !== undefined && value.range?.[0] !== value.range?.[1];
    const node = at === 'value' && isWritten ? value : (key ?? value);
    return { offset: node?.range?.[0] ?? 0, message, suggestion };
  });
}

/** A value of a wrong shape is one fault; what else follows from it would only confuse. */
function unlessKnown(known: readonly Finding[], more: readonly Finding[]): Finding[] {
  const places = new Set(known.map((finding) => finding.offset));
  return more.filter((finding) => !places.has(finding.offset));
}

function asFaults(file: string, text: string, findings: readonly Finding[]): ConfigFault[] {
  const placeOf = placesIn(text);
  // A merged map is checked in each place it is merged into, and may be wrong only once.
  const once = new Map(
    findings.map((finding) => [`${finding.offset} ${finding.message}`, finding]),
  );
  return [...once.values()]
    .toSorted((a, b) => a.offset - b.offset)
    .slice(0, maxFaults)
    .map(({ offset, message, suggestion }) => ({ file, ...placeOf(offset), message, suggestion }));
}
