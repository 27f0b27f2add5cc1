import type { Exit, Problem, ProblemCode, Refusal } from '../protocol/problem.ts';
import type { Fault } from './input.ts';
import type { Module } from './state.ts';
import { refusal, sayExit } from './turn.ts';

/** What the core tells people of a module: what happened, and what to do. */

export function exitedFault(module: Module, exit: Exit, lastWords: readonly string[]): Fault {
  return {
    code: 'exited',
    message: `${module.name} ${sayExit(exit)}${quote(lastWords)}.`,
    remedy:
      exit.code === 127 || exit.code === 126
        ? 'Its program was not found or is not executable: correct `command` in rig.yaml, then: rigdeck config apply'
        : `Its last words are in the log: rigdeck logs ${module.name}`,
    exit: { ...exit, lastWords },
  };
}

export function badConfiguration(module: Module, exit: Exit, lastWords: readonly string[]): Fault {
  return {
    code: 'bad-configuration',
    message: `${module.name} cannot work with its configuration (exit code 78)${quote(lastWords)}.`,
    remedy: 'Correct its options in rig.yaml, then: rigdeck config apply',
    exit: { ...exit, lastWords },
  };
}

export function notRetried(module: Module, exit: Exit, lastWords: readonly string[]): Fault {
  return {
    code: 'exited',
    message: `${module.name} ${sayExit(exit)}, and its restart policy is \`${module.spec.restart.policy}\`.`,
    remedy: `Start it yourself: rigdeck retry ${module.name}`,
    exit: { ...exit, lastWords },
  };
}

export function startTimeout(module: Module): Fault {
  return {
    code: 'start-timeout',
    message: `${module.name} did not say that it is ready within ${seconds(module.spec.startMs)}.`,
    remedy: `See what it does: rigdeck logs ${module.name}. Slow devices need a longer startTimeout.`,
  };
}

export function notArmed(module: Module): Fault {
  return {
    code: 'not-armed',
    message: `${module.name} did not open its device and files within ${seconds(module.spec.armMs)}.`,
    remedy: `See what it does: rigdeck logs ${module.name}. Slow devices need a longer armTimeout.`,
  };
}

export function noConfirmation(module: Module, what: string): Fault {
  return {
    code: 'no-record',
    message: `${module.name} did not confirm within ${seconds(module.spec.armMs)} that it ${what}.`,
    remedy: `Restart it if it stays so: rigdeck restart ${module.name}`,
  };
}

export function notSplit(module: Module, why: string | null): Fault {
  const what = why ?? `it did not confirm within ${seconds(module.spec.armMs)}`;
  return {
    code: 'not-split',
    message: `${module.name} did not go on in a new file: ${what}.`,
    remedy: 'It records on in its old file, and is asked again with the next segment.',
  };
}

export function stoppedByItself(module: Module): Fault {
  return {
    code: 'no-record',
    message: `${module.name} stopped recording by itself, though nobody asked it to.`,
    remedy: `It is started again and records on in a new segment. See: rigdeck logs ${module.name}`,
  };
}

export function notStopped(module: Module): Fault {
  return {
    code: 'not-stopped',
    message: `${module.name} did not finish its files within ${seconds(module.spec.stopMs)} and was ended.`,
    remedy: 'Check its last file: rigdeck sessions verify. Large files need a longer stopTimeout.',
  };
}

export function immortal(module: Module): Fault {
  return {
    code: 'not-stopped',
    message: `${module.name} is still there after SIGKILL: the kernel waits for its device or disk.`,
    remedy: 'Unplug its device, or check the disk with dmesg; it ends when the kernel lets go.',
  };
}

export function stalled(module: Module, why: string | null, cure: string | null): Fault {
  return {
    code: 'stalled',
    message: `${module.name} records nothing: ${why ?? `no progress for ${seconds(module.spec.evidenceMs)}`}.`,
    remedy:
      cure ??
      `Check its device and cable, then: rigdeck restart ${module.name}. The other modules record on.`,
  };
}

export function unflushed(module: Module): Fault {
  return {
    code: 'unflushed',
    message: `${module.name} says that it records, but its files do not grow.`,
    remedy: 'What it holds in memory would be lost in a power cut. Make it flush more often.',
  };
}

export function taken(name: string, what: string): Fault {
  return {
    code: 'taken',
    message: `${name} has lost what it recorded: ${what}.`,
    remedy: `Find out who works in the recordings folder. In a new file: rigdeck restart ${name}`,
  };
}

/** @param frozenPid of a process that somebody stopped: that is why, and one signal makes it go on */
export function unresponsive(module: Module, frozenPid: number | null): Fault {
  if (frozenPid !== null) {
    return {
      code: 'unresponsive',
      message: `${module.name} does not answer: its process ${frozenPid} is frozen (stopped by a signal).`,
      remedy: `Let it go on: kill -CONT ${frozenPid}. Or: rigdeck restart ${module.name}`,
    };
  }
  return {
    code: 'unresponsive',
    message: `${module.name} does not answer: two pings were lost.`,
    remedy: `If it stays so: rigdeck restart ${module.name}`,
  };
}

export function deaf(module: Module): Fault {
  return {
    code: 'unresponsive',
    message: `${module.name} does not read its commands: 32 of them wait.`,
    remedy: `If it stays so: rigdeck restart ${module.name}`,
  };
}

/** Of so many modules a refusal gives the reasons; more are only named. */
const maxReasons = 6;
const maxReasonLength = 300;

/**
 * Why a start was refused: each module in its own words, with the remedy that it or the rig knows.
 *
 * @param missing the modules that a recording lacks, at least one
 */
export function cannotRecord(missing: readonly Module[]): Refusal {
  const names = missing.map((module) => module.name);
  const told = missing.slice(0, maxReasons);
  const whose = (module: Module, words: string) =>
    missing.length === 1 || isAbout(module, words) ? words : `${module.name}: ${words}`;
  const remedies = told.flatMap((module) => {
    const remedy = hindrance(module)?.remedy ?? null;
    return remedy === null ? [] : [sentence(whose(module, remedy))];
  });
  const [it, which] = missing.length === 1 ? ['it', names[0]] : ['them', names.join(' ')];
  return refusal(
    'not-armed',
    [
      `Nothing is recorded: ${sayNames(names)} ${missing.length === 1 ? 'is' : 'are'} not ready to record.`,
      ...told.map((module) => sentence(whose(module, whyMissing(module)))),
    ].join(' '),
    [
      ...remedies,
      `To record without ${it}: rigdeck disable ${which}, or set required: false or onMissingModule: start-without in rig.yaml.`,
    ].join(' '),
  );
}

/** What is wrong with a module that shall record; where nothing is, what it still does. */
export function whyMissing(module: Module): string {
  const { name, life } = module;
  const problem = hindrance(module);
  if (problem !== undefined) return problem.message.slice(0, maxReasonLength);
  if (life.name === 'waiting') return `${name} waits for the modules before it.`;
  if (life.name === 'starting') return `${name} is still starting.`;
  if (life.name === 'stopping') return `${name} is just being stopped.`;
  return `${name} did not say why.`;
}

/** What a module talks too much of does not keep it from recording, unless nothing else is known. */
const asides: readonly ProblemCode[] = ['flood', 'bad-lines', 'options-old'];

function hindrance({ problems }: Module): Problem | undefined {
  return problems.findLast(({ code }) => !asides.includes(code)) ?? problems.at(-1);
}

/** Whether words begin with the name of their module, so that it need not be said again. */
export function isAbout({ name }: Module, words: string): boolean {
  return words.startsWith(`${name}:`) || words.startsWith(`${name} `);
}

/** `cam`, `cam and mic`, `cam, mic and gps`. */
export function sayNames(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function sentence(words: string): string {
  return /[.?!]$/.test(words) ? words : `${words}.`;
}

// Node ends with a stack and its own version; what went wrong stands above them.
const noWords = /^\s*($|at |[{}]|Node\.js v)/;

function quote(lastWords: readonly string[]): string {
  const last = lastWords.findLast((line) => !noWords.test(line));
  return last === undefined ? '' : `; it said: ${last}`;
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}
