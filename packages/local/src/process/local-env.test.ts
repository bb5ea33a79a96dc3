import { expect, it } from 'vitest'
import { CloudError } from '../cloud-error.ts'
import { readLocalEnv } from './local-env.ts'

it('has defaults for missing and empty variables', () => {
  const defaults = {
    HOST: '127.0.0.1',
    PORT: 8787,
    CHIMNEY_DATA: '.chimney',
    CHIMNEY_ENTITY: 'local',
    CHIMNEY_LEASE_SECONDS: 300,
    CHIMNEY_DASHBOARD: 'on',
    CHIMNEY_DAMAGED_TABLES: 'refuse',
    CHIMNEY_LOG: 'text',
    CHIMNEY_STRICT: '0',
    CHIMNEY_TRUST_PROXY: '1',
    CHIMNEY_WEBHOOKS_ALLOW_PRIVATE: '0',
  }
  expect(readLocalEnv({})).toEqual(defaults)
  expect(readLocalEnv({ PORT: '', CHIMNEY_API_KEY: '', SQS_ENDPOINT: '' })).toEqual(defaults)
})

it.each([
  { PORT: 'eighty' },
  { PORT: '65536' },
  { CHIMNEY_ENTITY: 'v1' },
  { CHIMNEY_LEASE_SECONDS: '0' },
  { CHIMNEY_API_KEY: 'has blanks' },
  { CHIMNEY_STRICT: 'yes' },
  { S3_ENDPOINT: 'localhost' },
])('names what cannot be used: %o', (variables) => {
  const [name] = Object.keys(variables)
  expect(() => readLocalEnv(variables)).toThrow(CloudError)
  expect(() => readLocalEnv(variables)).toThrow(`${name}: `)
})

it('names everything that is wrong at once, and no key', () => {
  const read = () => readLocalEnv({ PORT: '-1', CHIMNEY_API_KEY: 'secret key' })
  expect(read).toThrow(/PORT: .*CHIMNEY_API_KEY: /)
  expect(read).toThrow(/^(?!.*secret key)/)
})
