/** Generates the documents that the service serves. Run after a change of routes or schemas: `npx tsx packages/server/scripts/openapi.ts`. */
import { writeFileSync } from 'node:fs'
import { sweepJsonSchema } from '@chimney/core/schema/sweep-json-schema'
import manifest from '../package.json' with { type: 'json' }
import { openapiDocument } from '../src/http/reference/document.ts'

const FOLDER = new URL('../src/http/reference/generated/', import.meta.url)
const write = (name: string, document: object) =>
  writeFileSync(new URL(name, FOLDER), `${JSON.stringify(document, null, 1)}\n`)

write('openapi.json', await openapiDocument(manifest.version))
write('sweep.schema.json', sweepJsonSchema())
