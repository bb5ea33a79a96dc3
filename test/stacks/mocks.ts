type Values = Record<string, unknown>

/** The account and region of the graph. `test/cloud` creates the same ones in an emulator. */
export const ACCOUNT = '123456789012'
export const REGION = 'us-east-1'

const inRegion = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`

/** ARNs in AWS's shape, so that policies read as AWS reads them. */
const ARNS: Readonly<Record<string, (name: string) => string>> = {
  'aws:cloudwatch/logGroup:LogGroup': (name) => inRegion('logs', `log-group:${name}`),
  'aws:dynamodb/table:Table': (name) => inRegion('dynamodb', `table/${name}`),
  'aws:iam/role:Role': (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
  'aws:lambda/function:Function': (name) => inRegion('lambda', `function:${name}`),
  'aws:s3/bucket:Bucket': (name) => `arn:aws:s3:::${name}`,
}

/** Placeholder outputs of new resources. The stacks pass them on without reading them. */
export function stateOf(type: string, name: string, inputs: Values): Values {
  const given = inputs.name ?? inputs.bucket
  const own = typeof given === 'string' ? given : name
  const service = type.split(':')[1]?.split('/')[0] ?? ''
  const made: Values = { name: own, arn: ARNS[type]?.(own) ?? inRegion(service, own) }
  if (type === 'aws:sqs/queue:Queue') made.url = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${own}`
  if (type === 'aws:apigatewayv2/api:Api') {
    made.apiEndpoint = `https://${name.toLowerCase()}.execute-api.${REGION}.amazonaws.com`
    made.executionArn = inRegion('execute-api', `${name}-id`)
  }
  if (type === 'random:index/randomBytes:RandomBytes') made.base64 = Buffer.alloc(32).toString('base64')
  if (type.startsWith('aws:s3/bucket')) made.bucket = own.toLowerCase()
  if (type === 'aws:apigatewayv2/domainName:DomainName')
    return {
      ...made,
      ...inputs,
      domainNameConfiguration: {
        ...(inputs.domainNameConfiguration as Values),
        targetDomainName: `d-${name.toLowerCase()}.execute-api.${REGION}.amazonaws.com`,
      },
    }
  return { ...made, ...inputs }
}

/**
 * Data sources that components call. Policy documents have the format of AWS. `deployed` is the parameter of the last deployment;
 * none when empty.
 */
export function answerCall(token: string, inputs: Values, deployed: string | undefined): Values {
  switch (token) {
    case 'aws:ssm/getParametersByPath:getParametersByPath':
      return { id: 'parameters', values: deployed ? [deployed] : [], path: inputs.path }
    case 'aws:index/getPartition:getPartition':
      return { partition: 'aws', dnsSuffix: 'amazonaws.com', id: 'aws' }
    case 'aws:index/getRegion:getRegion':
      return { region: REGION, name: REGION, id: REGION }
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return { accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, id: 'caller', userId: 'caller' }
    case 'aws:index/getAvailabilityZones:getAvailabilityZones':
      return { names: [`${REGION}a`, `${REGION}b`], id: 'zones' }
    case 'aws:iam/getPolicyDocument:getPolicyDocument':
      return {
        json: policyJson((inputs.statements ?? []) as Values[]),
        statements: inputs.statements,
        id: 'policy',
      }
    default:
      return inputs
  }
}

function policyJson(statements: readonly Values[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({
      Effect: statement.effect ?? 'Allow',
      Action: statement.actions,
      Resource: statement.resources,
      Principal:
        statement.principals && principals(statement.principals as { type: string; identifiers: string[] }[]),
      Condition: statement.conditions,
    })),
  })
}

const principals = (list: readonly { type: string; identifiers: string[] }[]) =>
  Object.fromEntries(list.map(({ type, identifiers }) => [type, identifiers]))
