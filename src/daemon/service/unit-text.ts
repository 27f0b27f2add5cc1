import { ioThreads } from '../../protocol/names.ts';

/** What a unit is made from. Paths are absolute. */
export type UnitFacts = {
  readonly node: string;
  /** The JavaScript file of this program. */
  readonly program: string;
  readonly config: string;
  readonly user: string;
  /** Groups of the hardware, of those that this machine has. */
  readonly groups: readonly string[];
};

/** The first line of what is ours: only such a file is replaced or removed. */
export const unitMark = '# Written by `rigdeck service install`, which also replaces it.';

/** A controlled stop may have to wait until modules have finished large files. In s. */
const stopS = 300;
const watchdogS = 60;

/**
 * The unit of the daemon.
 *
 * Modules outlive it, so a restart ends its main process only (`KillMode`), keeps the run dir with their files, and a module that takes too
 * much memory ends alone (`OOMPolicy`). It ends by itself with 0 and 7 after `rigdeck down`, and with 2 for a configuration that has faults:
 * then it stays down. A reload waits for the answer of the daemon, as systemd.service(5) wants of one (a signal has none): a refused rig.yaml is
 * a reload that failed, on every systemd (`Type=notify-reload` needs 253). When the machine is shut down, the rig is stopped in order first: whether it is, only root is told on every machine
 * (`+`; a user is told through D-Bus), and the stop itself is the user's.
 */
export function unitText({ node, program, config, user, groups }: UnitFacts): string {
  const words = `${quote(program)} --config ${quote(config)}`;
  // The program itself is taken as it is, but for specifiers; as a word of another it is one like the others.
  const command = `"${node.replaceAll('%', '%%')}" ${words}`;
  return `${unitMark}
[Unit]
Description=Rigdeck, the controller of this recording rig
After=local-fs.target time-set.target sound.target gpsd.socket
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
User=${user}
${groups.length === 0 ? '' : `SupplementaryGroups=${groups.join(' ')}\n`}Environment=LANG=C.UTF-8 UV_THREADPOOL_SIZE=${ioThreads}
ExecStart=${command} daemon
ExecReload=${command} --run-dir /run/rigdeck config apply --no-wait
ExecStop=+/bin/sh -c 'case "$$(systemctl is-system-running)" in stopping) exec runuser -u "$$0" -- "$$@";; esac' ${user} ${quote(node)} ${words} --run-dir /run/rigdeck down --yes
ExecStopPost=-${command} --run-dir /run/rigdeck gpio off
RuntimeDirectory=rigdeck
RuntimeDirectoryMode=0755
RuntimeDirectoryPreserve=yes
StateDirectory=rigdeck
KillMode=process
OOMPolicy=continue
Restart=always
RestartSec=1
RestartPreventExitStatus=0 2 7
WatchdogSec=${watchdogS}
TimeoutStopSec=${stopS}
LimitNOFILE=4096

[Install]
WantedBy=multi-user.target

[X-Rigdeck]
Facts=${JSON.stringify({ node, program, config, user })}
`;
}

/** What a unit was made from: systemd passes over sections whose names begin with X-. Null where it does not say, or is none of ours. */
export function factsOf(text: string): Omit<UnitFacts, 'groups'> | null {
  const said = /^Facts=(\{.*\})$/m.exec(text)?.[1];
  if (!text.startsWith(unitMark) || said === undefined) return null;
  try {
    const { node, program, config, user } = JSON.parse(said);
    const facts = { node, program, config, user };
    return Object.values(facts).every((fact) => typeof fact === 'string') ? facts : null;
  } catch {
    return null; // somebody has edited it
  }
}

/** sysusers.d(5): members of this group may act through the control socket, everybody else may look. */
export function sysusersText(user: string): string {
  return `${unitMark}
g rigdeck -
m ${user} rigdeck
`;
}

/** As a word of a unit (systemd.service(5), "Command lines"): specifiers and variables are no business of a path. */
export function quote(word: string): string {
  const escaped = word
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}
