import { Problem } from '@chimney/core/schema/problem'

const MAX_LENGTH = 1024 // the limit of S3, in bytes; keys are ASCII
/** The characters of percent-encoded text: safe in URLs and file systems. */
const PART = /^[A-Za-z0-9\-_.!~*'()%]+$/

/**
 * The parts of a key, or `Problem('invalid', 'bad-file-key')`: 1 to 1,024 characters, parts separated by `/`, none empty,
 * none `.` or `..`, each percent-encoded.
 */
export const partsOf = (key: string): readonly string[] => {
  const parts = key.split('/')
  if (key.length > MAX_LENGTH || !parts.every((part) => PART.test(part) && part !== '.' && part !== '..'))
    throw new Problem('invalid', 'bad-file-key', 'A file key must be percent-encoded parts separated by "/".')
  return parts
}

/** Of an upload in parts that cannot be ended. */
export const badParts = (): Problem =>
  new Problem(
    'invalid',
    'bad-parts',
    'The upload has ended already, or a part is missing or differs; upload the file again.',
  )
