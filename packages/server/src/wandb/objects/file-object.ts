import type { RunKey } from '@chimney/core/schema/names'
import { downloadUrl, md5Of, mimeOf, type RunFile, runFileKey, uploadUrl } from '../files/run-files.ts'
import { globalId } from '../graphql/global-id.ts'
import { type DoorRequest, timeOf } from '../graphql/request.ts'

/** GraphQL `File` of a run. */
export const runFileObject = (door: DoorRequest, run: RunKey, file: RunFile) => ({
  id: globalId('File', run.entity, run.project, run.run, file.name),
  name: file.name,
  displayName: file.name,
  url: ({ upload }: { upload?: boolean | null }) =>
    upload ? uploadUrl(door, runFileKey(run, file.name)) : downloadUrl(door, file.key),
  directUrl: () => downloadUrl(door, file.key),
  sizeBytes: file.size,
  mimetype: mimeOf(file.name),
  updatedAt: timeOf(file.updatedAt || undefined),
  md5: () => md5Of(door.deps, file),
  digest: () => md5Of(door.deps, file),
})
