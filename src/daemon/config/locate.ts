import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Step } from './config-fault.ts';
import type { YamlDocument } from './parse-yaml.ts';

/** The nodes of the key and the value at a path; aliases and merged maps are followed to where the text stands. */
export function locate(
  document: YamlDocument,
  path: readonly Step[],
): { readonly key: Node | null; readonly value: Node | null } {
  let key: Node | null = null;
  let value: Node | null = document.contents;
  for (const step of path) {
    const next = child(document, value, step);
    if (next === null) return { key, value };
    [key, value] = next;
  }
  return { key, value };
}

type Entry = readonly [key: Node | null, value: Node | null];

function child(document: YamlDocument, node: Node | null, step: Step): Entry | null {
  const real = isAlias(node) ? (node.resolve(document) ?? null) : node;
  if (isSeq<Node>(real)) {
    const item = real.items[Number(step)];
    return item === undefined ? null : [null, item];
  }
  if (!isMap<Node, Node | null>(real)) return null;
  for (const pair of real.items) {
    if (isScalar(pair.key) && String(pair.key.value) === String(step))
      return [pair.key, pair.value];
  }
  return childOfMerged(document, real.items, step);
}

type Pairs = readonly { readonly key: Node; readonly value: Node | null }[];

function childOfMerged(document: YamlDocument, pairs: Pairs, step: Step): Entry | null {
  for (const pair of pairs) {
    if (!isMergeKey(pair.key)) continue;
    const sources = isSeq<Node>(pair.value) ? pair.value.items : [pair.value];
    for (const source of sources) {
      const found = child(document, source, step);
      if (found !== null) return found;
    }
  }
  return null;
}

/** `<<`, as the parser gives it: a symbol of that name. */
function isMergeKey(key: Node): boolean {
  if (!isScalar(key)) return false;
  const name = typeof key.value === 'symbol' ? key.value.description : key.value;
  return name === '<<' && key.type === 'PLAIN';
}
