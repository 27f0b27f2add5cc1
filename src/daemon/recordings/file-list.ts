import { isAbsolute, relative, resolve } from 'node:path';
import type { ManifestFile } from '../../protocol/manifest.ts';
import { segmentInName, trialName } from './session-folder.ts';

/**
 * The path of a module's file as the manifest has it: relative to the session folder with `/`, absolute where it lies outside.
 *
 * @param file absolute, or below the module's folder of that trial
 */
export function manifestPath(
  sessionPath: string,
  module: string,
  trial: number,
  file: string,
): string {
  return pathInSession(sessionPath, resolve(sessionPath, module, trialName(trial), file));
}

/** The same of a path that is absolute, or relative to the session folder. */
export function pathInSession(sessionPath: string, file: string): string {
  const absolute = resolve(sessionPath, file);
  const inside = relative(sessionPath, absolute);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? absolute : inside;
}

/** The segment that a file's own name speaks of; null where it lies elsewhere or has a name of its own. */
export function segmentByName(module: string, trial: number, path: string): number | null {
  const folder = `${module}/${trialName(trial)}/`;
  return path.startsWith(folder) ? segmentInName(module, path.slice(folder.length)) : null;
}

/** Adds a file that is being recorded, unless it is known. */
export function addFile(files: ManifestFile[], path: string): void {
  const known = pathsOf(files);
  if (known.has(path)) return;
  files.push({ path, bytes: 0, sha256: null, verdict: 'open' });
  known.add(path);
}

const pathSets = new WeakMap<readonly ManifestFile[], Set<string>>();

/** The paths of a list, without going through it each time. */
export function pathsOf(files: readonly ManifestFile[]): Set<string> {
  // Lists only ever grow: a set of another size than its list is an old one.
  const known = pathSets.get(files);
  if (known?.size === files.length) return known;
  const paths = new Set(files.map((file) => file.path));
  pathSets.set(files, paths);
  return paths;
}
