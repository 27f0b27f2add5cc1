import { testInGuest } from './guest.ts';
import { panelScenarios } from './inside/panel.ts';

testInGuest("the whole rig on a real kernel's GPIO", 'panel', panelScenarios);
