import { CST, Lexer } from 'yaml';

/** Brackets or dashes open at once: more than any rig needs. */
export const maxDepth = 60;
/** 200 modules with 30 lines each; the parser compares every key of a map with every other. */
const maxTokens = 100_000;

/**
 * Where a text is deeper or longer than the parser can be trusted with.
 *
 * The parser recurses, and when the stack ends inside a regular expression V8 aborts the whole process ("RegExpCompiler
 * Allocation failed"), so that nothing could be caught. The lexer does not recurse.
 */
export function tokenExcess(text: string): { offset: number; message: string } | null {
  let offset = 0;
  let count = 0;
  let open: Open = { brackets: 0, dashes: 0 };
  let before = '';
  for (const token of new Lexer().lex(text)) {
    // What follows the mark is the text of a scalar, whatever it looks like.
    if (before !== CST.SCALAR) open = openAfter(token, open);
    before = token;
    if (token === CST.SCALAR || token === CST.DOCUMENT || token === CST.FLOW_END) continue;
    count += 1;
    if (Math.max(open.brackets, open.dashes) > maxDepth) {
      return { offset, message: 'this is nested too deeply' };
    }
    if (count > maxTokens) return { offset, message: 'the file is too long' };
    offset += token.length;
  }
  return null;
}

/** Brackets that are open, and dashes on this line: each of those begins a list in a list. */
type Open = { readonly brackets: number; readonly dashes: number };

function openAfter(token: string, { brackets, dashes }: Open): Open {
  if (token === '[' || token === '{') return { brackets: brackets + 1, dashes };
  if (token === ']' || token === '}') return { brackets: Math.max(0, brackets - 1), dashes };
  if (token === '-' || token === '?') return { brackets, dashes: dashes + 1 };
  return token.includes('\n') ? { brackets, dashes: 0 } : { brackets, dashes };
}
