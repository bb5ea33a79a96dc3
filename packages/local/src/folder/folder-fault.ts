import { reasonOf } from '../cloud-error.ts'

/** What the operating system says in the words of LevelDB or Node, and what it means for a folder. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/No space left on device|ENOSPC/, 'its disk is full'],
  [/Disk quota exceeded|EDQUOT/, 'the disk quota of this user is used up'],
  [/Read-only file system|EROFS/, 'it is on a read-only file system'],
  [/Permission denied|EACCES|Operation not permitted|EPERM/, 'this user may not write there'],
  [/No such file or directory|ENOENT/, 'it was removed or renamed'],
  [/ENOTDIR|EEXIST|Not a directory/, 'a part of its path is a file'],
  [/Input\/output error|EIO/, 'its disk reports errors'],
]

/** Why a folder cannot be written: the cause in plain words, then what the system said. */
export const folderFault = (error: unknown): string => {
  const reason = reasonOf(error)
  const cause = CAUSES.find(([pattern]) => pattern.test(reason))?.[1]
  return cause === undefined ? reason : `${cause} (${reason})`
}
