/**
 * Whether two values are the same as JSON: what is undefined is not there, and the order of keys says nothing.
 *
 * @param except keys of the two values themselves that do not count
 */
export function sameJson(a: unknown, b: unknown, except: readonly string[] = []): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && sameList(a, b);
  if (!isObject(a) || !isObject(b) || Array.isArray(b)) return false;
  for (const key of Object.keys(a)) {
    if (!except.includes(key) && !sameJson(a[key], b[key])) return false;
  }
  const isMore = (key: string) =>
    b[key] !== undefined && !Object.hasOwn(a, key) && !except.includes(key);
  return !Object.keys(b).some(isMore);
}

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, at) => sameJson(one, b[at]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
