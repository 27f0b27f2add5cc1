import { expect, test } from 'vitest';
import { rooms } from '../../src/daemon/doctor/doctor.ts';
import { blocksOf, codeOf, pageOf } from './pages.ts';

const page = pageOf('docs/faq.md');
const answers = page
  .split(/^### /m)
  .slice(1)
  .map((part) => {
    const [question = '', ...rest] = part.split('\n');
    return { question, answer: rest.join('\n') };
  });

test('every answer says what to type or to write', () => {
  expect(answers.length).toBeGreaterThan(25);
  const without = answers.filter(
    ({ answer }) =>
      blocksOf(answer, 'yaml').length === 0 &&
      !codeOf(answer).some((code) => /rigdeck /.test(code)),
  );
  expect(without.map(({ question }) => question)).toEqual([]);
});

test('every check, problem and value that an answer names is one', () => {
  const checks = rooms.flatMap((room) => room.checks.map(({ id }) => id));
  const known = pageOf('docs/states.md') + pageOf('docs/configuration.md');
  const named = codeOf(page).filter((code) => /^[a-z]+(-[a-z]+)+$/.test(code));
  expect(named.length).toBeGreaterThan(5);
  const unknown = named.filter((word) => !checks.includes(word) && !known.includes(`\`${word}\``));
  expect(unknown).toEqual([]);
});

test('every check of the doctor that a comment names is one', () => {
  const checks = rooms.flatMap((room) => room.checks.map(({ id }) => id));
  const said = codeOf(page).flatMap(
    (code) => /^rigdeck doctor +# ([a-z, -]+)$/.exec(code)?.[1] ?? [],
  );
  const ids = said.filter((words) => words.includes('-')).flatMap((words) => words.split(', '));
  expect(ids.length).toBeGreaterThan(5);
  expect(ids.filter((id) => !checks.includes(id))).toEqual([]);
});
