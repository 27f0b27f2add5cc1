import { connect } from '../client/connection.ts';

/** For its greeting. */
const greetMs = 2_000;

/** The version of the daemon that answers in a run dir; null where none does, or none for us. */
export async function versionOfDaemon(runDir: string): Promise<string | null> {
  try {
    const connection = await connect(runDir, { name: 'rigdeck', timeoutMs: greetMs });
    connection.close();
    return connection.hello.version;
  } catch {
    return null; // why not is seen elsewhere: in the folders, and by systemd
  }
}
