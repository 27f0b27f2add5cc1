import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { isSystemError } from '../errno.ts';
import { bootId } from '../runs/process-eye.ts';
import type { FileFacts } from './recorded-files.ts';

const version = 1;
/** Of more files each is small, and what is written down at every look is not. */
const maxFiles = 64;

const facts = z.object({
  bytes: z.number(),
  mtimeMs: z.number(),
  inode: z.number(),
  heldBytes: z.number(),
});
const sights = z.record(
  z.string(),
  z.object({ take: z.string(), files: z.record(z.string(), facts) }),
);
const savedSizes = z.object({ version: z.literal(version), bootId: z.string(), modules: sights });
type Sights = z.infer<typeof sights>;

/**
 * How large files were when they were looked at last, kept in the run dir: what was taken from one while no daemon lived shows at the first
 * look of the next. Only within a boot: a power cut takes what was not on the disk, and that is no hand.
 */
export class SeenSizes {
  readonly #path: string | null;
  readonly #before: Sights;
  #written = '';
  readonly #now: Sights = {};

  /** @param path null: nothing is kept, and nothing is known */
  constructor(path: string | null) {
    this.#path = path;
    this.#before = path === null ? {} : readSights(path);
  }

  /** What an earlier daemon saw of a module in this take; it is told once. @param take tells one trial from every other */
  ofBefore(module: string, take: string): ReadonlyMap<string, FileFacts> {
    const { [module]: before } = this.#before;
    delete this.#before[module];
    return new Map(before?.take === take ? Object.entries(before.files) : []);
  }

  /** Writes down what was seen of a module now, where it is news. */
  keep(module: string, take: string, files: ReadonlyMap<string, FileFacts>): void {
    this.#now[module] = { take, files: files.size > maxFiles ? {} : Object.fromEntries(files) };
    const modules = { ...this.#before, ...this.#now };
    const text = JSON.stringify({ version, bootId: bootId(), modules });
    if (this.#path === null || text === this.#written) return;
    try {
      writeFileSync(`${this.#path}.next`, text, { mode: 0o600 });
      renameSync(`${this.#path}.next`, this.#path);
      this.#written = text;
    } catch (error) {
      if (!isSystemError(error)) throw error; // a full run dir is told by the runs; the next daemon knows less
    }
  }
}

function readSights(path: string): Sights {
  try {
    const saved = savedSizes.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return saved.success && saved.data.bootId === bootId() ? saved.data.modules : {};
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error)) return {}; // none, or cut: the first look begins anew
    throw error;
  }
}
