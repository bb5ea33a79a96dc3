import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Small files gain nothing but another read. */
const WORTH_BYTES = 1_024

/** Compressed once here, instead of with every answer. */
const compressed = (): Plugin => ({
  name: 'compressed',
  apply: 'build',
  writeBundle: async ({ dir = '' }) => {
    for (const name of await readdir(dir, { recursive: true })) {
      if (!/\.(?:js|css|html|svg)$/.test(name)) continue
      const bytes = await readFile(join(dir, name))
      if (bytes.length < WORTH_BYTES) continue
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

/** Where `npm run dev -w packages/web` finds the API: `npm start` in another window. */
const API = process.env.CHIMNEY_URL ?? 'http://127.0.0.1:8787'
const ROUTES = ['/v1', '/login', '/logout', '/docs', '/openapi.json', '/sweep.schema.json', '/healthz']

export default defineConfig({
  plugins: [react(), redoc(), compressed()],
  // The policy of the pages takes neither inline scripts nor data for scripts and styles.
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // Signing in is a POST to the address of a page.
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
