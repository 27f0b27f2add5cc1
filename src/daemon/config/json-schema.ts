import * as z from 'zod';
import { configSchema } from '../../protocol/config.ts';

/** JSON Schema of rig.yaml as people write it, for editors. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
}
