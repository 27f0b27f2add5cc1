/** What one peer, and all of them together, may cost the daemon. */
export type Limits = {
  readonly connections: number;
  /** Of them through view.sock, which everybody may open: some places stay for those who may act. */
  readonly viewConnections: number;
  /** Questions of one connection that wait for their answer. Above it the connection is not read. */
  readonly inFlight: number;
  /** Bytes that wait for a peer before it counts as one that does not read: a state of 50 modules fits several times. */
  readonly unreadBytes: number;
  /** Who asks nothing for so long after connecting gives up its place. */
  readonly silentMs: number;
  /** Who waits for nothing and watches nothing for so long gives it up to one who comes when all are taken. */
  readonly idleMs: number;
  /** Who only watches, and asked nothing for so long, gives it up where nobody is idle: a screen connects again, a person waits. */
  readonly watchMs: number;
  /** Who reads nothing for so long while something waits for it gives up its place. */
  readonly stuckMs: number;
  /** For a peer that is sent away to read why, and for the last answers when the daemon ends. */
  readonly farewellMs: number;
};

export const usualLimits: Limits = {
  connections: 64,
  viewConnections: 48,
  inFlight: 32,
  unreadBytes: 256 * 1_024,
  silentMs: 15_000,
  idleMs: 1_000, // an honest client asks within milliseconds
  watchMs: 1_000, // a command that watches has asked for something by then, and waits for its answer
  stuckMs: 600_000,
  farewellMs: 1_000,
};
