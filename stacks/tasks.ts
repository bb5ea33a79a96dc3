/** A container for each trial, for trainings longer than a function's 15 minutes. */
export interface TaskDefinition {
  /** Folder of the Dockerfile's context, from the root of the repository, and the Dockerfile within it. */
  readonly context: string
  readonly dockerfile: string
  /** In the platform's notation: `1 vCPU`, `4 GB`. */
  readonly cpu: '0.25 vCPU' | '0.5 vCPU' | '1 vCPU' | '2 vCPU' | '4 vCPU' | '8 vCPU' | '16 vCPU'
  readonly memory: `${number} GB`
}

let cluster: sst.aws.Cluster | undefined

/**
 * The task that a starter function runs. Containers have public addresses, because a NAT gateway would cost $32 a month while
 * idle; they listen on no port.
 */
export function createTask(
  component: string,
  definition: TaskDefinition,
  environment: Record<string, $util.Input<string>>,
) {
  cluster ??= new sst.aws.Cluster('Training', { vpc: new sst.aws.Vpc('TrainingNetwork') })
  const { context, dockerfile, cpu, memory } = definition
  return new sst.aws.Task(`${component}Task`, {
    cluster,
    image: { context, dockerfile },
    architecture: 'arm64',
    cpu,
    memory,
    environment,
    logging: { retention: '1 month' },
    // The platform's roles may read every secret of the account and open shells in containers. Trainings need neither.
    transform: {
      executionRole: (args) => {
        args.inlinePolicies = []
      },
      taskRole: (args) => {
        args.inlinePolicies = []
      },
    },
    // In `sst dev` the container runs in AWS too: the training may outlast the session.
    dev: false,
  })
}

/** Limits a task's link to running it; SST's own link grants every action. */
export function linkTasksToRunOnly(): void {
  sst.Linkable.wrap(sst.aws.Task, (task) => ({
    properties: {
      cluster: task.cluster,
      containers: task.containers,
      taskDefinition: task.taskDefinition,
      subnets: task.subnets,
      securityGroups: task.securityGroups,
      assignPublicIp: task.assignPublicIp,
    },
    include: [
      sst.aws.permission({ actions: ['ecs:RunTask'], resources: [task.taskDefinition] }),
      sst.aws.permission({
        actions: ['iam:PassRole'],
        resources: [task.nodes.executionRole.arn, task.nodes.taskRole.arn],
      }),
    ],
  }))
}
