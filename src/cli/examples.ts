type Example = readonly [line: string, what: string];

/** Command lines where the options of a command work together, by its name: for its help, the docs and the tests. */
export const examplesOf: Readonly<Record<string, readonly Example[] | undefined>> = {
  enable: [
    ['rigdeck enable mic gps --wait 30s', 'a wish that has not come true after 30 s is taken back'],
  ],
  restart: [['rigdeck restart --all --yes', 'all wanted modules, without a question']],
  'log-level': [
    ['rigdeck log-level debug', 'of the daemon'],
    ['rigdeck log-level mic debug', 'of one module'],
  ],
  'record start': [
    ['rigdeck record start --label "maze left"', 'ends when the data of every module land'],
    [
      'rigdeck record start --at 14:02 --no-wait',
      'set for later; `rigdeck record stop` calls it off',
    ],
  ],
  mark: [['rigdeck mark door opened', 'words need no quotes']],
  status: [['rigdeck status --watch --plain', 'one line for each change, also into a file']],
  logs: [['rigdeck logs mic -n 20 -f', 'the newest 20 lines, then what comes']],
  history: [
    ['rigdeck history --since 10m', 'of the last ten minutes'],
    ['rigdeck history mic -n 5', 'the newest five entries about mic'],
  ],
  kiosk: [['rigdeck kiosk --control --pin-file /etc/rigdeck/pin', 'keys work, each after the PIN']],
  is: [['rigdeck is recording || echo "not recording"', '']],
  wait: [
    ['rigdeck up && rigdeck wait ready --timeout 60', ''],
    ['rigdeck wait camera:recording --timeout 2m', 'one module'],
  ],
  'sessions verify': [['rigdeck sessions verify 0042', 'one session; without a number the newest']],
  'sessions recover': [['rigdeck sessions recover --dry-run', 'look first: nothing is changed']],
  'module test': [[`rigdeck module test ./my-sensor --options '{"rate": 5}' --timeout 60`, '']],
  'config init': [['rigdeck --config /etc/rigdeck/rig.yaml config init', 'into that file']],
  'config apply': [
    ['rigdeck config apply --dry-run', 'what would be added, removed, started anew'],
  ],
  'service install': [['sudo rigdeck service install --user pi --kiosk', '']],
  'gpio press': [['rigdeck gpio press record --hold 2500ms', 'longer than its hold of 2 s']],
};

/** The examples of a command as they stand in its help; nothing where it has none. */
export function sayExamples(command: string): string {
  const examples = examplesOf[command] ?? [];
  if (examples.length === 0) return '';
  const lines = examples.map(([line, what]) =>
    what === '' ? `  ${line}` : `  ${line}\n      ${what}`,
  );
  return `\nExamples:\n${lines.join('\n')}`;
}
