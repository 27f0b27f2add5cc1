import { beforeAll, describe, expect, test } from 'vitest';
import { guestMs, type Outcome, runInGuest, whyNoGuest } from './guest.ts';
import { standstillScenarios } from './inside/standstill.ts';

const why = whyNoGuest();

describe.skipIf(why !== null)(
  `a daemon that stands still on a real kernel's GPIO${why === null ? '' : `: ${why}`}`,
  () => {
    let outcomes = new Map<string, Outcome>();
    let printed = '';
    beforeAll(async () => {
      ({ outcomes, printed } = await runInGuest('standstill'));
    }, guestMs);

    test.each(Object.keys(standstillScenarios))('%s', (name) => {
      expect(outcomes.get(name) ?? printed).toMatchObject({ name, error: null });
    });
  },
);
