import { Logger } from '@aws-lambda-powertools/logger'

/** API keys are 40 hex characters. No other value in a log line has that form. */
const KEY = /[0-9a-f]{40,}/gi

const redact = (_name: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replace(KEY, '…') : value

/**
 * Writes one JSON object a line to the standard output. `POWERTOOLS_LOG_LEVEL` sets the level, `INFO` unless set; `service`
 * names the function. Anything that has the form of an API key is removed.
 */
export const createLogger = (service: string): Logger =>
  new Logger({ serviceName: service, jsonReplacerFn: redact })
