import { beforeAll, describe, expect, test } from 'vitest';
import { guestMs, type Outcome, runInGuest, whyNoGuest } from './guest.ts';
import { panelScenarios } from './inside/panel.ts';

const why = whyNoGuest();

describe.skipIf(why !== null)(
  `the whole rig on a real kernel's GPIO${why === null ? '' : `: ${why}`}`,
  () => {
    let outcomes = new Map<string, Outcome>();
    let printed = '';
    beforeAll(async () => {
      ({ outcomes, printed } = await runInGuest('panel'));
    }, guestMs);

    test.each(Object.keys(panelScenarios))('%s', (name) => {
      expect(outcomes.get(name) ?? printed).toMatchObject({ name, error: null });
    });
  },
);
