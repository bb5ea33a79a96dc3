import { describe, expect, it } from 'vitest'
import { readEnv } from './env.ts'

const KEY = '0123456789abcdef0123456789abcdef01234567'
const variables = {
  CHIMNEY_TABLE: 'table',
  CHIMNEY_FILES_BUCKET: 'bucket',
  CHIMNEY_QUEUES: '{"digits":"https://sqs.us-east-1.amazonaws.com/1/digits"}',
  CHIMNEY_PUBLIC_URL: 'https://chimney.example.org/',
}
const links = {
  Table: { name: 'linked-table' },
  Files: { name: 'linked-bucket' },
  Agents: { urls: { digits: 'https://sqs.us-east-1.amazonaws.com/1/linked' } },
  FirstKey: { value: KEY },
}
/** Throws for names that are not linked, as SST's `Resource` does. */
const strict = (given: Record<string, unknown>) =>
  new Proxy(given, {
    get: (target, name) => {
      if (name in target) return target[name as string]
      throw new Error(`${String(name)} is not linked`)
    },
  })

describe('readEnv', () => {
  it('reads variables, with defaults', () => {
    expect(readEnv(variables, strict({}))).toEqual({
      table: 'table',
      filesBucket: 'bucket',
      queues: { digits: 'https://sqs.us-east-1.amazonaws.com/1/digits' },
      deadLetters: {},
      stage: 'local',
      publicUrl: 'https://chimney.example.org',
      leaseSeconds: 300,
      requestsPerMinute: 12_000,
      pagesFolder: 'pages',
      tracing: false,
      endpoints: {},
    })
  })

  it('reads links where there is no variable, and keeps only the hash of the first key', () => {
    const env = readEnv({ CHIMNEY_PUBLIC_URL: 'https://c.example', CHIMNEY_TABLE: '' }, strict(links))
    expect(env).toMatchObject({
      table: 'linked-table',
      filesBucket: 'linked-bucket',
      queues: { digits: 'https://sqs.us-east-1.amazonaws.com/1/linked' },
      firstKey: { entity: 'local', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    expect(JSON.stringify(env)).not.toContain(KEY)
  })

  it('has no first key when the secret is empty', () => {
    expect(readEnv(variables, strict({ FirstKey: { value: '' } }))).not.toHaveProperty('firstKey')
  })

  it('signs tokens of trials with the linked secret, and with none when it is empty', () => {
    expect(readEnv(variables, strict({ TrialTokens: { secret: 's' } })).trialSecret).toBe('s')
    expect(readEnv(variables, strict({ TrialTokens: { secret: '' } }))).not.toHaveProperty('trialSecret')
    expect(readEnv({ ...variables, CHIMNEY_TRIAL_SECRET: 't' }, strict({})).trialSecret).toBe('t')
  })

  it('names everything that is missing in one error', () => {
    expect(() => readEnv({ CHIMNEY_LEASE_SECONDS: 'soon', CHIMNEY_QUEUES: '{' }, strict({}))).toThrow(
      /CHIMNEY_QUEUES.*CHIMNEY_PUBLIC_URL.*CHIMNEY_LEASE_SECONDS/s,
    )
    expect(() => readEnv({ CHIMNEY_PUBLIC_URL: 'https://c.example' }, strict({}))).toThrow(
      /CHIMNEY_TABLE.*CHIMNEY_FILES_BUCKET/s,
    )
  })

  it('does not repeat a key that it refuses', () => {
    expect(() => readEnv({ ...variables, CHIMNEY_API_KEY: 'hunter2' }, {})).toThrow(
      /^(?!.*hunter2).*CHIMNEY_API_KEY/,
    )
  })
})
