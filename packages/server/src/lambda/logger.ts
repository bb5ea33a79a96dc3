import { Logger } from '@aws-lambda-powertools/logger'

/** API keys are 40 hex characters. No other value in a log line has that form. */
const KEY = /[0-9a-f]{40,}/gi

export const redactKeys = (text: string): string => text.replace(KEY, '…')

/** For Powertools' logger: `service` names the function, and API keys are removed from every value. */
export const loggerOptions = (service: string) => ({
  serviceName: service,
  jsonReplacerFn: (_name: string, value: unknown): unknown =>
    typeof value === 'string' ? redactKeys(value) : value,
})

/** Writes one JSON object a line. `POWERTOOLS_LOG_LEVEL` sets the level, `INFO` unless set. */
export const createLogger = (service: string): Logger => new Logger(loggerOptions(service))
