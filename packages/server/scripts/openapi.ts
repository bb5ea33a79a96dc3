/** Writes the API document that the service serves. Run it after a change of the routes: `npx tsx packages/server/scripts/openapi.ts`. */
import { writeFileSync } from 'node:fs'
import manifest from '../package.json' with { type: 'json' }
import { openapiDocument } from '../src/http/reference/openapi.ts'
import { ROUTES } from '../src/http/routes/routes.ts'

const target = new URL('../src/http/reference/generated/openapi.json', import.meta.url)
writeFileSync(target, `${JSON.stringify(openapiDocument(ROUTES, manifest.version), null, 1)}\n`)
