// Times @cloud-copilot/iam-simulate on a workload: node iam_simulate.mjs MODULES WORKLOAD MODE REPEAT VERDICTS
// MODE run: the public API on policies as they are. MODE core: policies parsed before, its inner function called.
import fs from 'node:fs'

const [, , modules, file, mode, repeat, output] = process.argv
const own = modules + '/@cloud-copilot/'
const engine = own + 'iam-simulate/dist/esm/'
const { runSimulation } = await import(engine + 'index.js')
const { authorize } = await import(engine + 'core_engine/CoreSimulatorEngine.js')
const { AwsRequestImpl } = await import(engine + 'request/request.js')
const { RequestContextImpl } = await import(engine + 'requestContext.js')
const { DiscoveryContextKeyConstraints } = await import(
  engine + 'context_keys/discoveryContextKeyConstraints.js'
)
const { loadPolicy } = await import(own + 'iam-policy/dist/esm/index.js')

const { roles, requests } = JSON.parse(fs.readFileSync(file, 'utf8'))
const parsed = roles.map((role) => loadPolicy(role.policy, { name: 'p' }))
const simulationParameters = {
  simulationMode: 'Strict',
  discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]),
}

async function decide(number, request) {
  const role = roles[number]
  const contextVariables = { ...request.context, 'aws:PrincipalArn': role.arn }
  const resource = { resource: request.resource, accountId: request.account }
  if (mode === 'core') {
    const context = new RequestContextImpl(contextVariables)
    return authorize({
      request: new AwsRequestImpl(role.session, resource, request.action, context, false),
      sessionPolicy: undefined,
      identityPolicies: [parsed[number]],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: undefined,
      permissionBoundaries: undefined,
      vpcEndpointPolicies: undefined,
      simulationParameters,
    }).result
  }
  const { overallResult } = await runSimulation(
    {
      identityPolicies: [{ name: 'p', policy: role.policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      request: { principal: role.session, action: request.action, resource, contextVariables },
    },
    {},
  )
  return overallResult
}

const rates = []
let verdicts
for (let run = 0; run < +repeat; run++) {
  verdicts = []
  const start = process.cpuUsage()
  for (let number = 0; number < roles.length; number++) {
    for (const request of requests) verdicts.push(await decide(number, request))
  }
  const { user, system } = process.cpuUsage(start)
  rates.push(verdicts.length / ((user + system) / 1e6))
}
fs.writeFileSync(output, JSON.stringify({ rates, verdicts }))
