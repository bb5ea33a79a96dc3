/** AWS events in the documented form. */

/** API Gateway, HTTP API, payload 2.0. A binary body is base64. */
export function httpEvent(
  method: string,
  path: string,
  more: { body?: string | Buffer; headers?: Record<string, string>; query?: string; cookies?: string[] } = {},
) {
  const { body, headers = {}, query = '', cookies } = more
  const isBase64Encoded = Buffer.isBuffer(body)
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    ...(cookies && { cookies }),
    headers: {
      accept: '*/*',
      'content-length': String(body?.length ?? 0),
      host: 'chimney.example.org',
      'user-agent': 'curl/8.5.0',
      'x-amzn-trace-id': 'Root=1-65f0c0de-0123456789abcdef01234567',
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...headers,
    },
    requestContext: {
      accountId: '123456789012',
      apiId: 'a1b2c3d4e5',
      domainName: 'chimney.example.org',
      domainPrefix: 'chimney',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'curl/8.5.0' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: '$default',
      stage: '$default',
      time: '10/Mar/2026:05:16:23 +0000',
      timeEpoch: 1773119783000,
    },
    ...(body !== undefined && { body: isBase64Encoded ? body.toString('base64') : body }),
    isBase64Encoded,
  }
}

export const sqsEvent = (bodies: readonly string[]) => ({
  Records: bodies.map((body, at) => ({
    messageId: `059f36b4-87a3-44ab-83d2-66197579${String(at).padStart(4, '0')}`,
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1773119783000',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1773119783185',
    },
    messageAttributes: {},
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:chimney-production-DigitsQueueQueue-abcdefgh',
    awsRegion: 'us-east-1',
  })),
})

/** EventBridge Scheduler without a configured input. */
export const scheduleEvent = () => ({
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account: '123456789012',
  time: '2026-03-10T05:16:00Z',
  region: 'us-east-1',
  resources: ['arn:aws:scheduler:us-east-1:123456789012:schedule/default/Reconcile'],
  detail: '{}',
})
