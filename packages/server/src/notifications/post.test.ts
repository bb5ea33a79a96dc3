import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { post } from './post.ts'

let connections = 0
const server = createServer(() => {}) // never answers
server.on('connection', () => connections++)
beforeAll(async () => {
  server.listen(0)
  await once(server, 'listening')
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
const port = () => (server.address() as AddressInfo).port

it.each([
  'http://127.0.0.1:PORT',
  'http://localhost:PORT',
  'http://[::1]:PORT',
  'http://[::ffff:127.0.0.1]:PORT',
  'http://0.0.0.0:PORT',
  'http://2130706433:PORT',
  'http://127.1:PORT',
  'http://169.254.169.254/latest/meta-data',
  'http://10.0.0.1',
  'http://172.16.0.1',
  'http://192.168.1.1',
  'http://100.64.0.1',
  'http://[fd00::1]',
  'http://[fe80::1]',
  'http://[64:ff9b::7f00:1]:PORT',
  'https://127.0.0.1:PORT',
])('refuses the address %s without a connection', async (url) => {
  const answer = await post(url.replace('PORT', String(port())), {}, '{}')
  expect(answer).toEqual({ error: 'the address is in a private, local or reserved network' })
  expect(connections).toBe(0)
})

it('gives up when there is no answer in time', async () => {
  const answer = await post(`http://127.0.0.1:${port()}`, {}, '{}', { allowPrivate: true, timeoutMs: 50 })
  expect(answer).toEqual({ error: 'no answer within 0.05 seconds' })
})
