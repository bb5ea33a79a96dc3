/** The embedded DynamoDB as a process of its own, so that its work is not taken for ours. */
import { startDynamo } from '@chimney/local/embedded-dynamo'

const { endpoint, stop } = await startDynamo()
process.on('disconnect', () => void stop())
process.send?.(endpoint)
