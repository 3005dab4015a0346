/** Environment variables from a request. */
import { z } from 'zod';

/** Of one request, all of them together. */
const MAX_BYTES = 64 * 1024;

/** Names that a shell can export, and values that no zero byte ends early. */
export const envsSchema = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
    z.string().refine((value) => !value.includes('\0')),
  )
  .refine((envs) => JSON.stringify(envs).length <= MAX_BYTES);
