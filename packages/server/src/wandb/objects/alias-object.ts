/** GraphQL `ArtifactAlias`. */
export const aliasObject = (alias: string, artifactCollection: object) => ({
  __typename: 'ArtifactAlias',
  id: alias,
  alias,
  artifactCollection,
})
