/**
 * The part of W&B's GraphQL schema that its clients ask for, written for this service. Nearly everything may be null, and every
 * name is a nullable String, because documents of different versions declare the same variable differently. Clients up to
 * 0.25 introspect this schema to learn what the server can do, so what is listed here has to work.
 */
export const SCHEMA_TEXT = `
scalar JSON
scalar JSONString
scalar DateTime
scalar Int64
scalar Duration
enum AlertSeverity { INFO WARN ERROR }
enum RampIDType { OrgName EntityName UserName }
enum ArtifactStorageLayout { V1 V2 }
enum ArtifactState { PENDING COMMITTED DELETED GARBAGE }
enum ArtifactDigestAlgorithm { MANIFEST_MD5 MANIFEST_XXH128 }
enum ArtifactManifestType { FULL PATCH INCREMENTAL }
enum CompleteMultipartAction { Complete }

type Query {
  viewer: User
  serverInfo: ServerInfo
  project(name: String, entityName: String): Project
  model(name: String, entityName: String): Project
  models(entityName: String, after: String, first: Int): ProjectConnection
  entity(name: String): Entity
  organization(name: String): Organization
  users(query: String): UserConnection
  artifact(id: ID): Artifact
  artifactCollection(id: ID): ArtifactCollection
  clientIDMapping(clientID: ID): ClientIDMapping
}

type User {
  id: ID! name: String! username: String email: String admin: Boolean flags: JSONString entity: String
  deletedAt: DateTime teams(first: Int): EntityConnection apiKeys: ApiKeyConnection
  defaultEntity: Entity organizations: [Organization!] projects(after: String, first: Int): ProjectConnection
}
type UserConnection { edges: [UserEdge!]! }
type UserEdge { node: User }
type ApiKeyConnection { edges: [ApiKeyEdge!]! }
type ApiKeyEdge { node: ApiKey }
type ApiKey { id: ID! name: String description: String }
type EntityConnection { edges: [EntityEdge!]! }
type EntityEdge { node: Entity }
type Entity {
  id: ID! name: String! isTeam: Boolean organization: Organization user: User entityType: String available: Boolean photoUrl: String
  readOnly: Boolean readOnlyAdmin: Boolean privateOnly: Boolean storageBytes: Int64 codeSavingEnabled: Boolean defaultAccess: String
  isPaid: Boolean members: [Member!]
  projects(after: String, first: Int, filters: JSONString, order: String): ProjectConnection
  project(name: String): Project
  triggers(after: String, first: Int, order: String, filters: JSONString): TriggerConnection
  integrations(after: String, first: Int): IntegrationConnection
  artifactCollections(projectFilters: JSONString, filters: JSONString, collectionTypes: [ArtifactCollectionType!], after: String, first: Int, order: String): ArtifactCollectionConnection
  artifactMemberships(projectFilters: JSONString, collectionFilters: JSONString, filters: JSONString, after: String, first: Int, order: String): ArtifactCollectionMembershipConnection
}
type Member {
  id: String name: String username: String email: String admin: Boolean pending: Boolean photoUrl: String accountType: String apiKey: String
  role: String
}
enum ArtifactCollectionType { SEQUENCE PORTFOLIO }
type TriggerConnection { edges: [TriggerEdge!]! pageInfo: PageInfo! totalCount: Int }
type TriggerEdge { node: Trigger cursor: String }
type Trigger { id: ID! name: String }
type IntegrationConnection { edges: [IntegrationEdge!]! pageInfo: PageInfo! totalCount: Int }
type IntegrationEdge { node: Integration cursor: String }
type Integration { id: ID! }
type AdvancedRegistryFeatures { advancedSearch: Boolean }
type Organization { id: ID name: String coreWeaveOrganizationId: String orgEntity: Entity advancedRegistryFeatures: AdvancedRegistryFeatures triggers(after: String, first: Int, order: String, filters: JSONString): TriggerConnection featureFlags(rampIDType: RampIDType): [FeatureFlag!] }
type FeatureFlag { rampKey: String isEnabled: Boolean }
type ServerInfo { features: [ServerFeature!]! cliVersionInfo: JSON latestLocalVersionInfo: LocalVersionInfo exposesExplicitFailureReason: Boolean }
type ServerFeature { name: String! isEnabled: Boolean! }
type LocalVersionInfo { outOfDate: Boolean latestVersionString: String versionOnThisInstanceString: String }
type PageInfo { endCursor: String hasNextPage: Boolean! }

type ProjectConnection { edges: [ProjectEdge!]! pageInfo: PageInfo! totalCount: Int }
type ProjectEdge { node: Project cursor: String }
type Project {
  id: ID! internalId: ID name: String! entityName: String! entity: Entity! createdAt: DateTime updatedAt: DateTime
  isBenchmark: Boolean! readOnly: Boolean description: String access: String views: JSON user: User repo: String
  dockerImage: String isPublished: Boolean allowAllArtifactTypesInRegistry: Boolean triggers: [Trigger!] members: [ProjectMember!] teamMembers: [ProjectTeamMember!]
  run(name: String): Run
  bucket(name: String, missingOk: Boolean): Run
  runs(filters: JSONString, after: String, first: Int, order: String): RunConnection!
  runCount(filters: JSONString): Int!
  sweep(sweepName: String): Sweep
  sweeps(after: String, first: Int, filters: JSONString): SweepConnection!
  totalSweeps: Int!
  artifact(name: String, enableTracking: Boolean): Artifact
  artifactType(name: String): ArtifactType
  artifactTypes(after: String, first: Int, includeAll: Boolean): ArtifactTypeConnection
  artifactCollection(name: String): ArtifactCollection
  artifactCollections(after: String, first: Int, filters: JSONString, order: String): ArtifactCollectionConnection
  artifactCollectionMembership(name: String, aliasName: String): ArtifactCollectionMembership
}

type ProjectMember { id: ID name: String username: String email: String role: Role }
type ProjectTeamMember { team: Entity role: Role }
type Role { name: String }

type RunConnection { edges: [RunEdge!]! pageInfo: PageInfo! totalCount: Int }
type RunEdge { node: Run cursor: String! }
type Run {
  id: ID! projectId: ID name: String! displayName: String state: String! sweepName: String tags: [String!]! group: String
  groupName: String jobType: String commit: String host: String description: String notes: String readOnly: Boolean
  createdAt: DateTime updatedAt: DateTime heartbeatAt: DateTime user: User config: JSONString summaryMetrics: JSONString systemMetrics: JSONString
  historyKeys: JSON historyLineCount: Int eventsLineCount: Int logLineCount: Int historyTail: JSONString
  eventsTail: JSONString wandbConfig(keys: [String!]): JSONString
  history(minStep: Int64, maxStep: Int64, samples: Int): [JSONString!]!
  events(samples: Int): [JSONString!]!
  sampledHistory(specs: [JSONString!]!, packVersion: Int): [JSON!]!
  parquetHistory(liveKeys: [String!]): ParquetHistory
  fileCount: Int
  files(names: [String], after: String, first: Int, pattern: String): FileConnection
  logLines(first: Int, after: String, last: Int, useImprovedPagination: Boolean): LogLineConnection
  exitcode: Int stopped: Boolean! shouldStop: Boolean! failed: Boolean running: Boolean project: Project! sweep: Sweep
  jobProgram: String jobRepo: String program: String computeSeconds: Int
  outputArtifacts(after: String, first: Int): ArtifactConnection
  inputArtifacts(after: String, first: Int): ArtifactConnection
}
type ParquetHistory { parquetUrls: [String!]! liveData: [JSON!]! }
type FileConnection { edges: [FileEdge!]! pageInfo: PageInfo! totalCount: Int uploadHeaders: [String!] }
type FileEdge { node: File cursor: String }
type File {
  id: ID! name: String! url(upload: Boolean): String directUrl: String sizeBytes: Int64 mimetype: String updatedAt: DateTime
  md5: String digest: String uploadUrl: String uploadHeaders: [String!] storagePath: String artifact: Artifact
  uploadMultipartUrls: UploadMultipartUrls displayName: String
}
type UploadMultipartUrls { uploadID: String uploadUrlParts: [UploadUrlPart!] }
type UploadUrlPart { partNumber: Int64 uploadUrl: String }
type LogLineConnection { edges: [LogLineEdge!]! pageInfo: PageInfo! }
type LogLineEdge { node: LogLine cursor: String }
type LogLine { number: Int! timestamp: DateTime level: String label: String line: String! }

type SweepConnection { edges: [SweepEdge!]! pageInfo: PageInfo! totalCount: Int }
type SweepEdge { node: Sweep cursor: String }
type Sweep {
  id: ID! name: String! displayName: String method: String! state: String! description: String config: String!
  bestLoss: Float createdAt: DateTime updatedAt: DateTime heartbeatAt: DateTime runCount: Int runCountExpected: Int
  earlyStopJobRunning: Boolean controller: JSONString scheduler: JSONString project: Project!
  runs(first: Int, after: String): RunConnection!
  priorRuns(first: Int, after: String): RunConnection
  agents(first: Int, after: String): AgentConnection!
  agent(agentName: String): Agent
}
type AgentConnection { edges: [AgentEdge!]! pageInfo: PageInfo }
type AgentEdge { node: Agent cursor: String }
type Agent {
  id: ID! name: String! host: String! state: String totalRuns: Int! createdAt: DateTime heartbeatAt: DateTime
  runs(after: String, before: String, first: Int, last: Int, order: String): RunConnection!
}

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

type Mutation {
  upsertBucket(input: UpsertBucketInput!): UpsertBucketPayload
  upsertSweep(input: UpsertSweepInput!): UpsertSweepPayload
  createAgent(input: CreateAgentInput!): CreateAgentPayload
  agentHeartbeat(input: AgentHeartbeatInput!): AgentHeartbeatPayload
  upsertModel(input: UpsertModelInput!): UpsertModelPayload
  createRunFiles(input: CreateRunFilesInput!): CreateRunFilesPayload
  markRunFilesUploaded(input: MarkRunFilesUploadedInput!): SuccessPayload
  rewindRun(input: RewindRunInput!): RewindRunPayload
  enqueueSweepRun(input: EnqueueSweepRunInput!): EnqueueSweepRunPayload
  generateApiKey(input: GenerateApiKeyInput!): GenerateApiKeyPayload
  deleteApiKey(input: DeleteApiKeyInput!): SuccessPayload
  deleteRun(input: DeleteRunInput!): DeleteRunPayload
  stopRun(input: StopRunInput!): StopRunPayload
  updateRunState(input: UpdateRunStateInput!): SuccessPayload
  deleteFiles(input: DeleteFilesInput!): SuccessPayload
  notifyScriptableRunAlert(input: NotifyScriptableRunAlertInput!): SuccessPayload
  createArtifact(input: CreateArtifactInput!): CreateArtifactPayload
  createArtifactManifest(input: CreateArtifactManifestInput!): CreateArtifactManifestPayload
  updateArtifactManifest(input: UpdateArtifactManifestInput!): CreateArtifactManifestPayload
  createArtifactFiles(input: CreateArtifactFilesInput!): CreateArtifactFilesPayload
  commitArtifact(input: CommitArtifactInput!): ArtifactPayload
  useArtifact(input: UseArtifactInput!): ArtifactPayload
  updateArtifact(input: UpdateArtifactInput!): ArtifactPayload
  deleteArtifact(input: DeleteArtifactInput!): ArtifactPayload
  addAliases(input: AddAliasesInput!): SuccessPayload
  deleteAliases(input: DeleteAliasesInput!): SuccessPayload
  linkArtifact(input: LinkArtifactInput!): LinkArtifactPayload
  unlinkArtifact(input: UnlinkArtifactInput!): SuccessPayload
  updateArtifactSequence(input: UpdateArtifactSequenceInput!): ArtifactCollectionPayload
  updateArtifactPortfolio(input: UpdateArtifactPortfolioInput!): ArtifactCollectionPayload
  moveArtifactSequence(input: MoveArtifactSequenceInput!): ArtifactCollectionPayload
  deleteArtifactSequence(input: DeleteArtifactSequenceInput!): ArtifactCollectionPayload
  deleteArtifactPortfolio(input: DeleteArtifactPortfolioInput!): ArtifactCollectionPayload
  createArtifactCollectionTagAssignments(input: CreateArtifactCollectionTagAssignmentsInput!): TagsPayload
  deleteArtifactCollectionTagAssignments(input: DeleteArtifactCollectionTagAssignmentsInput!): SuccessPayload
  completeMultipartUploadArtifact(input: CompleteMultipartUploadArtifactInput!): CompleteMultipartUploadArtifactPayload
}

input UpsertBucketInput {
  id: String name: String modelName: String entityName: String groupName: String description: String displayName: String
  notes: String commit: String config: JSONString host: String debug: Boolean jobProgram: String jobRepo: String
  jobType: String state: String sweep: String tags: [String!] summaryMetrics: JSONString clientMutationId: String
}
type UpsertBucketPayload { bucket: Run inserted: Boolean serverSettings: ServerSettings clientMutationId: String }
type ServerSettings { serverMessages: [ServerMessage!]! }
type ServerMessage { utfText: String plainText: String htmlText: String messageType: String messageLevel: Int }
input UpsertSweepInput {
  id: ID config: String description: String entityName: String projectName: String controller: JSONString
  launchScheduler: JSONString templateVariableValues: JSONString scheduler: JSONString state: String
  priorRunsFilters: JSONString displayName: String clientMutationId: String
}
type UpsertSweepPayload { sweep: Sweep configValidationWarnings: [String!]! clientMutationId: String }
input CreateAgentInput { host: String projectName: String entityName: String sweep: String! clientMutationId: String }
type CreateAgentPayload { agent: Agent clientMutationId: String }
input AgentHeartbeatInput { id: ID! metrics: JSONString runState: JSONString clientMutationId: String }
type AgentHeartbeatPayload { agent: Agent commands: JSONString! clientMutationId: String }
input UpsertModelInput {
  id: String name: String! entityName: String description: String repo: String access: String framework: String
  dockerImage: String views: JSONString artifactTypes: [ArtifactTypeInput!] allowAllArtifactTypesInRegistry: Boolean clientMutationId: String
}
input ArtifactTypeInput { name: String! description: String }
type UpsertModelPayload { model: Project project: Project inserted: Boolean clientMutationId: String }
input CreateRunFilesInput { entityName: String projectName: String runName: String! files: [String!]! clientMutationId: String }
type CreateRunFilesPayload { runID: ID! uploadHeaders: [String!]! files: [CreatedRunFile!]! clientMutationId: String }
type CreatedRunFile { name: String! uploadUrl: String }
input MarkRunFilesUploadedInput { entityName: String projectName: String runName: String files: [String!] clientMutationId: String }
input RewindRunInput {
  runName: String! entityName: String projectName: String metricName: String! metricValue: Float! clientMutationId: String
}
type RewindRunPayload { rewoundRun: Run clientMutationId: String }
input EnqueueSweepRunInput { id: ID! config: JSONString! displayName: String clientMutationId: String }
type EnqueueSweepRunPayload { id: ID runQueueItemId: ID clientMutationId: String }
input GenerateApiKeyInput { description: String clientMutationId: String }
type GenerateApiKeyPayload { apiKey: ApiKey clientMutationId: String }
input DeleteApiKeyInput { id: ID! clientMutationId: String }
input DeleteRunInput { id: ID! deleteArtifacts: Boolean clientMutationId: String }
type DeleteRunPayload { clientMutationId: String }
input StopRunInput { id: ID! clientMutationId: String }
type StopRunPayload { success: Boolean! clientMutationId: String }
input UpdateRunStateInput { id: ID! state: String! clientMutationId: String }
input DeleteFilesInput { files: [ID!]! projectId: Int clientMutationId: String }
input NotifyScriptableRunAlertInput {
  entityName: String projectName: String runName: String title: String text: String severity: AlertSeverity
  waitDuration: Duration clientMutationId: String
}
type SuccessPayload { success: Boolean! clientMutationId: String }

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
