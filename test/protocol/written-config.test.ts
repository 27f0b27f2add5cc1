import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { configSchema } from '../../src/protocol/config.ts';
import { asWritten } from '../../src/protocol/written-config.ts';

/** Every key that takes a duration, a size or a percentage, with values of all units. */
const full = {
  version: 1,
  rig: { name: 'full', recordings: './rec', minFree: '1500MB', segment: '90s' },
  modules: {
    max: {
      command: ['python3', './cam.py'],
      options: { timeout: 30_000, after: 5, memory: 1_000_000 },
      env: { segment: 7 },
      startTimeout: '1500ms',
      armTimeout: '10s',
      stopTimeout: '2m',
      evidenceTimeout: '0',
      limits: { memory: '200MB', cpu: '80.5%' },
      restart: { initial: '0.5s', factor: 3, max: '2h' },
    },
    mic: { use: 'demo-sensor', after: ['max'] },
  },
  gpio: {
    backend: 'simulated',
    buttons: [
      {
        line: 'GPIO17',
        name: 'record',
        debounce: '45ms',
        click: 'record.start',
        hold: { after: '1s', do: 'record.stop' },
      },
    ],
    leds: [{ line: 'GPIO22', name: 'status', shows: 'rig' }],
  },
  kiosk: { pin: '2580', dim: '22:00-06:00', move: '5m' },
  hooks: [{ on: ['trial.start'], run: ['true'], timeout: '15s' }],
};

test('what is shown of a configuration is read again as the same one', () => {
  const config = configSchema.parse(full);
  const text = stringify(asWritten(config));
  expect(configSchema.parse(parse(text))).toEqual({
    ...config,
    kiosk: { dim: '22:00-06:00', move: 300_000 },
  });
  for (const words of ['minFree: 1500MB', 'segment: 90s', 'initial: 500ms', 'cpu: 80.5%'])
    expect(text).toContain(words);
  expect(text).toContain('timeout: 30000'); // of the module's own options
});
