/** Configs to begin with; the first one is that of a new page. */
export const TEMPLATES: readonly { readonly name: string; readonly yaml: string }[] = [
  {
    name: 'Bayesian search',
    yaml: `method: bayes
metric: {name: loss, goal: minimize}
parameters:
  lr: {distribution: log_uniform_values, min: 0.0001, max: 0.1}
  batch_size: {values: [16, 32, 64]}
run_cap: 50
`,
  },
  {
    name: 'Random search, a baseline',
    yaml: `method: random
metric: {name: loss, goal: minimize}
parameters:
  lr: {distribution: log_uniform_values, min: 0.0001, max: 0.1}
  dropout: {min: 0.0, max: 0.5}
  optimizer: {values: [adam, sgd]}
run_cap: 50
`,
  },
  {
    name: 'Grid, each combination with five seeds',
    yaml: `method: grid
metric: {name: loss, goal: minimize}
parameters:
  lr: {values: [0.001, 0.01, 0.1]}
  optimizer: {values: [adam, sgd]}
replicates: 5
`,
  },
  {
    name: 'Early stopping (ASHA)',
    yaml: `method: tpe
metric: {name: val_acc, goal: maximize}
parameters:
  lr: {distribution: log_uniform_values, min: 0.00001, max: 1.0}
  weight_decay: {distribution: log_uniform_values, min: 0.000001, max: 0.01}
  depth: {values: [18, 34, 50]}
early_terminate: {type: asha, min_iter: 1, eta: 3, max_iter: 27} # of the logged steps
run_cap: 200
`,
  },
  {
    name: 'Two objectives',
    yaml: `method: tpe
metrics:
  - {name: val_acc, goal: maximize}
  - {name: latency_ms, goal: minimize}
parameters:
  width: {distribution: q_log_uniform_values, min: 16, max: 512, q: 16}
  depth: {min: 2, max: 12}
run_cap: 100
`,
  },
  {
    name: 'Parameters that depend on another',
    yaml: `method: bayes
metric: {name: loss, goal: minimize}
parameters:
  optimizer: {values: [adam, sgd]}
  lr: {distribution: log_uniform_values, min: 0.0001, max: 0.1}
  momentum: {min: 0.0, max: 0.99, when: {optimizer: sgd}}
run_cap: 60
`,
  },
]
