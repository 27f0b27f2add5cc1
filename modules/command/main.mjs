/** Records with any program. README.md lists its options and says when `protocol: none` is the better choice. */
import { ask, findProgram, Program } from '../sdk/node/program.mjs';
import { log, moduleName, options, Problem, refuse, run, say, wake } from '../sdk/node/rigdeck.mjs';
import { fillPlaces } from './places.mjs';
import { bytesOf, filesOf, namesIn } from './recorded-files.mjs';
import { Watcher } from './watcher.mjs';

/** @typedef {import('../sdk/node/take.mjs').Take} Take */

const probeMs = 10_000;
/** What the program has written is looked at so often. */
const lookMs = 1_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGKILL'];

const chosen = options({
  run: /** @type {any} */ (null),
  probe: /** @type {any} */ (null),
  stopSignal: 'SIGINT',
  env: /** @type {Record<string, string>} */ ({}),
  progress: '',
  dropped: '',
  gauges: /** @type {Record<string, { match: string, warn?: number, unit?: string }>} */ ({}),
});
const command = listOf('run');
const question = listOf('probe');
checkOptions();
const stopSignal = /** @type {NodeJS.Signals} */ (chosen.stopSignal);

/** @param {Take} take */
async function record(take) {
  needProgram();
  const places = { ...take, session: take.session?.id ?? '', module: moduleName };
  const before = namesIn(take.dir);
  const startNs = await take.go();
  if (startNs === null) return;
  const watcher = new Watcher(chosen);
  const program = new Program(
    command.map((word) => fillPlaces(word, places)),
    {
      env: { ...process.env, ...mapValues(chosen.env, (value) => fillPlaces(value, places)) },
      orphaned: stopSignal, // it is to finish its file also when this module is killed
      onLine: (line) => log(watcher.read(line) ? 'debug' : 'info', line),
    },
  );
  void program.ended.then(wake);
  take.confirm(); // only the program knows when its first sample comes
  const report = () => watcher.report(take, bytesOf(filesOf(take, before)));
  await take.next(() => {
    if (program.exit !== null) throw ended(program);
    report();
    return null;
  });
  await finish(take, program, report);
  take.foreign = filesOf(take, before);
  report();
  checkFiles(take);
}

/** Tells it to stop, and waits for as long as the rig lets it. @param {Take} take @param {Program} program @param {() => void} report */
async function finish(take, program, report) {
  const giveUp = () => program.signal('SIGKILL'); // the rig has lost patience with us, and so with it
  process.once('SIGTERM', giveUp);
  const telling = setInterval(() => {
    report();
    take.progress();
    take.finalizing();
  }, lookMs);
  program.signal(stopSignal);
  await program.ended;
  clearInterval(telling);
  process.off('SIGTERM', giveUp);
}

/** Files of no bytes are no recording, whatever the program said. @param {Take} take */
function checkFiles({ foreign, dir }) {
  const empty = foreign.filter((file) => bytesOf([file]) === 0);
  if (foreign.length > 0 && empty.length === 0) return;
  const what = foreign.length === 0 ? `no file in ${dir}` : `${empty.join(', ')} empty`;
  const message = `${command[0]} has ended and left ${what}`;
  say({ is: 'error', code: 'no-data', message, remedy: 'look at its log', recoverable: true });
}

/** @param {Program} program */
function ended({ exit, lastWords }) {
  const how = exit?.signal ? `by ${exit.signal}` : `with code ${exit?.code}`;
  const words = lastWords.at(-1);
  return new Problem('ended', `${command[0]} ended ${how}${words ? `: ${words}` : ''}`);
}

function needProgram() {
  const [name = ''] = command;
  const places = chosen.env.PATH ?? process.env.PATH;
  if (findProgram(name, { places }) !== null) return;
  throw new Problem('no-tool', `${name} is not installed`, {
    remedy: `install it, or give its path (relative ones are of ${process.cwd()})`,
  });
}

/** It is ready when the program is there, and `probe` says that its device is. */
async function probe() {
  needProgram();
  if (question.length === 0) return;
  const { code, lines } = await ask(question, probeMs);
  if (code === 0) return;
  const how = code === null ? `was ended after ${probeMs / 1_000} s` : `failed with code ${code}`;
  const words = lines.at(-1);
  throw new Problem('probe', `${question.join(' ')} ${how}${words ? `: ${words}` : ''}`);
}

/** @param {'run' | 'probe'} name @returns {string[]} */
function listOf(name) {
  const words = chosen[name] ?? [];
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  return refuse(`option ${name} must be a list of words, such as [arecord, -l]`);
}

function checkOptions() {
  if (command.length === 0)
    refuse('option run is missing', 'run: [program, argument, "{dir}/{prefix}.dat"]');
  if (!signals.includes(chosen.stopSignal))
    refuse(`option stopSignal must be one of ${signals.join(', ')}, not ${chosen.stopSignal}`);
  try {
    new Watcher(chosen);
  } catch (error) {
    refuse(`a pattern of progress, dropped or gauges is wrong: ${error}`);
  }
}

/**
 * @template T, U
 * @param {Record<string, T>} of @param {(value: T) => U} change
 * @returns {Record<string, U>}
 */
function mapValues(of, change) {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]));
}

await run({ record, probe, version: '1.0', can: ['arm', 'mark'] });
