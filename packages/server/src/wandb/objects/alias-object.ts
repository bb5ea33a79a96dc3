/** GraphQL `ArtifactAlias`. */
export const aliasObject = (alias: string, collectionName: string, artifactCollection: object) => ({
  __typename: 'ArtifactAlias',
  id: alias,
  alias,
  artifactCollection,
  // For clients before 0.16.
  artifactCollectionName: collectionName,
})
