/**
 * Canonical JSON after RFC 8785: keys sorted by UTF-16 code units, no spaces. Numbers must be integers, so that no
 * language prints them in another way.
 *
 * @throws TypeError on a number that is no safe integer: our own mistake, found before a client finds it.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError(`not an integer: ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value);
  throw new TypeError(`not JSON: ${typeof value}`);
}

// Entities never change once published, so their text is made once however many changes follow.
const known = new WeakMap<object, string>();

function canonicalObject(value: object): string {
  const before = known.get(value);
  if (before !== undefined) return before;
  const parts = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`);
  const text = `{${parts.join(',')}}`;
  if (Object.isFrozen(value)) known.set(value, text);
  return text;
}
