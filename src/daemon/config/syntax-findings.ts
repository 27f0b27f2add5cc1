import { visit, type YAMLError } from 'yaml';
import type { Finding } from './config-fault.ts';
import type { YamlDocument } from './parse-yaml.ts';

/**
 * What is wrong with the syntax, in words, in no order.
 *
 * Unclosed brackets and quotes are reported where they open: the parser notices them only where the next thing stands.
 */
export function syntaxFindings(document: YamlDocument): Finding[] {
  const all = [...document.errors, ...document.warnings];
  const unclosed = unclosedFindings(document);
  // Where nothing unclosed was found, the parser's own place is the best there is.
  const others = unclosed.length > 0 ? all.filter((error) => !saysUnclosed(error)) : all;
  const findings = [
    ...unclosed,
    ...others.map((error) => ({ offset: error.pos[0], ...wordsFor(error) })),
  ];
  // What follows at the same place is the same mistake once more.
  return findings.filter((one, i) => findings.findIndex((f) => f.offset === one.offset) === i);
}

function saysUnclosed(error: YAMLError): boolean {
  return /end with a [\]}]|Missing closing ["']/.test(error.message);
}

function unclosedFindings(document: YamlDocument): Finding[] {
  const findings: Finding[] = [];
  visit(document, {
    Collection: (_, node) => {
      const token = node.srcToken;
      if (token?.type !== 'flow-collection') return;
      const open = token.start.source;
      const close = open === '[' ? ']' : '}';
      if (token.end.some((end) => end.source === close)) return;
      const message = `\`${open}\` is never closed with \`${close}\``;
      findings.push({ offset: token.start.offset, message, suggestion: null });
    },
    Scalar: (_, node) => {
      const token = node.srcToken;
      if (token?.type !== 'double-quoted-scalar' && token?.type !== 'single-quoted-scalar') return;
      const end = token.offset + token.source.length;
      if (!document.errors.some((e) => e.message.startsWith('Missing closing') && e.pos[0] === end))
        return;
      const message = `the quote ${token.source[0]} is never closed`;
      findings.push({ offset: token.offset, message, suggestion: null });
    },
  });
  return findings;
}

const words: Readonly<Record<string, readonly [message: string, suggestion: string | null]>> = {
  DUPLICATE_KEY: ['this key is written twice in one map', 'remove one of the two'],
  TAB_AS_INDENT: ['a tab cannot indent', 'use spaces'],
  MULTIPLE_DOCS: ['a second document begins here', 'a rig.yaml is one document'],
  BAD_INDENT: ['the indentation does not fit what stands above', null],
  TAG_RESOLVE_FAILED: ['tags such as !name have no meaning here', null],
  BLOCK_AS_IMPLICIT_KEY: ['a value begins here where none can stand', 'look at the indentation'],
  MULTILINE_IMPLICIT_KEY: ['expected `key: value`', 'look at the colon and at the indentation'],
};

function wordsFor(error: YAMLError): { message: string; suggestion: string | null } {
  const [message, suggestion] = words[error.code] ?? [error.message, null];
  return { message, suggestion };
}
