import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { IAMClient } from '@aws-sdk/client-iam'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SQSClient } from '@aws-sdk/client-sqs'
import { REGION } from '../../stacks/mocks.ts'
import { OWNER } from '../emulator.ts'

export type Clients = ReturnType<typeof clientsOf>

/** The owner's clients of the emulated account. */
export function clientsOf(endpoint: string) {
  const settings = () => ({ endpoint, region: REGION, credentials: { ...OWNER } })
  return {
    alarms: new CloudWatchClient(settings()),
    database: new DynamoDBClient(settings()),
    files: new S3Client({ ...settings(), forcePathStyle: true }),
    functions: new LambdaClient(settings()),
    gateway: new ApiGatewayV2Client(settings()),
    logs: new CloudWatchLogsClient(settings()),
    queues: new SQSClient(settings()),
    roles: new IAMClient(settings()),
    schedules: new SchedulerClient(settings()),
  }
}
