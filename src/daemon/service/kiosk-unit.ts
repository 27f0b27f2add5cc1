import { systemRunDir } from '../../protocol/names.ts';
import { quote, type UnitFacts, unitMark } from './unit-text.ts';

export const kioskUnit = 'rigdeck-kiosk.service';

/** What the unit of the kiosk is made from. Paths are absolute; `script` is the one that makes the tmux session. */
export type KioskFacts = Pick<UnitFacts, 'node' | 'program' | 'user'> & { readonly script: string };

/**
 * The unit of the kiosk: the first console shows the rig instead of asking who wants to log in.
 *
 * It is started after the daemon and wants nothing of it: neither is a reason for the other to start, fail or stop, and what ends here is the
 * screen alone. It comes back whatever ends it, but for `systemctl stop`. `systemd.exec(5)`: with `TTYPath` the console is reset before and
 * after, so that nothing of a screen that was killed stays on it.
 */
export function kioskUnitText({ node, program, user, script }: KioskFacts): string {
  const words = [script, node, program, '--run-dir', systemRunDir].map(quote).join(' ');
  return `${unitMark}
[Unit]
Description=The kiosk of this recording rig, on the first console
After=rigdeck.service systemd-user-sessions.service plymouth-quit-wait.service getty@tty1.service
Conflicts=getty@tty1.service
StartLimitIntervalSec=0

[Service]
User=${user}
SupplementaryGroups=rigdeck
Environment=LANG=C.UTF-8 TERM=linux
ExecStart=/bin/sh ${words}
StandardInput=tty
StandardOutput=tty
StandardError=tty
TTYPath=/dev/tty1
TTYReset=yes
TTYVHangup=yes
TTYVTDisallocate=yes
Restart=always
RestartSec=1
TimeoutStopSec=5
OOMScoreAdjust=500

[Install]
WantedBy=multi-user.target
`;
}
