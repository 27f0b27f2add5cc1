import type { Intent } from '../../src/protocol/intent.ts';
import type { RigState } from '../../src/protocol/vocabulary.ts';
import type { Prng } from '../support/prng.ts';

type Now = {
  readonly modules: readonly string[];
  readonly epoch: string;
  readonly seq: number;
  readonly wallMs: number;
  readonly state: RigState;
};

/** What somebody might wish next: people, buttons and scripts, not all of them well informed. */
export function anyIntent(prng: Prng, now: Now): Intent {
  const intent = anyWish(prng, now);
  const waitMs = prng.chance(0.5) ? prng.pick([100, 1_000, 5_000, 20_000, 60_000]) : undefined;
  const behind = prng.pick([0, 0, 0, 0, 1, 2, 20, -5]);
  const expect = prng.chance(0.2)
    ? { epoch: prng.chance(0.9) ? now.epoch : 'older', seq: Math.max(0, now.seq - behind) }
    : undefined;
  return {
    ...intent,
    ...(waitMs === undefined ? {} : { waitMs }),
    ...(expect === undefined ? {} : { expect }),
  };
}

function anyWish(prng: Prng, now: Now): Intent {
  if (prng.chance(0.5)) return recordWish(prng, now);
  if (prng.chance(0.75)) return moduleWish(prng, now);
  if (prng.chance(0.2)) return { kind: 'config.apply', dryRun: prng.chance(0.1) };
  return prng.pick<Intent>([
    { kind: 'session.start', name: 'dawn' },
    { kind: 'session.end' },
    { kind: 'mark', text: 'a bird' },
    { kind: 'problem.acknowledge' },
    { kind: 'problem.acknowledge', code: 'exited' },
    { kind: 'log.level', level: 'debug' },
    { kind: 'log.level', level: 'info', module: prng.pick(now.modules) },
  ]);
}

function recordWish(prng: Prng, now: Now): Intent {
  if (now.state === 'recording' && prng.chance(0.3)) return { kind: 'record.pause' };
  if (now.state === 'paused' && prng.chance(0.5)) return { kind: 'record.resume' };
  const at = new Date(now.wallMs + prng.int(-1_000, 60_000)).toISOString();
  return prng.pick<Intent>([
    { kind: 'record.start', label: 'first light' },
    { kind: 'record.start' },
    { kind: 'record.start' },
    { kind: 'record.start', at },
    { kind: 'record.start', at },
    { kind: 'record.start', inMs: prng.int(0, 60_000), label: 'soon' },
    { kind: 'record.stop' },
    { kind: 'record.stop' },
    { kind: 'record.toggle' },
    { kind: 'record.pause' },
    { kind: 'record.resume' },
  ]);
}

function moduleWish(prng: Prng, now: Now): Intent {
  const module = prng.chance(0.03) ? prng.pick(['nobody', 'toString']) : prng.pick(now.modules);
  return prng.pick<Intent>([
    { kind: 'module.enable', module },
    { kind: 'module.enable', module },
    { kind: 'module.disable', module },
    { kind: 'module.restart', module },
    { kind: 'module.retry', module },
  ]);
}
