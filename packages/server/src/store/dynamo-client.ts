import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { awsPlace } from '../aws-place.ts'

/** A client that gives up soon enough for a caller that waits on HTTP: 4 tries of at most 3 s each, plus backoff, stay below 29 s. */
export const dynamoClient = (endpoint?: string): DynamoDBClient =>
  new DynamoDBClient({
    ...awsPlace(endpoint),
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000 },
  })
