import { createHash } from 'node:crypto'

/** The build of `packages/web` puts it there, named after the version of its `redoc`. */
export const REDOC = '/assets/redoc-2.5.4.js'

const STYLE = 'body{margin:0}'
const HASHES = [
  createHash('sha256').update(STYLE).digest('base64'),
  // Redoc's scroll bars, and the empty style element that it fills with rules.
  'QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc=',
  '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
]
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src ${HASHES.map((hash) => `'sha256-${hash}'`).join(' ')}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Search needs a worker from a `blob:` URL, which the policy forbids; the page has all operations, so browsers can search it. */
const page = (prefix: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chimney API</title><style>${STYLE}</style></head>
<body><redoc spec-url="${prefix}/openapi.json" disable-search hide-fab="true"></redoc>
<noscript>The API reference needs JavaScript. The same document: <a href="${prefix}/openapi.json">openapi.json</a></noscript>
<script src="${prefix}${REDOC}"></script></body></html>
`

/** The API reference: Redoc over `/openapi.json`. */
export const docsPage = (prefix: string, headers: Record<string, string>): Response =>
  new Response(page(prefix), {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': CSP, ...headers },
  })
