import type { Facts, ModuleRecord } from '../../src/protocol/snapshot.ts';
import type { ModuleState, RigDesired, Status } from '../../src/protocol/vocabulary.ts';

/**
 * The roll-up and the legal moves once more, written from the words of the product and from nothing of the core: what the
 * core says is held against this.
 */
export type Seen = Pick<ModuleRecord, 'state' | 'health' | 'required'>;
export type Command = 'none' | 'arming' | 'stopping';

export function statusByHand(
  wanted: readonly Seen[],
  desired: RigDesired,
  command: Command,
): Status {
  const needed = wanted.some((one) => one.required) ? wanted.filter((one) => one.required) : wanted;
  const isIn =
    (...states: ModuleState[]) =>
    (one: Seen) =>
      states.includes(one.state);
  const isIll = (one: Seen) => ['stalled', 'unresponsive'].includes(one.health);
  const lacks = desired === 'recording' && command === 'none' && !needed.every(isIn('recording'));
  const rules: readonly (readonly [boolean, Status])[] = [
    [wanted.length === 0, 'off'],
    [wanted.every(isIn('paused')), 'paused'],
    [needed.every(isIn('crashed', 'error')), 'error'],
    [wanted.some((one) => isIn('crashed', 'error')(one) || isIll(one)) || lacks, 'degraded'],
    [command === 'arming', 'arming'],
    [command === 'stopping', 'stopping'],
    [needed.every(isIn('recording')), 'recording'],
    [wanted.some(isIn('starting')), 'starting'],
    [desired === 'paused', 'paused'],
  ];
  return rules.find(([holds]) => holds)?.[1] ?? 'idle';
}

/** The statuses of all groups and of the rig, from what is published. */
export function statusesByHand(facts: Facts, isClosed: boolean, command: Command) {
  const wanted = Object.values(facts.modules).filter((one) => one.desired === 'on' && !isClosed);
  const { desired } = facts.rig;
  const groups = Object.entries(facts.groups).map(([name]): [string, Status] => [
    name,
    statusByHand(
      wanted.filter((one) => one.group === name),
      desired,
      command,
    ),
  ]);
  const live = groups.map(([, status]) => status).filter((status) => status !== 'off');
  return {
    groups: Object.fromEntries(groups),
    rig: rigByHand(live, statusByHand(wanted, desired, command)),
  };
}

export function rigByHand(live: readonly Status[], whole: Status): Status {
  if (live.length === 0) return 'off';
  if (live.every((status) => status === 'error')) return 'error';
  if (live.includes('error') || live.includes('degraded')) return 'degraded';
  return whole;
}

const alive = ['starting', 'idle', 'recording', 'paused', 'error'] as const;
const moves: readonly (readonly [ModuleState, ModuleState])[] = [
  ['disabled', 'starting'],
  ['starting', 'idle'],
  ['idle', 'recording'],
  ['recording', 'paused'],
  ['paused', 'recording'],
  ['recording', 'idle'],
  ['paused', 'idle'],
  ...alive.map((from) => [from, 'stopping'] as const),
  ['stopping', 'disabled'],
  ['stopping', 'starting'],
  ...[...alive, 'stopping' as const].map((from) => [from, 'crashed'] as const),
  ['crashed', 'starting'],
  ['crashed', 'disabled'],
  ...(['starting', 'idle', 'recording', 'paused'] as const).map((from) => [from, 'error'] as const),
  ['error', 'starting'],
  ['error', 'idle'],
  ['error', 'disabled'],
];

export function isMoveByHand(from: ModuleState, to: ModuleState): boolean {
  return moves.some(([a, b]) => a === from && b === to);
}
