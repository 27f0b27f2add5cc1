/**
 * Rigdeck SDK for modules in Node (20 and later), no dependency. Copy this folder beside your module.
 *
 * It speaks the module protocol `rigdeck/1`: commands as JSON lines on stdin, answers as JSON lines on descriptor 3.
 * docs/modules.md shows a module in fifteen lines and says what the rig expects. Names that end in `Ns` are
 * nanoseconds of CLOCK_MONOTONIC as bigint.
 */
import { changed, decline, log, maxLineLength, say, setLogLevel, wake, warn } from './link.mjs';
import { Take } from './take.mjs';

export { log, monoNs, say, statusFd, wake } from './link.mjs';

/** @typedef {import('./link.mjs').Command} Command */

const configurationError = 78; // sysexits.h EX_CONFIG: the rig does not try again
/** A device that does not answer is tried again after so long. */
const probeAgainMs = 5_000;
/** While nothing is recorded, the device is looked at this often. */
const idleLookMs = 3_000;

/** The name of this module in rig.yaml. */
export const moduleName = process.env.RIGDECK_MODULE ?? 'module';
/** The number of this run of the module, from 1. */
export const runNumber = Number(process.env.RIGDECK_RUN ?? 1);

/** Something that went wrong in the world. Throw it from `record`; the rig shows code, message and remedy. */
export class Problem extends Error {
  /**
   * @param {string} code in kebab-case, such as `no-device`
   * @param {string} message in words for a person
   * @param {{ recoverable?: boolean, remedy?: string }} [more] not recoverable: trying again will not cure it
   */
  constructor(code, message, more = {}) {
    super(message);
    this.code = code;
    this.recoverable = more.recoverable ?? true;
    this.remedy = more.remedy;
  }
}

/** @type {Take | null} the recording that is armed or under way */
let current = null;
/** @type {Command | null} */
let armNext = null;
let ending = false;
let inputEnded = false;
let badLooks = 0;

/** @type {Record<string, (command: Command) => void>} */
const commands = {
  ping: ({ id }) => say({ is: 'pong', id }),
  log: (command) => setLogLevel(command.level),
  arm(command) {
    if (current?.begun && !current.stopped)
      return decline(command, 'busy', 'a recording is under way');
    if (typeof command.dir !== 'string' || typeof command.prefix !== 'string')
      return decline(command, 'bad-command', 'arm needs dir and prefix');
    armNext = command;
    if (!current?.stopped) current?.stop({ silent: true }); // armed for a start that is forgotten: let go
  },
  record(command) {
    if (armNext) armNext.record = command;
    else if (current && !current.stopped) current.begin(command);
    else decline(command, 'not-armed', 'record without arm');
  },
  pause: (command) =>
    current?.begun ? current.pause(command) : decline(command, 'not-recording', 'nothing to pause'),
  resume: (command) =>
    current?.begun
      ? current.resume(command)
      : decline(command, 'not-recording', 'nothing to resume'),
  stop(command) {
    armNext = null;
    if (current) current.stop(command);
    else say({ is: 'idle', id: command.id, files: [] });
  },
  split: (command) =>
    current?.begun ? current.split(command) : decline(command, 'not-recording', 'nothing to split'),
  mark: (command) => current?.marks.push(command),
  quit: end,
};

function end() {
  ending = true;
  if (!current?.stopped) current?.stop({});
}

/** @param {string} line */
function obey(line) {
  if (line.trim() === '') return; // a new daemon begins with an empty line
  const command = parseJson(line);
  if (command === null) return log('warn', 'a line on stdin is no JSON object');
  if (Object.hasOwn(commands, command.do)) commands[command.do]?.(command);
  else log('debug', `unknown command ${JSON.stringify(command.do)}`);
  wake();
}

/** stdin is a FIFO that this process holds open itself: it has no end, and while it is silent nothing runs. */
function listen() {
  let partial = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk) => {
    const lines = (partial + chunk).split('\n');
    partial = (lines.pop() ?? '').slice(0, maxLineLength);
    for (const line of lines) obey(line);
  });
  const ended = () => {
    inputEnded = true;
    wake();
  };
  process.stdin.on('end', ended).on('error', ended);
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
      end();
      wake();
    });
  }
}

/** @param {string} text @returns {Record<string, any> | null} */
function parseJson(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null; // the caller says what that means
  }
}

/**
 * The module's options with their defaults. An option that is not among the defaults or is of another type ends the
 * module with exit code 78, named.
 *
 * @template {Record<string, any>} D
 * @param {D} defaults `null` as a default takes any type
 * @returns {D}
 */
export function options(defaults) {
  const given = parseJson(process.env.RIGDECK_OPTIONS || '{}');
  if (given === null) return refuse('RIGDECK_OPTIONS is no JSON object');
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name))
      refuse(`unknown option ${name}`, `known options: ${Object.keys(defaults).join(', ')}`);
    const usual = defaults[name];
    if (usual !== null && typeof usual !== typeof value)
      refuse(`option ${name} must be a ${typeof usual}, not ${JSON.stringify(value)}`);
  }
  return { ...defaults, ...given };
}

/**
 * Ends the module because its configuration is wrong: the rig shows the message and does not try again by itself.
 *
 * @param {string} message
 * @param {string} [remedy]
 * @returns {never}
 */
export function refuse(message, remedy) {
  say({ is: 'error', code: 'configuration', message, remedy, recoverable: false });
  log('error', message);
  process.exit(configurationError);
}

/**
 * Tries the device until it answers. What is wrong with it is said once, and again when it is something else.
 *
 * @param {() => Promise<void>} probe
 */
async function untilItAnswers(probe) {
  for (let told = ''; !ending && !inputEnded && !armNext; await changed(probeAgainMs)) {
    const error = await probe().then(() => null, asError);
    badLooks = 0;
    if (error === null || ending) return;
    if (error.recoverable === false) refuse(error.message, error.remedy);
    if (error.message !== told) complain(error, undefined);
    told = error.message;
  }
}

/** @param {any} thrown @returns {Error & { recoverable?: boolean, remedy?: string }} */
const asError = (thrown) => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/**
 * Runs the module until it is told to quit (`quit`, SIGTERM, SIGINT; files are finished first), then ends the process.
 *
 * `record` is called for each `arm`: it opens devices and files, loops over `take.samples()`, and closes its devices when
 * the loop ends; files are synced and closed after it. What it throws while arming is an `error` line and the module
 * lives on; what it throws while recording finishes the files and ends the module with 1, so that the rig starts it
 * again and records on in a new segment (with 78 where the problem is not recoverable: the rig does not try again).
 *
 * @param {object} module
 * @param {(take: Take) => Promise<void>} module.record
 * @param {string} [module.version]
 * @param {string[]} [module.can] leave out `pause` or `mark` where it cannot; add `split` where every file goes through
 *   `open()` or `add()`
 * @param {() => Promise<void>} [module.probe] asks the device whether it is there, and lets go of it; the module is ready
 *   when it answers. What it throws is shown, and it is asked again every five seconds; it must end by itself
 * @param {() => boolean} [module.idle] looks every three seconds, while nothing is recorded, whether the device is still
 *   there, without disturbing others. Where it twice is not, `probe` has to find it again
 */
export async function run({ record, version = '0', can = ['arm', 'pause', 'mark'], probe, idle }) {
  const arrive = async () => {
    if (probe) await untilItAnswers(probe);
    if (!ending) say({ v: 1, is: 'ready', version, can });
  };
  listen();
  await arrive();
  while (!ending && !(inputEnded && !armNext)) {
    if (armNext) await perform(record);
    else if (await losesDevice(idle)) await arrive();
  }
  process.exit(0);
}

/** Waits for a command. True: the device is gone, and was at the look before; it was not just starting again. */
async function losesDevice(/** @type {(() => boolean) | undefined} */ idle) {
  await changed(idle ? idleLookMs : undefined);
  if (!idle || armNext || ending) return false;
  badLooks = idle() ? 0 : badLooks + 1;
  return badLooks > 1;
}

/** @param {(take: Take) => Promise<void>} record */
async function perform(record) {
  const take = new Take(armNext ?? {});
  if (armNext?.record) take.begin(armNext.record);
  [current, armNext] = [take, null];
  try {
    await record(take);
    if (!take.stopped) throw new Problem('ended', 'the recording ended by itself');
    await (take.begun ? take.finish() : take.discard());
    take.leave();
  } catch (error) {
    await fail(take, error);
  }
  current = null;
}

/** @param {Take} take @param {any} error */
async function fail(take, error) {
  await (take.begun ? take.finish().catch(warn) : take.discard());
  complain(error, take.begun ? undefined : take.armId);
  if (take.begun) process.exit((error?.recoverable ?? true) ? 1 : configurationError);
}

/** @param {any} error @param {number | undefined} id of the command that it answers */
function complain(error, id) {
  log('error', error instanceof Problem ? error.message : (error?.stack ?? String(error)));
  const message = error?.message ?? String(error);
  const recoverable = error?.recoverable ?? true;
  say({ is: 'error', id, code: errorCode(error), message, remedy: error?.remedy, recoverable });
}

/** `ENOENT` of the system becomes `enoent`. @param {any} error */
function errorCode(error) {
  return String(error?.code ?? 'exception')
    .toLowerCase()
    .replaceAll('_', '-');
}
