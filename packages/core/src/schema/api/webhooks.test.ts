import fc from 'fast-check'
import { expect, it } from 'vitest'
import { WebhookCreate } from './webhooks.ts'

const accepts = (url: string) => WebhookCreate.safeParse({ url, events: ['run_alert'] }).success

it('accepts addresses of receivers', () => {
  for (const url of [
    'https://hooks.slack.com/services/T000/B000/abcdefgh1234',
    'https://prod-1.example.logic.azure.com:443/workflows/1?api-version=2016-06-01&sig=a%2Bb',
    'http://localhost:65535',
    'http://10.0.0.5/#x',
    'https://example.com./',
  ])
    expect(accepts(url), url).toBe(true)
})

it('refuses what is no address, and user names in it', () => {
  for (const url of [
    'ftp://example.com',
    'https://',
    'https://user@example.com/',
    'https://user:secret@example.com/',
    'https://example.com:65536/',
    'https://1.2.3.256/',
    'https://1.2.3/',
    'https://[::1]/',
    'https://a..b/',
    'https://\u0081/',
    'http://example.com/\u00a5',
    `https://example.com/${'x'.repeat(2_000)}`,
  ])
    expect(accepts(url), url).toBe(false)
})

it('accepts only what is an address', () => {
  const { pattern } = WebhookCreate.shape.url.toJSONSchema() as { pattern: string }
  fc.assert(
    fc.property(fc.stringMatching(new RegExp(pattern)), (url) => {
      expect(new URL(url)).toMatchObject({ username: '', password: '' })
    }),
    { seed: 7, numRuns: 2_000 },
  )
})
