import { Problem } from '@chimney/core/schema/problem'

const LONGEST = 1024 // S3's limit, in bytes; keys are ASCII
/** What percent-encoding leaves, and the percent sign. Nothing else gets near a file system or a URL. */
const PART = /^[A-Za-z0-9\-_.!~*'()%]+$/

/**
 * The parts of a key, or `Problem('invalid', 'bad-file-key')`: 1 to 1,024 characters, parts separated by `/`, none empty,
 * none `.` or `..`, each percent-encoded.
 */
export const partsOf = (key: string): readonly string[] => {
  const parts = key.split('/')
  if (key.length > LONGEST || !parts.every((part) => PART.test(part) && part !== '.' && part !== '..'))
    throw new Problem('invalid', 'bad-file-key', 'A file key must be percent-encoded parts separated by "/".')
  return parts
}
