import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { awsEndpoint } from '../../aws-endpoint.ts'

// Both times include the wait for one of the pool's 50 sockets. 3 tries of at most 8 s stay below the 29 s of an HTTP answer.
const AWS_LIMITS = { connectionTimeout: 3_000, requestTimeout: 5_000 }
// An emulator may share this thread, and a burst of requests then waits for its turn.
const EMULATOR_LIMITS = { requestTimeout: 30_000 }

/** A client that gives up soon enough for a caller that waits on HTTP. */
export function dynamoClient(endpoint?: string): DynamoDBClient {
  const place = awsEndpoint(endpoint)
  const limits = place.credentials === undefined ? AWS_LIMITS : EMULATOR_LIMITS
  return new DynamoDBClient({
    ...place,
    maxAttempts: 3,
    // Without the last option the SDK only warns of a request that takes too long, and waits on.
    requestHandler: { ...limits, throwOnRequestTimeout: true },
  })
}
