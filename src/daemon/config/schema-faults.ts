import type * as z from 'zod';
import { nearest } from '../../protocol/nearest.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { namePattern } from '../../protocol/vocabulary.ts';
import { type Complaint, orList, quote, type Step } from './config-fault.ts';
import { gpioMeant } from './gpio-meant.ts';
import { configJsonSchema } from './json-schema.ts';

/** What the schema found, in words for people. `plain` is what was checked. */
export function schemaComplaints(error: z.ZodError, plain: unknown): Complaint[] {
  return error.issues.flatMap((issue) => complaintsOf(issue, plain));
}

type Issue = z.core.$ZodIssue;

function complaintsOf(issue: Issue, plain: unknown): Complaint[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key));
  if (issue.code === 'invalid_key') return [badKey(path, issue)];
  if (path.length > 0 && !isWritten(plain, path)) return [missing(path)];
  const found = valueAt(plain, path);
  return [
    {
      path,
      at: 'value',
      message: isSecret(path) ? expected(issue) : `${expected(issue)}, found ${quote(found)}`,
      suggestion: meant(issue, found) ?? gpioMeant(path, found),
    },
  ];
}

/** The PIN of the kiosk is shown nowhere, also where it is none. */
function isSecret([first, second]: readonly Step[]): boolean {
  return first === 'kiosk' && second === 'pin';
}

function unknownKey(path: readonly Step[], key: string): Complaint {
  const known = knownKeys(path);
  const suggestion = nearest(key, known) ?? `known here: ${known.join(', ')}`;
  return {
    path: [...path, key],
    at: 'key',
    message: `unknown key ${quote(key)}`,
    suggestion,
  };
}

function badKey(
  path: readonly Step[],
  issue: Extract<Issue, { readonly code: 'invalid_key' }>,
): Complaint {
  const key = String(path[path.length - 1] ?? '');
  const better = key
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const message = `${issue.issues[0]?.message ?? 'expected another key'}, found ${quote(key)}`;
  const suggestion = namePattern.test(better) ? better : null;
  return { path, at: 'key', message, suggestion };
}

function missing(path: readonly Step[]): Complaint {
  const key = String(path[path.length - 1]);
  const message = `missing ${quote(key)}`;
  const suggestion = path.length === 1 && key === 'version' ? 'write `version: 1`' : null;
  return { path: path.slice(0, -1), at: 'key', message, suggestion };
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

function expected(issue: Issue): string {
  if (issue.message.startsWith('expected ')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${typeWords[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${orList(issue.values.map(String))}`;
    case 'invalid_union': {
      const types = issue.errors.flat().flatMap((e) => (e.code === 'invalid_type' ? [e] : []));
      return `expected ${orList(types.map((e) => typeWords[e.expected] ?? e.expected))}`;
    }
    case 'too_small':
      return issue.origin === 'number'
        ? `expected at least ${issue.minimum}`
        : 'expected not empty';
    case 'too_big':
      return `expected at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** YAML 1.1 had these words for true and false, and people still write them. */
const oldBooleans: Readonly<Record<string, string>> = {
  yes: 'true',
  on: 'true',
  no: 'false',
  off: 'false',
};

function meant(issue: Issue, found: unknown): string | null {
  if (issue.code === 'invalid_value' && issue.values.length > 1) {
    return nearest(String(found), issue.values.map(String));
  }
  if (issue.code === 'invalid_type' && issue.expected === 'boolean') {
    return oldBooleans[String(found).toLowerCase()] ?? null;
  }
  if (issue.code === 'invalid_type' && issue.expected === 'array' && typeof found === 'string') {
    return `write it as a list: [${sanitize(found.trim().split(/\s+/).join(', '), 80)}]`;
  }
  return null;
}

function isWritten(plain: unknown, path: readonly Step[]): boolean {
  const parent = valueAt(plain, path.slice(0, -1));
  const key = path[path.length - 1];
  return typeof parent === 'object' && parent !== null && key !== undefined
    ? Object.hasOwn(parent, key)
    : false;
}

function valueAt(plain: unknown, path: readonly Step[]): unknown {
  let value = plain;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === String(step))?.[1];
  }
  return value;
}

/** The keys that the schema knows in the map at a path. */
function knownKeys(path: readonly Step[]): string[] {
  let here: unknown = configJsonSchema();
  for (const step of path) {
    const inside =
      typeof step === 'number' ? part(here, 'items') : part(part(here, 'properties'), step);
    here = inside ?? part(here, 'additionalProperties');
  }
  const properties = part(here, 'properties');
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

function part(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}
