import { Logger, type LogItem } from '@aws-lambda-powertools/logger'
import { loggerOptions, redactKeys } from '@chimney/server/lambda/logger'

/** Writes `LEVEL message {"field":…}` to the standard error instead of JSON. */
class TextLogger extends Logger {
  protected override printLog(_level: number, item: LogItem): void {
    item.prepareForPrint()
    const { level, message, timestamp: _, service: __, sampling_rate: ___, ...fields } = item.getAttributes()
    const details = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields, this.getJsonReplacer())}` : ''
    process.stderr.write(redactKeys(`${level} ${message}${details}\n`))
  }
}

/**
 * The logger of the deployed functions for `npm start`: readable lines, or their JSON. Without `POWERTOOLS_LOG_LEVEL` it writes
 * warnings and errors only; `INFO` adds a line for each request.
 */
export const localLogger = (format: 'text' | 'json'): Logger => {
  const options = loggerOptions('local')
  const level = process.env.POWERTOOLS_LOG_LEVEL ? {} : { logLevel: 'WARN' as const }
  return format === 'json' ? new Logger({ ...options, ...level }) : new TextLogger({ ...options, ...level })
}
