/** A proxy that ends TLS, with the headers that nginx, Caddy and Traefik set. */
import { request as forward } from 'node:http'
import { createServer } from 'node:https'
import { certificateIn, listen } from '../cloud/listen.ts'

export interface TlsProxy {
  readonly url: string
  /** Of the certificate, for clients. */
  readonly certificate: string
  stop(): Promise<void>
}

/** Listens on the loopback with its own certificate, and passes everything on to `target`. */
export async function tlsProxy(target: string, folder: string): Promise<TlsProxy> {
  const { cert, key, path } = certificateIn(folder)
  const { hostname, port } = new URL(target)
  const server = createServer({ cert, key }, (incoming, response) => {
    const headers = {
      ...incoming.headers,
      host: `${hostname}:${port}`,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': incoming.headers.host ?? '',
    }
    const outgoing = forward(
      { hostname, port, method: incoming.method, path: incoming.url, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  })
  const { port: taken, stop } = await listen(server)
  return { url: `https://127.0.0.1:${taken}`, certificate: path, stop }
}
