import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { PluggedIn } from '../../daemon/first-config/plugged-in.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { pad } from '../../protocol/text.ts';
import { toType } from '../../protocol/typed-command.ts';
import { saySize } from '../../protocol/units.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import type { Context } from '../context.ts';
import { CommandFailure } from '../failure.ts';
import { print, printJson } from '../output.ts';

/**
 * Writes a first configuration from what is plugged in: to `--config`, else `./rig.yaml`. Nothing is overwritten.
 *
 * @throws CommandFailure exit 5 where that file exists, exit 1 where it cannot be written
 */
export async function initConfig(context: Context): Promise<ExitCode> {
  const file = resolve(context.config ?? 'rig.yaml');
  const { MachineFiles } = await import('../../daemon/host/machine-files.ts');
  const { findPluggedIn } = await import('../../daemon/first-config/plugged-in.ts');
  const { chosenDisk, firstConfig } = await import('../../daemon/first-config/first-config.ts');
  const { packageFolder } = await import('../../daemon/config/bundled-modules.ts');
  const found = await findPluggedIn(MachineFiles.of(process.env));
  const folder = packageFolder();
  write(file, firstConfig(found, folder === null ? null : join(folder, 'share/rig.schema.json')));
  const disk = chosenDisk(found.disks)?.point ?? null;
  const next = nextSteps(found, disk);
  if (context.json) printJson({ version: 1, file, found, next });
  else tell(file, found, disk, next);
  return exitCodes.done;
}

/** The file is made only if there is none, by the kernel's own word: two at once do not overwrite each other either. */
function write(file: string, text: string): void {
  try {
    makeFolder(dirname(file));
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST') {
      const remedy = 'Move it away, or name another file with --config.';
      const message = `${file} exists, and nothing is overwritten`;
      throw new CommandFailure(exitCodes.refused, 'exists', message, remedy);
    }
    const words = wordsOf(error);
    const remedy = 'Name a file that may be written with --config.';
    throw new CommandFailure(
      exitCodes.failed,
      'not-written',
      `cannot write ${file}: ${words}`,
      remedy,
    );
  }
}

/** Folder by folder: `recursive` of Node 20 never ends where one can be made nowhere, such as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (!existsSync(path)) throw error; // else somebody was faster
  }
}

function tell(file: string, found: PluggedIn, disk: string | null, next: readonly string[]): void {
  print(`wrote ${file}${found.model === null ? '' : ` for this ${found.model}`}`);
  for (const [what, words] of rows(found, disk)) print(`  ${pad(what, 8)} ${words}`);
  print('next:');
  for (const step of next) print(`  ${toType(step)}`);
}

function rows({ sound, cameras, gps, disks, header }: PluggedIn, disk: string | null) {
  const others = disks.filter(({ point }) => point !== disk || point === null);
  return [
    ['sound', listed(sound.map(({ name }) => name)) ?? 'no card that records'],
    ['camera', listed(cameras.map(({ name }) => name)) ?? 'none'],
    ['GPS', gps.receiver ?? 'no receiver'],
    ['disk', disk ?? 'that of the system'],
    ...others.map((other) => [
      '',
      `${other.source} (${saySize(other.sizeBytes)}): ${whyNot(other)}`,
    ]),
    ['header', header ?? 'none: buttons and LEDs are left out'],
  ] as const;
}

function whyNot({ point, isWritable }: PluggedIn['disks'][number]): string {
  if (point === null) return 'is not mounted';
  return isWritable ? `mounted at ${point}, smaller` : `mounted at ${point}, not to be written`;
}

function listed(names: readonly string[]): string | null {
  return names.length === 0 ? null : names.join(', ');
}

function nextSteps({ missing, gps, disks }: PluggedIn, disk: string | null): string[] {
  const loose = disks.find(({ point }) => point === null);
  return [
    ...(missing.length === 0 ? [] : [`sudo apt install ${missing.join(' ')}`]),
    ...(gps.receiver !== null && !gps.hasGpsd ? ['uncomment gps: in it once gpsd runs'] : []),
    ...(disk === null && loose !== undefined
      ? [`mount ${loose.source} below /media or /mnt and name it under recordings:`]
      : []),
    'look it over; `rigdeck config check` reads it',
    'rigdeck up && rigdeck preflight',
    'rigdeck record start',
  ];
}
