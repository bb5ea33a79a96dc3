/** The sidebar, by the kinds of Diátaxis: tutorials, how-to guides, reference, explanation. */
export interface Group {
  readonly text: string
  readonly items: readonly { readonly text: string; readonly link: string }[]
}

const item = (text: string, link: string) => ({ text, link })

export const groups = (api: Group['items'], decisions: Group['items']): readonly Group[] => [
  { text: 'Start', items: [item('Start in five minutes', '/start'), item('Glossary', '/glossary')] },
  {
    text: 'Tutorials',
    items: [
      item('Coming from W&B', '/tutorials/wandb'),
      item('Coming from Optuna', '/tutorials/optuna'),
      item('On AWS', '/tutorials/aws'),
      item('In a notebook', '/tutorials/notebook'),
    ],
  },
  {
    text: 'How-to',
    items: [
      item('Read results', '/dashboard'),
      item('Find out what is wrong', '/diagnosis'),
      item('Import and export', '/import'),
      item('Send notifications', '/notifications'),
      item('Deploy to AWS', '/deploy'),
      item('Run on one machine', '/server'),
      item('Operate', '/runbook'),
      item('Run on your machines', '/fleets'),
      item('Train for hours', '/examples/long-training'),
      item('Extend the code', '/recipes'),
      item('Contribute', '/contributing'),
    ],
  },
  {
    text: 'Reference',
    items: [
      item('Sweep config', '/sweep-config'),
      item('Keys of the sweep config', '/reference/config'),
      item('W&B client', '/wandb'),
      item('chimney commands', '/reference/commands'),
      item('TypeScript SDK', '/reference/sdk/'),
      item('HTTP API', '/api'),
      ...api,
      item('Changes', '/changelog'),
    ],
  },
  {
    text: 'Explanation',
    items: [
      item('Architecture', '/architecture'),
      item('Search and early stopping', '/search'),
      item('Costs', '/costs'),
      item('Scale', '/scale'),
      item('Security', '/security'),
      item('Benchmarks', '/benchmarks'),
    ],
  },
  { text: 'Decisions', items: decisions },
]
