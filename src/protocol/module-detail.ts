/** How a module is set up, beside what it does. */
export type ModuleDetail = {
  readonly version: 1;
  readonly module: string;
  /** The program and its words, as it is started. */
  readonly command: readonly string[];
  readonly protocol: 'rigdeck/1' | 'none';
  readonly evidence: string;
  /** As the daemon runs it, in the order of their names. Null on a connection that may only look: there may be passwords in them. */
  readonly options: readonly ModuleOption[] | null;
  /** Why it is not known whether rig.yaml says something else now; null where it is known. */
  readonly configTrouble: string | null;
};

/** One option, its value as JSON, cut. */
export type ModuleOption = {
  readonly name: string;
  /** Null: only rig.yaml has it, the running module has not. */
  readonly value: string | null;
  /** What rig.yaml says now where that is something else; null where it says nothing any more. */
  readonly now?: string | null;
};
