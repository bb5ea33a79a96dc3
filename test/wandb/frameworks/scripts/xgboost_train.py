"""https://docs.wandb.ai/models/integrations/xgboost, in a sweep."""
import wandb
import xgboost as xgb
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from wandb.integration.xgboost import WandbCallback

with wandb.init(config={"max_depth": 3, "eta": 0.3}) as run:
    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=1)
    dtrain, dtest = xgb.DMatrix(X_train, y_train), xgb.DMatrix(X_test, y_test)
    params = {**dict(run.config), "objective": "binary:logistic", "eval_metric": ["logloss", "auc"], "nthread": 1}
    run.config.update(params, allow_val_change=True)
    xgb.train(
        params,
        dtrain,
        num_boost_round=12,
        evals=[(dtrain, "train"), (dtest, "test")],
        early_stopping_rounds=5,
        callbacks=[WandbCallback(log_model=True)],
    )
