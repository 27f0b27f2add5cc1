import { describe, expect, it } from 'vitest';
import { parseAt, parseSince, parseWait } from '../../src/cli/times.ts';

const now = new Date(2026, 10, 22, 14, 0, 0).getTime();

describe('times as people type them', () => {
  it('a wait is seconds unless it says otherwise', () => {
    expect(parseWait('30')).toBe(30_000);
    expect(parseWait('0.5')).toBe(500);
    expect(parseWait('30s')).toBe(30_000);
    expect(parseWait('2m')).toBe(120_000);
    for (const bad of ['', 'soon', '-3', '3 x', '1e3']) expect(parseWait(bad)).toBeUndefined();
  });

  it('since: so long ago, a time of today, or a date', () => {
    expect(parseSince('10m', now)).toBe(now - 600_000);
    expect(parseSince('13:02', now)).toBe(new Date(2026, 10, 22, 13, 2).getTime());
    expect(parseSince('2026-11-21 08:00', now)).toBe(new Date(2026, 10, 21, 8).getTime());
    expect(parseSince('2026-11-21T08:00:00Z', now)).toBe(Date.UTC(2026, 10, 21, 8));
    for (const bad of ['', 'yesterday', '25:00', 'camera 5', '2026-13-40']) {
      expect(parseSince(bad, now)).toBeUndefined();
    }
  });

  it('at: from now on, and a time of day that is over means tomorrow', () => {
    expect(parseAt('+10s', now)).toBe(now + 10_000);
    expect(parseAt('14:30', now)).toBe(now + 1_800_000);
    expect(parseAt('13:59', now)).toBe(new Date(2026, 10, 23, 13, 59).getTime());
    for (const bad of ['10s', '+', '+soon', 'noon']) expect(parseAt(bad, now)).toBeUndefined();
  });
});
