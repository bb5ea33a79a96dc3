import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { awsEndpoint } from '../../aws-endpoint.ts'

// Timeouts include waiting for one of the pool's 50 sockets. 3 attempts of 8 s stay below API Gateway's 29 s.
const AWS_LIMITS = { connectionTimeout: 3_000, requestTimeout: 5_000 }
// An emulator may share this thread, so a burst of requests queues.
const EMULATOR_LIMITS = { requestTimeout: 30_000 }

/** A client whose timeouts fit into an HTTP response. */
export function dynamoClient(endpoint?: string): DynamoDBClient {
  const place = awsEndpoint(endpoint)
  const limits = place.credentials === undefined ? AWS_LIMITS : EMULATOR_LIMITS
  return new DynamoDBClient({
    ...place,
    maxAttempts: 3,
    // Without `throwOnRequestTimeout` the SDK only warns about a slow request and keeps waiting.
    requestHandler: { ...limits, throwOnRequestTimeout: true },
  })
}
