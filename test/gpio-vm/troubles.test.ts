import { testInGuest } from './guest.ts';
import { troubleScenarios } from './inside/troubles.ts';

testInGuest("the panel in trouble on a real kernel's GPIO", 'troubles', troubleScenarios);
