import { expect, test } from 'vitest';
import { Complaints } from '../../../src/daemon/host/complaints.ts';

function complaining() {
  const said: string[] = [];
  const shown = new Set<string>();
  const complaints = new Complaints({
    raise: ({ code }) => {
      said.push(`raise ${code}`);
      shown.add(code);
    },
    over: (code) => {
      said.push(`over ${code}`);
      shown.delete(code);
    },
    isShown: (code) => shown.has(code),
  });
  const fault = () => ({ code: 'low-space', message: 'low', remedy: null }) as const;
  const look = (...answers: (boolean | null)[]) => {
    for (const isBad of answers) complaints.see('low-space', { isBad, fault });
  };
  return { said, shown, complaints, look };
}

test('nothing is decided on one look: two bad ones raise, two good ones clear', () => {
  const { said, look } = complaining();
  look(true, false, true, false);
  expect(said).toEqual([]);
  look(true, true);
  expect(said).toEqual(['raise low-space']);
  look(false, true, false, true);
  expect(said).toEqual(['raise low-space']);
  look(false, false);
  expect(said).toEqual(['raise low-space', 'over low-space']);
});

test('a look that cannot tell changes nothing', () => {
  const { said, look, complaints } = complaining();
  look(true, null, null);
  expect(said).toEqual([]);
  expect(complaints.isUndecided).toBe(true);
  look(true);
  expect(said).toEqual(['raise low-space']);
  expect(complaints.isUndecided).toBe(false);
});

test('a problem that a start took away and that lasts is raised again', () => {
  const { said, shown, look } = complaining();
  look(true, true);
  shown.clear();
  look(true);
  expect(said).toEqual(['raise low-space', 'raise low-space']);
});
