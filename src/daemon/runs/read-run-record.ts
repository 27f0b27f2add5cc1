import * as z from 'zod';
import { sanitize } from '../../protocol/sanitize.ts';
import { sayVersion } from '../store/saved-file.ts';
import { bootId, ProcessEye } from './process-eye.ts';
import { readProc } from './processes.ts';
import {
  type RunPaths,
  type RunRecord,
  readPid,
  readText,
  runLayout,
  runRecordSchema,
} from './run-folder.ts';

/**
 * Reads `run.json`; where that is damaged, what the living process itself says.
 *
 * @param module the name of the folder
 * @returns null where it is no run, or damaged beyond help; in words which version it is of where it is not ours to read
 */
export function readRunRecord(module: string, paths: RunPaths): RunRecord | string | null {
  const text = readText(paths.record);
  const parsed = runRecordSchema.safeParse(parseJson(text));
  if (parsed.success && parsed.data.module === module) return parsed.data;
  // Damaged: what lives must be found all the same.
  return sayForeign(parseJson(text)) ?? recoverRecord(module, paths);
}

const versions = z.object({ layout: z.int(), protocol: z.string().optional().catch(undefined) });

/** Which other version a run is of; null where it is of ours. */
function sayForeign(record: unknown): string | null {
  const said = versions.safeParse(record);
  if (!said.success) return null;
  const { layout, protocol } = said.data;
  if (layout !== runLayout) return sayVersion(layout, runLayout).reason;
  if (protocol === undefined || isKnown(protocol)) return null;
  return `it speaks ${sanitize(protocol, 32)}, this Rigdeck rigdeck/1`;
}

function isKnown(protocol: string): protocol is RunRecord['protocol'] {
  return protocol === 'rigdeck/1' || protocol === 'none';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON stands for it, and no schema takes it
  }
}

/** What a living process's own environment says of it. */
function recoverRecord(module: string, paths: RunPaths): RunRecord | null {
  const identity = readPid(paths);
  const eye = identity === null ? null : ProcessEye.open(identity);
  if (eye === null) return null;
  eye.close();
  const environment = readProc(`${eye.pid}/environ`).split('\0');
  const inherited = (name: string) =>
    environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  // An ordinary program is told of no protocol.
  const protocol = inherited('RIGDECK_PROTOCOL') ?? 'none';
  if (inherited('RIGDECK_MODULE') !== module || !isKnown(protocol)) return null;
  return {
    layout: runLayout,
    module,
    run: Number(inherited('RIGDECK_RUN')),
    restarts: 0,
    epoch: '',
    bootId: bootId(),
    protocol,
  };
}
