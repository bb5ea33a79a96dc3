import { MISCONFIGURED, Problem } from '@chimney/core/schema/problem'

/** Error names of AWS, the SDK and sockets after which the same request may succeed. */
const BUSY: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'KMSThrottlingException',
  'KmsThrottled',
  'LimitExceededException',
  'OperationAborted',
  'OverLimit',
  'ProvisionedThroughputExceededException',
  'ReplicatedWriteConflictException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'ServiceUnavailable',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'AbortError',
  'NetworkingError',
  'RequestTimeout',
  'TimeoutError',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
])

type Fault = 'access' | 'credentials' | 'encryption' | 'missing' | 'region'

/** Error names after which every request fails until an operator changes the deployment. */
const FAULTS: Readonly<Record<string, Fault>> = {
  AccessDenied: 'access',
  AccessDeniedException: 'access',
  AccountProblem: 'access',
  AllAccessDisabled: 'access',
  Forbidden: 'access',
  InvalidSecurity: 'access',
  CredentialsProviderError: 'credentials',
  ExpiredToken: 'credentials',
  ExpiredTokenException: 'credentials',
  IncompleteSignature: 'credentials',
  IncompleteSignatureException: 'credentials',
  InvalidAccessKeyId: 'credentials',
  InvalidClientTokenId: 'credentials',
  InvalidSignatureException: 'credentials',
  InvalidToken: 'credentials',
  MissingAuthenticationToken: 'credentials',
  MissingAuthenticationTokenException: 'credentials',
  RequestExpired: 'credentials',
  RequestTimeTooSkewed: 'credentials',
  SignatureDoesNotMatch: 'credentials',
  TokenRefreshRequired: 'credentials',
  UnrecognizedClientException: 'credentials',
  'AWS.SimpleQueueService.NonExistentQueue': 'missing',
  InvalidAddress: 'missing',
  NoSuchBucket: 'missing',
  QueueDeletedRecently: 'missing',
  QueueDoesNotExist: 'missing',
  ResourceNotFoundException: 'missing',
  AuthorizationHeaderMalformed: 'region',
  IllegalLocationConstraintException: 'region',
  PermanentRedirect: 'region',
  TemporaryRedirect: 'region',
}

interface AwsError extends Error {
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $retryable?: object
}

/**
 * Turns an error of an AWS client into a problem: `busy` for throttling, outages and network errors, which a retry may survive, and
 * `misconfigured` for what only an operator can repair. `resource` is what the call was about, such as "the table". Any other error
 * is a bug and is returned unchanged. Every adapter for AWS uses it.
 */
export function awsProblem(error: unknown, resource: string, busy: (cause: Error) => Problem): unknown {
  if (!(error instanceof Error) || error instanceof Problem) return error
  if (isBusy(error)) return busy(error)
  const fault = faultOf(error)
  return fault === undefined ? error : misconfigured(fault, resource, error)
}

function isBusy({ name, code = '', $metadata, $retryable }: AwsError): boolean {
  const status = $metadata?.httpStatusCode ?? 0
  return BUSY.has(name) || BUSY.has(code) || $retryable !== undefined || status >= 500 || status === 429
}

function faultOf({ name, message, $metadata }: AwsError): Fault | undefined {
  const status = $metadata?.httpStatusCode ?? 0
  // SQS: KmsDisabled, S3: KMS.DisabledException. DynamoDB and S3 name the key in the message of an AccessDenied.
  if (/^kms/i.test(name)) return 'encryption'
  const known = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined
  if (known === 'access' && /\bkms\b/i.test(message)) return 'encryption'
  if (known) return known
  // Neither a missing index (DynamoDB) nor a missing region (SDK) has its own error name.
  if (/specified index/i.test(message)) return 'missing'
  if (/region is missing/i.test(message)) return 'region'
  // Responses to HEAD have no body, so the SDK knows no name.
  if (status === 401 || status === 403) return 'access'
  return status === 301 || status === 307 ? 'region' : undefined
}

const SENTENCES: Readonly<Record<Fault, (resource: string) => string>> = {
  access: (resource) => `its role does not permit this use of ${resource}`,
  credentials: () => 'its AWS credentials are expired or invalid',
  encryption: (resource) => `it cannot use the encryption key of ${resource}`,
  missing: (resource) => `${resource}, or a part of it, does not exist`,
  region: (resource) => `${resource} is in another region`,
}

/** The sentence has the name of the error but no ARN; the log line has the rest of the cause. */
const misconfigured = (fault: Fault, resource: string, cause: Error): Problem =>
  new Problem(
    'misconfigured',
    MISCONFIGURED,
    `the service is misconfigured: ${SENTENCES[fault](resource)} (${cause.name}). A retry does not help; its operator finds what to do under "Misconfigured" in docs/runbook.md`,
    { cause },
  )
