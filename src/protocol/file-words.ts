import type { ManifestFile } from './manifest.ts';

/** A file's verdict in words, and why where the manifest says it: `bad: it has no moov`. To be sanitised by who shows it. */
export function sayVerdict({ verdict, note }: Pick<ManifestFile, 'verdict' | 'note'>): string {
  return note === undefined ? verdict : `${verdict}: ${note}`;
}
