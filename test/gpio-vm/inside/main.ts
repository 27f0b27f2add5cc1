import { lineScenarios } from './lines.ts';
import { doTheOther } from './other-process.ts';
import { runScenarios } from './scenario.ts';

// The program that runs in the guest: all scenarios, or what one of them wants of a process of its own.
if (!(await doTheOther())) {
  await runScenarios(lineScenarios, process.argv[2] ?? '');
  process.exit(0);
}
