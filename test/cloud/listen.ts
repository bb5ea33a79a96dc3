import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** Listens on a free port of the loopback, or the given one. */
export async function listen(
  server: Pick<Server, 'listen' | 'once' | 'address' | 'close' | 'closeAllConnections'>,
  port = 0,
) {
  await new Promise<void>((ready, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', ready)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    port: taken,
    url: `http://127.0.0.1:${taken}`,
    stop: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

/** A port that was free a moment ago, for a program that takes its port as an argument. */
export async function freePort(): Promise<number> {
  const { port, stop } = await listen(createServer())
  await stop()
  return port
}

export interface Certificate {
  readonly key: string
  readonly cert: string
  /** Clients that trust this file trust the server. */
  readonly path: string
}

/** Makes a certificate for 127.0.0.1 with OpenSSL. */
export function certificateIn(folder: string): Certificate {
  const [key, path] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  words.push('-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1')
  execFileSync('openssl', [...words, '-keyout', key, '-out', path], { stdio: ['ignore', 'ignore', 'pipe'] })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(path, 'utf8'), path }
}
