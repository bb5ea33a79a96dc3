/** Keys of artifacts' files. In their own file, because the stream's routes need them without the rest of artifacts. */
const part = (text: string): string => encodeURIComponent(text)

/** Content is stored by its MD5 per entity, so that versions share equal files. */
export const blobKey = (entity: string, hex: string): string => `artifacts/${part(entity)}/blobs/${part(hex)}`

export const manifestKey = (
  artifact: { readonly entity: string; readonly uid: string },
  name: string,
): string => `artifacts/${part(artifact.entity)}/manifests/${part(artifact.uid)}/${part(name)}`
