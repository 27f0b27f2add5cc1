import { lineScenarios } from './lines.ts';
import { doTheOther } from './other-process.ts';
import { panelScenarios } from './panel.ts';
import { runScenarios } from './scenario.ts';

// The program that runs in the guest: some scenarios, or what one of them wants of a process of its own.
if (!(await doTheOther())) {
  const [, , which, part = ''] = process.argv;
  await runScenarios(which === 'panel' ? panelScenarios : lineScenarios, part);
  process.exit(0);
}
