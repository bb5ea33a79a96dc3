import { train } from './train.ts'

/** Maximum duration of a trial; then it is released and starts again. */
const DAY_MS = 24 * 60 * 60_000
const MINUTE_MS = 60_000

const until = Date.now() + DAY_MS
const event = { Records: [{ messageId: 'task', body: process.env.CHIMNEY_TRIAL ?? '' }] }
const context = { functionName: 'long', getRemainingTimeInMillis: () => until - Date.now() }
const { batchItemFailures } = await train(MINUTE_MS)(event, context)
process.exitCode = batchItemFailures.length
