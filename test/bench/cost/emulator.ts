/** The embedded DynamoDB in a separate process, so that its CPU time is not counted as ours. */
import { startDynamo } from '@chimney/local/tables/embedded-dynamo'

const { endpoint, stop } = await startDynamo()
process.on('disconnect', () => void stop())
process.send?.(endpoint)
