import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, type Node, type Pair, type YAMLMap } from 'yaml';
import { checkText } from './load-config.ts';
import type { YamlDocument } from './parse-yaml.ts';
import { asMap } from './plain-value.ts';

export type Splice =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Changes the `enabled` of one module in the text of a rig.yaml, and no other byte. A missing key is inserted in the style
 * of its map.
 *
 * @param text without byte order mark
 * @param bundled names of the bundled modules: a text that is no correct configuration is never touched
 * @returns the same text where it says so already; a reason where that value cannot be changed alone (anchors, merges)
 */
export function spliceEnabled(
  text: string,
  module: string,
  enabled: boolean,
  bundled: readonly string[],
): Splice {
  const before = checkText(text, bundled);
  if (!before.ok) return { ok: false, reason: 'the file has errors (see `rigdeck config check`)' };
  const known = before.config.modules[module];
  if (known === undefined) return { ok: false, reason: `it has no module ${module}` };
  if (known.enabled === enabled) return { ok: true, text };
  const spliced = splice(text, before.parsed.document, module, String(enabled));
  const after = spliced === null ? null : checkText(spliced, bundled);
  const wanted = withEnabled(before.parsed.plain, module, enabled);
  if (spliced === null || after?.ok !== true || !isDeepStrictEqual(after.parsed.plain, wanted)) {
    const reason = `\`enabled\` of ${module} cannot be changed alone: it is written with an anchor or in an unusual way`;
    return { ok: false, reason };
  }
  return { ok: true, text: spliced };
}

function withEnabled(plain: unknown, module: string, enabled: boolean): unknown {
  const root = asMap(plain);
  const modules = asMap(root['modules']);
  return {
    ...root,
    modules: { ...modules, [module]: { ...asMap(modules[module]), enabled } },
  };
}

type Entry = Pair<Node, Node | null>;

function splice(
  text: string,
  document: YamlDocument,
  module: string,
  value: string,
): string | null {
  const modules = entryOf(document.contents, 'modules')?.value ?? null;
  const map = entryOf(modules, module)?.value ?? null;
  if (!isMap<Node, Node | null>(map)) return null; // an alias: what it stands for is not this module's alone
  const entry = entryOf(map, 'enabled');
  if (entry === null)
    return map.flow ? insertInFlow(text, map, value) : insertInBlock(text, map, value);
  const range = entry.value?.range;
  if (!range) return null;
  return text.slice(0, range[0]) + value + text.slice(range[1]);
}

function entryOf(node: Node | null, key: string): Entry | null {
  if (!isMap<Node, Node | null>(node)) return null;
  return node.items.find((item) => isScalar(item.key) && item.key.value === key) ?? null;
}

/** Behind the last entry: `{ use: audio }` becomes `{ use: audio, enabled: false }`. */
function insertInFlow(text: string, map: YAMLMap<Node, Node | null>, value: string): string | null {
  const last = map.items[map.items.length - 1];
  const end = (last?.value ?? last?.key)?.range?.[1];
  const start = last?.key.range?.[0];
  if (last === undefined || end === undefined || start === undefined || !map.range) return null;
  const isQuoted = isScalar(last.key) && last.key.type === 'QUOTE_DOUBLE';
  const key = isQuoted ? '"enabled"' : 'enabled';
  const isMultiLine = text.slice(map.range[0], map.range[1]).includes('\n');
  const indent = indentBefore(text, start);
  const comma = isMultiLine && indent !== null ? `,${lineEndAt(text, start)}${indent}` : ', ';
  return `${text.slice(0, end)}${comma}${key}: ${value}${text.slice(end)}`;
}

/** On a line of its own below the first entry where that is one line, else above it. */
function insertInBlock(
  text: string,
  map: YAMLMap<Node, Node | null>,
  value: string,
): string | null {
  const first = map.items[0];
  const start = first?.key.range?.[0];
  if (first === undefined || start === undefined) return null;
  const indent = indentBefore(text, start);
  if (indent === null) return null;
  const lineEnd = lineEndAt(text, start);
  const line = `${indent}enabled: ${value}`;
  const valueEnd = first.value?.range?.[1] ?? start;
  const stop = text.slice(start).search(/\r?\n|$/) + start;
  const isOneLine =
    valueEnd <= stop && !(isScalar(first.value) && /BLOCK/.test(first.value.type ?? ''));
  if (isOneLine) return `${text.slice(0, stop)}${lineEnd}${line}${text.slice(stop)}`;
  const lineStart = start - indent.length;
  return `${text.slice(0, lineStart)}${line}${lineEnd}${text.slice(lineStart)}`;
}

/** What stands before an offset on its line, when that is nothing but spaces. */
function indentBefore(text: string, offset: number): string | null {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^ *$/.test(before) ? before : null;
}

/** How the line of this offset ends; the last one as the first does. */
function lineEndAt(text: string, offset: number): string {
  return (/\r?\n/.exec(text.slice(offset)) ?? /\r?\n/.exec(text))?.[0] ?? '\n';
}
