/** The functions' code as the platform packs it: bundle, copied files, and links in an encrypted file. */
import { createCipheriv, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, posix, relative } from 'node:path'
import { zipSync } from 'fflate'
import { bundle } from '../bench/bundle/build.ts'
import type { Build } from '../stacks/graph.ts'
import type { Created } from './account/created.ts'

export interface Code {
  readonly zip: Uint8Array
  readonly variables: Record<string, string>
}

/** SST encrypts the links with AES-256-GCM, a key that the function gets as a variable, and a nonce of zeros. */
const NONCE = Buffer.alloc(12)

export async function codeOf(
  { handler, copyFiles, links }: Build,
  variables: Readonly<Record<string, string>>,
  created: Created,
): Promise<Code> {
  const files: Record<string, Uint8Array> = {}
  const folder = mkdtempSync(join(tmpdir(), 'chimney-code-'))
  try {
    const { entry } = await bundle(handler.replace(/\.\w+$/, '.ts'), folder)
    for (const name of readdirSync(folder))
      files[name === basename(entry) ? 'bundle.mjs' : name] = readFileSync(join(folder, name))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  for (const { from, to = '' } of copyFiles)
    for (const path of filesIn(from)) files[posix.join(to, relative(from, path))] = readFileSync(path)
  const key = randomBytes(32)
  const cipher = createCipheriv('aes-256-gcm', key, NONCE)
  const text = JSON.stringify(created.inputsOf(links))
  files['resource.enc'] = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()])
  return { zip: zipSync(files, { level: 1 }), variables: { ...variables, SST_KEY: key.toString('base64') } }
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
