import { createHash } from 'node:crypto';
import type { Config } from '../../protocol/config.ts';

/** Some modules and how `rig.yaml` configures them, as a short text that is another one where any of that is. */
export function configuredAs({ modules }: Config, names: readonly string[]): string {
  const known = [...names].sort().map((name) => [name, modules[name] ?? null]);
  return createHash('sha256').update(JSON.stringify(known)).digest('hex').slice(0, 16);
}
