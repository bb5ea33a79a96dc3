import type { RunKey } from '@chimney/core/schema/names'
import { type DoorRequest, timeOf } from '../door-request.ts'
import { globalId } from '../global-id.ts'
import { DOWNLOAD_SECONDS, md5Of, mimeOf, type RunFile, runFileKey, UPLOAD_SECONDS } from '../run-files.ts'

/** GraphQL `File` of a run. */
export const runFileObject = (door: DoorRequest, run: RunKey, file: RunFile) => ({
  id: globalId('File', run.entity, run.project, run.run, file.name),
  name: file.name,
  displayName: file.name,
  url: ({ upload }: { upload?: boolean | null }) =>
    upload
      ? door.deps.files.uploadUrl(runFileKey(run, file.name), UPLOAD_SECONDS)
      : door.deps.files.downloadUrl(file.key, DOWNLOAD_SECONDS),
  directUrl: () => door.deps.files.downloadUrl(file.key, DOWNLOAD_SECONDS),
  sizeBytes: file.size,
  mimetype: mimeOf(file.name),
  updatedAt: timeOf(file.updatedAt || undefined),
  md5: () => md5Of(door.deps, file),
  digest: () => md5Of(door.deps, file),
})
