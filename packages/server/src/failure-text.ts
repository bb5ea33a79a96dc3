import { Problem } from '@chimney/core/schema/problem'

interface Cause extends Error {
  readonly code?: string
  readonly $metadata?: {
    readonly httpStatusCode?: number
    readonly requestId?: string
    readonly attempts?: number
  }
}

/**
 * Why a request failed, for the log: the cause of a problem of the service, the stack of an unexpected error. Undefined for a
 * mistake of the caller. Without values that look like keys.
 */
export function failureOf(error: unknown): string | undefined {
  if (!(error instanceof Problem)) return redacted(stackOf(error))
  if (error.kind !== 'retryable' && error.kind !== 'misconfigured') return undefined
  return redacted(`${error.code}: ${error.cause instanceof Error ? causeOf(error.cause) : error.message}`)
}

/** Name, message, and how to find the request in the logs of AWS. */
function causeOf({ name, message, code, $metadata = {} }: Cause): string {
  const { httpStatusCode: status, requestId, attempts } = $metadata
  const facts = [
    ...(code !== undefined && code !== name ? [code] : []),
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(requestId === undefined ? [] : [`AWS request id ${requestId}`]),
    ...(attempts === undefined ? [] : [`${attempts} attempts`]),
  ]
  // Later lines of a message about a wrong signature are the headers of the request.
  const [first = ''] = message.split('\n')
  return `${name}: ${first}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error)

const redacted = (text: string): string => text.replaceAll(/[0-9a-fA-F]{32,}/g, '…').slice(0, 2_000)
