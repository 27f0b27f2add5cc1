import { beforeAll, describe, expect, test } from 'vitest';
import { guestMs, type Outcome, runInGuest, whyNoGuest } from './guest.ts';
import { troubleScenarios } from './inside/troubles.ts';

const why = whyNoGuest();

describe.skipIf(why !== null)(
  `the panel in trouble on a real kernel's GPIO${why === null ? '' : `: ${why}`}`,
  () => {
    let outcomes = new Map<string, Outcome>();
    let printed = '';
    beforeAll(async () => {
      ({ outcomes, printed } = await runInGuest('troubles'));
    }, guestMs);

    test.each(Object.keys(troubleScenarios))('%s', (name) => {
      expect(outcomes.get(name) ?? printed).toMatchObject({ name, error: null });
    });
  },
);
