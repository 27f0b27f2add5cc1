import { isUtf8 } from 'node:buffer';
import { constants, open } from 'node:fs/promises';
import { wordsOf } from '../../protocol/words-of.ts';
import type { Finding } from './config-fault.ts';

/** A configuration is some kilobytes; what is larger is another file, and parsing it would hold the daemon up. */
const maxConfigBytes = 1_000_000;

/** The file as text. A byte order mark is part of neither; `bom` says whether there was one. */
type ConfigText = {
  readonly text: string;
  readonly bom: '' | '\ufeff';
  readonly ownerId: number;
};

export type TextResult =
  | { readonly ok: true; readonly read: ConfigText }
  | { readonly ok: false; readonly text: string; readonly finding: Finding };

/** Reads a configuration file. What is no readable UTF-8 text of a sensible size is a finding, never thrown. */
export async function readConfigText(file: string): Promise<TextResult> {
  try {
    // Without O_NONBLOCK the open of a FIFO would wait for a writer for ever.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) return refused('this is no ordinary file', 'give the path of a rig.yaml');
      if (stat.size > maxConfigBytes) return refused('the file is larger than 1 MB', null);
      return asText(await handle.readFile(), stat.uid);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return refused(wordsFor(error), null);
  }
}

function asText(bytes: Buffer, ownerId: number): TextResult {
  const whole = bytes.toString('utf8');
  if (!isUtf8(bytes)) {
    // Node puts U+FFFD where a byte fits no character.
    const offset = Math.max(0, whole.indexOf('\ufffd'));
    const finding = { offset, message: 'this is not UTF-8 text', suggestion: 'save it as UTF-8' };
    return { ok: false, text: whole, finding };
  }
  const bom = whole.startsWith('\ufeff') ? '\ufeff' : '';
  const text = whole.slice(bom.length);
  // YAML forbids them, the parser lets them pass.
  const offset = text.search(/(?![\t\n\r\u0080-\u009f])\p{Cc}/u);
  if (offset < 0) return { ok: true, read: { text, bom, ownerId } };
  const finding = { offset, message: 'control characters are not allowed here', suggestion: null };
  return { ok: false, text, finding };
}

function refused(message: string, suggestion: string | null): TextResult {
  return { ok: false, text: '', finding: { offset: 0, message, suggestion } };
}

function wordsFor(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'this file may not be read by you';
  if (code === 'EISDIR') return 'this is a folder';
  return `cannot be read: ${wordsOf(error)}`;
}
