/** Types and inputs of artifacts in the GraphQL schema. */
export const ARTIFACT_SCHEMA = `
type ArtifactConnection { edges: [ArtifactEdge!]! pageInfo: PageInfo! totalCount: Int }
type ArtifactEdge { node: Artifact version: String cursor: String }
type ArtifactTypeConnection { edges: [ArtifactTypeEdge!]! pageInfo: PageInfo! totalCount: Int }
type ArtifactTypeEdge { node: ArtifactType cursor: String }
type ArtifactType {
  id: ID! name: String! description: String createdAt: DateTime
  artifactCollections(after: String, first: Int, name: String, filters: JSONString, order: String): ArtifactCollectionConnection
  artifactCollection(name: String): ArtifactCollection
  artifact(name: String): Artifact
}
type ArtifactCollectionConnection { edges: [ArtifactCollectionEdge!]! pageInfo: PageInfo! totalCount: Int }
type ArtifactCollectionEdge { node: ArtifactCollection cursor: String }
interface ArtifactCollection {
  id: ID! name: String! description: String createdAt: DateTime updatedAt: DateTime project: Project! type: ArtifactType defaultArtifactType: ArtifactType!
  state: String aliases(after: String, first: Int): ArtifactAliasConnection tags: TagConnection
  artifacts(after: String, first: Int, order: String, filters: JSONString): ArtifactConnection
  artifactMembership(aliasName: String): ArtifactCollectionMembership
  artifactMemberships(first: Int, after: String): ArtifactCollectionMembershipConnection
}
type ArtifactSequence implements ArtifactCollection {
  id: ID! name: String! description: String createdAt: DateTime updatedAt: DateTime project: Project! type: ArtifactType defaultArtifactType: ArtifactType!
  state: String aliases(after: String, first: Int): ArtifactAliasConnection tags: TagConnection
  artifacts(after: String, first: Int, order: String, filters: JSONString): ArtifactConnection
  artifactMembership(aliasName: String): ArtifactCollectionMembership
  artifactMemberships(first: Int, after: String): ArtifactCollectionMembershipConnection
  latestArtifact: Artifact
}
type ArtifactPortfolio implements ArtifactCollection {
  id: ID! name: String! description: String createdAt: DateTime updatedAt: DateTime project: Project! type: ArtifactType defaultArtifactType: ArtifactType!
  state: String aliases(after: String, first: Int): ArtifactAliasConnection tags: TagConnection
  artifacts(after: String, first: Int, order: String, filters: JSONString): ArtifactConnection
  artifactMembership(aliasName: String): ArtifactCollectionMembership
  artifactMemberships(first: Int, after: String): ArtifactCollectionMembershipConnection
  latestArtifact: Artifact
}
type TagConnection { edges: [TagEdge!]! }
type TagEdge { node: Tag }
type Tag { id: ID name: String! }
type ArtifactAliasConnection { edges: [ArtifactAliasEdge!]! pageInfo: PageInfo! }
type ArtifactAliasEdge { node: ArtifactAlias }
type ArtifactAlias { id: ID alias: String! artifactCollectionName: String artifactCollection: ArtifactCollection }
type ArtifactCollectionMembershipConnection { edges: [ArtifactCollectionMembershipEdge!]! pageInfo: PageInfo! totalCount: Int }
type ArtifactCollectionMembershipEdge { node: ArtifactCollectionMembership cursor: String }
type ArtifactCollectionMembership {
  id: ID versionIndex: Int createdAt: DateTime aliases: [ArtifactAlias!] artifactCollection: ArtifactCollection artifact: Artifact
  files(names: [String!], after: String, first: Int): FileConnection
}
type Artifact {
  id: ID! digest: String digestAlgorithm: String state: String size: Int64 fileCount: Int64 versionIndex: Int commitHash: String description: String metadata: JSONString
  createdAt: DateTime updatedAt: DateTime labels: JSONString ttlDurationSeconds: Int64 ttlIsInherited: Boolean historyStep: Int64
  aliases: [ArtifactAlias!]! tags: [Tag!] artifactType: ArtifactType! artifactSequence: ArtifactSequence!
  artifactCollections(first: Int, after: String): ArtifactCollectionConnection
  artifactMemberships(first: Int, after: String): ArtifactCollectionMembershipConnection
  currentManifest: ArtifactManifest createdBy: Initiator usedBy: RunConnection isLink: Boolean
  files(names: [String!], after: String, first: Int): FileConnection
  filesByManifestEntries(entries: [ArtifactManifestEntryInput!], storageLayout: String, manifestVersion: String, storageRegion: String, after: String, first: Int): FileConnection
}
union Initiator = Run | User
type ArtifactManifest { id: ID! digest: String file: File }
type ClientIDMapping { serverID: ID }

input ArtifactCollectionAliasInput { artifactCollectionName: String entityName: String projectName: String alias: String! }
input TagInput { tagName: String! tagCategoryName: String attributes: JSONString }
input CreateArtifactInput {
  entityName: String projectName: String runName: String artifactTypeName: String artifactCollectionName: String
  artifactCollectionNames: [String!] digest: String digestAlgorithm: ArtifactDigestAlgorithm description: String
  labels: JSONString metadata: JSONString aliases: [ArtifactAliasInput!] tags: [TagInput!] ttlDurationSeconds: Int64
  historyStep: Int64 distributedID: String clientID: ID sequenceClientID: ID enableDigestDeduplication: Boolean
  isUserCreated: Boolean storageRegion: String clientMutationId: String
}
input ArtifactAliasInput { artifactCollectionName: String alias: String! }
type CreateArtifactPayload { artifact: Artifact clientMutationId: String }
input CreateArtifactManifestInput {
  name: String digest: String entityName: String projectName: String runName: String artifactID: ID baseArtifactID: ID
  type: ArtifactManifestType clientMutationId: String
}
input UpdateArtifactManifestInput { artifactManifestID: ID! digest: String baseArtifactID: ID clientMutationId: String }
type CreateArtifactManifestPayload { artifactManifest: ArtifactManifest clientMutationId: String }
input CreateArtifactFileSpecInput {
  artifactID: ID! name: String! md5: String! mimetype: String artifactManifestID: ID uploadPartsInput: [UploadPartsInput!]
}
input UploadPartsInput { partNumber: Int64 hexMD5: String }
input ArtifactManifestEntryInput { name: String digest: String birthArtifactID: ID storagePolicyConfig: JSON }
input CreateArtifactFilesInput { artifactFiles: [CreateArtifactFileSpecInput!]! storageLayout: ArtifactStorageLayout clientMutationId: String }
type CreateArtifactFilesPayload { files: FileConnection! clientMutationId: String }
input CommitArtifactInput { artifactID: ID! clientMutationId: String }
input UseArtifactInput {
  entityName: String projectName: String runName: String artifactID: ID usedAs: String artifactEntityName: String
  artifactProjectName: String clientMutationId: String
}
input UpdateArtifactInput {
  artifactID: ID! description: String labels: JSONString metadata: JSONString aliases: [ArtifactCollectionAliasInput!] tagsToAdd: [TagInput!]
  tagsToDelete: [TagInput!] ttlDurationSeconds: Int64 clientMutationId: String
}
input AddAliasesInput { artifactID: ID! aliases: [ArtifactCollectionAliasInput!]! clientMutationId: String }
input DeleteAliasesInput { artifactID: ID! aliases: [ArtifactCollectionAliasInput!]! clientMutationId: String }
input DeleteArtifactInput { artifactID: ID! deleteAliases: Boolean clientMutationId: String }
input LinkArtifactInput {
  artifactID: ID clientID: ID artifactPortfolioID: ID artifactPortfolioName: String entityName: String projectName: String
  aliases: [ArtifactAliasInput!] clientMutationId: String
}
type LinkArtifactPayload { versionIndex: Int artifactMembership: ArtifactCollectionMembership clientMutationId: String }
input UnlinkArtifactInput { artifactID: ID! artifactPortfolioID: ID! clientMutationId: String }
input UpdateArtifactSequenceInput { artifactSequenceID: ID! name: String description: String clientMutationId: String }
input UpdateArtifactPortfolioInput { artifactPortfolioID: ID! name: String description: String clientMutationId: String }
input MoveArtifactSequenceInput { artifactSequenceID: ID! destinationArtifactTypeName: String! clientMutationId: String }
input DeleteArtifactSequenceInput { artifactSequenceID: ID! clientMutationId: String }
input DeleteArtifactPortfolioInput { artifactPortfolioID: ID! clientMutationId: String }
type ArtifactCollectionPayload { artifactCollection: ArtifactCollection clientMutationId: String }
input CreateArtifactCollectionTagAssignmentsInput {
  entityName: String projectName: String artifactCollectionName: String! tags: [TagInput!]! clientMutationID: String
}
input DeleteArtifactCollectionTagAssignmentsInput {
  entityName: String projectName: String artifactCollectionName: String! tags: [TagInput!]! clientMutationID: String
}
type TagsPayload { tags: [Tag!] clientMutationId: String }
input CompleteMultipartUploadArtifactInput {
  completeMultipartAction: CompleteMultipartAction! completedParts: [UploadPartsInput!]! artifactID: ID! storagePath: String!
  uploadID: String! clientMutationId: String
}
type CompleteMultipartUploadArtifactPayload { digest: String clientMutationId: String }
type ArtifactPayload { artifact: Artifact clientMutationId: String }
`
