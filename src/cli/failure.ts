import type { ExitCode } from '../protocol/exit-codes.ts';
import { exitCodes } from '../protocol/exit-codes.ts';
import type { RefusalReason } from '../protocol/problem.ts';

/** Why a command ends without having done what it was asked: one line for people, one word for programs. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly remedy: string | null;

  /** @param code the word that programs test for: `no-daemon`, `usage`, or the reason of a refusal */
  constructor(exitCode: ExitCode, code: string, message: string, remedy: string | null = null) {
    super(message);
    this.exitCode = exitCode;
    this.code = code;
    this.remedy = remedy;
  }
}

/** A word, number or option that makes no sense: exit 2. */
export function usageFailure(message: string, remedy: string | null = null): CommandFailure {
  return new CommandFailure(exitCodes.usage, 'usage', message, remedy);
}

/** The failure that a refusal of the daemon comes to. */
export function refusalFailure(refusal: {
  readonly reason: string;
  readonly message: string;
  readonly remedy: string | null;
}): CommandFailure {
  const exitCode = exitCodeOfRefusal[refusal.reason] ?? exitCodes.refused;
  return new CommandFailure(exitCode, refusal.reason, refusal.message, refusal.remedy);
}

const exitCodeOfRefusal: Readonly<Record<string, ExitCode | undefined>> = {
  'no-such-module': exitCodes.notFound,
  'no-such-line': exitCodes.notFound,
  'bad-intent': exitCodes.usage,
  'bad-configuration': exitCodes.usage,
  deadline: exitCodes.deadline,
} satisfies Partial<Record<RefusalReason, ExitCode>>;
