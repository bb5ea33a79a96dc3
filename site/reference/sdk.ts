/** The reference of the TypeScript SDK, out of its doc comments. */
import { join } from 'node:path'
import { Application } from 'typedoc'
import type { PluginOptions } from 'typedoc-plugin-markdown'
import { PAGES, ROOT } from '../folders.ts'

export async function writeSdkPages(): Promise<void> {
  const markdown: Partial<PluginOptions> = {
    entryFileName: 'index.md',
    outputFileStrategy: 'modules',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
  }
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: ['index', 'agent-function'].map((name) => join(ROOT, `packages/sdk/src/${name}.ts`)),
    tsconfig: join(ROOT, 'tsconfig.json'),
    // `npm run check` checks them.
    skipErrorChecking: true,
    name: 'TypeScript SDK',
    out: join(PAGES, 'reference/sdk'),
    readme: 'none',
    disableSources: true,
    excludePrivate: true,
    excludeExternals: true,
    logLevel: 'Error',
    ...markdown,
  })
  const project = await app.convert()
  if (!project) throw new Error('TypeDoc could not read packages/sdk')
  await app.generateOutputs(project)
}
