"""https://docs.wandb.ai/models/integrations/lightgbm, in a sweep."""
import lightgbm as lgb
import wandb
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from wandb.integration.lightgbm import log_summary, wandb_callback

with wandb.init(config={"num_leaves": 8, "learning_rate": 0.1}) as run:
    X, y = load_diabetes(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=1)
    lgb_train = lgb.Dataset(X_train, y_train)
    lgb_eval = lgb.Dataset(X_test, y_test, reference=lgb_train)
    gbm = lgb.train(
        {**dict(run.config), "objective": "regression", "metric": ["l2", "l1"], "num_threads": 1, "verbosity": -1},
        lgb_train,
        num_boost_round=12,
        valid_sets=[lgb_train, lgb_eval],
        valid_names=["train", "validation"],
        callbacks=[wandb_callback(), lgb.early_stopping(5)],
    )
    log_summary(gbm, save_model_checkpoint=True)
