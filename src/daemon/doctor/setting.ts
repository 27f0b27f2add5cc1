import type { MachineFiles } from '../host/machine-files.ts';

/** A value in an ini file of systemd, or in a drop-in of it; the last one counts. */
export function settingOf(files: MachineFiles, path: string, key: string): string | null {
  const folder = `${path}.d`;
  const texts = [path, ...files.names(folder, /\.conf$/).map((name) => `${folder}/${name}`)].map(
    (file) => files.text(file) ?? '',
  );
  const found = [...texts.join('\n').matchAll(new RegExp(`^\\s*${key}\\s*=\\s*(.*?)\\s*$`, 'gm'))];
  return found.at(-1)?.[1] ?? null;
}
