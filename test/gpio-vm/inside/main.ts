import { lineScenarios } from './lines.ts';
import { doTheOther } from './other-process.ts';
import { panelScenarios } from './panel.ts';
import { runScenarios, type Scenario } from './scenario.ts';
import { standstillScenarios } from './standstill.ts';
import { troubleScenarios } from './troubles.ts';

// The program that runs in the guest: some scenarios, or what one of them wants of a process of its own.
if (!(await doTheOther())) {
  const [, , which = '', part = ''] = process.argv;
  const groups: Readonly<Record<string, Readonly<Record<string, Scenario>>>> = {
    lines: lineScenarios,
    panel: panelScenarios,
    troubles: troubleScenarios,
    standstill: standstillScenarios,
  };
  await runScenarios(groups[which] ?? {}, part);
  process.exit(0);
}
