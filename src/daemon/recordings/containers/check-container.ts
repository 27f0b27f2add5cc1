import { extname } from 'node:path';
import { type ContainerLook, type Source, withSource } from './container.ts';
import { lookAtCsv } from './csv.ts';
import { lookAtFlac } from './flac.ts';
import { lookAtJsonLines } from './jsonl.ts';
import { lookAtMatroska } from './matroska.ts';
import { lookAtMp4 } from './mp4.ts';
import { lookAtMpegTs } from './mpeg-ts.ts';
import { lookAtWav } from './wav.ts';

type Look = (source: Source, isFinished: boolean) => Promise<ContainerLook>;

const formats: Readonly<Record<string, Look>> = {
  '.wav': lookAtWav,
  '.flac': lookAtFlac,
  '.mkv': lookAtMatroska,
  '.mka': lookAtMatroska,
  '.webm': lookAtMatroska,
  '.ts': lookAtMpegTs,
  '.mts': lookAtMpegTs,
  '.m2ts': lookAtMpegTs,
  '.mp4': lookAtMp4,
  '.m4a': lookAtMp4,
  '.m4v': lookAtMp4,
  '.mov': lookAtMp4,
  '.csv': lookAtCsv,
  '.tsv': lookAtCsv,
  '.jsonl': lookAtJsonLines,
  '.ndjson': lookAtJsonLines,
};

/** Formats of lines, whose rows may come when they come; all others play. */
const ofLines: readonly string[] = ['.csv', '.tsv', '.jsonl', '.ndjson'];

/** Whether a file of this name is a table or a log rather than sound or pictures. */
export function isOfLines(path: string): boolean {
  return ofLines.includes(extname(path).toLowerCase());
}

/**
 * Looks into a recorded file whose format its name tells. Reads its head and tail only.
 *
 * @param isFinished whether its module ended in order
 * @returns null for a format that is not known here
 * @throws what the disk says
 */
export async function checkContainer(
  path: string,
  isFinished: boolean,
): Promise<ContainerLook | null> {
  const extension = extname(path).toLowerCase();
  const look = Object.hasOwn(formats, extension) ? formats[extension] : undefined;
  if (look === undefined) return null;
  return await withSource(path, (source) => look(source, isFinished));
}
