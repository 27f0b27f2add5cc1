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

const commands = [...asksDaemon, ...readsFiles].sort((a, b) => b.length - a.length);
// Not within a path or a longer word, and only before a command: `rigdeck is a service` is prose.
const anyCommand = new RegExp(`(?<![\\w/.-])rigdeck (${commands.join('|')})(?![\\w-])`, 'g');

/** Words in which commands are named, with each of them as it has to be typed for the rig of that address. */
export function addressed(words: string, address: Address): string {
  return words.replace(anyCommand, (_, command: string) => lineOf(command, address));
}

function lineOf(command: string, { program, toDaemon, whole }: Address): string {
  const flags = asksDaemon.includes(command) ? toDaemon : whole;
  return [program, ...flags, ...(command === '' ? [] : [command])].map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./ -]+$/.test(word) && !(word.includes(' ') && word.includes('/'))
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}

let own: Address = nearest;

/** From now on this process speaks of commands for that rig: a process is told once, by its own command line, which one it means. */
export function speakOf(address: Address): void {
  own = address;
}

/**
 * Words in which commands are named (`Start it: rigdeck retry mic`), with each as it has to be typed to mean the rig of this
 * process. Everything that tells a person what to type goes through here; what names somebody (`kim (rigdeck record)`) does not.
 */
export function toType(words: string): string {
  return addressed(words, own);
}

/** How the screen of this rig is called up again. */
export function screenCommand(): string {
  return lineOf('', own);
}
