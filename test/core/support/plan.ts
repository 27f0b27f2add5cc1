import type { Boot, BootModule, ConfigOffer, ModuleSpec, RigSpec } from '../../../src/core/spec.ts';

/** Where the clock of every test begins. */
export const startMonoMs = 1_000_000;
export const startWallMs: number = Date.UTC(2026, 10, 22, 12);

/** What a test says of a module: of its configuration and of what was known when the daemon began. */
export type ModulePlan = Partial<ModuleSpec & BootModule>;
export type RigPlan = Partial<
  Omit<RigSpec, 'modules'> & Omit<Boot, 'modules' | 'spec' | 'epoch'>
> & {
  readonly modules: Readonly<Record<string, ModulePlan>>;
};

const usual: ModuleSpec & BootModule = {
  protocol: 'rigdeck/1',
  required: true,
  group: 'main',
  after: [],
  startMs: 30_000,
  armMs: 10_000,
  stopMs: 30_000,
  evidenceMs: 5_000,
  onStall: 'show',
  restart: { policy: 'always', initial: 500, factor: 2, max: 60_000 },
  desired: 'on',
  before: 'recorded',
  run: 0,
  restarts: 0,
  failures: 0,
  lastProblem: null,
  adopted: null,
  finished: null,
  ended: null,
  lost: null,
};

/** Everything that the core is given when it begins; what the plan does not say is as in an ordinary rig. */
export function bootOf(plan: RigPlan): Boot {
  const { name = 'field-rig-03', onMissingModule = 'refuse', autostart = 'resume' } = plan;
  const modules = Object.fromEntries(
    Object.entries(plan.modules).map(([key, module]) => [key, { ...usual, ...module }]),
  );
  const { desired = 'idle', session = null, trial = null } = plan;
  const { powerLost = false, roomToResume = true, segmentMs = 0, segmentWithGap = false } = plan;
  const { start = null, scheduled = null, isPauseNoted = false } = plan;
  const spec = { name, onMissingModule, autostart, segmentMs, segmentWithGap, modules };
  const left = { desired, session, trial, isPauseNoted, start, scheduled, powerLost, roomToResume };
  return { epoch: 'epoch-1', spec, modules, ...left };
}

/** What a test says of a module in a changed rig.yaml: `anew` and `inPlace` is what is another than before. */
type OfferPlan = Partial<ModuleSpec & ConfigOffer['modules'][string]>;

/** A changed rig.yaml, checked; what the plan does not say is as in an ordinary rig, and as before. */
export function offerOf(
  plan: Partial<Omit<RigSpec, 'modules'> & Pick<ConfigOffer, 'settings' | 'waiting'>> & {
    readonly modules: Readonly<Record<string, OfferPlan>>;
  },
): ConfigOffer {
  const { settings = [], waiting = [], modules, ...rig } = plan;
  const { spec } = bootOf({ ...rig, modules: {} });
  const specs = Object.entries(modules).map(([name, module]) => [name, { ...usual, ...module }]);
  const offered = Object.entries(modules).map(([name, module]) => {
    const { enabled = true, run = 0, anew = [], inPlace = [] } = module;
    return [name, { enabled, run, anew, inPlace }];
  });
  return {
    file: '/etc/rigdeck/rig.yaml',
    spec: { ...spec, modules: Object.fromEntries(specs) },
    modules: Object.fromEntries(offered),
    settings,
    waiting,
  };
}
