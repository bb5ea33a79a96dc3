/** A proxy that ends TLS, with the headers that nginx, Caddy and Traefik set. It may serve the service under a path. */
import { request as forward } from 'node:http'
import { createServer } from 'node:https'
import { certificateIn, listen } from '../cloud/listen.ts'

export interface TlsProxy {
  readonly url: string
  /** Of the certificate, for clients. */
  readonly certificate: string
  stop(): Promise<void>
}

/** Listens on the loopback with its own certificate, and passes everything below `prefix` on to `target`, without the prefix. */
export async function tlsProxy(target: string, folder: string, prefix = ''): Promise<TlsProxy> {
  const { cert, key, path } = certificateIn(folder)
  const { hostname, port } = new URL(target)
  const server = createServer({ cert, key }, (incoming, response) => {
    const { url = '/' } = incoming
    if (!url.startsWith(`${prefix}/`)) {
      response.writeHead(404).end()
      return
    }
    const headers = {
      ...incoming.headers,
      host: `${hostname}:${port}`,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': incoming.headers.host ?? '',
      ...(prefix !== '' && { 'x-forwarded-prefix': prefix }),
    }
    const outgoing = forward(
      { hostname, port, method: incoming.method, path: url.slice(prefix.length), headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  })
  const { port: taken, stop } = await listen(server)
  return { url: `https://127.0.0.1:${taken}${prefix}`, certificate: path, stop }
}
