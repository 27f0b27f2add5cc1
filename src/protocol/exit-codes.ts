/** Exit codes of the command line, the same for every command. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  noDaemon: 3,
  notFound: 4,
  refused: 5,
  deadline: 6,
  partly: 7,
  conditionFalse: 8,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
