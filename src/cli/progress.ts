import type { ModuleRecord, Snapshot } from '../protocol/snapshot.ts';
import { cut } from '../protocol/text.ts';
import { note } from './output.ts';
import type { Terminal } from './terminal.ts';

/** One line on stderr that says what is waited for, rewritten in place. Without a terminal nothing is printed. */
export type Progress = {
  tell(words: string): void;
  end(): void;
};

export function createProgress(terminal: Terminal): Progress {
  const shows = terminal.isTty && process.stderr.isTTY === true;
  let told = '';
  return {
    tell: (words) => {
      if (!shows || words === told) return;
      told = words;
      process.stderr.write(`\r\u001b[K${cut(words, terminal.columns - 1)}`);
    },
    end: () => {
      if (told !== '') process.stderr.write('\r\u001b[K');
      told = '';
    },
  };
}

/** Like a progress line, where nobody looks on: a line on stderr each time that something else is waited for. */
export function createSlowNotes(): Progress {
  let told = '';
  return {
    tell: (words) => {
      if (words !== told) note(words);
      told = words;
    },
    end: () => undefined,
  };
}

/** Says who is waited for: `waiting for camera: arming, 3 s of 10`. Counts from when it first saw that phase. */
export function createWaitingWords(): (snapshot: Snapshot, nowMs: number) => string {
  const seen = new Map<string, { readonly phase: string; readonly sinceMs: number }>();
  const words = (name: string, module: ModuleRecord, nowMs: number) => {
    const doing = module.phase ?? module.state;
    const before = seen.get(name);
    const sinceMs = before?.phase === doing ? before.sinceMs : nowMs;
    seen.set(name, { phase: doing, sinceMs });
    if (module.phaseUntil === null) return `${name}: ${doing}`;
    const totalS = Math.round((Date.parse(module.phaseUntil) - sinceMs) / 1_000);
    const ranS = Math.floor((nowMs - sinceMs) / 1_000);
    return `${name}: ${doing}, ${ranS} s of ${Math.max(ranS, totalS)}`;
  };
  return ({ rig, modules }, nowMs) => {
    const waits = rig.waitingFor.flatMap((name) => {
      const module = modules[name];
      return module === undefined ? [] : [words(name, module, nowMs)];
    });
    return waits.length > 0 ? `waiting for ${waits.join(' · ')}` : `the rig is ${rig.state}`;
  };
}
