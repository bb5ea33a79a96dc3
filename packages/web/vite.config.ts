import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Minimum size to compress. */
const MIN_BYTES = 1_024

/** Writes .br and .gz files, so that the server does not compress each response. */
const precompress = (): Plugin => ({
  name: 'precompress',
  apply: 'build',
  writeBundle: async ({ dir = '' }) => {
    for (const name of await readdir(dir, { recursive: true })) {
      if (!/\.(?:js|css|html|svg)$/.test(name)) continue
      const bytes = await readFile(join(dir, name))
      if (bytes.length < MIN_BYTES) continue
      await writeFile(join(dir, `${name}.br`), await promisify(brotliCompress)(bytes))
      await writeFile(join(dir, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }))
    }
  },
})

/** Redoc, which shows the API reference at `/docs`, without its logo: it would load it from another host. */
const redoc = (): Plugin => ({
  name: 'redoc',
  apply: 'build',
  async generateBundle() {
    const require = createRequire(import.meta.url)
    const file = require.resolve('redoc/bundles/redoc.standalone.js')
    const { version } = JSON.parse(await readFile(require.resolve('redoc/package.json'), 'utf8')) as {
      version: string
    }
    const source = (await readFile(file, 'utf8')).replaceAll(/https:\/\/cdn\.redoc\.ly\/[\w/.-]+/g, 'data:,')
    this.emitFile({ type: 'asset', fileName: `assets/redoc-${version}.js`, source })
    const license = await readFile(`${file}.LICENSE.txt`, 'utf8')
    this.emitFile({ type: 'asset', fileName: 'assets/redoc.standalone.js.LICENSE.txt', source: license })
  },
})

/** The API for `npm run dev -w packages/web`; default: `npm start`. */
const API = process.env.CHIMNEY_URL ?? 'http://127.0.0.1:8787'
const ROUTES = ['/v1', '/login', '/logout', '/docs', '/openapi.json', '/sweep.schema.json', '/healthz']

export default defineConfig({
  plugins: [react(), redoc(), precompress()],
  // The service may be behind a proxy under a path; it puts the path into index.html.
  base: './',
  // The CSP allows neither inline scripts nor data URLs.
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // `/login` is both a page (GET) and an API route (POST).
  server: {
    proxy: Object.fromEntries(
      ROUTES.map((route) => [
        route,
        {
          target: API,
          bypass: (request) => (request.headers.accept?.includes('text/html') ? request.url : undefined),
        },
      ]),
    ),
  },
})
