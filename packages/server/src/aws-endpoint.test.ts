import { expect, it } from 'vitest'
import { awsEndpoint } from './aws-endpoint.ts'

it('uses the environment without an endpoint', () => {
  expect(awsEndpoint(undefined)).toEqual({})
})

it.each(['https://dynamodb.eu-west-1.amazonaws.com', 'https://sqs.us-east-1.api.aws'])(
  'uses the environment for %s',
  (endpoint) => {
    expect(awsEndpoint(endpoint)).toEqual({ endpoint })
  },
)

it.each(['http://127.0.0.1:4566', 'http://moto:5000', 'https://amazonaws.com.example.org'])(
  'sends no real credentials to %s',
  (endpoint) => {
    expect(awsEndpoint(endpoint).credentials).toEqual({ accessKeyId: 'local', secretAccessKey: 'local' })
  },
)
