import type { Edit } from './bundle.ts';

/** Mistakes that a supervisor may make, each as a small change of the core. Every one of them must be found. */
export const plantedBugs: Readonly<Record<string, readonly Edit[]>> = {
  'a module that starts too slowly is started beside itself': [
    {
      file: 'life.ts',
      from: "beginStop(turn, module, 'start-timeout');",
      to: 'spawnAgain(turn, module);',
    },
  ],
  'an enable during stopping is forgotten': [
    {
      file: 'intents.ts',
      from: 'patchModule(turn, name, { desired, failures: 0 });',
      to: "if (module.life.name !== 'stopping') patchModule(turn, name, { desired, failures: 0 });",
    },
  ],
  'a wish is rolled back to off, whatever it was': [
    {
      file: 'goals.ts',
      from: 'patchModule(turn, rollback.module, { desired: rollback.desired });',
      to: "patchModule(turn, rollback.module, { desired: 'off' });",
    },
  ],
  'one observer sees an older number': [
    {
      file: 'state-manager.ts',
      from: 'this.#guard(() => observer(change))',
      to: 'this.#guard(() => observer(change.seq % 9 ? change : { ...change, seq: change.seq - 1 }))',
    },
  ],
  'a number is left out': [
    {
      file: 'state-manager.ts',
      from: 'this.#seq += 1;',
      to: 'this.#seq += this.#seq % 9 === 8 ? 2 : 1;',
    },
  ],
  'the exit of an earlier run is taken for that of the present one': [
    {
      file: 'rig.ts',
      from: 'if (input.run !== moduleOf(turn, module).runs) return;',
      to: '',
    },
  ],
  'deadlines go by the wall clock': [
    {
      file: 'time.ts',
      from: 'monoMs: now.monoMs + ms,',
      to: 'monoMs: now.wallMs - 1_795_305_600_000 + ms,',
    },
  ],
  'a crashing module is started again without a pause': [
    {
      file: 'restart.ts',
      from: 'delayMs: Math.min(spread, policy.max)',
      to: 'delayMs: Math.min(0, spread, policy.max)',
    },
  ],
  'a crash switches the module off': [
    {
      file: 'life.ts',
      from: 'failures: next.failures,',
      to: "failures: next.failures, desired: 'off',",
    },
  ],
  'a crash ends the wish to record': [
    {
      file: 'life.ts',
      from: 'failures: next.failures,',
      to: 'failures: (turn.state = { ...turn.state, desired: "idle" }) && next.failures,',
    },
  ],
  'a start that is called off uses up a number': [
    {
      file: 'recording.ts',
      from: "turn.effects.push({ type: 'discard-trial', trial, files: Object.values(made.named).flat() });",
      to: '',
    },
  ],
  'a stop before anybody recorded uses up a number': [
    {
      file: 'recording.ts',
      from: 'if (Object.keys(trial.joined).length === 0) discardGoing(turn, recording, whyCalledOff(turn));',
      to: 'if (trial.number === 0) discardGoing(turn, recording, whyCalledOff(turn));',
    },
  ],
  'an answer is lost': [
    {
      file: 'goals.ts',
      from: 'else answer(turn, pending, verdict);',
      to: 'else if (pending.id % 7 !== 0) answer(turn, pending, verdict);',
    },
  ],
  'an answer comes late': [
    {
      file: 'goals.ts',
      from: 'return pending.deadline.monoMs <= turn.now.monoMs ? timedOut',
      to: 'return pending.deadline.monoMs + 100 <= turn.now.monoMs ? timedOut',
    },
  ],
  'a segment is given twice': [
    {
      file: 'trial.ts',
      from: 'const isNew = (own(trial.given, name) ?? 0) < trial.segment;',
      to: 'const isNew = true;',
    },
    {
      file: 'trial.ts',
      from: 'const joins = (before === undefined || shares) &&',
      to: 'const joins =',
    },
  ],
  'an answer to a split that comes late is forgotten': [
    {
      file: 'split.ts',
      from: 'if (!isIn || segment <= take.segment) return',
      to: "if (!isIn || segment <= take.segment || take.name === 'recording') return",
    },
  ],
  'a new daemon takes a split that was told for one that was made': [
    {
      file: 'boot.ts',
      from: 'if (to === null) return recording;',
      to: 'return to === null ? recording : { ...recording, segment: to };',
    },
  ],
  'a gap is not written down': [
    {
      file: 'trial.ts',
      from: "if (noted) note(turn, { is: 'gap', module: name, from: at, to: null, cause });",
      to: '',
    },
    { file: 'trial.ts', from: 'if (left !== null && left.cause !== null) {', to: 'if (!left) {' },
  ],
  'a crashed module does not come back into the trial': [
    {
      file: 'running.ts',
      from: "if (life.take.name === 'idle') join(turn, name);",
      to: "if (life.take.name === 'idle' && moduleOf(turn, name).restarts === 0) join(turn, name);",
    },
  ],
  'a crashed module is given up': [
    {
      file: 'deadlines.ts',
      from: 'return life.retry === null ? [] : [life.retry.monoMs];',
      to: 'return [];',
    },
  ],
  'the alarm rings for what is past': [
    { file: 'deadlines.ts', from: '(ms) => ms > steppedMonoMs,', to: '(ms) => ms > 0,' },
  ],
  'the rig is in error as soon as one module is': [
    {
      file: 'rollup.ts',
      from: "if (required.every(isDown)) return 'error';",
      to: "if (required.some(isDown)) return 'error';",
    },
  ],
  'the checksum is that of the state before': [
    { file: 'publish.ts', from: 'checksum = checksumOf(facts);\n      for', to: 'for' },
  ],
  'a module that is wound down looks as if it went on': [
    {
      file: 'facts.ts',
      from: "return life.ending === null || life.ending === 'error' ? takeState(life.take) : 'stopping';",
      to: 'return takeState(life.take);',
    },
  ],
  'a trial is closed before everybody has finished': [
    {
      file: 'recording.ts',
      from: "if (recording.name !== 'stopping' || stillFinishing(turn)) return;",
      to: "if (recording.name !== 'stopping') return;",
    },
  ],
  'a recording counts as proven when it is only confirmed': [
    {
      file: 'take.ts',
      from: "setTake(turn, module.name, { name: 'recording', trial, segment, proven: false, since });\n  clear(turn, module.name, ['no-record', 'not-armed']);",
      to: "setTake(turn, module.name, { name: 'recording', trial, segment, proven: true, since });",
    },
  ],
  'nobody looks whether bytes still land': [
    { file: 'health.ts', from: 'const bad = before.bad + 1;', to: 'const bad = 0;' },
  ],
  'the start order is not kept': [
    {
      file: 'life.ts',
      from: 'if (prerequisitesMet(turn, module)) spawn',
      to: 'if (prerequisitesMet(turn, module) || module.name) spawn',
    },
  ],
  'the stop order is not kept': [
    { file: 'reconcile.ts', from: 'if (!module.closed) return false;', to: 'return false;' },
  ],
  'a module is started again while the rig shuts down': [
    {
      file: 'life.ts',
      from: 'if (isWanted(module)) spawnAgain(turn, module);',
      to: 'if (module.name) spawnAgain(turn, module);',
    },
  ],
  'a scheduled start rings too early and then never': [
    {
      file: 'arming.ts',
      from: 'leadOf(members.filter(isArmed).length)]',
      to: 'leadOf(members.length)]',
    },
  ],
  'a start that is set for later is lost with the daemon': [
    {
      file: 'boot.ts',
      from: 'scheduled: bootScheduled(boot.scheduled, now),',
      to: 'scheduled: null,',
    },
  ],
  'a start that waits for the end of a trial is lost with the daemon': [
    {
      file: 'rig.ts',
      from: 'if (record !== null) startUnattended',
      to: 'if (!record) startUnattended',
    },
  ],
  'a trial goes before its folders are on the disk': [
    { file: 'arming.ts', from: "return disk === 'safe' && ", to: 'return ' },
  ],
  'a set start does not follow the clock': [{ file: 'rig.ts', from: 'followClock(turn);', to: '' }],
  'a stop does not escalate': [
    { file: 'ladder.ts', from: "return 'SIGKILL';", to: "return 'SIGTERM';" },
  ],
  'a pause that a killed daemon could not note is noted by nobody': [
    { file: 'rig.ts', from: 'notePause(turn, isPauseNoted);', to: '' },
  ],
  'the end of a pause that a killed daemon could not note is noted by nobody': [
    {
      file: 'adopted.ts',
      from: "if (recording.name === 'recording' && isNoted) {",
      to: "if (recording.name === 'pausing' && isNoted) {",
    },
  ],
  'a changed rig.yaml is taken over whatever is recorded': [
    {
      file: 'apply-plan.ts',
      from: 'if (touched.length === 0) return applied;',
      to: 'if (touched.length < 99) return applied;',
    },
  ],
  'a module is started anew with what rig.yaml said of it before': [
    {
      file: 'inherit.ts',
      from: '{ spec: next, next: null }',
      to: '{ next: null }',
    },
  ],
  'a module that is not in rig.yaml any more stays in the rig': [
    {
      file: 'succession.ts',
      from: "if (life.name !== 'off') return true;",
      to: 'return true;',
    },
  ],
};
