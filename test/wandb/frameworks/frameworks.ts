/** Training programs of other frameworks, each as the framework's or W&B's documentation shows it. */

export interface Framework {
  readonly title: string
  /** Pinned packages, `pinned/NAME.txt`. */
  readonly environment: string
  /** The package of which the table states the version. */
  readonly package: string
  /** A sweep of `agent` trials that `wandb agent` runs. */
  readonly sweep?: { readonly config: string; readonly trials: number }
  /** A program that creates its runs itself; the word PROJECT in its arguments is replaced. */
  readonly program?: { readonly args: readonly string[]; readonly runs: number }
  readonly seconds: number
}

const TREES = 'frameworks-small'
const TORCH = 'frameworks-torch'

export const FRAMEWORKS: readonly Framework[] = [
  {
    title: 'XGBoost `WandbCallback(log_model=True)`',
    environment: TREES,
    package: 'xgboost-cpu',
    sweep: { config: 'xgboost.yaml', trials: 2 },
    seconds: 120,
  },
  {
    title: 'LightGBM `wandb_callback`, `log_summary`',
    environment: TREES,
    package: 'lightgbm',
    sweep: { config: 'lightgbm.yaml', trials: 2 },
    seconds: 120,
  },
  {
    title: 'scikit-learn plots',
    environment: TREES,
    package: 'scikit-learn',
    sweep: { config: 'sklearn.yaml', trials: 2 },
    seconds: 180,
  },
  {
    title: 'Hydra, `args_no_hyphens`',
    environment: TREES,
    package: 'hydra-core',
    sweep: { config: 'hydra.yaml', trials: 4 },
    seconds: 180,
  },
  {
    title: 'Hydra `--multirun`',
    environment: TREES,
    package: 'hydra-core',
    program: { args: ['hydra_train.py', '--multirun', 'model=small,large', 'model.lr=0.1,0.3'], runs: 4 },
    seconds: 180,
  },
  {
    title: 'Optuna `WeightsAndBiasesCallback`, a study in each run',
    environment: TREES,
    package: 'optuna',
    sweep: { config: 'optuna.yaml', trials: 2 },
    seconds: 120,
  },
  {
    title: 'Optuna `WeightsAndBiasesCallback(as_multirun=True)`',
    environment: TREES,
    package: 'optuna',
    program: { args: ['optuna_train.py', 'multirun', 'PROJECT'], runs: 4 },
    seconds: 180,
  },
  {
    title: 'PyTorch Lightning `WandbLogger(log_model=True)`',
    environment: TORCH,
    package: 'lightning',
    sweep: { config: 'lightning.yaml', trials: 2 },
    seconds: 300,
  },
  {
    title: 'Hugging Face `Trainer`, `WANDB_LOG_MODEL=checkpoint`',
    environment: TORCH,
    package: 'transformers',
    sweep: { config: 'huggingface.yaml', trials: 2 },
    seconds: 300,
  },
  {
    title: 'Keras `WandbMetricsLogger`, `WandbModelCheckpoint`, `WandbEvalCallback`',
    environment: 'frameworks-keras',
    package: 'keras',
    sweep: { config: 'keras.yaml', trials: 2 },
    seconds: 300,
  },
  {
    title: 'Ray Tune `WandbLoggerCallback`',
    environment: 'frameworks-ray',
    package: 'ray',
    program: { args: ['ray_train.py', 'PROJECT'], runs: 3 },
    seconds: 300,
  },
]
