import type { SystemService } from '../daemon/service/system-service.ts';

/** The services of this machine. What is needed of the daemon's rooms is loaded here. */
export async function serviceOfMachine(): Promise<SystemService> {
  const { MachineFiles } = await import('../daemon/host/machine-files.ts');
  const { SystemService } = await import('../daemon/service/system-service.ts');
  return new SystemService(MachineFiles.of(process.env));
}

/** How somebody looks at the screen of the kiosk, for its user. */
export const lookLine = 'tmux -L rigdeck-kiosk attach -r';
