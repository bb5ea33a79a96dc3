import { ARTIFACT_SCHEMA } from './artifact-schema-text.ts'

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

type Mutation {
  upsertBucket(input: UpsertBucketInput!): UpsertBucketPayload
  upsertSweep(input: UpsertSweepInput!): UpsertSweepPayload
  createAgent(input: CreateAgentInput!): CreateAgentPayload
  agentHeartbeat(input: AgentHeartbeatInput!): AgentHeartbeatPayload
  upsertModel(input: UpsertModelInput!): UpsertModelPayload
  renameProject(input: RenameProjectInput!): RenameProjectPayload
  deleteModel(input: DeleteModelInput!): SuccessPayload
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
input RenameProjectInput { entityName: String oldProjectName: String! newProjectName: String! clientMutationId: String }
type RenameProjectPayload { project: Project inserted: Boolean clientMutationId: String }
input DeleteModelInput { id: String! clientMutationId: String }
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
${ARTIFACT_SCHEMA}`
