import { Panel } from '../../gpio/panel.ts';
import { Alarm } from '../alarm.ts';
import { monoMs } from '../clock.ts';
import type { Parts, Place } from '../parts.ts';
import { createPreflight } from '../preflight/ask-preflight.ts';
import type { Rigdeck } from '../rigdeck.ts';
import { type DaemonPanel, noPanel } from './no-panel.ts';
import { configuredPanel, openConfigured } from './open-lines.ts';

/** The panel of a rig, joined to it like every other client; nothing of the rig waits for it. */
export function makePanel(place: Place, parts: Parts, rig: Rigdeck): DaemonPanel {
  const { loaded, runDir, log } = place;
  const gpio = configuredPanel(loaded.config.gpio);
  if (gpio === null) return noPanel(loaded.config.gpio);
  return new Panel({
    gpio,
    rig,
    open: () => openConfigured(gpio, runDir),
    preflight: createPreflight(place, parts, rig),
    makeAlarm: (ring) => new Alarm(ring),
    now: monoMs,
    publish: (record) => rig.input({ type: 'gpio', gpio: record }, 'panel', 'gpio'),
    fault: (fault) => rig.fault(null, fault),
    event: (name, message) => rig.event(name, null, message),
    mistake: (error) => log.write('warn', `gpio: ${String(error)}`),
  });
}
