/** Looks into values whose shape is not known yet. What has another shape counts as nothing. */
export type PlainMap = Readonly<Record<string, unknown>>;

export function isPlainMap(value: unknown): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asMap(value: unknown): PlainMap {
  return isPlainMap(value) ? value : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts in a list, each with its index. */
export function textsIn(value: unknown): readonly (readonly [index: number, text: string])[] {
  return asList(value).flatMap((item, index) =>
    typeof item === 'string' ? [[index, item] as const] : [],
  );
}

/**
 * Where a map or list was begun and nothing written below it (all commented out), YAML says null. That is nothing, not wrong.
 */
export function withoutEmptyParts(value: unknown): unknown {
  if (!isPlainMap(value)) return value;
  const root: Record<string, unknown> = without(value, ['rig', 'modules', 'gpio', 'hooks']);
  if (isPlainMap(root['modules'])) {
    const parts = ['options', 'env', 'after', 'limits', 'restart'];
    root['modules'] = Object.fromEntries(
      Object.entries(root['modules']).map(([name, module]) => [
        name,
        module === null ? {} : isPlainMap(module) ? without(module, parts) : module,
      ]),
    );
  }
  if (isPlainMap(root['gpio'])) root['gpio'] = without(root['gpio'], ['buttons', 'leds']);
  return root;
}

function without(map: PlainMap, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(map).filter(([key, value]) => value !== null || !keys.includes(key)),
  );
}
