import type { Manifest, ManifestFile } from '../../protocol/manifest.ts';
import { segmentByName } from './file-list.ts';
import { type ToldEmpty, toldEmpty } from './told-empty.ts';
import { isGoneOrLess } from './verdicts.ts';

/**
 * A module that writes several files of a segment, a picture and a list of what it saw in it, may have had nothing for one of them,
 * or was ended before it wrote there. What it recorded is in the others. Nobody but a person can say whether that is as it should be:
 * it is not in order until `rigdeck sessions recover` has taken it down as known.
 */

/** Verdicts of files that hold something. */
const holding: ReadonlySet<string> = new Set(['ok', 'short', 'repaired']);

/** Why a file holds nothing. `isUnknown`: it is for a person to look at, and to be taken down as known then. */
export type WhyEmpty = ToldEmpty & { readonly isUnknown: boolean };

/** Empty files of which a gap or the files beside them tell why they are so, by their paths. */
export function whyEmpty(manifest: Manifest): ReadonlyMap<string, WhyEmpty> {
  const told = [...toldEmpty(manifest)].map(
    ([path, why]) => [path, { ...why, isUnknown: false }] as const,
  );
  return new Map([...sideFiles(manifest), ...told]);
}

/** Files of closed trials that hold nothing, while their module recorded into others beside them. */
function sideFiles({ trials }: Manifest): [path: string, why: WhyEmpty][] {
  const closed = trials.filter((trial) => trial.stoppedAt !== null);
  return closed.flatMap((trial) =>
    trial.segments.flatMap((segment) =>
      Object.entries(segment.modules).flatMap(([module, { files }]) => {
        const main = files.find((file) => holding.has(file.verdict));
        if (main === undefined) return [];
        return files
          .filter((file) => isBlank(file) && isOf(module, trial.number, segment.number, file))
          .map((file): [string, WhyEmpty] => [file.path, sayOf(module, main, file)]);
      }),
    ),
  );
}

function sayOf(module: string, main: ManifestFile, { known }: ManifestFile): WhyEmpty {
  const beside = `${module} recorded into ${main.path} beside it, and wrote no data into this one`;
  if (known === undefined) return { isInOrder: false, isUnknown: true, words: beside };
  const words = `${beside}; known since ${known.slice(0, 10)}`;
  return { isInOrder: true, isUnknown: false, words };
}

function isBlank(file: ManifestFile): boolean {
  return file.verdict === 'empty' && !isGoneOrLess(file);
}

/** One that is named for another segment has its own story. */
function isOf(module: string, trial: number, segment: number, { path }: ManifestFile): boolean {
  const named = segmentByName(module, trial, path);
  return named === null || named === segment;
}
