import {
  type Document,
  isNode,
  isScalar,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';
import { wordsOf } from '../../protocol/words-of.ts';
import type { Finding } from './config-fault.ts';
import { syntaxFindings } from './syntax-findings.ts';
import { maxDepth, tokenExcess } from './token-excess.ts';

/** Aliases that one document may expand to; more is a bomb ("billion laughs"), no rig. */
const maxAliasCount = 100;
/** Each alias is looked up in the whole document. */
const maxAliases = 500;

export type YamlDocument = Document<ParsedNode>;

/** A parsed file. `plain` is its content as JavaScript values; meaningless where `broken`. */
export type Parsed = {
  readonly document: YamlDocument;
  readonly plain: unknown;
  readonly findings: readonly Finding[];
  readonly broken: boolean;
};

/** Parses YAML 1.2 with merge keys. All that is wrong with the syntax is in `findings`, in no order. */
export function parseYaml(text: string): Parsed {
  const excess = tokenExcess(text);
  if (excess !== null) return unreadable(excess.offset, excess.message);
  try {
    const document = parseDocument(text, {
      keepSourceTokens: true,
      prettyErrors: false,
      merge: true,
      logLevel: 'error',
    });
    const depth = depthFinding(document);
    if (depth !== null) return { document, plain: null, findings: [depth], broken: true };
    const aliases = aliasFindings(document);
    const findings = [...syntaxFindings(document), ...aliases, ...protoFindings(document)];
    keepWords(document);
    // Of a document with a key twice, everything else can still be checked.
    const isBad = document.errors.some((error) => error.code !== 'DUPLICATE_KEY');
    const broken = isBad || document.warnings.length > 0 || aliases.length > 0;
    return { document, plain: broken ? null : document.toJS({ maxAliasCount }), findings, broken };
  } catch (error) {
    // The aliases are counted while they are expanded.
    const message = wordsOf(error);
    return unreadable(0, message);
  }
}

function unreadable(offset: number, message: string): Parsed {
  const findings = [{ offset, message, suggestion: null }];
  return { document: parseDocument(''), plain: null, findings, broken: true };
}

/** Gives the place of an offset, line and column from 1. */
export function placesIn(text: string): (offset: number) => { line: number; column: number } {
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) counter.addNewLine(i + 1);
  return (offset) => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
}

/** Whatever walks through the values later recurses too: options are turned into JSON, for one. A pair counts as a level. */
function depthFinding(document: YamlDocument): Finding | null {
  let found: Finding | null = null;
  visit(document, {
    Collection: (_, node, path) => {
      if (path.length <= maxDepth) return undefined;
      const offset = node.range?.[0] ?? 0;
      found = { offset, message: 'this is nested too deeply', suggestion: null };
      return visit.BREAK;
    },
  });
  return found;
}

function aliasFindings(document: YamlDocument): Finding[] {
  const findings: Finding[] = [];
  let count = 0;
  visit(document, {
    Alias: (_, alias, path) => {
      const offset = alias.range?.[0] ?? 0;
      const say = (message: string) => findings.push({ offset, message, suggestion: null });
      count += 1;
      if (count > maxAliases) {
        say(`more than ${maxAliases} aliases`);
        return visit.BREAK;
      }
      const source = alias.resolve(document);
      if (source === undefined) say(`no anchor \`&${alias.source}\` stands above`);
      else if (path.includes(source)) say(`\`*${alias.source}\` would contain itself`);
      return undefined;
    },
  });
  return findings;
}

/** Such a key would be skipped in silence by whoever builds objects from it. */
function protoFindings(document: YamlDocument): Finding[] {
  const findings: Finding[] = [];
  visit(document, {
    Pair: (_, pair) => {
      if (!isScalar(pair.key) || pair.key.value !== '__proto__') return;
      const offset = pair.key.range?.[0] ?? 0;
      findings.push({ offset, message: '`__proto__` cannot be a key', suggestion: null });
    },
  });
  return findings;
}

/** Arguments and environment are text: `007` must reach the program as it is written, not as the number 7. */
function keepWords(document: YamlDocument): void {
  const wordy = new Set<unknown>(['command', 'env', 'run', 'shutdownCommand']);
  visit(document, {
    Pair: (_, pair) => {
      if (!isScalar(pair.key)) return undefined;
      if (pair.key.value === 'options') return visit.SKIP; // the module's own business
      if (wordy.has(pair.key.value) && isNode(pair.value)) visit(pair.value, { Scalar: asWritten });
      return undefined;
    },
  });
}

function asWritten(place: unknown, node: Scalar): void {
  if (place !== 'key' && typeof node.value === 'number') node.value = node.source;
}
