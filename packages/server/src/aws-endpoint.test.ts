import { expect, it } from 'vitest'
import { awsEndpoint } from './aws-endpoint.ts'

it('leaves everything to the surroundings without an endpoint', () => {
  expect(awsEndpoint(undefined)).toEqual({})
})

it.each(['https://dynamodb.eu-west-1.amazonaws.com', 'https://sqs.us-east-1.api.aws'])(
  'goes to %s with the credentials of the surroundings',
  (endpoint) => {
    expect(awsEndpoint(endpoint)).toEqual({ endpoint })
  },
)

it.each(['http://127.0.0.1:4566', 'http://moto:5000', 'https://amazonaws.com.example.org'])(
  'never takes real credentials to %s',
  (endpoint) => {
    expect(awsEndpoint(endpoint).credentials).toEqual({ accessKeyId: 'local', secretAccessKey: 'local' })
  },
)
