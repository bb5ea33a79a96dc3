import { requireScope } from '../../http/auth/scope.ts'
import { uploadUrl as urlFor } from '../../runs/files/file-urls.ts'
import type { WandbContext } from '../graphql/context.ts'

/** Queries can select it too, so the scope is checked here. */
export const uploadUrl = async (ctx: WandbContext, key: string): Promise<string> => {
  requireScope(ctx.caller, 'ingest', 'uploading a file')
  return urlFor(ctx, key)
}
