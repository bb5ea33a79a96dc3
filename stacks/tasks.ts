/** A container for each trial, where a function's quarter of an hour is not enough. */
export interface TaskDefinition {
  /** Folder of the Dockerfile's context, from the root of the repository, and the Dockerfile within it. */
  readonly context: string
  readonly dockerfile: string
  /** As the platform writes them: `1 vCPU`, `4 GB`. */
  readonly cpu: '0.25 vCPU' | '0.5 vCPU' | '1 vCPU' | '2 vCPU' | '4 vCPU' | '8 vCPU' | '16 vCPU'
  readonly memory: `${number} GB`
}

let cluster: sst.aws.Cluster | undefined

/**
 * The task that a starter function runs, with the right to run it. Public addresses instead of a gateway for the network: that
 * would cost 32 dollars a month while nobody trains, and nothing listens in the container.
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
    // The platform's roles may read every secret of the account and open consoles into containers; ours need neither.
    transform: {
      executionRole: (args) => {
        args.inlinePolicies = []
      },
      taskRole: (args) => {
        args.inlinePolicies = []
      },
    },
    // In `sst dev` too, the container runs in AWS: a laptop is closed before a long training ends.
    dev: false,
  })
}

/** A task's link tells where it runs and lets it be run; SST's own lets everything be done with it. */
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
