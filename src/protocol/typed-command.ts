/** How a command of this program has to be typed so that it speaks of the rig that this process speaks of. */
export type Address = {
  /** The program: `rigdeck`, or where one lies that knows the rig by itself. */
  readonly program: string;
  /** What makes any command mean this daemon: `--run-dir DIR`, or nothing. */
  readonly toDaemon: readonly string[];
  /** The same for what reads rig.yaml itself, or may start a daemon. */
  readonly whole: readonly string[];
};

/** A rig that is found without a word: the service, or the user's own. */
export const nearest: Address = { program: 'rigdeck', toDaemon: [], whole: [] };

/** Commands that ask the daemon, and nobody else. */
export const asksDaemon: readonly string[] = [
  ...['status', 'down', 'enable', 'disable', 'restart', 'retry', 'record', 'session', 'mark'],
  ...['preflight', 'history', 'wait', 'watch', 'kiosk', 'log-level', 'config apply'],
];
/** Commands that read rig.yaml or the state dir, too, or start a daemon with them. */
export const readsFiles: readonly string[] = [
  ...['up', 'daemon', 'doctor', 'logs', 'sessions', 'gpio', 'module list'],
  ...['config check', 'config show'],
];

/** Commands that mean the machine, whichever rig is on it. */
const meanMachine: readonly string[] = ['config init', 'module new', 'module test'];

// Not within a path or a longer word, and only before a command: `rigdeck is a service` is prose.
function named(commands: readonly string[], notBehind: string): RegExp {
  const longestFirst = commands.toSorted((a, b) => b.length - a.length).join('|');
  return new RegExp(`(?<![\\w/.-])${notBehind}rigdeck (${longestFirst})(?![\\w-])`, 'g');
}

const ofRigs = named([...asksDaemon, ...readsFiles], '');
// What sudo is for is typed at the machine, and so is what a unit of it runs.
const fromAfar = [...asksDaemon, ...readsFiles, ...meanMachine].filter((one) => one !== 'daemon');
const ofMachines = named(fromAfar, '(?<!sudo )');

/**
 * Words in which commands are named, with each of them as it has to be typed for the rig of that address.
 *
 * @param host the machine of that rig, where it is not the one that is typed at: commands of the machine itself are said to be
 * typed there
 */
export function addressed(words: string, address: Address, host: string | null = null): string {
  const commands = host === null ? ofRigs : ofMachines;
  const typed = words.replace(commands, (_, command: string) => lineOf(command, address, host));
  return host === null ? typed : typed.split(sentenceEnd).map(saidOfMachine).join(' ');
}

function lineOf(
  command: string,
  { program, toDaemon, whole }: Address,
  host: string | null,
): string {
  const flags = asksDaemon.includes(command) ? toDaemon : whole;
  // There it is found by its name, whatever called it.
  const first = host === null ? [program] : ['rigdeck', '--host', host];
  return [...first, ...flags, ...(command === '' ? [] : [command])].map(quoted).join(' ');
}

const sentenceEnd = /(?<=[.!?]) (?=[A-Z])/;
const ofMachine =
  /(?<![\w/.-])(?:(?:sudo|systemctl|journalctl|apt|chmod|kill|npm|lsblk|loginctl) [\w/"'~-]|dmesg\b)/;

function saidOfMachine(sentence: string): string {
  return ofMachine.test(sentence) ? sentence.replace(/\.?$/, ' (on the rig)$&') : sentence;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./ -]+$/.test(word) && !(word.includes(' ') && word.includes('/'))
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}

let own: Address = nearest;
let far: string | null = null;

/** From now on this process speaks to somebody who sits at another machine, and calls this one so. */
export function speakTo(host: string | null): void {
  far = host;
}

/** What somebody far away calls this machine; null for who sits at it. */
export function calledFrom(): string | null {
  return far;
}

/** This machine, in words that are true for whoever reads them: by its name where that one sits at another. */
export function thisMachine(): string {
  return far ?? 'this machine';
}

/** From now on this process speaks of commands for that rig: a process is told once, by its own command line, which one it means. */
export function speakOf(address: Address): void {
  own = address;
}

/**
 * Words in which commands are named (`Start it: rigdeck retry mic`), with each as it has to be typed to mean the rig of this
 * process. Everything that tells a person what to type goes through here; what names somebody (`kim (rigdeck record)`) does not.
 */
export function toType(words: string): string {
  return addressed(words, own, far);
}

/** How the screen of this rig is called up again. */
export function screenCommand(): string {
  return lineOf('', own, far);
}
