import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the first test that needs it puts the program, and where the others find it. */
    programFolder: string;
  }
}

/** One folder a test run: named here, filled by whoever needs it first, removed at the end. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'rigdeck-program-'));
  project.provide('programFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
