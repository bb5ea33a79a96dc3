import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/**
 * A client with limits that fit a request of a few seconds. With an endpoint (an emulator) region and credentials are
 * made up; without one they are what the surroundings provide, as everywhere in AWS.
 */
export function dynamoClient(endpoint?: string): DynamoDBClient {
  return new DynamoDBClient({
    // 4 tries of at most 3 s each, plus backoff, stay below the 29 s of an HTTP answer.
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000 },
    ...(endpoint === undefined
      ? {}
      : { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  })
}
