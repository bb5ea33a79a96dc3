/** Writes `src/http/generated/openapi.json`; run it after a change of the routes (`npm run openapi`). */
import { mkdirSync, writeFileSync } from 'node:fs'

const target = new URL('../src/http/generated/openapi.json', import.meta.url)
mkdirSync(new URL('.', target), { recursive: true })
