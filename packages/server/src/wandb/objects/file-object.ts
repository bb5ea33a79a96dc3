import type { RunKey } from '@chimney/core/schema/names'
import { globalId } from '../../global-id.ts'
import { downloadUrl } from '../../runs/files/file-urls.ts'
import { keepFileName, md5Of, mimeOf, type RunFile } from '../../runs/files/run-files.ts'
import { uploadUrl } from '../files/upload-url.ts'
import { timeOf } from '../graphql/context.ts'
import type { ObjectContext } from './links.ts'

/** GraphQL `File` of a run. */
export const runFileObject = (ctx: ObjectContext, run: RunKey, file: RunFile) => ({
  id: globalId('File', run.entity, run.project, run.run, file.name),
  name: file.name,
  displayName: file.name,
  url: async ({ upload }: { upload?: boolean | null }) => {
    if (!upload) return downloadUrl(ctx, file.key)
    const url = await uploadUrl(ctx, file.key)
    await keepFileName(ctx.deps, run, file.name)
    return url
  },
  directUrl: () => downloadUrl(ctx, file.key),
  sizeBytes: file.size,
  mimetype: mimeOf(file.name),
  updatedAt: timeOf(file.updatedAt || undefined),
  md5: () => md5Of(ctx.deps, file),
  digest: () => md5Of(ctx.deps, file),
})
