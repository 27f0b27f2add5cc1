import * as z from 'zod';
import { pinPattern, usualKiosk } from './kiosk-record.ts';
import { parseDuration, parseSize } from './units.ts';
import { namePattern } from './vocabulary.ts';

/** rig.yaml, version 1. Strict: unknown keys are errors. Durations become milliseconds, sizes bytes. */

const name = z
  .string()
  .regex(
    namePattern,
    'expected a name: a-z, 0-9 and -, at most 32 characters, not starting with -',
  );

const measure = (parse: (text: string) => number | undefined, expected: string) =>
  z.union([z.string(), z.number()]).transform((value, context) => {
    const parsed = parse(String(value));
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
const duration = measure(parseDuration, 'expected a duration such as 500ms, 5s or 10m');
const size = measure(parseSize, 'expected a size such as 500MB or 2GB');
const percent = measure(
  (text) => (/^\d+(\.\d+)?%$/.test(text) ? Number.parseFloat(text) : undefined),
  'expected a percentage such as 80%',
);

const argument = z.union([z.string(), z.number()]).transform(String);
const command = z
  .array(argument)
  .min(1, 'expected a list with the program and its arguments, such as [python3, ./my_module.py]');
const env = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

const signals = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGKILL',
] as const;

const restartSchema = z.strictObject({
  policy: z.enum(['always', 'on-failure', 'never']).default('always'),
  initial: duration.default(500),
  factor: z.number().min(1).max(10).default(2),
  max: duration.default(60_000),
});

const moduleSchema = z.strictObject({
  use: z.string().optional(),
  command: command.optional(),
  protocol: z.enum(['rigdeck/1', 'none']).optional(),
  record: z.strictObject({ command, stopSignal: z.enum(signals).default('SIGINT') }).optional(),
  enabled: z.boolean().default(true),
  required: z.boolean().default(true),
  group: name.default('main'),
  after: z.array(name).default([]),
  options: z.record(z.string(), z.unknown()).default({}),
  env: env.default({}),
  cwd: z.string().optional(),
  startTimeout: duration.default(30_000),
  armTimeout: duration.default(10_000),
  stopTimeout: duration.default(30_000),
  evidence: z.enum(['files', 'counters', 'heartbeat']).default('files'),
  evidenceTimeout: duration.default(5_000),
  onStall: z.enum(['show', 'restart']).default('show'),
  limits: z.strictObject({ memory: size.optional(), cpu: percent.optional() }).default({}),
  restart: restartSchema.prefault({}),
});

const line = z.string().regex(/^GPIO([0-9]|[1-4][0-9]|5[0-3])$/, 'expected a line GPIO0 to GPIO53');

const buttonActionPattern: RegExp =
  /^(record\.(toggle|start|stop|pause|resume)|mark|module\.[a-z0-9][a-z0-9-]{0,31}\.toggle|rig\.shutdown|problem\.acknowledge|preflight)$/;
const action = z
  .string()
  .regex(
    buttonActionPattern,
    'expected one of record.toggle, record.start, record.stop, record.pause, record.resume, mark, module.<name>.toggle, rig.shutdown, problem.acknowledge, preflight',
  );

const buttonSchema = z.strictObject({
  line,
  name,
  pull: z.enum(['up', 'down', 'none']).default('up'),
  activeLow: z.boolean().optional(),
  debounce: duration.default(30),
  click: action.optional(),
  double: action.optional(),
  hold: z.strictObject({ after: duration, do: action }).optional(),
  level: z.enum(['record']).optional(),
  /** In so many words: a click on this button may stop a recording or shut the rig down. */
  allowDangerousClick: z.boolean().default(false),
});

const ledSchema = z.strictObject({
  line,
  name,
  shows: z
    .string()
    .regex(
      /^(rig|storage|clock|clients|module\.[a-z0-9][a-z0-9-]{0,31})$/,
      'expected rig, module.<name>, storage, clock or clients',
    ),
  activeLow: z.boolean().default(false),
  dark: z.boolean().default(false),
  /** What it is left at when the daemon ends. */
  exit: z.enum(['off', 'on']).default('off'),
});

const gpioSchema = z.strictObject({
  backend: z.enum(['auto', 'cdev', 'onoff', 'simulated', 'none']).default('auto'),
  chip: z.string().optional(),
  buttons: z.array(buttonSchema).default([]),
  leds: z.array(ledSchema).default([]),
});

const hookSchema = z.strictObject({
  on: z.array(z.string()).min(1),
  run: command,
  timeout: duration.default(30_000),
});

const hours = z
  .string({ error: 'expected two times of the day such as "22:00-06:00"' })
  .regex(
    /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/,
    'expected two times of the day such as "22:00-06:00"',
  )
  .refine((text) => text.slice(0, 5) !== text.slice(6), 'expected two different times of the day');

const pinWords = 'expected 4 to 12 digits in quotes, such as "2580"';

/** What the screen of `rigdeck kiosk` does, on whatever terminal. */
const kioskSchema = z.strictObject({
  dim: hours.optional(),
  move: duration.default(usualKiosk.moveMs),
  pin: z.string({ error: pinWords }).regex(pinPattern, pinWords).optional(),
});

const rigSchema = z.strictObject({
  name: name.default('rig'),
  recordings: z.string().min(1).default('~/recordings'),
  requireMount: z.boolean().default(false),
  minFree: size.default(500_000_000),
  segment: duration.default(0),
  segmentWithGap: z.boolean().default(false),
  onMissingModule: z.enum(['refuse', 'start-without']).default('refuse'),
  autostart: z.enum(['never', 'always', 'resume']).default('resume'),
  shutdownCommand: command.default(['systemctl', 'poweroff']),
});

export const configSchema = z.strictObject({
  version: z.literal(1, 'expected 1, the only version there is'),
  rig: rigSchema.prefault({}),
  modules: z.record(name, moduleSchema).default({}),
  gpio: gpioSchema.optional(),
  kiosk: kioskSchema.prefault({}),
  hooks: z.array(hookSchema).default([]),
});

/** rig.yaml as written, checked, with its defaults filled in. */
export type Config = z.infer<typeof configSchema>;
export type ModuleConfig = z.infer<typeof moduleSchema>;
export type RestartConfig = z.infer<typeof restartSchema>;

/** The same for eyes and files: nobody learns the PIN of the kiosk from it. */
export function withoutPin(config: Config): Config {
  const { kiosk } = config;
  return kiosk.pin === undefined ? config : { ...config, kiosk: { ...kiosk, pin: 'hidden' } };
}

/** One thing that is wrong in a configuration file. Lines and columns count from 1. */
export type ConfigFault = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The nearest known key or name, or what to do. */
  readonly suggestion: string | null;
};
